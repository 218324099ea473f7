"""What a command gets of its arguments and its environment, and which jobs are refused before they start."""

import asyncio
import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from rc_evals import SandboxStartError
from rc_evals.sandbox.bubblewrap import Bubblewrap
from rc_evals.sandbox.none import NoSandbox
from rc_evals.sandbox.port import Exit, Job, Limits

characters = st.characters(exclude_characters="\0", exclude_categories=["Cs"]) | st.sampled_from("\udc80\udcff")
texts = st.text(characters, max_size=40)
names = st.text(characters.filter(lambda character: character != "="), min_size=1, max_size=12)

DEFAULTS = {b"PATH=/usr/local/bin:/usr/bin:/bin", b"HOME=/home/eval", b"TMPDIR=/tmp", b"LANG=C.UTF-8", b"PWD=/eval"}


@pytest.fixture
def job(place: Path) -> Job:
    return Job(
        argv=("true",),
        place=place,
        cwd="/eval",
        output=place.parent / "output",
        limits=Limits(wall_seconds=10),
        token=f"test-{secrets.token_hex(8)}",
        writable=("work",),
    )


async def ended(job: Job) -> Exit:
    return await (await Bubblewrap().start(job)).wait()


@pytest.mark.needs("bubblewrap")
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(arguments=st.lists(texts, max_size=6), environment=st.dictionaries(names, texts, max_size=6))
@example(arguments=["--", "-c", "--help", "", "a b", "$x", "*"], environment={"A": "", "b.c": "line\nline", "--x": "1"})
@example(arguments=[], environment={"LD_LIBRARY_PATH": "/eval/work", "GLIBC_TUNABLES": "x=1=2", "HOME": "/elsewhere"})
def test_a_command_sees_exactly_its_arguments_and_its_environment(
    job: Job, arguments: list[str], environment: dict[str, str]
) -> None:
    """Our rule: nothing is quoted, split, expanded, added or lost; PWD is always the working folder."""
    environment.pop("PWD", None)
    job.output.unlink(missing_ok=True)
    argv = ("/bin/sh", "-c", "/bin/cat /proc/$$/cmdline; echo; /bin/cat /proc/$$/environ", "sh", *arguments)
    assert asyncio.run(ended(replace(job, argv=argv, environment=environment))) == Exit(code=0)
    cmdline = b"".join(word.encode("utf-8", "surrogateescape") + b"\0" for word in argv) + b"\n"
    said = job.output.read_bytes()
    assert said.startswith(cmdline)
    seen = said.removeprefix(cmdline).split(b"\0")[:-1]
    given_ones = {f"{name}={value}".encode("utf-8", "surrogateescape") for name, value in environment.items()}
    assert sorted(seen) == sorted(
        given_ones | {one for one in DEFAULTS if one.split(b"=")[0].decode() not in environment}
    )


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"environment": {"A=B": "c"}}, "environment variable 'A=B' cannot be set"),
        ({"environment": {"A": "\0"}}, "environment variable 'A' cannot be set"),
        ({"argv": ("true", "\0")}, "an argument of the command has a NUL character in it"),
        ({"writable": ("../work",)}, "'../work' is not the name of a folder"),
        ({"writable": ("link",)}, "link is not a folder"),
        ({"writable": ("missing",)}, "missing cannot be shown to a job: No such file"),
        ({"place": Path("/usr/share")}, "/usr/share lies in a folder that every job can read"),
        ({"output": Path("/no/such/output")}, "/no/such/output cannot be written: No such file"),
        ({"argv": ("true", "x" * 200_000)}, "true cannot be started in a sandbox: Argument list too long"),
    ],
)
async def test_a_wrong_job_is_refused_in_one_clear_line(job: Job, changes: dict[str, object], complaint: str) -> None:
    (job.place / "link").symlink_to("/etc")
    with pytest.raises(SandboxStartError, match=complaint) as refused:
        await Bubblewrap().start(replace(job, **changes))  # type: ignore[arg-type]  # each is right for its field
    assert "\n" not in str(refused.value)


@pytest.mark.needs("bubblewrap")
async def test_output_is_appended_and_never_written_through_a_link(job: Job) -> None:
    """Our rule: whoever plants a link where a log goes gains nothing."""
    target = job.output.with_name("target")
    target.write_text("precious", encoding="utf-8")
    await ended(replace(job, argv=("echo", "one")))
    await ended(replace(job, argv=("echo", "two")))
    assert job.output.read_text("utf-8") == "one\ntwo\n"
    job.output.unlink()
    job.output.symlink_to(target)
    with pytest.raises(SandboxStartError, match="Too many levels of symbolic links"):
        await ended(replace(job, argv=("echo", "three")))
    assert target.read_text("utf-8") == "precious"


async def test_without_a_sandbox_a_job_has_a_clean_environment_and_a_home_of_its_own(job: Job) -> None:
    """Our rule: `none` isolates nothing, but jobs do not get our secrets and do not meet in HOME or TMPDIR."""
    library = job.place.parent / "library"
    library.mkdir()
    sandbox = NoSandbox()
    inside = sandbox.inside(job.place)
    script = 'env | cut -d= -f1 | sort | tr "\\n" " "; touch "$HOME/x" "$TMPDIR/x"; echo "$HOME"; readlink node_modules'
    running = await sandbox.start(
        replace(job, argv=("sh", "-c", script), cwd=inside, environment={"A": "b"}, beside={"node_modules": library})
    )
    assert await running.wait() == Exit(code=0)
    variables, link = job.output.read_text("utf-8").splitlines()
    *seen, home = variables.split()
    assert seen == ["A", "HOME", "LANG", "PATH", "PWD", "RC_EVALS_JOB", "TMPDIR"]
    assert Path(home).is_relative_to(job.place.parent)
    assert home not in map(str, job.place.parent.glob("*/home"))
    assert link == str(library)


async def test_without_a_sandbox_limits_still_hold(job: Job) -> None:
    """Our rule: `none` watches what it can."""
    for program, limits, limit in (
        ("import time; taken = bytearray(90 << 20); time.sleep(60)", {"memory_bytes": 60 << 20}, "memory"),
        ("while True: print('x' * 100_000)", {"output_bytes": 1 << 20}, "output"),
    ):
        chosen = replace(job.limits, **limits)
        argv = ("/usr/bin/python3", "-c", program)
        running = await NoSandbox().start(replace(job, argv=argv, cwd=str(job.place), limits=chosen))
        assert (await running.wait()).limit == limit
