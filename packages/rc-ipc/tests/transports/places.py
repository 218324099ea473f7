"""Where a host may be: one kind of place for each transport (IPC spec R-16)."""

import socket
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager as Within
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypedDict

from rc_ipc import ClientOptions, Handler, IpcClient, IpcServer, ServerOptions, connect, serve
from rc_ipc._connect import connecting
from rc_ipc._server import serving
from rc_ipc.testing import MemoryListener, MemoryTransport
from rc_ipc.zmq import CurveClient, CurveServer, generate_keys

TRANSPORTS: Final = ("memory", "unix", "zmq+inproc", "zmq+ipc", "zmq+tcp")


class Serving(TypedDict, total=False):
    curve: CurveServer


class Connecting(TypedDict, total=False):
    insecure: bool
    curve: CurveClient


@dataclass
class Place:
    """Where a host may be."""

    address: str
    served: Serving = field(default_factory=Serving)
    connected: Connecting = field(default_factory=Connecting)

    @property
    def has_errors(self) -> bool:
        """Whether a command can fail in so many words; otherwise, a query then finds nothing."""
        return self.address.startswith("zmq+")

    def serve(self, handler: Handler, *, options: ServerOptions | None = None) -> Within[IpcServer]:
        return serve(self.address, handler, options=options, **self.served)

    def connect(self, *, options: ClientOptions | None = None) -> Within[IpcClient]:
        return connect(self.address, options=options, **self.connected)

    @asynccontextmanager
    async def pair(
        self, handler: Handler, *, client: ClientOptions | None = None, server: ServerOptions | None = None
    ) -> AsyncGenerator[tuple[IpcClient, IpcServer]]:
        async with self.serve(handler, options=server) as host, self.connect(options=client) as guest:
            yield guest, host


class MemoryPlace(Place):
    """A host without an address."""

    listener: MemoryListener | None = None

    def serve(self, handler: Handler, *, options: ServerOptions | None = None) -> Within[IpcServer]:
        self.listener = MemoryListener()
        return serving(self.listener, handler, endpoint=self.address, options=options or ServerOptions())

    def connect(self, *, options: ClientOptions | None = None) -> Within[IpcClient]:
        return connecting(self._dial, address=self.address, options=options or ClientOptions())

    async def _dial(self) -> MemoryTransport:
        if self.listener is None:
            raise ConnectionRefusedError
        return await self.listener.dial()


def new_place(transport: str, folder: Path, name: str) -> Place:
    """Return a place for one host; only the folder holds what it leaves behind."""
    match transport:
        case "memory":
            return MemoryPlace("memory")
        case "unix":
            return Place(f"unix:{folder}/{name}.sock")
        case "zmq+inproc":
            return Place(f"zmq+inproc://{folder.name}-{name}")
        case "zmq+ipc":
            return Place(f"zmq+ipc://{folder}/{name}.sock")
        case _:
            return _tcp_place(folder, name)


def _tcp_place(folder: Path, name: str) -> Place:
    host_file, client_file = folder / f"{name}.host.key", folder / f"{name}.client.key"
    host_key, client_key = generate_keys(host_file), generate_keys(client_file)
    return Place(
        f"zmq+tcp://127.0.0.1:{_free_port()}",
        Serving(curve=CurveServer(keys=host_file, allowed_keys=[client_key])),
        Connecting(curve=CurveClient(keys=client_file, server_key=host_key)),
    )


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        return int(probe.getsockname()[1])
