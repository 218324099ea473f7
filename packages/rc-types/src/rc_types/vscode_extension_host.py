"""Messages between the assistant and its user interface, or the command line in its place. Source: types spec 3.31.

`ExtensionMessage` goes from the assistant, `WebviewMessage` to it. What a member means depends on the `type` of its
message. Upstream checks three of the payloads and nothing else.
"""

from typing import Literal, Self

from rc_types._base import Omittable, WireModel, given
from rc_types._extension_chat import (
    BatchDiff,
    BatchDirectory,
    BatchFile,
    ClineApiReqCancelReason,
    ClineApiReqInfo,
    ClineAskUseMcpServer,
    ClineSayTool,
    DiffPart,
    DiffStats,
)
from rc_types._extension_message import ExtensionMessage, ExtensionMessageType
from rc_types._extension_parts import (
    AggregatedCosts,
    CheckpointWarning,
    Command,
    CommandSearchResult,
    FileContent,
    FileSearchResult,
    LanguageModelChatSelector,
    OpenedTab,
)
from rc_types._extension_state import ExtensionState, InstalledItems, PartialExtensionState
from rc_types._scalars import Number
from rc_types._webview_message import (
    AudioType,
    ClineAskResponse,
    CodeIndexSettings,
    MarketplaceFilters,
    WebviewMessage,
)
from rc_types._webview_payloads import (
    CheckpointDiffPayload,
    CheckpointRestorePayload,
    EditQueuedMessagePayload,
    IndexClearedPayload,
    IndexingStatusPayload,
    InstallMarketplaceItemWithParametersPayload,
    UpdateTodoListPayload,
    WebViewMessagePayload,
)
from rc_types._webview_types import WebviewMessageType
from rc_types.providers.openai_codex_rate_limits import OpenAiCodexRateLimitInfo

__all__ = [
    "AggregatedCosts",
    "AudioType",
    "BatchDiff",
    "BatchDirectory",
    "BatchFile",
    "CheckpointDiffPayload",
    "CheckpointRestorePayload",
    "CheckpointWarning",
    "ClineApiReqCancelReason",
    "ClineApiReqInfo",
    "ClineAskResponse",
    "ClineAskUseMcpServer",
    "ClineSayTool",
    "CodeIndexSettings",
    "Command",
    "CommandSearchResult",
    "DiffPart",
    "DiffStats",
    "EditQueuedMessagePayload",
    "ExtensionMessage",
    "ExtensionMessageType",
    "ExtensionState",
    "FileContent",
    "FileSearchResult",
    "IndexClearedPayload",
    "IndexingStatus",
    "IndexingStatusPayload",
    "IndexingStatusUpdateMessage",
    "InstallMarketplaceItemWithParametersPayload",
    "InstalledItems",
    "LanguageModelChatSelector",
    "MarketplaceFilters",
    "OpenAiCodexRateLimitsMessage",
    "OpenedTab",
    "PartialExtensionState",
    "RequestOpenAiCodexRateLimitsMessage",
    "UpdateTodoListPayload",
    "WebViewMessagePayload",
    "WebviewMessage",
    "WebviewMessageType",
]


class IndexingStatus(WireModel):
    """How far the code index is."""

    system_status: str
    """One of the states of `IndexingStatusPayload`; free text as far as upstream's types go."""
    message: Omittable[str] = None
    processed_items: Number
    total_items: Number
    current_item_unit: Omittable[str] = None
    """What is counted, such as `files`."""
    workspace_path: Omittable[str] = None
    workspace_enabled: Omittable[bool] = None
    auto_enable_default: Omittable[bool] = None


class IndexingStatusUpdateMessage(WireModel):
    """An `ExtensionMessage` that says how far the code index is."""

    type: Literal["indexingStatusUpdate"]
    values: IndexingStatus

    @classmethod
    def of(cls, values: IndexingStatus) -> Self:
        """Make the message."""
        return cls(type="indexingStatusUpdate", values=values)


class RequestOpenAiCodexRateLimitsMessage(WireModel):
    """A `WebviewMessage` that asks how much of the user's ChatGPT plan is used up."""

    type: Literal["requestOpenAiCodexRateLimits"]

    @classmethod
    def of(cls) -> Self:
        """Ask."""
        return cls(type="requestOpenAiCodexRateLimits")


class OpenAiCodexRateLimitsMessage(WireModel):
    """An `ExtensionMessage` that says how much of the user's ChatGPT plan is used up, or why that is not known."""

    type: Literal["openAiCodexRateLimits"]
    values: Omittable[OpenAiCodexRateLimitInfo] = None
    error: Omittable[str] = None

    @classmethod
    def of(cls, values: OpenAiCodexRateLimitInfo | None = None, *, error: str | None = None) -> Self:
        """Make the message with the one or the other."""
        return cls(type="openAiCodexRateLimits", **given(values=values, error=error))
