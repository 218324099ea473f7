"""Text of foreign origin, as it is shown."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rc_evals.foreign import one_line, printable

_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(st.text())
def test_no_text_can_steer_a_terminal(text: str) -> None:
    """Security posture: logs of hostile agents are shown, not obeyed."""
    shown = printable(text)
    assert not {character for character in shown if unicodedata.category(character) == "Cc"} - {"\n", "\t"}
    assert not {character for character in shown if unicodedata.bidirectional(character) in _TURNING}
    shown.encode()


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"])))
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_colours_go_and_everything_else_is_spelled_out() -> None:
    assert printable("\x1b[1;31mred\x1b[0m\r\n\tnext") == "red\n\tnext"
    assert printable("\x1b]0;title\x07 \x9b2J \u202e \ud800") == r"\x1b]0;title\x07 \x9b2J \u202e \ud800"


def test_one_line_stays_one() -> None:
    assert one_line("a\n\tb\r\nc\u2028d") == r"a b c\u2028d"
