"""What the products accept that the others do not (Kilo differences, KD-001 to KD-004, KD-010 to KD-014, KD-031)."""

import json
from typing import Any, Final

import pytest
from rc_types import InvalidWireError
from rc_types.events import Message, TaskCompleted, read_task_event
from rc_types.global_settings import GLOBAL_SETTINGS_KEYS, SENSITIVE_KEYS, GlobalSettings, RooCodeSettings
from rc_types.history import HistoryItem
from rc_types.ipc import CancelTask, CloseTask, ipc_message, task_command
from rc_types.message import ClineMessage
from rc_types.mode import ModeConfig
from rc_types.model import ModelInfo
from rc_types.task import TaskId

REFUSED: Final = "refused"
KEPT: Final = "kept"
DROPPED: Final = "dropped"

USAGE: Final = {"totalTokensIn": 1, "totalTokensOut": 2, "totalCost": 0.5, "contextTokens": 3}


def command(name: str, **members: Any) -> dict[str, Any]:
    return {"type": "TaskCommand", "origin": "client", "clientId": "c", "data": {"commandName": name, **members}}


def event(name: str, *payload: Any) -> dict[str, Any]:
    return {"type": "TaskEvent", "origin": "server", "data": {"eventName": name, "payload": list(payload)}}


def said(**members: Any) -> dict[str, Any]:
    message = {"ts": 1, "type": "ask", **members}
    return event("message", {"taskId": "t", "action": "created", "message": message})


def completed(tool: str) -> dict[str, Any]:
    return event("taskCompleted", "t", USAGE, {tool: {"attempts": 1, "failures": 0}}, {"isSubtask": False})


def started(**settings: Any) -> dict[str, Any]:
    return command("StartNewTask", data={"configuration": settings, "text": "hi"})


def mode(**members: Any) -> dict[str, Any]:
    return started(customModes=[{"slug": "m", "name": "M", "roleDefinition": "r", "groups": ["read"], **members}])


MEASURED: Final[list[tuple[dict[str, Any], str, str]]] = [
    *[(command(name), REFUSED, KEPT) for name in ("CancelTask", "CloseTask")],
    *[(command(name, data="t-1"), KEPT, DROPPED) for name in ("CancelTask", "CloseTask")],
    (command("ResumeTask", data="t-1"), KEPT, KEPT),
    (command("SendMessage", data={"text": "hi"}), KEPT, KEPT),
    *[
        (said(ask=ask), KEPT, REFUSED)
        for ask in (
            "payment_required_prompt",
            "unauthorized_prompt",
            "promotion_model_sign_up_required_prompt",
            "invalid_model",
            "report_bug",
            "condense",
            "checkpoint_restore",
            "browser_action_launch",
        )
    ],
    *[(said(say=say), KEPT, REFUSED) for say in ("browser_action", "browser_action_result", "browser_session_status")],
    *[(said(say=say), REFUSED, KEPT) for say in ("tool", "too_many_tools_warning")],
    (said(metadata={"kiloCode": {"commitRange": {"from": "a", "to": "b"}}}), KEPT, DROPPED),
    *[
        (completed(tool), KEPT, REFUSED)
        for tool in (
            "delete_file",
            "fast_edit_file",
            "new_rule",
            "report_bug",
            "condense",
            "browser_action",
            "fetch_instructions",
        )
    ],
    *[(completed(tool), REFUSED, KEPT) for tool in ("skill", "edit", "read_command_output")],
    *[(command(name), REFUSED, KEPT) for name in ("GetCommands", "GetModes", "GetModels")],
    (command("DeleteQueuedMessage", data="m-1"), REFUSED, KEPT),
    (event("queuedMessagesUpdated", "t", []), REFUSED, KEPT),
    *[(event(name, []), REFUSED, KEPT) for name in ("commandsResponse", "modesResponse")],
    (event("modelsResponse", {}), REFUSED, KEPT),
    (event("taskToolFailed", "t", "delete_file", "no"), KEPT, REFUSED),
    (event("taskToolFailed", "t", "skill", "no"), REFUSED, KEPT),
    (started(apiProvider="kilocode"), KEPT, REFUSED),
    (started(apiProvider="gemini-cli"), REFUSED, KEPT),
    (started(apiProvider="cerebras"), KEPT, KEPT),
    (started(minimaxBaseUrl="https://api.minimax.io/anthropic"), KEPT, REFUSED),
    (started(minimaxBaseUrl="https://api.minimax.io/v1"), REFUSED, KEPT),
    *[(started(language=language), KEPT, REFUSED) for language in ("cs", "ar", "sk", "th", "uk")],
    (started(imageGenerationProvider="kilocode"), KEPT, REFUSED),
    (started(imageGenerationProvider="roo"), REFUSED, KEPT),
    (mode(source="organization"), KEPT, REFUSED),
    (mode(groups=["read", "browser"]), KEPT, DROPPED),
    (started(verbosity="max"), KEPT, REFUSED),
    (started(codebaseIndexConfig={"codebaseIndexEmbedderProvider": "voyage"}), KEPT, REFUSED),
    (started(yoloMode=True), KEPT, DROPPED),
    (started(kilocodeToken="s", profiles=[{"profileLimits": {"requestsPerDay": 5}}]), KEPT, DROPPED),
    (started(autoPurgeFavoritedTaskRetentionDays=None), KEPT, DROPPED),
    (started(toolProtocol="xml"), KEPT, DROPPED),
    (started(reasoningEffort="xhigh"), KEPT, KEPT),
    (started(execaShellPath="/bin/sh"), DROPPED, KEPT),
]
"""A message, and what Kilo Code's and Roo Code's own schemas made of it (Kilo differences 3.3)."""


