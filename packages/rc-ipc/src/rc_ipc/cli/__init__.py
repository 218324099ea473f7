"""The command line. `main` is the entry point of the program `rc-ipc`."""

from rc_ipc.cli.app import main

__all__ = ["main"]
