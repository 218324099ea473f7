"""The address of a host when nobody names one (IPC spec R-9)."""

import os
import stat
import sys
import tempfile
from pathlib import Path

import pytest
from rc_ipc import AddressError, PermissionDeniedError, connect, default_address, serve
from rc_types.ipc import ClientId, TaskCommand

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there, a pipe has no folder")


async def quiet(_command: TaskCommand, _client_id: ClientId, /) -> None:
    return None


async def test_a_host_is_found_by_its_name_alone(tmp_path: Path) -> None:
    """IPC spec R-9: `$XDG_RUNTIME_DIR/roo-code/NAME.sock`, folder mode 0700, whatever the umask."""
    before = os.umask(0)
    try:
        address = default_address("demo", environ={"XDG_RUNTIME_DIR": str(tmp_path)})
    finally:
        os.umask(before)
    assert address == f"{tmp_path}/roo-code/demo.sock"
    assert stat.S_IMODE((tmp_path / "roo-code").stat().st_mode) == 0o700
    async with serve(address, quiet), connect(default_address("demo", environ={"XDG_RUNTIME_DIR": str(tmp_path)})):
        pass


@pytest.mark.parametrize("runtime", ["", "relative", "/nonexistent/folder", "/" + "x" * 5000])
def test_without_a_folder_for_sockets_the_one_for_temporary_files_has_it(
    runtime: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IPC spec R-9: `<temp>/roo-code-UID/NAME.sock`."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # as TMPDIR, which is read once per process
    address = default_address("demo", environ={"XDG_RUNTIME_DIR": runtime})
    assert address == f"{tmp_path}/roo-code-{os.getuid()}/demo.sock"
    assert stat.S_IMODE(Path(address).parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", ".", "..", "../other", "a/b", "a\\b", "a\0b", "a\nb", "x" * 200])
def test_what_cannot_be_a_name_is_refused(name: str, tmp_path: Path) -> None:
    """IPC spec R-9: nobody leaves the folder by a name."""
    with pytest.raises(AddressError):
        default_address(name, environ={"XDG_RUNTIME_DIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "complaint"), [("open", "open to others"), ("link", "is a link"), ("file", "is a file")]
)
def test_a_folder_that_others_may_have_prepared_is_not_used(kind: str, complaint: str, tmp_path: Path) -> None:
    """IPC spec R-9: in a shared place, anybody can be there first."""
    folder = tmp_path / "roo-code"
    if kind == "open":
        folder.mkdir()
        folder.chmod(0o755)
    elif kind == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        folder.symlink_to("elsewhere")
    else:
        folder.touch()
    with pytest.raises(PermissionDeniedError, match=complaint):
        default_address("demo", environ={"XDG_RUNTIME_DIR": str(tmp_path)})
