"""Lists that are read a page at a time: what belongs to one, in which order, and where the next page begins.

A page is found by the values of the last row of the page before it, never by counting rows: so it costs the same
wherever it lies, and rows that come, go or change meanwhile neither repeat nor hide others. Unknown values come last in
either direction.
"""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from rc_evals._errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PAGE: Final = 50
"""Rows of a page."""

_MOST_BYTES: Final = 1_000
"""Of a cursor; the longest that we give, with a text of 100 characters in it, has less."""

_LARGEST: Final = 2**63 - 1
"""That the store holds."""


class Where:
    """A condition that is put together from parts, all of which must hold. Values are parameters, never text of SQL."""

    def __init__(self, condition: str, **values: object) -> None:
        self._parts = [condition]
        self.values: dict[str, object] = dict(values)

    def add(self, condition: str, **values: object) -> None:
        """Require one more thing."""
        self._parts.append(condition)
        self.values |= values

    def among(self, column: str, wanted: Iterable[object]) -> None:
        """Require that a column has one of some values; none of them: whatever it has."""
        if listed := self.listed(column, wanted):
            self.add(f"{column} IN ({listed})")

    def listed(self, name: str, wanted: Iterable[object]) -> str:
        """Return the text of a list of values."""
        named = {f"{name}_{number}": value for number, value in enumerate(wanted)}
        self.values |= named
        return ", ".join(f":{key}" for key in named)

    def __str__(self) -> str:
        """Write it as SQL."""
        return " AND ".join(self._parts)


def containing(text: str) -> str:
    r"""Return the pattern of `LIKE ... ESCAPE '\'` for texts that contain one, whatever characters it has."""
    plain = text.encode("utf-8", "replace").decode()  # half a character would not reach the database
    for special in ("\\", "%", "_"):
        plain = plain.replace(special, f"\\{special}")
    return f"%{plain}%"


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: by one column, then by id."""

    name: str
    """As people give it: a column, with a hyphen before it for the largest first."""
    key: str
    """The column as SQL."""

    @classmethod
    def parse(cls, name: str, columns: Mapping[str, str]) -> Self:
        """Return the order of a name, where `columns` has the SQL of every column by its name.

        Raises:
            UsageError: there is no such column.
        """
        column = name.removeprefix("-")
        if column not in columns:
            names = ", ".join(columns)
            raise UsageError(f"nothing can be sorted by {name[:40]!r}; there are {names}, with - first for descending")
        return cls(name, columns[column])

    @property
    def _direction(self) -> str:
        return "DESC" if self.name.startswith("-") else "ASC"

    @property
    def sql(self) -> str:
        """The order of the rows of a table."""
        return self.by(self.key, "id")

    def by(self, key: str, tie: str) -> str:
        """Return the order of rows that have the key and the id in columns of these names."""
        if self.key == "id":  # nothing ties, and an index has it
            return f"{tie} {self._direction}"
        return f"{key} IS NULL, {key} {self._direction}, {tie} {self._direction}"

    def continue_after(self, cursor: str | None, where: Where) -> None:
        """Require rows behind the one that a cursor stands for; None is the beginning.

        Raises:
            UsageError: the cursor is not one of this order.
        """
        if cursor is None:
            return
        key, last = self._read(cursor)
        where.add(self._behind(is_null=key is None), after_key=key, after_id=last)

    def _behind(self, *, is_null: bool) -> str:
        beyond = "<" if self._direction == "DESC" else ">"
        if self.key == "id":
            return f"id {beyond} :after_id"
        if is_null:
            return f"({self.key} IS NULL AND id {beyond} :after_id)"
        return (
            f"({self.key} {beyond} :after_key OR ({self.key} = :after_key AND id {beyond} :after_id) "
            f"OR {self.key} IS NULL)"
        )

    def cursor(self, key: object, last: int) -> str:
        """Return the cursor that stands for a row: safe in a URL, and nothing to people."""
        text = json.dumps([self.name, key, last], separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _read(self, cursor: str) -> tuple[object, int]:
        match _decoded(cursor):
            case [str(name), key, int(last)] if name == self.name and _is_key(key) and _is_key(last):
                return key, last
            case _:
                raise UsageError(
                    f"the position {cursor[:40]!r} is none of a list sorted by {self.name!r}; begin at the first page"
                )


def _decoded(cursor: str) -> Any:
    """Return the value that a cursor holds, None when it is no cursor."""
    if len(cursor) > _MOST_BYTES:
        return None
    try:
        return json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
    except (ValueError, RecursionError):
        return None


def _is_key(value: object) -> bool:
    """Return whether a value can be compared with those of the store."""
    match value:
        case None:
            return True
        case int():
            return -_LARGEST <= value <= _LARGEST
        case float():
            return math.isfinite(value)
        case str():
            return not any("\ud800" <= char <= "\udfff" for char in value)
        case _:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of a list."""

    rows: list[dict[str, Any]]
    after: str | None
    """The cursor of the next page; None when there is none."""
    total: int
    """How many rows all pages have together."""

    @classmethod
    def of(cls, found: list[dict[str, Any]], limit: int, order: Order, total: int) -> Self:
        """Cut the page out of what was found: one row more than fits tells that there are more."""
        rows = found[:limit]
        after = order.cursor(rows[-1]["sort_key"], rows[-1]["id"]) if len(found) > limit else None
        return cls(rows=rows, after=after, total=total)
