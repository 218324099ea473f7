"""What a program printed for a terminal, in a page (spec 20: agents and their output are hostile)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals.web.task.ansi import coloured

_TAG = re.compile(r'</?span(?: class="[a-z ]+")?>')


def test_colours_become_classes() -> None:
    assert coloured("\x1b[1;31mFAILED\x1b[0m ok") == '<span class="red bold">FAILED</span> ok'


@pytest.mark.parametrize(
    ("parameters", "classes"),
    [
        ("92", "green"),
        ("38;5;9", "red"),
        ("38;5;46", "green"),
        ("38;2;250;240;10", "yellow"),
        ("38:2:10:20:250", "blue"),
        ("48;5;1;36", "cyan"),
        ("2;35", "magenta dim"),
    ],
)
def test_the_nearest_colour_that_a_theme_has_is_taken(parameters: str, classes: str) -> None:
    assert coloured(f"\x1b[{parameters}mx") == f'<span class="{classes}">x</span>'


@pytest.mark.parametrize(
    "parameters", ["30", "37", "38;5;255", "38;2;0;0;0", "38;2;255;255;255", "39", "38", "38;5", "7"]
)
def test_black_white_and_what_nobody_knows_are_the_colour_of_the_text(parameters: str) -> None:
    assert coloured(f"\x1b[{parameters}mx") == "x"


def test_a_link_is_spelled_out_and_never_made() -> None:
    """OSC 8 asks terminals for links; so do addresses, which stay text."""
    shown = coloured("\x1b]8;;javascript:alert(1)\x1b\\click\x1b]8;;\x1b\\ http://example.com")
    assert "<a" not in shown
    assert shown.startswith("\\x1b]8;;javascript:alert(1)\\x1b\\click")


def test_cursor_movements_and_carriage_returns_are_spelled_out() -> None:
    assert coloured("\x1b[2J\x1b[1;1Hpassed\r") == "\\x1b[2J\\x1b[1;1Hpassed\\x0d"


def test_text_that_turns_the_order_around_is_spelled_out() -> None:
    assert coloured("a\u202eb\ud800\0") == "a\\u202eb\\ud800\\x00"


@given(text=st.text(st.sampled_from("\x1b[]m;0138<>&\"'\n\r\0a\u202e\U0001f600")))
def test_whatever_is_printed_no_element_but_ours_is_in_the_page(text: str) -> None:
    rest = _TAG.sub("", coloured(text))
    assert not re.search("[<>\x1b\0\u202e]", rest)
