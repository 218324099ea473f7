"""Runs are started, and dealt with, over HTTP (spec 16.1, 17, 24.9); each by a process of its own."""

import asyncio
import os
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from rc_evals import Home, Outcome
from rc_evals.run_owner import Owner
from rc_evals.store.reader import open_reader
from rc_evals.testing import recorder

from .conftest import Serve
from .tiny_suite import SUITE, add_suite, asked, ended, until, waiting_for


@pytest.fixture(autouse=True)
def suite(home: Home) -> None:
    add_suite(home, "good", "other")


def owner(home: Home, run: int) -> Owner:
    with open_reader(home.database) as reader:
        found = Owner.of(reader.run(run))
    assert found is not None, "nobody works on the run"
    return found


def running(entry: dict[str, Any]) -> bool:
    return bool(entry["state"] == "running")


@pytest.mark.parametrize("sandbox", ["none", pytest.param("auto", marks=pytest.mark.needs("bubblewrap"))])
def test_a_run_is_started_by_a_request_and_comes_to_its_end(client: httpx.Client, sandbox: str) -> None:
    """Spec 15.3, 24.9."""
    answer = client.post("/api/runs", json=asked(sandbox=sandbox, name=" first ", iterations=2, concurrency=2))
    assert answer.status_code == 201, answer.text
    run = answer.json()["run"]
    assert answer.headers["location"] == f"/api/runs/{run['id']}"
    assert (run["name"], run["suite"], run["total"], run["iterations"]) == ("first", SUITE, 4, 2)
    done = until(client, run["id"], ended)
    assert (done["state"], done["done"], done["decided"], done["passed"], done["rate"]) == ("complete", 4, 4, 0, 0.0)
    assert "4 of 4 done" in client.get(f"/api/runs/{run['id']}/controller-log").text


