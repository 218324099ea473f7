"""What a run looks like to spreadsheets, to what shows tests, and to people who get a file."""

import base64
import csv
import hashlib
import io
import re
import stat
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from rc_evals import Home, Outcome
from rc_evals.artifacts import attempt_folder
from rc_evals.export import report_html
from rc_evals.export.csv_table import COLUMNS, write_csv
from rc_evals.export.failed_logs import write_failed_logs
from rc_evals.export.junit import write_junit
from rc_evals.export.report_html import write_report
from rc_evals.languages.model import TestResult
from rc_evals.testing import recorder

from .histories import History, exported, histories, record, sample

HOSTILE = "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[2J\u202e\"'&]]>"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A data folder with a run of everything: number 1."""
    return sample(tmp_path)


async def hostile(home: Home) -> None:
    """Let a run have names, errors and tests that were chosen to do harm."""
    async with recorder(home) as recording:
        run = await recording.run([f"go/{HOSTILE}", "=1+1/@SUM"], name=f"-{HOSTILE}")
        tests = (TestResult(HOSTILE, passed=False, message=HOSTILE + "\0\ufffe\U0001f600"),)
        await run.decide(Outcome.FAILED, tests=tests, tests_ran=1, error=HOSTILE)
        await run.decide(Outcome.AGENT_ERROR, error="\t=cmd|' /C calc'!A0")
        await run.finish()


def table(home: Home) -> list[dict[str, str]]:
    text = exported(home, 1, write_csv).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_table_has_a_line_per_task(home: Home) -> None:
    """Spec 24.11: run, model, language, exercise, iteration, state, end reason, tokens, cost, durations, tools."""
    rows = table(home)
    assert [(row["exercise"], row["iteration"], row["state"], row["verdict"]) for row in rows] == [
        ("ring", "1", "decided", "passed"),
        ("ring", "2", "decided", "failed"),
        ("list", "1", "decided", "infra_failed"),
        ("list", "2", "decided", "timeout"),
        ("bowling", "1", "leased", ""),
        ("bowling", "2", "queued", ""),
    ]
    first = rows[0]
    assert tuple(first) == COLUMNS
    assert (first["run"], first["name"], first["attempts"], first["end_reason"]) == ("1", "tour", "2", "completed")
    assert (first["tokens_in"], first["cost_usd"]) == ("5000", "0.000024"), "tokens of the latest attempt, money of all"
    assert first["tools"] == '{"read_file": [3, 1]}'
    assert all(rows[5][name] == "" for name in ("end_reason", "tokens_in", "cost_usd", "agent_ms", "tools"))


async def test_no_cell_of_a_table_is_a_formula(tmp_path: Path) -> None:
    """Our rule: a first character that makes a formula of a text has an apostrophe before it. Numbers stay numbers."""
    home = Home(tmp_path)
    await hostile(home)
    rows = table(home)
    assert rows[0]["name"] == f"'-{HOSTILE}"
    assert (rows[1]["language"], rows[1]["exercise"]) == ("'=1+1", "'@SUM")
    assert rows[1]["error"].startswith("'=cmd|")


ALLOWED = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "timestamp"},
    "testcase": {"classname", "name", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
    "system-out": set[str](),
}
"""Elements and attributes, of those that the schemas of Ant, Jenkins and GitLab have in common."""


def check_junit(text: bytes) -> ET.Element:
    """Check what the schemas in use ask for, and return the root."""
    root = ET.fromstring(text)
    assert root.tag == "testsuites"
    for each in root.iter():
        assert set(each.attrib) == ALLOWED[each.tag]
    for suite in [root, *root]:
        cases = list(suite.iter("testcase"))
        assert int(suite.attrib["tests"]) == len(cases)
        for counter, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[counter]) == sum(case.find(tag) is not None for case in cases)
    for case in root.iter("testcase"):
        assert float(case.attrib["time"]) >= 0
        result, *rest = [each.tag for each in case] or [""]
        assert result in {"", "skipped", "failure", "error"}
        assert rest in ([], ["system-out"])
    return root


def test_junit_has_a_suite_per_language_and_a_case_per_task(home: Home) -> None:
    """Spec 24.11: failure for failed, error for errored, skipped for not run, output tail; time = agent + test."""
    folder = home.artifacts(1) / "go-ring-2" / "attempt-1"
    folder.mkdir(parents=True)
    (folder / "tests.log").write_bytes(b"early\n" + b"x" * 10_000 + b"\n\x1b[31mlate\xff")
    root = check_junit(exported(home, 1, write_junit, home))
    assert [(suite.attrib["name"], suite.attrib["tests"]) for suite in root] == [("go", "4"), ("rust", "2")]
    ring, again, no_room, slow = root[0]
    assert (ring.attrib, list(ring)) == ({"classname": "go", "name": "ring", "time": "1.500"}, [])
    assert again.attrib["name"] == "ring#2"
    assert again[0].attrib == {"message": "1 of 2 tests failed; the first is test_b", "type": "failed"}
    assert again[0].text == "test_\N{REPLACEMENT CHARACTER}b: 1 < 2 & ]]>"
    output = again[1].text or ""
    assert output.endswith("x\n\N{REPLACEMENT CHARACTER}[31mlate\N{REPLACEMENT CHARACTER}")
    assert "early" not in output
    assert (no_room[0].tag, no_room[0].attrib["type"]) == ("error", "infra_failed")
    assert (slow[0].tag, slow[0].attrib["type"]) == ("failure", "timeout")
    assert [case[0].attrib["message"] for case in root[1]] == ["not decided", "not decided"]


@given(history=histories)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_run_is_a_table_a_junit_file_and_a_report(
    tmp_path_factory: pytest.TempPathFactory, history: History
) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    record(home, history)
    root = check_junit(exported(home, 1, write_junit, home))
    tasks = len(history.tasks) * history.iterations
    assert len(table(home)) == len(list(root.iter("testcase"))) == tasks
    check_report(exported(home, 1, write_report).decode())


def test_the_logs_of_failures_have_the_names_of_upstream(home: Home) -> None:
    """Spec 16.1, 11.1: LANGUAGE-EXERCISE.log, and the conversation of its iteration."""
    kept = {
        "go-ring-1/attempt-1/agent.log": b"passed later",
        "go-ring-2/attempt-1/agent.log": b"agent\n",
        "go-ring-2/attempt-1/tests.log": b"tests\n",
        "go-ring-2/attempt-1/transcript.jsonl": b"{}\n",
        "go-list-1/attempt-1/agent.log": b"list\n",
    }
    for name, content in kept.items():
        path = home.artifacts(1) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with ZipFile(io.BytesIO(exported(home, 1, write_failed_logs, home))) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
        assert all(stat.S_ISREG(info.external_attr >> 16) for info in archive.infolist())
    assert found == {
        "go-ring.2.log": b"agent\ntests\n",
        "go-ring.2_transcript.jsonl": b"{}\n",
        "go-list.log": b"list\n",
    }


async def test_names_in_an_archive_of_logs_are_safe_and_differ(tmp_path: Path) -> None:
    r"""Spec 16.1: / \ : NUL * ? " < > | become _; two tasks that then share a name are told apart."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a:b", "go/a?b", "../../x", f"go/{'y' * 300}"])
        for _ in range(4):
            lease = await run.decide(Outcome.FAILED)
            folder = attempt_folder(home, run.id, lease.language, lease.exercise, lease.iteration, 1)
            folder.mkdir(parents=True)
            (folder / "agent.log").write_bytes(b"said")
    with ZipFile(io.BytesIO(exported(home, 1, write_failed_logs, home))) as archive:
        names = archive.namelist()
    assert names == ["go-a_b.log", "go-a_b~2.log", "..-.._x.log", f"go-{'y' * 117}.log"]


