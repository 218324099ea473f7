"""What the programs that measure something share. Their last line is one JSON object with goals and environment."""

import os
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

PEERS: Final = Path(__file__).resolve().parents[1] / "tests" / "peers" / "node"
"""Says which releases of upstream's packages the peers stand on."""


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


def resident() -> int:
    """Return the bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def node_folder() -> Path | None:
    """Install upstream's packages where caches belong, and return the folder; None where Node is missing."""
    if not (shutil.which("node") and shutil.which("npm")):
        print("not compared with upstream: no Node here")
        return None
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rc-packages" / "measuring"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PEERS / name, folder)
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(install, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder
