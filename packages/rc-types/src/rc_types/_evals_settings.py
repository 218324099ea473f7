"""Settings that an evaluation starts from. Source: types spec 3.13."""

from collections.abc import Mapping
from typing import Any, Final

EVALS_SETTINGS: Final[Mapping[str, Any]] = {
    "apiProvider": "openrouter",
    "lastShownAnnouncementId": "jul-09-2025-3-23-0",
    "pinnedApiConfigs": {},
    "autoApprovalEnabled": True,
    "alwaysAllowReadOnly": True,
    "alwaysAllowReadOnlyOutsideWorkspace": False,
    "alwaysAllowWrite": True,
    "alwaysAllowWriteOutsideWorkspace": False,
    "alwaysAllowWriteProtected": False,
    "writeDelayMs": 1000,
    "requestDelaySeconds": 10,
    "alwaysAllowMcp": True,
    "alwaysAllowModeSwitch": True,
    "alwaysAllowSubtasks": True,
    "alwaysAllowExecute": True,
    "alwaysAllowFollowupQuestions": True,
    "followupAutoApproveTimeoutMs": 0,
    "allowedCommands": ["*"],
    "commandExecutionTimeout": 20,
    "commandTimeoutAllowlist": [],
    "preventCompletionWithOpenTodos": False,
    "ttsEnabled": False,
    "ttsSpeed": 1,
    "soundEnabled": False,
    "soundVolume": 0.5,
    "terminalShellIntegrationTimeout": 30000,
    "terminalCommandDelay": 0,
    "terminalPowershellCounter": False,
    "terminalZshOhMy": True,
    "terminalZshClearEolMark": True,
    "terminalZshP10k": False,
    "terminalZdotdir": True,
    "terminalShellIntegrationDisabled": True,
    "diagnosticsEnabled": True,
    "enableCheckpoints": False,
    "rateLimitSeconds": 0,
    "maxOpenTabsContext": 20,
    "maxWorkspaceFiles": 200,
    "maxGitStatusFiles": 20,
    "showRooIgnoredFiles": True,
    "includeDiagnosticMessages": True,
    "maxDiagnosticMessages": 50,
    "language": "en",
    "telemetrySetting": "enabled",
    "mcpEnabled": False,
    "mode": "code",
    "customModes": [],
}
"""Settings that an evaluation starts from, as wire data for `RooCodeSettings.from_wire`."""

EVALS_TIMEOUT: Final = 5 * 60 * 1000
"""Milliseconds that an evaluation gives a task."""
