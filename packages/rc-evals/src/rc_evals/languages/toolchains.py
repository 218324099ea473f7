"""Finds the tools of a language on this machine, and installs what its tests need."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rc_evals._errors import ToolchainError
from rc_evals.languages.cache import Cache
from rc_evals.languages.kits import go, java, javascript, python, rust
from rc_evals.languages.model import NotRunnable, Toolchain
from rc_evals.languages.probing import ToolMissingError, ask, mounts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rc_evals.languages.model import Language

    Kit = Callable[[Language, Mapping[str, Path], Cache, Mapping[str, str]], Toolchain]

KITS: Final[Mapping[str, Kit]] = {
    "go": go.complete,
    "java": java.complete,
    "javascript": javascript.complete,
    "python": python.complete,
    "rust": rust.complete,
}
"""What the languages need beyond programs on PATH; a language without a kit needs nothing more."""


def find(language: Language, cache: Path, env: Mapping[str, str] = os.environ) -> Toolchain | NotRunnable:
    """Return the tools of a language without installing anything: what it names in the cache may not be there yet."""
    return _look(language, Cache(cache, installing=False), env)


def prepare(language: Language, cache: Path, env: Mapping[str, str] = os.environ) -> Toolchain | NotRunnable:
    """Return the tools of a language, ready for use.

    The first time, test dependencies are installed into the cache: seconds, and the network for Python and JavaScript.
    Blocks; call it in a thread. Several processes may do so at once.

    Args:
        language: whose tools.
        cache: usually `Home.cache`.
        env: tells where tools are (PATH and the like); no secret of it reaches a tool.
    """
    return _look(language, Cache(cache), env)


def _look(language: Language, cache: Cache, env: Mapping[str, str]) -> Toolchain | NotRunnable:
    programs = {name: shutil.which(name, path=env.get("PATH", os.defpath)) for name in language.programs}
    if missing := [name for name, path in programs.items() if path is None]:
        return NotRunnable(language.id, f"there is no {missing[0]} on PATH", language.remedy)
    found = {name: Path(path).absolute() for name, path in programs.items() if path is not None}
    try:
        return KITS.get(language.id, _plain)(language, found, cache, env)
    except ToolMissingError as error:
        return NotRunnable(language.id, error.reason, error.remedy)
    except ToolchainError as error:
        return NotRunnable(language.id, str(error), language.remedy)


def _plain(language: Language, programs: Mapping[str, Path], _cache: Cache, env: Mapping[str, str]) -> Toolchain:
    mounts = [mount for path in programs.values() for mount in mounts_of(path.resolve().parent.parent, path.resolve())]
    paths = {name: str(path.resolve() if mounts_of(path.parent, path) else path) for name, path in programs.items()}
    answer = ask([word.format_map(paths) for word in language.version], env=env) if language.version else ""
    return Toolchain(
        language=language.id,
        version=answer.partition("\n")[0],
        programs=paths,
        mounts=tuple(dict.fromkeys(mounts)),
    )
