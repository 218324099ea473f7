"""The form for a new run (spec 15.3). It works without a script; with htmx only what changes is replaced."""

import json
import re
from html import unescape
from typing import Any

import httpx
import pytest
from rc_evals import Home
from rc_evals.store.reader import open_reader

from .tiny_suite import SUITE, add_suite, asked, ended, until

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}

FORM = {"suite": SUITE, "agent": "nop", "sandbox": "none", "iterations": "1", "concurrency": "1", "timeout": "5"}


@pytest.fixture(autouse=True)
def suite(home: Home) -> None:
    add_suite(home, "good", "other")


def send(client: httpx.Client, path: str = "/runs/new", *, file: bytes = b"", **fields: Any) -> httpx.Response:
    """Send the form as browsers do, with whatever is in its file field."""
    headers = PARTIAL if fields.pop("partial", False) else {}
    return client.post(
        path, data=FORM | fields, files={"settings_file": ("settings.json", file, "application/json")}, headers=headers
    )


def wrong(page: str) -> dict[str, str]:
    """Return what is said to be wrong with which field."""
    found = re.findall(r'<p class="wrong" id="wrong-(\w*)" role="alert">([^<]*)</p>', page)
    return {name: unescape(text) for name, text in found}


def test_the_form_shows_what_there_is_to_choose(client: httpx.Client) -> None:
    page = client.get("/runs/new").text
    assert "tiny: 2 exercises" in page
    assert 'value="bundled" selected' in page
    for agent in ("command", "nop", "oracle", "roo", "roo-cli"):
        assert f'name="agent" value="{agent}"' in page
    assert 'name="agent" value="panel"' not in page
    assert "{workspace} and {prompt_file} are filled in" in page
    assert re.search(r"\d+ at the same time fits? this machine", page)


def test_the_form_starts_a_run_and_goes_to_its_page(client: httpx.Client) -> None:
    answer = send(client, name="from the form", patterns="good, oth*", iterations="2")
    assert answer.status_code == 303, wrong(answer.text)
    run = int(answer.headers["location"].removeprefix("/runs/"))
    done = until(client, run, ended)
    assert (done["name"], done["total"], done["iterations"]) == ("from the form", 4, 2)
    by_script = send(client, exercises=["shell/good"], partial=True)
    assert by_script.status_code == 204
    run = int(by_script.headers["hx-redirect"].removeprefix("/runs/"))
    assert until(client, run, ended)["total"] == 1


WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"suite": "nowhere"}, "suite", "no suite is called"),
    ({"agent": "nobody"}, "agent", "no agent"),
    ({"agent": ""}, "agent", "at least 1 character"),
    ({"agent": "command", "command.command": " "}, "agent", "needs"),
    ({"agent": "oracle", "oracle.reference": "/nowhere"}, "agent", "is not a folder"),
    ({"languages": "cobol"}, "languages", "no exercises in"),
    ({"patterns": "nothing*"}, "exercises", "matches"),
    ({"iterations": "0"}, "iterations", "greater than or equal"),
    ({"iterations": "many"}, "iterations", "valid integer"),
    ({"concurrency": "26"}, "concurrency", "less than or equal"),
    ({"timeout": ""}, "timeout", "valid integer"),
    ({"sandbox": "docker"}, "sandbox", "Input should be"),
    ({"model": "a\x00b"}, "model", "pattern"),
    ({"settings": "{"}, "settings", "settings"),
    ({"name": "n" * 10_000}, "name", "at most 200"),
    ({"name": "a\x07b"}, "name", "cannot be stored or shown"),
]


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(client: httpx.Client) -> None:
    for fields, field, words in WRONG:
        typed: dict[str, Any] = {"name": "<kept> & safe", **fields}
        answer = send(client, **typed)
        assert answer.status_code == 422, fields
        assert words in wrong(answer.text)[field]
        assert 'aria-invalid="true"' in answer.text or field in {"languages", "agent"}
        assert "&lt;kept&gt; &amp; safe" in answer.text or "name" in fields
    assert client.get("/api/runs").json()["total"] == 0


