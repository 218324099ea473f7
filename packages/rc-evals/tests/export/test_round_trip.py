"""What leaves a data folder comes back whole, wherever that is."""

import asyncio
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from rc_evals import Home, ImportedRunError
from rc_evals.controller import Audience, cancel, resume
from rc_evals.export.archive import write_archive
from rc_evals.export.importing import import_run
from rc_evals.report import standing
from rc_evals.store.importing import Imported
from rc_evals.store.reader import open_reader

from .histories import History, exported, histories, record, sample, sums


@given(history=histories)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_export_import_export_is_identical_to_the_byte(history: History) -> None:
    """Spec 24.11: complete, also iterations, names, limits, unicode, nulls, numbers of any size, runs in any state."""
    with TemporaryDirectory() as folder:
        here, there = Home(Path(folder, "here")), Home(Path(folder, "there"))
        record(here, history)
        record(there, history)  # so that no id is the same
        document = exported(here, 1)
        assert import_run(there, io.BytesIO(document), "run.json") == Imported(2, new=True)
        assert exported(there, 2) == document
        assert sums(there, 2) == sums(here, 1)


def test_importing_twice_changes_nothing_and_says_so(tmp_path: Path) -> None:
    """Spec 24.11: idempotent by the uuid of the run."""
    home = sample(tmp_path / "home")
    document = exported(home, 1)
    assert import_run(home, io.BytesIO(document), "run.json") == Imported(1, new=False)
    there = Home(tmp_path / "there")
    assert import_run(there, io.BytesIO(document), "run.json") == Imported(1, new=True)
    before = sums(there, 1)
    renamed = json.dumps({**json.loads(document), "run": {**json.loads(document)["run"], "name": "other"}})
    assert import_run(there, io.BytesIO(renamed.encode()), "run.json") == Imported(1, new=False)
    assert sums(there, 1) == before


def test_an_archive_brings_back_what_the_attempts_left(tmp_path: Path) -> None:
    """Spec 24.11: optional artefacts in a zip. Of attempts that go on nothing is taken: their logs may hold secrets."""
    home, there = sample(tmp_path / "home"), Home(tmp_path / "there")
    left = {"go-ring-1/attempt-1/agent.log": b"one", "go-ring-1/attempt-2/transcript.jsonl": b"{}\n"}
    going_on = {"rust-bowling-1/attempt-1/agent.log": b"key"}
    for name, content in (left | going_on).items():
        path = home.artifacts(1) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (home.artifacts(1) / "go-ring-1/attempt-1/tests.log").symlink_to("/etc/passwd")
    archive = exported(home, 1, write_archive, home)
    assert archive == exported(home, 1, write_archive, home)
    import_run(there, io.BytesIO(archive), "run.zip")
    assert exported(there, 1) == exported(home, 1)
    kept = there.artifacts(1)
    assert {str(path.relative_to(kept)): path.read_bytes() for path in kept.rglob("*.*") if path.is_file()} == left
    assert not list(there.root.glob(".import-*"))


def test_the_layout_of_a_document_does_not_matter(tmp_path: Path) -> None:
    home, there = sample(tmp_path / "home"), Home(tmp_path / "there")
    document = exported(home, 1)
    import_run(there, io.BytesIO(json.dumps(json.loads(document), indent=8).encode()), "run.json")
    assert exported(there, 1) == document


async def test_nobody_works_on_a_run_that_was_imported_before_its_end(tmp_path: Path) -> None:
    """Our rule: it may be worked on where it was started; agent, suite and keys are there."""
    home, there = tmp_path / "home", Home(tmp_path / "there")

    def bring() -> None:
        import_run(there, io.BytesIO(exported(sample(home), 1)), "run.json")

    await asyncio.to_thread(bring)
    before = exported(there, 1)
    with open_reader(there.database) as reader:
        assert standing(reader.run(1)) == "imported"
    said: list[str] = []
    unwatched: Any = None
    with pytest.raises(ImportedRunError, match="run 1 was imported"):
        await resume(there, 1, Audience(say=said.append, watch=unwatched))
    with pytest.raises(ImportedRunError, match="run 1 was imported"):
        await cancel(there, 1, say=said.append)
    assert exported(there, 1) == before
