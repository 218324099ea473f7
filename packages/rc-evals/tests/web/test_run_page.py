"""The pages of a run, and the same over the API."""

import asyncio
import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from html import unescape

import httpx
import pytest
from rc_evals.home import Home
from rc_evals.languages.model import TestResult
from rc_evals.outcomes import Outcome
from rc_evals.testing.runs import RecordedRun, recorder
from rc_evals.usage import ToolCount, Usage

HOSTILE = '"><script>alert(1)</script>\x1b[2J\u202e'
NAME = HOSTILE.replace("/", "")
PARTS = ("", "/results", "/why", "/about")
VERDICTS = (Outcome.PASSED, Outcome.FAILED, Outcome.PASSED, Outcome.TIMEOUT)


async def write(home: Home, tasks: int, **run: object) -> int:
    """Record a run in which every other task passes; the last two have no verdict yet."""
    async with recorder(home) as recording:
        names = [f"{('go', 'rust')[at % 2]}/robot-{at}" for at in range(tasks)]
        recorded = await recording.run(names, **run)  # type: ignore[arg-type] # the options of the recorder
        for at in range(tasks - 2):
            await decide(recorded, VERDICTS[at % len(VERDICTS)])
        return recorded.id


def record(home: Home, tasks: int = 8, **run: object) -> int:
    return asyncio.run(write(home, tasks, **run))


async def decide(run: RecordedRun, verdict: Outcome) -> None:
    usage = Usage(tokens_in=1_200, tokens_out=30, cost_micros=20_000, tools={"read_file": ToolCount(4, 1)})
    tests = (TestResult("test_a", True), TestResult("test_b", verdict is Outcome.PASSED))
    error = {Outcome.PASSED: "", Outcome.TIMEOUT: "the agent worked for longer than 300 s"}.get(
        verdict, "1 of 2 tests failed: test_b"
    )
    await run.decide(verdict, usage=usage, tests_ran=2, tests=tests, error=error)


def rows(page: httpx.Response) -> list[str]:
    """Return the exercises that a page lists."""
    return re.findall(r'<th scope="row"><a href="/runs/\d+/tasks/\d+">([^<]*?)\s*</a>', page.text)


def figure(page: httpx.Response, name: str) -> str:
    found = re.search(rf'data-live="{name}"[^>]*>([^<]*)<', page.text)
    assert found, name
    return found[1]


def test_a_run_shows_what_it_came_to(home: Home, client: httpx.Client) -> None:
    """Spec 15.4, 24.8: counts, the rate of decided tasks with its interval, money, tokens."""
    run = record(home, name="Tuesday")
    page = client.get(f"/runs/{run}")
    assert page.status_code == 200
    assert "<h1>Tuesday</h1>" in page.text
    shown = {name: figure(page, name) for name in ("passed", "failed", "not_counted", "open", "rate", "interval")}
    assert shown == {
        "passed": "3",
        "failed": "3",
        "not_counted": "0",
        "open": "2",
        "rate": "50.0 %",
        "interval": "18.8-81.2 %",
    }
    assert (figure(page, "cost"), figure(page, "tokens_in"), figure(page, "tokens_out")) == ("$0.12", "7k", "180")
    assert rows(page) == [f"robot-{at}" for at in range(8)]


def test_an_interrupted_run_can_be_resumed_and_a_finished_one_cannot(home: Home, client: httpx.Client) -> None:
    """Spec 24.9: a stale controller is told, with a button to resume."""
    run = record(home)
    page = client.get(f"/runs/{run}")
    assert "Nobody works on this run" in page.text
    assert f'action="/runs/{run}/resume"' in page.text

    async def finish() -> int:
        async with recorder(home) as recording:
            finished = await recording.run(["go/robot"])
            await decide(finished, Outcome.PASSED)
            await finished.finish()
            return finished.id

    run = asyncio.run(finish())
    page = client.get(f"/runs/{run}")
    assert f'action="/runs/{run}/resume"' not in page.text
    assert f'action="/runs/{run}/retry-failed"' not in page.text  # nothing has failed
    assert f"/runs/new?clone={run}" in page.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("verdict=failed", [1, 5]),
        ("verdict=failed&verdict=timeout", [1, 3, 5]),
        ("verdict=open", [6, 7]),
        ("verdict=queued", [6, 7]),
        ("language=go", [0, 2, 4, 6]),
        ("language=rust&verdict=failed", [1, 5]),
        ("q=robot-3", [3]),
        ("q=%25", []),
        ("sort=-exercise&verdict=passed", [4, 2, 0]),
        ("reason=some+tests+failed", [1, 5]),
        ("q=&language=&verdict=&sort=&reason=&after=", range(8)),
    ],
)
def test_tasks_are_narrowed_down_and_sorted(home: Home, client: httpx.Client, query: str, expected: list[int]) -> None:
    """Our rule: what a list shows is in its address; the API answers the same."""
    run = record(home)
    assert rows(client.get(f"/runs/{run}?{query}")) == [f"robot-{at}" for at in expected]
    answer = client.get(f"/api/runs/{run}/tasks?{query}").json()
    assert [task["exercise"] for task in answer["tasks"]] == [f"robot-{at}" for at in expected]
    assert answer["total"] == len(expected)


