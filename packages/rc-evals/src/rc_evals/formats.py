"""How numbers look to people (spec 15.1). All rounding is half away from zero; numbers here are never negative."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rc_evals.usage import MICROS

if TYPE_CHECKING:
    from rc_evals.stats import PassRate


def duration(milliseconds: int) -> str:
    """Return `H:MM:SS`; a begun second does not count."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def tokens(count: int) -> str:
    """Return `999`, `72k`, `3.2M` or `1.0B`; what rounds up to 1000 of a unit is 1.0 of the next."""
    if count < 1_000:
        return str(count)
    if count < 999_500:
        return f"{_divided(count, 1_000)}k"
    size, unit = (100_000, "M") if count < 999_950_000 else (100_000_000, "B")
    tenths = _divided(count, size)
    return f"{tenths // 10}.{tenths % 10}{unit}"


def money(micros: int) -> str:
    """Return US dollars with two decimals for an amount in micro-dollars."""
    cents = _divided(micros, MICROS // 100)
    return f"${cents // 100:,}.{cents % 100:02}"


def share(part: float) -> str:
    """Return a share of 1 in per cent with one decimal."""
    tenths = int(1000 * part + 0.5)
    return f"{tenths // 10}.{tenths % 10} %"


def success(attempts: int, failures: int) -> str:
    """Return the success rate of a tool in whole per cent, `0%` for one that was never tried."""
    return f"{_divided(100 * (attempts - failures), attempts) if attempts else 0}%"


def interval(rate: PassRate) -> str:
    """Return the 95 % interval of a rate, for example `73.8-85.0 %`."""
    return f"{share(rate.low).removesuffix(' %')}-{share(rate.high)}"


def timestamp(milliseconds: int | None) -> str | None:
    """Return ISO 8601 in UTC for milliseconds since the epoch: what documents hold."""
    if milliseconds is None:
        return None
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"


def local_time(milliseconds: int) -> str:
    """Return date and minutes in the zone of this machine: what people read."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone():%Y-%m-%d %H:%M}"


def counted(count: int, noun: str) -> str:
    """Return a number of things: `1 task`, `2 tasks`."""
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"


def size(count: int) -> str:
    """Return a number of bytes in B, kB, MB or GB."""
    if count < 1_000:
        return f"{count} B"
    if count < 999_500:
        return f"{_divided(count, 1_000)} kB"
    part, unit = (100_000, "MB") if count < 999_950_000 else (100_000_000, "GB")
    tenths = _divided(count, part)
    return f"{tenths // 10}.{tenths % 10} {unit}"


def _divided(number: int, by: int) -> int:
    """Divide and round half up, exactly: floats would not keep the half."""
    return (2 * number + by) // (2 * by)
