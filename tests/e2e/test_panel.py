"""The panel: hostile agents get nothing where everything is in order, and are told by name where it is not."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rc_evals.languages.registry import load_languages

from .exercises import add_python_exercise, add_reference
from .program import Done, Program

pytestmark = pytest.mark.timeout(1800)

PATIENCE = 1700.0
"""Seconds: each takes some forty seconds of two idle cores, and many times that beside other tests."""


def got(done: Done) -> Mapping[str, set[str]]:
    """Return what was got, by attack."""
    assert done.out, done.err
    return {attack["id"]: {each["what"] for each in attack["got"]} for attack in done.document["attacks"]}


@pytest.mark.needs("bubblewrap", "node", "go", "cargo", "java")
def test_every_bundled_exercise_is_certified(program: Program) -> None:
    """Spec 20, 24.15 check 6: no attack gets anything, on any exercise, in any language."""
    done = program("suites", "verify", "bundled", "--panel", "--json", patience=PATIENCE)
    assert {attack: what for attack, what in got(done).items() if what} == {}
    assert done.code == 0, done.err
    assert done.document["certified"] == len(done.document["exercises"]) == 16
    assert {row["tried"] for row in done.document["exercises"]} == {22, 23}, "Python has one attack more"
    assert list(program.home.glob("scratch/*")) == []


def test_without_a_sandbox_nothing_is_certified_and_the_panel_says_why(
    program: Program, suite: Path, exercise: Path, tmp_path: Path
) -> None:
    """Our rule: the panel finds what is open."""
    add_reference(tmp_path / "pack", "easy")
    options = ("--reference", str(tmp_path / "pack"), "--sandbox", "none", "--panel", "--json")
    done = program("suites", "verify", str(suite), *options, patience=PATIENCE)
    assert done.code == 1, done.err
    assert (done.document["sound"], done.document["certified"]) == (1, 0)
    found: Mapping[str, Any] = got(done)
    assert any(what.startswith("a file in ") for what in found["outside"])
    assert any(what.startswith("a change of ") for what in found["outside"])
    assert sum(what.startswith("the secret in ") for what in found["reading"]) == 3
    assert "the secret in the environment of another process" in found["keys"]
    heard = {"IPv4", "IPv4 datagrams", "a Unix socket at a path", "an abstract Unix socket"}
    assert {f"a connection over {name}" for name in heard} <= found["network"]
    assert {name for name in ("forks", "memory", "disk", "inodes", "printing", "deaf") if found[name]} == set()
    assert program.processes() == []


@pytest.mark.needs("bubblewrap")
def test_a_suite_whose_results_can_be_forged_is_not_certified(program: Program, suite: Path, tmp_path: Path) -> None:
    """Our rule: a language file that leaves something out is found out."""
    add_python_exercise(suite, "answer")
    solution = tmp_path / "pack" / "python" / "answer" / "answer.py"
    solution.parent.mkdir(parents=True)
    solution.write_text("def answer() -> int:\n    return 42\n", encoding="utf-8")
    built_in = Path(load_languages.__code__.co_filename).with_name("data") / "python.toml"
    careless, _, _ = built_in.read_text(encoding="utf-8").replace('"conftest.py",', "").partition("[control]")
    (program.home / "languages" / "python.toml").write_text(careless, encoding="utf-8")
    options = ("--reference", str(tmp_path / "pack"), "--panel", "--json")
    done = program("suites", "verify", str(suite), *options, patience=PATIENCE)
    assert done.code == 1, done.err
    found = {attack: what for attack, what in got(done).items() if what}
    assert found == {name: {"a pass"} for name in ("patch-tools", "forge-report", "forge-results")}
    (row,) = done.document["exercises"]
    assert (row["sound"], row["held"], row["tried"], row["certified"]) == (True, 20, 23, False)
