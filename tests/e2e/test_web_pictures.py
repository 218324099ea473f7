"""The pictures of the documentation, taken of real runs: RC_PICTURES=docs/images pytest tests/e2e/test_web_pictures.py

The agents are scripted `roo` programs on the bundled suite, in the sandbox. They have no model behind them, so that the
names of models say that they are examples; verdicts, tests, diffs and conversations are what came of the work.
"""

import json
import shlex
import shutil
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect
from rc_evals.testing import write_scripted_roo

from .browsing import NewContext
from .program import Program, until

pytestmark = [pytest.mark.needs("browser"), pytest.mark.needs("bubblewrap"), pytest.mark.timeout(600)]

Picture = Callable[[Page, str], None]

REFERENCE: Final = Path(str(files("rc_evals"))) / "suites" / "bundled" / "reference"
LANGUAGES: Final = ("go", "javascript", "python")
SOLUTIONS: Final = sorted(folder for language in LANGUAGES for folder in (REFERENCE / language).iterdir())
"""Folders of reference solutions, which is what the agents hand in."""

SPOIL: Final = r"sed -i -e 's/ + 1\b/ + 2/g' -e 's/ >= / > /g' -e 's/ <= / < /g'"
"""Makes a solution one that is off by one."""


@dataclass(frozen=True)
class Character:
    """How an agent works."""

    model: str
    price: float
    """Dollars for a million tokens that go in."""
    off_by_one: frozenset[str] = frozenset()
    gives_up: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    """Exercises on which the model answers no more."""


SMALL: Final = Character(
    "example/small-1",
    0.8,
    frozenset({"byte-size"}),
    frozenset({"template-filler"}),
    frozenset({"job-pool"}),
)
LARGE: Final = Character("example/large-2", 3.0, gives_up=frozenset({"ignore-rules"}))


def steps(character: Character, solution: Path, work: Path, gate: Path | None) -> list[dict[str, Any]]:
    """Return what the agent does in one exercise.

    Args:
        character: who works.
        solution: the folder of the reference.
        work: a copy of that folder which the sandbox shows.
        gate: a file for which the agent waits before it hands in; None if it shall not wait.
    """
    name, file = solution.name, next(solution.iterdir()).name
    chance = Random(f"{character.model} {name}")
    requests = [
        {
            "tokensIn": tokens,
            "tokensOut": tokens // 18,
            "cacheReads": tokens // 2,
            "cost": tokens * character.price / 1e6,
        }
        for tokens in (chance.randrange(4_000, 26_000) for _ in range(chance.randrange(3, 9)))
    ]
    thinks = {"shell": f"sleep {chance.uniform(0.2, 1.6):.2f}"}
    reads: list[dict[str, Any]] = [
        {"thinking": f"The instructions ask for {name.replace('-', ' ')}. First the stub, then the edges."},
        {"tool": "listFilesTopLevel", "input": {"path": "."}},
        {"tool": "readFile", "input": {"path": file}},
        {"usage": requests[:2]},
        thinks,
        {"text": f"`{file}` holds a stub. I will write the whole of it, and then try it."},
    ]
    if name in character.refused:
        return [*reads, {"ask": "api_req_failed", "question": "429: the rate limit of the model is used up"}]
    if name in character.gives_up:
        return [*reads, {"usage": requests}, {"complete": "The stub already does what the instructions say."}]
    waits = [] if gate is None else [{"shell": f"until [ -e {gate} ]; do sleep 0.05; done"}]
    spoils = [{"shell": f"{SPOIL} {file}"}] if name in character.off_by_one else []
    diff = {"tool": "appliedDiff", "input": {"path": file}}
    failed = [{**diff, "error": "the search text is not in the file"}] if chance.random() < 0.3 else []
    return [
        *reads,
        {"tool": "searchFiles", "input": {"path": ".", "regex": "TODO|raise|throw"}},
        *failed,
        {"shell": f"cp {work}/{file} ."},
        *spoils,
        diff,
        {"usage": requests},
        *waits,
        thinks,
        {"command": f"wc -l {file}", "output": f"{chance.randrange(40, 140)} {file}\n", "exitCode": 0},
        {"complete": f"{name.replace('-', ' ').capitalize()} is written; the edges in the instructions are covered."},
    ]


def agent(character: Character, folder: Path, *, waiting: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the options that make this character the agent: a program per exercise, chosen by the file to write.

    Args:
        character: who works.
        folder: gets the programs; a file `gate` in it lets those go on that wait.
        waiting: exercises that are worked on until then.
    """
    choices: list[str] = []
    for solution in SOLUTIONS:
        work = shutil.copytree(solution, folder / solution.name)
        gate = folder / "gate" if solution.name in waiting else None
        command = write_scripted_roo(folder / "programs" / solution.name, *steps(character, solution, work, gate))
        choices += [f'[ -e {next(solution.iterdir()).name} ] && exec {command} "$@"']
    launcher = folder / "roo.sh"
    launcher.write_text("\n".join(choices), encoding="utf-8")
    settings = folder / "settings.json"
    settings.write_text(
        json.dumps({"apiProvider": "openrouter", "openRouterModelId": character.model}), encoding="utf-8"
    )
    mounts = ":".join(map(str, dict.fromkeys((Path(sys.prefix), Path(sys.base_prefix), folder))))
    command = shlex.join(("sh", str(launcher)))
    arguments = ("--agent-arg", f"command={command}", "--agent-arg", f"mounts={mounts}", "--settings", str(settings))
    return (
        "--suite",
        "bundled",
        *(word for each in LANGUAGES for word in ("--language", each)),
        "--agent",
        "roo-cli",
        *arguments,
    )


@pytest.fixture
def looked_at(program: Program, tmp_path: Path) -> Generator[None]:
    """Three runs: of a small model, of a large one, and one that goes on."""
    for name, character in (("small model, first try", SMALL), ("large model", LARGE)):
        options = agent(character, tmp_path / character.model.rpartition("/")[2])
        done = program("run", *options, "--concurrency", "4", "--name", name, patience=300)
        assert done.code == 0, done.err
    folder = tmp_path / "again"
    waiting = frozenset(each.name for each in SOLUTIONS[5:])
    running = program.start(
        "run", *agent(LARGE, folder, waiting=waiting), "--concurrency", "4", "--name", "large model, again"
    )
    until(lambda: len(program.rows("SELECT id FROM tasks WHERE run_id = 3 AND verdict IS NOT NULL")) > 4, "it goes on")
    yield
    (folder / "gate").touch()
    running.wait(300)


def test_pictures_are_taken(context: NewContext, site: str, looked_at: None, picture: Picture) -> None:
    page = context(viewport={"width": 1280, "height": 800}, color_scheme="light").new_page()
    page.goto(f"{site}/runs/3")
    expect(page.locator("#now .board > li:visible")).to_have_count(4)
    expect(page.locator("#now [data-field=cost]").last).to_contain_text("$")
    picture(page, "dashboard-run")
    page.goto(site)
    picture(page, "dashboard-runs")
    page.goto(f"{site}/runs/2/results")
    picture(page, "dashboard-results")
    page.goto(f"{site}/compare?run=1&run=2")
    expect(page.locator(".verdict-words")).to_contain_text("fixed")
    picture(page, "dashboard-compare")
    page.goto(f"{site}/runs/1?verdict=failed")
    page.get_by_role("link", name="byte-size").click()
    expect(page.locator(".why")).to_be_visible()
    picture(page, "dashboard-task")
    page.get_by_role("link", name="Conversation").click()
    picture(page, "dashboard-conversation")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site}/runs/1/why")
    picture(page, "dashboard-dark")
