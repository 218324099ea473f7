"""The system's browser, and dashboards for it to look at."""

import os
import re
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from .program import PATIENCE, Background, Program, until

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")

_OF_THE_NETWORK: Final = re.compile(r"Failed to (load resource|fetch)|net::ERR_")
"""What a browser says of answers that are errors, and of servers that went away."""

NewContext = Callable[..., BrowserContext]
"""Makes a profile of a browser; takes what `Browser.new_context` takes."""


@contextmanager
def launched() -> Generator[Browser]:
    """Start the browser of this machine, without a window."""
    executable = next(filter(None, map(shutil.which, BROWSERS)))
    expect.set_options(timeout=1000 * PATIENCE)
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # which the browser refuses to be for root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*sandbox, "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def profiles(browser: Browser) -> Generator[NewContext]:
    """Make browser profiles, in which nothing may go wrong: no error of a script, nothing that the policy forbids."""
    wrong: list[str] = []
    made: list[BrowserContext] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not _OF_THE_NETWORK.search(message.text):
            wrong.append(message.text)

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**options)
        context.set_default_timeout(1000 * PATIENCE)
        context.on("console", note)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        made.append(context)
        return context

    yield make
    for each in made:
        each.close()
    assert not wrong, wrong


@contextmanager
def dashboard(program: Program, *words: str) -> Generator[tuple[str, Background]]:
    """Serve the data folder of a program; the address is without the final `/`."""
    serving = program.start("serve", "--port", "0", *words)
    try:
        line = until(lambda: serving.out.read_text("utf-8") or serving.process.poll(), "the dashboard answers")
        assert isinstance(line, str), serving.err.read_text("utf-8")
        yield next(word for word in line.split() if word.startswith("http://")).rstrip("/"), serving
    finally:
        serving.process.terminate()
        serving.process.wait(PATIENCE)


def barriers(page: Page) -> list[str]:
    """What axe finds on a page that would keep somebody from reading or using it."""
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(results => results.violations)")
    return [
        f"{each['id']}: {node['html']}"
        for each in found
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]
