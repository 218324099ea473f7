"""Names of telemetry events, and the events as the cloud service takes them.

Source: types spec 3.26, telemetry spec 3, cloud spec 21.3.
"""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from rc_types._base import Omittable, WireModel, given
from rc_types._codec import WireCodec
from rc_types._later import TaggedBy
from rc_types._scalars import Number
from rc_types._telemetry_properties import TelemetryProperties
from rc_types.message import ClineMessage
from rc_types.task import TaskId


class TelemetryEventName(StrEnum):
    """Every event of the assistant; upstream only ever adds names."""

    TASK_CREATED = "Task Created"
    TASK_RESTARTED = "Task Reopened"
    TASK_COMPLETED = "Task Completed"
    TASK_MESSAGE = "Task Message"
    TASK_CONVERSATION_MESSAGE = "Conversation Message"
    LLM_COMPLETION = "LLM Completion"
    MODE_SWITCH = "Mode Switched"
    MODE_SELECTOR_OPENED = "Mode Selector Opened"
    TOOL_USED = "Tool Used"
    CHECKPOINT_CREATED = "Checkpoint Created"
    CHECKPOINT_RESTORED = "Checkpoint Restored"
    CHECKPOINT_DIFFED = "Checkpoint Diffed"
    TAB_SHOWN = "Tab Shown"
    MODE_SETTINGS_CHANGED = "Mode Setting Changed"
    CUSTOM_MODE_CREATED = "Custom Mode Created"
    CONTEXT_CONDENSED = "Context Condensed"
    SLIDING_WINDOW_TRUNCATION = "Sliding Window Truncation"
    CODE_ACTION_USED = "Code Action Used"
    PROMPT_ENHANCED = "Prompt Enhanced"
    TITLE_BUTTON_CLICKED = "Title Button Clicked"
    AUTHENTICATION_INITIATED = "Authentication Initiated"
    MARKETPLACE_ITEM_INSTALLED = "Marketplace Item Installed"
    MARKETPLACE_ITEM_REMOVED = "Marketplace Item Removed"
    MARKETPLACE_TAB_VIEWED = "Marketplace Tab Viewed"
    MARKETPLACE_INSTALL_BUTTON_CLICKED = "Marketplace Install Button Clicked"
    SHARE_BUTTON_CLICKED = "Share Button Clicked"
    SHARE_ORGANIZATION_CLICKED = "Share Organization Clicked"
    SHARE_PUBLIC_CLICKED = "Share Public Clicked"
    SHARE_CONNECT_TO_CLOUD_CLICKED = "Share Connect To Cloud Clicked"
    ACCOUNT_CONNECT_CLICKED = "Account Connect Clicked"
    ACCOUNT_CONNECT_SUCCESS = "Account Connect Success"
    ACCOUNT_LOGOUT_CLICKED = "Account Logout Clicked"
    ACCOUNT_LOGOUT_SUCCESS = "Account Logout Success"
    FEATURED_PROVIDER_CLICKED = "Featured Provider Clicked"
    UPSELL_DISMISSED = "Upsell Dismissed"
    UPSELL_CLICKED = "Upsell Clicked"
    SCHEMA_VALIDATION_ERROR = "Schema Validation Error"
    DIFF_APPLICATION_ERROR = "Diff Application Error"
    SHELL_INTEGRATION_ERROR = "Shell Integration Error"
    CONSECUTIVE_MISTAKE_ERROR = "Consecutive Mistake Error"
    CODE_INDEX_ERROR = "Code Index Error"
    TELEMETRY_SETTINGS_CHANGED = "Telemetry Settings Changed"
    MODEL_CACHE_EMPTY_RESPONSE = "Model Cache Empty Response"
    READ_FILE_LEGACY_FORMAT_USED = "Read File Legacy Format Used"


TelemetrySetting: TypeAlias = Literal["unset", "enabled", "disabled"]
"""Whether the user allows analytics; `unset` until the question was answered."""

