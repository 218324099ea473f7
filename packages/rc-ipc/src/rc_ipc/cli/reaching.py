"""The way from the command line to a host: an address, and for ZeroMQ keys, which the environment may name, too."""

from __future__ import annotations

import argparse
import os
from contextlib import AbstractAsyncContextManager

from rc_ipc import ClientOptions, IpcClient, connect
from rc_ipc._address import ZMQ_SCHEMES, parse_address
from rc_ipc._curve import KEYS_VARIABLE, SERVER_KEY_VARIABLE, CurveClient, CurveServer
from rc_ipc.cli.errors import UsageError


def reached(options: argparse.Namespace, *, reconnect: bool = True) -> AbstractAsyncContextManager[IpcClient]:
    """Be connected to the host that the command line names."""
    settings = ClientOptions(ready_within=options.timeout, reconnect=reconnect)
    return connect(options.socket, curve=client_keys(options), insecure=options.insecure, options=settings)


def client_keys(options: argparse.Namespace) -> CurveClient | None:
    """Return our keys and the host's: arguments, then the environment; None where there are none."""
    if parse_address(options.socket).scheme not in ZMQ_SCHEMES:
        if options.keys or options.server_key or options.insecure:
            raise UsageError(f"{options.socket}: --keys, --server-key and --insecure are for addresses of ZeroMQ")
        return None
    keys = options.keys or os.environ.get(KEYS_VARIABLE)
    server_key = options.server_key or os.environ.get(SERVER_KEY_VARIABLE)
    if not keys and not server_key:
        return None
    if not keys or not server_key:
        raise UsageError("--keys and --server-key belong together: a file of our own, and the public key of the host")
    return CurveClient(keys=keys, server_key=server_key)


def server_keys(options: argparse.Namespace) -> CurveServer | None:
    """Return the keys of a host, and whom it lets in; None where none are named."""
    is_zmq = parse_address(options.socket).scheme in ZMQ_SCHEMES
    if not is_zmq and (options.keys or options.allow or options.insecure):
        raise UsageError(f"{options.socket}: --keys, --allow and --insecure are for addresses of ZeroMQ")
    if not options.keys:
        if options.allow:
            raise UsageError("--allow needs --keys, the host's own")
        return None
    if not options.allow:
        raise UsageError("--keys needs --allow, with the public key of each client that may connect")
    return CurveServer(keys=options.keys, allowed_keys=options.allow)
