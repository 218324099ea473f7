"""Makes suites of tiny exercises. Most are in a language of our own, whose tests take milliseconds."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

SOLVE: Final = "echo 'echo 42' > answer.sh"
"""Shell commands that solve an exercise in our own language."""

WALL_SECONDS: Final = 1800
"""What one attempt may take (spec 24.6); agents get what preparing, stopping and testing leave of it."""

_OWN: Final = """
title = "Shell"
prompt = "Make answer.sh print 42.\\n"
programs = ["sh"]
version = []
remedy = "every system has it"
test_globs = ["answer_test.sh"]
protected_globs = ["answer_test.sh"]
commands = [["{{sh}}", "answer_test.sh"]]
results = "exit-code"
test_seconds = {test_seconds}
"""

_TEST: Final = 'echo "the tests run"\n[ "$(sh ./answer.sh)" = 42 ]\n'

_PYTHON_TEST: Final = "from answer import answer\n\n\ndef test_answer() -> None:\n    assert answer() == 42\n"


def add_language(home: Path, name: str, *, test_seconds: float = 20) -> None:
    """Teach the program a language: `answer.sh` is to print 42."""
    folder = home / "languages"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.toml").write_text(_OWN.format(test_seconds=test_seconds), encoding="utf-8")


def leaving_agents(seconds: float) -> float:
    """Return a limit for tests which leaves agents so many seconds: 60 are for preparing, 20 for stopping."""
    return WALL_SECONDS - 60 - 20 - seconds


def add_exercise(suite: Path, name: str, *, language: str = "shell", test: str = _TEST) -> Path:
    """Write an exercise in our own language into a suite in the Roo layout."""
    return _write(
        suite / language / name,
        {
            "docs/instructions.md": "Print 42.\n",
            "answer.sh": "echo 0\n",
            "answer_test.sh": test,
        },
    )


def add_python_exercise(suite: Path, name: str) -> Path:
    """Write a Python exercise into a suite in the Roo layout."""
    return _write(
        suite / "python" / name,
        {
            "docs/instructions.md": "Return 42.\n",
            "answer.py": "def answer() -> int:\n    return 0\n",
            "answer_test.py": _PYTHON_TEST,
        },
    )


def add_reference(pack: Path, name: str, *, language: str = "shell") -> None:
    """Write the solution of an exercise in our own language into a folder of references."""
    _write(pack / language / name, {"answer.sh": "echo 42\n"})


def add_exercism_exercise(suite: Path, name: str, *, language: str = "shell") -> Path:
    """Write an exercise in our own language into a suite in Exercism's layout, with its solution."""
    files = {"solution": ["answer.sh"], "test": ["answer_test.sh"], "example": [".meta/example.sh"]}
    return _write(
        suite / language / "exercises" / "practice" / name,
        {
            ".docs/instructions.md": "Print 42.\n",
            ".meta/config.json": json.dumps({"files": files}),
            ".meta/example.sh": "echo 42\n",
            "answer.sh": "echo 0\n",
            "answer_test.sh": _TEST,
        },
    )


def _write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder
