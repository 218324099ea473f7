"""What attempts leave: where, and how much at most."""

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rc_evals.artifacts import AGENT_LOG, MAX_BYTES, Transcript, attempt_folder, bound, close_log, keep
from rc_evals.home import Home
from rc_evals.redaction import NOTHING_SECRET


def test_a_log_whose_secrets_nobody_knows_is_not_kept(tmp_path: Path) -> None:
    """Law 8: its controller was killed, and whoever clears up has not got the keys."""
    (tmp_path / AGENT_LOG).write_bytes(b"a key")
    close_log(tmp_path, NOTHING_SECRET)
    assert (tmp_path / AGENT_LOG).exists()
    close_log(tmp_path, None)
    assert not (tmp_path / AGENT_LOG).exists()


@given(language=st.text(), exercise=st.text())
def test_no_name_leads_out_of_the_run(language: str, exercise: str) -> None:
    """Spec 20: file names are compared by path components."""
    home = Home(Path("/data"))
    folder = attempt_folder(home, 3, language, exercise, 1, 2)
    assert folder.parent.parent == home.artifacts(3)
    assert folder.parent.name not in {"", ".", ".."}
    assert folder.name == "attempt-2"
    assert len(os.fsencode(folder.parent.name)) < 256, "the longest name that a file can have"


_NAMES = st.text(st.sampled_from("aB1-_. /%~\u00e4\ud800"), max_size=5) | st.text()
_TASKS = st.tuples(_NAMES, _NAMES, st.integers(1, 100))


@given(st.sets(_TASKS))
def test_no_two_tasks_share_a_folder(tasks: set[tuple[str, str, int]]) -> None:
    """Our rule: `a b` and `a_b` are two exercises."""
    home = Home(Path("/data"))
    assert len({attempt_folder(home, 1, *task, 1) for task in tasks}) == len(tasks)


def test_a_folder_says_what_it_is_of() -> None:
    """Our rule: people look into these folders."""
    home = Home(Path("/data"))
    names = [
        attempt_folder(home, 1, language, exercise, 1, 1).parent.name
        for language, exercise in (("go", "ring-log"), ("common-lisp", "a b"), ("go", "x" * 300))
    ]
    assert names[:2] == ["go-ring-log-1", "common%2dlisp-a%20b-1"]
    assert names[2].startswith("go-" + "x" * 80 + "~")


def test_iterations_and_attempts_have_folders_of_their_own() -> None:
    """Quirk Q22: iteration and attempt in every path."""
    home = Home(Path("/data"))
    folders = {attempt_folder(home, 1, "go", "x", i, n) for i in (1, 2) for n in (1, 2)}
    assert len(folders) == 4


def test_a_long_file_keeps_both_ends_and_says_what_is_gone(tmp_path: Path) -> None:
    """Issue: each artifact is bounded, with a marker where it was cut."""
    log = tmp_path / "agent.log"
    log.write_bytes(b"first" + b"x" * 5000 + b"last")
    bound(log, limit=100)
    content = log.read_bytes()
    assert content.startswith(b"first")
    assert content.endswith(b"last")
    assert b"4,909 bytes cut here" in content
    assert len(content) < 200


def test_a_short_file_stays_and_an_empty_one_goes(tmp_path: Path) -> None:
    """Our rule: no file where nothing was produced."""
    short, empty = tmp_path / "short", tmp_path / "empty"
    short.write_bytes(b"abc")
    empty.touch()
    for path in (short, empty, tmp_path / "missing"):
        bound(path)
    assert short.read_bytes() == b"abc"
    assert not empty.exists()


def test_nothing_is_made_for_nothing(tmp_path: Path) -> None:
    """Our rule: an attempt without output leaves no folder."""
    keep(tmp_path / "attempt", "diff.patch", b"")
    Transcript(tmp_path / "attempt").close()
    assert list(tmp_path.iterdir()) == []


def test_a_transcript_stops_at_its_bound_and_counts_the_rest(tmp_path: Path) -> None:
    """Law: every bounded thing says what happens when it is full, and counts it."""
    transcript = Transcript(tmp_path)
    line = b"x" * (MAX_BYTES // 4)
    for _ in range(6):
        transcript.add(line)
    transcript.close()
    lines = (tmp_path / "transcript.jsonl").read_bytes().splitlines()
    assert lines[:-1] == [line] * 3
    assert lines[-1] == b'{"rcEvals":"events that found no room","count":3}'
