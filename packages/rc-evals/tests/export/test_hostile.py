"""Files that come from elsewhere: each fault is one line that says what is wrong and where, and nothing is written."""

import io
import json
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals import BrokenExportError, Home
from rc_evals.export import reading, unpacking
from rc_evals.export.archive import write_archive
from rc_evals.export.cutting import JsonCutter
from rc_evals.export.importing import TEMPORARY, import_run
from rc_evals.store.reader import open_reader

from .histories import exported, sample

Change = Callable[[Any], object]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The export of a run of everything."""
    return exported(sample(tmp_path_factory.mktemp("home")), 1)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The same with what an attempt left."""
    home = sample(tmp_path_factory.mktemp("home"))
    kept = home.artifacts(1) / "go-ring-1" / "attempt-1" / "agent.log"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"done\n")
    return exported(home, 1, write_archive, home)


def refusal(home: Home, content: bytes, name: str = "file") -> str:
    """Import what cannot be imported, and return what is said of it."""
    with pytest.raises(BrokenExportError) as caught:
        import_run(home, io.BytesIO(content), name)
    assert_untouched(home)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def assert_untouched(home: Home) -> None:
    with open_reader(home.database) as reader:
        assert reader.rows("SELECT * FROM runs") == []
    assert not list(home.root.glob(f"{TEMPORARY}*"))
    assert not (home.root / "runs").exists()


def changed(document: bytes, change: Change) -> bytes:
    whole = json.loads(document)
    change(whole)
    return json.dumps(whole).encode()


def attempt(whole: Any) -> Any:
    return whole["tasks"][0]["attempts"][0]


