"""Whatever agents write, from names to transcripts, no page runs it, breaks by it, or grows wide or heavy."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page
from rc_evals.artifacts import AGENT_LOG, DIFF, TEST_LOG, TRANSCRIPT, attempt_folder
from rc_evals.home import Home
from rc_evals.languages.model import TestResult
from rc_evals.outcomes import Outcome
from rc_evals.testing import recorder
from rc_evals.usage import ToolCount, Usage

from .browsing import NewContext
from .exercises import add_exercise
from .hosts import roo_cli_agent
from .program import Program, command_agent
from .test_web_accessibility import PAGES, SIZES

pytestmark = pytest.mark.needs("browser")

MOST_BYTES: Final = 100_000
"""Of a page."""

HOSTILE: Final = (
    "<script>window.pwned=1</script></script></pre></textarea></title><img src=x onerror=window.pwned=1>"
    "\"' onmouseover=window.pwned=1 autofocus onfocus=window.pwned=1 --><svg onload=window.pwned=1>"
    "{{ 7 * 7 }} [click](javascript:window.pwned=1) javascript:window.pwned=1 "
    "\x1b[31mred\x1b[2J\x1b]8;;javascript:window.pwned=1\x07link\x1b]8;;\x07 \u202eback\u2066 \U0001f600\u0301 &lt;\r\n"
)
"""Markup, ends of elements and of attributes, a template, links, commands for terminals, text that turns around."""

BYTES: Final = HOSTILE.encode() + "half: \ud83d".encode("utf-8", "surrogatepass") + b" no text: \0\xff\xfe\xc3\n"
"""The same with what is no text at all."""

LONG: Final = "n" * 10_000
"""A name that nothing breaks; and the same of characters of four bytes."""
WIDE: Final = "\U0001f600" * 10_000

SENT: Final = (
    "[...document.querySelectorAll('[href], [src], [action]')].map(each => each.href ?? each.src ?? each.action)"
)
"""Script that returns where a page would lead, as the browser understands it."""

TURNED: Final = r"/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(document.body.innerText)"
"""Script that says whether a page shows something that moves, hides or turns around other text."""


def spoken(text: str, number: int, **message: str) -> bytes:
    """Return a line of a transcript."""
    said = {"ts": number, "type": "say", "say": "text", "text": text, **message}
    change = {"taskId": "root", "action": "created", "message": said}
    return json.dumps({"eventName": "message", "payload": [change]}).encode()


def leave_files(home: Home, exercise: str) -> None:
    """Put there what an agent has left in its first attempt, with a line no longer than it is allowed."""
    folder = attempt_folder(home, 1, "python", exercise, 1, 1)
    folder.mkdir(parents=True)
    tool = json.dumps({"tool": HOSTILE, "path": HOSTILE, "diff": HOSTILE, "content": WIDE})
    said = [
        spoken(HOSTILE, 1),
        spoken(HOSTILE, 2, say="error"),
        spoken(tool, 3, type="ask", ask="tool"),
        spoken(HOSTILE, 4, say=HOSTILE),
        spoken(WIDE, 5, say="reasoning"),
        spoken(HOSTILE, 6, type="ask", ask="command"),
        spoken("half: \ud83d", 7),
        BYTES,
    ]
    (folder / TRANSCRIPT).write_bytes(b"\n".join(said))
    (folder / AGENT_LOG).write_bytes(BYTES * 200 + LONG.encode())
    (folder / TEST_LOG).write_bytes(BYTES + WIDE.encode())
    names = (HOSTILE.strip(), LONG)
    patch = "".join(
        f"--- a/{name}\n+++ b/{name}\n@@ -1,1 +1,2 @@ {HOSTILE.strip()}\n-{HOSTILE.strip()}\n+{WIDE}\n+{LONG}\n"
        for name in names
    )
    (folder / DIFF).write_bytes(patch.encode() + BYTES)


async def record(home: Home) -> None:
    """Write the history of a run in which every name and every word is hostile, and the list of tasks is long."""
    odd = [f"python/{HOSTILE}", f"python/{LONG}", f"{LONG}/{WIDE}", f"{HOSTILE.replace('/', '')}/{HOSTILE}"]
    many = [f"python/{number} {HOSTILE} {LONG}" for number in range(60)]
    async with recorder(home) as opened:
        run = await opened.run(
            [*odd, *many],
            name=HOSTILE,
            suite=HOSTILE + LONG,
            agent=WIDE,
            agent_args={HOSTILE: HOSTILE, LONG: WIDE, "model": HOSTILE + LONG},
            settings={HOSTILE: HOSTILE, LONG: {HOSTILE: [WIDE]}},
            not_runnable=[{"language": HOSTILE, "exercises": 1, "reason": HOSTILE, "remedy": LONG}],
        )
        tests = (
            TestResult(HOSTILE, passed=False, message=HOSTILE),
            *(TestResult(f"{number} {LONG}", passed=number > 9, message=WIDE[:2_000]) for number in range(30)),
        )
        tools = {HOSTILE: ToolCount(2, 1), LONG: ToolCount(1, 0)}
        usage = Usage(tokens_in=10**15, tokens_out=10**12, cost_micros=10**15, tools=tools)
        for number in range(60):
            error = f"{number} {HOSTILE}" if number % 2 else WIDE
            await run.decide(
                Outcome.AGENT_ERROR if number % 3 else Outcome.FAILED,
                error=error[:2_000],
                tests=tests,
                tests_ran=31,
                tests_modified=(HOSTILE, LONG),
                usage=usage,
            )
        await run.lose(error=HOSTILE)
        await run.leave()


@pytest.fixture
def hostile_runs(program: Program, tmp_path: Path) -> None:
    """Three runs: one recorded; one of an agent that prints and writes; one of an agent that talks."""
    home = Home(program.home)
    with ThreadPoolExecutor(1) as beside:  # the browser has a loop in this thread
        beside.submit(asyncio.run, record(home)).result()
    leave_files(home, HOSTILE)
    (said := tmp_path / "said").write_bytes(BYTES)
    exercise = add_exercise(home.suites / "own", "first", test=f"cat {said}; exit 1\n")
    (exercise / "docs/instructions.md").write_bytes(BYTES.decode("utf-8", "ignore").replace("\0", "").encode())
    name = '"><img src=x onerror=window.pwned=1>'
    writing = command_agent(f"cat {said} {said} >&2; cp {said} answer.sh; cp {said} '{name}'; exit 7")
    steps: tuple[dict[str, Any], ...] = (
        {"thinking": HOSTILE},
        {"text": HOSTILE},
        {"tool": HOSTILE, "input": {"path": HOSTILE, HOSTILE: LONG}},
        {"command": HOSTILE, "output": HOSTILE + WIDE, "exitCode": 1},
        {"raw": HOSTILE},
        {"stderr": HOSTILE},
        {"complete": HOSTILE},
    )
    talking = roo_cli_agent(tmp_path / "roo", *steps)
    for agent in (writing, talking):
        run = ("run", "--suite", "own", "--name", f"{name} {'&' * 100}", "--sandbox", "none")
        done = program(*run, *agent)
        assert done.code in {0, 1}, done.err


OWN: Final = (
    "/?group=model",
    "/?group=suite",
    "/?sort=name",
    "/?q=%3Cscript%3Ewindow.pwned%3D1%3C/script%3E%22%20autofocus%20onfocus%3Dwindow.pwned%3D1",
    "/runs/1/menu",
    "/runs/new?clone=1",
    "/runs/1?q=%22%3E%3Cscript%3Ewindow.pwned=1%3C/script%3E&reason=%3Cscript%3Ewindow.pwned=1%3C/script%3E",
    "/runs/1?language=%3Cscript%3Ewindow.pwned%3D1%3C/script%3E",
    *(f"/runs/1/tasks/{task}" for task in (2, 3, 4, 61)),
    *(
        f"/runs/{run}/tasks/{task}{part}"
        for run, task in ((2, 65), (3, 66))
        for part in ("", "/tests", "/conversation", "/changes", "/logs", "/setting")
    ),
    *(f"/runs/1/tasks/1/logs?file={name}" for name in (AGENT_LOG, TEST_LOG)),
    *(f"/runs/2/tasks/65/logs?file={name}" for name in (AGENT_LOG, TEST_LOG)),
)
"""Where what these runs hold is shown, beside the pages that all runs have."""


def wrong_with(page: Page, address: str, width: int) -> list[str]:
    """Return what is wrong with a page, everything on it unfolded."""
    answer = page.goto(address)
    assert answer is not None
    wrong: list[str] = []
    if answer.status != (404 if address.endswith("/nowhere") else 200):
        wrong.append(f"status {answer.status}")
    if len(answer.body()) > MOST_BYTES and "clone=" not in address:  # a form has to hold all that was asked for
        wrong.append(f"{len(answer.body()):,} bytes")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    if page.locator("details[hx-get]").count():
        page.wait_for_load_state("networkidle")
    if page.evaluate("window.pwned") is not None:
        wrong.append("something ran")
    leads = page.evaluate(SENT)
    wrong += [f"leads to {each[:60]}" for each in leads if not str(each).startswith(("http://127.0.0.1:", "data:"))]
    if page.evaluate(TURNED):
        wrong.append("shows text that moves or turns others")
    if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
        wrong.append(f"{needed} pixels wide")
    return wrong


@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_nothing_that_an_agent_writes_gets_out_of_its_place(
    context: NewContext, site: str, hostile_runs: None, size: str
) -> None:
    """Spec 20: everything is escaped. The policy would stop what is not, and then the profile tells of it."""
    width, height = SIZES[size]
    page = context(viewport={"width": width, "height": height}).new_page()
    found = {path: wrong_with(page, f"{site}{path}", width) for path in (*PAGES, *OWN)}
    wrong = {path: each for path, each in found.items() if each}
    assert not wrong, json.dumps(wrong, indent=1)
