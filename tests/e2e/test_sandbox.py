"""What an agent can reach from its sandbox: its workspace, its prompt, the system's programs. Nothing else."""

import shlex
import socket
from pathlib import Path

import pytest

from .exercises import add_exercise
from .program import Program, command_agent, until

pytestmark = pytest.mark.needs("bubblewrap")


def spied(program: Program, suite: Path, script: str) -> str:
    """Run a script as an agent and return what it printed."""
    done = program("run", "--suite", str(suite), "--exercise", "easy", *command_agent(script), "--json")
    assert done.code == 0, done.err
    assert done.document["run"]["sandbox"] == "bubblewrap", "it is what `auto` means"
    return program.artifacts("shell-easy-1", "agent.log").read_text("utf-8")


def test_an_agent_sees_neither_our_data_nor_the_repository_nor_other_homes(
    program: Program, suite: Path, exercise: Path
) -> None:
    secret = program.home / "secret.txt"
    secret.write_text("the answer", encoding="utf-8")
    repository = Path(__file__).resolve().parents[2]
    places = [
        secret,
        program.home,
        suite,
        repository,
        repository / "README.md",
        Path.home() / ".ssh",
        Path("/root/.bashrc"),
    ]
    looks = "; ".join(f"head -c 100 {shlex.quote(str(place))}; ls {shlex.quote(str(place))}" for place in places)
    said = spied(program, suite, f"({looks}) 2>/dev/null; echo done")
    assert said == "done\n"


def test_an_agent_sees_no_other_task(program: Program, suite: Path, exercise: Path, tmp_path: Path) -> None:
    add_exercise(suite, "other")
    script = 'echo "I am ${PWD##*/}" > mine; until [ -e stop ]; do find / -name mine 2>/dev/null; sleep 0.1; done'
    options = ("--concurrency", "2", "--timeout", "1")
    run = program.start("run", "--suite", str(suite), *command_agent(script), *options)
    logs = [program.artifacts(f"shell-{name}-1", "agent.log") for name in ("easy", "other")]
    until(lambda: all(log.exists() and log.stat().st_size for log in logs), "both agents have looked around")
    seen = [set(log.read_text("utf-8").split()) for log in logs]
    assert seen == [{"/eval/easy/mine"}, {"/eval/other/mine"}]
    assert program("cancel", "1").code == 0
    assert run.wait().code == 130


def test_an_agent_does_not_get_our_environment(program: Program, suite: Path, exercise: Path) -> None:
    program.env = {**program.env, "OPENAI_API_KEY": "sk-marmalade"}
    said = spied(
        program, suite, "env; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'; cat /proc/*/cmdline | tr '\\0' ' '"
    )
    assert "RC_EVALS_PROMPT_FILE=" in said
    assert "marmalade" not in said
    assert program.home.name not in said


def test_an_agent_has_no_network(program: Program, suite: Path, exercise: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        server.settimeout(0.1)
        script = f"timeout 2 bash -c 'echo hello > /dev/tcp/127.0.0.1/{port}' || echo no; cut -d: -f1 /proc/net/dev"
        said = spied(program, suite, script)
        with pytest.raises(TimeoutError):
            server.accept()
    assert "no\n" in said
    assert {line.strip() for line in said.splitlines()[-1:]} == {"lo"}


def test_an_agent_can_write_its_workspace_alone(program: Program, suite: Path, exercise: Path) -> None:
    targets = ["{workspace}/x", "{prompt_file}", "{workspace}/../x", "/x", "/usr/x", "/etc/x", "/dev/x"]
    tries = "; ".join(f"(: > {target}) 2>/dev/null && echo {target}" for target in targets)
    assert spied(program, suite, tries + "; true") == "/eval/easy/x\n"


def test_an_agent_is_nobody_special(program: Program, suite: Path, exercise: Path) -> None:
    said = spied(
        program,
        suite,
        "id -u; grep -E '^Cap(Eff|Bnd)|^NoNewPrivs|^Seccomp:' /proc/self/status; ls /proc | grep -c '^[0-9]'",
    )
    uid, *facts = said.split()
    assert uid != "0"
    assert facts[facts.index("CapEff:") + 1] == "0" * 16
    assert facts[facts.index("NoNewPrivs:") + 1] == "1"
    assert facts[facts.index("Seccomp:") + 1] == "2"
    assert int(facts[-1]) < 10, "it sees its own processes alone"


def test_an_agent_works_in_a_repository_with_the_exercise_as_its_only_commit(
    program: Program, suite: Path, exercise: Path
) -> None:
    """evals.md 24.6; nothing of it reaches the tests, and the diff tells what the agent did, committed or not."""
    said = spied(
        program, suite, "git status --porcelain; echo 1 > x; git add x; git commit -qm mine; git log --format=%s"
    )
    assert said == "mine\nThe exercise as it is given\n"
    assert program.artifacts("shell-easy-1", "diff.patch").read_text("utf-8").splitlines()[1:] == [
        "+++ b/x",
        "@@ -0,0 +1,1 @@",
        "+1",
    ]
