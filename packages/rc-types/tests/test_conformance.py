"""Verdicts, outputs, constants and functions of the real schemas (types spec, section 5)."""

import gzip
import json
import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, cast

import pytest
from pydantic import Field
from rc_types import InvalidWireError, registry
from rc_types._codec import WireCodec
from rc_types._scalars import JsonNumber, Number
from rc_types.global_settings import EVALS_SETTINGS, RooCodeSettings
from rc_types.mode import DEFAULT_MODES, ModeConfig
from rc_types.provider_settings import ProviderSettings

SAMPLES: Final = Path(__file__).parent / "data"
ROOT: Final = Path(os.environ.get("RC_CONFORMANCE_DIR") or SAMPLES) / "types"

RULES: Final[dict[str, WireCodec[Any]]] = {
    "boolean": WireCodec(Annotated[bool, Field(strict=True)], "boolean"),
    "number": WireCodec(Number, "number"),
    "number-int": WireCodec(Annotated[int, JsonNumber(whole=True)], "int"),
    "string-min-1": WireCodec(Annotated[str, Field(strict=True, min_length=1)], "text"),
    "string-slug": WireCodec(Annotated[str, Field(strict=True, pattern=r"^[a-zA-Z0-9-]+$")], "slug"),
}

REFUSED: Final = "refused"

PROSE: Final = frozenset({"description", "roleDefinition", "whenToUse", "customInstructions"})
"""Members that the data leave out of constants."""

each_schema = pytest.mark.parametrize("name", registry.schema_names())


def read(path: Path) -> bytes:
    packed = path.with_name(f"{path.name}.gz")
    return gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()


def exists(path: Path) -> bool:
    return path.exists() or path.with_name(f"{path.name}.gz").exists()


def judged(folder: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each line of both versions: the input's own text, and the line as data."""
    found = [path for base in (ROOT, ROOT / "head") if exists(path := base / folder / f"{name}.jsonl")]
    assert found, f"no {folder} for {name}"
    for path in found:
        for line in read(path).decode().split("\n"):
            if line:
                yield line.removeprefix('{"input":').rpartition(',"ok":')[0], json.loads(line)


def newest(folder: str, name: str) -> bytes:
    head = ROOT / "head" / folder / name
    return read(head if exists(head) else ROOT / folder / name)


def plain(value: object) -> str:
    """Return what JavaScript sees: 1 is 1.0 and -0 is 0, but true is no number, and the order of keys means nothing."""
    return plain_text(json.dumps(value))


def plain_text(text: str | bytes) -> str:
    return json.dumps(json.loads(text, parse_int=double, parse_float=double), sort_keys=True)


def double(digits: str) -> float:
    return float(digits) + 0.0


def outcome(codec: WireCodec[Any], value: object, *, text: str | None = None) -> str:
    """Return what a line of the corpus says, in our words."""
    try:
        model = codec.from_wire(value) if text is None else codec.from_json(text)
    except InvalidWireError:
        return REFUSED
    written = codec.to_json(model)
    assert codec.to_wire(model) == json.loads(written)
    return plain_text(written)


def wanted_of(line: dict[str, Any]) -> str:
    return plain(line["output"]) if line["ok"] else REFUSED


@each_schema
def test_every_verdict_and_output_is_upstreams(name: str) -> None:
    """Types spec 5.3, from JSON text as well as from decoded values."""
    codec = registry.schema(name)
    for text, line in judged("corpus", name):
        wanted = wanted_of(line)
        assert outcome(codec, line["input"]) == wanted, text
        assert outcome(codec, None, text=text) == wanted, text


@each_schema
def test_what_was_written_reads_back_as_the_same(name: str) -> None:
    codec = registry.schema(name)
    for text, line in judged("corpus", name):
        if line["ok"]:
            model = codec.from_wire(line["input"])
            assert codec.from_json(codec.to_json(model)) == model, text


@each_schema
def test_an_unknown_key_saves_nobody_who_was_refused(name: str) -> None:
    """Types spec U1: unknown keys are ignored, so they change no verdict."""
    codec = registry.schema(name)
    for text, line in judged("corpus", name):
        if not line["ok"] and text.startswith("{"):
            assert outcome(codec, {**line["input"], "aKeyFromTheFuture": None}) == REFUSED, text


@pytest.mark.parametrize("rule", RULES)
def test_a_single_rule_judges_as_upstream_does(rule: str) -> None:
    for text, line in judged("primitives", rule):
        assert outcome(RULES[rule], None, text=text) == wanted_of(line), text


def test_a_file_pattern_compiles_where_it_compiles_in_javascript() -> None:
    """Types spec S5 and 2.9."""
    options = registry.schema("groupOptionsSchema")
    for text, line in judged("primitives", "string-js-regexp"):
        value = {"fileRegex": line["input"]}
        assert outcome(options, value) == (plain(value) if line["ok"] else REFUSED), text


@pytest.mark.parametrize("name", registry.constant_names())
def test_a_constant_has_upstreams_value(name: str) -> None:
    """Types spec 5.2; texts that the data leave out are ours to write."""
    ours, wanted = registry.constant(name), newest("constants", f"{name}.json").decode()
    if isinstance(ours, type) and issubclass(ours, StrEnum):
        members: dict[str, str] = json.loads(wanted)
        assert [member.value for member in ours] == list(members.values())
        assert [member.name.replace("_", "") for member in ours] == [key.upper() for key in members]
    else:
        assert plain(json.loads(json.dumps(ours), object_hook=without_prose)) == plain(
            json.loads(wanted, object_hook=without_prose)
        )


def without_prose(members: dict[str, Any]) -> object:
    if "$omitted" in members:
        return "text"
    return {key: "text" if key in PROSE else value for key, value in members.items()}


def test_every_default_mode_is_a_mode() -> None:
    modes = [ModeConfig.from_wire(mode) for mode in DEFAULT_MODES]
    assert all(mode.role_definition and mode.when_to_use and mode.description for mode in modes)


def test_the_settings_of_an_evaluation_are_settings() -> None:
    assert plain(RooCodeSettings.from_wire(EVALS_SETTINGS).to_wire()) == plain(EVALS_SETTINGS)


@pytest.mark.parametrize("name", registry.function_names())
def test_a_function_answers_as_upstreams(name: str) -> None:
    """Types spec 5.4."""
    function = registry.function(name)
    for line in newest("functions", f"{name}.jsonl").decode().split("\n"):
        if line:
            case = json.loads(line)
            assert plain(function(*map(argument, case["args"]))) == plain(argument(case["result"])), line


def argument(value: Any) -> object:
    """Return None for JavaScript's undefined; the only objects among the arguments are provider settings."""
    if value == {"$undefined": True}:
        return None
    return ProviderSettings.from_wire(cast("object", value)) if isinstance(value, dict) else value
