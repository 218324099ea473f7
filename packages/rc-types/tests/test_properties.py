"""Laws that hold for every shape, hunted with values that nobody wrote down (types spec, sections 2 and 5)."""

import copy
import json
import pickle
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import BaseModel
from rc_types import InvalidWireError, registry
from rc_types._codec import WireCodec
from rc_types.testing import instances, mutants, wire_values

REFUSED: Final = "refused"

ANYTHING: Final = wire_values(Any)

each_schema = pytest.mark.parametrize("name", registry.schema_names())

# Derandomised, so that a gate says the same twice. There is no deadline, because the first example builds the readers.
lawful = settings(max_examples=20, derandomize=True, database=None, deadline=None)


@cache
def of(name: str, make: Callable[[object], SearchStrategy[Any]]) -> SearchStrategy[Any]:
    """Return the strategy for a schema; making it takes longer than drawing from it."""
    return make(registry.schema(name))


def verdict(codec: WireCodec[Any], value: object) -> object:
    """Return the instance, or that there is none."""
    try:
        return codec.from_wire(value)
    except InvalidWireError:
        return REFUSED


def verdict_on_text(codec: WireCodec[Any], value: object) -> object:
    try:
        return codec.from_json(json.dumps(value, ensure_ascii=False))
    except InvalidWireError:
        return REFUSED


@each_schema
@lawful
@given(data=st.data())
def test_what_is_written_reads_back_as_the_same_and_is_written_as_the_same_bytes(
    name: str, data: st.DataObject
) -> None:
    """Types spec D2."""
    codec = registry.schema(name)
    instance = data.draw(of(name, instances))
    written = codec.to_json(instance)
    again = codec.from_json(written)
    assert again == instance == codec.from_wire(codec.to_wire(instance))
    assert codec.to_json(again) == written
    assert json.loads(written) == codec.to_wire(again)


@each_schema
@lawful
@given(data=st.data())
def test_what_was_read_behaves_as_if_it_were_constructed(name: str, data: st.DataObject) -> None:
    codec = registry.schema(name)
    read = data.draw(of(name, instances))
    if isinstance(read, BaseModel):
        members = {member: getattr(read, member) for member in read.model_fields_set}
        for twin in (type(read)(**members), copy.copy(read), copy.deepcopy(read), pickle.loads(pickle.dumps(read))):
            assert (twin, repr(twin), twin.model_fields_set) == (read, repr(read), read.model_fields_set)
            assert codec.to_json(twin) == codec.to_json(read)


@each_schema
@lawful
@given(data=st.data())
def test_json_text_and_decoded_values_are_judged_alike(name: str, data: st.DataObject) -> None:
    """Types spec 5.3, on values that are fine as well as on broken ones."""
    codec = registry.schema(name)
    value = data.draw(of(name, mutants) | of(name, wire_values))
    assert verdict(codec, value) == verdict_on_text(codec, value)


@each_schema
@lawful
@given(data=st.data())
def test_an_unknown_key_saves_nobody_who_was_refused(name: str, data: st.DataObject) -> None:
    """Types spec U1: unknown keys change no verdict, whichever they are."""
    codec = registry.schema(name)
    value: Any = data.draw(of(name, mutants))
    if verdict(codec, value) == REFUSED and isinstance(value, dict):
        key = data.draw(st.text("abcxyz_").map("{}FromTheFuture".format))
        longer: dict[str, Any] = {**value, key: data.draw(ANYTHING)}
        assert verdict(codec, longer) == REFUSED
