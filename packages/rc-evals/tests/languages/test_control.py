"""Control tests tell whether what a test tool says of some code can be believed."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals.languages.control import Controlled, controlled
from rc_evals.languages.model import TestReport, TestResult
from rc_evals.languages.registry import load_languages
from rc_evals.suites.model import Exercise
from rc_evals.testing.stages import make_exercise

LANGUAGES = load_languages()
TEST = "from add import add\n\n\ndef test_add():\n    assert add(1, 2) == 3"


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    files = {"add.py": "", "add_test.py": TEST, "cases_test.py": "CASES = [1]\n"}
    return make_exercise(tmp_path, files, tests=frozenset({"add_test.py", "cases_test.py"}))


@pytest.fixture
def control(exercise: Exercise) -> Controlled:
    control = controlled(exercise, LANGUAGES["python"])
    assert control is not None
    return control


def read(exercise: Exercise) -> dict[str, str]:
    return {str(file.path): file.read().decode() for file in exercise.files}


def report(ended: dict[str, bool]) -> TestReport:
    tests = tuple(TestResult(f"add.add_test.test_{name}", passed) for name, passed in ended.items())
    return TestReport(passed=all(ended.values()), tests=tests, ran=len(tests), explanation="")


def test_control_tests_are_appended_to_the_files_that_hold_tests(exercise: Exercise, control: Controlled) -> None:
    """Our rule."""
    before, after = read(exercise), read(control.exercise)
    assert after["add_test.py"].startswith(before["add_test.py"])
    assert {path for path in before if before[path] != after[path]} == {"add_test.py"}
    names = {node.name for node in ast.parse(after["add_test.py"]).body if isinstance(node, ast.FunctionDef)}
    assert names == {"test_add", *(f"test_{name}" for name in control.expected)}


LEFT_OUT = [
    ("go", "sub/a_test.go", 'package a\n\nimport "testing"\n'),
    ("go", "a_test.go", '//go:build slow\n\npackage a\n\nimport "testing"\n'),
    ("go", "cases_test.go", "package a\n\nvar cases = 1\n"),
    ("rust", "tests/a.rs", '#![cfg(feature = "io")]\n\n#[test]\nfn works() {}\n'),
    ("python", "a_test.py", "import pytest\n\npytestmark = pytest.mark.slow\n\ndef test_a(): pass\n"),
    ("python", "test_utils.py", "class Helper: pass\n"),
]


@pytest.mark.parametrize(("language", "path", "text"), LEFT_OUT)
def test_a_file_that_may_not_be_run_gets_none(tmp_path: Path, language: str, path: str, text: str) -> None:
    """Our rule: a control test that honest code cannot run would speak against it."""
    plain = {"go": "b_test.go", "rust": "tests/b.rs", "python": "b_test.py"}[language]
    tested = {"go": 'import "testing"', "rust": "#[test]\nfn works() {}", "python": "def test_b(): pass"}[language]
    exercise = make_exercise(tmp_path, {path: text, plain: tested}, tests=frozenset({path, plain}))
    control = controlled(exercise, LANGUAGES[language])
    assert control is not None
    assert {path for path, text in read(control.exercise).items() if text != read(exercise)[path]} == {plain}


def test_some_must_pass_some_must_fail_and_all_are_new_every_time(exercise: Exercise, control: Controlled) -> None:
    """Our rule: neither their names nor how they end can be known before."""
    again = controlled(exercise, LANGUAGES["python"])
    assert again is not None
    assert set(control.expected.values()) == {True, False}
    assert control.expected.keys().isdisjoint(again.expected.keys())


def test_there_is_no_control_where_nobody_knows_how_to_write_one(exercise: Exercise) -> None:
    """Our rule: a language of the user need not have it."""
    assert controlled(exercise, replace(LANGUAGES["python"], control=None)) is None


def test_honest_code_meets_no_objection_whatever_its_own_tests_say(control: Controlled) -> None:
    """Our rule: a suite's tests may end otherwise the second time; that is not what a control is about."""
    for own in ({"add": True}, {"add": False}, {}):
        assert control.objection(report({**own, **control.expected}), [0, 1]) == ""


@given(st.data())
def test_any_control_test_that_ends_otherwise_or_not_at_all_is_an_objection(data: st.DataObject) -> None:
    """Our rule."""
    expected = data.draw(st.dictionaries(st.from_regex(r"c[0-9a-f]{12}", fullmatch=True), st.booleans(), min_size=1))
    ended = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(expected, st.booleans())))
    exercise = Exercise("python", "add", "", (), (), frozenset(), None)
    objection = Controlled(exercise, expected).objection(report(ended), [1])
    assert (objection == "") == (ended == expected)


def test_success_is_an_objection_since_some_control_test_has_failed(control: Controlled) -> None:
    """Our rule: an exit code can be forged, too."""
    assert control.objection(report(dict(control.expected)), [0, 0]) == "control tests failed, but the exit code is 0"


@pytest.mark.parametrize("language", ["go", "java", "javascript", "python", "rust"])
def test_every_language_of_ours_has_control_tests(language: str) -> None:
    """Our rule."""
    assert LANGUAGES[language].control is not None
