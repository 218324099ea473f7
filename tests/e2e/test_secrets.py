"""Keys in our environment and in settings files get nowhere: not into the store, a log, or onto the screen."""

import json
from pathlib import Path

from .exercises import SOLVE
from .program import Program, command_agent

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
