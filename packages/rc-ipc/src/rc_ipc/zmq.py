"""Keys for the addresses `zmq+tcp://` and `zmq+ipc://`; needs the extra `zmq` to make new ones.

public = generate_keys("host.key")       # once, on each side; exchange what is returned
serve("zmq+tcp://*:5555", handler, curve=CurveServer(keys="host.key", allowed_keys=[public_key_of_the_client]))
connect("zmq+tcp://host:5555", curve=CurveClient(keys="client.key", server_key=public_key_of_the_host))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rc_ipc._curve import CurveClient, CurveServer, KeyPair, fingerprint, read_keys, write_keys
from rc_ipc._errors import AddressError

if TYPE_CHECKING:
    import os

__all__ = ["CurveClient", "CurveServer", "KeyPair", "fingerprint", "generate_keys", "read_keys"]


def generate_keys(path: str | os.PathLike[str]) -> str:
    """Make a pair of keys, write them to a new file that only its owner can read, and return the public one.

    Raises AddressInUseError if there is a file already, PermissionDeniedError if it cannot be written, AddressError if
    this machine has no CURVE.
    """
    try:
        import zmq
    except ModuleNotFoundError:
        raise AddressError(str(path), "keys are made by ZeroMQ, an extra: pip install 'rc-ipc[zmq]'") from None
    if not zmq.has("curve"):
        raise AddressError(str(path), "this build of ZeroMQ has no CURVE; install pyzmq from a wheel")
    public, secret = zmq.curve_keypair()
    write_keys(path, KeyPair(public.decode("ascii"), secret.decode("ascii")))
    return public.decode("ascii")
