"""Tests of byte_size."""

import pytest

from byte_size import format_size, parse_size


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0),
        ("17", 17),
        ("17B", 17),
        ("3 kB", 3_000),
        ("3 KiB", 3_072),
        ("2MB", 2_000_000),
        ("1.5 GiB", 1_610_612_736),
    ],
)
def test_a_number_and_its_unit_become_bytes(text: str, count: int) -> None:
    assert parse_size(text) == count


@pytest.mark.parametrize("text", ["1 mib", "1 MIB", " 1MiB ", "1   miB"])
def test_case_and_blanks_do_not_matter(text: str) -> None:
    assert parse_size(text) == 1_048_576


@pytest.mark.parametrize(
    ("text", "count"),
    [("9007199254740993 B", 9_007_199_254_740_993), ("4.35 kB", 4_350), ("0.000000000001 TB", 1)],
)
def test_the_result_is_exact(text: str, count: int) -> None:
    assert parse_size(text) == count


@pytest.mark.parametrize("text", ["1.5 B", "0.0001 kB", "0.3 KiB", "8192.0000000000001 TiB"])
def test_a_part_of_a_byte_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse_size(text)


@pytest.mark.parametrize(
    "text", ["", "MB", "-1 B", "+1 B", "1e3", "1_000", "1. kB", ".5 kB", "5 kb/s", "5 XB", "1 k", "1 2 B", "\u0663 B"]
)
def test_anything_else_is_refused_and_shown(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_size(text)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (3 * 1024**2, "3 MiB"),
        (5 * 1024**5, "5120 TiB"),
    ],
)
def test_the_largest_fitting_unit_is_used(count: int, text: str) -> None:
    assert format_size(count) == text


def test_exact_halves_are_rounded_up() -> None:
    assert [format_size(1280), format_size(2304)] == ["1.3 KiB", "2.3 KiB"]


@pytest.mark.parametrize(
    ("count", "text"), [(1024**2 - 1, "1 MiB"), (1024**3 - 1, "1 GiB"), (1024**2 - 52, "1023.9 KiB")]
)
def test_rounding_up_to_1024_moves_to_the_next_unit(count: int, text: str) -> None:
    assert format_size(count) == text


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError):
        format_size(-1)
