"""A network that a test can break: passes connections on to a server until it is cut."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress


class Relay:
    """Passes connections on to a port of loopback. `address` is its own, for browsers."""

    def __init__(self, listener: socket.socket, port: int) -> None:
        self._listener, self._port = listener, port
        self._open: list[socket.socket] = []
        self._is_cut = False
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                asking, _ = self._listener.accept()
                if self._is_cut:
                    asking.close()
                    continue
                answering = socket.create_connection(("127.0.0.1", self._port))
                self._open += [asking, answering]
                for pair in ((asking, answering), (answering, asking)):
                    threading.Thread(target=_pump, args=pair, daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and refuse new ones."""
        self._is_cut = True
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of everything."""
        self.cut()
        for each in self._open:
            each.close()

    def mend(self) -> None:
        """Pass connections on again."""
        self._is_cut = False


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def relaying(port: int) -> Generator[Relay]:
    """Relay to a port while the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        relay = Relay(listener, port)
        thread = threading.Thread(target=relay.serve, daemon=True)
        thread.start()
        yield relay
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)
        relay.close()
