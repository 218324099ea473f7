"""The doctor: looks, changes nothing, and tells what to do."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from rc_evals import Home
from rc_evals.capacity import Capacity, capacity
from rc_evals.cli.app import app
from rc_evals.cli.doctor import Finding, examine, is_ready


def findings(home: Home) -> dict[str, Finding]:
    return {f"{finding.group} {finding.subject}": finding for finding in examine(home)}


def test_looking_makes_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "not" / "yet")
    found = findings(home)
    assert found["data folder"].found == f"{home.root} (not made yet)"
    assert found["data database"].found == "none yet, the first run makes it"
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_any_tools_gets_advice_for_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = findings(Home(tmp_path))
    for subject in ("machine git", "machine sandbox", "language go", "language java", "language rust"):
        assert not found[subject].ok
        assert found[subject].remedy
    assert found["language go"].found == "there is no go on PATH"
    assert not is_ready(list(found.values()))


def test_a_damaged_database_is_named_with_its_remedy(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("CREATE TABLE other (id INTEGER)")
    found = findings(home)["data database"]
    assert (found.ok, found.essential) == (False, True)
    assert found.found == f"{home.database} is a database of another program"
    assert found.remedy.startswith("move it away")


def test_a_data_folder_that_is_a_file_is_named_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = findings(Home(tmp_path / "file" / "data"))["data folder"]
    assert (found.ok, found.found) == (False, f"{tmp_path / 'file'} is not a folder")


def test_the_exit_code_says_whether_a_run_is_possible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(app, ["--home", str(tmp_path), "doctor", "--json"])
    assert result.exit_code == 3
    shown = json.loads(result.stdout)
    assert shown["ready"] is False
    assert set(shown["findings"][0]) == {"group", "subject", "ok", "found", "remedy", "essential"}
    assert "no run is possible here yet" in CliRunner().invoke(app, ["--home", str(tmp_path), "doctor"]).stdout


@pytest.mark.needs("bubblewrap")
def test_a_machine_with_a_sandbox_and_a_language_is_ready(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["--home", str(tmp_path), "doctor"])
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].startswith("ready")


def test_one_language_is_enough_but_a_sandbox_is_not() -> None:
    sandbox = Finding("machine", "sandbox", True, "", essential=True)
    go, rust = Finding("language", "go", True, ""), Finding("language", "rust", False, "")
    assert is_ready([sandbox, go, rust])
    assert not is_ready([sandbox, rust])


@pytest.mark.parametrize(
    ("cores", "gigabytes", "attempts"), [(50, 75, 25), (2, 3, 1), (8, 9, 3), (6, 300, 3), (0.5, 1, 1), (999, 999, 25)]
)
def test_as_many_attempts_fit_as_cores_and_memory_allow(cores: float, gigabytes: int, attempts: int) -> None:
    """Spec 24.3: 3 GB and 2 cores each, at most 25."""
    assert Capacity(cores, gigabytes * 1024**3).attempts == attempts


def test_this_machine_has_a_size() -> None:
    assert capacity().cores > 0
    assert capacity().memory_bytes > 2**20
