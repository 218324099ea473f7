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


class Redaction:
    """Replaces secrets by `[secret]`, as they stand and as JSON spells them.

    Args:
        secrets: what must not be kept.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spelled = {spelling for secret in secrets if len(secret) >= SHORTEST for spelling in _spellings(secret)}
        longest_first = sorted(spelled, key=len, reverse=True)  # one secret may be part of another
        self._text = re.compile("|".join(map(re.escape, longest_first))) if spelled else None
        self._data = re.compile(self._text.pattern.encode("utf-8", "surrogatepass")) if self._text else None

    def text(self, text: str) -> str:
        """Return the text without secrets."""
        return text if self._text is None else self._text.sub(MARK, text)

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
