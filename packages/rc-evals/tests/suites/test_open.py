"""How suites are named, opened and selected from."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from rc_evals._errors import BrokenSuiteError, UnknownLanguageError, UnknownSuiteError, UsageError
from rc_evals.home import Home
from rc_evals.suites.check import check
from rc_evals.suites.registry import known_suites, open_suite
from rc_evals.suites.revision import git_revision
from rc_evals.suites.selection import select


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_the_bundled_suite_needs_no_files_and_has_all_solutions(home: Home) -> None:
    """Our rule: the first run works offline."""
    bundled = open_suite("bundled", home=home)
    exercises = [bundled.load(entry) for entry in bundled.entries()]
    assert len(exercises) == 16
    assert all(exercise.reference for exercise in exercises)


def test_a_folder_that_nobody_may_look_through_is_no_suite(home: Home) -> None:
    """Our rule: anybody may ask for any folder, as for this one, which not even root may look through."""
    with pytest.raises(BrokenSuiteError, match=r"^/proc"):
        open_suite("/proc", home=home)


def test_a_folder_in_the_data_folder_is_a_suite_with_a_name(home: Home, roo: Path) -> None:
    """Our rule."""
    home.suites.mkdir(parents=True)
    roo.rename(home.suites / "mine")
    (home.suites / "empty").mkdir()
    assert open_suite("mine", home=home).root == home.suites / "mine"
    bundled, empty, mine = known_suites(home)
    assert (bundled.name, mine.exercises, mine.problem) == ("bundled", {"python": 1}, "")
    assert "is no suite" in empty.problem


def test_an_unknown_name_is_answered_with_those_that_exist(home: Home) -> None:
    """Our rule."""
    with pytest.raises(UnknownSuiteError, match=r"no suite is called 'bundeld'; there are bundled; .* like \./bundeld"):
        open_suite("bundeld", home=home)
    with pytest.raises(UnknownSuiteError, match="/no/where is not there"):
        open_suite("/no/where", home=home)


def test_a_folder_in_no_known_layout_is_refused(home: Home, tmp_path: Path) -> None:
    """Our rule."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(BrokenSuiteError, match="is no suite: it holds neither"):
        open_suite(str(tmp_path), home=home)


def test_a_reference_folder_that_is_not_there_is_refused(home: Home, roo: Path) -> None:
    """Our rule."""
    with pytest.raises(UsageError, match=r"reference folder .* is not there"):
        open_suite(str(roo), home=home, reference=roo / "gone")


def test_languages_and_globs_select(home: Home) -> None:
    """Our rule: a glob means NAME, or LANGUAGE/NAME when it has a slash."""
    bundled = open_suite("bundled", home=home)
    everything = [entry.id for entry in bundled.entries()]
    assert [entry.id for entry in select(bundled)] == everything == sorted(everything)
    assert {entry.language for entry in select(bundled, ["go", "rust"])} == {"go", "rust"}
    assert [entry.id for entry in select(bundled, [], ["byte-*"])] == ["python/byte-size"]
    assert {entry.language for entry in select(bundled, globs=["g*/*"])} == {"go"}


def test_a_selection_of_nothing_is_refused_with_what_there_is(home: Home) -> None:
    """Our rule."""
    bundled = open_suite("bundled", home=home)
    with pytest.raises(UnknownLanguageError, match="no exercises in 'cobol' that can be used; it has go, java, "):
        select(bundled, ["cobol"])
    with pytest.raises(UsageError, match="matches 'byte-sise'; there are 16, for example byte-size"):
        select(bundled, globs=["byte-sise"])
    with pytest.raises(UsageError, match="matches 'byte-size'; there are 3"):
        select(bundled, ["go"], ["byte-size"])


def test_a_check_goes_on_after_a_broken_exercise(home: Home, roo: Path, fill: Callable[..., Path]) -> None:
    """Our rule."""
    fill(roo, {"python/a-broken/docs/instructions.md": "x"})
    broken, whole = check(open_suite(str(roo), home=home))
    assert (broken.id, broken.tests) == ("python/a-broken", ())
    assert "has no tests" in broken.problem
    assert (whole.problem, whole.tests, whole.files, whole.has_reference) == ("", ("add_test.py",), 3, False)


def test_the_commit_of_a_suite_is_known_when_it_is_a_checkout(roo: Path, tmp_path: Path) -> None:
    """evals.md 24.10."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*words: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        command = ("git", "-C", str(tmp_path), *who, *words)
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip()

    assert git_revision(roo) is None
    git("init", "-q")
    assert git_revision(roo) is None
    git("add", "roo")
    git("commit", "-qm", "x")
    assert git_revision(roo) == git("rev-parse", "HEAD")
    (tmp_path / "untracked").mkdir()
    assert git_revision(tmp_path / "untracked") is None
