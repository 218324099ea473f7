"""Takes secrets out of what is kept: whoever was entrusted with one may have said it anywhere."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SHORTEST: Final = 6
"""Characters of a secret that is looked for: shorter ones are words that occur anyway."""

MARK: Final = "[secret]"

LONGEST_LINE: Final = 500
"""Characters of a text that is evidence in one line."""


class Redaction:
    """Replaces secrets by `[secret]`, as they stand and as JSON spells them.

    Args:
        secrets: what must not be kept; of a text of several lines, as private keys are, none is.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        parts = {part for secret in secrets for part in (secret, *map(str.strip, secret.splitlines()))}
        spelled = {spelling for part in parts if len(part) >= SHORTEST for spelling in _spellings(part)}
        longest_first = sorted(spelled, key=len, reverse=True)  # one secret may be part of another
        self._text = re.compile("|".join(map(re.escape, longest_first))) if spelled else None
        self._data = re.compile(self._text.pattern.encode("utf-8", "surrogatepass")) if self._text else None

    def text(self, text: str) -> str:
        """Return the text without secrets."""
        return text if self._text is None else self._text.sub(MARK, text)

    def line(self, text: str) -> str:
        """Return the text without secrets, in one line; of a long one the middle is cut out.

        In this order: what is cut first could keep a part of a secret.
        """
        line = " ".join(self.text(text).split())
        half = LONGEST_LINE // 2
        return line if len(line) <= LONGEST_LINE else f"{line[:half]} [...] {line[-half:]}"

    def data(self, data: bytes) -> bytes:
        """Return the bytes without secrets."""
        return data if self._data is None else self._data.sub(MARK.encode(), data)

    def file(self, path: Path) -> None:
        """Take secrets out of a file, if it is there. Blocks."""
        if self._data is None or not path.is_file():
            return
        content = path.read_bytes()
        clean = self.data(content)
        if clean != content:
            path.write_bytes(clean)


NOTHING_SECRET: Final = Redaction()


def _spellings(secret: str) -> set[str]:
    return {secret, *(json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))}
