"""What an API error says, and whether it is worth a report. Source: types spec 3.26, telemetry spec 7.1 to 7.3.

Errors come from any client library, so nothing is assumed about them.
"""

import json
import re
from collections.abc import Mapping
from typing import Final, NoReturn, cast

from rc_types._spelling import to_snake

EXPECTED_API_ERROR_CODES: Final[frozenset[int]] = frozenset({402, 429})
"""HTTP statuses that are the user's affair (no money left, too many requests) and are never reported."""

_RATE_LIMITED: Final = re.compile(r"\A429\b|rate limit", re.ASCII | re.IGNORECASE)

MISSING: Final = object()
"""What `member` returns for a member that is not there."""


def member(of: object, name: str) -> object:
    """Return the key of a mapping, or the attribute of any other object, whose name may be spelled in snake_case."""
    if isinstance(of, Mapping):
        return cast("Mapping[object, object]", of).get(name, MISSING)
    return getattr(of, to_snake(name), getattr(of, name, MISSING))


def get_error_status_code(error: object) -> int | float | None:
    """Return the HTTP status that an error carries, or None.

    Looks at `status`, then, unless the error is a mapping, at `status_code` and `response.status_code`, where Python's
    HTTP clients keep it. Only a number counts. `ApiProviderError.error_code` is no status.
    """
    places = [member(error, "status")]
    if not isinstance(error, Mapping):
        places += [member(error, "status_code"), member(member(error, "response"), "status_code")]
    for status in places:
        if isinstance(status, int | float) and not isinstance(status, bool):
            return status
    return None


def get_error_message(error: object) -> str | None:
    """Return the most telling text of an error, or None.

    With a status that is the first text that is not empty of `error.metadata.raw`, `error.message` and `message`;
    without one it is the message alone. Only exceptions and objects have messages, a bare string has none. Where the
    text holds JSON, what `extract_message_from_json_payload` finds in it is the result.
    """
    texts = [_own_message(error)]
    if get_error_status_code(error) is not None:
        reply = member(error, "error")
        texts = [member(member(reply, "metadata"), "raw"), member(reply, "message"), *texts]
    for text in texts:
        if isinstance(text, str) and text:
            return extract_message_from_json_payload(text) or text
    return None


def _own_message(error: object) -> object:
    message = member(error, "message")
    if isinstance(error, BaseException) and not isinstance(message, str):
        return str(error)
    return message


def extract_message_from_json_payload(message: str) -> str | None:
    """Return `error.message`, else `message`, of the JSON object that a text ends with; None when there is none.

    The JSON begins at the first brace and must last to the end of the text, blanks apart.
    """
    start = message.find("{")
    if start < 0:
        return None
    try:
        # Numbers play no part here; the default refuses those of more than 4,300 digits, which JavaScript reads.
        payload = json.loads(message[start:], parse_constant=_refuse_constant, parse_int=float)
    except (ValueError, RecursionError):
        return None
    for text in (_key(_key(payload, "error"), "message"), _key(payload, "message")):
        if isinstance(text, str) and text:
            return text
    return None


def _key(value: object, key: str) -> object:
    return cast("dict[str, object]", value).get(key) if isinstance(value, dict) else None


def _refuse_constant(token: str) -> NoReturn:
    raise ValueError(token)


def should_report_api_error_to_telemetry(error_code: int | None = None, error_message: str | None = None) -> bool:
    """Return whether an API error is worth a report: neither expected (402, 429) nor about a rate limit, in its words.

    Args:
        error_code: HTTP status, as from `get_error_status_code`.
        error_message: The text, as from `get_error_message`. One that begins with the word `429`, or says `rate limit`
            in any case, is about a rate limit.
    """
    return error_code not in EXPECTED_API_ERROR_CODES and not _RATE_LIMITED.search(error_message or "")
