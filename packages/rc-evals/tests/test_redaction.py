"""Secrets are taken out of what is kept, however they are spelled there."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rc_evals.redaction import LONGEST_LINE, NOTHING_SECRET, SHORTEST, Redaction

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
secrets = st.text(st.characters(exclude_categories=["Cs"]), min_size=SHORTEST, max_size=30)


@given(before=texts, secret=secrets, after=texts, ascii_only=st.booleans())
def test_no_secret_is_left_as_it_stands_or_in_json(before: str, secret: str, after: str, ascii_only: bool) -> None:
    """Law 8."""
    redaction = Redaction([secret])
    text = f"{before} {secret} {after}"
    assert secret not in redaction.text(text) or secret in "[secret]"
    document = json.dumps({"said": text}, ensure_ascii=ascii_only).encode()
    read = json.loads(redaction.data(document))
    assert secret not in read["said"] or secret in "[secret]"


@given(texts)
def test_without_secrets_nothing_changes(text: str) -> None:
    assert NOTHING_SECRET.text(text) == text
    assert NOTHING_SECRET.data(text.encode()) == text.encode()


def test_of_two_secrets_the_longer_one_goes_first() -> None:
    """Else the rest of it would stay."""
    assert Redaction(["secret", "secret-and-more"]).text("a secret-and-more b") == "a [secret] b"


def test_short_words_stay() -> None:
    """A key such as `none` would take words out of everything."""
    assert Redaction(["none", ""]).text("none of it") == "none of it"


def test_a_key_of_several_lines_is_found_by_the_line() -> None:
    """Logs put something in front of each line, and documents within documents escape the ends of lines twice."""
    redaction = Redaction(["-----BEGIN-----\n  first-half\nsecond-half\n"])
    assert redaction.text("12:00 first-half\r\n12:01 second-half") == "12:00 [secret]\r\n12:01 [secret]"
    assert redaction.text(r"first-half\\nsecond-half") == r"[secret]\\n[secret]"


@given(st.integers(0, 3 * LONGEST_LINE), st.integers(0, 3 * LONGEST_LINE))
def test_no_part_of_a_secret_is_left_at_a_cut(before: int, after: int) -> None:
    line = Redaction(["abcdefgh"]).line("x" * before + "abcdefgh" + "y" * after)
    assert "abc" not in line
    assert "fgh" not in line
    assert len(line) < LONGEST_LINE + 10


@given(st.text())
def test_evidence_is_one_line(text: str) -> None:
    assert len(NOTHING_SECRET.line(f"{text}\nx").splitlines()) == 1


def test_a_file_is_cleaned_in_place(tmp_path: Path) -> None:
    path = tmp_path / "agent.log"
    redaction = Redaction(["the-secret"])
    redaction.file(path)
    assert not path.exists()
    path.write_bytes(b"\xff the-secret\n")
    redaction.file(path)
    assert path.read_bytes() == b"\xff [secret]\n"
