"""A run is looked at while it goes on: a program that uses tools, as the stream tells it and as a page shows it."""

import json
import os
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from rc_evals.artifacts import TRANSCRIPT

from .exercises import SOLVE
from .hosts import roo_cli_agent
from .program import PATIENCE, Background, Program, until

HOSTILE = "<img src=x onerror=alert(1)>\x1b[2J\u202e"
USED = {"usage": [{"tokensIn": 51_234, "tokensOut": 902, "cacheReads": 0, "cost": 0.25}]}


@pytest.fixture
def waiting(program: Program, suite: Path, exercise: Path, tmp_path: Path) -> tuple[Background, Path]:
    """A run whose agent has read a file, says something, and waits; with the pipe through which it is let go on."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    tool = {"tool": "readFile", "input": {"path": "answer.sh"}}
    steps = (tool, {"text": f"It prints 0. {HOSTILE}"}, USED, {"shell": f"read line < {pipe}; {SOLVE}"})
    agent = roo_cli_agent(tmp_path / "roo", *steps, {"complete": "It prints 42."})
    run = program.start("run", "--suite", str(suite), *agent, "--sandbox", "none")
    until(program.artifacts("shell-easy-1", TRANSCRIPT).exists, "the agent works")
    return run, pipe


def let_go_on(pipe: Path) -> None:
    with pipe.open("w", encoding="utf-8") as told:
        told.write("\n")


def test_the_stream_tells_what_an_agent_does_in_upstreams_words_and_in_ours(
    site: str, waiting: tuple[Background, Path]
) -> None:
    """Spec 16.2, 24.9: its events with our number of the task; phase, last tool, tokens, money."""
    run, pipe = waiting
    events: list[tuple[str, Any]] = []
    last: dict[str, Any] = {"cost": ""}
    with httpx.stream("GET", f"{site}/api/runs/1/stream", timeout=PATIENCE) as stream:
        name = ""
        for line in stream.iter_lines():
            field, _, value = line.partition(": ")
            name = value if field == "event" else name
            if field == "data":
                events.append((name, told := json.loads(value)))
                name = ""
                if "tasks" in told and not last["cost"]:
                    last = told["tasks"][0]
                    if last["cost"]:
                        let_go_on(pipe)
    assert run.wait().code == 0
    assert last["name"] == "shell/easy"
    assert (last["tool"], last["tokens"], last["cost"]) == ("readFile answer.sh", "51k in, 902 out", "$0.25")
    upstream = [told for name, told in events if not name]
    assert {told["taskId"] for told in upstream} == {1}
    names = [told["eventName"] for told in upstream]
    assert names[-2:] == ["taskCompleted", "evalPass"]
    assert "message" not in names
    assert events[-1] == ("done", {"state": "complete"})


@pytest.mark.needs("browser")
def test_a_page_follows_the_run_to_its_end(site: str, waiting: tuple[Background, Path], page: Page) -> None:
    """What an agent says is shown as it is and does nothing; the figures need no new page, the end brings one."""
    run, pipe = waiting
    page.goto(f"{site}/runs/1")
    expect(page.locator(".connection")).to_have_text("live")
    row = page.locator("#now li")
    expect(row.locator(".name")).to_have_text("shell/easy")
    expect(row.locator("[data-field=tool]")).to_have_text("readFile answer.sh")
    expect(row.locator("[data-field=text]")).to_have_text(r"It prints 0. <img src=x onerror=alert(1)>\x1b[2J\u202e")
    expect(row.locator("[data-field=until]")).to_have_text(re.compile(r"0:0\d:\d\d left"))
    expect(page.locator("[data-live=cost]")).to_have_text("$0.25")
    expect(page.locator("[data-live=at_work]")).to_have_text("1 at work")
    page.evaluate("window.stillHere = true")
    let_go_on(pipe)
    expect(page.locator("[data-live=passed]")).to_have_text("1")
    expect(page.locator(".heading .state")).to_have_text("complete")
    expect(page.locator("#now")).to_have_count(0)
    assert run.wait().code == 0
    assert page.evaluate("window.stillHere") is None, "the page was made anew for what can be done now"


@pytest.mark.needs("browser")
def test_a_page_that_nobody_looks_at_holds_no_connection(
    site: str, waiting: tuple[Background, Path], page: Page
) -> None:
    """A browser opens six connections to a server; a seventh page would wait for ever."""
    run, pipe = waiting
    page.goto(f"{site}/runs/1")
    expect(page.locator(".connection")).to_have_text("live")
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", {configurable: true, get: () => hidden});
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        True,
    )
    expect(page.locator(".connection")).to_have_text("paused")
    let_go_on(pipe)
    assert run.wait().code == 0
    expect(page.locator("[data-live=passed]")).to_have_text("0")
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".heading .state")).to_have_text("complete")
