"""Telemetry events as the cloud service takes them. Source: types spec 3.26, cloud spec 21.3."""

from typing import Annotated, Final, Literal, Self, TypeAlias

from rc_types._base import Omittable, TaggedBy, WireModel
from rc_types._codec import WireCodec
from rc_types._scalars import Number
from rc_types._telemetry_properties import TelemetryProperties
from rc_types.message import ClineMessage

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
    def of(cls, name: GenericEventName, properties: TelemetryProperties) -> Self:
        """Report the event of this name."""
        return cls(type=name, properties=properties)


class TelemetrySettingsChangedProperties(TelemetryProperties):
    """Consent before and after."""

    previous_setting: TelemetrySetting
    new_setting: TelemetrySetting


class TelemetrySettingsChanged(WireModel):
    """The user gave or took back their consent."""

    type: Literal["Telemetry Settings Changed"]
    properties: TelemetrySettingsChangedProperties

    @classmethod
    def of(cls, properties: TelemetrySettingsChangedProperties) -> Self:
        """Report the change."""
        return cls(type="Telemetry Settings Changed", properties=properties)


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
    def of(cls, properties: TaskMessageProperties) -> Self:
        """Report the message."""
        return cls(type="Task Message", properties=properties)


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
    def of(cls, properties: LlmCompletionProperties) -> Self:
        """Report the answer."""
        return cls(type="LLM Completion", properties=properties)


RooCodeTelemetryEvent: TypeAlias = Annotated[
    GenericEvent | TelemetrySettingsChanged | TaskMessage | LlmCompletion, TaggedBy("type")
]

roo_code_telemetry_event: Final[WireCodec[RooCodeTelemetryEvent]] = WireCodec(
    RooCodeTelemetryEvent, "RooCodeTelemetryEvent"
)
"""Reads and writes any event for the cloud service; raises `InvalidWireError` for anything else."""
