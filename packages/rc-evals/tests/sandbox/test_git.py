"""Git in a sandbox, in the repository that a workspace comes with: as an agent uses it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rc_evals.sandbox.port import Exit
from rc_evals.suites.repository import FOLDERS, Tracked, repository

pytestmark = pytest.mark.needs("bubblewrap")


async def test_an_agent_can_look_commit_and_compare(
    run: Callable[..., Awaitable[tuple[Exit, str]]], place: Path
) -> None:
    """Our rule: the repository belongs to whoever the command runs as, so that git trusts it."""
    work = place / "work"
    for name in FOLDERS:
        (work / ".git" / name).mkdir(parents=True)
    for name, content in repository([Tracked("stub.py", b"pass\n")]).items():
        (work / ".git" / name).write_bytes(content)
    (work / "stub.py").write_bytes(b"pass\n")
    program = """
import subprocess
def git(*words):
    done = subprocess.run(("git", *words), capture_output=True, text=True)
    print(done.returncode, done.stdout.strip() + done.stderr.strip() or "nothing")
git("status", "--porcelain")
open("stub.py", "w").write("done\\n")
git("diff", "--shortstat")
git("commit", "--quiet", "--all", "--message", "solved")
git("log", "--format=%an: %s")
git("diff", "--name-only", "HEAD~1")
"""
    ended, said = await run(program)
    assert ended == Exit(code=0)
    assert said.splitlines() == [
        "0 nothing",
        "0 1 file changed, 1 insertion(+), 1 deletion(-)",
        "0 nothing",
        "0 agent: solved",
        "rc-evals: The exercise as it is given",
        "0 stub.py",
    ]
