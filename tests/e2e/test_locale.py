"""Languages, character sets, time zones and odd terminals: the same answers everywhere, and never a traceback."""

import json
import os
import pty
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from .exercises import SOLVE, add_exercise
from .program import EXECUTABLE, PATIENCE, Program, command_agent, is_one_line, until

ENVIRONMENTS: Mapping[str, Mapping[str, str]] = {
    "C": {"LC_ALL": "C"},
    "POSIX without UTF-8": {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "ASCII only": {"PYTHONIOENCODING": "ascii:strict"},
    "Latin-1": {"PYTHONIOENCODING": "latin-1"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8"},  # where lower-casing I gives another letter; C where it is not installed
    "quarters of an hour, one column": {"TZ": "Asia/Kathmandu", "COLUMNS": "1", "LINES": "1"},
    "no such zone, no columns": {"TZ": "No/Where", "COLUMNS": "0", "LINES": "0"},
    "no such terminal": {"TERM": "nothing", "FORCE_COLOR": "1", "NO_COLOR": "", "COLUMNS": "wide", "LINES": "-3"},
}

PRINTED = ("list", "show 1", "logs 1", "logs 1 #{name}", "suites show #{suite}")
DOCUMENTS = ("list --json", "show 1 --json")

NAME = "na\u00efve"
WORDS = "\u2603 caf\u00e9 \u0130stanbul"


@pytest.fixture
def recorded(program: Program, suite: Path) -> Program:
    """A data folder with a run in which names, logs and errors need more than ASCII."""
    add_exercise(suite, NAME)
    agent = command_agent(f"echo '{WORDS}'; exit 1")
    done = program("run", "--suite", str(suite), *agent, "--sandbox", "none", "--name", WORDS)
    assert done.code == 0, done.err
    return program


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_every_command_answers_everywhere(recorded: Program, suite: Path, env: Mapping[str, str]) -> None:
    """Our rule: documents are the same bytes, and people get an answer that their terminal can show."""
    for command in (*PRINTED, *DOCUMENTS):
        words = [word.replace("#{name}", NAME).replace("#{suite}", str(suite)) for word in command.split()]
        there = recorded(*words, env=env)
        assert (there.code, there.err) == (0, ""), command
        assert there.out.strip(), command
        if command in DOCUMENTS:
            assert there.out.isascii(), command
            assert there.out == recorded(*words).out, command


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_runs_go_on_everywhere(program: Program, suite: Path, tmp_path: Path, env: Mapping[str, str]) -> None:
    """Our rule: the same verdicts, whatever the environment of whoever starts a run."""
    add_exercise(suite, "plain")
    words = tmp_path / "words"
    words.write_text(f"{WORDS}\n", encoding="utf-8")
    agent = command_agent(f'cat {words}; touch "$(cat {words})"; {SOLVE}')
    done = program("run", "--suite", str(suite), *agent, "--sandbox", "none", "--json", env=env)
    assert done.code == 0, done.err
    assert "Traceback" not in done.err
    assert [task["verdict"] for task in done.document["tasks"]] == ["passed"]
    assert program.artifacts("shell-plain-1", "agent.log").read_text("utf-8") == f"{WORDS}\n"


def test_what_a_locale_cannot_say_is_refused_in_one_line(program: Program, suite: Path) -> None:
    """Our rule."""
    add_exercise(suite, NAME)
    run = ("run", "--suite", str(suite), "--sandbox", "none")
    for agent, said in (
        (("--agent", "nop"), "has an unusable name; rename its folder"),
        (command_agent(f"echo {WORDS}"), "is not text in UTF-8, or this locale has none; try LC_ALL=C.UTF-8"),
    ):
        refused = program(*run, *agent, env=ENVIRONMENTS["POSIX without UTF-8"])
        assert (refused.code, refused.out, is_one_line(refused.err)) == (2, "", True), refused.err
        assert said in refused.err
        assert program(*run, *agent, env=ENVIRONMENTS["C"]).code == 0


def test_a_run_may_be_resumed_in_another_zone(program: Program, suite: Path, tmp_path: Path) -> None:
    """Our rule: what is stored knows no zone; summer time may begin while a run waits."""
    add_exercise(suite, "plain")
    gate = tmp_path / "gate"
    agent = command_agent(f"until [ -e {gate} ]; do sleep 0.05; done; {SOLVE}")
    run = program.start("run", "--suite", str(suite), *agent, "--sandbox", "none")
    until(lambda: program.rows("SELECT 1 FROM tasks WHERE state = 'running'"), "an agent works")
    run.signal(signal.SIGTERM)
    assert run.wait().code == 130
    gate.touch()
    resumed = program("resume", "1", "--json", env={"TZ": "Pacific/Kiritimati"})
    assert resumed.code == 0, resumed.err
    assert resumed.document == program.document()
    (task,) = resumed.document["tasks"]
    assert (task["verdict"], task["attempts"]) == ("passed", 2)
    assert resumed.document["run"]["created_at"] <= task["started_at"] <= task["finished_at"]


def on_terminal(program: Program, *words: str, env: Mapping[str, str]) -> tuple[int, str]:
    """Run a command on a terminal that does not know its size, as some consoles do, and return what it shows."""
    terminal, inner = pty.openpty()
    unsized = {name: value for name, value in program.env.items() if name not in {"COLUMNS", "LINES"}}
    process = subprocess.Popen([EXECUTABLE, *words], env={**unsized, **env}, stdin=inner, stdout=inner, stderr=inner)
    os.close(inner)
    shown = b""
    with suppress(OSError):  # EIO, once nobody has the inner end any more
        while part := os.read(terminal, 65536):
            shown += part
    os.close(terminal)
    return process.wait(PATIENCE), shown.decode("utf-8")


@pytest.mark.parametrize(
    "env",
    [{}, {"COLUMNS": "0", "LINES": "0"}, {"COLUMNS": "1", "LINES": "1"}, {"TERM": "nothing"}],
    ids=["none", "0", "1", "odd"],
)
def test_a_terminal_of_any_size_shows_results(program: Program, suite: Path, env: Mapping[str, str]) -> None:
    """Our rule: people get an answer, if a narrow one."""
    add_exercise(suite, "easy")
    nop = ("run", "--suite", str(suite), "--agent", "nop", "--sandbox", "none")
    for words in (nop, ("list",), ("show", "1")):
        code, shown = on_terminal(program, *words, env={"TERM": "xterm", **env})
        assert (code, "Traceback" in shown, "the view of run" in shown) == (0, False, False), shown
        assert len("".join(shown.split())) > (20 if env.get("COLUMNS") != "1" else 1), shown


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_nobody_s_trouble(recorded: Program, suite: Path, closed: str) -> None:
    """Our rule: a file of ours must not take the number of a stream, and be printed into."""
    prefix = ("sh", "-c", f'exec "$@" {closed}', "sh")
    nop = ("run", "--suite", str(suite), "--agent", "nop", "--sandbox", "none")
    for words in (("list",), ("show", "1"), ("logs", "1", NAME), nop):
        done = recorded(*words, prefix=prefix)
        assert (done.code, "error" in done.err) == (0, False), (words, done.err)
    assert recorded("show", "9", prefix=prefix).code == 2
    assert json.loads(recorded("show", "2", "--json").out)["run"]["counts"]["failed"] == 1
