"""Comparing runs in the dashboard and over HTTP (spec 24.8, 24.9)."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from rc_evals import Home, Outcome
from rc_evals.stats import Interval
from rc_evals.testing import recorder
from rc_evals.usage import Usage
from rc_evals.web.charts.ratios import Ratio, ratios
from rc_evals.web.recent import Recent

PASSED, FAILED = Outcome.PASSED, Outcome.FAILED
HOSTILE = "<script>alert(1)</script>\x1b[31m"


async def write(home: Home, *runs: Sequence[Outcome], iterations: int) -> None:
    async with recorder(home) as recording:
        for run in runs:
            exercises = [f"go/{chr(97 + at)}" for at in range(len(run) // iterations)]
            recorded = await recording.run(exercises, iterations=iterations)
            for verdict in run:
                await recorded.decide(verdict, usage=Usage(tokens_in=1, cost_micros=1_000_000))
            await recorded.finish()


def record(home: Home, *runs: Sequence[Outcome], iterations: int = 1) -> None:
    """Write runs of the exercises go/a, go/b ..., with these verdicts in order."""
    asyncio.run(write(home, *runs, iterations=iterations))


def get(client: httpx.Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_two_runs_are_told_apart_in_words_with_links_to_both_tasks(home: Home, client: httpx.Client) -> None:
    record(home, [FAILED, PASSED, PASSED], [PASSED, FAILED, PASSED])
    page = client.get("/compare?run=1&run=2").text
    assert "1 fixed, 1 broken: p\u00a0=\u00a01, could be chance" in page
    assert 'href="/runs/1/tasks/1"' in page
    assert 'href="/runs/2/tasks/4"' in page
    assert 'class="chart ratios"' in page


def test_the_list_can_be_narrowed_without_a_script_and_with_one(home: Home, client: httpx.Client) -> None:
    record(home, [FAILED, PASSED, PASSED], [PASSED, FAILED, PASSED])
    page = client.get("/compare?run=1&run=2&change=broken").text
    assert "go/b" in page
    assert "go/a<" not in page
    part = client.get("/compare?run=1&run=2&change=broken", headers={"HX-Request-Type": "partial"}).text
    assert "go/b" in part
    assert "<html" not in part


def test_several_runs_are_a_matrix_with_flake_marks(home: Home, client: httpx.Client) -> None:
    record(home, [FAILED, PASSED, PASSED, PASSED], [PASSED] * 4, [FAILED] * 4, iterations=2)
    page = client.get("/compare?run=1&run=2&run=3").text
    assert 'class="cell flaky"' in page
    assert "1 of 2" in page
    assert "pass@2" in page
    assert "Holm" in page


def test_runs_are_chosen_in_a_form(home: Home, client: httpx.Client) -> None:
    assert "Two runs are needed" in client.get("/compare").text
    record(home, [FAILED], [PASSED], [PASSED])
    page = client.get("/compare").text
    assert page.count('type="checkbox"') == 3
    assert "Choose one more" in client.get("/compare?run=2").text
    chosen = client.get("/compare?oldest=first&run=3&run=1")  # as the form sends it: the newest run is listed first
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/compare?run=1&run=3")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/compare?run=1&run=77", 404),
        ("/compare?run=77", 404),
        ("/compare?run=x", 422),
        ("/compare?run=-1&run=1", 422),
        ("/compare?run=99999999999999999999&run=1", 422),
        ("/compare?run=1&run=2&by=nothing", 422),
        ("/compare?" + "&".join(f"run={at}" for at in range(1, 20)), 422),
        ("/api/runs/1/compare/77", 404),
        ("/api/runs/1/compare/2?change=mended", 422),
        ("/api/runs/1/compare/2?limit=0", 422),
        ("/api/compare?run=1", 422),
        ("/api/compare?run=1&run=77", 404),
    ],
)
def test_what_cannot_be_compared_is_answered_with_one_line(
    home: Home, client: httpx.Client, address: str, status: int
) -> None:
    record(home, [PASSED], [PASSED])
    answer = client.get(address)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    if address.startswith("/api"):
        assert "\n" not in answer.json()["detail"]


def test_a_cursor_that_is_none_begins_at_the_beginning(home: Home, client: httpx.Client) -> None:
    record(home, [PASSED, PASSED], [PASSED, FAILED], [PASSED, PASSED])
    for after in ("nonsense", "-1", "9" * 300, "\N{SUPERSCRIPT TWO}"):
        assert "go/a" in client.get("/compare", params={"run": [1, 2], "after": after}).text
        assert client.get("/compare", params={"run": [1, 2, 3], "after": after}).status_code == 200


async def write_hostile(home: Home) -> None:
    async with recorder(home) as recording:
        for _ in range(3):
            run = await recording.run([f"go/{HOSTILE}"], name=HOSTILE)
            await run.decide(PASSED)


def test_what_others_have_named_is_shown_and_harms_nothing(home: Home, client: httpx.Client) -> None:
    asyncio.run(write_hostile(home))
    for address in ("/compare", "/compare?run=1&run=2", "/compare?run=1&run=2&run=3"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "\x1b" not in page
        assert "&lt;script&gt;alert" in page


def test_the_api_answers_pages_that_make_up_the_whole(home: Home, client: httpx.Client) -> None:
    record(home, [FAILED] * 7, [PASSED] * 7)
    whole = get(client, "/api/runs/1/compare/2")
    assert (whole["significance"]["fixed"], whole["significance"]["p_value"]) == (7, pytest.approx(2 / 2**7))
    assert (whole["cost"]["first"], whole["cost"]["ratio"]["estimate"]) == (7.0, 1.0)
    parts: list[Any] = []
    after: int | None = 0
    while after is not None:
        page = get(client, f"/api/runs/1/compare/2?limit=3&after={after}")
        parts += page["differences"]
        after = page["after"]
    assert parts == whole["differences"]
    matrix = get(client, "/api/compare?run=1&run=2&limit=3")
    assert ([row["exercise"] for row in matrix["rows"]], matrix["after"]) == (["a", "b", "c"], "go/c")


def test_a_comparison_is_documented(client: httpx.Client) -> None:
    schemas = get(client, "/api/openapi.json")["components"]["schemas"]
    assert {"Comparison", "Significance", "Matrix"} <= schemas.keys()
    assert "differ by more than chance" in schemas["Significance"]["description"]


async def test_a_run_that_goes_on_is_compared_as_it_is_now(home: Home, client: httpx.Client) -> None:
    async with recorder(home) as recording:
        first, second = await recording.run(["go/a", "go/b"]), await recording.run(["go/a", "go/b"])
        for run in (first, second):
            await run.decide(PASSED)
        assert get(client, "/api/runs/1/compare/2")["significance"]["exercises"] == 1
        for run in (first, second):
            await run.decide(PASSED)
        assert get(client, "/api/runs/1/compare/2")["significance"]["exercises"] == 2


def test_what_was_asked_for_last_is_kept_while_it_stays_what_it_was() -> None:
    kept, made = Recent[int](most=2), list[int]()

    def make() -> int:
        made.append(len(made))
        return made[-1]

    assert [kept.get("a", 1, make), kept.get("a", 1, make), kept.get("a", 2, make)] == [0, 0, 1]
    assert [kept.get("b", 1, make), kept.get("a", 2, make), kept.get("c", 1, make)] == [2, 1, 3]
    assert [kept.get("a", 2, make), kept.get("b", 1, make)] == [1, 4]


@pytest.mark.parametrize("low", [0.0, 1e-9, 0.5, 1.0])
@pytest.mark.parametrize("high", [1.0, 2.0, 1e9, float("inf")])
def test_a_chart_of_ratios_stays_within_its_frame(low: float, high: float) -> None:
    chart = ratios([Ratio("Cost", Interval(1.0, low, high)), Ratio(HOSTILE, None)], title="What it took")
    assert "nan" not in chart
    assert "<script" not in chart
    assert "unknown" in chart
