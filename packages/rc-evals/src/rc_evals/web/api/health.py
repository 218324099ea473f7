"""Whether the dashboard works, and which one it is (spec 16.1)."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from rc_evals import __version__
from rc_evals.web.errors import PROBLEMS
from rc_evals.web.site import SiteHere

router: Final = APIRouter(prefix="/api", tags=["health"], responses=PROBLEMS)

_STARTED: Final = time.monotonic()


class Health(BaseModel):
    """How the dashboard is."""

    status: Literal["ok"]
    version: str
    timestamp: str
    """ISO 8601, UTC."""
    uptime: float
    """Seconds."""
    folder: str
    """Fingerprint of the data folder: which runs it shows."""


@router.get("/health")
def health(site: SiteHere) -> Health:
    """Say that the dashboard works and that its database can be read."""
    with site.store() as reader:
        reader.rows("SELECT 1")
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return Health(
        status="ok",
        version=__version__,
        timestamp=now,
        uptime=time.monotonic() - _STARTED,
        folder=site.home.fingerprint,
    )
