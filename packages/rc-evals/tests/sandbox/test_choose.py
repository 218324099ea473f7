"""Which sandbox a run gets; that a missing one is explained."""

import os
from pathlib import Path

import pytest
from rc_evals import SandboxUnavailableError
from rc_evals.sandbox import choose as chooser
from rc_evals.sandbox.bubblewrap import TOOLS
from rc_evals.sandbox.choose import choose


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, with stand-ins for the sandbox's programs."""
    for name in TOOLS:
        stand_in(tmp_path / name, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def stand_in(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.needs("bubblewrap")
def test_the_default_is_bubblewrap() -> None:
    assert choose("auto").level == choose("bubblewrap").level == "bubblewrap"


def test_no_sandbox_is_had_only_by_its_name(programs: Path) -> None:
    """Architecture, table of modes: bubblewrap, else refuses unless `--sandbox none` is said."""
    (programs / "bwrap").unlink()
    assert choose("none").level == "none"
    with pytest.raises(SandboxUnavailableError):
        choose("auto")


def test_a_missing_program_is_named_with_its_package(programs: Path) -> None:
    (programs / "bwrap").unlink()
    with pytest.raises(SandboxUnavailableError) as refused:
        choose("auto")
    assert str(refused.value) == (
        "no bubblewrap sandbox: bwrap not found; apt-get install bubblewrap (or the like of your distribution); "
        "or say --sandbox none to run agents without any isolation"
    )


def test_an_old_bubblewrap_is_refused(programs: Path) -> None:
    """Our rule: before 0.8 it cannot bound folders in memory."""
    stand_in(programs / "bwrap", "echo bubblewrap 0.6.1")
    with pytest.raises(SandboxUnavailableError, match=r"'bubblewrap 0\.6\.1' is too old; install 0\.8 or later"):
        choose("auto")


def test_a_bubblewrap_that_fails_is_quoted(programs: Path) -> None:
    """Our rule: it is really run once, with everything that a job gets."""
    stand_in(
        programs / "bwrap", 'test "$1" = --version && echo bubblewrap 0.8.0 && exit; echo "bwrap: no way" >&2; exit 1'
    )
    stand_in(programs / "timeout", 'shift 2; exec "$@"')
    with pytest.raises(SandboxUnavailableError) as refused:
        choose("auto")
    assert "bwrap: no way" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root needs no user namespaces")
def test_a_kernel_setting_in_the_way_is_named_with_its_remedy(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(
        programs / "bwrap", 'test "$1" = --version && echo bubblewrap 0.8.0 && exit; echo "bwrap: no way" >&2; exit 1'
    )
    stand_in(programs / "timeout", 'shift 2; exec "$@"')
    setting = ("kernel/ostype", "Linux", "Other", "the kernel is the wrong one")
    monkeypatch.setattr(chooser, "_SWITCHES", (setting,))
    with pytest.raises(SandboxUnavailableError, match=r"wrong one \(bwrap: no way\); sysctl -w kernel\.ostype=Other"):
        choose("auto")
