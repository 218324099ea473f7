"""Texts, numbers and arbitrary JSON on which JavaScript and Python agree."""

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rc_types._scalars import MAX_SAFE_INTEGER
from rc_types.testing._hypothesis import st

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy


@cache
def texts() -> "SearchStrategy[str]":
    """Any text without half characters, which UTF-8 cannot carry (types spec J4)."""
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@cache
def keys() -> "SearchStrategy[str]":
    """Keys of dictionaries; JavaScript drops one of them (types spec J3)."""
    return texts().filter(lambda key: key != "__proto__")


def numbers(least: int | None = None, most: int | None = None, *, whole: bool = False) -> "SearchStrategy[int | float]":
    """Finite numbers that a double holds exactly (types spec N1 to N3)."""
    low = -MAX_SAFE_INTEGER if least is None else least
    high = MAX_SAFE_INTEGER if most is None else most
    integers = st.integers(low, high)
    return integers if whole else integers | st.floats(low, high)


@cache
def json_values() -> "SearchStrategy[Any]":
    """Arbitrary JSON, not deep."""
    scalars = st.none() | st.booleans() | numbers() | texts()
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys(), inner, max_size=3), max_leaves=6
    )


def slugs() -> "SearchStrategy[str]":
    """Names of modes (types spec S2)."""
    return st.text("abcXYZ019-", min_size=1, max_size=12)


def urls() -> "SearchStrategy[str]":
    """Absolute addresses on which all URL parsers agree (types spec S3)."""
    blank = st.sampled_from(["", " ", "\n"])
    scheme = st.sampled_from(["http", "https", "HTTPS", "ws", "wss", "ftp"])
    label = st.text("abcdefgxyz", min_size=1, max_size=8)
    host = st.lists(label, min_size=1, max_size=3).map(".".join)
    port = st.just("") | st.integers(0, 65_535).map(":{}".format)
    path = st.lists(st.text("abc019-._~%20", max_size=6).map("/{}".format), max_size=3).map("".join)
    query = st.just("") | label.map("?q={}".format) | label.map("#{}".format)
    located = st.tuples(blank, scheme, st.just("://"), host, port, path, query, blank).map("".join)
    return located | st.builds("{}:{}".format, st.sampled_from(["mailto", "vscode", "urn", "localhost"]), label)


def patterns() -> "SearchStrategy[str]":
    """Regular expressions that every JavaScript engine reads alike (types spec 2.9)."""
    atom = st.sampled_from(["a", "b9", "é", "{", "]", ".", r"\d", r"\s", r"\.", r"\/", "[a-z]", "[^/]", "[]", r"[\w-]"])
    quantifier = st.sampled_from(["", "*", "+", "?", "*?", "{2}", "{1,3}", "{2,}?"])
    opening = st.sampled_from(["(", "(?:", "(?=", "(?!"])

    def wider(inner: "SearchStrategy[str]") -> "SearchStrategy[str]":
        group = st.builds("{}{}){}".format, opening, inner, quantifier)
        return group | st.lists(inner, max_size=3).map("".join) | st.lists(inner, min_size=1, max_size=3).map("|".join)

    body = st.recursive(st.builds("{}{}".format, atom, quantifier), wider, max_leaves=6)
    return st.builds("{}{}{}".format, st.sampled_from(["", "^"]), body, st.sampled_from(["", "$"]))


def session_ids() -> "SearchStrategy[str]":
    """Ids of sessions, with the blanks that JavaScript trims (types spec S4 and S6)."""
    blanks = st.text(" \t\n\u00a0\ufeff\u2028", max_size=2)
    pattern = r"[0-9a-fA-F]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89abAB][0-9a-f]{3}-[0-9a-f]{12}"
    uuids = st.from_regex(pattern, fullmatch=True, alphabet="0123456789abcdefABCDEF-")
    return st.builds("{}{}{}".format, blanks, uuids, blanks)


def numerals() -> "SearchStrategy[Any]":
    """What JavaScript converts to a finite number (types spec N5), numbers included."""
    sign, tail = st.sampled_from(["", "-", "+", " "]), st.sampled_from(["", ".", ".5", "e3"])
    decimal = st.builds("{}{}{}".format, sign, st.integers(0, 10**9), tail)
    prefixed = st.builds("{:{}}".format, st.integers(0, 10**6), st.sampled_from(["#x", "#X", "#o", "#b"]))
    plain = decimal | prefixed | st.sampled_from(["", " ", "\ufeff7"]) | numbers()
    return plain | st.none() | st.booleans() | st.lists(plain, max_size=1)


class Family(NamedTuple):
    """A kind of values. A rule that accepts all of the typical ones is about that kind."""

    typical: tuple[Any, ...]
    make: "Callable[[], SearchStrategy[Any]]"


TEXTS: Final = (
    Family(("naïve (", "\n"), texts),
    Family(("my-mode-2", "A"), slugs),
    Family(("https://example.com/a", "urn:b"), urls),
    Family((r"(?:a|[b-c])*\.d$", "(?!e)"), patterns),
    Family(("00000000-0000-4000-8000-00000000000f", "0197C5B2-7d3e-7a10-8c55-2f6f1f0c9a77\ufeff"), session_ids),
)
"""Kinds of texts, the most general first."""

NUMBERS: Final = (
    Family(("0x1f", " 7 ", True, [], None), numerals),
    Family((-3, 0, 2.5), numbers),
)
"""Kinds of numbers, the most general first."""
