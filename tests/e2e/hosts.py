"""Hosts of the assistant without a model: `rc-ipc serve`, started by a shell that edits files, and a scripted `roo`."""

import shlex
import sys
from pathlib import Path
from typing import Any, Final

import rc_ipc
import rc_types
from rc_evals.testing import write_scripted_roo

from .exercises import SOLVE

RC_IPC: Final = Path(sys.executable).with_name("rc-ipc")

NEEDED: Final = (
    Path(sys.prefix),
    Path(sys.base_prefix),
    *(Path(package.__path__[0]).parent for package in (rc_ipc, rc_types)),
)
"""Folders that the program needs in a sandbox: its environment, Python, and our sources."""


def roo_agent(shell: str, *, mounts: tuple[Path, ...] = (), **arguments: str) -> tuple[str, ...]:
    """Return the options that make a host, which a shell command starts, the agent."""
    pairs = {
        "command": shlex.join(("sh", "-c", shell)),
        "mounts": ":".join(map(str, dict.fromkeys((*NEEDED, *mounts)))),
        **arguments,
    }
    return ("--agent", "roo", *(part for pair in pairs.items() for part in ("--agent-arg", "=".join(pair))))


def serve(script: str, *, first: str = SOLVE, pace: float = 0.0) -> str:
    """Return the shell command of a host that does something first and then follows a script."""
    return f"{first}; exec {RC_IPC} serve {{socket}} --script {script} --pace {pace}"


def write_script(folder: Path, text: str) -> Path:
    """Write a script of one's own into a folder that sandboxes may see."""
    folder.mkdir(exist_ok=True)
    path = folder / "host.toml"
    path.write_text(text, encoding="utf-8")
    return path


def roo_cli_agent(folder: Path, *steps: dict[str, Any], **more: Any) -> tuple[str, ...]:
    """Return the options that make a `roo` program with a script the agent.

    Args:
        folder: where the program is put, so that sandboxes may see it.
        steps: see `rc_evals.testing.scripted_roo`.
        more: likewise; and `arguments`, further ones of the agent.
    """
    arguments: dict[str, str] = more.pop("arguments", {})
    command = write_scripted_roo(folder, *steps, **more)
    shown = dict.fromkeys((Path(sys.prefix), Path(sys.base_prefix), folder))
    pairs = {"command": command, "mounts": ":".join(map(str, shown)), **arguments}
    return ("--agent", "roo-cli", *(part for pair in pairs.items() for part in ("--agent-arg", "=".join(pair))))
