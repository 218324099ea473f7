"""Prove that an installed package stands alone: `python -I tools/alone.py rc-ipc`, in an environment without siblings.

Imports every module, then looks at what came along. Private modules may wait for an extra that is not installed; the
public ones may not. A broken promise is one line and exit code 1.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from importlib.metadata import distribution


def main(package: str) -> None:
    """Check one distribution; exits with the first promise that it breaks."""
    root = package.replace("-", "_")
    extras = distribution(package).metadata.get_all("Provides-Extra") or ()
    modules = sorted(import_all(root, may_wait=bool(extras)))
    allowed = {root} if package == "rc-build" else {root, "rc_types"}
    came_along = {name.partition(".")[0] for name in sys.modules if name.startswith("rc_")}
    if strangers := sorted(came_along - allowed):
        sys.exit(f"{package}: importing it also imports {', '.join(strangers)}")
    found = distribution(package)
    version = importlib.import_module(root).__version__
    if found.version != version:
        sys.exit(f"{package}: installed as {found.version}, but says that it is {version}")
    if not found.metadata["Description"]:
        sys.exit(f"{package}: the README is not in its metadata")
    held = {str(file) for file in found.files or ()}
    for promise in (f"{root}/py.typed", f"{root}-{version}.dist-info/licenses/LICENSE"):
        if promise not in held:
            sys.exit(f"{package}: the wheel lacks {promise}")
    print(f"{package} {version}: {len(modules)} modules import, nothing else of ours comes along")


def import_all(root: str, *, may_wait: bool) -> Iterator[str]:
    """Import a package and all modules below it but the ones that run when imported.

    Args:
        root: Name of the package.
        may_wait: Pass over private modules that lack a package of somebody else's, which an extra brings.
    """
    package = importlib.import_module(root)
    yield root
    for module in pkgutil.walk_packages(package.__path__, f"{root}.", onerror=reraise):
        if module.name.endswith(".__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as missing:
            is_ours = (missing.name or root).startswith("rc_")
            if is_ours or not may_wait or "._" not in module.name:
                raise
        else:
            yield module.name


def reraise(name: str) -> None:
    """Let a package that fails to import fail here too; `walk_packages` would pass over it."""
    importlib.import_module(name)


if __name__ == "__main__":
    main(sys.argv[1])
