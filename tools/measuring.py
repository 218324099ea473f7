"""What the programs that measure something share. Their last line is one JSON object with goals and environment."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

PEERS: Final = Path(__file__).resolve().parents[1] / "tests" / "peers" / "node"
"""Says which releases of upstream's packages the peers stand on."""

CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rc-packages"
"""Where peers are installed; may be deleted at any time."""

INSPECT: Final = "inspect-ai==0.3.285"
"""The release of Inspect AI that rc-evals is compared with."""


def goal(value: float | None, bound: float, unit: str, *, met: bool) -> dict[str, Any]:
    """Return the entry of a goal; one without anything to compare with is neither met nor missed."""
    return {"value": value, "bound": bound, "unit": unit, "met": met if value is not None else None}


def environment() -> dict[str, object]:
    """Return what the figures depend on."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def resident(process: int | str = "self") -> int:
    """Return the bytes of memory that a process has."""
    pages = Path("/proc", str(process), "statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def node_folder() -> Path | None:
    """Install upstream's packages where caches belong, and return the folder; None where Node is missing."""
    if not (shutil.which("node") and shutil.which("npm")):
        print("not compared with upstream: no Node here")
        return None
    folder = CACHE / "measuring"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PEERS / name, folder)
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(install, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder


def inspect_programs(*, install: bool) -> Path | None:
    """Return the folder with the programs of Inspect AI; None where it is not installed and cannot, or shall not, be.

    Its environment is its own, below the folder for caches, and comes from whatever index `pip` is configured for.
    """
    folder = CACHE / INSPECT.replace("==", "-")
    programs = folder / "bin"
    if (programs / "inspect").exists():
        return programs
    if not install:
        return None
    print(f"installing {INSPECT} into {folder}, which takes a minute ...", flush=True)
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", str(folder)], [*pip, INSPECT]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            complaint = (done.stderr or done.stdout).strip().splitlines()[-1:]
            print(f"not compared with Inspect AI: {' '.join(complaint)}")
            return None
    return programs
