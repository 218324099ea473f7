"""Suites in both layouts, their proof by oracle and nop, and languages that cannot run here."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from .exercises import add_exercise, add_exercism_exercise, add_reference
from .program import Program, is_one_line, until


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A folder with the solution of `shell/easy`."""
    add_reference(tmp_path / "pack", "easy")
    return tmp_path / "pack"


def test_the_oracle_passes_a_suite_in_the_roo_layout(
    program: Program, suite: Path, exercise: Path, pack: Path, sandbox: str
) -> None:
    """Spec 24.15, check 1."""
    oracle = ("--agent", "oracle", "--agent-arg", f"reference={pack}")
    done = program("run", "--suite", str(suite), *oracle, "--sandbox", sandbox, "--json")
    assert done.code == 0, done.err
    assert [task["verdict"] for task in done.document["tasks"]] == ["passed"]


def test_the_oracle_passes_a_suite_in_exercisms_layout(program: Program, suite: Path) -> None:
    """Spec 24.15, check 1."""
    for name in ("easy", "other"):
        add_exercism_exercise(suite, name)
    done = program("run", "--suite", str(suite), "--agent", "oracle", "--sandbox", "none", "--json")
    assert done.code == 0, done.err
    assert [(task["exercise"], task["verdict"]) for task in done.document["tasks"]] == [
        ("easy", "passed"),
        ("other", "passed"),
    ]


def test_one_suite_can_be_the_reference_of_another(
    program: Program, suite: Path, exercise: Path, tmp_path: Path
) -> None:
    add_exercism_exercise(tmp_path / "track", "easy")
    oracle = ("--agent", "oracle", "--agent-arg", f"reference={tmp_path / 'track'}")
    done = program("run", "--suite", str(suite), *oracle, "--sandbox", "none", "--json")
    assert [task["verdict"] for task in done.document["tasks"]] == ["passed"]


def test_an_exercise_without_a_reference_is_the_oracles_error_and_not_the_platforms(
    program: Program, suite: Path, exercise: Path, pack: Path
) -> None:
    add_exercise(suite, "unsolved")
    oracle = ("--agent", "oracle", "--agent-arg", f"reference={pack}")
    done = program("run", "--suite", str(suite), *oracle, "--sandbox", "none", "--json")
    assert done.code == 0, done.err
    assert [task["verdict"] for task in done.document["tasks"]] == ["passed", "agent_error"]
    assert "reference" in done.document["tasks"][1]["error"]


def test_a_suite_can_be_named_listed_and_shown(program: Program, suite: Path, exercise: Path) -> None:
    shutil.copytree(suite, program.home / "suites" / "mine")
    listed = program("suites", "list", "--json")
    assert listed.code == 0, listed.err
    assert [(each["name"], each["problem"]) for each in listed.document["suites"]] == [("bundled", ""), ("mine", "")]
    assert "mine" in program("suites", "list").out
    shown = program("suites", "show", "mine", "--json")
    assert [found["id"] for found in shown.document["exercises"]] == ["shell/easy"]
    assert "shell/easy" in program("suites", "show", "mine").out
    done = program("run", "--suite", "mine", "--agent", "nop", "--sandbox", "none", "--json")
    assert done.document["run"]["suite"] == "mine"


def test_show_tells_which_exercises_are_broken(program: Program, suite: Path, exercise: Path) -> None:
    (exercise / "answer_test.sh").unlink()
    add_exercise(suite, "sound")
    shown = program("suites", "show", str(suite), "--json")
    assert shown.code == 0, shown.err
    broken, sound = shown.document["exercises"]
    assert (broken["id"], "no tests" in broken["problem"]) == ("shell/easy", True)
    assert (sound["id"], sound["problem"]) == ("shell/sound", "")


def test_verify_is_a_gate_on_suites(program: Program, suite: Path, exercise: Path, pack: Path) -> None:
    """Spec 24.15, check 1: the reference must pass, and doing nothing must not."""
    options = ("--reference", str(pack), "--sandbox", "none", "--json")
    sound = program("suites", "verify", str(suite), *options)
    assert sound.code == 0, sound.err
    assert sound.document["sound"] == 1
    (exercise / "answer_test.sh").write_text("true\n", encoding="utf-8")
    vain = program("suites", "verify", str(suite), *options)
    assert vain.code == 1, vain.err
    assert vain.document["exercises"] == [
        {"exercise": "shell/easy", "oracle": "passed", "nop": "passed", "sound": False}
    ]


def test_ctrl_c_ends_a_check_even_when_the_run_of_the_moment_comes_to_its_end(
    program: Program, suite: Path, pack: Path, tmp_path: Path
) -> None:
    """Our rule: who wants to stop is not given another run."""
    waits = f"touch {tmp_path}/begun\nuntil [ -e {tmp_path}/go ]; do sleep 0.05; done\n[ $(sh ./answer.sh) = 42 ]\n"
    add_exercise(suite, "easy", test=waits)
    check = program.start("suites", "verify", str(suite), "--reference", str(pack), "--sandbox", "none")
    until((tmp_path / "begun").exists, "the tests run")
    check.signal(signal.SIGINT)
    until(lambda: "finishing what runs" in check.err.read_text("utf-8"), "it is heard")
    (tmp_path / "go").touch()
    assert check.wait().code == 130
    assert program.rows("SELECT agent, state FROM runs") == [("oracle", "complete")]


def without(tool: str, folder: Path) -> str:
    """Return a PATH that has everything but one tool."""
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in sorted(Path(place).glob("*")):
            if program.name != tool and not (folder / program.name).exists():
                (folder / program.name).symlink_to(program)
    return str(folder)


def test_a_language_without_its_tools_is_not_runnable_and_never_failed(
    program: Program, suite: Path, exercise: Path, tmp_path: Path
) -> None:
    path = without("go", tmp_path / "bin")
    shutil.copytree(exercise, suite / "go" / "first")
    (suite / "go" / "first" / "first_test.go").write_text("package first\n", encoding="utf-8")
    options = ("run", "--suite", str(suite), "--agent", "nop", "--sandbox", "none")
    mixed = program(*options, "--json", env={"PATH": path})
    assert mixed.code == 0, mixed.err
    assert [task["language"] for task in mixed.document["tasks"]] == ["shell"]
    assert mixed.document["run"]["counts"]["total"] == 1
    (missing,) = mixed.document["run"]["not_runnable"]
    assert (missing["language"], missing["exercises"]) == ("go", 1)
    assert "go on PATH" in missing["reason"]
    assert "install" in missing["remedy"]
    assert "go" in program("show", "1").out
    alone = program(*options, "--language", "go", env={"PATH": path})
    assert (alone.code, is_one_line(alone.err)) == (3, True), alone.err
    assert "no go on PATH" in alone.err
    assert program.rows("SELECT count(*) FROM runs") == [(1,)]
