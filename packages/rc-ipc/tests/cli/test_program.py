"""The program as people run it: a process, a terminal or a pipe, an exit code."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from rc_ipc.testing import behaviour, scripted_host
from rc_types.ipc import SendMessage, StartNewTask

pytestmark = pytest.mark.timeout(90)

SECRET = "sk-do-not-show"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@asynccontextmanager
async def running(*arguments: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Start the program in a session of its own; it is gone at the end of the block."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rc_ipc", *arguments, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def run(*arguments: str, words: str = "") -> Done:
    async with running(*arguments) as process:
        out, err = await process.communicate(words.encode())
        assert process.returncode is not None
        return Done(process.returncode, out.decode(), err.decode())


def state_of(pid: int) -> str:
    """Return what a process does, as proc(5) has it: `S` sleeps."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]


async def line_of(stream: asyncio.StreamReader | None) -> str:
    assert stream is not None
    return (await stream.readline()).decode()


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "host.sock")


async def test_help_needs_neither_asyncio_nor_a_schema() -> None:
    """Architecture 4: what is heavy is not on the path of --help."""
    code = "import sys; from rc_ipc.cli.options import parser; parser().format_help(); print(*sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert not {"asyncio", "structlog", "pydantic", "rc_types.events"} & set(out.decode().split())


async def test_a_task_is_started_and_followed_to_its_result(path: str, tmp_path: Path) -> None:
    """IPC spec 9.3; the outcome is the exit code."""
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"apiKey": SECRET, "mode": "code", "moood": SECRET}), encoding="utf-8")
    async with scripted_host(path, behaviour("since-3.51")) as host:
        done = await run("start", path, "-", "--settings", str(settings), words="Fix it")
        asked = await host.heard(StartNewTask)
        accepted = await run("start", path, "x", "--wait", "none", "--json")
    assert done.code == 0, done.err
    assert done.out.splitlines()[-1] == "presented: the result is presented"
    assert "say text  Fix it" in done.out
    assert asked.data.configuration.api_key == SECRET
    assert "left out: moood" in done.err
    assert SECRET not in done.out + done.err
    assert list(json.loads(accepted.out)) == ["taskId"]


@pytest.mark.parametrize(
    ("name", "wait", "code", "outcome"),
    [
        ("until-3.50", "completed", 0, "completed"),
        ("asking", "presented", 1, "needs_input"),
        ("kilo", "presented", 1, "failed"),
    ],
)
async def test_how_a_task_ends_is_the_exit_code(path: str, name: str, wait: str, code: int, outcome: str) -> None:
    """Exit codes as `--help` lists them."""
    async with scripted_host(path, behaviour(name)):
        done = await run("start", path, "x", "--wait", wait, "--json")
    assert (done.code, json.loads(done.out)["outcome"]) == (code, outcome), done.err


async def test_a_host_that_dies_is_an_exit_code_of_its_own(path: str) -> None:
    """3: nobody knows how the task stands."""
    async with scripted_host(path, behaviour("sudden-death")):
        done = await run("start", path, "x", "--json")
    assert done.code == 3


async def test_watch_shows_what_was_asked_for_until_ctrl_c(path: str) -> None:
    """130, and nothing on standard error."""
    async with scripted_host(path, behaviour("since-3.51")), running("watch", path, "--only", "message,taskIdle") as it:
        assert (await line_of(it.stdout)).startswith("connected to process")
        await run("start", path, "x", "--wait", "none")
        lines: list[str] = []
        while not lines or "taskIdle" not in lines[-1]:
            lines.append(await line_of(it.stdout))
        it.send_signal(signal.SIGINT)
        out, err = await it.communicate()
        assert (it.returncode, out, err) == (130, b"", b"")
    assert {line.split()[1] for line in lines} == {"message", "taskIdle"}
    reading = [line for line in lines if "Reading" in line]
    assert [line.endswith("say text  Reading the file … 日本語 😀 done.\n") for line in reading] == [True]


async def test_watch_gives_programs_one_object_per_line(path: str) -> None:
    """Events as they came, those of tomorrow too."""
    async with (
        scripted_host(path, behaviour("future")) as host,
        running("watch", path, "--json", "--task", "nobody") as other,
        running("watch", path, "--json") as process,
    ):
        await host.joined(2)
        await run("start", path, "x", "--wait", "none")
        names: list[str] = []
        while not names or names[-1] != "taskIdle":
            names.append(json.loads(await line_of(process.stdout))["eventName"])
        assert "taskDreams" in names
        other.send_signal(signal.SIGINT)
        out, _ = await other.communicate()
        assert out == b""


async def test_an_event_that_nobody_knows_is_waited_for_with_a_word(path: str) -> None:
    """A host may be newer than we are."""
    async with (
        scripted_host(path, behaviour("since-3.51")),
        running("watch", path, "--only", "taskComplete") as process,
    ):
        assert "did you mean taskCompleted?" in await line_of(process.stderr)


