"""Small suites for the tests of this folder."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from rc_evals.home import Home
from rc_evals.suites.model import Exercise
from rc_evals.suites.registry import open_suite
from rc_evals.suites.selection import select

Fill = Callable[[Path, Mapping[str, str]], Path]

ADD = {
    "prompts/python.md": "Add.\n",
    "python/pyproject.toml": "[project]\nname = 'x'\nversion = '0'\n",
    "python/add/docs/instructions.md": "Add two numbers.\n",
    "python/add/add.py": "def add(a, b):\n    raise NotImplementedError\n",
    "python/add/add_test.py": "from add import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
}


@pytest.fixture
def fill() -> Fill:
    """Writes files into a folder and returns it."""

    def write(folder: Path, files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def roo(tmp_path: Path, fill: Fill) -> Path:
    """A suite in the Roo layout with the exercise python/add."""
    return fill(tmp_path / "roo", ADD)


@pytest.fixture
def exercism(tmp_path: Path, fill: Fill) -> Callable[..., Path]:
    """Makes a suite in Exercism's layout with the exercise LANGUAGE/thing, whose `.meta/config.json` lists files."""

    def make(language: str, files: Mapping[str, str], **lists: list[str]) -> Path:
        root = tmp_path / "exercism"
        config = json.dumps({"authors": ["a"], "files": lists, "blurb": "b"})
        thing = {".docs/instructions.md": "Do it.\n", ".meta/config.json": config, **files}
        fill(root / language / "exercises" / "practice" / "thing", thing)
        return root

    return make


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Exercise]:
    """Opens a suite and loads the exercise of this name."""

    def load_one(root: Path, name: str, reference: Path | None = None) -> Exercise:
        suite = open_suite(str(root), home=Home(tmp_path / "home"), reference=reference)
        (entry,) = select(suite, globs=[name])
        return suite.load(entry)

    return load_one
