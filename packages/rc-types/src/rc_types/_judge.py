"""Compares a codec with recorded verdicts, for `python -m rc_types judge` and for the tests.

A line is one JSON object: `{"input": ..., "ok": true, "output": ...}` or `{"input": ..., "ok": false}`. It agrees when
the input gets that verdict, decoded and as JSON text, and what was read is written as that output, both ways too.
Values are compared as JavaScript does: 1 is 1.0 and -0 is 0, but true is no number; the order of keys means nothing,
absent and `null` differ. Source: types spec 2.12 and 5.3.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeGuard

from rc_types._codec import WireCodec
from rc_types._errors import InvalidWireError, WireProblem
from rc_types._flavors import Flavor
from rc_types._refusal import key_step

TOLD: Final = 5
"""Disagreements that a tally keeps; the others are only counted."""


class UnjudgeableError(ValueError):
    """A line that is no judged input; the text says which and why."""


class JudgedInput(NamedTuple):
    """One line: an input, decoded and in its own spelling, and the verdict that was recorded."""

    value: Any
    text: str
    ok: bool
    output: Any


@dataclass(slots=True)
class Tally:
    """How often codec and record agreed. Holds places of the data, but no values."""

    agreed: int = 0
    disagreed: int = 0
    first: list[tuple[int, WireProblem]] = field(default_factory=list[tuple[int, WireProblem]])
    """Line and problem of the first disagreements, `TOLD` at most."""


def judge(codec: WireCodec[Any], lines: Iterable[bytes], place: str, *, flavor: Flavor = "roo") -> Tally:
    """Count the lines on which codec and record agree.

    Args:
        codec: What is judged.
        lines: Judged inputs; blank lines are left out.
        place: Where the lines are from, for refusals.
        flavor: Whose schemas the record is of.

    Raises:
        UnjudgeableError: A line is no judged input.
    """
    tally = Tally()
    for number, line in judged_inputs(lines, place):
        problem = disagreement(codec, line, flavor=flavor)
        if problem is None:
            tally.agreed += 1
            continue
        tally.disagreed += 1
        if len(tally.first) < TOLD:
            tally.first.append((number, problem))
    return tally


def disagreement(codec: WireCodec[Any], line: JudgedInput, *, flavor: Flavor = "roo") -> WireProblem | None:
    """Return in what the codec differs from the record, or None if it does not."""
    ways: tuple[tuple[Callable[..., Any], Any], ...] = ((codec.from_wire, line.value), (codec.from_json, line.text))
    for read, source in ways:
        try:
            model = read(source, flavor=flavor)
        except InvalidWireError as refused:
            if line.ok:
                return WireProblem(refused.path, f"is refused, but was accepted: {refused.problems[0].wants}")
            continue
        if not line.ok:
            return WireProblem("", "is accepted, but was refused")
        for written in (codec.to_wire(model), json.loads(codec.to_json(model))):
            if problem := difference(written, line.output):
                return problem
    return None


def difference(ours: object, wanted: object, path: str = "") -> WireProblem | None:
    """Return the first place where two JSON values differ, or None if they are the same to JavaScript."""
    if _is_object(ours) and _is_object(wanted):
        return _object_difference(ours, wanted, path)
    if _is_list(ours) and _is_list(wanted):
        return _list_difference(ours, wanted, path)
    if _comparable(ours) == _comparable(wanted):
        return None
    return WireProblem(path, "is written, but not as recorded")


def _is_object(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _object_difference(ours: dict[str, object], wanted: dict[str, object], path: str) -> WireProblem | None:
    for key in {**ours, **wanted}:
        place = (path + key_step(key)).removeprefix(".")
        if key not in ours:
            return WireProblem(place, "is recorded, but not written")
        if key not in wanted:
            return WireProblem(place, "is written, but not recorded")
        if problem := difference(ours[key], wanted[key], place):
            return problem
    return None


def _list_difference(ours: list[object], wanted: list[object], path: str) -> WireProblem | None:
    if len(ours) != len(wanted):
        return WireProblem(path, f"has {len(ours)} elements, but {len(wanted)} are recorded")
    pairs = enumerate(zip(ours, wanted, strict=True))
    return next((found for at, pair in pairs if (found := difference(*pair, f"{path}[{at}]"))), None)


def _comparable(scalar: object) -> tuple[bool, object]:
    """Tell booleans from numbers, which Python does not, and make every number a double."""
    if isinstance(scalar, bool) or not isinstance(scalar, int):
        return isinstance(scalar, bool), scalar
    try:
        return False, float(scalar)
    except OverflowError:
        return False, math.inf if scalar > 0 else -math.inf


def judged_inputs(lines: Iterable[bytes], place: str) -> Iterator[tuple[int, JudgedInput]]:
    """Yield every line that is not blank with its number, from 1. Raises UnjudgeableError."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, judged_input(line, f"{place}, line {number}")


def judged_input(line: bytes, place: str) -> JudgedInput:
    """Read one line.

    Args:
        line: With or without its end.
        place: What refusals call it.

    Raises:
        UnjudgeableError: The line is no judged input.
    """
    try:
        members = dict(_members(line.decode("utf-8")))
    except RecursionError:
        raise UnjudgeableError(f"{place} is nested too deeply") from None
    except UnicodeDecodeError as error:
        raise UnjudgeableError(f"{place} is not UTF-8: byte {error.start}") from error
    except ValueError as error:
        raise UnjudgeableError(f"{place} is no JSON object: {error}") from error
    verdict, _ = members.get("ok", (None, ""))
    if "input" not in members or not isinstance(verdict, bool) or (verdict and "output" not in members):
        raise UnjudgeableError(f'{place} must have the members "input", "ok" and, if that is true, "output"')
    value, text = members["input"]
    return JudgedInput(value, text, verdict, members.get("output", (None, ""))[0])


def _members(text: str) -> Iterator[tuple[str, tuple[Any, str]]]:
    """Yield the members of a JSON object, each value also as it is spelled: `1e3` and `1000` must get one verdict."""
    at = _past("{", text, 0)
    while not text.startswith("}", at):
        key, at = _DECODER.raw_decode(text, at)
        begin = _past(":", text, at)
        value, end = _DECODER.raw_decode(text, begin)
        yield str(key), (value, text[begin:end])
        at = _blank(text, end)
        if not text.startswith("}", at):
            at = _past(",", text, at)
    if _blank(text, at + 1) < len(text):
        raise ValueError(f"something follows it at character {at + 1}")


def _past(mark: str, text: str, at: int) -> int:
    at = _blank(text, at)
    if not text.startswith(mark, at):
        raise ValueError(f"expected {mark} at character {at}")
    return _blank(text, at + 1)


def _blank(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


_BLANKS: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder()
