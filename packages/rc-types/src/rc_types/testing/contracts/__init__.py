"""What the ports promise, as rules that a provider runs against itself.

A contract is a tuple of rules. A rule is a coroutine function of one argument: how to open what is to be tested. It
returns when the promise is kept and raises ContractError, with a sentence that says what happened instead, when it is
not. With pytest and pytest-asyncio:

    @pytest.mark.parametrize("rule", contracts.STATE_STORE)
    async def test_the_file_store_keeps_its_port(rule: contracts.Rule[StateStore], tmp_path: Path) -> None:
        await rule(lambda: FileStore.open(tmp_path / "state.json"))

| contract                        | of the port                    | what is opened                                  |
|---------------------------------|--------------------------------|-------------------------------------------------|
| `TASK_LINK`                     | `TaskLink`                     | `LinkUnderTest`: the link, and its far end      |
| `LINKED_TASK`                   | `LinkedTask`                   | the same                                        |
| `TELEMETRY_CLIENT`              | `TelemetryClient`              | `ClientUnderTest`: the client, and its place    |
| `TELEMETRY_PROPERTIES_PROVIDER` | `TelemetryPropertiesProvider`  | the provider                                    |
| `TELEMETRY_HOST`                | `TelemetryHost`                | `HostUnderTest`: the host, and who sets its level |
| `EVENT_SINK`                    | `EventSink`                    | the sink                                        |
| `AUTH_SERVICE`                  | `AuthService`                  | the service, once per state that it can be in   |
| `SETTINGS_SERVICE`              | `SettingsService`              | the same                                        |
| `STATE_STORE`                   | `StateStore`                   | the store, empty at first                       |
| `SECRET_STORE`                  | `SecretStore`                  | the store, empty at first                       |

What waits, waits for at most PATIENCE seconds. `rc_types.testing.memory` has a provider of each port that passes.
"""

from rc_types.testing.contracts._account import AUTH_SERVICE, SETTINGS_SERVICE
from rc_types.testing.contracts._linked_task import LINKED_TASK
from rc_types.testing.contracts._rules import PATIENCE, ContractError, Opens, Rule
from rc_types.testing.contracts._secret_store import SECRET_STORE
from rc_types.testing.contracts._state_store import STATE_STORE
from rc_types.testing.contracts._task_link import TASK_LINK, Assistant, LinkUnderTest
from rc_types.testing.contracts._telemetry import TELEMETRY_CLIENT, ClientUnderTest
from rc_types.testing.contracts._telemetry_program import (
    EVENT_SINK,
    TELEMETRY_HOST,
    TELEMETRY_PROPERTIES_PROVIDER,
    HostUnderTest,
)

__all__ = [
    "AUTH_SERVICE",
    "EVENT_SINK",
    "LINKED_TASK",
    "PATIENCE",
    "SECRET_STORE",
    "SETTINGS_SERVICE",
    "STATE_STORE",
    "TASK_LINK",
    "TELEMETRY_CLIENT",
    "TELEMETRY_HOST",
    "TELEMETRY_PROPERTIES_PROVIDER",
    "Assistant",
    "ClientUnderTest",
    "ContractError",
    "HostUnderTest",
    "LinkUnderTest",
    "Opens",
    "Rule",
]
