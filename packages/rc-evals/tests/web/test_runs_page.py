"""The list of runs and what its forms do (spec 15.2, 17)."""

import asyncio
import re
from collections.abc import Mapping

import httpx
import pytest
from rc_evals import Home, Outcome
from rc_evals.clock import now_ms
from rc_evals.testing import recorder

from .tiny_suite import add_suite, asked, ended, until

HOSTILE = "<script>alert('1')</script>\"><b>\u202e'"

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


async def _record(home: Home, names: Mapping[str, int]) -> None:
    async with recorder(home) as recording:
        for name, passed in names.items():
            run = await recording.run([f"go/{number}" for number in range(4)], name=name)
            for number in range(4):
                await run.decide(Outcome.PASSED if number < passed else Outcome.FAILED)
            await run.finish()


def record(home: Home, names: Mapping[str, int]) -> None:
    """Write runs of four tasks each, of which so many passed."""
    asyncio.run(_record(home, names))


def names_on(page: str) -> list[str]:
    return re.findall(r'<a href="/runs/\d+">([^<]*)</a>', page)


def test_without_runs_the_page_says_how_to_make_one(client: httpx.Client) -> None:
    page = client.get("/").text
    assert "No runs yet" in page
    assert 'href="/runs/new"' in page


def test_runs_are_shown_with_what_they_came_to(home: Home, client: httpx.Client) -> None:
    """Spec 15.2, with the interval of 24.8."""
    record(home, {"half": 2})
    page = client.get("/").text
    assert names_on(page) == ["half"]
    assert "50.0 %" in page
    assert "95 % interval 15.0-85.0 %" in page
    assert "2/4" in page
    assert 'class="state complete"' in page


def test_runs_are_sorted_found_and_counted(home: Home, client: httpx.Client) -> None:
    record(home, {"bird": 4, "cat": 0, "ant": 2})
    assert names_on(client.get("/").text) == ["ant", "cat", "bird"]
    assert names_on(client.get("/?sort=name").text) == ["ant", "bird", "cat"]
    assert names_on(client.get("/?sort=-rate").text) == ["bird", "ant", "cat"]
    assert names_on(client.get("/?q=cat").text) == ["cat"]
    found = client.get("/?q=nothing+of+the+kind").text
    assert "No run fits" in found
    assert client.get("/?state=complete&suite=bundled&agent=oracle").text.count('class="state complete"') == 3
    assert "No run fits" in client.get("/?since=24h").text


def test_runs_are_grouped_by_what_they_have_in_common(home: Home, client: httpx.Client) -> None:
    record(home, {"a": 4, "b": 0})
    page = client.get("/?group=agent").text
    assert "2 runs by agent" in page
    assert "4/8" in page
    assert 'href="?agent=oracle"' in page
    assert 'href="?model=-"' in client.get("/?group=model").text
    assert names_on(client.get("/?model=-").text) == ["b", "a"]


def test_htmx_is_given_the_list_alone_and_an_address_without_blanks(home: Home, client: httpx.Client) -> None:
    record(home, {"a": 4})
    answer = client.get("/?q=a&since=&state=&suite=&agent=&model=&group=", headers=PARTIAL)
    assert "<html" not in answer.text
    assert names_on(answer.text) == ["a"]
    assert answer.headers["hx-push-url"] == "/?q=a"


def test_fifty_runs_make_a_page_of_less_than_100_kb(home: Home, client: httpx.Client) -> None:
    """The goal of the pages. Every row can be ticked, and has its actions one request away."""
    record(home, {f"a run with a name of usual length {number}": number % 5 for number in range(51)})
    page = client.get("/").text
    assert len(page.encode()) < 100_000
    assert page.count('name="run"') == 50
    [following] = re.findall(r'rel="next" href="([^"]*)"', page)
    assert len(names_on(client.get("/" + following.replace("&amp;", "&")).text)) == 1
    assert 'action="/runs/1/delete"' in client.get("/runs/1/menu", headers=PARTIAL).text


def test_names_of_others_are_text(home: Home, client: httpx.Client) -> None:
    record(home, {HOSTILE: 1, "n" * 10_000: 2})
    for page in (client.get("/"), client.get("/runs/1/menu"), client.get("/?group=suite")):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<b>" not in page.text
        assert "\u202e" not in page.text
        assert len(page.text) < 50_000


def test_only_a_list_with_something_that_moves_asks_again(home: Home, client: httpx.Client) -> None:
    record(home, {"over": 1})
    assert "every 5s" not in client.get("/").text

    async def begin() -> None:
        async with recorder(home) as recording:
            await recording.run(["go/a"], name="moves", now=now_ms())

    asyncio.run(begin())
    assert "every 5s" in client.get("/?q=moves&after=").text
    assert "every 5s" not in client.get("/?q=over").text


@pytest.mark.parametrize("query", ["sort=color", "after=nonsense", "since=1h", "state=odd", "group=color"])
def test_a_wrong_address_is_answered_by_a_page_that_says_so(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/?{query}")
    assert answer.status_code == 422
    assert "<h1>" in answer.text


def test_forms_go_back_to_where_they_were_sent_from_and_say_what_was_done(home: Home, client: httpx.Client) -> None:
    """Spec 15.2: toasts for results of actions."""
    add_suite(home, "good", "other")
    run = client.post("/api/runs", json=asked()).json()["run"]["id"]
    until(client, run, ended)
    listed = {"Referer": str(client.base_url.join("/?q=x"))}
    answer = client.post(f"/runs/{run}/retry-failed", headers=listed)
    assert answer.status_code == 303
    again = int(answer.headers["location"].rpartition("/")[2])
    assert until(client, again, ended)["total"] == 2
    renamed = client.post(f"/runs/{again}/rename", data={"name": " other <name> "}, headers=listed)
    assert (renamed.status_code, renamed.headers["location"]) == (303, "/?q=x")
    assert "was renamed" in client.get("/").text
    assert names_on(client.get("/").text)[0] == "other &lt;name&gt;"
    deleted = client.post(f"/runs/{again}/delete", headers={"Referer": str(client.base_url.join(f"/runs/{again}"))})
    assert (deleted.status_code, deleted.headers["location"]) == (303, "/")
    assert f"Run {again} was deleted." in client.get("/").text
    late = client.post(f"/runs/{run}/cancel", headers=listed)
    assert (late.status_code, "is over already" in late.text) == (409, True)
    assert client.post("/runs/99/cancel", headers=listed).status_code == 404
    forged = client.post(f"/runs/{run}/retry-failed", headers={"Origin": "http://evil.example"})
    assert forged.status_code == 403
