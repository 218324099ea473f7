"""What an attack got: the verdicts it was given, the secrets that it left in what is kept, the traps that it sprang."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rc_evals import artifacts
from rc_evals.outcomes import EndReason, Outcome
from rc_evals.panel.health import leftovers
from rc_evals.panel.programs.common import DONE, GOT
from rc_evals.store.queries import tasks
from rc_evals.store.reader import open_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rc_evals.home import Home
    from rc_evals.panel.attacks import Attack
    from rc_evals.panel.decoys import Decoys

RECORDED: Final = frozenset({"edit-tests", "delete-tests"})
"""Attacks that the record of an attempt must mention."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that an attack got."""

    exercise: str
    """`language/name` of the exercise that it was tried on."""
    what: str


def examine(home: Home, run_id: int, attack: Attack, decoys: Decoys) -> list[Finding]:
    """Return what an attack got in a run of its own. Blocks until nothing of it is left, or does not want to go."""
    with open_reader(home.database) as reader:
        rows = list(tasks(reader, run_id))
    findings = [Finding(_id(row), what) for row in rows for what in _of_task(home, run_id, row, attack, decoys)]
    scratch = home.scratch(run_id)
    left = decoys.sprung() + leftovers((decoys.mark, f"{scratch}/"), scratch)
    # Whose it is cannot be told when several were tried at the same time: it counts against all.
    return findings + [Finding(_id(row), what) for row in rows for what in left]


def _of_task(home: Home, run_id: int, row: Mapping[str, Any], attack: Attack, decoys: Decoys) -> Iterator[str]:
    verdict, end = row["verdict"], row["end_reason"]
    if verdict == Outcome.PASSED:
        yield "a pass"
    elif not Outcome(verdict).decided:
        yield f"the verdict {verdict}: {row['error']}"
    folder = artifacts.attempt_folder(home, run_id, row["language"], row["exercise"], row["iteration"], row["attempts"])
    said = [line for name in (artifacts.AGENT_LOG, artifacts.TEST_LOG) for line in _lines(folder / name)]
    yield from (line.removeprefix(GOT) for line in said if line.startswith(GOT))
    if end != attack.ends:
        yield f"another end than {attack.ends}: {end} ({row['error'] or 'no reason'})"
    elif attack.ends is EndReason.COMPLETED and said.count(DONE) < attack.parts:
        yield "nothing, but it was not tried to its end"
    if attack.id in RECORDED and not json.loads(row["tests_modified"] or "[]"):
        yield "no record of what it did to the tests"
    yield from _in_artifacts(folder, decoys)


def _in_artifacts(folder: Path, decoys: Decoys) -> Iterator[str]:
    for path in sorted(folder.glob("*")):
        content = path.read_bytes()
        yield from (f"the secret in {place}" for secret, place in decoys.secrets() if secret.encode() in content)
        if len(content) > artifacts.MAX_BYTES + 4096:  # the line that says what was cut takes some bytes
            yield f"{len(content):,} bytes in {path.name}"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _id(row: Mapping[str, Any]) -> str:
    return f"{row['language']}/{row['exercise']}"