async def test_questions_are_answered_in_columns_or_as_json(path: str) -> None:
    """IPC spec 9.1."""
    async with scripted_host(path, behaviour("since-3.51")):
        modes, models, commands = await asyncio.gather(
            run("modes", path), run("models", path, "--json"), run("commands", path)
        )
    assert modes.out.splitlines()[1] == "code          💻 Code"
    assert json.loads(models.out)["vendor/model-a"]["contextWindow"] == 200000
    assert commands.out.splitlines() == ["/init    built-in  Analyse a code base", "/deploy  project"]


async def test_a_host_that_never_answers_is_given_up(path: str) -> None:
    """3; hosts before 3.48 do not know the question."""
    async with scripted_host(path, behaviour("legacy")):
        done = await run("modes", path, "--timeout", "0.5")
    assert (done.code, done.out) == (3, "")
    assert "no answer within 0.5 s" in done.err


async def test_words_and_pictures_reach_the_task(path: str, tmp_path: Path) -> None:
    """Images travel as data URIs."""
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG")
    async with scripted_host(path, behaviour("since-3.51")) as host:
        done = await run("send", path, "Look", "--image", str(picture))
        heard = await host.heard(SendMessage)
    assert done == Done(0, "", "")
    assert (heard.data.text, heard.data.images) == ("Look", ["data:image/png;base64,iVBORw=="])


async def test_the_current_task_is_cancelled_and_named(path: str) -> None:
    """IPC spec 9.2, CancelTask."""
    async with scripted_host(path, behaviour("working")):
        started = await run("start", path, "x", "--wait", "none")
        cancelled = await run("cancel", path)
    assert (cancelled.code, cancelled.out) == (0, started.out)


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("watch",), 2, "the following arguments are required: SOCKET"),
        (("watch", "{nobody}", "--timeout", "0.2"), 3, "cannot connect: No such file or directory"),
        (("watch", "x" * 200), 2, "choose a shorter one"),
        (("start", "{nobody}", " "), 2, "neither a text nor an image"),
        (("start", "{nobody}", "x", "--settings", "{nobody}"), 2, "No such file or directory"),
        (("start", "{nobody}", "x", "--settings", "{file}"), 2, "file.toml: RooCodeSettings.apiKey must be"),
        (("start", "{nobody}", "x", "--image", "{file}"), 2, "not the name of a PNG"),
        (("serve", "{nobody}", "--script", "gui"), 2, "no such script; there are accepting"),
        (("serve", "{nobody}", "--script", "{file}"), 2, "file.toml: not TOML"),
        (("serve", "{nobody}", "--script", "drop", "--pace", "-1"), 2, "must be a number of seconds"),
        (("watch", "{nobody}", "--timeout", "soon"), 2, "must be a number of seconds"),
        (("record", "{nobody}", "{file}"), 2, "File exists"),
    ],
)
async def test_bad_input_is_one_line(arguments: tuple[str, ...], code: int, complaint: str, tmp_path: Path) -> None:
    """Our rule: what is wrong, where, no traceback, no secret."""
    file = tmp_path / "file.toml"
    file.write_text(json.dumps({"apiKey": [SECRET]}), encoding="utf-8")
    done = await run(*(part.format(nobody=tmp_path / "nobody", file=file) for part in arguments))
    assert done.code == code, done.err
    assert complaint in done.err
    assert "Traceback" not in done.err
    assert SECRET not in done.err
    assert done.err.startswith("usage: ") or len(done.err.splitlines()) == 1


async def test_debug_shows_where_and_logs_to_standard_error(path: str) -> None:
    """`--debug` is the only way to a traceback."""
    done = await run("--debug", "watch", path, "--timeout", "0.2")
    assert "Traceback" in done.err
    assert done.out == ""


async def test_a_scripted_host_shows_commands_without_their_settings_and_ends_with_sigterm(path: str) -> None:
    """IPC spec R-13 and R-18: clean exit, no socket left."""
    async with running("serve", path, "--script", "since-3.51", "--json") as process:
        assert json.loads(await line_of(process.stdout))["listening"] == path
        done = await run("start", path, "Fix it", "--wait", "none")
        assert done.code == 0, done.err
        assert json.loads(await line_of(process.stdout)) == {"command": "StartNewTask", "text": "Fix it"}
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    assert not os.path.exists(path)  # noqa: ASYNC240, PTH110 - a look at a local file


async def test_ctrl_c_ends_a_scripted_host_in_good_order(path: str) -> None:
    """130, and no socket left."""
    async with running("serve", path, "--script", "drop") as process:
        await line_of(process.stdout)
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
        assert (process.returncode, err) == (130, b"")
    assert not os.path.exists(path)  # noqa: ASYNC240, PTH110 - a look at a local file


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux whether the program waits")
async def test_ctrl_c_ends_the_wait_for_words(path: str) -> None:
    """130, though nobody has closed standard input."""
    async with scripted_host(path, behaviour("since-3.51")), running("start", path, "-") as process:
        assert process.stdin is not None
        process.stdin.write(b"word " * 500_000)
        await process.stdin.drain()  # more than fits on the way: somebody reads
        while state_of(process.pid) != "S":  # noqa: ASYNC110 - nobody announces that it waits for more
            await asyncio.sleep(0)
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(30):
            assert await process.wait() == 130


