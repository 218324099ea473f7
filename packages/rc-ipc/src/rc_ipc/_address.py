r"""Addresses: which transport, and where. No I/O. Source: IPC spec 2.2, 2.3, R-16, 15.4.

PATH, unix:PATH              a Unix socket; on Windows a plain PATH is the pipe that it becomes there
pipe:NAME, \\.\pipe\NAME     a Windows named pipe
zmq+ipc:///ABSOLUTE/PATH     ZeroMQ over a Unix socket
zmq+tcp://HOST:PORT          ZeroMQ over TCP; [HOST] for IPv6
zmq+inproc://NAME            ZeroMQ within one process
"""

from __future__ import annotations

import ipaddress
import os
import sys
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from rc_ipc._errors import AddressError

Scheme: TypeAlias = Literal["unix", "pipe", "zmq+ipc", "zmq+tcp", "zmq+inproc"]

ZMQ_SCHEMES: Final = frozenset({"zmq+ipc", "zmq+tcp", "zmq+inproc"})

LOCAL_SCHEMES: Final = frozenset({"unix", "pipe"})

MAX_PATH: Final = 107 if sys.platform == "linux" else 103
"""Bytes of a socket's path that the system can hold. Source: IPC spec 2.2 (108 and 104 with the closing NUL)."""

PIPE_PREFIX: Final = "\\\\.\\pipe\\"

MAX_PIPE_NAME: Final = 256
"""UTF-16 code units of a pipe's whole name. Source: Windows API, CreateNamedPipeW, `lpName`."""

ANY_PORT: Final = "0"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a host is."""

    scheme: Scheme
    target: str
    """Path, name, or `HOST:PORT`. A pipe's is as it was given, since upstream makes two names of it (2.3)."""

    def __str__(self) -> str:
        if self.scheme in ZMQ_SCHEMES:
            return f"{self.scheme}://{self.target}"
        return pipe_name(self.target) if self.scheme == "pipe" else self.target

    @property
    def is_loopback(self) -> bool:
        """Whether a `zmq+tcp` address stays within this machine."""
        host = self.target.rpartition(":")[0].strip("[]")
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def parse_address(address: str | os.PathLike[str], *, has_pipes: bool = sys.platform == "win32") -> Address:
    """Return what an address says; what is no URL is a path.

    Args:
        address: in one of the forms above.
        has_pipes: whether programs meet at named pipes here, as on Windows, and not at Unix sockets.

    Raises AddressError if it says nothing that can be used here.
    """
    text = os.fspath(address)
    head, colon, rest = text.partition(":")
    scheme = next((known for known in get_args(Scheme) if colon and head == known), None)
    if scheme is None or scheme in LOCAL_SCHEMES:
        return _local(text, rest if scheme else text, scheme, has_pipes=has_pipes)
    if not rest.startswith("//"):
        raise AddressError(text, f"{scheme}: is followed by //, as in {scheme}://{_EXAMPLES[scheme]}")
    target = rest.removeprefix("//")
    if scheme == "zmq+ipc":
        if not target.startswith("/"):
            raise AddressError(text, f"needs an absolute path, as in zmq+ipc://{_EXAMPLES[scheme]}")
        return Address("zmq+ipc", _path(text, target))
    return (
        Address("zmq+tcp", _host_and_port(text, target))
        if scheme == "zmq+tcp"
        else Address("zmq+inproc", _name(text, target))
    )


_EXAMPLES: Final = {"zmq+ipc": "/run/rc.sock", "zmq+tcp": "127.0.0.1:5555", "zmq+inproc": "name"}


def _local(text: str, target: str, scheme: Scheme | None, *, has_pipes: bool) -> Address:
    """Return where programs of one machine meet."""
    if has_pipes and scheme == "unix":
        raise AddressError(text, "Python has no Unix sockets on Windows; give the path alone, which names a pipe there")
    if has_pipes:
        return Address("pipe", _pipe(text, target))
    if scheme == "pipe" or target.startswith(PIPE_PREFIX):
        raise AddressError(text, "named pipes are of Windows; here, give the path of a Unix socket")
    return Address("unix", _path(text, target))


def _pipe(text: str, name: str) -> str:
    whole = pipe_name(_name(text, name))
    if whole == PIPE_PREFIX:
        raise AddressError(text, "a name is missing")
    if (length := len(whole.encode("utf-16-le", "surrogatepass")) // 2) > MAX_PIPE_NAME:
        raise AddressError(text, f"{whole} has {length} characters, a pipe's name may have {MAX_PIPE_NAME}")
    return name


def _path(text: str, path: str) -> str:
    if not path or "\0" in path:
        raise AddressError(text, "not a path of a socket")
    if (length := len(os.fsencode(path))) > MAX_PATH:
        raise AddressError(text, f"the path has {length} bytes, a socket's may have {MAX_PATH}; choose a shorter one")
    return path


def _name(text: str, name: str) -> str:
    if not name or "\0" in name:
        raise AddressError(text, "a name is missing")
    return name


def _host_and_port(text: str, target: str) -> str:
    host, _, port = target.rpartition(":")
    is_port = port.isascii() and port.isdecimal() and int(port) < 2**16
    if not host or not is_port or any(character in host for character in " /;@\0") or (":" in host and host[0] != "["):
        raise AddressError(
            text, f"needs a host and a port, as in zmq+tcp://{_EXAMPLES['zmq+tcp']} or zmq+tcp://[::1]:5555"
        )
    return target


def pipe_name(path: str) -> str:
    r"""Return the name of the Windows pipe for a configured path, as upstream's client derives it; ours in both roles.

    One leading `/` is dropped, every other becomes `-`, and `\\.\pipe\` goes in front unless it is there. Source: 2.3.
    """
    return path if path.startswith(PIPE_PREFIX) else upstream_pipe_name(path)


def upstream_pipe_name(path: str) -> str:
    r"""Return the pipe that an upstream server really listens on: the prefix goes in front even if it is there."""
    return PIPE_PREFIX + path.removeprefix("/").replace("/", "-")


def pipe_candidates(path: str) -> tuple[str, ...]:
    """Return the pipes to try for a configured path, in this order."""
    return tuple(dict.fromkeys((pipe_name(path), upstream_pipe_name(path))))