def test_the_controller_is_no_child_that_the_server_takes_along(home: Home, serve: Serve, tmp_path: Path) -> None:
    """Our rule: neither a viewer nor a dead server touches a run. Nobody else may read what its process says."""
    client = serve()
    gate = tmp_path / "gate"
    run = client.post("/api/runs", json=asked(agent="command", agent_args=waiting_for(gate))).json()["run"]["id"]
    pid = owner(home, run).pid
    assert os.getsid(pid) == pid
    log = home.artifacts(run) / "controller.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    gate.touch()
    assert until(client, run, ended)["passed"] == 1
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists():  # no zombie is left either
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_run_that_is_cancelled_ends_soon(client: httpx.Client, tmp_path: Path) -> None:
    """Spec 24.13: the answer comes at once; what is decided stays."""
    new = asked(agent="command", agent_args=waiting_for(tmp_path / "never"))
    run = client.post("/api/runs", json=new).json()["run"]["id"]
    answer = client.post(f"/api/runs/{run}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (202, "cancelling")
    assert until(client, run, ended)["state"] == "cancelled"
    again = client.post(f"/api/runs/{run}/cancel")
    assert (again.status_code, again.json()["detail"]) == (409, f"run {run} is over already (cancelled)")


def test_a_run_whose_controller_was_killed_goes_on(home: Home, client: httpx.Client, tmp_path: Path) -> None:
    """Spec 17.5: upstream leaves such runs to the shell."""
    gate = tmp_path / "gate"
    run = client.post("/api/runs", json=asked(agent="command", agent_args=waiting_for(gate))).json()["run"]["id"]
    assert client.post(f"/api/runs/{run}/resume").status_code == 409
    first = owner(home, run).pid
    os.kill(first, signal.SIGKILL)
    until(client, run, lambda entry: entry["state"] == "interrupted")
    answer = client.post(f"/api/runs/{run}/resume")
    assert (answer.status_code, answer.json()["state"]) == (200, "running"), answer.text
    assert owner(home, run).pid != first
    gate.touch()
    done = until(client, run, ended)
    assert (done["state"], done["decided"], done["passed"]) == ("complete", 2, 1)
    assert client.post(f"/api/runs/{run}/resume").status_code == 409


def test_a_cancelled_run_without_a_controller_ends_as_well(home: Home, client: httpx.Client, tmp_path: Path) -> None:
    new = asked(agent="command", agent_args=waiting_for(tmp_path / "never"))
    run = client.post("/api/runs", json=new).json()["run"]["id"]
    os.kill(owner(home, run).pid, signal.SIGKILL)
    assert client.post(f"/api/runs/{run}/cancel").status_code == 202
    assert until(client, run, ended)["state"] == "cancelled"


def test_a_controller_that_dies_at_once_says_why(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our rule: the run is there, interrupted, and can go on once what was in the way is gone."""
    with monkeypatch.context() as broken:
        broken.setenv("PYTHONHOME", "/nowhere")
        answer = client.post("/api/runs", json=asked())
        run = answer.json()["run"]["id"]
        assert (answer.status_code, answer.json()["run"]["state"]) == (201, "interrupted")
        assert f"run {run} does not go on" in answer.json()["notes"][-1]
        again = client.post(f"/api/runs/{run}/resume")
        assert (again.status_code, "does not go on" in again.json()["detail"]) == (503, True)
        assert "/nowhere" in client.get(f"/api/runs/{run}/controller-log").text
    assert client.post(f"/api/runs/{run}/resume").status_code == 200
    assert until(client, run, ended)["state"] == "complete"


def test_what_failed_is_run_again_as_a_run_of_its_own(client: httpx.Client, tmp_path: Path) -> None:
    """Our rule: verdicts are never overwritten."""
    gate = tmp_path / "gate"
    gate.touch()
    new = asked(agent="command", agent_args=waiting_for(gate), settings={"mode": "code"}, iterations=2)
    first = client.post("/api/runs", json=new).json()["run"]["id"]
    assert until(client, first, ended)["passed"] == 2
    answer = client.post(f"/api/runs/{first}/retry-failed")
    assert answer.status_code == 201, answer.text
    again = until(client, answer.json()["run"]["id"], ended)
    assert (again["name"], again["total"], again["passed"]) == (f"run {first} again: what failed", 2, 0)
    assert until(client, first, ended)["passed"] == 2

    clone = until(client, client.post(f"/api/runs/{first}/clone").json()["run"]["id"], ended)
    assert (clone["name"], clone["total"], clone["passed"]) == (f"run {first} again", 4, 2)


def test_there_is_nothing_to_run_again_where_nothing_failed(client: httpx.Client, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    new = asked(agent="command", agent_args=waiting_for(gate), exercises=["good"])
    run = client.post("/api/runs", json=new).json()["run"]["id"]
    until(client, run, ended)
    answer = client.post(f"/api/runs/{run}/retry-failed")
    assert (answer.status_code, "no task that failed" in answer.json()["detail"]) == (422, True)


def test_a_run_is_called_something_else(client: httpx.Client) -> None:
    """Spec 15.2: saved trimmed, empty for none."""
    run = client.post("/api/runs", json=asked(name="first")).json()["run"]["id"]
    until(client, run, ended)
    for given, kept in ((" second ", "second"), ("", None), ("third", "third"), (None, None)):
        assert client.patch(f"/api/runs/{run}", json={"name": given}).json()["name"] == kept
    for wrong in ("a\x00b", "x" * 201, 7):
        answer = client.patch(f"/api/runs/{run}", json={"name": wrong})
        assert (answer.status_code, answer.json()["detail"][:9]) == (422, "body.name")
    assert client.patch("/api/runs/99", json={"name": "x"}).status_code == 404


def test_a_run_is_deleted_with_all_that_it_left(home: Home, client: httpx.Client, tmp_path: Path) -> None:
    """Spec 17.4, where upstream leaves files and processes behind."""
    new = asked(agent="command", agent_args=waiting_for(tmp_path / "never"))
    run = client.post("/api/runs", json=new).json()["run"]["id"]
    assert home.artifacts(run).is_dir()
    refused = client.delete(f"/api/runs/{run}")
    assert (refused.status_code, "is being worked on" in refused.json()["detail"]) == (409, True)
    client.post(f"/api/runs/{run}/cancel")
    until(client, run, ended)
    answer = client.delete(f"/api/runs/{run}")
    assert (answer.status_code, answer.json()) == (200, {"left": []})
    assert not home.artifacts(run).exists()
    assert client.get("/api/runs").json()["total"] == 0
    assert client.delete(f"/api/runs/{run}").status_code == 404


def commands() -> Iterator[bytes]:
    """What every process was started with."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            yield path.read_bytes()


def test_a_run_that_was_given_up_is_deleted_with_its_processes(
    home: Home, client: httpx.Client, tmp_path: Path
) -> None:
    gate = tmp_path / "never"
    new = asked(agent="command", agent_args=waiting_for(gate))
    run = client.post("/api/runs", json=new).json()["run"]["id"]
    os.kill(owner(home, run).pid, signal.SIGKILL)
    until(client, run, lambda entry: entry["state"] == "interrupted")
    assert client.delete(f"/api/runs/{run}").status_code == 200
    assert not any(os.fsencode(gate) in command for command in commands())


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"suite": "nowhere"}, "no suite is called 'nowhere'"),
    ({"suite": "/nowhere/at all"}, "is not there"),
    ({"suite": ""}, "body.suite"),
    ({"suite": "x" * 4_000}, "no suite is called"),
    ({"suite": "/" + "x" * 4_000}, "is not there"),
    ({"suite": "~nobody-at-all/suite"}, "is not there"),
    ({"agent": "oracle", "agent_args": {"reference": "~nobody-at-all"}}, "is not a folder"),
    ({"agent": "roo", "agent_args": {"command": "x", "mounts": "~nobody-at-all"}}, "mounts"),
    ({"agent": "nobody"}, "no agent 'nobody'"),
    ({"agent_args": {"x": "y"}}, "no argument 'x'"),
    ({"agent": "command"}, "--agent-arg command"),
    ({"languages": ["cobol"]}, "no exercises in 'cobol'"),
    ({"exercises": ["nothing*"]}, "matches 'nothing*'"),
    ({"iterations": 0}, "body.iterations"),
    ({"concurrency": 26}, "body.concurrency"),
    ({"timeout": 31}, "body.timeout"),
    ({"sandbox": "docker"}, "body.sandbox"),
    ({"settings": {"mode": 1}}, "settings"),
    ({"settings": {"globalSettings": {}}}, "no setting of the assistant"),
    ({"name": "a\x00b"}, "cannot be stored or shown"),
    ({"name": "\x1b[31mred"}, "cannot be stored or shown"),
    ({"name": "n" * 10_000}, "body.name"),
    ({"model": "a\nb"}, "body.model"),
    ({"color": "red"}, "body.color"),
]


