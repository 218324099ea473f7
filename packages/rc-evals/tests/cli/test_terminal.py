"""What views of a terminal share."""

import io

from rc_evals.cli.terminal import columns, fitted, print_on
from rich.text import Text


def test_columns_are_aligned_and_end_without_blanks() -> None:
    rows = [("a", "bbb", "c"), ("aaa", "b", "")]
    assert columns(rows, right=frozenset({1})) == ["a    bbb  c", "aaa    b"]


def test_lines_for_files_are_neither_cut_nor_coloured() -> None:
    stream = io.StringIO()
    print_on(stream, Text("x" * 150, style="bold red"))
    assert stream.getvalue() == "x" * 150 + "\n"
    assert fitted("y" * 300, stream) == "y" * 300
