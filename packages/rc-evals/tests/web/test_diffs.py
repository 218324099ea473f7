"""What an agent changed, in a page."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals.web.task.diffs import PAGE_BYTES, Page, page
from rc_evals.web.task.kept import opened


def _page(folder: Path, patch: str | bytes, start: int = 0) -> Page:
    (folder / "diff.patch").write_bytes(patch.encode("utf-8", "surrogatepass") if isinstance(patch, str) else patch)
    with opened(folder, "diff.patch") as kept:
        assert kept is not None
        return page(folder, kept.size, kept.changed, start)


_PATCH = """\
--- a/cache.py
+++ b/cache.py
@@ -1,3 +1,3 @@
 import time
--- a/not a file
+++ b/not a file either
 x = "a < b"
--- /dev/null
+++ b/notes.txt
@@ -0,0 +1,1 @@
+hello
\\ No newline at end of file
Binary file data.bin differs (300 bytes)
"""


def test_files_and_lines_are_told_apart_by_the_counts_of_hunks(tmp_path: Path) -> None:
    cache, notes, binary = _page(tmp_path, _PATCH).sections
    assert (cache.change.path, cache.change.state, cache.change.added, cache.change.removed) == (
        "cache.py",
        "changed",
        1,
        1,
    )
    assert [(row.kind, row.number) for row in cache.rows] == [("same", 1), ("removed", 2), ("added", 2), ("same", 3)]
    assert (notes.change.path, notes.change.state) == ("notes.txt", "new")
    assert [row.kind for row in notes.rows] == ["added", "note"]
    assert [row.text for row in binary.rows] == ["Binary file data.bin differs (300 bytes)"]


def test_lines_have_the_colours_of_their_language(tmp_path: Path) -> None:
    first, _, _, last = _page(tmp_path, _PATCH).sections[0].rows
    assert first.text == '<i class="k">import</i> time'
    assert last.text == 'x = <i class="s">&#34;</i><i class="s">a &lt; b</i><i class="s">&#34;</i>'


def test_a_long_diff_has_pages_that_hold_each_line_once(tmp_path: Path) -> None:
    lines = [f"value_{number} = '{number}'" for number in range(9_000)]
    patch = "--- /dev/null\n+++ b/big.py\n@@ -0,0 +1,9000 @@\n" + "".join(f"+{line}\n" for line in lines)
    seen: list[int | None] = []
    at: int | None = 0
    while at is not None:
        shown = _page(tmp_path, patch, at)
        seen += [row.number for section in shown.sections for row in section.rows]
        assert sum(len(row.text) for section in shown.sections for row in section.rows) <= PAGE_BYTES
        assert shown.sections[0].is_continued == (at > 0)
        at = shown.after
    assert seen == list(range(1, 9_001))


def test_files_without_lines_are_named(tmp_path: Path) -> None:
    shown = _page(tmp_path, "--- /dev/null\n+++ b/empty.py\n" + _PATCH)
    assert [section.change.path for section in shown.sections] == ["empty.py", "cache.py", "notes.txt", ""]


def test_wide_characters_count_as_what_they_take(tmp_path: Path) -> None:
    patch = "--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,200 @@\n" + ("+" + "\U0001f600" * 900 + "\n") * 200
    shown = _page(tmp_path, patch)
    assert sum(len(row.text.encode()) for section in shown.sections for row in section.rows) <= PAGE_BYTES


@pytest.mark.parametrize("line", ["x" * 10_000_000, "<script>" * 100_000, '"' * 3_000, "\u202e\0\x1b[31m" * 500])
def test_a_hostile_line_neither_fills_the_page_nor_gets_into_it(line: str, tmp_path: Path) -> None:
    (section,) = _page(tmp_path, f"--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,1 @@\n+{line}\n").sections
    (row,) = section.rows
    assert len(row.text) <= PAGE_BYTES
    assert not re.search("<(?!/?i)|[\u202e\0\x1b]", row.text)


@given(patch=st.text(st.sampled_from("-+@ \\\n0123,a/b\x1b\ud800")))
def test_no_text_is_too_odd_to_be_shown(patch: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    shown = _page(tmp_path_factory.mktemp("odd"), patch)
    assert all("\x1b" not in row.text for section in shown.sections for row in section.rows)
