"""Runs taken away and brought in over HTTP."""

import asyncio
import io
import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from rc_evals.home import Home
from rc_evals.outcomes import Outcome
from rc_evals.testing import recorder
from rc_evals.web.access import Access

from .conftest import listening


@pytest.fixture
def run(home: Home) -> int:
    """A run of which one task passed, one failed with a log, and one was not begun."""

    async def make() -> int:
        async with recorder(home) as recording:
            run = await recording.run(["go/a", "go/b", "go/c"], name="tour")
            await run.decide(Outcome.PASSED)
            await run.decide(Outcome.FAILED, error="1 of 2 tests failed")
            await run.leave()
        return run.id

    made = asyncio.run(make())
    folder = home.artifacts(made) / "go-b-1" / "attempt-1"
    folder.mkdir(parents=True)
    (folder / "agent.log").write_bytes(b"tried\n")
    return made


@pytest.mark.parametrize(
    ("kind", "name", "media_type", "beginning"),
    [
        ("json", "run-1.json", "application/json", b'{\n"format"'),
        ("csv", "run-1.csv", "text/csv", b"run,name,"),
        ("junit", "run-1.xml", "application/xml", b"<?xml"),
        ("html", "run-1.html", "text/html", b"<!doctype"),
        ("zip", "run-1.zip", "application/zip", b"PK"),
    ],
)
def test_every_format_is_a_download(
    client: httpx.Client, run: int, kind: str, name: str, media_type: str, beginning: bytes
) -> None:
    """Spec 24.9: GET /api/runs/ID/export?format=."""
    answer = client.get(f"/api/runs/{run}/export", params={"format": kind})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == media_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.content.startswith(beginning)


def test_what_cannot_be_taken_away_is_said(client: httpx.Client, run: int, home: Home) -> None:
    assert client.get("/api/runs/7/export").json()["detail"].startswith("there is no run 7")
    assert client.get("/api/runs/7/logs/failed").status_code == 404
    assert client.get(f"/api/runs/{run}/export?format=exe").status_code == 422
    assert sorted(path.name for path in home.root.iterdir()) == ["evals.db", "evals.db.lock", "runs"]


def test_the_logs_of_failures_are_an_archive(client: httpx.Client, run: int, home: Home) -> None:
    """Spec 16.1: 400 when nothing has failed, 404 when no log is there."""
    answer = client.get(f"/api/runs/{run}/logs/failed")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="run-1-failed-logs.zip"'
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"go-b.log": b"tried\n"}
    (home.artifacts(run) / "go-b-1" / "attempt-1" / "agent.log").unlink()
    assert client.get(f"/api/runs/{run}/logs/failed").status_code == 404

    async def nothing_failed() -> None:
        async with recorder(home) as recording:
            await recording.run(["go/a"])

    asyncio.run(nothing_failed())
    answer = client.get("/api/runs/2/logs/failed")
    assert (answer.status_code, answer.json()["detail"][:28]) == (400, "nothing in run 2 has failed;")


@pytest.mark.parametrize("kind", ["json", "zip"])
def test_a_run_comes_in_as_a_file_of_a_form(client: httpx.Client, run: int, tmp_path: Path, kind: str) -> None:
    """Spec 24.11: once; the second time it is said to be there."""
    content = client.get(f"/api/runs/{run}/export", params={"format": kind}).content
    there = Home(tmp_path / "there")
    there.ensure()
    with listening(there, Access()) as address, httpx.Client(base_url=address) as other:
        answer = other.post("/api/import", files={"file": ("run", content)})
        assert (answer.status_code, answer.json()) == (201, {"run_id": 1, "new": True})
        answer = other.post("/api/import", files={"file": ("run", content)})
        assert (answer.status_code, answer.json()) == (200, {"run_id": 1, "new": False})
        document = client.get(f"/api/runs/{run}/export").content
        assert other.get("/api/runs/1/export").content == document
        assert other.get("/api/runs/1").json()["state"] == "imported"
        for verb in ("resume", "cancel"):
            assert other.post(f"/api/runs/1/{verb}").status_code == 409
        assert other.get("/api/runs/1/export").content == document
    left = {path.read_bytes() for path in there.root.glob("runs/*/*/*/*")}
    assert left == ({b"tried\n"} if kind == "zip" else set())


def test_a_form_brings_a_run_in_and_leads_to_it(client: httpx.Client, run: int) -> None:
    """Our rule: whatever the API can do with a run, the pages can do without a script."""
    assert 'action="/import"' in client.get("/").text
    content = client.get(f"/api/runs/{run}/export").content
    answer = client.post("/import", files={"file": ("run.json", content)}, follow_redirects=True)
    assert answer.url.path == f"/runs/{run}"
    assert "This run was here already; nothing was changed." in answer.text
    answer = client.post("/import", files={"file": ("<b>.json", b"[]")})
    assert answer.status_code == 422
    assert "&lt;b&gt;.json, line 1: expecting &#39;{&#39;" in answer.text


SPOILED: dict[str, tuple[Callable[[httpx.Client], httpx.Response], str]] = {
    "nothing": (lambda client: client.post("/api/import"), "file: missing"),
    "no form": (lambda client: client.post("/api/import", json={"format": "rc-evals-run"}), "file: missing"),
    "a form of another kind": (lambda client: client.post("/api/import", data={"file": "x"}), "file: missing"),
    "no JSON": (
        lambda client: client.post("/api/import", files={"file": ("a\x1b.json", b"[")}),
        r"a\x1b.json, line 1: expecting '{'",
    ),
    "another document": (
        lambda client: client.post("/api/import", files={"file": ("a.json", json.dumps({"format": "x"}))}),
        "a.json is no export of a run",
    ),
}


@pytest.mark.parametrize(("send", "said"), SPOILED.values(), ids=SPOILED)
def test_what_is_no_export_is_said_to_be_none(
    client: httpx.Client, home: Home, send: Callable[[httpx.Client], httpx.Response], said: str
) -> None:
    answer = send(client)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(said)
    assert not list(home.root.glob(".import-*"))
