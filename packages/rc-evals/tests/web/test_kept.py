"""What attempts left is read piece by piece, and only where it is a file (spec 20)."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals.web.task.kept import opened, sizes, window


def _windows(folder: Path, count: int, *, ended: bool = True) -> list[str]:
    texts: list[str] = []
    with opened(folder, "agent.log") as kept:
        assert kept is not None
        at = 0
        while at < kept.size:
            part = window(kept, at, count, ended=ended)
            assert part.end > at or not ended
            if part.end == at:
                break
            texts.append(part.text)
            at = part.end
    return texts


@given(
    lines=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n")), min_size=1), count=st.integers(8, 60)
)
def test_windows_put_together_are_the_file(
    lines: list[str], count: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("log")
    (folder / "agent.log").write_text("\n".join(lines), encoding="utf-8", newline="")
    assert "".join(_windows(folder, count)) == "\n".join(lines)


def test_a_window_ends_with_a_line_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "agent.log").write_bytes(b"one\ntwo\nthree")
    assert _windows(tmp_path, 9) == ["one\ntwo\n", "three"]


def test_a_character_that_is_not_whole_yet_waits(tmp_path: Path) -> None:
    (tmp_path / "agent.log").write_bytes(b"so\xf0\x9f\x98")
    assert _windows(tmp_path, 100, ended=False) == ["so"]
    assert _windows(tmp_path, 100) == ["so\ufffd"]


def test_the_end_of_a_file_of_50_megabytes_is_read_without_the_rest(tmp_path: Path) -> None:
    with (tmp_path / "agent.log").open("wb") as log:
        log.truncate(50_000_000)
        log.seek(0, os.SEEK_END)
        log.write(b"\nlast line\n")
    with opened(tmp_path, "agent.log") as kept:
        assert kept is not None
        assert window(kept, -1_000, 1_000, ended=True).text == "last line\n"


def test_what_is_written_after_the_opening_is_left_for_the_next(tmp_path: Path) -> None:
    log = tmp_path / "agent.log"
    log.write_bytes(b"one\n")
    with opened(tmp_path, "agent.log") as kept:
        assert kept is not None
        log.write_bytes(b"one\ntwo\n")
        assert window(kept, 0, 100, ended=False).text == "one\n"


def test_links_pipes_and_folders_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "agent.log").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "tests.log")
    (tmp_path / "diff.patch").mkdir()
    assert sizes(tmp_path) == {}
    assert sizes(tmp_path / "missing") == {}
