"""Asks the tools of this machine what they are, without handing them secrets."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rc_evals._errors import ToolchainError
from rc_evals.languages import waiting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SYSTEM_FOLDERS: Final = tuple(map(Path, ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")))
"""What every sandbox shows, read-only."""

_PASSED_ON: Final = frozenset({"PATH", "HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "TZ"})
_PASSED_ON_PREFIXES: Final = (
    *("LC_", "XDG_"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_", "REQUESTS_CA_BUNDLE"),
    *("PIP_", "NPM_CONFIG_", "NODE_EXTRA_CA_CERTS"),
    *("RUSTUP_", "CARGO_HOME", "GOROOT", "JAVA_HOME", "PYENV_", "NVM_", "ASDF_", "SDKMAN_"),
)
"""Variables of ours that a tool may see, by name and by the start of the upper-case name."""


class ToolMissingError(ToolchainError):
    """Something that a language needs is not here; `remedy` says what would change that."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason, remedy)
        self.reason, self.remedy = reason, remedy

    def __str__(self) -> str:
        return f"{self.reason}; {self.remedy}"


def ask(argv: Sequence[str | Path], *, seconds: float = 30, cwd: Path = Path("/"), env: Mapping[str, str]) -> str:
    """Run a tool and return its standard output and error, stripped.

    Args:
        argv: the command.
        seconds: how long to wait.
        cwd: not the caller's folder: some tools take instructions from files there.
        env: filtered first: no key or token of ours is passed on.

    Raises:
        ToolchainError: it cannot be started, takes too long, is broken off, or ends with another code than 0.
    """
    name = Path(argv[0]).name
    try:
        code, printed = waiting.run([os.fspath(word) for word in argv], seconds=seconds, cwd=cwd, env=passed_on(env))
    except OSError as error:
        raise ToolchainError(f"{name} cannot be started: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise ToolchainError(f"{name} did not answer within {seconds:g} s") from error
    output = printed.decode("utf-8", "replace").strip()
    if code != 0:
        last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "no output")
        raise ToolchainError(f"{name} ended with exit code {code}: {last[:300]}")
    return output


def passed_on(env: Mapping[str, str]) -> dict[str, str]:
    """Return the part of our environment that tools need: paths, proxies, package indexes."""
    return {
        name: value for name, value in env.items() if name in _PASSED_ON or name.upper().startswith(_PASSED_ON_PREFIXES)
    }


def mounts_of(prefix: Path, program: Path) -> tuple[Path, ...]:
    """Return what a sandbox must show for an installation: nothing for the system's own, else its folder.

    A program that lies among private files (in the home folder itself, or in `~/.local`) is shown alone.
    """
    if any(prefix.is_relative_to(folder) for folder in SYSTEM_FOLDERS):
        return ()
    home = Path.home()
    if home.is_relative_to(prefix) or prefix == home / ".local":
        return (program,)
    return (prefix,)
