"""Finds out how a CSV file was written."""

import re
from itertools import product
from typing import NamedTuple

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


class Dialect(NamedTuple):
    """How a CSV file is written."""

    delimiter: str
    quote: str
    has_header: bool


def sniff(sample: str) -> Dialect | None:
    """Return the dialect that fits `sample` best, or None if none fits."""
    best: Dialect | None = None
    best_rank = (1, 0)
    for delimiter, quote in product(",;\t|", "\"'"):
        read = _read(sample, delimiter, quote)
        if read is None:
            continue
        records, quoted = read
        widths = {len(record) for record in records}
        rank = (widths.pop(), quoted) if len(widths) == 1 else (0, 0)
        if rank[0] > 1 and (best is None or rank > best_rank):
            best, best_rank = Dialect(delimiter, quote, _has_header(records)), rank
    return best


def _read(sample: str, delimiter: str, quote: str) -> tuple[list[list[str]], int] | None:
    """Return the records and the number of quoted fields, or None if the pair cannot read the sample."""
    field = re.compile(
        rf"(?:{quote}(?P<quoted>(?:[^{quote}]|{quote}{quote})*){quote}"
        rf"|(?P<plain>(?!{quote})(?:(?!{re.escape(delimiter)}|\r?\n).)*))"
        rf"(?P<end>{re.escape(delimiter)}|\r?\n|\Z)",
        re.DOTALL,
    )
    records: list[list[str]] = []
    record: list[str] = []
    at, quoted = 0, 0
    while at < len(sample) or record:
        match = field.match(sample, at)
        if match is None:
            return None
        at = match.end()
        quoted += match["quoted"] is not None
        record.append(match["plain"] if match["quoted"] is None else match["quoted"].replace(quote * 2, quote))
        if match["end"] != delimiter:
            if record != [""] or match["quoted"] is not None:
                records.append(record)
            record = []
    return records, quoted


def _has_header(records: list[list[str]]) -> bool:
    first, *others = records
    names = len(set(first)) == len(first) and not any(name == "" or _NUMBER.fullmatch(name) for name in first)
    return names and any(all(_NUMBER.fullmatch(text) for text in column) for column in zip(*others, strict=True))