def test_choices_say_how_many_tasks_are_behind_them(home: Home, client: httpx.Client) -> None:
    """Our rule: a choice that is made keeps the others as they are; made again it is given up."""
    run = record(home)
    page = client.get(f"/runs/{run}?language=rust").text
    chips = re.findall(r'<a class="chip [^"]*" id="([^"]*)" href="([^"]*)"[^>]*>[^<]*<span class="count">(\d+)<', page)
    counts = {name: int(count) for name, _, count in chips}
    assert counts == {
        "verdict-failed": 2,
        "verdict-timeout": 1,
        "verdict-open": 1,
        "verdict-queued": 2,
        "language-go": 4,
        "language-rust": 4,
    }
    addresses = {name: unescape(address) for name, address, _ in chips}
    assert addresses["verdict-failed"] == "?language=rust&verdict=failed"
    assert addresses["language-rust"] == "?"


def test_every_task_is_on_one_page(home: Home, client: httpx.Client) -> None:
    """Spec, architecture 4.6: pages are found by key."""
    run = record(home, 120)
    seen, address = Counter[str](), f"/runs/{run}?sort=-duration"
    for _ in range(3):
        page = client.get(address)
        assert len(rows(page)) <= 50
        seen.update(rows(page))
        following = re.search(r'rel="next" href="([^"]*)"', page.text)
        address = f"/runs/{run}{unescape(following[1])}" if following else ""
    assert not address
    assert seen == {f"robot-{at}": 1 for at in range(120)}


def test_links_within_the_page_get_only_what_they_replace(home: Home, client: httpx.Client) -> None:
    """Our rule: htmx says what it replaces; everybody else gets whole pages."""
    run = record(home)

    def part(path: str, target: str) -> str:
        headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": f"div#{target}"}
        return client.get(f"/runs/{run}{path}", headers=headers).text

    tasks = part("?verdict=failed", "tasks")
    assert "<html" not in tasks
    assert "search-words" not in tasks  # who types there goes on typing
    assert 'form="search" type="hidden" name="verdict" value="failed"' in tasks
    for path in PARTS:
        assert "<html" not in part(path, "part")
        assert 'class="tabs"' in part(path, "part")
        assert "<html" in client.get(f"/runs/{run}{path}").text


async def test_results_are_those_of_now_however_often_they_were_looked_at(home: Home, client: httpx.Client) -> None:
    """They are kept only as long as nothing happens in the run."""
    async with recorder(home) as recording:
        run = await recording.run(["go/robot", "go/ring"])
        for passed, verdict in enumerate((Outcome.PASSED, Outcome.PASSED), start=1):
            await decide(run, verdict)
            for _ in range(2):
                page = await asyncio.to_thread(client.get, f"/runs/{run.id}/results")
                assert f"{passed} of 2 tasks with a verdict, {passed} passed" in page.text


def test_results_say_in_words_what_charts_show(home: Home, client: httpx.Client) -> None:
    """Spec 24.8: rates of decided tasks with intervals; charts are read aloud as well."""
    run = record(home)
    page = client.get(f"/runs/{run}/results").text
    assert "<desc>go: 100.0 % (3 of 3), probably between 43.9 % and 100.0 %; rust: 0.0 % (0 of 3)" in page
    assert "6 of 8 tasks with a verdict, 3 passed" in page
    assert re.search(r"<desc>6 tasks; most of them, 6, \$0\.0\d+ to \$0\.0\d+</desc>", page)


def test_several_tries_tell_how_often_one_or_all_pass(home: Home, client: httpx.Client) -> None:
    """Spec 24.8: pass@k and all-k reliability."""

    async def tried() -> int:
        async with recorder(home) as recording:
            run = await recording.run(["go/robot"], iterations=2)
            await decide(run, Outcome.PASSED)
            await decide(run, Outcome.FAILED)
            return run.id

    run = asyncio.run(tried())
    table = client.get(f"/runs/{run}/results").text.partition("Of several tries")[2]
    assert re.findall(r"<td>([\d.]+ %)</td>", table) == ["50.0 %", "50.0 %", "100.0 %", "0.0 %"]


