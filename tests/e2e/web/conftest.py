"""The system's browser, and dashboards for it to look at."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from ..program import PATIENCE, Background, Program, until

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")

PICTURES: Final = "RC_PICTURES"
"""Environment variable: the folder that takes the pictures for the documentation; else they go with the test."""

NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    """The browser of this machine, without a window."""
    executable = next(filter(None, map(shutil.which, BROWSERS)))
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # which the browser refuses to be for root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*sandbox, "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Generator[NewContext]:
    """Make browser profiles, in which nothing may go wrong: no error of a script, nothing that the policy forbids."""
    wrong: list[str] = []
    made: list[BrowserContext] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:  # an answer that is an error
            wrong.append(message.text)

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**options)  # type: ignore[arg-type] # the options are playwright's, by name
        context.set_default_timeout(1000 * PATIENCE)
        context.on("console", note)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        made.append(context)
        return context

    yield make
    for each in made:
        each.close()
    assert wrong == []


@pytest.fixture
def page(context: NewContext) -> Page:
    """A page of the size of a laptop."""
    return context(viewport={"width": 1280, "height": 860}).new_page()


@contextmanager
def dashboard(program: Program, *words: str) -> Iterator[tuple[str, Background]]:
    """Serve the data folder of a program; the address is without the final `/`."""
    serving = program.start("serve", "--port", "0", *words)
    try:
        line = until(lambda: serving.out.read_text("utf-8") or serving.process.poll(), "the dashboard answers")
        assert isinstance(line, str), serving.err.read_text("utf-8")
        yield next(word for word in line.split() if word.startswith("http://")).rstrip("/"), serving
    finally:
        serving.process.terminate()
        serving.process.wait(PATIENCE)


@pytest.fixture
def site(program: Program) -> Generator[str]:
    """The address of a dashboard."""
    with dashboard(program) as (address, _):
        yield address


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], None]:
    """Keep a picture of what is seen on a page, for the documentation."""
    folder = Path(os.environ.get(PICTURES, tmp_path))

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return keep
