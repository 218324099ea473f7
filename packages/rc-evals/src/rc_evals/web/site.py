"""What the endpoints of one dashboard share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from rc_evals.home import Home
from rc_evals.store.reader import open_reader
from rc_evals.web.live.hub import Hub
from rc_evals.web.rendering import Renderer

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rc_evals.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Site:
    """One dashboard: the data folder that it shows, how it makes pages, and who tells what goes on."""

    home: Home
    pages: Renderer
    live: Hub

    def store(self) -> AbstractContextManager[Reader]:
        """Open the database for one request. Blocks: endpoints that use it are plain functions, which run in threads.

        Raises:
            StoreError: it cannot be read.
        """
        return open_reader(self.home.database)


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


SiteHere = Annotated[Site, Depends(_site)]
"""Type of the parameter by which an endpoint gets the site."""