def test_a_wrong_request_is_refused_in_one_line(client: httpx.Client) -> None:
    for change, words in WRONG:
        answer = client.post("/api/runs", json=asked() | change)
        assert answer.status_code == 422, change
        detail = answer.json()["detail"]
        assert words in detail
        assert "\n" not in detail
    assert client.get("/api/runs").json()["runs"] == []


def test_what_is_no_request_is_refused(client: httpx.Client) -> None:
    for body in (b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"suite": "tiny"}'):
        answer = client.post("/api/runs", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 422}, body
        assert "\n" not in answer.json()["detail"]


def test_a_request_that_is_too_large_is_refused(client: httpx.Client) -> None:
    answer = client.post("/api/runs", json=asked(settings={"customInstructions": "x" * 5_000_000}))
    assert answer.status_code == 413


def test_a_key_among_the_arguments_is_refused(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spec 20: secrets never reach the store."""
    monkeypatch.setenv("SOME_API_KEY", "sk-0123456789")
    new = asked(agent="command", agent_args={"command": "solve --key sk-0123456789"})
    answer = client.post("/api/runs", json=new)
    assert answer.status_code == 422
    assert "SOME_API_KEY" in answer.json()["detail"]
    assert "sk-0123456789" not in answer.text


def test_keys_among_the_settings_are_left_out_and_named(home: Home, client: httpx.Client) -> None:
    """Spec 20: redact on every way."""
    settings = {"openRouterApiKey": "sk-or-secret", "openRouterModelId": "some/model"}
    answer = client.post("/api/runs", json=asked(settings=settings, exercises=["good"]))
    assert answer.status_code == 201
    assert any("openRouterApiKey left out" in note for note in answer.json()["notes"])
    assert answer.json()["run"]["model"] == "some/model"
    with open_reader(home.database) as reader:
        assert "sk-or-secret" not in str(reader.run(answer.json()["run"]["id"]))
    until(client, answer.json()["run"]["id"], ended)


def test_another_origin_changes_nothing(client: httpx.Client) -> None:
    """Spec 20: same-origin checks."""
    for path in ("", "/1/cancel", "/1/resume", "/1/clone", "/1/retry-failed"):
        answer = client.post(f"/api/runs{path}", json=asked(), headers={"Origin": "http://evil.example"})
        assert answer.status_code == 403, path
    assert client.get("/api/runs").json()["total"] == 0


def test_what_is_no_id_is_refused(client: httpx.Client) -> None:
    for run in ("0", "-1", "x", str(2**63), "1.5"):
        for action in ("cancel", "resume", "clone", "retry-failed"):
            assert client.post(f"/api/runs/{run}/{action}").status_code == 422


def test_runs_that_are_not_there_are_said_to_be_so(client: httpx.Client) -> None:
    for action in ("cancel", "resume", "clone", "retry-failed"):
        assert client.post(f"/api/runs/7/{action}").status_code == 404
    assert client.get("/api/runs/7/controller-log").status_code == 404


async def record(home: Home, count: int) -> None:
    async with recorder(home) as recording:
        for number in range(count):
            run = await recording.run(["go/a"], name=f"n{number:02}")
            await run.decide(Outcome.PASSED if number % 2 else Outcome.FAILED)
            await run.finish()


def test_runs_are_listed_a_page_at_a_time(home: Home, client: httpx.Client) -> None:
    """Spec 24.9: `GET /api/runs?...&cursor=`."""
    asyncio.run(record(home, 60))
    first = client.get("/api/runs", params={"sort": "name"}).json()
    assert (len(first["runs"]), first["total"]) == (50, 60)
    second = client.get("/api/runs", params={"sort": "name", "after": first["after"]}).json()
    assert second["after"] is None
    names = [run["name"] for page in (first, second) for run in page["runs"]]
    assert names == sorted(names)
    assert len(set(names)) == 60
    assert client.get("/api/runs", params={"q": "n07"}).json()["total"] == 1
    assert client.get("/api/runs", params={"state": "running"}).json()["runs"] == []
    assert client.get("/api/runs", params={"state": ["running", "complete"], "suite": "bundled"}).json()["total"] == 60
    assert client.get("/api/runs", params={"model": "-", "since": "24h"}).json()["total"] == 0


def test_a_wrong_query_is_refused(client: httpx.Client) -> None:
    for query in ({"sort": "color"}, {"after": "nonsense"}, {"since": "1h"}, {"state": "odd"}, {"q": "x" * 201}):
        answer = client.get("/api/runs", params=query)
        assert answer.status_code == 422, query
        assert "\n" not in answer.json()["detail"]


def test_what_can_be_chosen_is_told(client: httpx.Client) -> None:
    """Spec 24.9: `GET /api/exercises`."""
    suites = {suite["name"]: suite for suite in client.get("/api/suites").json()["suites"]}
    assert suites[SUITE]["exercises"] == {"shell": 2}
    exercises = client.get("/api/exercises", params={"suite": SUITE}).json()
    assert exercises == {
        "suite": SUITE,
        "exercises": [{"id": f"shell/{name}", "language": "shell", "name": name} for name in ("good", "other")],
    }
    assert client.get("/api/exercises", params={"suite": "nowhere"}).status_code == 422
    agents = {agent["name"]: agent for agent in client.get("/api/agents").json()["agents"]}
    assert "usage_file" in agents["command"]["arguments"]
