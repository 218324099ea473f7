"""Tests of csv_sniffer."""

import pytest

from csv_sniffer import Dialect, sniff


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_found(delimiter: str) -> None:
    sample = "\n".join(delimiter.join(row) for row in (["ab", "cd", "ef"], ["gh", "ij", "kl"]))
    assert sniff(sample) == Dialect(delimiter, '"', False)


@pytest.mark.parametrize("sample", ["", "\n\n", "one\ntwo\n", "a,b\nc\n", "a,b\nc,d,e\n", "\"a',b\n'c,d\n"])
def test_nothing_fits_when_records_disagree_or_have_one_field(sample: str) -> None:
    assert sniff(sample) is None


def test_delimiters_and_line_ends_inside_quotes_belong_to_the_field() -> None:
    assert sniff('a,"b,c"\n"d\ne,f",g\n') == Dialect(",", '"', False)


def test_a_doubled_quote_does_not_close_a_field() -> None:
    assert sniff("'it''s, well',b\nc,d\n") == Dialect(",", "'", False)


def test_a_quote_in_the_middle_of_a_field_is_an_ordinary_character() -> None:
    assert sniff('5" pipe;2\n6" pipe;3\n') == Dialect(";", '"', False)


def test_text_after_a_closing_quote_rules_the_quote_out() -> None:
    assert sniff("'tis,x\n'twas' so,y\n") == Dialect(",", '"', False)
    assert sniff("\"a\"b,'c,d'\ne,f\n") == Dialect(",", "'", False)


def test_more_fields_beat_fewer() -> None:
    assert sniff("1,5;2,5;3,5\n4,5;5,5;6,5\n") == Dialect(",", '"', False)
    assert sniff("1,5|2|3|4\n4,5|5|6|7\n") == Dialect("|", '"', False)


def test_among_equal_fields_more_quoted_fields_win() -> None:
    assert sniff("'a','b'\n'c','d'\n") == Dialect(",", "'", False)
    assert sniff("a,'b';c\nd,'e';f\n") == Dialect(",", '"', False)
    assert sniff("a,'b';'c'\nd,'e';'f'\n") == Dialect(";", "'", False)


def test_among_equals_the_preferred_pair_wins() -> None:
    assert sniff("a;b,c\nd;e,f\n") == Dialect(",", '"', False)


def test_empty_lines_and_windows_line_ends_are_no_fields() -> None:
    assert sniff("\r\nname,n\r\n\r\nx,1\r\ny,2") == Dialect(",", '"', True)


@pytest.mark.parametrize(
    ("sample", "has_header"),
    [
        ("id,name\n1,Ada\n2,Lin\n", True),
        ("name,delta\nx,-1.5\ny,+2\n", True),
        ('name,n\n"x","1"\n', True),
        ("id,name\n", False),
        ("id,id\n1,2\n", False),
        ("id,\n1,2\n", False),
        ("id,7\n1,2\n", False),
        ("id,name\n1,Ada\nx,Lin\n", False),
        ("id,name\n 1,2.\n", False),
        ("id,name\n\u0661,.5\n", False),
    ],
)
def test_a_header_names_a_column_of_numbers(sample: str, has_header: bool) -> None:
    assert sniff(sample) == Dialect(",", '"', has_header)