def test_the_exercises_follow_the_choice(client: httpx.Client) -> None:
    chosen = send(client, "/runs/new/choice", search="oo", exercises=["shell/other"], partial=True).text
    assert "<html" not in chosen
    listed = re.findall(r'name="exercises" value="([^"]*)"( checked)?', chosen)
    assert listed == [("shell/other", " checked"), ("shell/good", "")]
    assert "<strong>1 exercise</strong> chosen" in chosen
    whole = send(client, "/runs/new/choice", patterns="nothing*")
    assert whole.status_code == 200
    assert "<html" in whole.text
    assert "matches" in whole.text


def test_settings_are_compared_with_the_defaults_and_their_secrets_never_shown(client: httpx.Client) -> None:
    """Spec 15.3: setting, default, custom; equal values and pairs of empty ones left out."""
    settings: dict[str, Any] = {
        "apiKey": "sk-a-secret",
        "openRouterModelId": "some/model",
        "writeDelayMs": 1000,
        "customModes": [],
        "maxOpenTabsContext": 3,
        "openAiBaseUrl": "https://user:password@host/v1",
    }
    page = send(client, "/runs/new/settings", file=json.dumps(settings).encode(), partial=True).text
    rows = re.findall(r"<code>(\w+)</code></th><td>(.*?)</td>", page)
    assert rows == [
        ("maxOpenTabsContext", "<del>20</del>"),
        ("openAiBaseUrl", '<span class="quiet">none</span>'),
        ("openRouterModelId", '<span class="quiet">none</span>'),
    ]
    assert "apiKey left out" in page
    assert "sk-a-secret" not in page
    assert "password" not in page
    kept = json.loads(unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[0]))
    assert kept.keys() == settings.keys() - {"apiKey"}


def test_settings_of_the_form_are_stored_with_the_run_and_fill_in_its_clone(home: Home, client: httpx.Client) -> None:
    answer = send(client, file=b'{"mode": "code"}', model="a/model", exercises=["shell/good"], timeout="7")
    run = int(answer.headers["location"].removeprefix("/runs/"))
    with open_reader(home.database) as reader:
        stored = reader.run(run)
    assert json.loads(stored["settings"]) == {"mode": "code", "openRouterModelId": "a/model"}
    clone = client.get(f"/runs/new?clone={run}").text
    assert 'value="shell/good" checked' in clone
    assert 'name="model" value="a/model"' in clone
    assert 'name="timeout" type="number" min="1" max="30" value="7"' in clone
    assert 'name="agent" value="nop" checked' in clone
    assert f'value="run {run} again"' in clone
    until(client, run, ended)
    assert client.get("/runs/new?clone=99").status_code == 404


def test_the_clone_of_a_run_of_everything_is_one_of_everything(client: httpx.Client) -> None:
    run = client.post("/api/runs", json=asked()).json()["run"]["id"]
    until(client, run, ended)
    assert not re.search(r'name="exercises" value="[^"]*" checked', client.get(f"/runs/new?clone={run}").text)


def test_a_file_that_is_too_large_or_none_of_settings_is_refused(client: httpx.Client) -> None:
    assert send(client, file=b"x" * 5_000_000).status_code == 413
    for content in (b"\x00\x01", b"[]", b"{}extra", b'{"a": ' * 2_000, "\ud800".encode("utf-16", "surrogatepass")):
        page = send(client, "/runs/new/settings", file=content, partial=True)
        assert page.status_code == 200
        assert wrong(page.text)["settings"]
    assert client.get("/api/runs").json()["total"] == 0


def test_what_is_no_form_is_refused(client: httpx.Client) -> None:
    for body, kind in ((b"{}", "application/json"), (b"--x\r\n", "multipart/form-data; boundary=x"), (b"", "")):
        answer = client.post("/runs/new", content=body, headers={"Content-Type": kind})
        assert answer.status_code in {400, 422}
    assert send(client, "/runs/new/nothing").status_code in {404, 422}
    forged = client.post("/runs/new", data=FORM, headers={"Origin": "http://evil.example"})
    assert forged.status_code == 403
    assert client.get("/api/runs").json()["total"] == 0
