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
    env = _with_rustup(programs["rustc"], env)
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


def _with_rustup(rustc: Path, env: Mapping[str, str]) -> Mapping[str, str]:
    """Tell rustup's proxies where their toolchains are, should HOME not be that of whoever installed them."""
    toolchains = rustc.parents[2] / ".rustup" if len(rustc.parents) > 2 else rustc
    return env if "RUSTUP_HOME" in env or not toolchains.is_dir() else {**env, "RUSTUP_HOME": str(toolchains)}
