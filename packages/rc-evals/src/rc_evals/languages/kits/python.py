"""Python: an environment in the cache with pytest, made from the interpreter that the platform runs on."""

from __future__ import annotations

import platform
import sys
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

REQUIREMENTS: Final = files("rc_evals.languages.kits") / "data" / "python" / "requirements.txt"


def complete(language: Language, _programs: Mapping[str, Path], cache: Cache, env: Mapping[str, str]) -> Toolchain:
    """Return the toolchain, with the environment installed unless it was before.

    Raises:
        ToolMissingError: there is no base interpreter that a sandbox could use, or pytest cannot be installed.
    """
    interpreter = base_interpreter()
    pinned = REQUIREMENTS.read_bytes()

    def install(folder: Path) -> None:
        _install(folder, interpreter, env)

    folder = cache.folder(language.id, (str(interpreter).encode(), sys.version.encode(), pinned), install)
    pytest = next(line.split()[0] for line in pinned.decode().splitlines() if line.startswith("pytest=="))
    return Toolchain(
        language=language.id,
        version=f"Python {platform.python_version()}, {pytest.replace('==', ' ')}",
        programs={"python": str(folder / "bin" / "python")},
        mounts=(folder, *mounts_of(Path(sys.base_prefix).resolve(), interpreter)),
    )


def base_interpreter() -> Path:
    """Return the real interpreter behind the one that runs us, which may be a virtual environment's link.

    Raises:
        ToolMissingError: it is not where the installation's prefix says.
    """
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    path = Path(sys.base_prefix).resolve() / "bin" / name
    if not path.exists():
        raise ToolMissingError(f"there is no {path}", "run rc-evals with an interpreter that has a bin folder")
    return path.resolve()


def _install(folder: Path, interpreter: Path, env: Mapping[str, str]) -> None:
    requirements = folder / "requirements.txt"
    requirements.write_bytes(REQUIREMENTS.read_bytes())
    try:
        ask((interpreter, "-m", "venv", folder), seconds=120, env=env)
    except ToolchainError as error:
        raise ToolMissingError(
            f"no virtual environment can be made with {interpreter}: {error}", "apt-get install python3-venv"
        ) from error
    pip = (folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")
    try:
        ask((*pip, "--only-binary=:all:", "--require-hashes", "-r", requirements), seconds=300, env=env)
    except ToolchainError as error:
        raise ToolMissingError(
            f"pytest could not be installed: {error}", "let this machine reach a Python package index once"
        ) from error
