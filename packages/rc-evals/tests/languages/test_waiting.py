"""Tools that take long: nobody has to wait for them who does not want to."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from rc_evals._errors import ToolchainError
from rc_evals.languages import waiting
from rc_evals.languages.cache import Cache
from rc_evals.languages.probing import ask


def test_breaking_off_ends_a_tool_with_all_that_it_has_started(tmp_path: Path) -> None:
    """Our rule: an installer's children write as well."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    script = f"sleep 300 & echo $! > {pipe}; wait"
    with waiting.breakable() as break_off, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, ("sh", "-c", script), seconds=300, env=os.environ)
        child = int(pipe.read_text("ascii"))
        break_off()
        with pytest.raises(ToolchainError, match="sh ended with exit code -9"):
            asked.result(timeout=5)
        with pytest.raises(ToolchainError, match="broken off"):
            ask(("true",), env=os.environ)
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text("ascii").split()[2] in "ZX"
    assert ask(("echo", "again"), env=os.environ) == "again"


def test_a_tool_whose_time_is_up_is_ended_with_all_that_it_has_started() -> None:
    """Our rule: what holds its output open would otherwise hold us."""
    with pytest.raises(ToolchainError, match=r"sh did not answer within 0\.2 s"):
        ask(("sh", "-c", "sleep 300 & sleep 300"), seconds=0.2, env=os.environ)


def test_waiting_for_another_process_that_installs_is_broken_off_too(tmp_path: Path) -> None:
    """Our rule: whoever does not want to wait for a tool does not want to wait for another's either."""
    cache = Cache(tmp_path / "cache")
    entered, leave = threading.Event(), threading.Event()

    def install_slowly(_folder: Path) -> None:
        entered.set()
        leave.wait(5)

    with waiting.breakable() as break_off, ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.folder, "tools", [b"1"], install_slowly)
        assert entered.wait(5)
        second = pool.submit(cache.folder, "tools", [b"1"], install_slowly)
        break_off()
        with pytest.raises(ToolchainError, match="broken off"):
            second.result(timeout=5)
        leave.set()
        assert first.result(timeout=5).is_dir()


def test_a_tool_that_cannot_be_started_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match="nothing cannot be started: No such file"):
        ask((tmp_path / "nothing",), env=os.environ)


def test_a_tool_does_not_hear_our_signals() -> None:
    """Our rule: a Ctrl-C halfway through an installation is ours to act on."""
    session = ask(("sh", "-c", "cut -d ' ' -f 6 /proc/$$/stat"), env=os.environ)
    assert int(session) != os.getsid(0)
