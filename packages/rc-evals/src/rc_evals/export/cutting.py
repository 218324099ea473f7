"""Cuts a JSON document of any size into its parts, and never holds more than one of them.

The parser of the standard library reads the parts themselves. Parsers that stream would hold a string of any length,
and take a key that occurs twice; files that come from elsewhere may hold both.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from rc_evals._errors import BrokenExportError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_CHUNK: Final = 256 * 1024

_LONGEST_TOKEN: Final = 16
"""Characters that a number's sign, a literal or an escape can take: closer to the end, an error may be only that."""

_LONGEST_JOINT: Final = 3
"""Characters after a number from which it is clear that it ends there: `1e-` may be the beginning of another one."""

_BLANK: Final = re.compile(r"[ \t\n\r]*")


class JsonCutter:
    """Reads one JSON object member by member. The value of a member is taken before the next one is asked for.

    Args:
        source: of UTF-8 bytes.
        name: of the document, for messages.
        limit: characters of one value at most.

    Raises:
        BrokenExportError: by every method; the document is no JSON, is cut off, or a value is too long.
    """

    def __init__(self, source: BinaryIO, *, name: str, limit: int) -> None:
        self._source, self._name, self._limit = source, name, limit
        self._decode = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_constant=_constant)
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._text, self._at, self._lines = "", 0, 1
        self._ended = False

    def members(self) -> Iterator[str]:
        """Yield the keys of the object; nothing may follow it."""
        self._expect("{")
        keys = set[str]()
        more = self._peek() != "}"
        while more:
            key = self.value()
            if not isinstance(key, str):
                self._refuse("a key has to be a string")
            if key in keys:
                self._refuse(f"the key {key[:40]!r} occurs twice")
            keys.add(key)
            self._expect(":")
            yield key
            more = self._goes_on("}")
        self._expect("}")
        if self._peek():
            self._refuse("something follows the end of the document")

    def items(self) -> Iterator[Any]:
        """Yield the items of an array that is the value of a member."""
        self._expect("[")
        more = self._peek() != "]"
        while more:
            yield self.value()
            more = self._goes_on("]")
        self._expect("]")

    def value(self) -> Any:
        """Return the next value, whatever it is."""
        self._peek()
        while True:
            try:
                value, end = self._decode.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._may_be_cut(error) or not self._read_on():
                    self._refuse(f"{error.msg[0].lower()}{error.msg[1:]}", at=error.pos)
            except RecursionError:
                self._refuse("is nested too deeply")
            except ValueError as error:  # of a hook above, or a number that is too long for Python
                self._refuse(str(error) if isinstance(error, _RefusedError) else "holds a number of too many digits")
            else:
                if len(self._text) - end >= _LONGEST_JOINT or not self._read_on():  # else a number may go on
                    self._at = end
                    return value

    def _goes_on(self, end: str) -> bool:
        """Pass a comma, unless the object or array ends here."""
        if self._peek() == end:
            return False
        self._expect(",")
        return True

    def _expect(self, mark: str) -> None:
        if self._peek() != mark:
            self._refuse(f"expecting {mark!r}" if self._text[self._at :] else f"ends where {mark!r} should follow")
        self._at += 1

    def _peek(self) -> str:
        """Return the next character that is not blank, without passing it; empty at the end."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_on():
                return ""

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        return error.msg.startswith("Unterminated") or len(self._text) - error.pos < _LONGEST_TOKEN

    def _read_on(self) -> bool:
        """Read as much again as there is, so that a long value is not parsed often; False at the end."""
        if self._ended:
            return False
        pending = len(self._text) - self._at
        if pending > self._limit:
            self._refuse(f"a value is longer than {self._limit:,} characters")
        data = self._source.read(max(_CHUNK, min(pending, self._limit + _CHUNK - pending)))
        self._ended = not data
        try:
            new = self._utf8.decode(data, final=self._ended)
        except UnicodeDecodeError:
            self._refuse("is not text in UTF-8", at=len(self._text))
        if not self._ended:
            self._lines += self._text.count("\n", 0, self._at)
            self._text, self._at = self._text[self._at :] + new, 0
        return not self._ended

    def _refuse(self, wrong: str, *, at: int | None = None) -> NoReturn:
        line = self._lines + self._text.count("\n", 0, self._at if at is None else at)
        raise BrokenExportError(f"{self._name}, line {line}: {wrong}; export the run again, or mend the file") from None


class _RefusedError(ValueError):
    """What JSON allows, or Python takes for JSON, and no document of ours holds."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _RefusedError(f"the key {twice[:40]!r} occurs twice")
    return members


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _RefusedError(f"the number {text[:40]} is too large")
    return number


def _constant(text: str) -> NoReturn:
    raise _RefusedError(f"{text} is no JSON")
