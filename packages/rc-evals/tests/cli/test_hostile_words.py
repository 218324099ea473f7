"""Whatever strangers and agents have put into the store and into files: nothing that is shown can steer a terminal."""

import asyncio
import io
import json
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals import Home, Outcome
from rc_evals.artifacts import AGENT_LOG, TEST_LOG, attempt_folder
from rc_evals.cli.app import app
from rc_evals.cli.progress import Plan, Progress
from rc_evals.cli.views import LineView, MovingView
from rc_evals.events import Decided, PhaseEntered, Retrying, TaskRef
from rc_evals.languages.model import TestResult
from rc_evals.testing import recorder
from rc_evals.usage import ToolCount, Usage

STEERING = "\x1b[2J\x1b]0;title\x07\r\x08\x7f\x9b31m\u202eevil\u2066\u200b\ufeff\u2028\U000e0041"

_letters = st.text(st.characters(codec="utf-8"), max_size=8)
words = st.tuples(_letters, st.text(st.sampled_from(STEERING), max_size=4), _letters).map("".join)


def as_name(word: str) -> str:
    """Return a word as far as it can be the name of a file."""
    return word.replace("/", "-").replace("\0", "-")


def steers(text: str) -> set[str]:
    """Return what a terminal would obey, or nobody would see, in what was printed: all but tab and line end."""
    steering = {each for each in STEERING if not each.isprintable()}
    found = {each for each in text if unicodedata.category(each) in {"Cc", "Zl", "Zp"} or each in steering}
    return found - {"\t", "\n"}


async def record(home: Home, word: str, name: str) -> None:
    """Fill a data folder with a word wherever one can be chosen by a suite, an agent or a test."""
    usage = Usage(
        tokens_in=1, tokens_out=1, tokens_context=1, cache_writes=0, cache_reads=0, cost_micros=1,
        tools={word: ToolCount(1, 1)},
    )  # fmt: skip
    missing = {"language": word, "exercises": 1, "reason": word, "remedy": word}
    async with recorder(home) as recording:
        run = await recording.run([f"go/{name}", f"{name}/b"], name=word, not_runnable=[missing])
        await run.lose(error=word)
        await run.decide(Outcome.AGENT_ERROR, error=word, usage=usage, tests_modified=(word,))
        tests = (TestResult(name=word, passed=False, message=word),)
        await run.decide(Outcome.FAILED, error=word, tests=tests, tests_ran=1)
    for number in (1, 2):
        folder = attempt_folder(home, 1, "go", name, 1, number)
        folder.mkdir(parents=True)
        for artifact in (AGENT_LOG, TEST_LOG):
            (folder / artifact).write_bytes(word.encode("utf-8", "surrogatepass"))


@settings(max_examples=25, deadline=None)
@given(word=words, name=words.map(as_name))
def test_no_command_prints_what_steers_a_terminal(word: str, name: str) -> None:
    """Our rule: what is foreign is shown, not obeyed."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        asyncio.run(record(home, word, name))
        for command in ("list", "show 1", "logs 1", "list --json", "show 1 --json"):
            shown = CliRunner().invoke(app, ["--home", folder, *command.split()])
            assert shown.exit_code == 0, (command, shown.exception)
            assert steers(shown.output) == set(), command
            if "--json" in command:
                json.loads(shown.output)
        found = json.loads(CliRunner().invoke(app, ["--home", folder, "show", "1", "--json"]).output)
        assert found["run"]["name"] == word, "the document has what there is, as it is"
        for task in ("1", f"go/{name}"):
            shown = CliRunner().invoke(app, ["--home", folder, "logs", "1", task])
            assert steers(shown.output) == set(), task


@settings(max_examples=25, deadline=None)
@given(word=words, moving=st.booleans())
def test_no_view_of_a_run_that_goes_on_prints_what_steers_a_terminal(word: str, moving: bool) -> None:
    """Our rule. The moving view steers the terminal itself, but never with a word of others."""
    plan = Plan(
        run_id=1, suite="suite", agent="agent", sandbox="none", concurrency=1, total=2, verdicts={}, cost_micros=None
    )  # fmt: skip
    ref = TaskRef(1, word, word, 1, 1)
    events: list[Any] = [
        PhaseEntered(ref, "running", 0),
        Retrying(ref, word, 1.0),
        PhaseEntered(ref, "running", 0),
        Decided(ref, Outcome.FAILED, word, None, 5),
    ]

    def show(*, of: list[Any]) -> str:
        stream, progress = io.StringIO(), Progress(plan, began=0)
        view = MovingView(stream) if moving else LineView(stream)
        view.begin(progress)
        for event in of:
            view.tell(event, progress)
            progress.observe(event)
            view.draw(progress, 1_000)
        view.end("done")
        return stream.getvalue()

    own = steers(show(of=[]))
    assert own <= ({"\x1b", "\r"} if moving else set())
    assert steers(show(of=events)) <= own


@pytest.mark.parametrize("name", ["a\x1b[2Jb", "a\u202eb", "a\nb"])
def test_an_exercise_whose_name_steers_a_terminal_is_refused(tmp_path: Path, name: str) -> None:
    """Our rule: names reach the store, reports and file names."""
    for folder in (name, "honest"):
        exercise = tmp_path / "suite" / "python" / folder
        (exercise / "docs").mkdir(parents=True)
        (exercise / "docs" / "instructions.md").write_text("Do.\n")
        (exercise / "x_test.py").touch()
    shown = CliRunner().invoke(app, ["--home", str(tmp_path / "home"), "suites", "show", str(tmp_path / "suite")])
    assert steers(shown.output) == set()
    assert "has an unusable name; rename its folder" in shown.output
    assert shown.output.splitlines()[-2:] == ["python/honest", f"2 exercises in {tmp_path}/suite"]
