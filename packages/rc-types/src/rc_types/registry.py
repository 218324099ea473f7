"""Everything by its upstream name, for tools and tests that are driven by names.

Nothing is imported before it is asked for. Source: types spec 2.12.
"""

from collections.abc import Mapping
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
    "providerSettingsSchemaDiscriminated": "provider_settings:DiscriminatedProviderSettings",
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
