"""Where the packages of this family meet without importing each other.

Each port is a Protocol of at most five members. Whatever fits is a provider: nothing has to be inherited or registered,
and giving one as an argument always comes first. `load_task_link` and `load_telemetry_client` find what is installed.

| port                          | who provides it        | who consumes it             |
|-------------------------------|------------------------|-----------------------------|
| `TaskLink`, `LinkedTask`      | rc-ipc                 | rc-evals                    |
| `TelemetryClient`             | rc-telemetry, rc-cloud | the service of rc-telemetry |
| `TelemetryPropertiesConsumer` | the same clients       | the service of rc-telemetry |
| `TelemetryPropertiesProvider` | the program            | rc-telemetry, rc-cloud      |
| `TelemetryHost`               | rc-core                | rc-telemetry, rc-cloud      |
| `EventSink`                   | rc-telemetry           | rc-cloud, the program       |
| `AuthService`                 | rc-cloud               | rc-telemetry, rc-evals      |
| `SettingsService`             | rc-cloud               | rc-evals, the program       |
| `StateStore`, `SecretStore`   | rc-core                | rc-cloud                    |

Importing this imports no model. Who writes a provider runs `rc_types.testing.contracts` against it.
"""

from rc_types.ports._account import AuthService, SettingsService
from rc_types.ports._host import SecretStore, StateStore, Unsubscribe
from rc_types.ports._loading import (
    TASK_LINK_GROUP,
    TELEMETRY_CLIENT_GROUP,
    load_task_link,
    load_telemetry_client,
)
from rc_types.ports._task_link import (
    LinkedTask,
    TaskGoal,
    TaskLink,
    TaskLinkFactory,
    TaskOutcome,
    TaskOutcomeKind,
)
from rc_types.ports._telemetry import (
    EventSink,
    TelemetryClient,
    TelemetryClientFactory,
    TelemetryHost,
    TelemetryPropertiesConsumer,
    TelemetryPropertiesProvider,
)

__all__ = [
    "TASK_LINK_GROUP",
    "TELEMETRY_CLIENT_GROUP",
    "AuthService",
    "EventSink",
    "LinkedTask",
    "SecretStore",
    "SettingsService",
    "StateStore",
    "TaskGoal",
    "TaskLink",
    "TaskLinkFactory",
    "TaskOutcome",
    "TaskOutcomeKind",
    "TelemetryClient",
    "TelemetryClientFactory",
    "TelemetryHost",
    "TelemetryPropertiesConsumer",
    "TelemetryPropertiesProvider",
    "Unsubscribe",
    "load_task_link",
    "load_telemetry_client",
]
