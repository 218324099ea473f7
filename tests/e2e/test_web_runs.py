"""A run in the browser, as people do it: ask for it, watch it, find out why tasks failed, compare, take away."""

import csv
import json
import os
import signal
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from .browsing import dashboard
from .exercises import SOLVE, add_exercise
from .program import Program, until

pytestmark = pytest.mark.needs("browser")

Picture = Callable[[Page, str], None]

SUITE = "own"
EASY = ("first", "second", "third")
HARD = "hard"


@pytest.fixture
def named_suite(program: Program) -> Path:
    """A suite that the form offers: three exercises that `SOLVE` solves, and one that nothing does."""
    suite = program.home / "suites" / SUITE
    for name in EASY:
        add_exercise(suite, name)
    add_exercise(suite, HARD, test='echo "never 43"\nexit 1\n')
    return suite


def gate(program: Program) -> str:
    """Shell commands of an agent that waits until the test lets it go on, and then solves the exercise."""
    return f"while [ ! -e {program.home}/go ]; do sleep 0.1; done; {SOLVE}"


def ask_for_run(page: Page, site: str, script: str) -> None:
    """Fill in the form and send it."""
    page.goto(f"{site}/runs/new")
    page.get_by_label("Suite").select_option(SUITE)
    page.get_by_role("radio", name="runs a command line").check()
    page.locator('[name="command.command"]').fill(f"sh -c {json.dumps(script)}")
    page.get_by_label("At the same time").fill("2")
    page.get_by_label("Sandbox", exact=True).select_option("none")
    page.get_by_label("What to call the run").fill("asked for in a browser")
    page.get_by_role("button", name="Start the run").click()


def test_a_run_is_asked_for_watched_and_understood(
    program: Program, site: str, page: Page, named_suite: Path, picture: Picture
) -> None:
    """Spec 24.9: what each runner does now, then why a task failed, without a command and without a reload."""
    ask_for_run(page, site, gate(program))
    page.wait_for_url("**/runs/1")
    expect(page.get_by_role("heading", name="asked for in a browser")).to_be_visible()
    expect(page.locator("#now .board > li").first).to_contain_text("running")
    expect(page.locator(".connection")).to_contain_text("live", ignore_case=True)
    picture(page, "dashboard-live")
    (program.home / "go").touch()
    expect(page.locator(".state").first).to_have_text("complete")
    expect(page.locator('[data-live="passed"]')).to_have_text("3")
    expect(page.locator('[data-live="failed"]')).to_have_text("1")

    page.get_by_role("link", name=HARD).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(HARD)
    expect(page.locator("main")).to_contain_text("failed")
    page.go_back()
    expect(page.locator(".state").first).to_have_text("complete")
    assert program.document(1)["run"]["counts"]["passed"] == 3


def test_a_dashboard_that_died_and_came_back_shows_what_happened_meanwhile(
    program: Program, page: Page, named_suite: Path
) -> None:
    """The run goes on by itself, and the page takes up where it was."""
    with dashboard(program) as (site, serving):
        ask_for_run(page, site, gate(program))
        page.wait_for_url("**/runs/1")
        expect(page.locator("#now .board > li").first).to_contain_text("running")
        serving.kill()
        expect(page.locator(".connection")).not_to_contain_text("live", ignore_case=True)
        (program.home / "go").touch()
        until(lambda: program.rows("SELECT 1 FROM runs WHERE finished_at IS NOT NULL"), "the run ends by itself")
        port = site.rpartition(":")[2]
        with dashboard(program, "--port", port):
            expect(page.locator(".state").first).to_have_text("complete")
            expect(page.locator('[data-live="passed"]')).to_have_text("3")


def test_a_run_whose_controller_was_killed_is_resumed_with_a_button(
    program: Program, site: str, page: Page, named_suite: Path
) -> None:
    ask_for_run(page, site, gate(program))
    page.wait_for_url("**/runs/1")
    expect(page.locator("#now .board > li").first).to_contain_text("running")
    ((owner,),) = program.rows("SELECT lease_owner FROM runs")
    os.kill(json.loads(owner)["pid"], signal.SIGKILL)
    expect(page.locator(".state").first).to_have_text("interrupted")
    (program.home / "go").touch()
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".state").first).to_have_text("complete")
    expect(page.locator('[data-live="passed"]')).to_have_text("3")


