"""Whatever is wrong is said in one clear line with the right exit code, and nothing is lost or made."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from .exercises import add_exercise, add_exercism_exercise, add_language, add_python_exercise, leaving_agents
from .program import Done, Program, is_one_line

USAGE, INFRASTRUCTURE = 2, 3


@pytest.fixture
def run_nop(program: Program, suite: Path, exercise: Path) -> Callable[..., Done]:
    """Run nop on the suite, with more options."""
    return lambda *options: program("run", "--suite", str(suite), "--agent", "nop", "--sandbox", "none", *options)


def refused(program: Program, done: Done, code: int, *said: str) -> None:
    """Check that a command was refused in one line that says these things, and has made no run."""
    assert done.code == code, done.out + done.err
    assert done.out == ""
    assert is_one_line(done.err), done.err
    assert [words for words in said if words not in done.err] == [], done.err
    assert program.rows("SELECT 1 FROM runs") == []
    assert (program.scratch(), (program.home / "runs").exists()) == ([], False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--suite", "nowhere"), ["'nowhere'", "bundled"]),
        (("--suite", "./no/where"), ["no/where", "not there"]),
        (("--agent", "nobody"), ["'nobody'", "command, nop, oracle, "]),
        (("--agent-arg", "reference"), ["'reference'", "NAME=VALUE"]),
        (("--agent-arg", "speed=9"), ["'speed'", "takes none"]),
        (("--agent", "oracle", "--agent-arg", "reference=/no/where"), ["/no/where"]),
        (("--agent", "command"), ["--agent-arg command="]),
        (("--agent", "command", "--agent-arg", "command=sh -c 'oops"), ["cannot split"]),
        (("--agent", "command", "--agent-arg", "command="), ["empty"]),
        (("--agent", "roo"), ["--agent-arg command="]),
        (("--agent", "roo", "--agent-arg", "command=x", "--agent-arg", "environment=NO_SUCH_KEY"), ["NO_SUCH_KEY"]),
        (("--agent", "roo", "--agent-arg", "command=x", "--agent-arg", "keys=/no/keys.json"), ["/no/keys.json"]),
        (("--agent", "roo", "--agent-arg", "command=x", "--agent-arg", "mounts=/no/where"), ["/no/where"]),
        (("--language", "klingon"), ["'klingon'", "shell"]),
        (("--exercise", "shell/hard*"), ["'shell/hard*'", "shell/easy"]),
        (("--settings", "/no/where.json"), ["/no/where.json", "No such file"]),
    ],
)
def test_a_wrong_word_is_named_with_what_there_is(
    program: Program, run_nop: Callable[..., Done], options: tuple[str, ...], said: list[str]
) -> None:
    refused(program, run_nop(*options), USAGE, *said)


@pytest.mark.parametrize(
    "options",
    [
        ("--iterations", "0"), ("--concurrency", "26"), ("--concurrency", "0"), ("--timeout", "0"),
        ("--timeout", "31"), ("--iterations", "many"), ("--sandbox", "docker"), ("--color", "red"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_value_out_of_range_is_bad_usage(
    program: Program, run_nop: Callable[..., Done], options: tuple[str, str]
) -> None:
    done = run_nop(*options)
    assert done.code == USAGE
    assert done.out == ""
    assert options[0] in done.err
    assert "Traceback" not in done.err
    assert program.rows("SELECT 1 FROM runs") == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "settings.json"),
        ('{"apiProvider": ', "settings.json"),
        ("[1, 2]", "settings.json"),
        ('{"rateLimitSeconds": "soon"}', "rateLimitSeconds"),
        ('{"apiProvider": "\\ud800"}', "settings.json"),
    ],
)
def test_a_wrong_settings_file_is_named(
    program: Program, run_nop: Callable[..., Done], tmp_path: Path, content: str, said: str
) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(content, encoding="utf-8")
    refused(program, run_nop("--settings", str(settings)), USAGE, str(settings), said)


def test_a_broken_exercise_is_named_before_anything_runs(program: Program, suite: Path, tmp_path: Path) -> None:
    run = ("run", "--agent", "nop", "--sandbox", "none", "--suite")
    untested = add_exercise(suite, "untested")
    (untested / "answer_test.sh").unlink()
    refused(program, program(*run, str(suite)), USAGE, str(untested), "no tests", "add")
    silent = add_exercise(tmp_path / "two", "silent")
    (tmp_path / "two" / "prompts").mkdir()
    (silent / "docs" / "instructions.md").unlink()
    refused(program, program(*run, str(tmp_path / "two")), USAGE, str(silent), "docs/instructions.md")
    mute = tmp_path / "three" / "prompts" / "shell.md"
    add_exercise(tmp_path / "three", "mute")
    mute.parent.mkdir()
    mute.touch()
    refused(program, program(*run, str(tmp_path / "three")), USAGE, str(mute), "empty")
    damaged = add_exercism_exercise(tmp_path / "four", "damaged") / ".meta" / "config.json"
    damaged.write_text('{"files": {"solution": ', encoding="utf-8")
    refused(program, program(*run, str(tmp_path / "four")), USAGE, str(damaged))
    (tmp_path / "five").mkdir()
    refused(program, program(*run, str(tmp_path / "five")), USAGE, str(tmp_path / "five"), "no suite")


def test_a_damaged_language_file_is_named(program: Program, run_nop: Callable[..., Done]) -> None:
    language = program.home / "languages" / "shell.toml"
    content = language.read_text("utf-8")
    for damaged, said in (
        ("title = ", "shell.toml"),
        (content.replace("exit-code", "guess"), "results"),
        (content.replace("test_seconds = 20", "test_seconds = 0"), "test_seconds"),
    ):
        language.write_text(damaged, encoding="utf-8")
        refused(program, run_nop(), USAGE, str(language), said)


def test_tests_that_leave_agents_no_time_are_refused(
    program: Program, suite: Path, run_nop: Callable[..., Done]
) -> None:
    add_language(program.home, "endless", test_seconds=leaving_agents(0))
    add_exercise(suite, "easy", language="endless")
    refused(program, run_nop(), USAGE, "language endless", "lower test_seconds")


@pytest.mark.parametrize("command", ["run", "list", "show 1", "db upgrade", "doctor"])
def test_a_file_in_the_place_of_the_data_folder_is_said_to_be_one(
    program: Program, suite: Path, exercise: Path, tmp_path: Path, command: str
) -> None:
    place = tmp_path / "file"
    place.write_text("mine", encoding="utf-8")
    options = ("--suite", str(suite), "--agent", "nop", "--sandbox", "none") if command == "run" else ()
    done = program("--home", str(place), *command.split(), *options)
    assert done.code == INFRASTRUCTURE, done.out + done.err
    assert str(place) in done.out + done.err
    assert command == "doctor" or is_one_line(done.err), done.err
    assert place.read_text("utf-8") == "mine"


@pytest.mark.needs("bubblewrap")
def test_a_data_folder_that_cannot_be_written_is_said_to_be_one(
    program: Program, suite: Path, exercise: Path, run_nop: Callable[..., Done]
) -> None:
    assert run_nop().code == 0
    before = program.document()
    locked = ("bwrap", "--dev-bind", "/", "/", "--ro-bind", str(program.home), str(program.home))
    nop = ("run", "--suite", str(suite), "--agent", "nop", "--sandbox", "none")
    for command in (nop, ("resume", "1"), ("show", "1")):
        done = program(*command, prefix=locked)
        assert (done.code, done.out, is_one_line(done.err)) == (INFRASTRUCTURE, "", True), done.out + done.err
        assert str(program.home) in done.err
        assert "writ" in done.err, "what is missing is the right to write"
    assert program.document() == before


def older(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE alembic_version SET version_num = '0000'")


def newer(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE alembic_version SET version_num = '9999'")


def foreign(connection: sqlite3.Connection) -> None:
    connection.execute("DROP TABLE alembic_version")


@pytest.mark.parametrize(
    ("change", "said"), [(older, "db upgrade"), (newer, "upgrade rc-evals"), (foreign, "another program")]
)
def test_a_database_of_another_version_or_program_is_left_alone(
    program: Program, run_nop: Callable[..., Done], change: Callable[[sqlite3.Connection], None], said: str
) -> None:
    path = program.home / "evals.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        change(connection)
    before = path.read_bytes()
    for done in (run_nop(), program("list"), program("show", "1"), program("resume", "1"), program("cancel", "1")):
        refused(program, done, INFRASTRUCTURE, str(path), said)
    assert path.read_bytes() == before


def test_a_damaged_database_is_left_alone(program: Program, run_nop: Callable[..., Done]) -> None:
    path = program.home / "evals.db"
    path.write_bytes(b"no database at all" * 1000)
    before = path.read_bytes()
    for done in (run_nop(), program("list"), program("show", "1"), program("db", "upgrade")):
        assert (done.code, done.out, is_one_line(done.err)) == (INFRASTRUCTURE, "", True), done.err
        assert str(path) in done.err
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "command",
    ["show 7", "show 7 --json", "logs 7", "logs 7 easy", "resume 7", "cancel 7", "logs 1 nothing", "logs 1 easy#2"],
)
def test_an_unknown_run_or_task_is_said_to_be_unknown(
    program: Program, run_nop: Callable[..., Done], command: str
) -> None:
    assert run_nop().code == 0
    done = program(*command.split())
    assert (done.code, done.out, is_one_line(done.err)) == (USAGE, "", True), done.err
    assert re.search(r"no run 7\b|no task '(nothing|easy#2)'", done.err)


@pytest.mark.parametrize(
    "command",
    ["show one", "show 0", "logs -1", "resume 0", "resume 99999999999999999999", "cancel 99999999999999999999"],
)
def test_what_is_no_id_of_a_run_is_bad_usage(program: Program, command: str) -> None:
    name, number = command.split()
    done = program(name, "--", number)
    assert (done.code, done.out) == (USAGE, "")
    assert "internal error" not in done.err
    assert "Traceback" not in done.err


def test_without_bubblewrap_nothing_runs_unless_that_is_said(
    program: Program, suite: Path, exercise: Path, tmp_path: Path
) -> None:
    for tool in ("sh", "timeout", "prlimit", "setpriv", "git"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    nop = ("run", "--suite", str(suite), "--agent", "nop")
    path = {"PATH": str(tmp_path)}
    for wanted in ((), ("--sandbox", "auto"), ("--sandbox", "bubblewrap")):
        refused(
            program, program(*nop, *wanted, env=path), INFRASTRUCTURE, "bwrap", "apt-get install bubblewrap",
            "--sandbox none",
        )  # fmt: skip
    assert program(*nop, "--sandbox", "none", env=path).code == 0


def test_a_changed_suite_is_not_resumed(program: Program, suite: Path, exercise: Path) -> None:
    """The identity of an attempt is the digest of its task: a run never mixes two versions of an exercise."""
    add_python_exercise(suite, "other")
    run = program.start("run", "--suite", str(suite), "--agent", "nop", "--sandbox", "none")
    assert run.wait().code == 0
    with closing(sqlite3.connect(program.home / "evals.db", isolation_level=None)) as connection:
        connection.execute("UPDATE runs SET state = 'active', finished_at = NULL")
        connection.execute("UPDATE tasks SET state = 'queued', verdict = NULL WHERE exercise = 'easy'")
    original = (exercise / "answer_test.sh").read_text("utf-8")
    (exercise / "answer_test.sh").write_text("true\n", encoding="utf-8")
    changed = program("resume", "1")
    assert (changed.code, is_one_line(changed.err)) == (USAGE, True), changed.err
    assert "shell/easy" in changed.err
    (exercise / "answer_test.sh").write_text(original, encoding="utf-8")
    assert program("resume", "1").code == 0
    assert program.rows("SELECT verdict FROM tasks") == [("failed",), ("failed",)]
