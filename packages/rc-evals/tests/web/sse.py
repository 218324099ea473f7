"""Server-sent events, read as a browser reads them."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Event:
    """One that a browser would hand to a page; `id` is the latest that it was told until then."""

    name: str
    data: Any
    id: str

    @property
    def is_of_journal(self) -> bool:
        return self.name in {"task", "run"}


class Stream:
    """An open stream. Comments and `retry` are kept apart."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.comments: list[str] = []
        self.retry: int | None = None
        self._events = self._read()

    async def next(self, name: str | None = None) -> Event:
        """Return the next event, or the next of this name."""
        async for event in self._events:
            if name is None or event.name == name:
                return event
        raise EOFError(f"the stream ended before {name or 'another event'}")

    async def rest(self) -> list[Event]:
        """Return all events until the stream ends."""
        return [event async for event in self._events]

    async def _read(self) -> AsyncGenerator[Event]:
        name, data, last_id = "message", "", ""
        async for line in self.response.aiter_lines():
            field, _, value = line.partition(": ")
            match field:
                case "":
                    if line:
                        self.comments.append(value)
                    elif data:
                        yield Event(name, json.loads(data), last_id)
                        name, data = "message", ""
                case "event":
                    name = value
                case "id":
                    last_id = value
                case "retry":
                    self.retry = int(value)
                case "data":
                    data += value
                case _:
                    raise AssertionError(f"no field of an event stream: {line!r}")


@asynccontextmanager
async def stream(client: httpx.AsyncClient, run_id: int, since: int | None = None) -> AsyncGenerator[Stream]:
    """Open the stream of a run."""
    headers = {} if since is None else {"Last-Event-ID": str(since)}
    async with client.stream("GET", f"/api/runs/{run_id}/stream", headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        yield Stream(response)
