"""The grammar of types spec 2.9; the long list of verdicts is in the conformance data."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_types._js_regexp import RegexpSyntaxError, check_js_regexp

ATOMS = ["a", "(b)", "(?:c|d)", "[e-g]", "[^]", "[]", r"\d", r"\.", "(?<n>x)", "(?=y)", "😀", "}", "]", r"\x41", "{,3}"]


@pytest.mark.parametrize(
    "pattern", ["(?<name>x)", r"\k<n>", "(?<=a+)b", "[]", r"\p{L}", r"\u{1F600}", r"(a)\2", "(?=a)*", ""]
)
def test_what_only_python_refuses_is_fine(pattern: str) -> None:
    check_js_regexp(pattern)


@pytest.mark.parametrize("pattern", ["a++", "(?i)a", "(?>a)", "(?P<n>a)", "(?#c)"])
def test_what_only_python_accepts_is_refused(pattern: str) -> None:
    with pytest.raises(RegexpSyntaxError):
        check_js_regexp(pattern)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "not closed"),
        (")", "never opened"),
        ("[a", "not closed"),
        ("a\\", "backslash"),
        ("[\\", "backslash"),
        ("a{2,1}", "out of order"),
        ("a{9" + "9" * 5000 + ",1}", "out of order"),
        ("(?<1>a)", "identifier"),
        ("(?<n>a)(?<n>b)", "same name"),
        (r"(?<n>a)\k<m>", "names no group"),
        (r"(?<n>a)[\k]", "class holds a reference"),
        ("[z-a]", "out of order"),
        ("[😀-😎]", "out of order"),
        ("|*", "nothing to repeat"),
    ],
)
def test_a_refusal_says_why(pattern: str, reason: str) -> None:
    with pytest.raises(RegexpSyntaxError, match=reason):
        check_js_regexp(pattern)


@pytest.mark.parametrize(
    ("pattern", "fine"),
    [
        (r"(?<\u0061>)\k<a>", True),
        (r"(?<a>)\k<\u{00061}>", True),
        ("(?<\\ud83e\\uddff>)", False),
        ("(?<\\ud840\\udc00>)\\k<\U00020000>", True),
        (r"(?<a\u200c>)", True),
        ("(?<a\u200d>)", True),
        (r"(?<a>)(?<\u{61}>)", False),
        (r"(?<\u{d835}\u{dc9c}>)", False),
        ("(?<\ud835\\udc9c>)", False),
        (r"(?<\u{110000}>)", False),
        (r"(?<\u{}>)", False),
        (r"(?<\x61>)", False),
        (r"(?<\u200c>)", False),
        (r"(?<\u003e>)", False),
    ],
)
def test_the_name_of_a_group_may_be_spelled_with_escapes(pattern: str, fine: bool) -> None:
    """The identifiers of JavaScript, whose escapes mean the characters; judged by Node's `new RegExp(pattern)`."""
    if fine:
        check_js_regexp(pattern)
    else:
        with pytest.raises(RegexpSyntaxError):
            check_js_regexp(pattern)


def test_no_nesting_is_too_deep() -> None:
    check_js_regexp("(" * 100_000 + ")" * 100_000)
    with pytest.raises(RegexpSyntaxError):
        check_js_regexp("(" * 100_000)


@given(pattern=st.text(alphabet="()[]{}?*+|^$\\-,:=!<>kuxcbd019aé😀\ud83d"))
def test_any_text_is_either_a_pattern_or_not(pattern: str) -> None:
    try:
        check_js_regexp(pattern)
    except RegexpSyntaxError as refused:
        assert str(refused).isprintable()  # noqa: PT017 - both outcomes are right


@given(text=st.text())
def test_any_text_can_be_escaped(text: str) -> None:
    check_js_regexp("".join(f"\\{char}" if char in string.punctuation else char for char in text))


@given(
    parts=st.lists(st.sampled_from(ATOMS), unique=True),
    quantifier=st.sampled_from(["", "*", "+?", "{2}", "{2,}?", "{1,2}"]),
)
def test_atoms_may_follow_each_other_and_be_repeated(parts: list[str], quantifier: str) -> None:
    pattern = "".join(f"{part}{quantifier}" for part in parts)
    check_js_regexp(pattern)
    check_js_regexp(f"^(?:{pattern}|)$")


@given(
    parts=st.lists(st.sampled_from(ATOMS), unique=True, min_size=1),
    quantifiers=st.sampled_from(["**", "+*", "{2}{3}", "???"]),
)
def test_nothing_may_be_repeated_twice(parts: list[str], quantifiers: str) -> None:
    with pytest.raises(RegexpSyntaxError):
        check_js_regexp("".join(parts) + quantifiers)
