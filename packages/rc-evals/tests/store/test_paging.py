"""Positions in lists: whatever a visitor sends for one."""

import base64
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals import UsageError
from rc_evals.store.paging import Order, Where, containing

from .tables import store

ORDER = Order("-cost", "cost_micros")


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "", "!", "ä", "A" * 10_000, encoded(None), encoded([]), encoded(["-cost", 1]), encoded(["cost", 1, 1]),
        encoded(["-cost", [1], 1]), encoded(["-cost", 2**64, 1]), encoded(["-cost", 1, "1"]),
        encoded(["-cost", 1, None]), encoded(["-cost", float("nan"), 1]),
        encoded(["-cost", "\ud800", 1]), encoded(["-cost", 1, 2**63]),
        base64.urlsafe_b64encode(b"[" * 600).decode(),
    ],
)  # fmt: skip
def test_a_position_that_we_never_gave_is_refused(cursor: str) -> None:
    """Law 7: every external input is validated at the border."""
    with pytest.raises(UsageError, match="begin at the first page"):
        ORDER.continue_after(cursor, Where("1"))


@given(st.text() | st.binary().map(lambda data: base64.urlsafe_b64encode(data).decode()))
def test_no_text_for_a_position_does_more_than_be_refused(cursor: str) -> None:
    with suppress(UsageError):
        ORDER.continue_after(cursor, Where("1"))


@given(st.none() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False))
def test_a_position_is_read_as_it_was_given(key: float | None) -> None:
    where = Where("1")
    ORDER.continue_after(ORDER.cursor(key, 7), where)
    assert where.values == {"after_key": key, "after_id": 7}


def test_the_longest_text_that_a_list_is_sorted_by_fits_into_a_position() -> None:
    order = Order("name", "name")
    cursor = order.cursor("\0" * 100, 2**63 - 1)
    where = Where("1")
    order.continue_after(cursor, where)
    assert where.values["after_key"] == "\0" * 100


@settings(deadline=None)
@given(st.text(), st.text(max_size=5))
def test_text_is_looked_for_as_it_stands(text: str, part: str) -> None:
    """Our rule: no character of what a person types means anything but itself; capital letters of ASCII aside."""
    text, part = (each.replace("\0", "").encode("utf-8", "replace").decode() for each in (text, part))
    with store() as reader:
        row = reader.row(r"SELECT :text LIKE :part ESCAPE '\' AS found", text=text, part=containing(part))
    assert row is not None
    if part in text:
        assert row["found"]
    elif part.isascii() and part.lower() not in text.lower():
        assert not row["found"]


def test_an_unknown_column_is_said_to_be_one() -> None:
    with pytest.raises(UsageError, match="nothing can be sorted by '-nothing'; there are id, cost"):
        Order.parse("-nothing", {"id": "id", "cost": "cost_micros"})
