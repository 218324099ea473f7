"""Formats: every vector of section 23 of the specification."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals import formats
from rc_evals.stats import wilson


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(0, "0:00:00"), (1_000, "0:00:01"), (61_000, "0:01:01"), (3_661_000, "1:01:01")]
)
def test_a_duration_is_hours_minutes_seconds(milliseconds: int, text: str) -> None:
    """Spec 23, duration."""
    assert formats.duration(milliseconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (72_500, "73k"),
        (999_499, "999k"),
        (999_500, "1.0M"),
        (1_000_000, "1.0M"),
        (3_240_000, "3.2M"),
        (999_950_000, "1.0B"),
    ],
)
def test_tokens_are_rounded_to_a_unit(count: int, text: str) -> None:
    """Spec 23, tokens and rounding."""
    assert formats.tokens(count) == text


@pytest.mark.parametrize(("attempts", "failures", "text"), [(0, 0, "0%"), (3, 1, "67%")])
def test_the_success_rate_of_a_tool_is_whole_per_cent(attempts: int, failures: int, text: str) -> None:
    """Spec 23, success rate."""
    assert formats.success(attempts, failures) == text


@given(st.integers(0, 10**13))
def test_money_has_two_decimals_rounded_half_up(micros: int) -> None:
    """Spec 15.1 and 23, rounding."""
    exact = (Decimal(micros) / 10**6).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert formats.money(micros) == f"${exact:,}"


def test_an_interval_names_its_unit_once() -> None:
    """Spec 24.8."""
    assert formats.interval(wilson(156, 195)) == "73.8-85.0 %"


@given(st.integers(0, 4 * 10**12))
def test_a_timestamp_of_a_document_is_exact(milliseconds: int) -> None:
    text = formats.timestamp(milliseconds)
    assert text is not None
    assert round(datetime.fromisoformat(text).timestamp() * 1000) == milliseconds


@pytest.mark.parametrize(
    ("count", "text"),
    [
        *((0, "0 B"), (999, "999 B"), (1_500, "2 kB"), (999_499, "999 kB"), (999_500, "1.0 MB")),
        *((999_949_999, "999.9 MB"), (999_950_000, "1.0 GB"), (70_960_000_000, "71.0 GB")),
    ],
)
def test_a_size_is_rounded_to_a_unit(count: int, text: str) -> None:
    assert formats.size(count) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 tasks"), (1, "1 task"), (2_000, "2,000 tasks")])
def test_one_thing_is_singular(count: int, text: str) -> None:
    assert formats.counted(count, "task") == text
