"""A disk that is full, read-only or broken: said in a line, agents ended, nothing lost, and `resume` does the rest."""

import resource
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from .disk import Disk, small_disk
from .exercises import SOLVE, add_exercise
from .program import Background, Program, command_agent, is_one_line, until

pytestmark = pytest.mark.needs("bubblewrap")  # the small disk lives in a name space that may be made where that works

INFRASTRUCTURE = 3


@pytest.fixture
def disk(program: Program) -> Generator[Disk]:
    """A small disk with all that the data folder holds."""
    with small_disk(program.home) as disk:
        shutil.copytree(program.home, disk.seen, symlinks=True, dirs_exist_ok=True)
        yield disk


@pytest.fixture
def on_disk(program: Program, disk: Disk) -> Program:
    """The program with its data folder on the small disk."""
    return replace(program, home=disk.seen, prefix=disk.prefix)


@pytest.fixture
def three(suite: Path) -> Path:
    """A suite of three exercises."""
    for name in ("a", "b", "c"):
        add_exercise(suite, name)
    return suite


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that happens to a disk, what is said of it, and how it is mended."""

    do: Callable[[Disk], None]
    said: str
    undo: Callable[[Disk], None]


DAMAGES = {
    "no space": Damage(
        lambda disk: disk.fill(but=1024), "its disk has only 1.0 MB left, 33.6 MB have to be; free space", Disk.free
    ),
    "not a byte": Damage(Disk.fill, "", Disk.free),
    "no room for files": Damage(
        lambda disk: disk.resize(files=500), "more files, 1000 have to be; remove some", Disk.resize
    ),
    "read-only": Damage(Disk.make_read_only, "its disk can only be read; make it writable", Disk.make_writable),
}

damaged = pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)


def start(program: Program, suite: Path, script: str) -> Background:
    """Start a run in which the first of three tasks is solved at once and the others wait until their agents work."""
    agent = command_agent(f'echo at work; case "$PWD" in */a) ;; *) {script};; esac; {SOLVE}')
    run = program.start("run", "--suite", str(suite), *agent, "--sandbox", "none", "--concurrency", "2")
    until(lambda: states(program) == ["passed", "running", "running"], "one task is done and two agents work")
    return run


def states(program: Program) -> list[str]:
    """Tell where the tasks of the run stand; not by way of the database, which others see at another path."""
    done = program("show", "1", "--json")
    return sorted(task["verdict"] or task["state"] for task in done.document["tasks"]) if done.code == 0 else []


def left_running(program: Program, disk: Disk) -> list[str]:
    return [found.command for found in program.processes() if found.pid != disk.holder]


@damaged
def test_no_run_is_begun_on_a_disk_that_has_no_room_for_it(
    on_disk: Program, disk: Disk, three: Path, damage: Damage
) -> None:
    """Our rule: what would end badly is not begun."""
    damage.do(disk)
    nop = ("run", "--suite", str(three), "--agent", "nop", "--sandbox", "none")
    refused = on_disk(*nop)
    assert (refused.code, refused.out, is_one_line(refused.err)) == (INFRASTRUCTURE, "", True), refused.err
    assert f"data folder {disk.folder}: " in refused.err
    assert damage.said in refused.err
    assert "another one with --home" in refused.err
    doctor = on_disk("doctor")
    assert (doctor.code, damage.said.partition(";")[0] in " ".join(doctor.out.split())) == (INFRASTRUCTURE, True), (
        doctor.out
    )
    damage.undo(disk)
    assert on_disk("list", "--json").document == {"runs": []}
    assert on_disk(*nop).code == 0


@damaged
def test_a_run_whose_disk_fails_is_stopped_and_resume_does_the_rest(
    on_disk: Program, disk: Disk, three: Path, tmp_path: Path, damage: Damage
) -> None:
    """Our rule: no attempt is spent on what the disk did, and no agent works for nothing."""
    gate = tmp_path / "gate"
    run = start(on_disk, three, f"until [ -e {gate} ]; do sleep 0.05; done")
    damage.do(disk)
    stopped = run.wait()
    assert stopped.code == INFRASTRUCTURE, stopped.err
    line = stopped.err.splitlines()[-1]
    assert line.startswith("rc-evals: ")
    assert str(disk.folder) in line
    assert damage.said in line
    assert line.endswith("resume the run") or "then resume" in line
    assert "Traceback" not in stopped.err
    assert left_running(on_disk, disk) == []
    damage.undo(disk)
    gate.touch()
    resumed = on_disk("resume", "1", "--json")
    assert resumed.code == 0, resumed.err
    assert [(task["exercise"], task["verdict"]) for task in resumed.document["tasks"]] == [
        ("a", "passed"),
        ("b", "passed"),
        ("c", "passed"),
    ]
    assert [task["attempts"] for task in resumed.document["tasks"]] == [1, 2, 2], "what was done is not done again"
    assert (left_running(on_disk, disk), on_disk.scratch()) == ([], [])


def test_an_agent_that_fails_for_want_of_space_is_not_blamed(
    on_disk: Program, disk: Disk, three: Path, tmp_path: Path
) -> None:
    """Our rule: a verdict says something about the agent, or is none."""
    gate = tmp_path / "gate"
    writes = "while head -c 65536 /dev/zero > probe; do sleep 0.02; done; exit 1"
    run = start(on_disk, three, f"[ -e {gate} ] || {{ {writes}; }}")
    disk.fill()
    assert run.wait().code == INFRASTRUCTURE
    disk.free()
    gate.touch()
    resumed = on_disk("resume", "1")
    assert resumed.code == 0, resumed.err
    assert states(on_disk) == ["passed"] * 3


def test_a_database_that_cannot_be_written_stops_the_run(program: Program, three: Path, tmp_path: Path) -> None:
    """Our rule. The limit on the size of files is what a full disk is for the database alone."""
    gate = tmp_path / "gate"
    run = start(program, three, f"until [ -e {gate} ]; do sleep 0.05; done")
    size = (program.home / "evals.db-wal").stat().st_size
    resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE, (size, size))
    stopped = run.wait()
    assert stopped.code == INFRASTRUCTURE, stopped.err
    assert stopped.err.splitlines()[-1].startswith(f"rc-evals: database {program.home}/evals.db: "), stopped.err
    assert program.processes() == []
    gate.touch()
    resumed = program("resume", "1")
    assert resumed.code == 0, resumed.err
    assert states(program) == ["passed"] * 3


@pytest.mark.parametrize(
    "command", ["list", "list --json", "show 1", "show 1 --json", "logs 1", "suites list", "doctor", "agents"]
)
def test_output_that_cannot_be_written_is_said_in_one_line(program: Program, three: Path, command: str) -> None:
    assert program("run", "--suite", str(three), "--agent", "nop", "--sandbox", "none").code == 0
    done = program(*command.split(), prefix=("sh", "-c", 'exec "$@" > /dev/full', "sh"))
    assert (done.code, is_one_line(done.err)) == (INFRASTRUCTURE, True), done.err
    assert "standard output cannot be written: No space left on device" in done.err
