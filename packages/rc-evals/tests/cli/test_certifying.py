"""What `suites verify --panel` shows of attacks that held, and of those that did not."""

import pytest
from rc_evals.cli.certifying import document, show, standing
from rc_evals.panel.attacks import ATTACKS
from rc_evals.panel.certificate import Tried
from rc_evals.panel.examining import Finding

VERDICTS = {
    "go/a": {"oracle": "passed", "nop": "failed", "sound": True},
    "go/b": {"oracle": "passed", "nop": "failed", "sound": True},
    "go/c": {"oracle": "failed", "nop": "failed", "sound": False},
}
FORGED = Finding("go/b", "a \x1b[2Jpass")
TRIED = [
    Tried(ATTACKS["forks"], ("go/a",), 3, ()),
    Tried(ATTACKS["forge-report"], ("go/a", "go/b"), 4, (FORGED,)),
]
ROWS = {exercise: row | standing(exercise, row, TRIED) for exercise, row in VERDICTS.items()}


def test_an_exercise_is_certified_when_it_is_sound_and_every_attack_on_it_held() -> None:
    """Our rule."""
    assert [(row["held"], row["tried"], row["certified"]) for row in ROWS.values()] == [
        (2, 2, True),
        (1, 2, False),
        (0, 0, False),
    ]


def test_the_document_says_what_was_tried_and_what_was_got() -> None:
    """Our rule."""
    told = document(ROWS, TRIED)
    assert (told["sound"], told["certified"]) == (2, 1)
    assert told["attacks"][1] == {
        "id": "forge-report",
        "scope": "exercise",
        "summary": ATTACKS["forge-report"].summary,
        "run": 4,
        "exercises": ["go/a", "go/b"],
        "got": [{"exercise": "go/b", "what": FORGED.what}],
    }


def test_the_tables_name_what_got_through_and_let_nothing_of_it_through(capsys: pytest.CaptureFixture[str]) -> None:
    """Our rule: what an attack leaves is shown as text."""
    show(ROWS, TRIED)
    shown = capsys.readouterr().out
    assert "\x1b[2J" not in shown
    lines = [line.split() for line in shown.splitlines()]
    assert ["forks", "machine", "1", "1", "forks", "without", "end"] in lines
    assert any(line[:4] == ["forge-report", "exercise", "2", "1"] for line in lines)
    assert any(line[:2] == ["forge-report", "a"] and line[-2:] == ["go/b", "4"] for line in lines)
    assert ["go/b", "passed", "failed", "1", "of", "2", "no"] in lines
    assert ["go/c", "failed", "failed", "-", "no"] in lines
    assert shown.rstrip().endswith("1 of 3 exercises are certified")


def test_where_everything_holds_there_is_nothing_to_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Our rule."""
    show({"go/a": ROWS["go/a"]}, TRIED[:1])
    shown = capsys.readouterr().out
    assert " got " not in shown
    assert shown.rstrip().endswith("1 of 1 exercises are certified")
