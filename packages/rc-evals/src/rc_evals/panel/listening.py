"""Listeners that must hear nothing: on loopback, at a path, under an abstract name."""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


class Listeners:
    """Open listeners; a thread of theirs notes whom they hear."""

    def __init__(self, sockets: dict[str, socket.socket], path: Path, abstract: str) -> None:
        self._sockets, self._path, self._abstract = sockets, path, abstract
        self._heard: list[str] = []

    @staticmethod
    @contextmanager
    def open(path: Path, abstract: str) -> Generator[Listeners]:
        """Listen on both loopback addresses (IPv6 only where there is one), at `path` and under `abstract`."""
        with ExitStack() as stack:
            sockets = _internet(stack, "IPv4", socket.AF_INET, "127.0.0.1")
            with suppress(OSError):
                sockets |= _internet(stack, "IPv6", socket.AF_INET6, "::1")
            for name, address in (("a Unix socket at a path", str(path)), ("an abstract Unix socket", "\0" + abstract)):
                sockets[name] = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
                sockets[name].bind(address)
                sockets[name].listen()
            path.chmod(0o777)  # so that nothing but the sandbox keeps anybody from it
            listeners = Listeners(sockets, path, abstract)
            stack.enter_context(listeners._listening())
            yield listeners

    def addresses(self) -> dict[str, Any]:
        """Return where they listen, for JSON; `ipv6` is null where there is none."""
        ports = {name: listener.getsockname()[1] for name, listener in self._sockets.items() if name.startswith("IPv")}
        return {
            "ipv4": ports["IPv4"],
            "ipv6": ports.get("IPv6"),
            "path": str(self._path),
            "abstract": self._abstract,
        }

    def heard(self) -> list[str]:
        """Return what was heard on since the last call."""
        heard, self._heard = self._heard, []
        return sorted(set(heard))

    @contextmanager
    def _listening(self) -> Generator[None]:
        ours, theirs = socket.socketpair()
        with ours, theirs, selectors.DefaultSelector() as selector:
            for name, listener in self._sockets.items():
                listener.setblocking(False)
                selector.register(listener, selectors.EVENT_READ, name)
            selector.register(theirs, selectors.EVENT_READ)
            thread = threading.Thread(target=self._listen, args=(selector,), daemon=True)
            thread.start()
            try:
                yield
            finally:
                ours.send(b"end")
                thread.join()

    def _listen(self, selector: selectors.BaseSelector) -> None:
        while True:
            for key, _ in selector.select():
                if key.data is None:
                    return
                self._heard.append(key.data)
                with suppress(OSError):
                    _take(self._sockets[key.data])


def _internet(stack: ExitStack, name: str, family: int, host: str) -> dict[str, socket.socket]:
    """Return a listener for connections and one for datagrams, on the same port."""
    datagrams = stack.enter_context(socket.socket(family, socket.SOCK_DGRAM))
    datagrams.bind((host, 0))
    stream = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
    stream.bind((host, datagrams.getsockname()[1]))
    stream.listen()
    return {name: stream, f"{name} datagrams": datagrams}


def _take(listener: socket.socket) -> None:
    if listener.type == socket.SOCK_DGRAM:
        listener.recv(65536)
    else:
        listener.accept()[0].close()