CONTRADICTIONS: dict[str, tuple[Change, str]] = {
    "another format": (lambda whole: whole.update(format="x"), 'file is no export of a run: "format" is not "rc-evals'),
    "a newer version": (lambda whole: whole.update(version=2), "file has version 2, newer than 1"),
    "no number": (lambda whole: whole.update(version="1"), "file: version is not a number from 1"),
    "true as version": (lambda whole: whole.update(version=True), "file: version is not a number from 1"),
    "no version": (lambda whole: whole.pop("version"), "file: version has to stand before tasks, and is missing"),
    "no format": (lambda whole: whole.pop("format"), "file: format has to stand before tasks, and is missing"),
    "no run": (lambda whole: whole.pop("run"), "file: run has to stand before tasks, and is missing"),
    "no tasks": (lambda whole: whole.pop("tasks"), "file: has no tasks, not even an empty list"),
    "an unknown key": (lambda whole: whole.update(more=1), "file: 'more' is not known in version 1"),
    "tasks first": (
        lambda whole: whole.update(format=whole.pop("format")),
        "file: format has to stand before tasks",
    ),
    "tasks of another kind": (lambda whole: whole.update(tasks={}), "file, line 1: expecting '['"),
    "a task of another kind": (lambda whole: whole["tasks"].insert(1, []), "file: tasks[1]: input should be a valid d"),
    "more tasks than said": (lambda whole: whole["run"].update(total=5), "file: tasks[5] is one more than run.total"),
    "fewer tasks than said": (lambda whole: whole["run"].update(total=7), "file: 6 tasks where run.total says 7"),
    "absurdly many": (lambda whole: whole["run"].update(total=10**9), "file: run.total: 1000000000 tasks are more"),
    "a task twice": (
        lambda whole: whole["tasks"].__setitem__(1, whole["tasks"][0]),
        "file: tasks[1]: go/ring occurs twice in iteration 1",
    ),
    "an iteration too many": (lambda whole: whole["run"].update(iterations=1), "file: tasks[1].iteration: 2 of 1"),
    "no uuid": (lambda whole: whole["run"].update(uuid="../.."), "file: run.uuid: string should match pattern"),
    "a path for a name": (lambda whole: whole["run"].update(state="../x"), "file: run.state: input should be 'active'"),
    "another state": (lambda whole: whole["run"].update(state="complete"), "file: run: a run has finished_at when it"),
    "a number for a text": (
        lambda whole: whole["run"].update(name=1),
        "file: run.name: input should be a valid string",
    ),
    "a text for a number": (
        lambda whole: attempt(whole)["usage"].update(tokens_in="5"),
        "file: tasks[0].attempts[0].usage.tokens_in: input should be a valid integer",
    ),
    "true for a number": (
        lambda whole: attempt(whole).update(queue_ms=True),
        "file: tasks[0].attempts[0].queue_ms: input should be a valid integer",
    ),
    "a number below nothing": (
        lambda whole: attempt(whole).update(agent_ms=-1),
        "file: tasks[0].attempts[0].agent_ms: input should be greater than or equal to 0",
    ),
    "a number that the store cannot hold": (
        lambda whole: attempt(whole)["usage"].update(tokens_in=2**63),
        "file: tasks[0].attempts[0].usage.tokens_in: input should be less than or equal to 9223372036854775807",
    ),
    "numbers that the store cannot add": (
        lambda whole: [each["usage"].update(tokens_in=2**63 - 1) for each in whole["tasks"][0]["attempts"]],
        "file: its numbers add up to more than can be stored",
    ),
    "numbers that lists of runs could not add": (
        lambda whole: attempt(whole)["usage"].update(tokens_in=2**53 + 1),
        "file: its numbers add up to more than can be stored",
    ),
    "tools used more often than can be added": (
        lambda whole: attempt(whole)["usage"].update(tools={"read_file": {"attempts": 2**60, "failures": 0}}),
        "file: its numbers add up to more than can be stored",
    ),
    "no such day": (
        lambda whole: whole["run"].update(created_at="2025-02-30T00:00:00.000Z"),
        "file: run.created_at: day is out of range for month",
    ),
    "a time of another kind": (
        lambda whole: attempt(whole).update(started_at=1),
        "file: tasks[0].attempts[0].started_at: a time is written like 2025-01-31T23:59:59.000Z",
    ),
    "a verdict that nobody knows": (
        lambda whole: whole["tasks"][0].update(verdict="great"),
        "file: tasks[0].verdict: input should be 'passed', 'failed'",
    ),
    "a verdict without attempt": (
        lambda whole: whole["tasks"][0].update(attempts=[]),
        "file: tasks[0]: the verdict is that of the last attempt, or cancelled",
    ),
    "an open task that is decided": (
        lambda whole: whole["tasks"][0].update(verdict=None),
        "file: tasks[0]: a task has a verdict when its state is decided, and only then",
    ),
    "two verdicts": (
        lambda whole: attempt(whole).update(verdict="passed"),
        "file: tasks[0]: only the last attempt may have a verdict, or go on",
    ),
    "a missing field": (lambda whole: attempt(whole).pop("tests"), "file: tasks[0].attempts[0].tests: field required"),
    "a field too many": (
        lambda whole: attempt(whole).update(token="x"),
        "file: tasks[0].attempts[0].token: extra inputs are not permitted",
    ),
    "half a character": (
        lambda whole: whole["tasks"][0].update(exercise="\ud800"),
        "file: tasks[0].exercise: input should be a valid string",
    ),
    "a secret": (
        lambda whole: whole["run"].update(settings={"openRouterApiKey": "sk"}),
        "file: run.settings.openRouterApiKey is a secret",
    ),
}


