"""Which sandbox a run gets, and why there is none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rc_evals._errors import SandboxUnavailableError
from rc_evals.passing import passing_folder
from rc_evals.sandbox import seccomp
from rc_evals.sandbox.bubblewrap import TOOLS, Bubblewrap
from rc_evals.sandbox.none import NoSandbox
from rc_evals.sandbox.port import Job, Limits

if TYPE_CHECKING:
    from rc_evals.sandbox import SandboxChoice
    from rc_evals.sandbox.port import Sandbox

OLDEST: Final = (0, 8)
"""First version of bubblewrap with `--size` and `--disable-userns`; Debian 12, Ubuntu 24.04."""

_PACKAGES: Final = {"bwrap": "bubblewrap", "timeout": "coreutils", "prlimit": "util-linux", "setpriv": "util-linux"}

_SWITCHES: Final = (
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "0", "AppArmor forbids user namespaces"),
    ("kernel/unprivileged_userns_clone", "0", "1", "the kernel forbids user namespaces"),
    ("user/max_user_namespaces", "0", "15000", "the kernel forbids user namespaces"),
)
"""Settings that keep bubblewrap from working: file below /proc/sys, the value that does, one that does not, words."""

_CONTAINER_MARKS: Final = (Path("/.dockerenv"), Path("/run/.containerenv"))


def choose(wanted: SandboxChoice) -> Sandbox:
    """Return the sandbox that the user wants; `auto` is bubblewrap and nothing less. Blocks for some milliseconds.

    Raises:
        SandboxUnavailableError: bubblewrap does not work here: it was really tried. The message says why.
    """
    if wanted == "none":
        return NoSandbox()
    sandbox, obstacle = _try_bubblewrap()
    if sandbox is None:
        raise SandboxUnavailableError(
            f"no bubblewrap sandbox: {obstacle}; or say --sandbox none to run agents without any isolation"
        )
    return sandbox


def _try_bubblewrap() -> tuple[Bubblewrap | None, str]:
    """Return a sandbox that works, or what is in the way and what removes it."""
    if sys.platform != "linux":
        return None, f"it exists on Linux only, and this is {sys.platform}; use a Linux machine"
    if missing := [name for name in TOOLS if shutil.which(name) is None]:
        packages = " ".join(sorted({_PACKAGES[name] for name in missing}))
        return None, f"{', '.join(missing)} not found; apt-get install {packages} (or the like of your distribution)"
    if seccomp.filter_for() is None:
        return None, f"no table of system calls for {os.uname().machine}; use an x86_64, aarch64 or riscv64 machine"
    said = subprocess.run(["bwrap", "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S607 - found above
    version = tuple(map(int, re.findall(r"\d+", said)[:2]))
    if version < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return None, f"'{said.strip()}' is too old; install {oldest} or later, as Debian 12 and Ubuntu 24.04 have it"
    sandbox = Bubblewrap()
    complaint = _probe(sandbox)
    return (None, _explain(complaint)) if complaint else (sandbox, "")


def _probe(sandbox: Bubblewrap) -> str:
    """Run one command as any job is run; returns what went wrong, empty for nothing."""
    with passing_folder("rc-evals-probe-") as folder:
        place, output = folder / "place", folder / "output"
        place.mkdir()
        limits = Limits(wall_seconds=10)
        process = sandbox.launch(Job(argv=("true",), place=place, cwd="/", output=output, limits=limits, token="probe"))  # noqa: S106 - not a secret
        if process.wait() == 0:
            return ""
        return output.read_text("utf-8", "replace").strip().rpartition("\n")[2] or "it gave no reason"


def _explain(complaint: str) -> str:
    for name, wrong, right, words in _SWITCHES:
        setting = Path("/proc/sys", name)
        if setting.is_file() and setting.read_text("utf-8").strip() == wrong and os.geteuid() != 0:
            return f"{words} ({complaint}); sysctl -w {name.replace('/', '.')}={right}"
    if any(mark.exists() for mark in _CONTAINER_MARKS):
        return f"this container may not make namespaces ({complaint}); start it with docker run --privileged"
    if not Path("/proc/thread-self/children").exists():
        return f"this kernel was built without CONFIG_PROC_CHILDREN ({complaint}); use another kernel"
    return f"{complaint}; mend that, or ask whoever runs this machine"
