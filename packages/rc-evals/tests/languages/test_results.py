"""What the tools wrote about the tests, and the verdict on it."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals.languages.outputs import MAX_BYTES, MAX_FILES, read_outputs
from rc_evals.languages.results import MAX_MESSAGE, MAX_TESTS, PARSERS, parse

PYTEST = b"""<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0"
failures="1" skipped="1" tests="3"><testcase classname="a_test.ATest" name="test_one" time="0.001" /><testcase
classname="a_test.ATest" name="test_two"><failure message="AssertionError: 1 != 2">self = ...</failure></testcase>
<testcase classname="a_test" name="test_three"><skipped type="pytest.skip" message="no">x</skipped></testcase>
</testsuite></testsuites>"""

GO = b"""{"Time":"2026-01-01T00:00:00Z","Action":"start","Package":"x"}
{"Action":"run","Package":"x","Test":"TestA"}
{"Action":"output","Package":"x","Test":"TestA","Output":"=== RUN   TestA\\n"}
{"Action":"output","Package":"x","Test":"TestA","Output":"    a_test.go:7: got 1\\n"}
{"Action":"run","Package":"x","Test":"TestA/sub"}
{"Action":"pass","Package":"x","Test":"TestA/sub","Elapsed":0}
{"Action":"fail","Package":"x","Test":"TestA","Elapsed":0}
{"Action":"run","Package":"x","Test":"TestB"}
{"Action":"skip","Package":"x","Test":"TestB","Elapsed":0}
{"Action":"run","Package":"x","Test":"TestC"}
FAIL x [build failed]
{"Action":"fail","Package":"x","Elapsed":0.003}
"""

CARGO = b"""     Running tests/a.rs (target/debug/deps/a-1)

running 4 tests
test plain ... ok
test panics - should panic ... FAILED
test slow ... ignored
test other::nested ... FAILED

failures:

---- panics stdout ----
note: test did not panic as expected
---- other::nested stdout ----
thread 'other::nested' panicked at tests/a.rs:3:5:
boom

failures:
    other::nested

