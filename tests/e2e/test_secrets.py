"""Keys in our environment and in settings files get nowhere: not into the store, a log, or onto the screen."""

import json
from pathlib import Path

from .exercises import SOLVE
from .program import Program, command_agent, is_one_line

KEY = "sk-marmalade-9f8e7d"


def holders(folder: Path) -> list[Path]:
    """Find the files below a folder that hold the key."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and KEY.encode() in path.read_bytes()]


def test_no_key_is_stored_shown_or_handed_on(program: Program, suite: Path, exercise: Path, sandbox: str) -> None:
    """Spec 20."""
    settings = program.home.parent / "settings.json"
    settings.write_text(
        json.dumps({"apiProvider": "anthropic", "apiKey": KEY, "openRouterApiKey": KEY, "apiModelId": "some-model"}),
        encoding="utf-8",
    )
    program.env = {
        **program.env,
        "ANTHROPIC_API_KEY": KEY,
        "GITHUB_TOKEN": KEY,
        "DATABASE_URL": f"postgres://u:{KEY}@h/d",
    }
    agent = command_agent(f"env; set; ls -la; {SOLVE}")
    options = ("--settings", str(settings), "--sandbox", sandbox, "--json")
    done = program("--debug", "run", "--suite", str(suite), *agent, *options)
    assert done.code == 0, done.err
    assert done.document["run"]["settings"] == {"apiProvider": "anthropic", "apiModelId": "some-model"}
    assert "apiKey, openRouterApiKey left out" in done.err
    screens = [done, program("show", "1"), program("logs", "1", "easy"), program("list", "--json")]
    assert [screen for screen in screens if KEY in screen.out + screen.err] == []
    assert program.artifacts("shell-easy-1", "agent.log").stat().st_size > 100, "the agent has looked for it"
    assert holders(program.home) == []
    assert holders(suite) == []


def test_a_refused_settings_file_does_not_show_its_key(program: Program, suite: Path, exercise: Path) -> None:
    settings = program.home.parent / "settings.json"
    for content in (f'{{"apiKey": 3, "openAiApiKey": ["{KEY}"]}}', f'{{"apiKey": "{KEY}", oops', f'["{KEY}"]'):
        settings.write_text(content, encoding="utf-8")
        done = program("run", "--suite", str(suite), "--agent", "nop", "--sandbox", "none", "--settings", str(settings))
        assert done.code == 2
        assert KEY not in done.out + done.err
    assert holders(program.home) == []


def test_a_key_on_a_command_line_is_refused_by_the_name_of_its_variable(
    program: Program, suite: Path, exercise: Path
) -> None:
    """Our rule: arguments are stored with the run; the shell has put the value in the place of $GITHUB_TOKEN."""
    program.env = {**program.env, "GITHUB_TOKEN": KEY}
    agent = command_agent(f"curl --header 'Authorization: {KEY}' https://example.org")
    done = program("run", "--suite", str(suite), *agent, "--sandbox", "none")
    assert (done.code, done.out, is_one_line(done.err)) == (2, "", True)
    assert "agent argument command holds the value of GITHUB_TOKEN" in done.err
    assert "--agent-arg environment=GITHUB_TOKEN" in done.err
    assert KEY not in done.err
    assert holders(program.home) == []
    program.env = {**program.env, "GITHUB_TOKEN": "", "KEYMAP": "us"}
    assert program("run", "--suite", str(suite), *command_agent(SOLVE), "--sandbox", "none").code == 0


def test_a_command_gets_a_key_by_name_and_what_it_says_of_it_is_not_kept(
    program: Program, suite: Path, exercise: Path, sandbox: str
) -> None:
    """Our rule: as for hosts; spec 20."""
    program.env = {**program.env, "GITHUB_TOKEN": KEY, "ANTHROPIC_API_KEY": f"{KEY}-2"}
    script = f'echo "with $GITHUB_TOKEN, without $ANTHROPIC_API_KEY."; echo "# $GITHUB_TOKEN" > note; {SOLVE}'
    agent = command_agent(script, environment="GITHUB_TOKEN")
    done = program("run", "--suite", str(suite), *agent, "--sandbox", sandbox, "--json")
    assert done.code == 0, done.err
    assert program.artifacts("shell-easy-1", "agent.log").read_text("utf-8") == "with [secret], without .\n"
    assert "+# [secret]" in program.artifacts("shell-easy-1", "diff.patch").read_text("utf-8")
    assert done.document["run"]["agent_args"]["environment"] == "GITHUB_TOKEN"
    assert holders(program.home) == []


def test_a_variable_that_is_not_set_is_named(program: Program, suite: Path, exercise: Path) -> None:
    agent = command_agent(SOLVE, environment="NO_SUCH_KEY")
    done = program("run", "--suite", str(suite), *agent, "--sandbox", "none")
    assert (done.code, is_one_line(done.err), "NO_SUCH_KEY is not set" in done.err) == (2, True, True)
