"""The command line. `main` is the entry point of the program `rc-evals`."""

from rc_evals.cli.app import main

__all__ = ["main"]
