"""The ports: how small they are, what fits them, and finding a provider by name (law 2)."""

import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

import pytest
from rc_types import ProviderMissingError, TaskLinkMissingError, ports
from rc_types.ports import TASK_LINK_GROUP, TELEMETRY_CLIENT_GROUP, load_task_link, load_telemetry_client
from rc_types.testing.memory import MemoryTelemetryHost, RecordingTelemetryClient

PROVIDER = """
from contextlib import asynccontextmanager
from rc_types.testing.memory import RecordingTelemetryClient

@asynccontextmanager
async def pigeon(address):
    yield address

def diary(host):
    return RecordingTelemetryClient()
"""
PROTOCOLS = [port for port in vars(ports).values() if isinstance(port, type) and Protocol in port.__bases__]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution with a task link `pigeon` and a telemetry client `diary`, as an installer leaves it.

    Its task link `owl` lacks what it stands on.
    """
    (tmp_path / "pigeon_post.py").write_text(PROVIDER, encoding="utf-8")
    (tmp_path / "owl_post.py").write_text("import no_such_owl\n", encoding="utf-8")
    info = tmp_path / "pigeon_post-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-post\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(
        f"[{TASK_LINK_GROUP}]\npigeon = pigeon_post:pigeon\nowl = owl_post:owl\n"
        f"[{TELEMETRY_CLIENT_GROUP}]\ndiary = pigeon_post:diary\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("sys.path", [str(tmp_path), *sys.path])


@pytest.mark.parametrize("port", PROTOCOLS)
def test_a_port_has_at_most_five_members(port: type[Any]) -> None:
    """Law 2: a port is a small Protocol."""
    members = [name for name in vars(port) if not name.startswith("_") or name == "__call__"]
    assert 1 <= len(members) <= 5


def test_every_protocol_between_siblings_is_there() -> None:
    names = {port.__name__ for port in PROTOCOLS}
    assert names >= {"TaskLink", "TelemetryClient", "TelemetryPropertiesProvider", "AuthService", "SettingsService"}
    assert names >= {"StateStore", "SecretStore", "TelemetryHost", "EventSink"}


def test_the_ports_are_there_without_a_single_model() -> None:
    """Command lines look for providers before they know whether any message will be read."""
    code = "import sys, rc_types.ports; sys.exit('pydantic' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.usefixtures("installed")
async def test_a_task_link_is_found_by_its_name() -> None:
    async with load_task_link("pigeon")("home") as link:
        assert str(link) == "home"


@pytest.mark.usefixtures("installed")
def test_a_telemetry_client_is_found_by_its_name() -> None:
    client = load_telemetry_client("diary")(MemoryTelemetryHost())
    assert isinstance(client, RecordingTelemetryClient)


@pytest.mark.usefixtures("installed")
def test_a_missing_provider_is_an_error_that_names_what_to_install() -> None:
    with pytest.raises(
        TaskLinkMissingError,
        match=r"no task link named 'drum' is installed \(there is: .*pigeon.*\); .*unix.* with: pip install rc-ipc$",
    ):
        load_task_link("drum")


@pytest.mark.parametrize(
    ("name", "package"), [("posthog", "rc-telemetry"), ("otel", "'rc-telemetry[otel]'"), ("cloud", "rc-cloud")]
)
def test_a_known_name_that_is_missing_names_its_own_package_only(
    name: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 2: `pip install` of what is named is all that there is to do."""
    monkeypatch.setattr("sys.path", [])
    with pytest.raises(ProviderMissingError) as caught:
        load_telemetry_client(name)
    assert str(caught.value) == (
        f"no telemetry client named {name!r} is installed (there is: none); it comes with: pip install {package}"
    )


@pytest.mark.usefixtures("installed")
def test_a_provider_that_lacks_a_part_is_missing_too_and_says_which() -> None:
    """An extra that was not asked for is the usual reason."""
    with pytest.raises(TaskLinkMissingError, match="'owl' does not load: No module named 'no_such_owl'"):
        load_task_link("owl")