def test_two_runs_are_ticked_and_compared(program: Program, site: str, page: Page, named_suite: Path) -> None:
    """Spec 24.8: fixed and broken, and whether that could be chance, in words."""
    for script in ("true", SOLVE):
        command = ("--agent", "command", "--agent-arg", f"command=sh -c {json.dumps(script)}")
        assert program("run", "--suite", SUITE, *command, "--sandbox", "none", "--concurrency", "2").code == 0
    page.goto(site)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/compare?**")
    main = page.locator("main")
    expect(main).to_contain_text("3 fixed")
    expect(main).to_contain_text("0 broken")
    expect(main).to_contain_text("could be chance")
    for name in EASY:
        expect(main).to_contain_text(name)


def test_what_is_taken_away_can_be_read_elsewhere(
    program: Program, site: str, page: Page, named_suite: Path, tmp_path: Path
) -> None:
    """Spec 24.11: JSON, CSV, JUnit, archive, report; each from the page."""
    command = ("--agent", "command", "--agent-arg", f"command=sh -c {json.dumps(SOLVE)}")
    assert program("run", "--suite", SUITE, *command, "--sandbox", "none").code == 0
    page.goto(f"{site}/runs/1")

    def download(link: str) -> Path:
        if not page.get_by_role("link", name=link).is_visible():
            page.get_by_text("Download", exact=True).click()
        with page.expect_download() as told:
            page.get_by_role("link", name=link).click()
        path = tmp_path / told.value.suggested_filename
        told.value.save_as(path)
        return path

    assert len(json.loads(download("Everything (JSON)").read_bytes())["tasks"]) == 4
    with download("Tasks (CSV)").open(newline="", encoding="utf-8") as table:
        assert [row["exercise"] for row in csv.DictReader(table)] == sorted([*EASY, HARD])
    assert len(ET.parse(download("Tests (JUnit XML)")).findall(".//failure")) == 1
    with ZipFile(download("Everything with logs (zip)")) as archive:
        assert archive.testzip() is None
    with ZipFile(download("Logs of what failed (zip)")) as archive:
        assert b"never 43" in archive.read(f"shell-{HARD}.log")
    report = download("Report (HTML)")
    page.goto(report.as_uri())
    expect(page.locator("body")).to_contain_text(HARD)


def test_a_run_is_renamed_and_deleted(program: Program, site: str, page: Page, named_suite: Path) -> None:
    assert program("run", "--suite", SUITE, "--agent", "nop", "--sandbox", "none").code == 0
    page.goto(f"{site}/runs/1")
    page.get_by_text("Rename", exact=True).first.click()
    page.get_by_label("Name; nothing for none").fill("  <b>mine</b>  ")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("<b>mine</b>")
    page.get_by_text("Delete", exact=True).click()
    page.get_by_role("button", name="Delete the run").click()
    page.wait_for_url(f"{site}/")
    expect(page.locator("main")).to_contain_text("run 1", ignore_case=True)
    assert program.rows("SELECT count(*) FROM runs") == [(0,)]
    assert not (program.home / "runs" / "1").exists()


def test_what_failed_is_run_again_as_another_run(program: Program, site: str, page: Page, named_suite: Path) -> None:
    """Verdicts are never overwritten."""
    command = ("--agent", "command", "--agent-arg", f"command=sh -c {json.dumps(SOLVE)}")
    assert program("run", "--suite", SUITE, *command, "--sandbox", "none").code == 0
    page.goto(f"{site}/runs/1")
    page.get_by_role("button", name="Run the failed again").click()
    page.wait_for_url("**/runs/2")
    expect(page.locator(".state").first).to_have_text("complete")
    assert [task["exercise"] for task in program.document(2)["tasks"]] == [HARD]
    assert program.document(1)["run"]["counts"]["failed"] == 1
