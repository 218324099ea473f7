"""Whatever an attack touches on the host shows, and the panel leaves nothing behind."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest
from rc_evals._errors import InfrastructureError
from rc_evals.home import Home
from rc_evals.panel.decoys import lay_out
from rc_evals.panel.health import leftovers
from rc_evals.panel.listening import Listeners


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.ensure()
    return home


def test_secrets_lie_where_an_attack_looks_and_programs_are_told_only_where(home: Home) -> None:
    """Our rule: a program that was told a secret could not find it."""
    with lay_out(home) as decoys:
        assert [path.read_text(encoding="utf-8") for path in decoys.files] == list(decoys.files.values())
        assert sum(path.is_relative_to(home.root) for path in decoys.files) == 2
        secrets = {secret for secret, _ in decoys.secrets()}
        assert len(secrets) == 4
        assert not [secret for secret in secrets if secret in decoys.targets()]


def test_what_is_written_outside_is_told_once_and_put_back(home: Home) -> None:
    """Our rule."""
    with lay_out(home) as decoys:
        assert decoys.sprung() == []
        changed = next(iter(decoys.files))
        changed.write_text("overwritten", encoding="utf-8")
        made = decoys.folders[0] / decoys.mark
        made.write_text("written", encoding="utf-8")
        assert decoys.sprung() == [f"a file in {decoys.folders[0]}", f"a change of {changed}"]
        assert not made.exists()
        assert decoys.sprung() == []


def test_nothing_is_left_of_the_decoys(home: Home) -> None:
    """Our rule."""
    with lay_out(home) as decoys:
        pass
    assert list(home.root.iterdir()) == []
    assert not [path for path in decoys.files if path.parent.exists()]
    assert list(Path(tempfile.gettempdir()).glob(f"{decoys.mark}*")) == []


def test_a_folder_for_temporary_files_that_no_socket_fits_into_is_told(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our rule: where decoys cannot be laid out, one line says what to do, and nothing is left."""
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with pytest.raises(InfrastructureError, match=r"path too long; .* TMPDIR"), lay_out(home):
        pass
    assert list(deep.iterdir()) == []
    assert list(home.root.iterdir()) == []


def heard(listeners: Listeners) -> list[str]:
    deadline = time.monotonic() + 5
    while not (names := listeners.heard()):
        assert time.monotonic() < deadline, "nothing was heard"
        time.sleep(0.01)
    return names


def test_every_listener_hears(tmp_path: Path) -> None:
    """Our rule: silence proves something only if noise is noticed."""
    folder = Path(tempfile.mkdtemp())  # the path of a socket must be short
    try:
        with Listeners.open(folder / "socket", f"rc-evals-{folder.name}") as listeners:
            told = listeners.addresses()
            ways = {
                "IPv4": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", told["ipv4"])),
                "IPv4 datagrams": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", told["ipv4"])),
                "a Unix socket at a path": (socket.AF_UNIX, socket.SOCK_STREAM, told["path"]),
                "an abstract Unix socket": (socket.AF_UNIX, socket.SOCK_STREAM, "\0" + told["abstract"]),
            }
            if told["ipv6"]:
                ways["IPv6"] = (socket.AF_INET6, socket.SOCK_STREAM, ("::1", told["ipv6"]))
                ways["IPv6 datagrams"] = (socket.AF_INET6, socket.SOCK_DGRAM, ("::1", told["ipv6"]))
            for name, (family, kind, address) in ways.items():
                with socket.socket(family, kind) as connection:
                    connection.connect(address)
                    with suppress(BrokenPipeError, ConnectionResetError):  # it has heard enough
                        connection.send(b"hello")
                    assert heard(listeners) == [name]
            assert listeners.heard() == []
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("trace", ["argument", "environment", "folder"])
def test_a_process_that_outlives_its_attack_is_told_and_killed(tmp_path: Path, trace: str) -> None:
    """Our rule: whatever is marked, its command line, environment or folder."""
    mark = f"rc-evals-test-{os.urandom(6).hex()}"
    folder = tmp_path / (mark if trace == "folder" else "plain")
    folder.mkdir()
    code = "input()" + (f"  # {mark}" if trace == "argument" else "")
    env = {"MARK": mark} if trace == "environment" else {}
    command = [str(Path("/proc/self/exe").resolve()), "-S", "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=env, cwd=folder) as process:
        left = leftovers([mark], folder / "scratch", patience=0)
        assert left == ["1 processes that outlived it"]
        assert process.wait(5) == -9
    assert leftovers([mark], folder / "scratch", patience=0) == []
    assert leftovers([mark], folder, patience=0) == ["a folder that outlived it"]
