"""JavaScript's `Number()`, types spec N5."""

import json
import math
import random
import subprocess
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rc_types import InvalidWireError
from rc_types._codec import WireCodec
from rc_types._js_number import JS_WHITE_SPACE, CoercedNumber, js_number

coerced: Final[WireCodec[int | float]] = WireCodec(CoercedNumber, "CoercedNumber")

NUMBER_LIKE: Final = st.text(alphabet="0123456789+-.eExXoObBaF_nI \t\n\u001c\u0085\ufeff\u0661\uff11\ud83d", max_size=8)
"""Texts that are numbers often enough, and otherwise what Python would take for one."""

JSON_LIKE: Final = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | NUMBER_LIKE,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=1),
    max_leaves=3,
)

NUMBER_OF_EACH: Final = """
const values = JSON.parse(require("fs").readFileSync(0, "utf8"))
console.log(JSON.stringify(values.map((value) => String(Number(value)))))
"""


@given(number=st.floats(allow_nan=False, allow_infinity=False), blanks=st.text(alphabet=JS_WHITE_SPACE, max_size=3))
def test_a_number_is_itself_however_it_is_wrapped(number: float, blanks: str) -> None:
    for wrapped in (number, repr(number), f"{blanks}{number!r}{blanks}", [number], [[repr(number)]]):
        assert coerced.from_wire(wrapped) == number


@given(value=JSON_LIKE)
@example(value="0x" + "f" * 1000)
@example(value="9" * 400)
def test_any_json_is_a_finite_number_or_is_refused(value: object) -> None:
    if math.isfinite(js_number(value)):
        assert isinstance(coerced.from_wire(value), int | float)
    else:
        with pytest.raises(InvalidWireError, match="must be a finite number"):
            coerced.from_wire(value)


@pytest.mark.parametrize("text", ["1_000", "nan", "inf", "-infinity", "\u0661", "\u001c5", "5\u0085", "-0x10", "0b2"])
def test_what_only_python_reads_as_a_number_is_none(text: str) -> None:
    assert math.isnan(js_number(text))


def test_booleans_count_unless_a_list_makes_text_of_them() -> None:
    assert [js_number(True), js_number(False), js_number(None), js_number([None])] == [1, 0, 0, 0]
    assert math.isnan(js_number([True]))


def test_long_texts_and_deep_lists_cost_little() -> None:
    """A backtracking pattern or a recursion would not come back from these."""
    deep: object = "7"
    for _ in range(100_000):
        deep = [deep]
    assert js_number(deep) == 7
    assert math.isnan(js_number("1" * 1_000_000 + "x"))


def texts_like_numbers(count: int) -> list[str]:
    chance = random.Random(7)
    alphabet = "0123456789+-.eExXoObBaF_nI \t\u001c\u0085\ufeff\u0661"
    return ["".join(chance.choices(alphabet, k=chance.randrange(7))) for _ in range(count)]


@pytest.mark.needs("node")
def test_javascript_agrees() -> None:
    """Types spec N5, for texts alone and in lists."""
    texts = texts_like_numbers(10_000)
    values: list[object] = [*texts, *([text] for text in texts[:500]), *([[text], "1"] for text in texts[:500])]
    done = subprocess.run(
        ["node", "--eval", NUMBER_OF_EACH],
        input=json.dumps(values),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    theirs: list[str] = json.loads(done.stdout)
    for value, said in zip(values, theirs, strict=True):
        assert str(js_number(value) + 0.0) == str(float(said)), value
    assert len({*theirs}) > 100
