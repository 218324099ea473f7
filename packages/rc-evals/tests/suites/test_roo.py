"""The layout of the Roo evals repository."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rc_evals._errors import BrokenSuiteError
from rc_evals.home import Home
from rc_evals.suites.model import Exercise
from rc_evals.suites.registry import open_suite

Load = Callable[..., Exercise]


def names(exercise: Exercise) -> list[str]:
    return [str(file.path) for file in exercise.files]


def test_an_exercise_is_its_folder_with_the_prompt_of_its_language(roo: Path, load: Load) -> None:
    """evals.md 12.4, 12.5."""
    add = load(roo, "add")
    assert (add.id, add.prompt, add.reference) == ("python/add", "Add.\n", None)
    assert names(add) == ["add.py", "add_test.py", "docs/instructions.md"]
    assert add.tests == {"add_test.py"}


def test_files_of_the_language_lie_beside_the_workspace(roo: Path, load: Load) -> None:
    """evals.md 12.4."""
    assert [str(file.path) for file in load(roo, "add").shared] == ["pyproject.toml"]


def test_folders_with_a_dot_are_no_exercises(roo: Path, fill: Callable[..., Path]) -> None:
    """evals.md 12.2: a fork has rust/.claude."""
    fill(roo, {"python/.claude/settings.json": "{}", "rust/.claude/x": ""})
    assert [entry.id for entry in open_suite(str(roo), home=Home(roo / "home")).entries()] == ["python/add"]


def test_languages_without_a_language_file_are_left_out(roo: Path, fill: Callable[..., Path]) -> None:
    """Our rule."""
    fill(roo, {"cobol/add/docs/instructions.md": "x"})
    assert [entry.language for entry in open_suite(str(roo), home=Home(roo / "home")).entries()] == ["python"]


def test_build_outputs_in_a_suite_reach_no_workspace(roo: Path, load: Load, fill: Callable[..., Path]) -> None:
    """Our rule: somebody ran the tests in the suite itself."""
    fill(roo / "python" / "add", {"__pycache__/add.pyc": "", ".venv/bin/python": "", ".git/HEAD": "", ".meta/a.py": ""})
    assert names(load(roo, "add")) == ["add.py", "add_test.py", "docs/instructions.md"]


def test_a_suite_without_a_prompt_uses_that_of_the_language_file(roo: Path, load: Load) -> None:
    """Our rule."""
    (roo / "prompts" / "python.md").unlink()
    assert "python -m pytest" in load(roo, "add").prompt


def test_solutions_come_from_a_folder_that_mirrors_the_suite(
    roo: Path, tmp_path: Path, load: Load, fill: Callable[..., Path]
) -> None:
    """evals.md 12.8: the suite itself holds none."""
    pack = fill(tmp_path / "pack", {"python/add/add.py": "solved"})
    reference = load(roo, "add", reference=pack).reference
    assert reference is not None
    assert [(str(file.path), file.read()) for file in reference] == [("add.py", b"solved")]


def test_solutions_come_from_a_tree_in_the_other_layout(roo: Path, exercism: Callable[..., Path], load: Load) -> None:
    """evals.md 12.8."""
    pack = exercism(
        "python",
        {".meta/example.py": "solved", "add.py": ""},
        solution=["add.py"],
        test=["t.py"],
        example=[".meta/example.py"],
    )
    practice = pack / "python" / "exercises" / "practice"
    (practice / "thing").rename(practice / "add")
    reference = load(roo, "add", reference=pack).reference
    assert reference is not None
    assert [(str(file.path), file.read()) for file in reference] == [("add.py", b"solved")]


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("python/add/docs/instructions.md", None, "has no docs/instructions.md"),
        ("python/add/add_test.py", None, "has no tests"),
        ("prompts/python.md", " \n", "python.md is empty"),
    ],
)
def test_a_broken_exercise_is_refused_with_what_is_missing(
    roo: Path, load: Load, file: str, text: str | None, says: str
) -> None:
    """Our rule: one line, with the place."""
    if text is None:
        (roo / file).unlink()
    else:
        (roo / file).write_text(text)
    with pytest.raises(BrokenSuiteError, match=says) as caught:
        load(roo, "add")
    assert str(roo) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_digest_tells_tasks_apart_by_everything_an_agent_sees(roo: Path, load: Load) -> None:
    """Our rule: same digest, same task."""
    before = load(roo, "add").digest
    assert load(roo, "add").digest == before
    (roo / "prompts" / "python.md").write_text("Add well.\n")
    changed = load(roo, "add").digest
    (roo / "python" / "add" / "add.py").chmod(0o755)
    assert len({before, changed, load(roo, "add").digest}) == 3
