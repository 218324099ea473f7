"""Set up the workspace, then hand over to nox: `python3 tools/dev.py test`.

Needs CPython 3.11 or newer and nothing else. `.venv` at the root then holds the eight packages (editable) and the tools
that the root pyproject.toml pins. A later run finds that nothing changed and starts at once, with or without a network.

    dev.py               set up, then list what there is to run
    dev.py setup         set up only
    dev.py NAME [ARG..]  set up, then `nox -s NAME -- ARG..`
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file is what tells a person with an older one
    sys.exit("tools/dev.py: needs Python 3.11 or newer; " + sys.executable + " is " + sys.version.split()[0])

import hashlib
import importlib.util
import json
import os
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGES: Final = sorted(path.parent for path in ROOT.glob("packages/rc-*/pyproject.toml"))
VENV: Final = ROOT / ".venv"
BIN: Final = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP: Final = VENV / "workspace-is-ready"
"""Written last, holds the fingerprint of what `.venv` was made from. A `.venv` without it was never finished."""

FOREIGN: Final = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "__PYVENV_LAUNCHER__"}
"""Variables of an active environment that would pull its packages into ours."""


class SetupError(Exception):
    """The workspace cannot be set up; the text is one line that says why and what to do."""


def main(arguments: list[str]) -> None:
    """Set up, then become nox. Exits with 1 when that is impossible, with 130 when stopped from the keyboard."""
    environment = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    try:
        prepare(environment)
    except SetupError as error:
        sys.exit(f"tools/dev.py: {error}")
    except KeyboardInterrupt:
        print("tools/dev.py: stopped before the workspace was ready; the next run starts it afresh", file=sys.stderr)
        sys.exit(130)
    if arguments == ["setup"]:
        return
    nox = [str(BIN / "nox"), "--noxfile", str(ROOT / "noxfile.py")]
    what = ["--session", arguments[0], "--", *arguments[1:]] if arguments else ["--list"]
    os.execve(nox[0], [*nox, *what], environment)


def prepare(environment: Mapping[str, str]) -> None:
    """Make `.venv` hold the workspace; does nothing when it does already. Raises `SetupError`."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    wanted = fingerprint(groups)
    finished = STAMP.exists() and (BIN / "python").exists()
    if finished and STAMP.read_text(encoding="utf-8") == wanted:
        return
    print(f"tools/dev.py: setting up {VENV} (a minute the first time)", file=sys.stderr, flush=True)
    STAMP.unlink(missing_ok=True)
    if not finished:
        make_venv(environment)
    uv = next(requirement for requirement in groups["dev"] if str(requirement).startswith("uv=="))
    python = str(BIN / "python")
    run("install uv", [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", uv], environment)
    editable = [argument for package in PACKAGES for argument in ("--editable", str(package))]
    run(
        "install the workspace",
        [str(BIN / "uv"), "pip", "install", "--quiet", "--python", python, "--group", "dev", *editable],
        {**environment, **uv_settings(environment)},
    )
    STAMP.write_text(wanted, encoding="utf-8")


def fingerprint(groups: Mapping[str, Any]) -> str:
    """Return a digest of all that decides what `.venv` holds."""
    parts = [Path(__file__).read_bytes(), json.dumps(groups).encode()]
    parts += [(package / "pyproject.toml").read_bytes() for package in PACKAGES]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def make_venv(environment: Mapping[str, str]) -> None:
    """Make an empty `.venv` in place of whatever is there."""
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            f"{sys.executable} cannot make virtual environments (no ensurepip);"
            " on Debian and Ubuntu: apt-get install python3-venv"
        )
    run("make .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)], environment)


def uv_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return variables that tell uv what this machine tells pip: its index and its certificates; what is set stays."""
    listing = [str(BIN / "python"), "-m", "pip", "config", "list"]
    listed = subprocess.run(listing, env=environment, capture_output=True, text=True, check=False).stdout
    pip = dict(line.replace("'", "").split("=", 1) for line in listed.splitlines() if "=" in line)
    settings = {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"}
    for variable, option in {"UV_DEFAULT_INDEX": "index-url", "SSL_CERT_FILE": "cert"}.items():
        found = pip.get(f":env:.{option}") or pip.get(f"global.{option}")
        if found:
            settings[variable] = found
    return {variable: value for variable, value in settings.items() if variable not in environment}


def run(what: str, command: list[str], environment: Mapping[str, str]) -> None:
    """Run quietly; raises `SetupError` with what a failed command said last."""
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode == 0:
        return
    said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    errors = [number for number, line in enumerate(said) if line.lower().startswith("error")]
    reason = " ".join(said[errors[-1] if errors else -1 :])[:400]
    raise SetupError(f"cannot {what}; the first run needs a package index that answers (`pip config list`): {reason}")


if __name__ == "__main__":
    main(sys.argv[1:])
