"""Opens connections: IPv4, IPv6, datagrams, Unix sockets by path and by abstract name. The panel listens."""

import socket
from contextlib import suppress
from typing import Any

from rc_evals.panel.programs.common import briefing, done, got

MESSAGE = b"hello from the panel"


def send(family: int, kind: int, address: Any) -> None:
    """Say hello, if anybody can hear it."""
    with suppress(OSError), socket.socket(family, kind) as connection:
        connection.settimeout(2)
        connection.connect(address)
        connection.send(MESSAGE)


def main() -> None:
    """Try every listener, and what would tell of networks."""
    told = briefing()["listeners"]
    for family, host, port in ((socket.AF_INET, "127.0.0.1", told["ipv4"]), (socket.AF_INET6, "::1", told["ipv6"])):
        if port:
            send(family, socket.SOCK_STREAM, (host, port))
            send(family, socket.SOCK_DGRAM, (host, port))
    send(socket.AF_UNIX, socket.SOCK_STREAM, told["path"])
    send(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + told["abstract"])
    for _, name in socket.if_nameindex():
        if name != "lo":
            got(f"sight of the network interface {name}")
    with suppress(OSError), socket.socket(socket.AF_PACKET, socket.SOCK_RAW):
        got("a socket that hears everything")
    done()


if __name__ == "__main__":
    main()
