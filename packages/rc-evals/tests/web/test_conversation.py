"""A transcript as a conversation (spec 9.2, 9.7, types spec 3.19)."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals.web.task.conversation import PAGE_BYTES, Page, page, piece
from rc_evals.web.task.kept import opened

ROOT = "task-root"


def said(kind: str, text: str = "", *, ts: int, ask: bool = False, task: str = ROOT, **more: Any) -> dict[str, Any]:
    category = "ask" if ask else "say"
    message = {"ts": ts, "type": category, category: kind, "text": text, **more}
    return {"eventName": "message", "payload": [{"taskId": task, "action": "created", "message": message}]}


def _write(folder: Path, lines: list[dict[str, Any] | bytes]) -> None:
    data = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    (folder / "transcript.jsonl").write_bytes(data)


def _page(folder: Path, lines: list[dict[str, Any] | bytes], **where: Any) -> Page:
    _write(folder, lines)
    return _read(folder, **where)


def _read(folder: Path, **where: Any) -> Page:
    with opened(folder, "transcript.jsonl") as kept:
        assert kept is not None
        return page(kept, **where)


def _lines(shown: Page) -> list[tuple[str, str, str, list[str]]]:
    return [(turn.role, turn.title, turn.detail, [str(each.text) for each in turn.passages]) for turn in shown.turns]


def test_a_small_task_reads_as_a_conversation(tmp_path: Path) -> None:
    shown = _page(
        tmp_path,
        [
            {"eventName": "taskCreated", "payload": [ROOT]},
            said("text", "Fix calc.py", ts=1_000),
            said("api_req_started", '{"tokensIn":11870,"tokensOut":143,"cost":0.0457}', ts=1_010),
            said("reasoning", "The test first.", ts=1_020),
            said("text", "I look at the test.", ts=2_500),
            said("tool", '{"tool":"readFile","path":"test_calc.py","isProtected":false}', ts=2_600, ask=True),
            said("command", "pytest -q", ts=2_700, ask=True),
            said("command_output", "", ts=2_710, ask=True),
            said("command_output", "1 failed", ts=2_720),
            said("completion_result", "Done.", ts=9_000),
        ],
    )
    assert _lines(shown) == [
        ("prompt", "Prompt", "", ["Fix calc.py"]),
        ("request", "Request", "12k in, 143 out, $0.05", []),
        ("reasoning", "Reasoning", "", ["The test first."]),
        ("assistant", "Agent", "", ["I look at the test."]),
        ("tool", "readFile", "test_calc.py", []),
        ("tool", "Command", "pytest -q", ["1 failed"]),
        ("assistant", "Result", "", ["Done."]),
    ]
    assert [turn.elapsed_ms for turn in shown.turns] == [0, 10, 20, 1_500, 1_600, 1_700, 8_000]


def test_a_later_version_of_a_message_takes_the_place_of_the_first(tmp_path: Path) -> None:
    shown = _page(
        tmp_path,
        [
            said("api_req_started", "{}", ts=1),
            said("text", "half", ts=2, partial=True),
            said("text", "half a sentence", ts=2),
            said("api_req_started", '{"tokensIn":900,"streamingFailedMessage":"overloaded"}', ts=1),
        ],
    )
    request, text = shown.turns
    assert (request.detail, request.has_failed, request.is_folded) == ("900 in", True, False)
    assert [each.text for each in text.passages] == ["half a sentence"]


def test_a_tool_that_failed_has_its_error_beside_its_call(tmp_path: Path) -> None:
    call = said("tool", json.dumps({"tool": "appliedDiff", "path": "a.py", "diff": "x\ny"}), ts=1, ask=True)
    shown = _page(tmp_path, [call, {"eventName": "taskToolFailed", "payload": [ROOT, "apply_diff", "no match"]}])
    (turn,) = shown.turns
    assert turn.has_failed
    assert [(each.name, each.text) for each in turn.passages] == [("diff", "x\ny"), ("Error", "no match")]


def test_sub_tasks_are_told_apart(tmp_path: Path) -> None:
    shown = _page(
        tmp_path,
        [
            said("text", "root prompt", ts=1),
            {"eventName": "taskSpawned", "payload": [ROOT, "child"]},
            said("text", "child prompt", ts=2, task="child"),
            said("text", "root goes on", ts=3),
        ],
    )
    assert [(turn.task, turn.role) for turn in shown.turns] == [
        (0, "prompt"),
        (0, "note"),
        (1, "prompt"),
        (0, "assistant"),
    ]


def test_reports_of_usage_in_a_row_are_one(tmp_path: Path) -> None:
    def used(count: int) -> dict[str, Any]:
        usage = {"totalTokensIn": count, "totalTokensOut": 5, "totalCost": 0.002, "contextTokens": 0}
        return {"eventName": "taskTokenUsageUpdated", "payload": [ROOT, usage, {}]}

    shown = _page(tmp_path, [used(10), used(20), said("text", "prompt", ts=1), used(30)])
    assert [turn.detail for turn in shown.turns] == [
        "20 tokens in, 5 out, $0.0020",
        "",
        "30 tokens in, 5 out, $0.0020",
    ]


def test_what_is_not_understood_is_shown_as_it_stands(tmp_path: Path) -> None:
    shown = _page(
        tmp_path,
        [
            b"not json <script>",
            b"[1,2]",
            {"eventName": "somethingNew", "payload": [{"a": 1}]},
            {"rcEvals": "events that found no room", "count": 7},
            said("brand_new_say", "hello", ts=1),
        ],
    )
    assert [turn.title for turn in shown.turns] == [
        "Not understood",
        "Not understood",
        "somethingNew",
        "Cut",
        "Brand new say",
    ]
    assert shown.turns[0].passages[0].text == "not json &lt;script&gt;"
    assert shown.turns[3].detail == "7 more events found no room in the transcript"


def test_a_long_passage_is_cut_and_can_be_read_in_pieces(tmp_path: Path) -> None:
    text = "".join(f"line {number}\n" for number in range(10_000))
    (turn,) = _page(tmp_path, [said("text", text, ts=1)]).turns
    (passage,) = turn.passages
    assert len(passage.text) + passage.left == len(text)
    with opened(tmp_path, "transcript.jsonl") as kept:
        assert kept is not None
        read, at = "", 0
        while at < len(text):
            found = piece(kept, 1, 0, at)
            assert found is not None
            assert found.end + found.left == len(text)
            read += str(found.text)
            at = found.end
        assert read == text
        assert piece(kept, 2, 0, 0) is None
        assert piece(kept, 1, 5, 0) is None


@pytest.mark.parametrize(
    "text", ["x" * 3_000, "<script>alert(1)</script>" * 200, "\u202e\x1b[2J'\"" * 900, "\U0001f600" * 3_000]
)
def test_pages_forward_and_backward_hold_every_turn_and_are_bounded(text: str, tmp_path: Path) -> None:
    shown = _page(tmp_path, [said("text", f"{number} {text}", ts=number) for number in range(200)])
    seen = [turn.number for turn in shown.turns]
    while shown.after is not None:
        assert sum(len(each.text.encode()) for turn in shown.turns for each in turn.passages) <= PAGE_BYTES * 1.3
        shown = _read(tmp_path, after=shown.after)
        seen += [turn.number for turn in shown.turns]
    assert seen == list(range(1, 201))
    while shown.before is not None:
        shown = _read(tmp_path, before=shown.before)
        seen = [turn.number for turn in shown.turns] + seen
    assert seen[0] == 1


@pytest.mark.parametrize(
    "line",
    [
        b"x" * 10_000_000,
        b'{"a":' * 100_000,
        b"[" * 900 + b"]" * 900,
        json.dumps(said("tool", "[" * 200_000, ts=1, ask=True)).encode(),
        b'{"eventName":"message","payload":[{"taskId":'
        + b"[" * 400
        + b"]" * 400
        + b',"message":{"ts":1,"say":"text"}}]}',
        json.dumps(said("text", "\ud800\0\u202e\x1b]8;;javascript:alert(1)\x07", ts=1)).encode(),
        json.dumps(said("x" * 10_000, "y", ts=1)).encode(),
        b'{"eventName":"message","payload":[{"taskId":"t","message":{"ts":1e999,"say":"text","text":5}}]}',
        b'{"eventName":"message","payload":[{"taskId":"t","message":{"ts":NaN,"say":"api_req_started","text":"{\\"cost\\":1e999}"}}]}',
        b'{"rcEvals":"events","count":' + b"9" * 4_000 + b"}",
        b"\xff\xfe\x00",
    ],
)
def test_a_hostile_line_is_harmless_and_hides_no_other(line: bytes, tmp_path: Path) -> None:
    shown = _page(tmp_path, [said("text", "before", ts=0), line, said("text", "after", ts=2)])
    texts = [str(each.text) for turn in shown.turns for each in turn.passages]
    assert texts[0] == "before"
    assert texts[-1] == "after"
    everything = "".join((*texts, *(turn.title + turn.detail for turn in shown.turns)))
    assert len(everything) <= PAGE_BYTES
    assert not re.search("[\ud800\0\u202e\x1b\x07]", everything)
    assert not re.search("<", "".join(texts))


_PLAIN = st.none() | st.booleans() | st.floats() | st.text(max_size=4)
_JSON = _PLAIN | st.lists(_PLAIN, max_size=2) | st.dictionaries(st.text(max_size=4), _PLAIN, max_size=2)
_MESSAGE = st.fixed_dictionaries(
    {"ts": _JSON | st.integers(), "type": st.sampled_from(["ask", "say", 3])},
    optional={
        "say": st.sampled_from(["text", "api_req_started", "command_output", "tool", "error"]) | _JSON,
        "ask": st.sampled_from(["tool", "command", "use_mcp_server", "followup"]) | _JSON,
        "text": _JSON | st.builds(json.dumps, _JSON),
        "partial": _JSON,
        "reasoning": _JSON,
    },
)
_NAME = st.sampled_from(["message", "taskToolFailed", "taskTokenUsageUpdated", "taskCompleted", "taskModeSwitched"])
_CHANGE = st.fixed_dictionaries({"taskId": _JSON, "message": _MESSAGE})
_EVENT = st.fixed_dictionaries({"eventName": _NAME | _JSON, "payload": st.lists(_CHANGE | _JSON, max_size=3)})


@given(events=st.lists(_EVENT, max_size=3))
def test_no_event_is_too_odd_to_be_shown(
    events: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    shown = _page(tmp_path_factory.mktemp("odd"), list(events))
    assert len(shown.turns) == shown.total <= len(events)


def test_a_page_of_a_transcript_of_4_megabytes_is_quick_once_it_was_read(tmp_path: Path) -> None:
    """The goal for pages: 50 ms at the 95th percentile; in processor time, since others may use the machine."""
    lines: list[dict[str, Any] | bytes] = [
        said("text", f"{number} " + "text " * 40, ts=number) for number in range(12_000)
    ]
    _page(tmp_path, lines)
    with opened(tmp_path, "transcript.jsonl") as kept:
        assert kept is not None
        assert kept.size > 3_500_000
        began = time.process_time()
        for number in range(0, 10_000, 1_000):
            page(kept, after=number)
        assert (time.process_time() - began) / 10 < 0.05