def test_reasons_lead_to_their_tasks(home: Home, client: httpx.Client) -> None:
    """Issue: failure reasons grouped; what is most frequent comes first."""
    run = record(home)
    page = client.get(f"/runs/{run}/why").text
    links = re.findall(r'<th scope="row" class="why"><a href="([^"]*)"[^>]*>([^<]*)<', page)
    assert [words for _, words in links] == ["some tests failed", "the agent worked for longer than N s"]
    assert rows(client.get(unescape(links[0][0]))) == ["robot-1", "robot-5"]
    assert re.search(r"<code>read_file</code></th><td>RF</td>.*>24<.*>6<.*>75%<", page)


@pytest.mark.parametrize("path", [*PARTS, "/tasks"])
def test_what_does_not_exist_is_said_to_be_missing(client: httpx.Client, path: str) -> None:
    for number in (1, 2**63 - 1):
        answer = client.get(f"/runs/{number}{path}" if path != "/tasks" else f"/api/runs/{number}/tasks")
        assert answer.status_code == 404
        assert f"there is no run {number}" in answer.text


@pytest.mark.parametrize("query", ["sort=luck", "verdict=maybe", "after=xyz", f"q={'x' * 201}", "sort=id&after=W10"])
def test_what_cannot_be_asked_for_is_said_in_one_line(home: Home, client: httpx.Client, query: str) -> None:
    """Our rule: wrong addresses are answered with what is wrong."""
    run = record(home)
    assert client.get(f"/runs/{run}?{query}").status_code == 422
    answer = client.get(f"/api/runs/{run}/tasks?{query}")
    assert answer.status_code == 422
    assert len(answer.json()["detail"].splitlines()) == 1


def test_nothing_that_others_wrote_becomes_markup(home: Home, client: httpx.Client) -> None:
    """Hostile input: names of exercises and languages, evidence of agents, tools, the name of the run."""

    async def foreign() -> int:
        async with recorder(home) as recording:
            missing = {"language": HOSTILE, "exercises": 1, "reason": HOSTILE, "remedy": HOSTILE}
            run = await recording.run([f"{NAME}/{HOSTILE}"], name=HOSTILE, not_runnable=[missing])
            usage = Usage(tools={HOSTILE: ToolCount(1, 1)})
            await run.decide(Outcome.FAILED, error=HOSTILE, usage=usage)
            return run.id

    run = asyncio.run(foreign())
    for path in (*PARTS, "?verdict=failed"):
        page = client.get(f"/runs/{run}{path}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert not {"\x1b", "\u202e"} & set(page.text)


def test_no_page_is_large(home: Home, client: httpx.Client) -> None:
    """Our rule: at most 100 KB, whatever the names."""

    async def large() -> int:
        async with recorder(home) as recording:
            run = await recording.run([f"{'l' * 3_000}{at % 40}/{at:03}{'e' * 10_000}" for at in range(60)])
            for at in range(60):
                usage = Usage(tools={f"{at}{'t' * 300}": ToolCount(1, 1)})
                await run.decide(Outcome.FAILED, error=f"{at % 40} {'why ' * 400}", usage=usage)
            return run.id

    run = asyncio.run(large())
    for path in PARTS:
        page = client.get(f"/runs/{run}{path}")
        assert page.status_code == 200
        assert len(page.content) < 100_000, path


def test_settings_are_shown_without_secrets(home: Home, client: httpx.Client) -> None:
    """Law 8, spec 20: secrets are on no page, wherever the run came from."""
    run = record(home)
    key = {"openRouterApiKey": "sk-or-very-secret"}
    settings = {"apiProvider": "openrouter", **key, "experiments": {"x": True}, "profiles": [{"name": "mine", **key}]}
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("UPDATE runs SET settings = ? WHERE id = ?", (json.dumps(settings), run))
        connection.commit()
    page = client.get(f"/runs/{run}/about").text
    assert "openrouter" in page
    assert "experiments.x" in page
    assert "mine" in page
    assert "sk-or-very-secret" not in page
    assert "sk-or-very-secret" not in client.get(f"/api/runs/{run}").text


def test_the_api_tells_everything_about_a_run(home: Home, client: httpx.Client) -> None:
    """Spec 24.9; the figures of `show --json`."""
    run = record(home)
    answer = client.get(f"/api/runs/{run}").json()
    assert answer["state"] == "interrupted"
    assert answer["counts"]["failed"] == 2
    assert answer["languages"]["go"]["pass_rate"]["rate"] == 1
    assert answer["tools"] == {"read_file": {"attempts": 24, "failures": 6}}
    assert answer["cost_usd"] == 0.12