@pytest.mark.parametrize(("change", "said"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_what_contradicts_the_format_is_refused_with_its_place(
    tmp_path: Path, document: bytes, change: Change, said: str
) -> None:
    assert refusal(Home(tmp_path), changed(document, change)).startswith(said)


NO_JSON: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nothing": (lambda _: b"", "file, line 1: ends where '{' should follow"),
    "blanks": (lambda _: b" \n ", "file, line 2: ends where '{' should follow"),
    "something else": (lambda _: b"\x7fELF\0", "file, line 1: expecting '{'"),
    "a list": (lambda _: b"[]", "file, line 1: expecting '{'"),
    "another code": (lambda text: text.replace(b"tour", b"t\xff\xfe"), "file, line 1: is not text in UTF-8"),
    "a cut": (lambda text: text[:-30], "file, line 11: unterminated string"),
    "a cut between tasks": (lambda text: text[: text.rindex(b"\n{")], "file, line 10: expecting value"),
    "no end": (lambda text: text[: text.rindex(b"]")], "file, line 12: ends where ',' should follow"),
    "more after the end": (lambda text: text + b"{}", "file, line 14: something follows the end"),
    "a key twice": (
        lambda text: text.replace(b'"name":', b'"uuid": "", "name":'),
        "file, line 4: the key 'uuid' occurs twice",
    ),
    "a part twice": (lambda text: text.replace(b'"version"', b'"format"'), "file, line 3: the key 'format' occurs twi"),
    "a key that is none": (lambda text: text.replace(b'"version"', b"1"), "file, line 3: a key has to be a string"),
    "not a number": (lambda text: text.replace(b'"queue_ms": 0', b'"queue_ms": NaN'), "file, line 6: NaN is no JSON"),
    "a number too large": (
        lambda text: text.replace(b'"queue_ms": 0', b'"queue_ms": 1e999'),
        "file, line 6: the number 1e999 is too large",
    ),
    "digits without end": (
        lambda text: text.replace(b'"queue_ms": 0', b'"queue_ms": ' + b"9" * 10_000),
        "file, line 6: holds a number of too many digits",
    ),
    "depth without end": (
        lambda text: text.replace(b'"settings": null', b'"settings": ' + b"[" * 200_000),
        "file, line 4: is nested too deeply",
    ),
    "an escape that is none": (lambda text: text.replace(b"tour", rb"\q"), "file, line 4: invalid \\escape"),
}


@pytest.mark.parametrize(("spoil", "said"), NO_JSON.values(), ids=NO_JSON)
def test_what_is_no_json_is_refused_with_its_line(
    tmp_path: Path, document: bytes, spoil: Callable[[bytes], bytes], said: str
) -> None:
    assert refusal(Home(tmp_path), spoil(document)).startswith(said)


def test_a_value_without_end_is_given_up_on(tmp_path: Path, document: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A string of a gigabyte must not get into the memory; the limit is lowered to keep the test quick."""
    monkeypatch.setattr(reading, "LONGEST_VALUE", 2_000_000)
    source = Endless(document.replace(b'"name": "tour"', b'"name": "')[: document.index(b'"tour"') + 1], b"x")
    with pytest.raises(BrokenExportError, match="line 4: a value is longer than 2,000,000 characters"):
        import_run(Home(tmp_path), source, "file")
    assert source.given < 8_000_000
    assert_untouched(Home(tmp_path))


class Endless(io.BytesIO):
    """A beginning, and then the same without end."""

    def __init__(self, beginning: bytes, rest: bytes) -> None:
        super().__init__(beginning)
        self._rest = rest
        self.given = 0

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size) or self._rest * (size or 0)
        self.given += len(found)
        return found


ARCHIVES: dict[str, tuple[Callable[[ZipFile], object], str]] = {
    "a path that leaves": (
        lambda zip_: zip_.writestr("artifacts/../../../x", b""),
        "file: 'artifacts/../../../x' belongs to no attempt of the run",
    ),
    "a path from the root": (lambda zip_: zip_.writestr("/etc/x", b""), "file: '/etc/x' belongs to no attempt"),
    "a folder": (lambda zip_: zip_.writestr("artifacts/", b""), "file: 'artifacts/' belongs to no attempt"),
    "a link": (lambda zip_: zip_.writestr(link("artifacts/x"), "/etc/passwd"), "file: 'artifacts/x' is a link"),
    "another run": (lambda zip_: twice(zip_, "run.json"), "file: 'run.json' occurs twice"),
    "a bomb": (
        lambda zip_: zip_.writestr("artifacts/go-ring-1/attempt-2/agent.log", bytes(5_000_000), zipfile.ZIP_DEFLATED),
        "file: 'artifacts/go-ring-1/attempt-2/agent.log' is larger than 4.2 MB, the most that is kept",
    ),
}


def link(name: str) -> ZipInfo:
    info = ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def twice(zip_: ZipFile, name: str) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        zip_.writestr(name, b"{}")


@pytest.mark.parametrize(("add", "said"), ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive_cannot_say_where_its_files_go(
    tmp_path: Path, archive: bytes, add: Callable[[ZipFile], object], said: str
) -> None:
    content = io.BytesIO(archive)
    with ZipFile(content, "a") as zip_:
        add(zip_)
    assert refusal(Home(tmp_path), content.getvalue()).startswith(said)


def test_an_archive_without_document_is_refused(tmp_path: Path) -> None:
    content = io.BytesIO()
    with ZipFile(content, "w") as zip_:
        zip_.writestr("other.json", b"{}")
    assert refusal(Home(tmp_path), content.getvalue()).startswith("file: has no run.json; `rc-evals export RUN")


def test_a_document_in_an_archive_is_checked_as_well(tmp_path: Path) -> None:
    content = io.BytesIO()
    with ZipFile(content, "w") as zip_:
        zip_.writestr("run.json", b'{"format": "x"}')
    assert refusal(Home(tmp_path), content.getvalue()).startswith("file: run.json is no export of a run")


@given(at=st.integers(0), byte=st.integers(0, 255))
@settings(max_examples=50, deadline=None)  # files are written
def test_a_damaged_archive_never_comes_in_by_half(
    archive: bytes, tmp_path_factory: pytest.TempPathFactory, at: int, byte: int
) -> None:
    at %= len(archive)
    if archive[at] == byte:
        return
    home = Home(tmp_path_factory.mktemp("home"))
    try:
        import_run(home, io.BytesIO(archive[:at] + bytes([byte]) + archive[at + 1 :]), "file")
    except BrokenExportError:
        assert_untouched(home)
    else:  # a byte that nothing depends on, such as one of a time stamp
        assert len(exported(home, 1)) > 1_000


def members(text: str, size: int) -> Iterator[tuple[str, Any]]:
    class Slow(io.BytesIO):
        def read(self, _: int | None = -1) -> bytes:
            return super().read(size)

    cutter = JsonCutter(Slow(text.encode()), name="file", limit=10_000)
    for key in cutter.members():
        yield key, list(cutter.items()) if key == "list" else cutter.value()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(
    value=st.dictionaries(st.text(max_size=4), json_values, max_size=4),
    items=st.lists(json_values, max_size=4),
    indent=st.none() | st.integers(0, 3),
    ascii_only=st.booleans(),
    size=st.integers(1, 40),
)
def test_where_the_file_is_read_in_two_does_not_matter(
    value: dict[str, Any], items: list[Any], indent: int | None, ascii_only: bool, size: int
) -> None:
    whole = {**value, "list": items}
    text = json.dumps(whole, indent=indent, ensure_ascii=ascii_only)
    assert dict(members(text, size)) == whole


@pytest.mark.parametrize("bound", ["MOST_FILES", "_LONGEST_LIST"])
def test_an_archive_of_too_many_files_is_refused_before_its_list_is_kept(
    tmp_path: Path, archive: bytes, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    """Our rule: an archive of millions of empty files, which is small, must not take a gigabyte of memory."""
    monkeypatch.setattr(unpacking, bound, 1)
    assert refusal(Home(tmp_path), archive).endswith("files; unpack it and import its document")


def test_what_a_killed_import_left_goes_with_the_next(tmp_path: Path, document: bytes) -> None:
    left = tmp_path / f"{TEMPORARY}left"
    left.mkdir()
    (left / "run.db").write_bytes(b"half of it")
    assert import_run(Home(tmp_path), io.BytesIO(document), "file").new
    assert not list(tmp_path.glob(f"{TEMPORARY}*"))
