"""`python -m rc_types`: what a person types, and what comes back."""

import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from rc_types import registry
from rc_types.__main__ import main

GOOD: Final = b'{"input": {"text": "x", "zap": 1}, "ok": true, "output": {"text": "x"}}\n'
REFUSED: Final = b'{"ok": false, "input": {"text": null}}\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "toolProgressStatusSchema.jsonl"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rc_types", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_help_costs_no_pydantic() -> None:
    at_exit = "import atexit, sys; atexit.register(lambda: print('pydantic' in sys.modules))"
    command = [sys.executable, "-c", f"{at_exit}; import rc_types.__main__ as c; c.main()", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("usage: python -m rc_types")
    assert done.stdout.endswith("False\n")


def test_a_file_that_agrees_is_counted(file: Path) -> None:
    file.write_bytes(GOOD + b"\n" + REFUSED)
    done = run("judge", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (0, "toolProgressStatusSchema: 2 agreed, 0 disagreed\n", "")


def test_a_packed_file_under_a_python_name_is_judged_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ToolProgressStatus.jsonl.gz"
    file.write_bytes(gzip.compress(GOOD))
    assert main(["judge", str(file)]) == 0
    assert capsys.readouterr().out == "ToolProgressStatus: 1 agreed, 0 disagreed\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"input": {"text": "x"}, "ok": False}, "(root) is accepted, but was refused"),
        (
            {"input": {"text": 5}, "ok": True, "output": {}},
            "text is refused, but was accepted: must be a string, not a number",
        ),
        ({"input": {"text": "x"}, "ok": True, "output": {}}, "text is written, but not recorded"),
        ({"input": {}, "ok": True, "output": {"icon": "x"}}, "icon is recorded, but not written"),
        ({"input": {"icon": "x"}, "ok": True, "output": {"icon": "y"}}, "icon is written, but not as recorded"),
    ],
)
def test_a_disagreement_is_told_with_its_place(
    line: dict[str, Any], told: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(GOOD + json.dumps(line).encode() + b"\n")
    assert main(["judge", str(file)]) == 1
    counts, first = capsys.readouterr().out.splitlines()
    assert counts == "toolProgressStatusSchema: 1 agreed, 1 disagreed"
    assert first == f"  {file}:2: {told}"


def test_only_the_first_disagreements_are_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(b'{"input": {}, "ok": false}\n' * 100)
    assert main(["judge", str(file)]) == 1
    counts, *first, more = capsys.readouterr().out.splitlines()
    assert (counts, len(first), more) == ("toolProgressStatusSchema: 0 agreed, 100 disagreed", 5, "  ... and 95 more")


def test_a_program_gets_the_counts_as_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(GOOD + b'{"input": {}, "ok": false}\n')
    assert main(["judge", str(file), "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {
            "file": str(file),
            "schema": "toolProgressStatusSchema",
            "shape": "ToolProgressStatus",
            "agreed": 1,
            "disagreed": 1,
            "first": [{"line": 2, "path": "", "problem": "is accepted, but was refused"}],
        }
    ]


def test_one_product_may_accept_what_another_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "languagesSchema.jsonl"
    file.write_bytes(b'{"input": "cs", "ok": true, "output": "cs"}\n')
    assert main(["judge", str(file)]) == 1
    assert main(["judge", str(file), "--flavor", "kilo"]) == 0
    assert "1 agreed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "line 1 is no JSON object: Expecting value"),
        (b"[]", "line 1 is no JSON object: expected { at character 0"),
        (b'{"input": 1}', 'line 1 must have the members "input", "ok" and, if that is true, "output"'),
        (b'{"input": 1, "ok": 1}', "line 1 must have the members"),
        (b'{"input": 1, "ok": true}', "line 1 must have the members"),
        (GOOD + b"{} {}", "line 2 is no JSON object: something follows it at character 2"),
        (b'{"input": ' + b"[" * 100_000, "line 1 is nested too deeply"),
        (b'{"input": "\xff"}', "line 1 is not UTF-8: byte 11"),
    ],
)
def test_a_line_that_is_no_judged_input_is_one_clear_sentence(
    content: bytes, problem: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(content)
    assert main(["judge", str(file)]) == 2
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith(f"rc_types: {file}, {problem}")


def test_a_file_that_cannot_be_read_is_one_clear_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = tmp_path / "ackSchema.jsonl.gz"
    packed.write_bytes(gzip.compress(GOOD * 100)[:-20])
    for path in (tmp_path / "ackSchema.jsonl", packed):
        assert main(["judge", str(path)]) == 2
        (told,) = capsys.readouterr().err.splitlines()
        assert told.startswith(f"rc_types: {path} cannot be read: ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["judge", "ackSchemas.jsonl"], "ackSchemas.jsonl is named after no schema; did you mean ackSchema?"),
        (["schema", "ClineMesage"], "ClineMesage is no shape; did you mean ClineMessage?"),
        (["schema", "zzz"], "zzz is no shape; `python -m rc_types schema --list` has all names"),
        (["schema", "AuthService"], "AuthService describes behaviour, not data: it has no schema"),
    ],
)
def test_a_name_that_is_no_shape_is_one_clear_sentence(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err == f"rc_types: {told}\n"


def test_debug_shows_the_whole_story() -> None:
    done = run("schema", "--debug", "zzz")
    assert done.returncode != 0
    assert "Traceback" in done.stderr


@pytest.mark.parametrize("arguments", [[], ["judge"], ["schema"], ["schema", "--list", "ackSchema"], ["zap"]])
def test_bad_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("usage: python -m rc_types")


def test_a_reader_that_leaves_early_breaks_nothing() -> None:
    command = f"{sys.executable} -m rc_types schema WebviewMessage | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "{\n", "")


@pytest.mark.parametrize(
    ("to", "told"), [(">/dev/full", "the output cannot be written: No space left on device"), (">&-", "closed")]
)
@pytest.mark.parametrize("command", ["schema --list", "schema WebviewMessage", "judge {}"])
def test_an_output_that_takes_nothing_is_one_clear_sentence(command: str, to: str, told: str, file: Path) -> None:
    file.write_bytes(GOOD)
    line = f"{sys.executable} -m rc_types {command.format(file)} {to}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    (said,) = done.stderr.splitlines()
    assert said.startswith("rc_types: ")
    assert said.endswith(told)


def test_an_interruption_is_no_accident(file: Path) -> None:
    os.mkfifo(file)
    running = subprocess.Popen([sys.executable, "-m", "rc_types", "judge", str(file)], stderr=subprocess.PIPE)
    with running, file.open("wb"):  # which waits until somebody reads
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert (running.returncode, said) == (130, b"")


def test_a_file_without_a_judged_input_is_no_success(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(b"\n")
    assert main(["judge", str(file)]) == 2
    assert capsys.readouterr().err == f"rc_types: {file} holds no judged inputs\n"


def test_no_terminal_obeys_the_name_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "\x1b[31m\nx" / "ackSchema.jsonl"
    file.parent.mkdir()
    file.write_bytes(b'{"input": {}, "ok": true, "output": {}}\n')
    assert main(["judge", str(file)]) == 1
    assert main(["judge", str(file.parent)]) == 2
    told = capsys.readouterr()
    assert all(map(str.isprintable, (told.out + told.err).splitlines()))
    assert rf"{tmp_path}/\x1b[31m\nx/ackSchema.jsonl:1" in told.out


def test_the_list_has_every_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--list"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row[0] for row in rows] == [*registry.shape_names()]
    assert {row[1] for row in rows if row[1:]} == {*registry.schema_names()}


@pytest.mark.parametrize("name", ["roomodes", ".roomodes"])
def test_the_document_of_the_modes_file_is_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["title"] == "Roo Code Custom Modes"
    assert document["$id"].endswith("/schemas/roomodes.json")
    assert document["$schema"] == "http://json-schema.org/draft-07/schema#"
