"""The layout of Exercism's tracks and of the Aider polyglot benchmark."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rc_evals._errors import BrokenSuiteError
from rc_evals.home import Home
from rc_evals.suites.exercism import ExercismSuite
from rc_evals.suites.model import Exercise
from rc_evals.suites.registry import open_suite

Make = Callable[..., Path]
Load = Callable[..., Exercise]

PYTHON = {"thing.py": "stub", "thing_test.py": "tests", ".meta/example.py": "solved"}
LISTS = {"solution": ["thing.py"], "test": ["thing_test.py"], "example": [".meta/example.py"]}


def solution(exercise: Exercise) -> dict[str, bytes]:
    assert exercise.reference is not None
    return {str(file.path): file.read() for file in exercise.reference}


def test_the_text_is_shown_and_the_solution_is_not(exercism: Make, load: Load) -> None:
    """evals.md 12.4, 12.8."""
    hidden = {".approaches/a/content.md": "solved", ".articles/b.md": "solved", ".docs/instructions.append.md": "more"}
    thing = load(exercism("python", {**PYTHON, **hidden}, **LISTS), "thing")
    assert [str(file.path) for file in thing.files] == [
        *("docs/instructions.append.md", "docs/instructions.md", "thing.py", "thing_test.py")
    ]
    assert solution(thing) == {"thing.py": b"solved"}
    assert thing.tests == {"thing_test.py"}


def test_helpers_of_tests_are_tests_when_the_metadata_says_so(exercism: Make, load: Load) -> None:
    """evals.md 12.4: paasio has test_utils.py."""
    lists = {**LISTS, "test": ["thing_test.py", "helper.py"]}
    thing = load(exercism("python", {**PYTHON, "helper.py": ""}, **lists), "thing")
    assert thing.tests == {"thing_test.py", "helper.py"}


def test_a_javascript_solution_takes_the_name_of_its_stub(exercism: Make, load: Load) -> None:
    """evals.md 12.8."""
    files = {"thing.js": "stub", "thing.spec.js": "xtest('b', f); test('a', g); xit(1)", ".meta/proof.ci.js": "solved"}
    root = exercism("javascript", files, solution=["thing.js"], test=["thing.spec.js"], example=[".meta/proof.ci.js"])
    assert solution(load(root, "thing")) == {"thing.js": b"solved"}


def test_a_rust_solution_brings_its_own_manifest(exercism: Make, load: Load) -> None:
    """evals.md 12.8: seven of them need it."""
    files = {
        "src/lib.rs": "stub",
        "Cargo.toml": "stub",
        "tests/thing.rs": "",
        ".meta/example.rs": "solved",
        ".meta/Cargo-example.toml": "with dependencies",
    }
    lists = {"solution": ["src/lib.rs", "Cargo.toml"], "test": ["tests/thing.rs"], "example": [".meta/example.rs"]}
    assert solution(load(exercism("rust", files, **lists), "thing")) == {
        "src/lib.rs": b"solved",
        "Cargo.toml": b"with dependencies",
    }


def test_a_java_solution_may_have_more_files_than_the_stub(exercism: Make, load: Load) -> None:
    """evals.md 12.8."""
    there = ".meta/src/reference/java"
    files = {
        "src/main/java/A.java": "stub",
        "src/main/java/B.java": "stub",
        "src/test/java/ATest.java": "",
        f"{there}/A.java": "a",
        f"{there}/Helper.java": "helper",
    }
    root = exercism(
        "java",
        files,
        solution=["src/main/java/A.java", "src/main/java/B.java"],
        test=["src/test/java/ATest.java"],
        example=[f"{there}/A.java", f"{there}/Helper.java"],
    )
    assert solution(load(root, "thing")) == {"src/main/java/A.java": b"a", "src/main/java/Helper.java": b"helper"}


@pytest.mark.parametrize(
    ("language", "test", "before", "after"),
    [
        ("javascript", "thing.spec.js", "xtest('x', f); xit(g); xdescribe(h)", "test('x', f); it(g); describe(h)"),
        ("javascript", "thing.spec.js", "test.skip('x', maxtest)", "test.skip('x', maxtest)"),
        ("rust", "tests/thing.rs", "#[test]\n#[ignore]\nfn a() {}\n", "#[test]\nfn a() {}\n"),
        ("rust", "tests/thing.rs", '    #[test]\n    #[ignore = "x"]\n', "    #[test]\n"),
        ("java", "src/test/java/T.java", '  @Disabled("Remove")\n  @Test\n', "  @Test\n"),
        ("java", "src/test/java/T.java", "import x.Disabled;\n\t@Disabled\r\n", "import x.Disabled;\n"),
    ],
)
def test_no_test_is_left_out(exercism: Make, load: Load, language: str, test: str, before: str, after: str) -> None:
    """evals.md 12.8: with the markers, a wrong solution would pass."""
    thing = load(exercism(language, {test: before, "stub": ""}, solution=["stub"], test=[test]), "thing")
    assert {str(file.path): file.read().decode() for file in thing.files}[test] == after


def test_an_exercise_without_a_solution_has_no_reference(exercism: Make, load: Load) -> None:
    """Our rule."""
    assert load(exercism("python", PYTHON, solution=["thing.py"], test=["thing_test.py"]), "thing").reference is None


@pytest.mark.parametrize(
    ("lists", "says"),
    [
        ({**LISTS, "test": ["gone_test.py"]}, "names gone_test.py, which is not there; add the file or"),
        ({**LISTS, "example": [".meta/gone.py"]}, "names a solution that cannot be used: .*gone.py"),
        ({**LISTS, "test": []}, "damaged: files.test"),
        ({"test": ["thing_test.py"]}, "damaged: files.solution"),
        ({**LISTS, "example": ["../../../../etc/passwd"]}, "must be a relative path inside the exercise"),
        ({**LISTS, "example": ["/etc/passwd"]}, "must be a relative path inside the exercise"),
    ],
)
def test_metadata_that_lies_is_refused_with_the_place(
    exercism: Make, load: Load, lists: dict[str, list[str]], says: str
) -> None:
    """Our rule: exercise, file and remedy."""
    with pytest.raises(BrokenSuiteError, match=says) as caught:
        load(exercism("python", PYTHON, **lists), "thing")
    assert "practice/thing/.meta/config.json" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"files": 1}', '{"files": {"solution": "x", "test": ["y"]}}', "\ud800"]
)
def test_a_damaged_config_is_refused(exercism: Make, load: Load, text: str) -> None:
    """Our rule."""
    root = exercism("python", PYTHON, **LISTS)
    config = root / "python/exercises/practice/thing/.meta/config.json"
    config.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(BrokenSuiteError, match=r"config\.json"):
        load(root, "thing")


@pytest.mark.parametrize(("folder", "slug"), [("python", None), ("my-track", "python")])
def test_a_single_track_tells_its_language(
    exercism: Make, tmp_path: Path, fill: Callable[..., Path], folder: str, slug: str | None
) -> None:
    """Our rule: its config.json, else the name of its folder."""
    root = (exercism("python", PYTHON, **LISTS) / "python").rename(tmp_path / folder)
    if slug is not None:
        fill(root, {"config.json": f'{{"slug": "{slug}", "exercises": {{}}}}'})
    suite = open_suite(str(root), home=Home(tmp_path / "home"))
    assert isinstance(suite, ExercismSuite)
    assert [entry.id for entry in suite.entries()] == ["python/thing"]


def test_a_single_track_of_no_language_is_refused(exercism: Make, tmp_path: Path) -> None:
    """Our rule."""
    root = (exercism("python", PYTHON, **LISTS) / "python").rename(tmp_path / "stuff")
    with pytest.raises(BrokenSuiteError, match=r"neither a config.json with a slug nor the folder's name"):
        open_suite(str(root), home=Home(tmp_path / "home")).entries()
