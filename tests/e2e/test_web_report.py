"""The report of a run is a file that any browser shows, without server, network or script."""

from pathlib import Path

import pytest
from playwright.sync_api import Request

from .browsing import NewContext, barriers
from .program import Program

pytestmark = pytest.mark.needs("browser")


@pytest.fixture
def report(program: Program, tmp_path: Path) -> str:
    """The address of a report of a real run in which nothing passed."""
    ended = program("run", "--suite", "bundled", "--agent", "nop", "--sandbox", "none", "--language", "python")
    assert ended.code == 0, ended.err
    file = tmp_path / "report of a run.html"
    assert program("report", "1", "-o", str(file)).code == 0
    return file.as_uri()


class Requests:
    """What a page has asked for."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def add(self, request: Request) -> None:
        self.addresses.append(request.url)


def test_a_report_can_be_read_on_any_screen_and_by_everybody(context: NewContext, report: str) -> None:
    for colours, width in (("light", 390), ("dark", 820), ("dark", 390), ("light", 1280)):
        page = context(viewport={"width": width, "height": 900}, color_scheme=colours).new_page()
        asked = Requests()
        page.on("request", asked.add)
        page.goto(report)
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert asked.addresses == [report]


def test_a_report_filters_its_tasks_without_a_script(context: NewContext, report: str) -> None:
    page = context(java_script_enabled=False).new_page()
    page.goto(report)
    rows = page.locator("table.tasks tbody tr:visible")
    everything = rows.count()
    assert everything > 1
    page.get_by_role("radio", name="passed", exact=True).check()
    assert rows.count() == 0
    page.get_by_role("radio", name="not passed").check()
    assert rows.count() == everything
    page.locator("table.tasks summary").first.click()
    assert page.locator("table.tasks details[open] li").first.is_visible()