async def test_a_session_is_recorded_until_its_host_ends_and_can_be_served(path: str, tmp_path: Path) -> None:
    """`record`, then `serve --script FILE`."""
    file = tmp_path / "session.jsonl"
    async with running("serve", path, "--script", "until-3.50") as host:
        await line_of(host.stdout)
        async with running("record", path, str(file)) as recorder:
            assert "recording to" in await line_of(recorder.stderr)
            await run("start", path, "x")
            host.send_signal(signal.SIGTERM)
            assert await recorder.wait() == 0
    assert file.stat().st_mode & 0o777 == 0o600
    async with running("serve", path, "--script", str(file)) as host:
        await line_of(host.stdout)
        async with running("watch", path, "--json", "--only", "taskCompleted") as process:
            assert json.loads(await line_of(process.stdout))["eventName"] == "taskCompleted"


async def test_whoever_has_read_enough_may_leave(path: str) -> None:
    """`... | head` is no error."""
    async with scripted_host(path, behaviour("since-3.51")):
        read, write = os.pipe()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "rc_ipc", "models", path, stdout=write, stderr=asyncio.subprocess.PIPE
        )
        os.close(write)
        os.close(read)
        _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")


async def test_keys_are_made_once_and_only_the_public_one_is_said(tmp_path: Path) -> None:
    """IPC spec 15.4."""
    file = tmp_path / "host.key"
    made = await run("keygen", str(file), "--json")
    assert (made.code, made.err) == (0, "")
    assert file.stat().st_mode & 0o777 == 0o600
    public = json.loads(made.out)["public"]
    kept = file.read_text(encoding="utf-8")
    assert public in kept
    assert not any(word in made.out for word in kept.split() if len(word) >= 40 and public not in word)
    again = await run("keygen", str(file))
    assert (again.code, again.out) == (2, "")
    assert again.err.startswith("rc-ipc: ")
    assert file.read_text(encoding="utf-8") == kept


async def test_what_is_done_at_a_socket_is_done_over_zeromq_with_keys(tmp_path: Path) -> None:
    """IPC spec 15.4: `keygen` on both sides, each side names the other."""
    keys = {name: str(tmp_path / f"{name}.key") for name in ("host", "driver", "stranger")}
    public = {name: (await run("keygen", file)).out.strip() for name, file in keys.items()}
    recorded = tmp_path / "session.jsonl"
    serving = ("--keys", keys["host"], f"--allow={public['driver']}", "--json")
    async with running("serve", "zmq+tcp://127.0.0.1:0", "--script", "since-3.51", *serving) as host:
        address = json.loads(await line_of(host.stdout))["listening"]
        pinned = f"--server-key={public['host']}"
        mine = ("--keys", keys["driver"], pinned)
        async with running("record", address, str(recorded), *mine) as recorder, running("watch", address, *mine) as it:
            assert "recording to" in await line_of(recorder.stderr)
            assert (await line_of(it.stdout)).startswith("connected to process")
            done = await run("start", address, "Fix it", *mine)
            assert (done.code, done.err) == (0, "")
            assert "presented" in done.out
            assert (await run("modes", address, *mine)).code == 0
            recorder.send_signal(signal.SIGTERM)
            assert await recorder.wait() == 0
        stranger = await run("modes", address, "--keys", keys["stranger"], pinned)
        assert (stranger.code, len(stranger.err.splitlines())) == (2, 1)
        assert "does not let our key in" in stranger.err
    assert "Fix it" in recorded.read_text(encoding="ascii")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("modes", "zmq+tcp://127.0.0.1:1"), "needs keys"),
        (("modes", "zmq+tcp://127.0.0.1:1", "--keys", "x"), "belong together"),
        (("modes", "zmq+tcp://127.0.0.1:1", "--keys", "{missing}", "--server-key", "x" * 40), "cannot be read"),
        (("modes", "zmq+tcp://127.0.0.1:1", "--keys", "x", "--server-key", "short"), "not a public key"),
        (("modes", "{missing}", "--insecure"), "are for addresses of ZeroMQ"),
        (("serve", "{missing}", "--script", "drop", "--keys", "x"), "are for addresses of ZeroMQ"),
        (("serve", "zmq+tcp://127.0.0.1:0", "--script", "drop", "--keys", "x"), "needs --allow"),
        (("serve", "zmq+tcp://127.0.0.1:0", "--script", "drop", "--allow", "x" * 40), "needs --keys"),
        (("serve", "{folder}", "--script", "drop"), "not a socket"),
        (("watch", "{folder}", "--timeout", "0.2"), "cannot connect"),
        (("watch", "pipe:roo", "--timeout", "0.2"), "named pipes are of Windows"),
    ],
)
async def test_an_address_that_is_of_no_use_is_one_line(
    arguments: tuple[str, ...], complaint: str, tmp_path: Path
) -> None:
    """Our rule: what is wrong, where, what to do."""
    done = await run(*(part.format(missing=tmp_path / "missing", folder=tmp_path) for part in arguments))
    assert complaint in done.err, done
    assert (done.code, len(done.err.splitlines())) in {(2, 1), (3, 1)}
    assert done.err.startswith("rc-ipc: ")
