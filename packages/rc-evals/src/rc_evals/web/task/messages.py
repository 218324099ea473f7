"""What an entry of a transcript says, in full: of a message, a tool call, an event. Source: spec 9.2, types spec 3.19.

Everything in a transcript was written by an agent: a kind that nobody knows, a text that is no JSON where JSON should
be, are passed on as they stand. Nothing here is harmless yet; `conversation` makes it so.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from rc_evals import formats
from rc_evals.usage import MICROS
from rc_evals.web.task.kinds import EVENTS, MESSAGES, UNFOLDED
from rc_evals.web.task.transcript import document, message_of

if TYPE_CHECKING:
    from rc_evals.web.task.kept import Kept
    from rc_evals.web.task.kinds import Role
    from rc_evals.web.task.transcript import Entry

LINE: Final = 160
"""Characters of what stands in the line of an entry; longer arguments become passages."""

MOST_RAW: Final = 16_000
"""Bytes of a line that are passed on when it is not understood."""

_MOST_ARGUMENTS: Final = 12


class Passage(NamedTuple):
    """A text within a turn."""

    name: str
    """What it is; empty where that is plain."""
    text: str
    """As it was written: hostile until `shown` has made it harmless."""


class Said(NamedTuple):
    """What an entry says, in full."""

    role: Role
    title: str
    detail: str = ""
    passages: tuple[Passage, ...] = ()
    is_folded: bool = False
    has_failed: bool = False
    at: float | None = None


def said(kept: Kept, entry: Entry) -> Said:
    """Read an entry from the file."""
    first, *others = entry.spots
    event = document(kept, first)
    message = None if event is None else message_of(event)
    if event is None:
        text = kept.read(first.offset, min(first.length, MOST_RAW)).decode("utf-8", "replace")
        cut = "" if first.length <= MOST_RAW else f"\n[... {first.length - MOST_RAW:,} more bytes in the file ...]"
        return Said("note", "Not understood", passages=(Passage("", text + cut),), is_folded=True)
    if message is None:
        return _told(event)
    said = _heard(message, is_prompt=entry.is_prompt)
    for spot in others:
        came = document(kept, spot) or {}
        answer = message_of(came)
        if answer is None:
            said = said._replace(passages=(*said.passages, Passage("Error", _tool_error(came))), has_failed=True)
        elif text := _text(answer):
            said = said._replace(passages=(*said.passages, Passage("Result", text)))
    return said


def _heard(message: dict[str, Any], *, is_prompt: bool) -> Said:
    """Return what a chat message says."""
    kind = _plain(message.get("ask" if message.get("type") == "ask" else "say", "message"))
    stamp = message.get("ts")
    at = float(stamp) if isinstance(stamp, int | float) and abs(stamp) < 1e15 else None
    text = _text(message)
    match kind:
        case "tool":
            said = _call(text)
        case "use_mcp_server":
            said = _mcp_call(text)
        case "command":
            line, more, _ = text.partition("\n")
            whole = (Passage("Command", text),) if more or len(line) > LINE else ()
            said = Said("tool", "Command", line, whole, is_folded=True)
        case "api_req_started":
            said = _request(text)
        case "followup":
            said = Said("assistant", "Question", passages=(Passage("", _plain(_object(text).get("question", text))),))
        case _:
            role, title = MESSAGES.get(kind, ("note", kind.replace("_", " ").capitalize()))
            if is_prompt:
                role, title = "prompt", "Prompt"
            said = Said(role, title, passages=(Passage("", text),) if text else (), is_folded=role not in UNFOLDED)
    if reasoning := message.get("reasoning"):
        said = said._replace(passages=(Passage("Reasoning", _plain(reasoning)), *said.passages))
    if message.get("partial") is True:
        said = said._replace(title=f"{said.title} (unfinished)")
    return said._replace(at=at)


def _call(text: str) -> Said:
    """Return a tool call: short arguments in its line, long ones as passages."""
    given = _object(text)
    if not given:
        return Said("tool", "Tool", passages=(Passage("", text),), is_folded=True)
    name = _plain(given.pop("tool", "Tool"))
    return Said("tool", name, *_arguments(given), is_folded=True)


def _mcp_call(text: str) -> Said:
    given = _object(text)
    if not given:
        return Said("tool", "MCP server", passages=(Passage("", text),), is_folded=True)
    server, what = given.pop("serverName", "MCP server"), given.pop("toolName", None) or given.pop("uri", "")
    given.pop("type", None)
    return Said("tool", f"{_plain(server)}: {_plain(what)}", *_arguments(given), is_folded=True)


def _arguments(given: dict[str, Any]) -> tuple[str, tuple[Passage, ...]]:
    """Return the arguments of a call that fit into a line, and the others."""
    short: list[str] = []
    long: list[Passage] = []
    for name, value in list(given.items())[:_MOST_ARGUMENTS]:
        text = _plain(value)
        if "\n" in text or len(text) > LINE // 2:
            long.append(Passage(name, text))
        elif value not in (None, "", False):
            short.append(text if name in {"path", "query", "regex"} else f"{name}: {text}")
    if len(given) > _MOST_ARGUMENTS:
        long.append(Passage("More arguments", _dumped(dict(list(given.items())[_MOST_ARGUMENTS:]))))
    return ", ".join(short), tuple(long)


def _request(text: str) -> Said:
    """Return a request to the model: what it used, and why it ended early."""
    told = _object(text)
    used = [
        f"{formats.tokens(count)} {name}"
        for key, name in (("tokensIn", "in"), ("tokensOut", "out"), ("cacheReads", "from cache"))
        if (count := _number(told.get(key)))
    ]
    cost = told.get("cost")
    if isinstance(cost, int | float) and 0 < cost < 1e6:
        used.append(_precise(cost))
    failure = _plain(told.get("streamingFailedMessage") or told.get("cancelReason") or "")
    passages = [Passage("Error", failure)] if failure else []
    if request := told.get("request"):
        passages.append(Passage("Request", _plain(request)))
    return Said("request", "Request", ", ".join(used), tuple(passages), is_folded=not failure, has_failed=bool(failure))


def _told(event: dict[str, Any]) -> Said:
    """Return what an event that is no message says."""
    if (count := event.get("count")) is not None and "rcEvals" in event:  # see `artifacts.Transcript`
        return Said("note", "Cut", f"{_plain(count)} more events found no room in the transcript")
    name, payload = _plain(event.get("eventName", "")), event.get("payload")
    match name, payload:
        case "taskToolFailed", [_, str() as tool, *_]:
            return Said("error", f"{tool} failed", passages=(Passage("", _tool_error(event)),), has_failed=True)
        case "taskModeSwitched", [_, str() as mode, *_]:
            return Said("note", "Mode", mode)
        case "taskTokenUsageUpdated" | "taskCompleted", [_, used, *_] if isinstance(used, dict):
            return Said("note", EVENTS[name], _usage(cast("dict[str, Any]", used)))
        case _ if name in EVENTS:
            return Said("note", EVENTS[name])
        case _:
            return Said("note", name or "Not understood", passages=(Passage("", _dumped(event)),), is_folded=True)


def _usage(used: dict[str, Any]) -> str:
    parts = [
        f"{formats.tokens(count)} {name}"
        for key, name in (("totalTokensIn", "tokens in"), ("totalTokensOut", "out"), ("contextTokens", "of context"))
        if (count := _number(used.get(key)))
    ]
    cost = used.get("totalCost")
    if isinstance(cost, int | float) and 0 < cost < 1e6:
        parts.append(_precise(cost))
    return ", ".join(parts)


def _precise(dollars: float) -> str:
    """Return what a request cost: a single one may cost less than a cent."""
    return f"${dollars:.4f}" if dollars < 0.01 else formats.money(round(dollars * MICROS))


def _number(value: object) -> int:
    return round(value) if isinstance(value, int | float) and 0 < value < 1e15 else 0


def _tool_error(event: dict[str, Any]) -> str:
    match event.get("payload"):
        case [_, _, str() as error, *_]:
            return error
        case _:
            return _dumped(event)


def _text(message: dict[str, Any]) -> str:
    text = message.get("text")
    return "" if text is None else _plain(text)


def _object(text: str) -> dict[str, Any]:
    """Return the object that a text holds as JSON; an empty one when it holds none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _plain(value: object) -> str:
    return value if isinstance(value, str) else _dumped(value)


def _dumped(value: object) -> str:
    try:
        return json.dumps(value, indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return "(nested too deeply to be shown; it is in the file)"
