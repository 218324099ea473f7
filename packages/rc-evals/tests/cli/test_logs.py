"""The command that shows what attempts left. The files are real, and so are the processes that follow them."""

import asyncio
import os
import sys
from pathlib import Path

from click.testing import CliRunner, Result
from rc_evals import Home, Outcome, UsageError
from rc_evals.artifacts import AGENT_LOG, DIFF, TEST_LOG, attempt_folder
from rc_evals.cli.app import app
from rc_evals.clock import now_ms
from rc_evals.testing import RecordedRun, recorder


def say(home: Home, *words: str) -> Result:
    return CliRunner().invoke(app, ["--home", str(home.root), "logs", *words])


def leave(home: Home, run: RecordedRun, exercise: str, number: int, **files: bytes) -> Path:
    folder = attempt_folder(home, run.id, "go", exercise, 1, number)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / {"log": AGENT_LOG, "tests": TEST_LOG, "diff": DIFF}[name]).write_bytes(content)
    return folder


async def test_a_run_lists_what_every_attempt_left(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a", "go/b"])
        assert "has left nothing yet" in say(home, "1").stdout
        await run.lose()
        await run.decide(Outcome.PASSED)
    leave(home, run, "a", 1, log=b"x")
    leave(home, run, "a", 2, log=b"x" * 1_500, diff=b"y" * 20)
    assert say(home, "1").stdout.splitlines() == [
        "go/a  lost    attempt 1  agent.log 1 B",
        "go/a  passed  attempt 2  agent.log 2 kB, diff.patch 20 B",
        f"in {home.artifacts(1)}",
    ]


async def test_a_task_prints_log_and_tests_of_its_latest_attempt_without_obeying_them(tmp_path: Path) -> None:
    """Security posture: logs of hostile agents reach no terminal as they are."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a"])
        await run.lose()
        await run.decide(Outcome.FAILED)
    leave(home, run, "a", 1, log=b"old\n")
    folder = leave(home, run, "a", 2, log=b"\x1b[32mgreen\x1b[0m \x1b]0;title\x07 \xff", tests=b"1 failed\r\n")
    assert say(home, "1", "a").stdout.splitlines() == [
        f"--- attempt 2, agent log ({folder / AGENT_LOG})",
        "green \\x1b]0;title\\x07 \N{REPLACEMENT CHARACTER}",
        f"--- attempt 2, test output ({folder / TEST_LOG})",
        "1 failed",
    ]


async def test_a_long_line_and_a_cut_character_survive_the_reading_in_pieces(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a"])
        await run.decide(Outcome.PASSED)
    text = "a" + "\N{GREEK SMALL LETTER ALPHA}" * 200_000
    leave(home, run, "a", 1, log=text.encode())
    assert say(home, "1", "go/a").stdout.partition("\n")[2] == text + "\n"


async def test_a_task_that_left_nothing_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        await recording.run(["go/a"])
    result = say(home, "1", "a")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        "go/a of run 1 has left no output (queued after 0 attempts); `rc-evals logs 1` lists what there is\n"
    )


async def test_a_wrong_name_is_bad_usage(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        await recording.run(["go/a", "rust/a"])
    for words, complaint in (
        (("2",), "there is no run 2"),
        (("1", "b"), "has no task 'b'"),
        (("1", "9" * 30), "has no task"),
        (("1", "a"), "has several tasks 'a': go/a#1, rust/a#1"),
        (("1", "-f"), "--follow needs a task"),
    ):
        result = say(home, *words)
        assert isinstance(result.exception, UsageError)
        assert complaint in str(result.exception)


async def test_following_goes_on_over_attempts_until_there_is_a_verdict(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording, asyncio.timeout(60):
        run = await recording.run(["go/a"], now=now_ms())
        lease = await run.claim()
        first = leave(home, run, "a", 1, log=b"one\ntw")
        follower = await follow(home)
        assert follower.stdout is not None
        assert await follower.stdout.readline() == f"--- attempt 1, agent log ({first / AGENT_LOG})\n".encode()
        assert await follower.stdout.readline() == b"one\n"
        with (first / AGENT_LOG).open("ab") as log:
            log.write(b"o\n")
        assert await follower.stdout.readline() == b"two\n"
        await run.lose(lease)
        lease = await run.claim()
        second = leave(home, run, "a", 2, log=b"again\n")
        assert await follower.stdout.readline() == f"--- attempt 2, agent log ({second / AGENT_LOG})\n".encode()
        assert await follower.stdout.readline() == b"again\n"
        leave(home, run, "a", 2, tests=b"ok")
        await run.decide(Outcome.PASSED, lease)
        output, errors = await follower.communicate()
    assert output.decode().splitlines() == [f"--- attempt 2, test output ({second / TEST_LOG})", "ok"]
    assert (errors, follower.returncode) == (b"go/a: passed\n", 0)


async def test_following_a_run_that_nobody_works_on_ends_with_advice(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording, asyncio.timeout(60):
        run = await recording.run(["go/a"])
        await run.leave()
        follower = await follow(home)
        _, errors = await follower.communicate()
    assert errors == b"nobody works on run 1 now; `rc-evals resume 1` goes on\n"


async def follow(home: Home) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from rc_evals.cli import main; main()", "--home", str(home.root), "logs", "1", "a", "-f",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
