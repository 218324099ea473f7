"""What the panel tries is complete, and is told to its programs in full."""

import ast
import sys
from pathlib import Path

import pytest
from rc_evals._errors import UnknownAgentError
from rc_evals.languages.registry import load_languages
from rc_evals.outcomes import EndReason
from rc_evals.panel import programs
from rc_evals.panel.agent import PanelAgent
from rc_evals.panel.attacks import ATTACKS, Attack, Scope
from rc_evals.panel.certificate import Tried
from rc_evals.panel.examining import Finding
from rc_evals.panel.tampering import is_known, sources_of, tampering_with
from rc_evals.testing.stages import make_exercise

LANGUAGES = load_languages()
PROGRAMS = Path(programs.__path__[0])
ON_TESTS = [attack.id for attack in ATTACKS.values() if attack.scope is Scope.EXERCISE]

EXERCISES = {
    "go": {"a.go": "package a\n", "a_test.go": 'package a\n\nimport "testing"\n', "go.mod": "module a\n"},
    "java": {"src/main/java/A.java": "class A {\n}\n", "src/test/java/ATest.java": "package p;\nclass ATest {}\n"},
    "javascript": {"a.js": "", "a.spec.js": "", "babel.config.js": "", "package.json": "{}"},
    "python": {"a.py": "", "a_test.py": "", "b_test.py": ""},
    "rust": {"src/lib.rs": "", "tests/a.rs": "", "Cargo.toml": ""},
}
SOURCES = {"go": "a.go", "java": "src/main/java/A.java", "javascript": "a.js", "python": "a.py", "rust": "src/lib.rs"}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_has_a_program_and_one_line_for_people(attack: Attack) -> None:
    assert (PROGRAMS / f"{attack.program}.py").is_file()
    assert attack.summary
    assert "\n" not in attack.summary


@pytest.mark.parametrize("program", sorted(PROGRAMS.glob("*.py")), ids=lambda path: path.stem)
def test_a_program_runs_where_nothing_but_the_standard_library_is(program: Path) -> None:
    """Our rule: what it imports is laid out with it, or is Python's own."""
    tree = ast.parse(program.read_text(encoding="utf-8"))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {name for name in modules if name.partition(".")[0] not in sys.stdlib_module_names}
    assert foreign <= {"rc_evals.panel.programs", "rc_evals.panel.programs.common"}


def test_what_must_be_stopped_never_says_that_it_is_done() -> None:
    """Our rule: the panel tells by the end of an attempt whether a limit held; whoever may end says so."""
    for attack in ATTACKS.values():
        program = "tampering" if attack.program == "carrying" else attack.program  # where that one ends
        finishes = "done()" in (PROGRAMS / f"{program}.py").read_text(encoding="utf-8")
        assert finishes is (attack.ends is EndReason.COMPLETED), attack.id


@pytest.mark.parametrize("targets", ["{", "[]", "[" * 100_000])
def test_targets_that_are_no_json_object_are_refused(targets: str) -> None:
    """Our rule: one line says what is wrong with an argument, whatever it holds."""
    with pytest.raises(UnknownAgentError, match="targets: it is no JSON object"):
        PanelAgent("outside", targets=targets, languages=None)


@pytest.mark.parametrize("attack", ON_TESTS)
@pytest.mark.parametrize("language", EXERCISES)
def test_every_attack_on_tests_is_known_for_every_language_of_ours(tmp_path: Path, language: str, attack: str) -> None:
    known = LANGUAGES[language]
    files = EXERCISES[language]
    tests = frozenset(path for path in files if "test" in path.lower() or "spec" in path)
    exercise = make_exercise(tmp_path, files, language=language, tests=tests)
    tampering = tampering_with(exercise, known, attack)
    assert is_known(language, attack)
    assert tampering is not None
    assert sources_of(exercise, known) == [SOURCES[language]]
    touched = {*tampering.remove, *tampering.write, *(path for path, _, _ in tampering.insert)}
    assert touched
    if attack in {"edit-tests", "delete-tests"}:
        assert touched == tests
    assert not [text for text in (*touched, *tampering.write.values()) if "<test>" in text or "<stem>" in text]
    assert all("package p" in text for path, text in tampering.write.items() if path == "src/test/java/ATest.java")


def test_for_a_language_that_nobody_described_tests_are_edited_and_deleted(tmp_path: Path) -> None:
    """Our rule."""
    exercise = make_exercise(tmp_path, {"a.zig": "", "a_test.zig": "x"}, tests=frozenset({"a_test.zig"}))
    known = [attack for attack in ATTACKS if is_known("zig", attack)]
    assert known == ["edit-tests", "delete-tests"]
    zig = LANGUAGES["python"].__class__(
        id="zig",
        title="Zig",
        prompt="",
        test_globs=("*_test.zig",),
        protected_globs=(),
        programs=(),
        version=(),
        remedy="",
        commands=(),
        results="exit-code",
    )
    edited = tampering_with(exercise, zig, "edit-tests")
    assert edited is not None
    assert edited.write == {"a_test.zig": ""}
    assert tampering_with(exercise, zig, "forge-report") is None


@pytest.mark.parametrize(
    ("attack", "fallen"),
    [
        ("network", {"go/a", "go/b", "rust/a"}),
        ("history", {"go/a", "go/b"}),
        ("edit-tests", {"go/a"}),
    ],
)
def test_what_an_attack_got_counts_as_far_as_it_reaches(attack: str, fallen: set[str]) -> None:
    """Our rule: an attack on the machine concerns all exercises, one on a language those of the language."""
    tried = Tried(ATTACKS[attack], ("go/a", "rust/a"), 1, (Finding("go/a", "a pass"),))
    assert {each for each in ("go/a", "go/b", "rust/a") if tried.concerns(each) and not tried.held(each)} == fallen


def test_an_attack_says_nothing_of_what_it_was_not_tried_on() -> None:
    """Our rule."""
    assert not Tried(ATTACKS["edit-tests"], ("go/a",), 1, ()).concerns("go/b")
    assert not Tried(ATTACKS["history"], ("go/a",), 1, ()).concerns("rust/a")
