"""What has passed one end of the wire. Source: IPC spec R-18."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counters:
    """Counts since a client or server was opened, all of its connections together; they go on while one reads them."""

    frames_sent: int = 0
    """Frames that were handed to the operating system or to libzmq."""
    bytes_sent: int = 0
    frames_received: int = 0
    """Frames that arrived whole, whatever was in them."""
    bytes_received: int = 0
    ignored: Counter[str] = field(default_factory=Counter[str])
    """How often the peer said something in vain, by reason."""
    coalesced: int = 0
    """Events that gave way to a later one about the same, because a connection's queue was full."""
    cut_off: int = 0
    """Clients that were cut off because they did not read."""
    reconnects: int = 0
    """How often a lost connection was made again."""
    high_water: int = 0
    """Frames that waited for one connection, at most."""
