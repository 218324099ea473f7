"""Reads what the program prints, hands it on, and notices what becomes of the task."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from rc_types.events import TaskAborted, TaskCompleted, TaskIdle, TaskStarted

from rc_evals.agents.port import AgentEnd
from rc_evals.agents.roo_cli.chat import Chat
from rc_evals.agents.roo_cli.course import Course
from rc_evals.agents.roo_cli.history import History
from rc_evals.agents.roo_cli.lines import Lines, Stray
from rc_evals.outcomes import EndReason
from rc_evals.sandbox.port import Limits
from rc_evals.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rc_types.cli import RooCliStreamEvent
    from rc_types.events import TaskEvent

    from rc_evals.agents.port import Stage
    from rc_evals.agents.roo_cli.channel import Channel
    from rc_evals.agents.roo_cli.course import Outcome
    from rc_evals.sandbox.port import Exit

LOOK_SECONDS: Final = 0.02
"""Between two looks at the output of a program that prints nothing."""

USAGE_SECONDS: Final = 2.0
"""Between two looks at what was used: as often as the assistant tells it itself (spec 9.4)."""

USAGE_SHARE: Final = 20
"""A look at what was used is followed by a pause of this many times its own duration."""

MOST_BYTES: Final = Limits(wall_seconds=0).output_bytes
"""Of all that the program prints; what it prints beside events has the same limit in the agent log."""

MOST_STRAY: Final = 1024 * 1024
"""Bytes of its output that are no events and are kept in the agent log."""


class Hearing:
    """One program's output, read to its end. Whatever a program says, it goes on.

    Args:
        stage: of the attempt.
        channel: where the output is.
        program: what prints it.
    """

    def __init__(self, stage: Stage, channel: Channel, program: asyncio.Task[Exit]) -> None:
        self._stage, self._channel, self._program = stage, channel, program
        self._lines, self._chat, self._history = Lines(), Chat(stage.task_id), History(channel.home)
        self._course = Course(stage.task_id)
        self._loop = asyncio.get_running_loop()
        self.greeting: asyncio.Future[str] = self._loop.create_future()
        """Done once it has greeted and has nothing more to say: why it cannot be talked to, empty when it can."""
        self.outcome: asyncio.Future[Outcome | AgentEnd] = self._loop.create_future()
        """What the task has come to; for one that the program left, that it is disconnected."""
        self._bytes = self._stray = self._unread = self._unkept = 0
        self._is_silent = self._has_read_all = False
        self._look_again = self._loop.time() + USAGE_SECONDS

    @property
    def trouble(self) -> str:
        """What else is worth knowing of an attempt that went wrong; empty for nothing."""
        said = f"the program said: {self._course.complaint}" if self._course.complaint else ""
        unread = f"{self._unread} of its events could not be read" if self._unread else ""
        rest = "" if self._has_read_all else "not all that it printed was read in time"
        return "; ".join(part for part in (said, unread, rest) if part)

    @property
    def worked_ms(self) -> int | None:
        """From the start of the task to its end, None when nobody has heard both as they came (spec 9.6)."""
        began, ended = self._course.began, self._course.ended
        if began is None or ended is None or not self._channel.is_new:
            return None
        return round(1000 * (ended - began))

    @property
    def is_begun(self) -> bool:
        """Whether the program has taken the task."""
        return self._course.began is not None

    @property
    def is_cancelled(self) -> bool:
        """Whether the program was asked to stop the task, by whomever."""
        return self._course.is_cancelled

    @property
    def is_usage_known(self) -> bool:
        """Whether the task has told its tokens and money."""
        return self._stage.task_id in self._history.used

    async def run(self) -> None:
        """Read until the program has ended and nothing is left of what it printed.

        Raises:
            OSError: what was said could not be kept.
        """
        while True:
            has_ended = self._program.done()  # asked first: what is printed last is read all the same
            chunk = self._channel.read()
            self._is_silent = not chunk
            if chunk:
                self._bytes += len(chunk)
                if self._bytes > MOST_BYTES:
                    self._settle(AgentEnd(EndReason.LIMIT, "the agent went over its limit of output"))
                    break
                self._take(self._lines.feed(chunk))
                await asyncio.sleep(0)
            elif has_ended:
                self._take(self._lines.end())
                break
            else:
                await asyncio.wait({self._program}, timeout=LOOK_SECONDS)
            await self._judge()
        if self._unkept:
            self._stage.log(b"[... %d lines that are no events found no room here ...]\n" % self._unkept)
        self._emit(self._chat.end())
        await self._account()
        self._settle(self._course.last())
        self._say_how_it_ended()
        self._has_read_all = True

    def _take(self, lines: Iterable[RooCliStreamEvent | Stray]) -> None:
        for line in lines:
            if isinstance(line, Stray):
                self._set_aside(line)
                continue
            is_started = self._course.began is not None
            self._course.hear(line, self._loop.time())
            if self._course.began is not None and not is_started:
                self._emit([TaskStarted.of(self._stage.task_id)])
            self._emit(self._chat.take(line))

    def _set_aside(self, line: Stray) -> None:
        """Keep a line that is no event in the agent log, as long as there is room: half a line could be half a key."""
        self._unread += line.is_broken
        if self._stray + len(line.text) <= MOST_STRAY:
            self._stray += len(line.text)
            self._stage.log(line.text + b"\n")
        else:
            self._unkept += 1

    def _emit(self, events: Iterable[TaskEvent]) -> None:
        for event in events:
            try:
                self._stage.emit(event)
            except ValueError:  # it holds what JSON cannot say
                self._unread += 1

    async def _judge(self) -> None:
        """Tell those who wait how things stand."""
        now = self._loop.time()
        if self._course.is_greeted and self._is_silent and not self.greeting.done():
            self.greeting.set_result(self._course.misfit)
        if (outcome := self._course.outcome(now)) is not None:
            self._settle(outcome)
        if (
            self._course.began is not None and now >= self._look_again
        ):  # a slow one may have used some before it says so
            await self._account()

    async def _account(self) -> None:
        """Tell what is new of what the tasks have used."""
        began = self._loop.time()
        await in_thread(self._history.read)
        now = self._loop.time()
        self._look_again = now + max(USAGE_SECONDS, USAGE_SHARE * (now - began))
        self._emit(self._history.news(self._chat.tools))

    def _settle(self, outcome: Outcome | AgentEnd) -> None:
        if not self.outcome.done():
            self.outcome.set_result(outcome)

    def _say_how_it_ended(self) -> None:
        """Tell the end of the task as the assistant would; without tokens nobody can say that it was completed."""
        if self._course.began is None:
            return
        task, used = self._stage.task_id, self._history.used.get(self._stage.task_id)
        match self._course.last().kind:
            case "completed" | "presented" if used is not None:
                self._emit([TaskCompleted.of(task, used, self._chat.tools[task])])
            case "completed" | "presented":
                self._emit([TaskIdle.of(task)])
            case _:
                self._emit([TaskAborted.of(task)])
