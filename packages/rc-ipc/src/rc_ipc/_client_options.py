"""What a program can choose of a client. Source: IPC spec R-4 to R-7, R-10, R-14, R-18."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rc_ipc._connection import QueueLimits
from rc_ipc._pace import Pace
from rc_ipc._session import FrameLimits
from rc_ipc._settling import ABORT_GRACE, SETTLE_AFTER

if TYPE_CHECKING:
    from rc_types.wire import Flavor


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """How a client treats its host."""

    ready_within: float | None = 30.0
    """Seconds that entering the block may take, retries included; None to try for ever."""
    handshake_timeout: float = 5.0
    """Seconds for the Ack of one connection; then the next attempt."""
    reconnect: bool = True
    """Whether a lost connection is made again; otherwise its loss ends the client."""
    give_up_after: float | None = None
    """Seconds without a connection after which trying ends; None for never."""
    waiting_events: int = 10_000
    """Events that may wait in one subscription."""
    flavor: Flavor = "any"
    """Which product the host is, which it does not say: a command that `roo` or `kilo` would refuse is then refused
    here, before it is written."""
    strict: bool = False
    """Whether to drop, and count in `IpcClient.counters`, each event that upstream's own client would drop; by the
    schemas of `flavor`, or of Roo Code if that is `any`. Otherwise nothing that a host says is lost."""
    abort_grace: float = ABORT_GRACE
    """Seconds in which an aborted task may come back before it counts as over."""
    settle_after: float = SETTLE_AFTER
    """Seconds after a result in which the last usage may still come."""
    frames: FrameLimits = field(default_factory=FrameLimits)
    queue: QueueLimits = field(default_factory=QueueLimits)
    pace: Pace = field(default_factory=Pace)
    """Manners towards Node; ZeroMQ needs none."""
    ping_interval: float = 5.0
    """Seconds between two signs of life over ZeroMQ; a host that misses three is gone."""
    log_messages: bool = False
    """Whether to log each message, at debug level: who said what, shortened, without the secrets of settings."""
