"""A task in the browser: its log is followed while the agent works, and its pages then say what became of it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from .program import Program, until

pytestmark = pytest.mark.needs("browser")


def is_at_end(log: Locator) -> bool:
    """Return whether the last line of a log is in sight."""
    return bool(log.evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight < 2"))


def test_a_log_is_followed_until_the_agent_is_done(
    program: Program, suite: Path, exercise: Path, site: str, page: Page, tmp_path: Path
) -> None:
    """Spec 24.9: a streaming log with follow mode. Who scrolls back to read is left where they are."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    script = f"seq 1 300; read line < {pipe}; printf '\\033[32mgoes on\\033[0m\\n'; seq 301 330; read line < {pipe}"
    command = ("--agent-arg", f'command=sh -c "{script}"', "--sandbox", "none")
    run = program.start("run", "--suite", str(suite), "--agent", "command", *command)
    log_file = program.artifacts("shell-easy-1", "agent.log")
    until(lambda: log_file.exists() and log_file.read_text(encoding="utf-8").endswith("300\n"), "the agent prints")

    page.goto(f"{site}/runs/1/tasks/1/logs")
    log = page.locator("pre.log")
    expect(log).to_contain_text("300")
    assert is_at_end(log)
    with pipe.open("w", encoding="utf-8") as told:
        told.write("\n")
    expect(log).to_contain_text("330")
    expect(log.locator(".green")).to_have_text("goes on")
    until(lambda: is_at_end(log), "the page is at the end of the log")

    log.evaluate("log => { log.scrollTop = 0; }")
    until(lambda: not is_at_end(log), "somebody has scrolled back")
    with pipe.open("w", encoding="utf-8") as told:
        told.write("\n")
    expect(log).to_contain_text("[the attempt is over: failed]")
    assert not is_at_end(log)
    assert run.wait().code in {0, 1}

    page.get_by_role("link", name="Overview").click()
    expect(page.locator(".why")).to_contain_text("The agent ended by itself, and the tests did not pass")
