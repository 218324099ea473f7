"""The bundled exercises are complete and in order. That they can be solved, and only rightly, other tests run."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import rc_evals

BUNDLED: Final = Path(rc_evals.__file__).parent / "suites" / "bundled"
EXERCISES: Final = BUNDLED / "exercises"
REFERENCE: Final = BUNDLED / "reference"
WRONG: Final = Path(__file__).parent / "data" / "wrong"

NAMES: Final = sorted(docs.parent.relative_to(EXERCISES).as_posix() for docs in EXERCISES.glob("*/*/docs"))

FILES: Final = {
    "go": {"{snake}.go", "{snake}_test.go", "go.mod"},
    "java": {"src/main/java/{camel}.java", "src/test/java/{camel}Test.java", "build.gradle"},
    "javascript": {"{name}.js", "{name}.spec.js", "package.json", "babel.config.js"},
    "python": {"{snake}.py", "{snake}_test.py"},
    "rust": {"src/lib.rs", "tests/{name}.rs", "Cargo.toml"},
}
"""What an exercise of the language consists of, besides `docs/instructions.md`."""

SKIPPING: Final = re.compile(r"\bx(test|it|describe)\b|\.skip\b|@Disabled|#\[ignore|t\.Skip|mark\.(skip|xfail)")


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def wrong_solutions(name: str) -> Iterator[Path]:
    return (WRONG / name).iterdir()


def test_there_are_sixteen_exercises_in_five_languages() -> None:
    """Our rule."""
    counts = Counter(name.split("/")[0] for name in NAMES)
    assert counts == {"python": 6, "javascript": 3, "go": 3, "rust": 2, "java": 2}


def test_every_language_has_a_prompt() -> None:
    """evals.md 12.5: one text for all exercises of a language."""
    assert files(EXERCISES / "prompts") == {f"{language}.md" for language in FILES}


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_has_the_files_of_its_layout_and_no_others(name: str) -> None:
    """evals.md 12.4; build outputs left behind by a run would show here, too."""
    language, _, short = name.partition("/")
    spellings = {"name": short, "snake": short.replace("-", "_"), "camel": short.title().replace("-", "")}
    expected = {file.format_map(spellings) for file in FILES[language]} | {"docs/instructions.md"}
    assert files(EXERCISES / name) == expected


@pytest.mark.parametrize("name", NAMES)
def test_the_instructions_fit_on_a_page(name: str) -> None:
    """Our rule: 10 to 40 lines."""
    lines = (EXERCISES / name / "docs" / "instructions.md").read_text(encoding="utf-8").splitlines()
    assert 10 <= len(lines) <= 40
    assert lines[0].startswith("# ")


@pytest.mark.parametrize("name", NAMES)
def test_no_test_is_skipped(name: str) -> None:
    """evals.md 12.4: a skipped test would let a wrong solution pass."""
    for file in files(EXERCISES / name):
        assert not SKIPPING.search((EXERCISES / name / file).read_text(encoding="utf-8")), file


@pytest.mark.parametrize("name", NAMES)
def test_solutions_replace_the_stub_and_nothing_else(name: str) -> None:
    """evals.md 12.8: a reference takes the paths of the stub, and stays outside of the workspace."""
    solved = files(REFERENCE / name)
    wrong = list(wrong_solutions(name))
    assert len(solved) == 1
    assert solved <= files(EXERCISES / name)
    assert wrong
    contents = {
        (folder / file).read_bytes() for folder in (EXERCISES / name, REFERENCE / name, *wrong) for file in solved
    }
    assert len(contents) == 2 + len(wrong), "stub, reference and wrong solutions all differ"
    assert all(files(folder) == solved for folder in wrong)


def test_there_are_no_solutions_without_an_exercise() -> None:
    """Our rule."""
    for root in (REFERENCE, WRONG):
        assert sorted(folder.relative_to(root).as_posix() for folder in root.glob("*/*")) == NAMES
