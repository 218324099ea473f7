"""`run --open`: a dashboard beside a run. A guest in the run's house: whatever becomes of it, the run goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import webbrowser
from contextlib import contextmanager, suppress
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.request import ProxyHandler, build_opener

import click

from rc_evals.cli.serving import PORT

if TYPE_CHECKING:
    from collections.abc import Generator

    from rc_evals.home import Home

ASK_SECONDS: Final = 2.0
"""For how long another server may think about what it is."""

USUAL: Final = f"http://127.0.0.1:{PORT}/"


class Dashboard:
    """One that shows a data folder: ours, which has just been started, or somebody else's that was there before.

    Args:
        process: ours; None for somebody else's.
    """

    def __init__(self, process: subprocess.Popen[str] | None) -> None:
        self.process = process
        self._address = USUAL if process is None else ""
        self._opening: threading.Thread | None = None

    def show(self, run_id: int) -> None:
        """Open the page of a run in the browser, as soon as the dashboard answers; does not wait for either."""
        self._opening = threading.Thread(target=self._show, args=(run_id,), name="rc-evals-browser", daemon=True)
        self._opening.start()

    def stay(self) -> None:
        """Keep showing the run until Ctrl-C."""
        if self._opening is None or self.process is None:
            return
        self._opening.join()
        if self._address:
            try:
                click.echo(f"\n{self._address} shows the run; Ctrl-C ends the dashboard", err=True)
                self._outlast(self.process)
            except KeyboardInterrupt:
                click.echo(err=True)

    @staticmethod
    def _outlast(process: subprocess.Popen[str]) -> None:
        """Wait for the end of a process, in short waits: Ctrl-C just before a long one is noticed only after it."""
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(1.0)
                return

    def _show(self, run_id: int) -> None:
        if self.process is not None and self.process.stdout is not None:
            line = self.process.stdout.readline()
            self._address = next((word for word in line.split() if word.startswith("http://")), "")
        if self._address:
            webbrowser.open(f"{self._address}runs/{run_id}")
        else:
            click.echo("rc-evals: the dashboard does not start, the run goes on; `rc-evals serve` says why", err=True)


@contextmanager
def dashboard(home: Home) -> Generator[Dashboard]:
    """Have a dashboard for the block: the one that listens where dashboards do if it shows this folder, else a new one.

    Only this machine can ask it. A new one ends with the block, or with this process.
    """
    if _is_served(home):
        yield Dashboard(None)
        return
    command = [sys.executable, "-P", "-m", "rc_evals", "--home", os.fspath(home.root), "serve", "--port", "0"]
    process = subprocess.Popen(  # noqa: S603 - ourselves, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # Ctrl-C is for the run; who presses it once more, or later, means the dashboard
    )
    with process:
        try:
            yield Dashboard(process)
        finally:
            process.terminate()


def _is_served(home: Home) -> bool:
    """Return whether the usual port belongs to a dashboard that shows this folder."""
    ask = build_opener(ProxyHandler({})).open  # a proxy knows nothing of this machine
    try:
        with ask(f"{USUAL}api/health", timeout=ASK_SECONDS) as answer:
            health: Any = json.loads(answer.read(100_000))
    except (OSError, HTTPException, ValueError, RecursionError):  # nobody, or somebody else
        return False
    return isinstance(health, dict) and cast("dict[str, Any]", health).get("folder") == home.fingerprint
