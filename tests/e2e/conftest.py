"""A program with a data folder of its own for every test; what languages need is installed once for all of them."""

import os
import secrets
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from .browsing import NewContext, dashboard, launched, profiles
from .exercises import add_exercise, add_language
from .program import Program, program_with

PICTURES = "RC_PICTURES"
"""Environment variable: the folder that takes the pictures for the documentation; else they go with the test."""


@pytest.fixture(scope="session")
def toolchains(pytestconfig: pytest.Config) -> Path:
    """The cache folder that all data folders share, kept from session to session."""
    assert pytestconfig.cache is not None, "these tests keep toolchains in pytest's cache; leave that plug-in on"
    return pytestconfig.cache.mkdir("rc-evals-toolchains")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without runs: making one takes longer than most of what is tested with it."""
    home = tmp_path_factory.mktemp("empty")
    done = program_with(home)("db", "upgrade")
    assert done.code == 0, done.err
    return home / "evals.db"


@pytest.fixture
def program(tmp_path: Path, toolchains: Path, empty_database: Path) -> Generator[Program]:
    """The program with a data folder that holds no runs and knows one more language, `shell`."""
    home = tmp_path / f"home-{secrets.token_hex(6)}"
    home.mkdir()
    (home / "cache").symlink_to(toolchains)
    shutil.copy(empty_database, home)
    add_language(home, "shell")
    program = program_with(home)
    yield program
    program.clean_up()


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """An empty folder for a suite."""
    folder = tmp_path / "suite"
    folder.mkdir()
    return folder


@pytest.fixture
def exercise(suite: Path) -> Path:
    """The only exercise of the suite: `shell/easy`."""
    return add_exercise(suite, "easy")


SANDBOXES = [pytest.param("none"), pytest.param("bubblewrap", marks=pytest.mark.needs("bubblewrap"))]


@pytest.fixture(params=SANDBOXES)
def sandbox(request: pytest.FixtureRequest) -> str:
    """Both kinds of isolation, one after the other."""
    return str(request.param)


@pytest.fixture(scope="module")  # and no longer: the loop that drives it keeps others from running in this thread
def browser() -> Generator[Browser]:
    """The browser of this machine."""
    with launched() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Generator[NewContext]:
    """Makes browser profiles."""
    with profiles(browser) as make:
        yield make


@pytest.fixture
def page(context: NewContext) -> Page:
    """A page of the size of a laptop."""
    return context(viewport={"width": 1280, "height": 860}).new_page()


@pytest.fixture
def site(program: Program) -> Generator[str]:
    """The address of a dashboard of the program's data folder, without the final `/`."""
    with dashboard(program) as (address, _):
        yield address


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], None]:
    """Keeps a picture of what is seen on a page, for the documentation."""
    folder = Path(os.environ.get(PICTURES, tmp_path))

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return keep
