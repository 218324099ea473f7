"""Verdicts, outputs, constants and functions of the real schemas (types spec, section 5)."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, cast

import pytest
from jsonschema_rs import Draft7Validator, meta
from pydantic import BaseModel
from rc_types import InvalidWireError, registry
from rc_types._codec import WireCodec
from rc_types._json_schema import json_schema_of
from rc_types._judge import JudgedInput, Tally, difference, judge, judged_inputs
from rc_types._scalars import JsonNumber
from rc_types.cli import RooCliStartCommand
from rc_types.cloud import ExtensionInstance
from rc_types.global_settings import EVALS_SETTINGS, RooCodeSettings
from rc_types.marketplace import McpMarketplaceItem
from rc_types.mcp import McpServer
from rc_types.message import ClineMessage
from rc_types.mode import DEFAULT_MODES, GroupOptions, ModeConfig
from rc_types.provider_settings import ProviderSettings

RULES: Final[Mapping[str, Any]] = {
    "boolean": ClineMessage.model_fields["is_protected"].rebuild_annotation(),
    "number": ClineMessage.model_fields["ts"].rebuild_annotation(),
    "number-coerced": ExtensionInstance.model_fields["last_heartbeat"].rebuild_annotation(),
    "number-int": Annotated[int, JsonNumber(whole=True)],  # every member that is one has bounds as well
    "string-js-regexp": GroupOptions.model_fields["file_regex"].rebuild_annotation(),
    "string-min-1": ModeConfig.model_fields["name"].rebuild_annotation(),
    "string-slug": ModeConfig.model_fields["slug"].rebuild_annotation(),
    "string-trimmed-uuid": RooCliStartCommand.model_fields["task_id"].rebuild_annotation(),
    "string-url": McpMarketplaceItem.model_fields["url"].rebuild_annotation(),
}
"""Single rules, as they are declared where they apply."""

UNSPEAKABLE: Final = re.compile(
    "must not (name a group|use a slug) twice"
    "|must be a regular expression of JavaScript"
    "|must be an address with a scheme"  # what browsers take is not the format "uri"
    "|lastHeartbeat must be a finite number"  # texts that JavaScript makes a number of
)
"""Rules that JSON Schema has no words for (types spec 2.4, 2.5 and 2.8)."""

PROSE: Final = frozenset({"description", "roleDefinition", "whenToUse", "customInstructions"})
"""Members that the data leave out of constants."""

each_schema = pytest.mark.parametrize("name", registry.schema_names())


def judged(codec: WireCodec[Any], path: Path) -> Tally:
    with path.open("rb") as lines:
        return judge(codec, lines, str(path))


def recorded_inputs(path: Path) -> list[tuple[int, JudgedInput]]:
    return [*judged_inputs(path.read_bytes().splitlines(), str(path))]


def files(folder: Path, part: str, name: str) -> list[Path]:
    """Return what is recorded for the published version, and what its source adds."""
    found = [path for base in (folder, folder / "head") if (path := base / part / name).exists()]
    assert found, f"no {part} for {name}"
    return found


@each_schema
def test_every_verdict_and_output_is_upstreams(name: str, conformance: Path) -> None:
    """Types spec 5.3, from JSON text as well as from decoded values, and written both ways."""
    for path in files(conformance, "corpus", f"{name}.jsonl"):
        tally = judged(registry.schema(name), path)
        assert (tally.disagreed, tally.first) == (0, [])
        assert tally.agreed


@pytest.mark.parametrize("rule", RULES)
def test_a_single_rule_judges_as_upstream_does(rule: str, conformance: Path) -> None:
    """Types spec 2.4 to 2.6 and 2.9."""
    tally = judged(WireCodec[Any](RULES[rule], rule), conformance / "primitives" / f"{rule}.jsonl")
    assert (tally.disagreed, tally.first) == (0, [])
    assert tally.agreed


def test_every_rule_on_record_is_judged(conformance: Path) -> None:
    assert {path.stem for path in (conformance / "primitives").glob("*.jsonl")} == set(RULES)


@each_schema
def test_what_was_written_reads_back_as_the_same(name: str, conformance: Path) -> None:
    codec = registry.schema(name)
    for line in accepted(conformance, name):
        model = codec.from_wire(line.value)
        assert codec.from_json(codec.to_json(model)) == model, line.text


def accepted(conformance: Path, name: str) -> Iterator[JudgedInput]:
    for path in files(conformance, "corpus", f"{name}.jsonl"):
        yield from (line for _, line in recorded_inputs(path) if line.ok)


@each_schema
def test_an_unknown_key_saves_nobody_who_was_refused(name: str, conformance: Path) -> None:
    """Types spec U1: unknown keys are ignored, so they change no verdict."""
    codec = registry.schema(name)
    for path in files(conformance, "corpus", f"{name}.jsonl"):
        for _, line in recorded_inputs(path):
            if not line.ok and line.text.startswith("{"):
                with pytest.raises(InvalidWireError):
                    codec.from_wire({**line.value, "aKeyFromTheFuture": None})


@each_schema
def test_a_json_schema_accepts_what_the_reader_accepts(name: str, conformance: Path) -> None:
    """And it refuses what the reader refuses, but for `UNSPEAKABLE` rules."""
    codec = registry.schema(name)
    document = json_schema_of(codec.shape, codec.name)
    meta.validate(document)
    validator = Draft7Validator(document)
    for path in files(conformance, "corpus", f"{name}.jsonl"):
        for number, line in recorded_inputs(path):
            if validator.is_valid(line.value) != line.ok:
                with pytest.raises(InvalidWireError) as refused:
                    codec.from_wire(line.value)
                assert any(map(UNSPEAKABLE.search, map(" ".join, refused.value.problems))), f"{path}:{number}"


@pytest.mark.parametrize("name", registry.constant_names())
def test_a_constant_has_upstreams_value(name: str, conformance: Path) -> None:
    """Types spec 5.2; texts that the data leave out are ours to write, or to leave out as well."""
    ours = registry.constant(name)
    wanted = json.loads(files(conformance, "constants", f"{name}.json")[-1].read_bytes(), object_hook=without_prose)
    if isinstance(ours, type) and issubclass(ours, StrEnum):
        members = enum_members(wanted)
        assert [member.value for member in ours] == list(members.values())
        assert [member.name.replace("_", "") for member in ours] == [key.replace("_", "").upper() for key in members]
    else:
        assert difference(recorded(ours), wanted) is None


def without_prose(members: dict[str, Any]) -> dict[str, Any]:
    """Drop texts, and the order of what is a set."""
    return {key: sorted(value) if key == "$set" else value for key, value in members.items() if key not in PROSE}


def enum_members(wanted: dict[str, str]) -> dict[str, str]:
    """Drop the way back from values to names, which TypeScript adds to enums with computed values."""
    return {key: value for key, value in wanted.items() if wanted.get(value) != key or key[0].isupper()}


def recorded(value: Any) -> Any:
    """Write a constant as the data do (README of the conformance data, Encodings)."""
    match value:
        case BaseModel():
            return recorded(value.model_dump(by_alias=True, exclude_unset=True))
        case Mapping():
            members = cast("Mapping[str, Any]", value)
            return without_prose({key: recorded(each) for key, each in members.items()})
        case list() | tuple():
            return [recorded(each) for each in cast("list[Any]", value)]
        case frozenset():
            return {"$set": sorted(cast("frozenset[str | int]", value))}
        case re.Pattern():
            return {"$regexp": cast("re.Pattern[str]", value).pattern, "flags": ""}
        case math.inf:
            return {"$number": "Infinity"}
        case _:
            return value


def test_every_default_mode_is_a_mode() -> None:
    modes = [ModeConfig.from_wire(mode) for mode in DEFAULT_MODES]
    assert all(mode.role_definition and mode.when_to_use and mode.description for mode in modes)


def test_the_settings_of_an_evaluation_are_settings() -> None:
    assert difference(RooCodeSettings.from_wire(EVALS_SETTINGS).to_wire(), EVALS_SETTINGS) is None


@pytest.mark.parametrize("name", sorted(set(registry.function_names()) - {"defineCustomTool"}))
def test_a_function_answers_as_upstreams(name: str, conformance: Path) -> None:
    """Types spec 5.4; `defineCustomTool` returns what it gets."""
    for line in files(conformance, "functions", f"{name}.jsonl")[-1].read_bytes().splitlines():
        case = json.loads(line)
        assert difference(recorded(answer(name, [*map(argument, case["args"])])), argument(case["result"])) is None, (
            line
        )


def answer(name: str, arguments: list[Any]) -> Any:
    """Call a function; what is plain data upstream is a model or a keyword here for three of them."""
    function = registry.function(name)
    match name:
        case "countEnabledMcpTools":
            return function(map(McpServer.from_wire, *arguments))
        case "getModelId":
            return function(*map(ProviderSettings.from_wire, arguments))
        case "getProviderDefaultModelId":
            provider, *options = arguments
            return function(provider, is_china=options == [{"isChina": True}])
        case _:
            return function(*arguments)


class ForeignError(Exception):
    """An error of somebody else's, with the members that it has in JavaScript."""

    def __init__(self, members: dict[str, Any]) -> None:
        super().__init__(members.get("message", ""))
        vars(self).update(members)


def argument(value: Any) -> Any:
    """Return what the data mean: None for JavaScript's undefined, an exception for an error object."""
    match value:
        case {"$undefined": True}:
            return None
        case {"$error": members}:
            return ForeignError(members)
        case _:
            return value
