"""Names of skills (types spec 3.25)."""

import pytest
from rc_types.skills import (
    SKILL_NAME_MAX_LENGTH,
    SkillNameValidationError,
    SkillNameValidationResult,
    validate_skill_name,
)


@pytest.mark.parametrize("name", ["a", "a-1", "code-review-2", "x" * SKILL_NAME_MAX_LENGTH])
def test_words_of_small_letters_and_digits_make_a_name(name: str) -> None:
    assert validate_skill_name(name).to_wire() == {"valid": True}


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "empty"),
        ("X" * (SKILL_NAME_MAX_LENGTH + 1), "too_long"),
        ("😀" * 33, "too_long"),
        ("😀" * 32, "invalid_format"),
        ("\ud800", "invalid_format"),
        ("a--b", "invalid_format"),
        ("skill\n", "invalid_format"),
        ("é", "invalid_format"),
    ],
)
def test_the_first_thing_that_is_wrong_with_a_name_is_told(name: str, error: str) -> None:
    """S1: lengths count UTF-16 units, in which an emoji is two; S2: the end is the very end."""
    assert validate_skill_name(name).to_wire() == {"valid": False, "error": error}


def test_a_verdict_from_the_wire_is_read_as_a_member_of_the_enum() -> None:
    read = SkillNameValidationResult.from_wire({"valid": False, "error": "too_long"})
    assert read.error is SkillNameValidationError.TOO_LONG
