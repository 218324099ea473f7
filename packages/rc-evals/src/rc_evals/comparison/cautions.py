"""What makes runs hard to compare: whoever reads a difference has to know whether only the agent differed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from rc_evals.foreign import one_line
from rc_evals.formats import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rc_evals.comparison.pairing import Pairing

_CONDITIONS: Final = {
    "suite": "the suite is {} in run {}, and {} in run {}",
    "sandbox": "the sandbox is {} in run {}, and {} in run {}",
    "timeout_seconds": "agents have {} s in run {}, and {} s in run {}",
    "concurrency": "{} attempts go on at once in run {}, and {} in run {}, which changes how long they take",
}


def cautions(first: Mapping[str, Any], second: Mapping[str, Any], pairing: Pairing) -> Iterator[str]:
    """Yield a sentence on each condition that differs between two runs, given by their rows with their `record`."""
    one, other = first["id"], second["id"]
    for run in (first, second):
        if run["done"] < run["total"]:
            left = counted(run["total"] - run["done"], "task")
            yield f"run {run['id']} has {left} without a verdict"
    for field, sentence in _CONDITIONS.items():
        if first[field] != second[field]:
            yield sentence.format(one_line(str(first[field])), one, one_line(str(second[field])), other)
    if pairing.changed:
        yield f"{counted(pairing.changed, 'task')} had another text or other tests in run {one} than in run {other}"
    for run, partner in ((first, other), (second, one)):
        if alone := run["total"] - pairing.partners:
            yield f"{counted(alone, 'task')} of run {run['id']} {_are(alone)} not in run {partner}"
    if undecided := pairing.partners - len(pairing.tasks):
        yield f"{counted(undecided, 'task')} of runs {one} and {other} {_are(undecided)} not decided in both"
    yield from _tools(first, second)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _tools(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[str]:
    here, there = _versions(first), _versions(second)
    for language in sorted(here.keys() & there.keys()):
        if here[language] != there[language]:
            old, new = one_line(here[language]), one_line(there[language])
            yield f"tests of {one_line(language)} ran with {old} in run {first['id']}, with {new} in run {second['id']}"


def _versions(run: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of the languages' tools that the record of a run names; it may come from another machine."""
    record: dict[str, Any] = json.loads(run["record"]) if run["record"] else {}
    found = record.get("languages")
    if not isinstance(found, dict):
        return {}
    versions = cast("dict[object, object]", found)
    return {str(name): str(version) for name, version in versions.items()}
