"""The facade for scripts without asyncio, against a host on a thread or in a process of its own."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from rc_ipc import AnyTaskEvent, ClientOptions, IpcServer, NotConnectedError, RequestTimeoutError, serve
from rc_ipc.sync import connect
from rc_ipc.zmq import CurveClient, CurveServer, generate_keys
from rc_types.events import (
    CommandInfo,
    CommandsResponse,
    Message,
    ModeInfo,
    ModelsResponse,
    ModesResponse,
    QueuedMessagesUpdated,
    TaskAborted,
    TaskAskResponded,
    TaskCreated,
    TaskEvent,
    TaskFocused,
    TaskStarted,
)
from rc_types.ipc import (
    CancelTask,
    ClientId,
    DeleteQueuedMessage,
    GetCommands,
    GetModels,
    GetModes,
    ResumeTask,
    SendMessage,
    StartNewTask,
    TaskCommand,
)
from rc_types.message import ClineMessage
from rc_types.task import TaskId

T = TaskId("task")
PATIENCE = 10.0


def asks(name: str, ts: int) -> TaskEvent:
    change = {"taskId": T, "action": "created", "message": {"ts": ts, "type": "ask", "ask": name, "text": ""}}
    return Message.from_wire({"eventName": "message", "payload": [change]})


class Host:
    """A host whose tasks present a result at once."""

    def __init__(self) -> None:
        self.server: IpcServer | None = None

    async def __call__(self, command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        match command:
            case StartNewTask():
                prompt = ClineMessage(ts=1, type="say", say="text", text=command.data.text)
                await self.say(TaskCreated.of(T), TaskFocused.of(T), Message.of(T, "created", prompt))
                await self.say(TaskStarted.of(T), asks("completion_result", 2))
            case SendMessage():
                await self.say(TaskAskResponded.of(T), asks("completion_result", 3))
            case CancelTask():
                await self.say(TaskAborted.of(T), TaskCreated.of(T), asks("resume_task", 4))
            case ResumeTask():
                await self.say(TaskCreated.of(T), asks("resume_task", 5))
            case DeleteQueuedMessage():
                await self.say(QueuedMessagesUpdated.of(T, []))
            case GetModes():
                return ModesResponse.of([ModeInfo(slug="code", name="Code")])
            case GetCommands():
                return CommandsResponse.of([CommandInfo(name="init", source="built-in")])
            case GetModels():
                return ModelsResponse.of({})
            case _:
                pass
        return None

    async def say(self, *events: TaskEvent) -> None:
        assert self.server is not None
        for event in events:
            await self.server.broadcast(event)


@contextmanager
def hosted(address: str | Path, *, curve: CurveServer | None = None) -> Generator[None]:
    """Serve on a thread of its own, as another program would."""
    serving = threading.Event()
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def host() -> None:
        running.append((asyncio.get_running_loop(), asyncio.Event()))
        async with serve(address, pretended := Host(), curve=curve) as pretended.server:
            serving.set()
            await running[0][1].wait()

    with ThreadPoolExecutor(1) as thread:
        served = thread.submit(asyncio.run, host())
        assert serving.wait(PATIENCE)
        yield
        loop, stop = running[0]
        loop.call_soon_threadsafe(stop.set)
        served.result(PATIENCE)


@pytest.fixture
def path(tmp_path: Path) -> Generator[Path]:
    with hosted(tmp_path / "rc.sock"):
        yield tmp_path / "rc.sock"


def test_a_script_talks_to_another_machine(tmp_path: Path) -> None:
    """IPC spec R-16: the same over ZeroMQ, with keys."""
    ours, theirs = tmp_path / "ours.key", tmp_path / "theirs.key"
    host_key, our_key = generate_keys(theirs), generate_keys(ours)
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        address = f"zmq+tcp://127.0.0.1:{probe.getsockname()[1]}"
    with (
        hosted(address, curve=CurveServer(keys=theirs, allowed_keys=[our_key])),
        connect(address, curve=CurveClient(keys=ours, server_key=host_key)) as host,
    ):
        assert [mode.slug for mode in host.modes()] == ["code"]


def test_a_script_drives_a_task(path: Path) -> None:
    """IPC spec R-15, last sentence."""
    with connect(path, options=ClientOptions(settle_after=0.05)) as host:
        assert host.ack is not None
        task = host.start("do it")
        assert task.task_id == T
        assert task.wait(within=PATIENCE).kind == "presented"
        with task.events(Message) as events:
            heard = [next(events) for _ in range(2)]
        assert heard[1] == asks("completion_result", 2)
        assert list(events) == []
        assert task.send("more", confirm_within=PATIENCE) == "confirmed"
        assert task.wait("settled", within=PATIENCE).kind == "presented"
        with task.events(Message) as events:
            task.cancel()
            assert next(events) == asks("resume_task", 4)
        assert task.wait(within=PATIENCE).ask == "resume_task"
        assert host.resume(T).outcome is not None


def test_a_script_asks_a_host(path: Path) -> None:
    """IPC spec R-12."""
    with connect(path) as host, host.events(TaskAborted) as aborted:
        assert [mode.slug for mode in host.modes()] == ["code"]
        assert [command.name for command in host.commands()] == ["init"]
        assert host.models() == {}
        assert host.delete_queued("m-1") == "deleted"
        assert host.close_task(within=0.05) == "still_connected"
        assert host.cancel() == T
        assert next(aborted) == TaskAborted.of(T)
        assert host.task(T).task_id == T
        host.send(SendMessage.of("x"))
        with pytest.raises(RequestTimeoutError):
            host.wait_for(lambda _event: False, timeout=0.05)


def test_calls_may_come_from_several_threads(path: Path) -> None:
    """Our rule."""
    with connect(path) as host, ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(host.modes) for _ in range(20)]
        assert [answer.result()[0].slug for answer in asking] == ["code"] * 20


def test_a_call_that_is_under_way_when_the_block_ends_is_told_so(path: Path) -> None:
    """Our rule: no thread hangs."""
    with ThreadPoolExecutor(1) as thread:
        with connect(path) as host:
            heard = host.events()
            waiting = thread.submit(next, heard)
            asked = thread.submit(host.modes)
        with pytest.raises((StopIteration, NotConnectedError)):  # as the one or the other comes first
            waiting.result()
        with pytest.raises(NotConnectedError):
            asked.result()


def test_a_predicate_that_calls_into_its_own_connection_is_told_so(path: Path) -> None:
    """Our rule: an error instead of a standstill."""
    with connect(path) as host:

        def calling(_event: AnyTaskEvent) -> bool:
            return bool(host.modes())

        with ThreadPoolExecutor(1) as thread:
            waiting = thread.submit(host.wait_for, calling, timeout=PATIENCE)
            while not waiting.done():
                host.start("do it")
            with pytest.raises(RuntimeError, match="must not call into it"):
                waiting.result()


def test_after_the_block_there_is_nothing_to_call_and_no_thread(path: Path) -> None:
    """IPC spec R-13."""
    before = threading.active_count()
    with connect(path) as host:
        events = host.events()
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
    with pytest.raises(NotConnectedError, match="the block of connect"):
        host.modes()
    with pytest.raises(NotConnectedError):
        next(events)
    events.close()


def test_nobody_at_the_address_is_an_error(tmp_path: Path) -> None:
    """IPC spec R-10; no thread is left."""
    before = threading.active_count()
    with (
        pytest.raises(NotConnectedError),
        connect(tmp_path / "rc.sock", options=ClientOptions(ready_within=0.05)),
    ):
        pytest.fail("there was nobody")
    assert threading.active_count() == before


SCRIPT = """
import sys
from rc_ipc.sync import connect
from rc_ipc.zmq import CurveClient, CurveServer, generate_keys

try:
    with connect(sys.argv[1]) as host:
        print("waiting", flush=True)
        host.wait_for(lambda event: False)
except KeyboardInterrupt:
    print("stopped", flush=True)
    sys.exit(130)
"""


def test_ctrl_c_ends_a_wait_and_closes_the_connection(path: Path) -> None:
    """Our rule: a script that waits can be stopped like any other."""
    program = [sys.executable, "-W", "error", "-c", SCRIPT, str(path)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as script:
        assert script.stdout is not None
        while script.stdout.readline() != "waiting\n":  # its log comes first
            assert script.poll() is None
        script.send_signal(signal.SIGINT)
        rest = script.stdout.read()
        assert script.wait(PATIENCE) == 130
    assert rest.endswith("stopped\n")
