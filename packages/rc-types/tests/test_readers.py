"""Readers that are built for what arrives say the same as one validator of pydantic's for the whole shape."""

import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, cast, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import BaseModel, ValidationError
from pydantic_core import CoreConfig, CoreSchema, SchemaValidator, core_schema
from rc_types import registry
from rc_types._codec import WireCodec
from rc_types._flavors import Flavor
from rc_types._readers import core_schema_of, reader_of
from rc_types._refusal import problems_of
from rc_types._specialise import EXACT, LENIENT, Reader, Variant, specialise
from rc_types.testing import mutants, wire_values

WIDE: Final = (
    "ExtensionMessage",
    "ExtensionState",
    "GlobalSettings",
    "ProviderSettings",
    "RooCodeSettings",
    "WebviewMessage",
)
"""Shapes that are read by the keys that are there."""

TAGGED: Final = ("IpcMessage", "MarketplaceItem", "RooCliInputCommand", "TaskCommand", "TaskEvent")
"""Unions that are read by the tag that is there."""

VARIANTS: Final = (*map(Variant, get_args(Flavor)), LENIENT, EXACT)

HOSTILE_KEYS: Final = ("__proto__", "__class__", "__dict__", "self", "model_fields", "model_extra", "", "\0", "\ud83d")

ODD: Final[tuple[Any, ...]] = (None, True, 0, 1.0, 0.5, "", "code", "toString", "\ud83d", [], ["x"], {}, {"x": None})


@pytest.mark.parametrize("variant", VARIANTS, ids="-".join)
@pytest.mark.parametrize("name", [*WIDE, *TAGGED])
# Derandomised, so that a gate says the same twice. There is no deadline, because the first example builds the readers.
@settings(max_examples=25, derandomize=True, database=None, deadline=None)
@given(data=st.data())
def test_a_shape_is_read_as_by_one_validator_for_the_whole(name: str, variant: Variant, data: st.DataObject) -> None:
    codec = registry.shape(name)
    value = data.draw(values_of(name))
    quick, whole = readers(name, variant)
    assert outcome(codec, quick, value) == outcome(codec, whole, value)


@cache
def readers(name: str, variant: Variant) -> tuple[Reader, Reader]:
    shape = registry.shape(name).shape
    definitions: dict[str, CoreSchema] = {}
    schema = hoisted(specialise(core_schema_of(shape), variant), definitions)
    whole = core_schema.definitions_schema(schema, [*definitions.values()])
    return reader_of(shape, variant), SchemaValidator(whole, CoreConfig(strict=True), _use_prebuilt=False)


def hoisted(node: Any, definitions: dict[str, CoreSchema]) -> Any:
    """Collect what the parts of a schema define for themselves: one validator must not know a model twice."""
    if isinstance(node, list):
        return [hoisted(each, definitions) for each in node]  # pyright: ignore[reportUnknownVariableType] - mypy knows
    if not isinstance(node, dict):
        return node
    made = {key: hoisted(each, definitions) for key, each in cast("dict[str, Any]", node).items()}
    if made.get("type") != "definitions":
        return made
    definitions.update((each["ref"], each) for each in made["definitions"])
    return made["schema"]


@cache
def values_of(name: str) -> SearchStrategy[Any]:
    """Return a strategy for fine values, broken ones, and fine ones with odd members under keys that mean something."""
    codec = registry.shape(name)
    keys = (*HOSTILE_KEYS, *keys_of(codec.shape))
    surplus = st.dictionaries(st.sampled_from(keys), st.sampled_from(ODD), max_size=3)
    fine = wire_values(codec)
    return fine | mutants(codec) | st.tuples(fine, surplus).map(lambda parts: {**parts[0], **parts[1]})


def keys_of(shape: Any) -> list[str]:
    """Return how members are called, in Python and on the wire."""
    fields = [field for model in models_in(shape) for field in model.model_fields.items()]
    return [*dict(fields), *{str(field.validation_alias): None for _, field in fields}]


def models_in(shape: Any) -> Iterator[type[BaseModel]]:
    if isinstance(shape, type) and issubclass(cast("type[Any]", shape), BaseModel):
        yield shape
    for part in get_args(shape):
        yield from models_in(part)


def outcome(codec: WireCodec[Any], reader: Reader, value: object) -> object:
    """Return all that can be told of the instance, or of the refusal."""
    try:
        made: BaseModel = reader.validate_python(value)
    except ValidationError as error:
        return problems_of(error, value)
    return made, made.model_fields_set, made.model_extra, codec.to_json(made)


CROWD: Final = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from rc_types.global_settings import RooCodeSettings
from rc_types.ipc import StartNewTask, ipc_message

sys.setswitchinterval(1e-6)
task = {"commandName": "StartNewTask", "data": {"text": "hi", "configuration": {"mode": "code"}}}
message = {"type": "TaskCommand", "origin": "client", "clientId": "c", "data": task}
begin = Barrier(16)


def read(number):
    begin.wait()
    made = StartNewTask.of("hi", configuration=RooCodeSettings(mode="code")) if number % 2 else None
    return ipc_message.from_wire(message).data, ipc_message.from_wire(message, flavor="any").data, made


with ThreadPoolExecutor(16) as crowd:
    for roo, either, made in crowd.map(read, range(16)):
        assert roo == either == (made or roo) and roo.to_wire() == task
"""


def test_a_crowd_of_threads_may_read_the_first_message_of_a_process() -> None:
    """Readers are built when first needed, whoever else needs them at that moment."""
    done = subprocess.run([sys.executable, "-c", CROWD], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
