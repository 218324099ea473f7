"""Patterns of language files."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals.languages.globs import Globs


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("*_test.go", ["a_test.go", "deep/a_test.go", "a_test.go/x"], ["a_test.go.txt", "a_test/go"]),
        ("__pycache__", ["__pycache__/a.pyc", "x/__pycache__", "x/__pycache__/y/z"], ["a__pycache__", "__pycache__x"]),
        ("src/test/**", ["src/test/a", "src/test/a/b"], ["src/test", "x/src/test/a", "src/tests/a"]),
        ("src/test/java/**/*.java", ["src/test/java/A.java", "src/test/java/p/q/A.java"], ["src/test/java/A.kt"]),
        ("tests/*.rs", ["tests/a.rs"], ["tests/a/b.rs", "x/tests/a.rs"]),
        ("babel.config.*", ["babel.config.js", "x/babel.config.cjs"], ["babelxconfig.js"]),
        ("a?", ["ab", "x/ab"], ["a/", "abc", "AB"]),
        ("*.py", ["new\nline.py"], ["py"]),
    ],
)
def test_a_pattern_matches_names_anywhere_or_paths_from_the_top(
    pattern: str, matching: list[str], other: list[str]
) -> None:
    """Our rule, see `Globs`."""
    globs = Globs([pattern])
    assert [path for path in matching if not globs.matches(path)] == []
    assert [path for path in other if globs.matches(path)] == []


def test_no_patterns_match_nothing() -> None:
    """Our rule: a language may have no build outputs."""
    assert not Globs([]).matches("")
    assert not Globs([]).matches("a")


@given(st.text(alphabet="ab/*?[](){}\\.^$\n", max_size=12), st.text(alphabet="ab/.\n", max_size=12))
def test_every_pattern_compiles_and_only_stars_and_question_marks_mean_something(pattern: str, path: str) -> None:
    """Our rule."""
    matched = Globs([pattern]).matches(path)
    if not re.search(r"[*?/]", pattern + path):
        assert matched == (pattern == path)
