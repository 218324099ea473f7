r"""Whether a text compiles as a JavaScript `RegExp` without flags.

The grammar is the lenient one of the web: nearly every escape stands for itself, and stray `]`, `}` and `{` are
literals. What is left to refuse is listed in the types spec, 2.9; its numbers are cited below. Patterns are read by
UTF-16 unit.
"""

import re
from typing import Final, NamedTuple, NoReturn

QUANTIFIER: Final = re.compile(r"[*+?]\??|\{([0-9]+)(?:(,)([0-9]*))?\}\??")
GROUP_OPENING: Final = re.compile(r"\((?:\?(?::|=|!|<=|<!|<([^>]*)>))?")
CLASS_ESCAPE: Final = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|c([0-9A-Za-z_])|([0-3]?[0-7]?[0-7])", re.DOTALL)
BACK_REFERENCE: Final = re.compile(r"<([^>]*)>")
NAME_ESCAPE: Final = re.compile(r"((?:\\u[0-9a-fA-F]{4})+)|\\u\{0*((?:10|[0-9a-fA-F])?[0-9a-fA-F]{1,4})\}")
JOINERS: Final = {0x200C: "_", 0x200D: "_"}
"""What a name may hold after its first character, although Python's identifiers may not."""
CONTROL_UNITS: Final = {"b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}


class RegexpSyntaxError(ValueError):
    """The text is no pattern; the message says why, without quoting it."""


def check_js_regexp(pattern: str) -> None:
    """Return if JavaScript can compile the pattern.

    Raises:
        RegexpSyntaxError: It cannot.
    """
    _Reader(_units(pattern)).read()


class _ClassAtom(NamedTuple):
    unit: int | None
    """None for a set such as `\\d`."""
    end: int


class _Reader:
    """One pass over a pattern; groups are kept on a list of its own, so that no nesting exhausts the stack."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._open_groups: list[bool] = []
        """For each open group, whether it may be repeated once it is closed."""
        self._names: set[str] = set()
        self._references: list[int] = []
        """Positions behind every `\\k`."""
        self._class_has_reference = False

    def read(self) -> None:
        position = 0
        repeatable = False
        while position < len(self._pattern):
            position, repeatable = self._term(position, repeatable=repeatable)
        if self._open_groups:
            _refuse("a group is not closed")
        if self._names:
            self._check_references()

    def _term(self, position: int, *, repeatable: bool) -> tuple[int, bool]:
        """Read one term; return where the next begins and whether a quantifier may follow."""
        match self._pattern[position]:
            case "\\":
                return self._escape(position + 1)
            case "[":
                return self._class(position + 1), True
            case "(":
                return self._open(position), False
            case ")":
                if not self._open_groups:
                    _refuse("a group is closed that was never opened")
                return position + 1, self._open_groups.pop()
            case "|" | "^" | "$":
                return position + 1, False
            case "*" | "+" | "?" | "{":
                return self._quantifier(position, repeatable=repeatable)
            case _:
                return position + 1, True

    def _escape(self, position: int) -> tuple[int, bool]:
        if position == len(self._pattern):
            _refuse("it ends in a backslash")
        escaped = self._pattern[position]
        if escaped == "k":
            self._references.append(position + 1)
        return position + 1, escaped not in "bB"

    def _open(self, position: int) -> int:
        """Rules 1 and 4."""
        opening = GROUP_OPENING.match(self._pattern, position)
        if opening is None or (opening.end() == position + 1 and self._pattern.startswith("?", position + 1)):
            _refuse("a group starts with ? and an unknown kind")
        name = opening.group(1)
        if name is not None:
            self._add_name(_unescaped_name(name))
        self._open_groups.append(opening.group() not in {"(?<=", "(?<!"})
        return opening.end()

    def _add_name(self, name: str) -> None:
        if not _is_group_name(name):
            _refuse("the name of a group is no identifier")
        if name in self._names:
            _refuse("two groups have the same name")
        self._names.add(name)

    def _quantifier(self, position: int, *, repeatable: bool) -> tuple[int, bool]:
        """Rules 2 and 3; a brace that starts no quantifier is a literal."""
        quantifier = QUANTIFIER.match(self._pattern, position)
        if quantifier is None:
            return position + 1, True
        if not repeatable:
            _refuse("a quantifier has nothing to repeat")
        least, _, most = quantifier.groups()
        if most and _magnitude(least) > _magnitude(most):
            _refuse("the numbers of a quantifier are out of order")
        return quantifier.end(), False

    def _class(self, position: int) -> int:
        """Rules 1, 5 and 6. Return where the class ends."""
        position += self._pattern.startswith("^", position)
        while not self._pattern.startswith("]", position):
            first = self._class_atom(position)
            position = first.end
            if self._pattern.startswith("-", position) and not self._pattern.startswith("]", position + 1):
                last = self._class_atom(position + 1)
                position = last.end
                if first.unit is not None and last.unit is not None and first.unit > last.unit:
                    _refuse("a range of a class is out of order")
        return position + 1

    def _class_atom(self, position: int) -> _ClassAtom:
        if position >= len(self._pattern):
            _refuse("a class is not closed")
        if self._pattern[position] != "\\":
            return _ClassAtom(ord(self._pattern[position]), position + 1)
        position += 1
        if position == len(self._pattern):
            _refuse("it ends in a backslash")
        if escape := CLASS_ESCAPE.match(self._pattern, position):
            return _ClassAtom(_escaped_unit(escape), escape.end())
        escaped = self._pattern[position]
        if escaped == "c":
            return _ClassAtom(ord("\\"), position)
        self._class_has_reference |= escaped == "k"
        if escaped in "dDwWsS":
            return _ClassAtom(None, position + 1)
        return _ClassAtom(CONTROL_UNITS.get(escaped, ord(escaped)), position + 1)

    def _check_references(self) -> None:
        """Rule 5, which holds only where a group has a name."""
        if self._class_has_reference:
            _refuse("a class holds a reference to a group")
        for position in self._references:
            reference = BACK_REFERENCE.match(self._pattern, position)
            if reference is None or _unescaped_name(reference.group(1)) not in self._names:
                _refuse("a reference names no group")


def _units(text: str) -> str:
    """Return the text with every UTF-16 unit as a character of its own."""
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, memoryview(data).cast("H"))) if not text.isascii() else text


def _unescaped_name(spelled: str) -> str:
    """Return the name of a group, given in UTF-16 units; what makes no character becomes none that a name may have."""
    text = spelled.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return NAME_ESCAPE.sub(_unescaped, text)


def _unescaped(escape: re.Match[str]) -> str:
    units, point = escape.groups()
    return chr(int(point, 16)) if point else bytes.fromhex(units.replace("\\u", "")).decode("utf-16-be", "replace")


def _is_group_name(name: str) -> bool:
    return (name[:1] + name[1:].translate(JOINERS)).replace("$", "_").isidentifier()


def _magnitude(digits: str) -> tuple[int, str]:
    """Return a key that orders numbers of any length; they come from strangers and may have a million digits."""
    significant = digits.lstrip("0")
    return len(significant), significant


def _escaped_unit(escape: re.Match[str]) -> int:
    hexadecimal = escape.group(1) or escape.group(2)
    if hexadecimal:
        return int(hexadecimal, 16)
    return ord(escape.group(3)) % 32 if escape.group(3) else int(escape.group(4), 8)


def _refuse(reason: str) -> NoReturn:
    raise RegexpSyntaxError(reason)
