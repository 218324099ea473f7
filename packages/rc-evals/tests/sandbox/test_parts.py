"""The parts that sandboxes are made of: the filter of system calls, walks through hostile folders, /proc."""

import errno
import os
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals.sandbox import folders, processes, signals
from rc_evals.sandbox.seccomp import filter_for
from rc_evals.sandbox.users import user_of

ALLOW = 0x7FFF_0000
X86_64 = 0xC000_003E


def decide(program: bytes, *, architecture: int, number: int, argument: int = 0) -> int:
    """Run a filter as the kernel does; an interpreter for the five instructions that it uses."""
    data = struct.pack("=iIQQ", number, architecture, 0, argument)
    steps: list[tuple[int, int, int, int]] = list(struct.iter_unpack("=HBBI", program))
    accumulator, at = 0, 0
    while True:
        operation, if_true, if_false, operand = steps[at]
        at += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, operand)
            case 0x15:
                at += if_true if accumulator == operand else if_false
            case 0x35:
                at += if_true if accumulator >= operand else if_false
            case 0x45:
                at += if_true if accumulator & operand else if_false
            case 0x06:
                return operand
            case _:
                pytest.fail(f"unknown instruction {operation:#x}")


def x86_64(number: int, argument: int = 0) -> int:
    program = filter_for("x86_64")
    assert program is not None
    return decide(program, architecture=X86_64, number=number, argument=argument)


@given(st.integers(0, 500), st.integers(0, 2**32 - 1))
def test_every_call_is_allowed_or_refused_with_an_error(number: int, argument: int) -> None:
    """Our rule: the filter kills nobody; a program sees an error that it can live with."""
    verdict = x86_64(number, argument)
    assert verdict == ALLOW or verdict & 0xFFFF_0000 == 0x0005_0000


@pytest.mark.parametrize(
    ("number", "argument", "refusal"),
    [
        (101, 0, errno.EPERM),  # ptrace
        (56, 0x1000_0000 | 17, errno.EPERM),  # clone with CLONE_NEWUSER
        (272, 0x4000_0000, errno.EPERM),  # unshare with CLONE_NEWNET
        (435, 0, errno.ENOSYS),  # clone3
        (41, 40, errno.EAFNOSUPPORT),  # socket of AF_VSOCK
        (41, 38, errno.EAFNOSUPPORT),  # socket of AF_ALG
        (0x4000_0000 | 101, 0, errno.ENOSYS),  # ptrace through the x32 ABI
    ],
)
def test_dangerous_calls_are_refused(number: int, argument: int, refusal: int) -> None:
    assert x86_64(number, argument) == 0x0005_0000 | refusal


@pytest.mark.parametrize(
    ("number", "argument"),
    [(56, 0x0050_0F00), (272, 0x200), (41, 1), (41, 2), (41, 10), (41, 16), (0, 0), (59, 0)],
)
def test_ordinary_calls_are_allowed(number: int, argument: int) -> None:
    assert x86_64(number, argument) == ALLOW


def test_calls_of_another_architecture_do_not_exist() -> None:
    """Our rule: the 32-bit numbers would be a second door."""
    program = filter_for("x86_64")
    assert program is not None
    assert decide(program, architecture=0x4000_0003, number=1) == 0x0005_0000 | errno.ENOSYS
    assert filter_for("pdp11") is None


def test_a_walk_counts_what_is_on_disk_and_follows_no_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(bytes(1 << 20))
    tree = tmp_path / "tree"
    (tree / "inner").mkdir(parents=True)
    (tree / "link").symlink_to(outside)
    (tree / "inner" / "file").write_bytes(bytes(8192))
    os.link(tree / "inner" / "file", tree / "again")
    assert folders.used_bytes([tree], enough=1 << 30) == 4096 + 4096 + 8192
    assert folders.used_bytes([tmp_path / "missing"], enough=1) == 0
    link = tmp_path / "to-tree"
    link.symlink_to(tree)
    with pytest.raises(folders.UnwalkableError):
        folders.used_bytes([link], enough=1)


def test_a_sparse_file_weighs_what_it_takes(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    assert folders.used_bytes([tmp_path], enough=1 << 41) == 4096


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_giving_a_folder_away_gives_links_and_not_what_they_lead_to(tmp_path: Path) -> None:
    """Our rule: what a job leaves in its place cannot make us give it anything else."""
    outside = tmp_path / "outside"
    outside.mkdir()
    tree = tmp_path / "tree"
    (tree / "inner").mkdir(parents=True)
    (tree / "inner" / "link").symlink_to(outside)
    folders.give(tree, 54_321)
    assert outside.stat().st_uid == 0
    assert {path.lstat().st_uid for path in (tree, tree / "inner", tree / "inner" / "link")} == {54_321}


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what the kernel does while whoever started a program may have gone on: its name, its environment."""
    deadline = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < deadline
        os.sched_yield()


def is_named(pid: int, name: str) -> bool:
    process = processes.read(pid)
    return process is not None and process.name == name


def test_a_process_is_known_by_its_start_and_its_token() -> None:
    with subprocess.Popen(["sleep", "60"], env={processes.TOKEN: "t-1"}) as sleeper:
        until(lambda: processes.token(sleeper.pid) == "t-1")
        process = processes.read(sleeper.pid)
        assert process is not None
        assert (process.name, process.threads) == ("sleep", 1)
        assert sleeper.pid in processes.children(os.getpid())
        assert signals.send(process, 9)
    assert processes.read(sleeper.pid) is None
    assert not signals.send(process, 9)
    assert processes.token(sleeper.pid) is None
    assert processes.children(sleeper.pid) == []


def test_only_the_process_that_is_meant_is_ended_and_then_it_has_ended() -> None:
    """Our rule: a pid that was written down may be somebody else's by now."""
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        until(lambda: is_named(sleeper.pid, "sleep"))
        signals.end(sleeper.pid, lambda process: process.name == "bwrap")
        assert sleeper.poll() is None
        signals.end(sleeper.pid, lambda process: process.name == "sleep")
        assert (now := processes.read(sleeper.pid)) is not None
        assert now.state == "Z"
    signals.end(sleeper.pid, lambda _: True)


def test_a_name_with_parentheses_and_blanks_is_read_right(tmp_path: Path) -> None:
    """Source: proc_pid_stat(5): the name may hold anything."""
    program = tmp_path / "a) R 1 (b"
    program.symlink_to("/usr/bin/sleep")
    with subprocess.Popen([str(program), "60"]) as sleeper:
        until(lambda: is_named(sleeper.pid, "a) R 1 (b"))
        sleeper.kill()


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_place_always_has_the_same_user(name: str) -> None:
    users = range(1000, 2000)
    assert user_of(Path("/", name), users) == user_of(Path("/", name), users)
    assert user_of(Path("/", name), users) in users
