"""A suite of tiny exercises in a language whose tests take milliseconds, and runs of it that end when told to."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
from rc_evals.home import Home

SUITE: Final = "tiny"

_LANGUAGE: Final = """
title = "Shell"
prompt = "Make answer.sh print 42.\\n"
programs = ["sh"]
version = []
remedy = "every system has it"
test_globs = ["answer_test.sh"]
protected_globs = ["answer_test.sh"]
commands = [["{sh}", "answer_test.sh"]]
results = "exit-code"
test_seconds = 20
"""

_FILES: Final = {
    "docs/instructions.md": "Print 42.\n",
    "answer.sh": "echo 0\n",
    "answer_test.sh": '[ "$(sh ./answer.sh)" = 42 ]\n',
}


def add_suite(home: Home, *names: str) -> None:
    """Put the suite into a data folder, with an exercise of each name."""
    home.languages.mkdir(parents=True, exist_ok=True)
    (home.languages / "shell.toml").write_text(_LANGUAGE, encoding="utf-8")
    for name in names:
        for file, content in _FILES.items():
            path = home.suites / SUITE / "shell" / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")


def waiting_for(gate: Path) -> dict[str, str]:
    """Return arguments of the command agent: it solves the exercise `good` and no other, once the gate is there."""
    solve = 'case "$PWD" in *good*) echo "echo 42" > answer.sh;; esac'
    return {"command": f"""sh -c 'while ! test -e "{gate}"; do sleep 0.05; done; {solve}'"""}


def asked(**more: Any) -> dict[str, Any]:
    """Return the request for a run of the suite, without isolation: that works on every machine."""
    return {"suite": SUITE, "agent": "nop", "sandbox": "none", **more}


def until(client: httpx.Client, run: int, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait until a run is as wanted, and return it."""
    deadline = time.monotonic() + 60
    while not fits(entry := look(client, run)):
        assert time.monotonic() < deadline, f"run {run} did not become what was waited for: {entry}"
        time.sleep(0.05)
    return entry


def look(client: httpx.Client, run: int) -> dict[str, Any]:
    """Return a run as the list has it."""
    found: list[dict[str, Any]] = client.get("/api/runs", params={"q": str(run)}).json()["runs"]
    return next(entry for entry in found if entry["id"] == run)


def ended(entry: dict[str, Any]) -> bool:
    """Whether a run is over."""
    return entry["finished_at"] is not None
