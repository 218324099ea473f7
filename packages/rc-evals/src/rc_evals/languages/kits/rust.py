"""Rust: the toolchain behind rustup's proxies, which would look for a home folder that no sandbox shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rc_evals.languages.model import Toolchain
from rc_evals.languages.probing import ask, mounts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.languages.cache import Cache
    from rc_evals.languages.model import Language


def complete(language: Language, programs: Mapping[str, Path], _cache: Cache, env: Mapping[str, str]) -> Toolchain:
    """Return the toolchain; nothing has to be installed.

    Raises:
        ToolchainError: rustc does not answer, for example because rustup has no default toolchain.
    """
    sysroot = Path(ask((programs["rustc"], "--print", "sysroot"), env=env)).resolve()
    rustc, cargo = (sysroot / "bin" / name for name in ("rustc", "cargo"))
    if not (rustc.exists() and cargo.exists()):
        rustc, cargo = programs["rustc"].resolve(), programs["cargo"].resolve()
    return Toolchain(
        language=language.id,
        version=ask((rustc, "--version"), env=env),
        programs={"cargo": str(cargo), "rustc": str(rustc)},
        mounts=mounts_of(sysroot, rustc),
    )
