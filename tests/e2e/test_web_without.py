"""The dashboard where something is missing: scripts, the network for a while, the token, or the browser itself."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from rc_evals.home import Home
from rc_evals.outcomes import Outcome
from rc_evals.testing import recorder

from .browsing import NewContext, dashboard
from .exercises import SOLVE, add_exercise
from .program import Background, Program, command_agent, until
from .relay import relaying

pytestmark = pytest.mark.needs("browser")

RUNS, TASKS = 51, 51
"""One more than a page shows."""


async def record(home: Home) -> None:
    """Write a page of runs and one more; the first, of another agent, has a page of tasks and one more."""
    async with recorder(home) as opened:
        run = await opened.run([f"go/task-{number:02}" for number in range(TASKS)], name="the first", agent="nop")
        for number in range(TASKS):
            await run.decide(Outcome.PASSED if number % 2 else Outcome.FAILED)
        await run.finish()
        for _ in range(RUNS - 1):
            await opened.run(["go/task-00"])


@pytest.fixture
def recorded(program: Program) -> None:
    """Many runs, and a suite with one exercise."""
    add_exercise(program.home / "suites" / "own", "first")
    with ThreadPoolExecutor(1) as beside:  # the browser has a loop in this thread
        beside.submit(asyncio.run, record(Home(program.home))).result()


@pytest.fixture
def waiting(program: Program) -> Background:
    """A run of one exercise that is solved once `go` is called."""
    add_exercise(program.home / "suites" / "own", "first")
    script = f"while [ ! -e {program.home}/go ]; do sleep 0.1; done; {SOLVE}"
    run = program.start("run", "--suite", "own", *command_agent(script), "--sandbox", "none")
    until(lambda: program.rows("SELECT 1 FROM tasks WHERE state = 'running'"), "the agent works")
    return run


def go(program: Program) -> None:
    (program.home / "go").touch()


def sockets(process: Background) -> int:
    """Return how many sockets a process has open."""
    links = [link for link in Path(f"/proc/{process.process.pid}/fd").iterdir() if link.is_symlink()]
    return sum(str(link.readlink()).startswith("socket:") for link in links)


def expect_live(page: Page) -> None:
    expect(page.locator(".connection")).to_have_attribute("data-is", "live")


def test_lists_are_read_narrowed_and_sorted_without_scripts(context: NewContext, site: str, recorded: None) -> None:
    """Spec 24.9: only the live part needs them."""
    page = context(java_script_enabled=False).new_page()
    page.goto(site)
    names = page.locator("th.name")
    expect(names).to_have_count(RUNS - 1)
    page.get_by_role("link", name="Next page").click()
    expect(names).to_have_count(1)
    expect(names).to_contain_text("the first")
    page.goto(site)
    page.locator("select[name=agent]").select_option("nop")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(names).to_have_count(1)
    page.goto(site)
    page.get_by_role("link", name="Passed", exact=True).click()
    expect(names.first).to_contain_text("the first")

    names.first.get_by_role("link").click()
    rows = page.locator("table.tasks tbody tr")
    expect(rows).to_have_count(TASKS - 1)
    page.get_by_role("link", name="Next page").click()
    expect(rows).to_have_count(1)
    page.locator("#verdict-failed").click()
    expect(rows).to_have_count((TASKS + 1) // 2)
    page.get_by_role("link", name="Exercise", exact=True).click()
    expect(rows.first).to_contain_text("task-00")
    rows.first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("go/task-00")
    page.get_by_role("link", name="Logs", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("go/task-00")


def test_runs_are_started_compared_renamed_and_deleted_without_scripts(
    program: Program, context: NewContext, site: str, recorded: None
) -> None:
    """Everything that changes something is a form."""
    page = context(java_script_enabled=False).new_page()
    page.goto(f"{site}/runs/new")
    page.get_by_label("Suite").select_option("own")
    page.get_by_role("radio", name="nop").check()
    page.get_by_label("Sandbox", exact=True).select_option("none")
    page.get_by_role("button", name="Start the run").click()
    page.wait_for_url(f"**/runs/{RUNS + 1}")
    until(lambda: program.rows(f"SELECT 1 FROM runs WHERE id = {RUNS + 1} AND finished_at IS NOT NULL"), "it ends")
    page.get_by_role("link", name="Refresh").click()
    expect(page.locator(".state").first).to_have_text("complete")
    page.locator("summary", has_text="Rename").click()
    page.get_by_label("Name; nothing for none").fill("no scripts")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("no scripts")
    page.goto(site)
    for number in (RUNS + 1, RUNS):
        page.get_by_label(f"Choose run {number}", exact=True).check()
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/compare?**")
    expect(page.locator("main")).to_contain_text("no scripts")
    page.goto(f"{site}/runs/{RUNS + 1}/menu")
    page.locator("summary", has_text="Delete").click()
    page.get_by_role("button", name="Delete the run").click()
    page.wait_for_url(f"{site}/")
    assert program.rows("SELECT count(*) FROM runs") == [(RUNS,)]


def test_a_browser_that_was_offline_shows_what_the_store_has(
    program: Program, page: Page, site: str, waiting: Background
) -> None:
    """Spec 24.9: a snapshot on every new connection."""
    with relaying(int(site.rpartition(":")[2])) as network:
        page.goto(f"{network.address}/runs/1")
        expect_live(page)
        network.cut()
        expect(page.locator(".connection")).to_have_attribute("data-is", "lost")
        go(program)
        assert waiting.wait().code == 0
        network.mend()
        expect(page.locator(".state").first).to_have_text("complete")
        counts = program.document(1)["run"]["counts"]
        for name in ("passed", "failed"):
            expect(page.locator(f'[data-live="{name}"]')).to_have_text(str(counts[name]))


def test_a_token_opens_everything_once_and_nothing_without_it(
    program: Program, context: NewContext, waiting: Background
) -> None:
    """Spec 20: a token for any other address than loopback. The address bar does not keep it."""
    with dashboard(program, "--host", "0.0.0.0") as (address, _):
        port, token = address.rpartition(":")[2].split("/?")
        site = f"http://127.0.0.1:{port}"
        page = context().new_page()
        page.goto(f"{site}/?{token}")
        expect(page).to_have_url(f"{site}/")
        page.goto(f"{site}/runs/1")
        expect_live(page)
        go(program)
        expect(page.locator(".state").first).to_have_text("complete")
        page.get_by_text("Download", exact=True).click()
        with page.expect_download() as told:
            page.get_by_role("link", name="Everything (JSON)").click()
        assert len(json.loads(told.value.path().read_bytes())["tasks"]) == 1
        stranger = context().new_page()
        for path in ("/", "/runs/1", "/api/runs", "/api/runs/1/stream", "/?token=wrong"):
            answer = stranger.goto(f"{site}{path}")
            assert answer is not None
            assert answer.status == 401
            assert "first" not in answer.text()
    assert waiting.wait().code == 0


def test_a_browser_that_goes_away_leaves_no_connection(
    program: Program, context: NewContext, waiting: Background
) -> None:
    with dashboard(program) as (site, serving):
        before = sockets(serving)
        profile = context()
        for _ in range(2):
            page = profile.new_page()
            page.goto(f"{site}/runs/1")
            expect_live(page)
        assert sockets(serving) >= before + 2
        profile.close()
        until(lambda: sockets(serving) == before, "the server has let go of the connections")
        go(program)
        assert waiting.wait().code == 0