class Elements(HTMLParser):
    """Collects what could load or run something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [(name, value) for name, value in attrs if name in {"src", "href", "style", "action"}]
        self.addresses += [(name, value) for name, value in attrs if name.startswith("on")]


def check_report(text: str) -> None:
    """Check that a report needs nothing, runs nothing, and lets nothing else in."""
    found = Elements()
    found.feed(text)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "a", "base"} & {*found.tags}
    assert found.addresses == []
    style = text[text.index("<style>") + 7 : text.index("</style>")]
    assert not re.search(r"url\(|@import|expression", style)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert f'content="{policy.replace(chr(39), "&#39;")}"' in text


async def test_a_report_runs_and_loads_nothing_whatever_is_in_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    await hostile(home)
    text = exported(home, 1, write_report).decode()
    check_report(text)
    assert "&lt;script&gt;alert(1)" in text
    assert not {"\x1b", "\u202e", "\0"} & {*text}


def test_a_report_says_what_matters(home: Home) -> None:
    text = exported(home, 1, write_report).decode()
    for words in ("tour", "33.3 %", "1 of 3", "1 infra failed, 2 open", "go/ring#2", "no room", "read_file", "67%"):
        assert words in text
    assert text.count("<tr class=") == 6
    assert "<svg" in text


async def test_a_report_of_a_large_run_leaves_out_what_passed_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_html, "MOST_TASKS", 3)
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run([f"go/e{i}" for i in range(5)])
        for verdict in (Outcome.PASSED, Outcome.PASSED, Outcome.FAILED, Outcome.PASSED, Outcome.TIMEOUT):
            await run.decide(verdict)
    text = exported(home, 1, write_report).decode()
    assert re.findall(r"go/e\d", text) == ["go/e2", "go/e4", "go/e0"]
    assert "2 tasks of 5 are not listed" in text
