"""The smallest instances and the strategies of `rc_types.testing`."""

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
import rc_types
from hypothesis import find, given, settings
from pydantic import AfterValidator, Field
from rc_types import InvalidWireError, registry
from rc_types._base import Absent, Omittable, WireModel
from rc_types._scalars import Array, JsonNumber, Record
from rc_types.events import RooCodeEventName, task_event
from rc_types.global_settings import RooCodeSettings
from rc_types.ipc import IpcMessage, ipc_message
from rc_types.message import ClineMessage
from rc_types.testing import instances, minimal, mutants, wire_values

each_schema = pytest.mark.parametrize("name", registry.schema_names())


quickly = settings(max_examples=50, derandomize=True, database=None, deadline=None)
patiently = settings(quickly, max_examples=5000)


def every_model() -> list[type[WireModel]]:
    for module in pkgutil.walk_packages(rc_types.__path__, "rc_types."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    known: list[type[WireModel]] = [WireModel]
    for model in known:
        known += (child for child in model.__subclasses__() if child.__module__.startswith("rc_types."))
    return sorted({*known}, key=lambda model: f"{model.__module__}.{model.__qualname__}")


def without_comma(text: str) -> str:
    if "," in text:
        raise ValueError("must not hold a comma")
    return text


class Crate(WireModel):
    """Rules that upstream has nowhere."""

    code: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "ABC"
    weight: Annotated[int | float, JsonNumber(ge=10, le=20)]
    owner: Annotated[str, AfterValidator(without_comma)]
    kind: Literal["box", "bag"]
    inner: Omittable[Array["Crate"]] = None
    labels: Omittable[Record[Array[str]]] = None
    gone: Absent = None


@each_schema
def test_the_minimal_instance_of_a_schema_is_the_same_every_time(name: str) -> None:
    codec = registry.schema(name)
    assert minimal(codec) == minimal(codec) == codec.from_wire(codec.to_wire(minimal(codec)))


@pytest.mark.parametrize("model", every_model(), ids=lambda model: model.__qualname__)
def test_the_minimal_instance_of_a_model_holds_what_it_cannot_be_without(model: type[WireModel]) -> None:
    """Also where upstream declares a mere type."""
    needed = {name for name, field in model.model_fields.items() if field.is_required() or field.default is not None}
    assert minimal(model).model_fields_set == needed


def test_a_minimal_instance_looks_like_this() -> None:
    assert minimal(ClineMessage).to_wire() == {"ts": 0, "type": "ask"}
    assert minimal(Crate).to_wire() == {"weight": 10, "owner": "", "kind": "box"}
    assert ipc_message.to_wire(minimal(ipc_message)) == {
        "type": "Ack",
        "origin": "server",
        "data": {"clientId": "", "pid": 0, "ppid": 0},
    }


def test_an_annotation_is_as_good_as_a_codec() -> None:
    assert minimal(IpcMessage) == minimal(ipc_message)
    assert minimal(dict[str, int]) == {}


@quickly
@given(crate=instances(Crate))
def test_rules_of_other_peoples_models_hold(crate: Crate) -> None:
    assert 10 <= crate.weight <= 20
    assert "," not in crate.owner
    assert all(inner.weight >= 10 for inner in crate.inner or [])


def test_every_alternative_of_a_union_comes_up() -> None:
    met = set[str]()

    @settings(quickly, max_examples=500)
    @given(event=wire_values(task_event))
    def meet(event: dict[str, str]) -> None:
        met.add(event["eventName"])

    meet()
    assert met == {*RooCodeEventName} - {"taskUserMessage", "modeChanged", "providerProfileChanged"}


@pytest.mark.parametrize("key", ["apiProvider", "customModes", "execaShellPath"])
def test_any_member_of_a_wide_model_comes_up_and_shrinks_to_itself(key: str) -> None:
    found = find(wire_values(RooCodeSettings), lambda wire: key in wire, settings=patiently)
    assert found.keys() == {key}


@pytest.mark.parametrize("key", ["weight", "owner", "kind"])
def test_any_place_can_mutate(key: str) -> None:
    def lacks_only(wire: Any) -> bool:
        return isinstance(wire, dict) and {"weight", "owner", "kind"} - wire.keys() == {key}

    with pytest.raises(InvalidWireError, match=rf"Crate\.{key} is missing"):
        Crate.from_wire(find(mutants(Crate), lacks_only, settings=patiently))


@pytest.mark.parametrize("make", [minimal, wire_values, instances, mutants])
def test_a_shape_that_json_cannot_say_is_refused(make: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match=r"there is none for collections\.abc\.Callable"):
        make(dict[str, Callable[[], None]])


def test_a_rule_that_nothing_small_satisfies_is_said() -> None:
    with pytest.raises(LookupError, match="none of the small values"):
        minimal(Annotated[str, Field(pattern="^[A-Z]{3}$")])


def test_minimal_instances_need_no_hypothesis_and_strategies_say_what_to_install() -> None:
    """Law 5: an extra that is not there is missed by the part that needs it alone."""
    program = """
import sys
sys.modules["hypothesis"] = None
from rc_types.message import ClineMessage
from rc_types.testing import instances, minimal
print(minimal(ClineMessage).to_json().decode())
instances(ClineMessage)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == '{"ts":0,"type":"ask"}\n'
    assert done.stderr.splitlines()[-1].endswith("is not installed: pip install rc-types[testing]")
