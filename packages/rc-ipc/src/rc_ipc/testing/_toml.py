"""Scripts as TOML documents, and the ready-made ones. Every mistake is told with its place."""

from __future__ import annotations

import math
import tomllib
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, cast

from rc_types.ipc import TaskCommandName

from rc_ipc.testing._script import MODIFIERS, OCCASIONS, VERBS, Rule, Script, ScriptError, Step, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

_HEAD: Final[Mapping[str, type]] = {
    "title": str,
    "extends": str,
    "greets": bool,
    "glued": bool,
    "pieces": int,
    "flavor": str,
    "knows": list,
    "task_ids": list,
    "answers": dict,
    "parts": dict,
    "on": list,
}

_RULE: Final[Mapping[str, type]] = {"on": str, "if": str, "data": str, "times": int, "beside": bool, "steps": list}
_QUERIES: Final = {"modes": list, "commands": list, "models": dict}


def behaviours() -> dict[str, str]:
    """Return the names of the ready-made scripts, with what each host is like."""
    found = sorted((entry.name.removesuffix(".toml"), entry) for entry in _folder().iterdir())
    return {name: str(tomllib.loads(entry.read_text(encoding="utf-8"))["title"]) for name, entry in found}


def behaviour(name: str) -> Script:
    """Return a ready-made script; ScriptError for a name that `behaviours` does not have."""
    entry = _folder() / f"{name}.toml"
    if not name.replace("-", "").replace(".", "").isalnum() or not entry.is_file():
        raise ScriptError(name, f"no such script; there are {', '.join(behaviours())}")
    return script_from_toml(entry.read_text(encoding="utf-8"), source=entry.name)


def script_from_toml(text: str, *, source: str) -> Script:
    """Return the script that a TOML document describes.

    Args:
        text: the document.
        source: what errors call it.

    Raises ScriptError, which names the first wrong place.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise ScriptError(source, f"not TOML: {exc}") from None
    _members(document, _HEAD, source)
    base = behaviour(document["extends"]) if "extends" in document else Script()
    parts = {**base.parts, **{name: _steps(steps, f"{source}: parts.{name}") for name, steps in _parts(document)}}
    rules = [_rule(rule, f"{source}: on[{at}]") for at, rule in enumerate(document.get("on", []))]
    script = replace(
        base,
        parts=parts,
        rules=(*rules, *base.rules),
        **{key: document[key] for key in ("title", "greets", "glued", "pieces") if key in document},
        **_chosen(document, source),
    )
    _check_whole(script, source)
    return script


def _folder() -> Traversable:
    return files("rc_ipc.testing") / "scripts"


def _parts(document: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return list(document.get("parts", {}).items())


def _chosen(document: Mapping[str, Any], source: str) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    if "knows" in document:
        chosen["knows"] = frozenset(_strings(document["knows"], f"{source}: knows"))
    if "task_ids" in document:
        chosen["task_ids"] = _strings(document["task_ids"], f"{source}: task_ids")
    if "flavor" in document:
        if document["flavor"] not in {"roo", "kilo"}:
            raise ScriptError(f"{source}: flavor", "must be 'roo' or 'kilo'")
        chosen["flavor"] = document["flavor"]
    if "answers" in document:
        _members(document["answers"], _QUERIES, f"{source}: answers")
        _check_json(document["answers"], f"{source}: answers")
        chosen["answers"] = document["answers"]
    return chosen


def _rule(raw: Any, where: str) -> Rule:
    _members(raw, _RULE, where)
    if raw.get("on") not in OCCASIONS:
        raise ScriptError(f"{where}.on", f"must be one of {', '.join(OCCASIONS)}")
    if raw.get("if", "task") not in {"task", "no task"}:
        raise ScriptError(f"{where}.if", "must be 'task' or 'no task'")
    return Rule(
        on=raw["on"],
        task=raw["if"] == "task" if "if" in raw else None,
        data=raw.get("data"),
        times=raw.get("times", math.inf),
        beside=raw.get("beside", False),
        steps=_steps(raw.get("steps", []), f"{where}.steps"),
    )


def _steps(raw: object, where: str) -> tuple[Step, ...]:
    if not isinstance(raw, list):
        raise ScriptError(where, "must be a list of steps")
    return tuple(_step(step, f"{where}[{at}]") for at, step in enumerate(cast("list[object]", raw)))


def _step(raw: object, where: str) -> Step:
    members = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
    verbs = [key for key in members if key in VERBS]
    if len(verbs) != 1:
        raise ScriptError(where, f"a step has exactly one of {', '.join(VERBS)}")
    verb = cast("Verb", verbs[0])
    if strange := members.keys() - {verb} - MODIFIERS.get(verb, frozenset()):
        raise ScriptError(where, f"{min(strange)!r} means nothing beside {verb!r}")
    value: Any = members[verb]
    if not _is_a(value, VERBS[verb]):
        raise ScriptError(where, f"{verb!r} does not take {type(value).__name__}")
    _check_json(members, where)
    if verb == "bytes" and any(ord(character) > 0xFF for character in value):
        raise ScriptError(where, "'bytes' has one character per byte, up to \\u00ff")
    if verb == "await":
        value = frozenset(_strings([value] if isinstance(value, str) else value, where))
    return Step(verb, value, payload=members.get("payload"), alias=members.get("as"))


def _is_a(value: object, kinds: type | tuple[type, ...]) -> bool:
    return isinstance(value, kinds)  # in a function, so that the value stays JSON for the type checkers


def _members(raw: Any, kinds: Mapping[str, type], where: str) -> None:
    """Refuse what is no table, and members that have another name or another type."""
    if not isinstance(raw, dict):
        raise ScriptError(where, "must be a table")
    for key, value in cast("dict[str, Any]", raw).items():
        if key not in kinds:
            raise ScriptError(where, f"{key!r} is unknown here; there are {', '.join(kinds)}")
        if type(value) is not kinds[key]:
            raise ScriptError(f"{where}: {key}", f"must be {kinds[key].__name__}, is {type(value).__name__}")


def _strings(raw: list[Any], where: str) -> tuple[str, ...]:
    if any(not isinstance(value, str) for value in raw):
        raise ScriptError(where, "must be strings")
    return tuple(raw)


def _check_json(value: object, where: str) -> None:
    """Refuse the values that TOML has and JSON does not: dates, and numbers that are not finite."""
    match value:
        case dict():
            for key, member in cast("dict[str, object]", value).items():
                _check_json(member, f"{where}.{key}")
        case list():
            for at, member in enumerate(cast("list[object]", value)):
                _check_json(member, f"{where}[{at}]")
        case str() | bool() | int():
            pass
        case float() if math.isfinite(value):
            pass
        case _:
            raise ScriptError(where, f"{value} cannot be said in JSON")


def _check_whole(script: Script, source: str) -> None:
    """Refuse names that lead nowhere."""
    for step in [step for steps in (*script.parts.values(), *(rule.steps for rule in script.rules)) for step in steps]:
        if step.verb == "do" and step.value not in script.parts:
            raise ScriptError(source, f"there is no part {step.value!r}")
        if step.verb == "await" and (strange := step.value - {"connect", *TaskCommandName}):
            raise ScriptError(source, f"nobody can await {min(strange)!r}")
        if step.verb == "queue" and step.value not in {"add", "remove"}:
            raise ScriptError(source, "'queue' takes 'add' or 'remove'")
    if script.pieces is not None and script.pieces < 1:
        raise ScriptError(f"{source}: pieces", "must be 1 or more")
    if strange := script.knows - set(TaskCommandName):
        raise ScriptError(f"{source}: knows", f"there is no command {min(strange)!r}")