GenericEventName: TypeAlias = Literal[
    "Task Created",
    "Task Reopened",
    "Task Completed",
    "Conversation Message",
    "Mode Switched",
    "Mode Selector Opened",
    "Tool Used",
    "Checkpoint Created",
    "Checkpoint Restored",
    "Checkpoint Diffed",
    "Code Action Used",
    "Prompt Enhanced",
    "Title Button Clicked",
    "Authentication Initiated",
    "Marketplace Item Installed",
    "Marketplace Item Removed",
    "Marketplace Tab Viewed",
    "Marketplace Install Button Clicked",
    "Share Button Clicked",
    "Share Organization Clicked",
    "Share Public Clicked",
    "Share Connect To Cloud Clicked",
    "Account Connect Clicked",
    "Account Connect Success",
    "Account Logout Clicked",
    "Account Logout Success",
    "Featured Provider Clicked",
    "Upsell Dismissed",
    "Upsell Clicked",
    "Schema Validation Error",
    "Diff Application Error",
    "Shell Integration Error",
    "Consecutive Mistake Error",
    "Code Index Error",
    "Model Cache Empty Response",
    "Context Condensed",
    "Sliding Window Truncation",
    "Tab Shown",
    "Mode Setting Changed",
    "Custom Mode Created",
    "Read File Legacy Format Used",
]
"""The events that tell the cloud service nothing beyond their name and the common properties."""


class GenericEvent(WireModel):
    """Something happened; properties of its own, such as the tool of `Tool Used`, do not survive this schema."""

    type: GenericEventName
    properties: TelemetryProperties

    @classmethod
    def of(cls, common: TelemetryProperties, name: GenericEventName) -> Self:
        """Report the event of this name."""
        return cls(type=name, properties=common)


def _both(common: TelemetryProperties, **own: Any) -> dict[str, Any]:
    """Return the common properties that are set and the event's own, which win."""
    return {name: getattr(common, name) for name in common.model_fields_set} | own


class TelemetrySettingsChangedProperties(TelemetryProperties):
    """Consent before and after."""

    previous_setting: TelemetrySetting
    new_setting: TelemetrySetting


class TelemetrySettingsChanged(WireModel):
    """The user gave or took back their consent."""

    type: Literal["Telemetry Settings Changed"]
    properties: TelemetrySettingsChangedProperties

    @classmethod
    def of(cls, common: TelemetryProperties, *, previous: TelemetrySetting, new: TelemetrySetting) -> Self:
        """Report the change from `previous` to `new`."""
        members = _both(common, previous_setting=previous, new_setting=new)
        return cls(type="Telemetry Settings Changed", properties=TelemetrySettingsChangedProperties(**members))


class TaskMessageProperties(TelemetryProperties):
    """A message of the chat, and the task that it belongs to."""

    # Members are immutable and named when a model is made, so that a required text may stand for an optional one.
    task_id: str  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
    message: ClineMessage


class TaskMessage(WireModel):
    """The chat of a task grew; messages that still stream are not reported."""

    type: Literal["Task Message"]
    properties: TaskMessageProperties

    @classmethod
    def of(cls, common: TelemetryProperties, task_id: TaskId, message: ClineMessage) -> Self:
        """Report a message of this task, whatever task the common properties name."""
        members = _both(common, task_id=task_id, message=message)
        return cls(type="Task Message", properties=TaskMessageProperties(**members))


class LlmCompletionProperties(TelemetryProperties):
    """What one call of the model used."""

    input_tokens: Number
    output_tokens: Number
    cache_read_tokens: Omittable[Number] = None
    cache_write_tokens: Omittable[Number] = None
    cost: Omittable[Number] = None
    """US dollars."""


class LlmCompletion(WireModel):
    """The model answered."""

    type: Literal["LLM Completion"]
    properties: LlmCompletionProperties

    @classmethod
    def of(
        cls,
        common: TelemetryProperties,
        *,
        input_tokens: int,
        output_tokens: int,
        cache_read_tokens: int | None = None,
        cache_write_tokens: int | None = None,
        cost: float | None = None,
    ) -> Self:
        """Report the answer and what is known of its price (US dollars)."""
        own = given(cache_read_tokens=cache_read_tokens, cache_write_tokens=cache_write_tokens, cost=cost)
        members = _both(common, input_tokens=input_tokens, output_tokens=output_tokens, **own)
        return cls(type="LLM Completion", properties=LlmCompletionProperties(**members))


RooCodeTelemetryEvent: TypeAlias = Annotated[
    GenericEvent | TelemetrySettingsChanged | TaskMessage | LlmCompletion, TaggedBy("type")
]
"""Any event as the cloud service takes it."""

roo_code_telemetry_event: Final[WireCodec[RooCodeTelemetryEvent]] = WireCodec(
    RooCodeTelemetryEvent, "RooCodeTelemetryEvent"
)
"""Reads and writes any event for the cloud service; raises `InvalidWireError` for anything else."""
