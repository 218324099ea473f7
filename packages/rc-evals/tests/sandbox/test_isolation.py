"""What a hostile program in bubblewrap can see, reach and change: nothing but its place."""

import json
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import rc_evals
from rc_evals.sandbox.bubblewrap import Bubblewrap
from rc_evals.sandbox.port import Exit, Job, Limits

pytestmark = pytest.mark.needs("bubblewrap")

Run = Callable[..., Awaitable[tuple[Exit, str]]]


async def test_a_program_has_no_privileges_at_all(run: Run) -> None:
    """Our rule: no capability, no way to gain one, a system call filter, and not root."""
    ended, said = await run("print(open('/proc/self/status').read())")
    status = dict(line.split(":\t", 1) for line in said.strip().splitlines())
    assert ended == Exit(code=0)
    assert {status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert "0" not in status["Uid"].split()


async def test_neither_network_nor_abstract_sockets_nor_vsock_are_there(run: Run) -> None:
    """Our rule: no network of any family (evals 20, network policy off)."""
    with socket.create_server(("127.0.0.1", 0)) as ipv4, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind("\0rc-evals-isolation-test")
        abstract.listen()
        program = f"""
import errno, socket
def attempt(family, address):
    try:
        socket.socket(family).connect(address)
        return "connected"
    except OSError as error:
        return errno.errorcode[error.errno]
print(attempt(socket.AF_INET, ("127.0.0.1", {ipv4.getsockname()[1]})))
print(attempt(socket.AF_INET, ("192.0.2.1", 80)))
print(attempt(socket.AF_INET6, ("2001:db8::1", 80)))
print(attempt(socket.AF_UNIX, "\\0rc-evals-isolation-test"))
print(attempt(40, (2, 1024)))
"""
        _, said = await run(program)
    assert said.split() == ["ECONNREFUSED", "ENETUNREACH", "ENETUNREACH", "ECONNREFUSED", "EAFNOSUPPORT"]


async def test_files_of_the_host_cannot_be_read(run: Run, place: Path) -> None:
    """Our rule: the system's programs are visible, nobody's data is."""
    other = place.parent / "other"
    other.mkdir()
    (other / "answer.txt").write_text("secret", encoding="utf-8")
    paths = [str(other / "answer.txt"), str(place), "/root", "/etc/shadow", "/etc/sudoers", "/var", "/run", "/sys"]
    _, said = await run(f"import os; print([path for path in {paths} if os.path.exists(path)], os.listdir('/home'))")
    assert said == "[] ['eval']\n"


async def test_the_environment_of_the_host_is_out_of_reach(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 8: no secret reaches a sandbox."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-you")
    program = """
import glob, os
print(sorted(os.environ))
for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
    try:
        print("sk-not" + "-for-you" in open(path).read())
    except OSError:
        print(False)
print(len(glob.glob("/proc/[0-9]*")))
"""
    _, said = await run(program)
    names, *found, processes = said.splitlines()
    assert names == "['HOME', 'LANG', 'PATH', 'PWD', 'TMPDIR']"
    assert set(found) == {"False"}
    assert processes == "2"  # this program, and pid 1 as an empty folder


async def test_only_the_writable_folder_and_the_private_ones_can_be_written(run: Run, place: Path) -> None:
    program = """
import os
def writable(folder):
    try:
        open(folder + "/probe", "w").close()
        return True
    except OSError:
        return False
tops = ["/" + name for name in os.listdir("/") if name not in ("proc", "usr")]
folders = ["/", "/usr", "/usr/lib", "/proc", "/proc/sys"] + [folder for top in tops for folder, _, _ in os.walk(top)]
print(sorted(filter(writable, folders)))
"""
    _, said = await run(program)
    assert said == "['/dev/shm', '/eval/work', '/home/eval', '/tmp']\n"
    assert [path.name for path in (place / "work").iterdir()] == ["probe"]


async def test_the_ways_out_of_a_namespace_are_closed(run: Run) -> None:
    """Our rule: no new namespaces, no foreign memory, not even that of the sandbox's own pid 1, no key rings."""
    program = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
def refused(name, *arguments):
    return errno.errorcode[ctypes.get_errno()] if getattr(libc, name)(*arguments) == -1 else "allowed"
print(refused("unshare", 0x10000000), refused("setns", 0, 0), refused("ptrace", 16, 1, 0, 0))
print(refused("memfd_create", b"x", 0), refused("shmget", 1, 4096, 0o1600))
try:
    open("/proc/1/mem", "r+b")
    print("allowed")
except OSError as error:
    print(errno.errorcode[error.errno])
"""
    _, said = await run(program)
    assert said.split()[:5] == ["EPERM", "EPERM", "EPERM", "ENOSYS", "ENOSYS"]
    assert said.split()[5] == "ENOENT"


async def test_a_program_has_no_terminal_and_inherits_nothing(run: Run) -> None:
    program = """
import os, socket
print(sorted(map(int, os.listdir("/proc/self/fd")))[:-1], os.isatty(0), os.getsid(0) != 0, socket.gethostname())
import getpass, pathlib
print(getpass.getuser(), pathlib.Path.home(), os.getcwd())
"""
    _, said = await run(program)
    assert said == "[0, 1, 2] False True eval\neval /home/eval /eval/work\n"


async def test_folders_beside_and_mounts_are_shown_read_only(place: Path) -> None:
    """Our rule: toolchains and dependencies can be used, and not changed."""
    library, tools = place.parent / "library", place.parent / "tools"
    for folder in (library, tools):
        folder.mkdir()
        (folder / "file").write_text(folder.name, encoding="utf-8")
    job = Job(
        argv=(
            "sh",
            "-c",
            'cat node_modules/file "$TOOLS/file"; touch node_modules/x "$TOOLS/x" 2>/dev/null || echo no',
        ),
        place=place,
        cwd="/eval",
        output=place.parent / "output",
        limits=Limits(wall_seconds=10),
        token="test",
        beside={"node_modules": library},
        mounts=(tools,),
        environment={"TOOLS": str(tools)},
    )
    await (await Bubblewrap().start(job)).wait()
    assert job.output.read_text("utf-8") == "librarytoolsno\n"


async def test_a_link_that_a_job_leaves_is_not_followed_by_the_next_start(run: Run, place: Path) -> None:
    """Our rule: what a job writes makes the host neither read, write nor kill anything elsewhere."""
    outside = place.parent / "outside"
    outside.mkdir()
    before = outside.stat()
    await run(f"import os; os.symlink({str(outside)!r}, 'link'); os.symlink('/etc/passwd', 'passwd')")
    _, said = await run("import os; print(os.path.exists('link'), 'eval' in open('passwd').read())")
    assert said == "False True\n"
    assert (outside.stat().st_uid, outside.stat().st_mode) == (before.st_uid, before.st_mode)


async def test_limits_cannot_be_raised(run: Run) -> None:
    program = """
import resource
for kind in (resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE):
    soft, hard = resource.getrlimit(kind)
    try:
        resource.setrlimit(kind, (hard + 1, hard + 1))
        print("raised")
    except ValueError:
        print(soft == hard)
"""
    _, said = await run(program)
    assert said.split() == ["True"] * 4


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives jobs users of their own")
async def test_as_root_jobs_of_two_places_are_two_users(run: Run, place: Path) -> None:
    """Our rule: what one job may count against, signal or read is not another's (decision 0011)."""
    second = place.parent / "second"
    second.mkdir()
    users: set[str] = set()
    for where in (place, second):
        output = place.parent / f"user-of-{where.name}"
        job = Job(
            argv=("id", "-u"), place=where, cwd="/eval", output=output, limits=Limits(wall_seconds=10), token="test"
        )
        await (await Bubblewrap().start(job)).wait()
        users.add(output.read_text("utf-8"))
    assert len(users) == 2
    assert json.loads(min(users)) > 2**30


async def test_the_solutions_that_come_with_the_platform_are_hidden(place: Path) -> None:
    """Spec 20: solution packs stay outside, also when the platform is installed where a tool's folder is shown."""
    package = Path(rc_evals.__file__).parent
    job = Job(
        argv=("ls", "-A", str(package)),
        place=place,
        cwd="/eval",
        output=place.parent / "output",
        limits=Limits(wall_seconds=10),
        token="hidden",
        mounts=(package.parent,),
    )
    running = await Bubblewrap().start(job)
    assert await running.wait() == Exit(code=0)
    await running.stop(grace_seconds=0)
    assert job.output.read_bytes() == b""
