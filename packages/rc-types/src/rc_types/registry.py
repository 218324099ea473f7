"""Everything by its upstream name, for tools and tests that are driven by names.

Nothing is imported before it is asked for. Source: types spec 2.12.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any, Final

from rc_types._codec import WireCodec

_SCHEMAS: Final[Mapping[str, str]] = {
    "ackSchema": "ipc:Ack",
    "clineAskSchema": "message:ClineAsk",
    "clineMessageSchema": "message:ClineMessage",
    "clineSaySchema": "message:ClineSay",
    "codebaseIndexConfigSchema": "codebase_index:CodebaseIndexConfig",
    "codebaseIndexModelsSchema": "codebase_index:CodebaseIndexModels",
    "codebaseIndexProviderSchema": "codebase_index:CodebaseIndexProvider",
    "contextCondenseSchema": "message:ContextCondense",
    "contextTruncationSchema": "message:ContextTruncation",
    "customModePromptsSchema": "mode:CustomModePrompts",
    "customModesSettingsSchema": "mode:CustomModesSettings",
    "customSupportPromptsSchema": "mode:CustomSupportPrompts",
    "experimentIdsSchema": "experiment:ExperimentId",
    "experimentsSchema": "experiment:Experiments",
    "globalSettingsSchema": "global_settings:GlobalSettings",
    "groupEntryArraySchema": "mode:GroupEntries",
    "groupEntrySchema": "mode:GroupEntry",
    "groupOptionsSchema": "mode:GroupOptions",
    "historyItemSchema": "history:HistoryItem",
    "ipcMessageSchema": "ipc:IpcMessage",
    "languagesSchema": "vscode:Language",
    "modeConfigSchema": "mode:ModeConfig",
    "modelInfoSchema": "model:ModelInfo",
    "modelParametersSchema": "model:ModelParameter",
    "promptComponentSchema": "mode:PromptComponent",
    "providerNamesSchema": "provider_settings:ProviderName",
    "providerNamesWithRetiredSchema": "provider_settings:ProviderNameWithRetired",
    "providerSettingsEntrySchema": "provider_settings:ProviderSettingsEntry",
    "providerSettingsSchema": "provider_settings:ProviderSettings",
    "providerSettingsSchemaDiscriminated": "provider_profiles:DiscriminatedProviderSettings",
    "providerSettingsWithIdSchema": "provider_settings:ProviderSettingsWithId",
    "queuedMessageSchema": "message:QueuedMessage",
    "reasoningEffortExtendedSchema": "model:ReasoningEffortExtended",
    "reasoningEffortSettingSchema": "model:ReasoningEffortSetting",
    "reasoningEffortWithMinimalSchema": "model:ReasoningEffortWithMinimal",
    "reasoningEffortsSchema": "model:ReasoningEffort",
    "retiredProviderNamesSchema": "provider_settings:RetiredProviderName",
    "rooCodeEventsSchema": "events:RooCodeEvents",
    "rooCodeSettingsSchema": "global_settings:RooCodeSettings",
    "serviceTierSchema": "model:ServiceTier",
    "taskCommandSchema": "ipc:TaskCommand",
    "taskEventSchema": "events:TaskEvent",
    "taskMetadataSchema": "task:TaskMetadata",
    "telemetrySettingsSchema": "telemetry:TelemetrySetting",
    "todoItemSchema": "todo:TodoItem",
    "todoStatusSchema": "todo:TodoStatus",
    "tokenUsageSchema": "message:TokenUsage",
    "toolGroupsSchema": "tool:ToolGroup",
    "toolNamesSchema": "tool:ToolName",
    "toolProgressStatusSchema": "message:ToolProgressStatus",
    "toolUsageSchema": "tool:ToolUsage",
    "verbosityLevelsSchema": "model:VerbosityLevel",
    "zaiApiLineSchema": "provider_settings:ZaiApiLine",
}

_CONSTANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "codebase_index": ("CODEBASE_INDEX_DEFAULTS",),
    "events": ("RooCodeEventName",),
    "experiment": ("experimentIds",),
    "global_settings": (
        "DEFAULT_CHECKPOINT_TIMEOUT_SECONDS",
        "DEFAULT_TERMINAL_OUTPUT_PREVIEW_SIZE",
        "DEFAULT_WRITE_DELAY_MS",
        "EVALS_SETTINGS",
        "EVALS_TIMEOUT",
        "GLOBAL_SECRET_KEYS",
        "GLOBAL_SETTINGS_KEYS",
        "GLOBAL_STATE_KEYS",
        "MAX_CHECKPOINT_TIMEOUT_SECONDS",
        "MIN_CHECKPOINT_TIMEOUT_SECONDS",
        "SECRET_STATE_KEYS",
        "TERMINAL_PREVIEW_BYTES",
    ),
    "ipc": ("IpcMessageType", "IpcOrigin", "TaskCommandName"),
    "message": ("clineAsks", "clineSays", "idleAsks", "interactiveAsks", "nonBlockingAsks", "resumableAsks"),
    "mode": ("DEFAULT_MODES",),
    "model": (
        "modelParameters",
        "reasoningEffortSettingValues",
        "reasoningEfforts",
        "reasoningEffortsExtended",
        "serviceTiers",
        "verbosityLevels",
    ),
    "provider_settings": (
        "ANTHROPIC_STYLE_PROVIDERS",
        "DEFAULT_CONSECUTIVE_MISTAKE_LIMIT",
        "PROVIDER_SETTINGS_KEYS",
        "customProviders",
        "dynamicProviders",
        "fauxProviders",
        "internalProviders",
        "localProviders",
        "modelIdKeys",
        "modelIdKeysByProvider",
        "providerNames",
        "retiredProviderNames",
    ),
    "task": ("TaskStatus",),
    "telemetry": ("telemetrySettings",),
    "tool": ("deprecatedToolGroups", "toolGroups", "toolNames"),
    "vscode": ("languages",),
}

_FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "global_settings": ("isGlobalStateKey", "isSecretStateKey"),
    "message": ("isIdleAsk", "isInteractiveAsk", "isNonBlockingAsk", "isResumableAsk"),
    "model": ("isModelParameter",),
    "provider_settings": (
        "getApiProtocol",
        "getModelId",
        "isCustomProvider",
        "isDynamicProvider",
        "isFauxProvider",
        "isInternalProvider",
        "isLocalProvider",
        "isProviderName",
        "isRetiredProvider",
        "isTypicalProvider",
    ),
    "vscode": ("isLanguage",),
}


def schema_names() -> tuple[str, ...]:
    """Return the upstream names of all schemas that are here, sorted."""
    return tuple(sorted(_SCHEMAS))


@cache
def schema(name: str) -> WireCodec[Any]:
    """Return the codec of a schema by its upstream name, such as `clineMessageSchema`.

    Raises:
        KeyError: No such schema is here.
    """
    module, _, attribute = _SCHEMAS[name].partition(":")
    return WireCodec(getattr(import_module(f"rc_types.{module}"), attribute), attribute)


def constant_names() -> tuple[str, ...]:
    """Return the upstream names of all constants and enums that are here, sorted."""
    return tuple(sorted(name for names in _CONSTANTS.values() for name in names))


def constant(name: str) -> Any:
    """Return a constant or an enum by its upstream name, such as `clineAsks`.

    Raises:
        KeyError: No such constant is here.
    """
    is_enum = name[0].isupper() and not name.isupper()
    return _find(_CONSTANTS, name, name if is_enum else _snake(name).upper())


def function_names() -> tuple[str, ...]:
    """Return the upstream names of all functions that are here, sorted."""
    return tuple(sorted(name for names in _FUNCTIONS.values() for name in names))


def function(name: str) -> Callable[..., Any]:
    """Return a function by its upstream name, such as `isIdleAsk`.

    Raises:
        KeyError: No such function is here.
    """
    found: Callable[..., Any] = _find(_FUNCTIONS, name, _snake(name))
    return found


def _find(modules: Mapping[str, tuple[str, ...]], name: str, attribute: str) -> Any:
    for module, names in modules.items():
        if name in names:
            return getattr(import_module(f"rc_types.{module}"), attribute)
    raise KeyError(name)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