def verdict(message: dict[str, Any], flavor: Any) -> str:
    try:
        of_value = ipc_message.from_wire(message, flavor=flavor)
    except InvalidWireError:
        with pytest.raises(InvalidWireError):
            ipc_message.from_json(json.dumps(message), flavor=flavor)
        return REFUSED
    assert ipc_message.from_json(json.dumps(message), flavor=flavor) == of_value
    return KEPT if ipc_message.to_wire(of_value) == message else DROPPED


@pytest.mark.parametrize(("message", "kilo", "roo"), MEASURED, ids=lambda each: json.dumps(each)[-80:])
def test_each_product_gets_the_verdict_of_its_own_schemas(message: dict[str, Any], kilo: str, roo: str) -> None:
    """KD-014."""
    assert (verdict(message, "kilo"), verdict(message, "roo")) == (kilo, roo)


@pytest.mark.parametrize(("message", "kilo", "roo"), MEASURED, ids=lambda each: json.dumps(each)[-80:])
def test_whatever_one_product_accepts_goes_through_unchanged_when_any_may_speak(
    message: dict[str, Any], kilo: str, roo: str
) -> None:
    """KD-002, KD-004."""
    assert KEPT in (kilo, roo)
    assert verdict(message, "any") == KEPT


@pytest.mark.parametrize("tool", ["delete_file", "browser_action", "skill", "teleport"])
def test_no_tool_hides_the_end_of_a_task(tool: str) -> None:
    """KD-015."""
    raw = completed(tool)["data"]
    read = read_task_event(raw)
    assert isinstance(read, TaskCompleted)
    assert read.to_wire() == raw


def test_what_kilo_code_notes_about_a_message_is_typed() -> None:
    raw = said(metadata={"kiloCode": {"commitRange": {"from": "a", "fromTimeStamp": 5, "to": "b"}}})["data"]
    read = read_task_event(raw | {"payload": [raw["payload"][0] | {"more": 1}]})
    assert isinstance(read, Message)
    message = ClineMessage.from_wire(raw["payload"][0]["message"], flavor="kilo")
    assert message.metadata
    assert message.metadata.kilo_code
    assert message.metadata.kilo_code.commit_range
    assert message.metadata.kilo_code.commit_range.from_ == "a"


@pytest.mark.parametrize("end", [CancelTask, CloseTask])
def test_the_end_of_a_task_is_asked_for_in_a_way_that_every_product_takes(end: type[CancelTask]) -> None:
    """KD-010, KD-012."""
    asked = end.of(TaskId("t-1")).to_wire()
    assert asked["data"] == "t-1"
    assert end.of().to_wire()["data"] == ""
    for flavor in ("roo", "kilo", "any"):
        task_command.from_wire(asked, flavor=flavor)
    assert end.from_wire(asked).data is None
    assert end.from_wire(asked, flavor="kilo").data == "t-1"


