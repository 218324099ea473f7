"""From a language to the commands that test an exercise."""

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from rc_evals._errors import UsageError
from rc_evals.languages.commands import environment, plan
from rc_evals.languages.model import Toolchain
from rc_evals.languages.registry import load_languages
from rc_evals.suites.model import Exercise, SourceFile

LANGUAGES = load_languages()

PATHS = {"workspace": "/eval/x", "place": "/eval"}


def exercise(language: str, *tests: str) -> Exercise:
    files = tuple(SourceFile(PurePosixPath(test), Path("/unused")) for test in tests)
    return Exercise(language, "x", "", files, (), frozenset(tests), None)


def toolchain(language: str, **more: str) -> Toolchain:
    programs = {name: f"/opt/{language}/bin/{name}" for name in (*LANGUAGES[language].programs, "python")}
    return Toolchain(language=language, version="1", programs=programs, mounts=(), values=more)


def test_pytest_is_given_the_test_files_sorted_and_no_helpers() -> None:
    """evals.md 10.1: the shell's pattern `*_test.py`, expanded by us."""
    tested = exercise("python", "test_utils.py", "b_test.py", "a_test.py")
    (command,) = plan(LANGUAGES["python"], toolchain("python"), tested, results="/eval/results", **PATHS)
    assert command[0] == "/opt/python/bin/python"
    assert command[-3:] == ("--junit-xml=/eval/results/junit.xml", "a_test.py", "b_test.py")


def test_tests_with_unusual_names_are_given_when_there_are_no_others() -> None:
    """Our rule: metadata may name any file."""
    (command,) = plan(LANGUAGES["python"], toolchain("python"), exercise("python", "check.py"), results="r", **PATHS)
    assert command[-1] == "check.py"


def test_java_sources_reach_the_compiler_without_a_shell() -> None:
    """docs/decisions/0012."""
    tools = toolchain("java", classpath="/a.jar:/b.jar")
    solution, tests, running = plan(LANGUAGES["java"], tools, exercise("java", "T.java"), results="/r", **PATHS)
    assert solution[0] == tests[0] == "find"
    assert solution[-4:] == ("-d", "/r/main", "{}", "+")
    assert tests[-4:] == ("-d", "/r/classes", "{}", "+")
    assert "/a.jar:/b.jar:/r/classes:/r/main:src/test/resources:src/main/resources" in running
    assert "--scan-class-path=/r/classes" in running


def test_tools_come_first_on_the_path() -> None:
    """Our rule: agents run the same tools as the verifier."""
    rust = environment(LANGUAGES["rust"], toolchain("rust"), **PATHS)
    assert rust["PATH"] == "/opt/rust/bin:/usr/local/bin:/usr/bin:/bin"
    assert rust["CARGO_NET_OFFLINE"] == "true"


def test_the_toolchain_has_the_last_word_on_the_environment() -> None:
    """Our rule."""
    tools = replace(toolchain("go"), environment={"GOPROXY": "file:///x"})
    assert environment(LANGUAGES["go"], tools, **PATHS)["GOPROXY"] == "file:///x"


def test_a_placeholder_without_a_value_is_refused_by_name() -> None:
    """Our rule: language files are written by people."""
    odd = replace(LANGUAGES["python"], commands=(("{pyhton}", "{tests}"),), environment={"A": "{b}"})
    with pytest.raises(UsageError, match=r"language file of python uses the placeholder \{pyhton\}.*\{python\}"):
        plan(odd, toolchain("python"), exercise("python", "a_test.py"), results="r", **PATHS)
    with pytest.raises(UsageError, match=r"\{b\}"):
        environment(odd, toolchain("python"), **PATHS)
