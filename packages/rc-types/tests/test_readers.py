"""Readers that are built for what arrives say the same as one validator of pydantic's for the whole shape."""

import json
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
from pydantic_core import CoreConfig, SchemaValidator
from rc_types import InvalidWireError, registry
from rc_types._codec import Gate, WireCodec
from rc_types._flavors import Flavor
from rc_types._later import SETTLED_AFTER
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
    whole = specialise(core_schema_of(shape), variant)
    return reader_of(shape, variant), SchemaValidator(whole, CoreConfig(strict=True), _use_prebuilt=False)


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


MESSAGES: Final = (
    b'{"type":"Ack","origin":"server","data":{"clientId":"c","pid":1,"ppid":2}}',
    b'{"type":"TaskCommand","origin":"client","clientId":"c","data":{"commandName":"CancelTask","data":"t"}}',
    b'{"type":"TaskEvent","origin":"server","data":{"eventName":"taskStarted","payload":["t"]}}',
    b'{"data":{"payload":["t"],"eventName":"taskIdle"},"type":"TaskEvent","origin":"server"}',
    b'{"type":"TaskEvent","origin":"server","data":{"eventName":"taskStarted","payload":[]}}',
    b'{"type":"TaskEvent","origin":"server","data":{"eventName":"taskZapped","payload":["t"]}}',
    b'{"type":"TaskEvent","origin":"server","data":{"eventName":"taskZapped","eventName":"taskIdle","payload":["t"]}}',
    b'{"type":"TaskEvent","origin":"server","data":{"payload":["t"]}}',
    b'{"type":"TaskEvent","origin":"server","data":"taskStarted"}',
)


@pytest.mark.parametrize("text", MESSAGES)
def test_readers_that_were_made_anew_say_the_same(text: bytes) -> None:
    """What comes often gets into one piece, once it is known what that is."""
    gate = Gate(reader_of(registry.shape("IpcMessage").shape, Variant()), "IpcMessage")
    said = {str(verdict_of(gate, text)) for _ in range(SETTLED_AFTER + 2)}
    assert said == {str(verdict_of(gate, json.loads(text)))}


def verdict_of(gate: Gate, source: object) -> object:
    try:
        return gate.json(source) if isinstance(source, bytes) else gate.value(source)
    except InvalidWireError as refused:
        return refused


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
