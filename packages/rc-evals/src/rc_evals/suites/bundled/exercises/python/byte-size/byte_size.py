"""Byte sizes as people write them."""


def parse_size(text: str) -> int:
    """Return the whole number of bytes that `text` names."""
    raise NotImplementedError("parse_size is not written yet")


def format_size(count: int) -> str:
    """Return `count` bytes as short text with a binary unit."""
    raise NotImplementedError("format_size is not written yet")
