"""The programs that look for what breaks rc-ipc, in small: they start, they find nothing, and they would see it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from soak.deliveries import ROUND, about, event, judge, judge_visit, number_of

TOOLS = Path(__file__).parents[2] / "tools"


def run(program: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOLS / program), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def test_odd_messages_break_no_law(tmp_path: Path) -> None:
    """IPC spec R-2, R-4, R-14: cores and live sockets; `--frames 2000000` is for nights."""
    done = run("fuzz/ipc.py", "--frames", "1000", "--found", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    goals = json.loads(done.stdout.splitlines()[-1])["goals"]
    assert len(goals) == 7 * 3
    assert all(goal["met"] for goal in goals.values())


def test_what_was_kept_is_heard_again(tmp_path: Path) -> None:
    """Our rule: a finding can be looked at."""
    kept = tmp_path / "found.json"
    kept.write_text(json.dumps({"target": "server", "batch": [b"{nope}".hex()]}), encoding="utf-8")
    assert "nothing is wrong with it" in run("fuzz/ipc.py", "--replay", str(kept)).stderr


@pytest.mark.parametrize("program", ["fuzz/ipc.py", "fuzz/guided.py", "soak/ipc.py", "soak/listeners.py"])
def test_a_program_says_what_it_does(program: str) -> None:
    """Our rule: whoever finds it can start it."""
    done = run(program, "--help")
    assert (done.returncode, done.stderr) == (0, "")


def test_numbered_events_keep_their_number() -> None:
    """What the verdicts stand on."""
    assert [number_of(event(number)) for number in range(5 * ROUND)] == list(range(5 * ROUND))


def test_all_heard_in_order_is_good() -> None:
    """IPC spec 8.4."""
    verdict = judge(range(30), range(30))
    assert verdict.is_good
    assert verdict.coalesced == 0


def test_what_gave_way_is_no_loss_if_its_successor_stands_in_its_place() -> None:
    """IPC spec R-5, step 1: of the events 2 to 6 about one message, the last took the place of the first."""
    verdict = judge([0, 1, 6, 7, 8, 9], range(10))
    assert verdict.is_good
    assert verdict.coalesced == 4


@pytest.mark.parametrize(
    ("heard", "what"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8, 9], "lost"),
        ([0, 1, 2, 3, 4, 5, 7, 8, 9], "lost"),
        ([0, 1, 2, 3, 4, 5, 6, 8, 9], "lost"),
        ([0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9], "repeated"),
        ([1, 0, 2, 3, 4, 5, 6, 7, 8, 9], "disordered"),
        ([0, 1, 7, 8, 6, 9], "disordered"),
    ],
    ids=["start", "final message", "last usage", "twice", "swapped", "not in its place"],
)
def test_a_loss_a_repetition_or_a_disorder_is_seen(heard: list[int], what: str) -> None:
    """IPC spec R-5: only what is out of date may be missing, and only for its successor."""
    verdict = judge(heard, range(10))
    assert not verdict.is_good
    assert getattr(verdict, what) > 0


def test_who_comes_in_the_middle_misses_nothing_that_lasts() -> None:
    """IPC spec 8.3: no replay of what was before."""
    lasting = [number for number in range(40) if about(number) is None]
    assert judge_visit([3, *lasting[2:]]).is_good
    assert judge_visit([*lasting[2:5], *lasting[6:]]).lost == 1
