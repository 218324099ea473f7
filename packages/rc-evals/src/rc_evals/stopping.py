"""What Ctrl-C and SIGTERM do, from the first moment of a command to its last."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class Stopping:
    """Takes the two signals over for a block of the running task.

    Until there is something to drain, either signal cancels the task; Ctrl-C lets what is being installed come to its
    end before, unless it is pressed again, and SIGTERM does not. From then on Ctrl-C once lets what runs come to
    its end, twice stops it, and SIGTERM stops it at once; further ones change nothing, so that cleaning up is not
    disturbed.

    Args:
        say: is given a sentence for people; may fail, or be slow.
        break_off: ends what is being installed.
    """

    def __init__(self, say: Callable[[str], None], break_off: Callable[[], None]) -> None:
        self._say, self._break_off = say, break_off
        self._pressed = 0
        self.drain: Callable[[], None] | None = None
        """Lets what runs come to its end."""
        self.interrupt: Callable[[], None] | None = None
        """Stops what runs."""
        self.hint = ""
        """How to go on later."""

    @property
    def wanted(self) -> bool:
        """Whether anybody has asked to stop."""
        return self._pressed > 0

    def __enter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._previous = signal.getsignal(signal.SIGINT)
        loop.add_signal_handler(signal.SIGINT, self._on_interrupt)
        loop.add_signal_handler(signal.SIGTERM, self._on_terminate)
        return self

    def __exit__(self, *_: object) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_signal_handler(signal.SIGINT)
        loop.remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGINT, self._previous)

    def _on_interrupt(self) -> None:
        self._pressed += 1
        if self.drain is None or self.interrupt is None:
            self._give_up(at_once=self._pressed > 1)
        elif self._pressed == 1:
            self.drain()
            self._tell(f"finishing what runs; Ctrl-C again stops it now; {self.hint}")
        else:
            self.interrupt()

    def _on_terminate(self) -> None:
        self._pressed += 1
        if self.interrupt is None:
            self._give_up(at_once=True)
        else:
            self.interrupt()

    def _give_up(self, *, at_once: bool) -> None:
        if self._pressed == 1 and self._task is not None:
            self._task.cancel()
            if not at_once:
                self._tell("stopping when what is being installed is done; Ctrl-C again breaks it off")
        if at_once:
            self._break_off()

    def _tell(self, sentence: str) -> None:
        """Say it from a thread: a terminal that is stopped, or gone, must not stop the run."""

        def say() -> None:
            with suppress(OSError):
                self._say(sentence)

        asyncio.get_running_loop().run_in_executor(None, say)
