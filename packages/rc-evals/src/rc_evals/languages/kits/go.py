"""Go: the installation as found, and a warm build cache, so that no test compiles the standard library again."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rc_evals.languages.model import Toolchain
from rc_evals.languages.probing import ask, mounts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.languages.cache import Cache
    from rc_evals.languages.model import Language

WARM_UP: Final = files("rc_evals.languages.kits") / "data" / "go"
"""A module whose one test imports the usual part of the standard library."""


def complete(language: Language, programs: Mapping[str, Path], cache: Cache, env: Mapping[str, str]) -> Toolchain:
    """Return the toolchain, with the build cache filled unless it was before.

    The cache is a pattern to copy: go refuses to work with one that it cannot write.

    Raises:
        ToolchainError: go does not answer, or cannot compile.
    """
    goroot = Path(ask((programs["go"], "env", "GOROOT"), env=env))
    go = (goroot / "bin" / "go").resolve()
    version = ask((go, "version"), env=env).removeprefix("go version ")

    def install(folder: Path) -> None:
        module = folder / "module"
        module.mkdir()
        for source in WARM_UP.iterdir():
            (module / source.name).write_bytes(source.read_bytes())
        settings = {f"GOCACHE={folder / 'build'}", *(f"{key}={value}" for key, value in language.environment.items())}
        ask(("env", *sorted(settings), go, "test"), seconds=600, cwd=module, env=env)

    inputs = (str(go).encode(), version.encode(), (WARM_UP / "warm_test.go").read_bytes())
    warm = cache.folder(language.id, inputs, install) / "build"
    return Toolchain(
        language=language.id,
        version=version,
        programs={"go": str(go)},
        mounts=(*mounts_of(goroot.resolve(), go), warm),
        values={"warm_cache": str(warm)},
    )
