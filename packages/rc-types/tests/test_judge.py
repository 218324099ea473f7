"""Comparing a codec with recorded verdicts."""

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_types._judge import difference, judged_input

JSON: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**400), 10**400)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(value=JSON)
def test_nothing_differs_from_itself(value: Any) -> None:
    assert difference(value, value) is None


@pytest.mark.parametrize(
    ("one", "other"), [(1, 1.0), (0, -0.0), (2**53, 2.0**53), ({"a": 1, "b": 2}, {"b": 2.0, "a": 1.0})]
)
def test_what_is_the_same_to_javascript_does_not_differ(one: Any, other: Any) -> None:
    assert difference(one, other) is None
    assert difference(other, one) is None


@pytest.mark.parametrize(
    ("one", "other", "path"),
    [
        (True, 1, ""),
        ([0], [False], "[0]"),
        ("1", 1, ""),
        (None, {}, ""),
        ({"a": None}, {}, "a"),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, "a[0].b"),
        ([1], [1, 2], ""),
        ({"a": {"\x1b[2J": 1}}, {"a": {}}, r"a['\x1b[2J']"),
    ],
)
def test_a_difference_has_a_place(one: Any, other: Any, path: str) -> None:
    for pair in ((one, other), (other, one)):
        problem = difference(*pair)
        assert problem
        assert problem.path == path


@given(value=JSON, before=st.booleans(), blank=st.sampled_from(["", " ", "\t \r"]))
def test_an_input_keeps_its_own_spelling(value: Any, before: bool, blank: str) -> None:
    """`1e3` and `1000` are one number, and must get one verdict: so the reader of JSON text has to see both."""
    text = json.dumps(value)
    members = [f'"input"{blank}:{blank}{text}', f'"ok"{blank}:{blank}false']
    line = blank.join([blank + "{", f"{blank},{blank}".join(members if before else members[::-1]), "}", "\n"])
    read = judged_input(line.encode(), "here")
    assert (read.text, read.value, read.ok) == (text, value, False)


def test_a_number_is_spelled_as_it_was() -> None:
    assert judged_input(b'{"input":[1e3,-0,1.50],"ok":false}', "here").text == "[1e3,-0,1.50]"