test result: FAILED. 1 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
"""

JEST: dict[str, object] = {
    "testResults": [
        {
            "name": "/w/a.spec.js",
            "status": "failed",
            "message": "",
            "assertionResults": [
                {"fullName": "a adds", "status": "passed", "failureMessages": []},
                {"fullName": "a fails", "status": "failed", "failureMessages": ["\u001b[31mError: no\u001b[39m"]},
                {"fullName": "a waits", "status": "pending", "failureMessages": []},
            ],
        },
        {"name": "/w/b.spec.js", "status": "failed", "message": "SyntaxError: x", "assertionResults": []},
    ]
}


@pytest.mark.parametrize(
    ("parser", "outputs", "stdout", "expected"),
    [
        (
            "junit",
            {"junit.xml": PYTEST},
            b"",
            [("a_test.ATest.test_one", True, ""), ("a_test.ATest.test_two", False, "AssertionError: 1 != 2")],
        ),
        (
            "go-json",
            {},
            GO,
            [("TestA", False, "a_test.go:7: got 1"), ("TestA/sub", True, ""), ("TestC", False, "")],
        ),
        (
            "cargo",
            {},
            CARGO,
            [
                ("plain", True, ""),
                ("panics - should panic", False, "note: test did not panic as expected"),
                ("other::nested", False, "thread 'other::nested' panicked at tests/a.rs:3:5:\nboom"),
            ],
        ),
        (
            "jest",
            {"jest.json": json.dumps(JEST).encode()},
            b"",
            [("a adds", True, ""), ("a fails", False, "Error: no"), ("b.spec.js", False, "SyntaxError: x")],
        ),
        ("exit-code", {}, b"", [("command 1", True, ""), ("command 2", False, "")]),
    ],
)
def test_each_format_is_read(
    parser: str, outputs: dict[str, bytes], stdout: bytes, expected: list[tuple[str, bool, str]]
) -> None:
    """evals.md 24.6: per-test results where the tool gives them; what was skipped has not run."""
    report = parse(parser, outputs, stdout, [0, 1])
    assert [(test.name, test.passed, test.message) for test in report.tests] == expected
    assert report.ran == len(expected)
    assert not report.passed


def test_a_pass_needs_exit_code_0_and_tests_that_passed() -> None:
    """evals.md 10.2, 24.6."""
    one = b"test a ... ok\n"
    assert (parse("cargo", {}, one, [0]).passed, parse("cargo", {}, one, [0]).explanation) == (True, "")
    assert parse("cargo", {}, one, [0, 1]).explanation == "the test command ended with exit code 1; 1 tests ran"
    assert parse("cargo", {}, b"", [0]).explanation == "no test ran"
    assert parse("cargo", {}, one, []).explanation == "no test command was run"
    failed = one + b"test b ... FAILED\n"
    assert parse("cargo", {}, failed, [101]).explanation == "1 of 2 tests failed; the first is b"
    assert "although the exit code is 0" in parse("cargo", {}, failed, [0]).explanation


def test_entities_of_a_report_are_not_expanded() -> None:
    """Our rule: reports are written next to hostile code."""
    bomb = b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z SYSTEM "file:///etc/passwd">]><testcase name="&z;&x;"/>'
    assert parse("junit", {"a.xml": bomb}, b"", [0]).ran == 0


def test_long_and_many_results_are_bounded_and_failures_are_kept() -> None:
    """Our rule: a report goes into the database."""
    lines = b"test a ... ok\n" * MAX_TESTS + b"test b ... FAILED\n"
    report = parse("cargo", {}, lines, [101])
    assert (report.ran, len(report.tests), report.tests[0].name) == (MAX_TESTS + 1, MAX_TESTS, "b")
    long = {
        "testResults": [
            {"assertionResults": [{"fullName": "\ud800\0", "status": "failed", "failureMessages": ["x" * 9999]}]}
        ]
    }
    (test,) = parse("jest", {"a.json": json.dumps(long).encode()}, b"", [1]).tests
    assert test.name.encode() == "?\N{REPLACEMENT CHARACTER}".encode()
    assert len(test.message) == MAX_MESSAGE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("testResults", "assertionResults", "status", "fullName", "failureMessages", "name"),
                    *("Action", "Test", "Output"),
                ]
            ),
            inner | st.sampled_from(["passed", "failed", "run", "pass", "output", "skip"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.sampled_from(sorted(PARSERS)),
    st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()),
    st.lists(st.integers(-9, 255), max_size=2),
)
def test_no_output_makes_a_parser_raise_or_a_failure_pass(parser: str, output: bytes, codes: list[int]) -> None:
    """Our rule: what a parser finds can turn a pass into a failure, never the reverse."""
    report = parse(parser, {"a.xml": output, "a.json": output}, output, codes)
    assert not report.passed or (report.ran > 0 and set(codes) == {0})
    for test in report.tests:
        assert "\0" not in (test.name + test.message).encode().decode()


@pytest.mark.parametrize("parser", sorted(PARSERS))
@pytest.mark.parametrize("output", [b"[" * 100_000, b"{" + b'"a":{' * 100_000, b"<a>" * 100_000, b"1" * 10_000])
def test_deep_and_long_nonsense_is_survived(parser: str, output: bytes) -> None:
    """Our rule."""
    assert not parse(parser, {"a.xml": output, "a.json": output}, output, [1]).passed


def test_only_plain_files_of_the_results_folder_are_read(tmp_path: Path) -> None:
    """Our rule: code under test could write there."""
    results = tmp_path / "results"
    results.mkdir()
    (tmp_path / "secret.json").write_text("secret")
    (results / "a.xml").write_bytes(b"<a/>")
    (results / "b.txt").touch()
    (results / "link.json").symlink_to(tmp_path / "secret.json")
    (results / "folder.json").mkdir()
    os.mkfifo(results / "pipe.json")
    with (results / "sparse.json").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert read_outputs(results) == {"a.xml": b"<a/>"}
    assert read_outputs(tmp_path / "gone") == {}
    results.rename(tmp_path / "moved")
    results.symlink_to(tmp_path)
    assert read_outputs(results) == {}


def test_no_more_files_are_read_than_any_tool_writes(tmp_path: Path) -> None:
    """Our rule."""
    for number in range(MAX_FILES + 10):
        (tmp_path / f"{number:03}.xml").touch()
    assert len(read_outputs(tmp_path)) == MAX_FILES
