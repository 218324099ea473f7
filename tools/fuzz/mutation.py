"""Odd messages out of good ones: JSON that is nearly right, bytes that are nearly JSON. No I/O; chance is passed in."""

import copy
import json
import math
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final, cast

ODD_VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1.5, 1e308, math.nan, math.inf, -math.inf, 2**53 + 1, -(2**70), 10**400,
    "", " ", "0", "\x00", "\x0c", "\ud83d", "\ufeff", "😀" * 50, "x" * 5000, "__proto__", "constructor",
    [], {}, [[]], [{}], {"": {}}, {"__proto__": {"polluted": True}}, [None] * 300, {"type": "message", "data": {}},
)  # fmt: skip
"""What stands where something else belongs."""

ODD_BYTES: Final = (
    b"", b"\x0c", b"\x0c\x0c", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\xbd", b"\xf0\x9f\x98", b"\\ud83d",
    b"\\u00", b"NaN", b"-Infinity", b"1e400", b"-0", b"0x1", b"01", b"9" * 5000, b"null", b"[" * 3000,
    b'{"a":' * 3000, b'"', b"\\", b",", b":", b"}", b"]", b"{", b"[", b"/*", b"\t\n ", b'{"data":', b"z" * 9900,
)  # fmt: skip
"""What a parser may stumble over, wherever it stands."""

DEEPEST: Final = 200
"""Levels of nesting that are made of values; what is deeper is made of bytes."""


class Mutator:
    """Makes as many odd messages as are asked for, the same ones for the same chance.

    Args:
        seeds: JSON texts that are good.
        chance: decides.
    """

    def __init__(self, seeds: Sequence[bytes], chance: Random) -> None:
        self._seeds = seeds
        self._chance = chance
        self._damages: Sequence[Callable[[bytes], bytes]] = (
            self._flip, self._cut_out, self._insert, self._repeat, self._splice, self._truncate, self._litter
        )  # fmt: skip

    def text(self) -> bytes:
        """Return the next message."""
        return self.changed(self._chance.choice(self._seeds))

    def changed(self, text: bytes) -> bytes:
        """Return the text, changed: mostly JSON of another shape, else damaged bytes."""
        if self._chance.random() < 0.8:
            text = self._reshaped(text)
            if self._chance.random() < 0.9:
                return text
        for _ in range(self._chance.choice((1, 1, 1, 2, 4))):
            text = self._chance.choice(self._damages)(text)
        return text

    def _reshaped(self, text: bytes) -> bytes:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return text
        for _ in range(self._chance.choice((1, 1, 1, 2, 3))):
            if not isinstance(value, dict | list) or not value:
                break
            self._twist(cast("dict[str, Any] | list[Any]", value))
        as_ascii = self._chance.random() < 0.5
        return json.dumps(value, ensure_ascii=as_ascii, separators=(",", ":")).encode("utf-8", "surrogatepass")

    def _twist(self, holder: dict[str, Any] | list[Any]) -> None:
        """Change one place, rather a deep one: there are more rules to break."""
        while True:
            places: list[Any] = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            deeper = [place for place in places if isinstance(cast("dict[Any, Any]", holder)[place], dict | list)]
            place = self._chance.choice(deeper if deeper and self._chance.random() < 0.8 else places)
            inner: Any = cast("dict[Any, Any]", holder)[place]
            if not isinstance(inner, dict | list) or not inner or self._chance.random() < 0.04:
                break
            holder = cast("dict[str, Any] | list[Any]", inner)
        target = cast("dict[Any, Any]", holder)
        match self._chance.randrange(6):
            case 0:
                del target[place]
            case 1 if isinstance(holder, list):
                holder.insert(place, holder[place])
            case 1:
                target[self._chance.choice(("", "__proto__", "type", "data", "payload", "zz"))] = target.pop(place)
            case 2:
                target[place] = self._nested(inner)
            case 3:
                target[place] = json.loads(self._chance.choice(self._seeds))
            case _:
                target[place] = copy.deepcopy(self._chance.choice(ODD_VALUES))

    def _nested(self, value: Any) -> Any:
        for _ in range(self._chance.choice((1, 1, 2, DEEPEST))):
            value = [value] if self._chance.random() < 0.5 else {"data": value}
        return value

    def _place(self, text: bytes) -> int:
        return self._chance.randrange(len(text) + 1)

    def _flip(self, text: bytes) -> bytes:
        if not text:
            return text
        at = self._chance.randrange(len(text))
        return text[:at] + bytes([text[at] ^ (1 << self._chance.randrange(8))]) + text[at + 1 :]

    def _cut_out(self, text: bytes) -> bytes:
        at = self._place(text)
        return text[:at] + text[at + self._chance.randrange(1, 30) :]

    def _insert(self, text: bytes) -> bytes:
        at = self._place(text)
        return text[:at] + self._chance.choice(ODD_BYTES) + text[at:]

    def _repeat(self, text: bytes) -> bytes:
        at = self._place(text)
        return text[:at] + text[at : at + self._chance.randrange(1, 60)] * self._chance.randrange(2, 5) + text[at:]

    def _splice(self, text: bytes) -> bytes:
        other = self._chance.choice(self._seeds)
        return text[: self._place(text)] + other[self._place(other) :]

    def _truncate(self, text: bytes) -> bytes:
        return text[: self._place(text)]

    def _litter(self, text: bytes) -> bytes:
        at = self._place(text)
        return text[:at] + self._chance.randbytes(self._chance.randrange(1, 20)) + text[at:]
