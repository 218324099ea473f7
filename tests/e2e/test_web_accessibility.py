"""Every page can be used with a keyboard and a screen reader, on a phone and at night: axe finds nothing serious."""

import json

import pytest
from playwright.sync_api import Page, expect

from .browsing import NewContext, barriers
from .exercises import SOLVE, add_exercise
from .program import Program, command_agent

pytestmark = pytest.mark.needs("browser")

SIZES = {"phone": (390, 844), "tablet": (820, 1180), "laptop": (1280, 860)}

PAGES = (
    "/",
    "/?group=agent",
    "/?q=nothing+has+this+name",
    "/runs/new",
    "/runs/1",
    "/runs/1?sort=-duration&verdict=failed",
    "/runs/1/results",
    "/runs/1/why",
    "/runs/1/about",
    "/runs/1/tasks/1",
    "/runs/1/tasks/1/tests",
    "/runs/1/tasks/1/conversation",
    "/runs/1/tasks/1/changes",
    "/runs/1/tasks/1/logs",
    "/runs/1/tasks/1/setting",
    "/compare",
    "/compare?run=1&run=2",
    "/compare?run=1&run=2&run=3",
    "/nowhere",
)


@pytest.fixture
def three_runs(program: Program) -> None:
    """One that fails, one that passes, and one that does nothing, twice each exercise."""
    suite = program.home / "suites" / "own"
    for name in ("first", "second"):
        add_exercise(suite, name)
    agents = (command_agent("echo 'printed'; echo 'echo 41' > answer.sh"), command_agent(SOLVE), ("--agent", "nop"))
    for agent in agents:
        done = program("run", "--suite", "own", *agent, "--sandbox", "none", "--iterations", "2", "--concurrency", "2")
        assert done.code in {0, 1}, done.err


@pytest.mark.timeout(400)  # a look at every page takes a second or two each
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_can_be_read_by_everybody(
    context: NewContext, site: str, three_runs: None, size: str, colours: str
) -> None:
    width, height = SIZES[size]
    page = context(viewport={"width": width, "height": height}, color_scheme=colours).new_page()
    wrong: dict[str, object] = {}
    for path in PAGES:
        answer = page.goto(f"{site}{path}")
        assert answer is not None
        assert answer.status in {200, 404}, path
        if found := barriers(page):
            wrong[path] = found
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            wrong[f"{path} is too wide"] = needed
    assert not wrong, json.dumps(wrong, indent=1)


def test_a_keyboard_is_enough(page: Page, site: str, three_runs: None) -> None:
    """The first key leads past the bar; headings of columns sort, menus open, rows are links."""
    page.goto(f"{site}/runs/1")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.get_by_role("link", name="Duration").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Duration")).to_have_attribute("aria-sort", "descending")
    page.locator("summary", has_text="Rename").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name; nothing for none").focus()
    page.keyboard.type("by keyboard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("by keyboard")
    page.get_by_role("link", name="first").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("shell/first")
