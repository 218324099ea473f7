"""Messages between the assistant and its user interface (types spec 3.31)."""

from typing import Any

import pytest
from rc_types import InvalidWireError
from rc_types.providers import OpenAiCodexRateLimitInfo
from rc_types.vscode_extension_host import (
    CheckpointDiffPayload,
    CheckpointRestorePayload,
    ClineSayTool,
    CodeIndexSettings,
    CommandSearchResult,
    EditQueuedMessagePayload,
    ExtensionMessage,
    ExtensionState,
    FileSearchResult,
    IndexClearedPayload,
    IndexingStatus,
    IndexingStatusPayload,
    IndexingStatusUpdateMessage,
    InstallMarketplaceItemWithParametersPayload,
    OpenAiCodexRateLimitsMessage,
    PartialExtensionState,
    RequestOpenAiCodexRateLimitsMessage,
    UpdateTodoListPayload,
    WebviewMessage,
)

ITEM = {"type": "mode", "id": "m", "name": "M", "description": "", "content": "slug: m"}


def test_a_push_of_state_says_only_what_changed() -> None:
    wire = {"type": "state", "state": {"mode": "code", "cloudUserInfo": None, "clineMessagesSeq": 7}}
    message = ExtensionMessage.from_wire({**wire, "fromTheFuture": 1})
    assert message.state is not None
    assert (message.state.mode, message.state.cloud_user_info, message.state.version) == ("code", None, None)
    assert message.to_wire() == wire


def test_a_whole_state_insists_on_what_a_change_may_leave_out() -> None:
    assert PartialExtensionState.from_wire({}).to_wire() == {}
    with pytest.raises(InvalidWireError, match=r"ExtensionState\.version is missing"):
        ExtensionState.from_wire({})


def test_a_change_of_state_can_change_every_member_of_the_state() -> None:
    assert {*PartialExtensionState.model_fields} == {*ExtensionState.model_fields}


def test_the_personal_account_is_null_and_not_absent() -> None:
    """Upstream declares `organizationId?: string | null`."""
    message = WebviewMessage(type="switchOrganization", organization_id=None)
    assert message.to_wire() == {"type": "switchOrganization", "organizationId": None}
    assert WebviewMessage(type="switchOrganization").to_wire() == {"type": "switchOrganization"}


def test_python_words_have_their_own_names_on_the_wire() -> None:
    assert WebviewMessage(type="ttsEnabled", bool_=True).to_wire() == {"type": "ttsEnabled", "bool": True}


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ({"commitHash": "c", "mode": "full"}, CheckpointDiffPayload),
        ({"ts": 1, "commitHash": "c", "mode": "restore"}, CheckpointRestorePayload),
        ({"state": "Indexing", "message": ""}, IndexingStatusPayload),
        ({"success": True}, IndexClearedPayload),
        ({"item": ITEM, "parameters": {"key": None}}, InstallMarketplaceItemWithParametersPayload),
        ({"todos": [1, None]}, UpdateTodoListPayload),
        ({"id": "q", "text": ""}, EditQueuedMessagePayload),
    ],
)
def test_a_payload_is_told_by_its_members(payload: dict[str, Any], kind: type[object]) -> None:
    message = WebviewMessage.from_wire({"type": "checkpointDiff", "payload": payload})
    assert type(message.payload) is kind
    assert message.to_wire()["payload"] == payload


def test_a_payload_of_no_kind_is_refused() -> None:
    with pytest.raises(InvalidWireError, match=r"WebviewMessage\.payload"):
        WebviewMessage.from_wire({"type": "checkpointDiff", "payload": {"ts": 1}})


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ({"path": "a.py", "type": "file"}, FileSearchResult),
        ({"name": "init", "source": "built-in"}, CommandSearchResult),
    ],
)
def test_a_search_finds_files_or_commands(found: dict[str, str], kind: type[object]) -> None:
    message = ExtensionMessage.from_wire({"type": "fileSearchResults", "results": [found]})
    assert message.results is not None
    assert type(message.results[0]) is kind
    assert message.to_wire()["results"] == [found]


def test_keys_stay_out_of_what_is_printed() -> None:
    """Law 8."""
    settings = CodeIndexSettings.from_wire(
        {
            "codebaseIndexEnabled": True,
            "codebaseIndexQdrantUrl": "http://localhost:6333",
            "codebaseIndexEmbedderProvider": "openai",
            "codebaseIndexEmbedderModelId": "m",
            "codeIndexOpenAiKey": "hush",
        }
    )
    secrets = {"telemetryKey": "hush", "openRouterImageApiKey": "hush", "apiConfiguration": {"apiKey": "hush"}}
    state = PartialExtensionState.from_wire(secrets)
    assert state.to_wire() == secrets
    assert "hush" not in repr(settings) + repr(state)


def test_messages_with_a_type_of_their_own_are_messages_like_others() -> None:
    """Upstream declares them beside the two message types whose `type` they have."""
    status = IndexingStatus(system_status="Indexing", processed_items=1, total_items=2)
    limits = OpenAiCodexRateLimitInfo(fetched_at=1)
    for sent in [IndexingStatusUpdateMessage.of(status), OpenAiCodexRateLimitsMessage.of(limits)]:
        assert ExtensionMessage.from_wire(sent.to_wire()).to_wire() == sent.to_wire()
    failed = OpenAiCodexRateLimitsMessage.of(error="signed out")
    assert failed.to_wire() == {"type": "openAiCodexRateLimits", "error": "signed out"}
    asked = RequestOpenAiCodexRateLimitsMessage.of()
    assert WebviewMessage.from_wire(asked.to_wire()).type == "requestOpenAiCodexRateLimits"


def test_a_tool_call_is_read_out_of_a_chat_message() -> None:
    text = (
        '{"tool":"appliedDiff","path":"a.py","batchDiffs":[{"path":"a.py","changeCount":1,"key":"k","content":"",'
        '"diffStats":{"added":2,"removed":1},"diffs":[{"content":"+x","startLine":3}]}]}'
    )
    call = ClineSayTool.from_json(text)
    assert call.batch_diffs is not None
    (diff,) = call.batch_diffs
    assert diff.diff_stats is not None
    assert (call.tool, diff.diff_stats.added, diff.key) == ("appliedDiff", 2, "k")
    assert call.to_json().decode() == text
