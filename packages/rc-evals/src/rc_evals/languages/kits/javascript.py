"""JavaScript: Node.js as found, and a `node_modules` folder in the cache that is shown beside every workspace."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rc_evals._errors import ToolchainError
from rc_evals.languages.model import Toolchain
from rc_evals.languages.probing import ToolMissingError, ask, mounts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.languages.cache import Cache
    from rc_evals.languages.model import Language

DEPENDENCIES: Final = files("rc_evals.languages.kits") / "data" / "javascript"
"""`package.json` and its lock: what the public exercises import, and jest."""

_OPTIONS: Final = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")


def complete(language: Language, programs: Mapping[str, Path], cache: Cache, env: Mapping[str, str]) -> Toolchain:
    """Return the toolchain, with the dependencies of tests installed unless they were before.

    Raises:
        ToolMissingError: the dependencies cannot be installed.
        ToolchainError: node does not answer.
    """
    # Version managers put scripts on PATH; the program itself knows where it is.
    answer = ask((programs["node"], "-p", "process.execPath + '\\n' + process.version"), env=env)
    path, version = answer.splitlines()[-2:]
    node = Path(path).resolve()
    content = {name: (DEPENDENCIES / name).read_bytes() for name in ("package.json", "package-lock.json")}

    def install(folder: Path) -> None:
        for name, data in content.items():
            (folder / name).write_bytes(data)
        try:
            ask((programs["npm"], "ci", *_OPTIONS), seconds=600, cwd=folder, env=env)
        except ToolchainError as error:
            raise ToolMissingError(
                f"jest could not be installed: {error}", "let this machine reach an npm registry once"
            ) from error

    folder = cache.folder(language.id, content.values(), install)
    return Toolchain(
        language=language.id,
        version=f"Node.js {version}",
        programs={"node": str(node)},
        mounts=mounts_of(node.parent.parent, node),
        beside={"node_modules": folder / "node_modules"},
    )
