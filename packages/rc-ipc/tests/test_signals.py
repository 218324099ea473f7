"""Ending in good order on SIGTERM."""

import os
import signal

import pytest
from rc_ipc import stop_signals

pytestmark = pytest.mark.timeout(30)


async def test_a_signal_sets_the_event_and_the_handler_is_put_back() -> None:
    """IPC spec R-13: offered, not imposed."""
    before = signal.getsignal(signal.SIGTERM)
    with stop_signals() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        await stop.wait()
        assert signal.getsignal(signal.SIGTERM) == before  # so that a second signal ends the process
    assert signal.getsignal(signal.SIGTERM) == before


async def test_without_a_signal_nothing_is_left_behind() -> None:
    """IPC spec R-13."""
    before = signal.getsignal(signal.SIGUSR1)
    with stop_signals(signal.SIGUSR1) as stop:
        assert not stop.is_set()
    assert signal.getsignal(signal.SIGUSR1) == before