def test_a_constructor_takes_what_any_product_knows_and_nothing_else() -> None:
    assert ClineMessage(ts=1, type="ask", ask="condense").to_wire()["ask"] == "condense"
    assert RooCodeSettings(yolo_mode=True, kilocode_model="m").to_wire() == {"yoloMode": True, "kilocodeModel": "m"}
    with pytest.raises(ValueError, match="ask"):
        ClineMessage(ts=1, type="ask", ask="hologram")
    with pytest.raises(ValueError, match="colour"):
        RooCodeSettings.model_validate({"colour": "red"})


def test_a_key_that_no_product_means_is_no_way_around_a_flavor() -> None:
    assert RooCodeSettings.from_wire({"yolo_mode": True, "yoloMode": True}).to_wire() == {}


@pytest.mark.parametrize("flavor", ["zap", "Roo", "", None])
def test_a_flavor_that_nobody_has_is_the_callers_mistake(flavor: Any) -> None:
    """Taken for some other one, it would judge by rules that nobody asked for."""
    with pytest.raises(ValueError, match=r"flavor must be one of roo, kilo, any, not"):
        ClineMessage.from_wire({"ts": 1, "type": "say"}, flavor=flavor)


@pytest.mark.parametrize(
    ("shape", "wire"),
    [
        (HistoryItem, {"id": "h", "number": 1, "ts": 2, "task": "t", "tokensIn": 1, "tokensOut": 1, "totalCost": 0}),
        (ModelInfo, {"contextWindow": 1, "supportsPromptCache": False}),
        (ModeConfig, {"slug": "m", "name": "M", "roleDefinition": "r", "groups": []}),
        (GlobalSettings, {}),
    ],
)
def test_members_of_one_product_survive_a_round_trip_in_any(shape: Any, wire: dict[str, Any]) -> None:
    """KD-004."""
    more: dict[Any, dict[str, Any]] = {
        HistoryItem: {"isFavorited": True, "toolProtocol": "xml"},
        ModelInfo: {"displayName": None, "preferredIndex": 3, "supportsVerbosity": ["low", "max"], "banner": "b"},
        ModeConfig: {"iconName": "codicon-bug", "source": "organization", "groups": ["browser", ["edit", {}]]},
        GlobalSettings: {"ghostServiceSettings": {"model": "m"}, "diffEnabled": True, "disabledTools": ["delete_file"]},
    }
    every = wire | more[shape]
    assert shape.from_wire(every, flavor="any").to_wire() == every
    assert shape.from_wire(shape.from_wire(every, flavor="any").to_wire(), flavor="any").to_wire() == every


@pytest.mark.parametrize("groups", [["browser", "browser"], ["read", ["browser", None], "browser"], [["browser", 5]]])
def test_entries_that_roo_code_drops_are_no_reason_to_refuse_a_mode(groups: list[Any]) -> None:
    """KD-002: what Roo Code accepts, `any` accepts, even if Kilo Code counts a group twice."""
    raw: dict[str, Any] = {"slug": "m", "name": "M", "roleDefinition": "r", "groups": groups}
    assert ModeConfig.from_wire(raw, flavor="any") == ModeConfig.from_wire(raw)
    with pytest.raises(InvalidWireError):
        ModeConfig.from_wire(raw, flavor="kilo")
    raw["groups"] = ["edit", "read", ["edit", {}]]
    with pytest.raises(InvalidWireError, match="must not name a group twice"):
        ModeConfig.from_wire(raw, flavor="any")


def test_keys_that_only_kilo_code_has_are_not_among_roo_codes() -> None:
    assert "yoloMode" not in GLOBAL_SETTINGS_KEYS
    assert len(GLOBAL_SETTINGS_KEYS) == 89


def test_the_secrets_of_every_product_are_sensitive() -> None:
    """KD-031."""
    assert {"kilocodeToken", "morphApiKey", "zenmuxApiKey", "kiloCodeImageApiKey"} <= SENSITIVE_KEYS
