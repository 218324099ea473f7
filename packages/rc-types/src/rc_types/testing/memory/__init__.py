"""A provider of every port that keeps everything in memory: what programs are tested with, no kinder than a real one.

All of them pass `rc_types.testing.contracts`.
"""

from rc_types.testing.memory._account import MemoryAuthService, MemorySettingsService
from rc_types.testing.memory._stores import MemorySecretStore, MemoryStateStore
from rc_types.testing.memory._task_link import MemoryAssistant, MemoryTaskLink
from rc_types.testing.memory._telemetry import (
    FixedProperties,
    MemoryTelemetryHost,
    RecordingEventSink,
    RecordingTelemetryClient,
)

__all__ = [
    "FixedProperties",
    "MemoryAssistant",
    "MemoryAuthService",
    "MemorySecretStore",
    "MemorySettingsService",
    "MemoryStateStore",
    "MemoryTaskLink",
    "MemoryTelemetryHost",
    "RecordingEventSink",
    "RecordingTelemetryClient",
]
