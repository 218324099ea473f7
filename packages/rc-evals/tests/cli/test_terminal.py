"""Text of foreign origin on a terminal."""

import io
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rc_evals.cli.terminal import columns, fitted, one_line, print_on, printable
from rich.text import Text

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


def test_columns_are_aligned_and_end_without_blanks() -> None:
    rows = [("a", "bbb", "c"), ("aaa", "b", "")]
    assert columns(rows, right=frozenset({1})) == ["a    bbb  c", "aaa    b"]


def test_lines_for_files_are_neither_cut_nor_coloured() -> None:
    stream = io.StringIO()
    print_on(stream, Text("x" * 150, style="bold red"))
    assert stream.getvalue() == "x" * 150 + "\n"
    assert fitted("y" * 300, stream) == "y" * 300
