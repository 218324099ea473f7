"""How a member may be absent, and what a model promises its user (types spec 2.2, 2.3, 2.10)."""

from typing import Annotated, Literal

import pytest
from pydantic import ValidationError
from rc_types import InvalidWireError
from rc_types._base import Absent, DefaultedWireModel, Nullish, Omittable, spelled, wire_names
from rc_types._scalars import Array, Json, Number, Record
from rc_types._spelling import to_camel
from rc_types.events import task_event
from rc_types.global_settings import SENSITIVE_KEYS, RooCodeSettings
from rc_types.message import ClineMessage


class Parcel(DefaultedWireModel):
    """One member of every kind."""

    parcel_id: str
    note: Omittable[str] = None
    weight: Nullish[Number] = None
    speed: Literal["slow", "fast"] = "slow"
    gone: Absent = None
    from_: Annotated[Omittable[str], spelled("from")] = None
    labels: Omittable[Record[Json]] = None
    parts: Omittable[Array["Parcel"]] = None


def test_an_omitted_member_stays_away_and_a_default_is_written() -> None:
    """P2 and P3."""
    assert Parcel.from_wire({"parcelId": "p"}).to_wire() == {"parcelId": "p", "speed": "slow"}


def test_a_default_is_written_at_every_depth() -> None:
    nested = Parcel.from_json(b'{"parcelId":"p","parts":[{"parcelId":"q"}]}')
    assert nested.to_json() == b'{"parcelId":"p","speed":"slow","parts":[{"parcelId":"q","speed":"slow"}]}'


def test_null_is_kept_where_it_is_allowed() -> None:
    assert Parcel.from_wire({"parcelId": "p", "weight": None}).to_wire()["weight"] is None


@pytest.mark.parametrize("key", ["parcelId", "note", "speed", "gone", "from", "labels", "parts"])
def test_null_is_refused_everywhere_else(key: str) -> None:
    """P1."""
    with pytest.raises(InvalidWireError) as refused:
        Parcel.from_wire({"parcelId": "p", key: None})
    assert refused.value.path == key


def test_a_key_that_must_not_be_there_is_refused_whatever_it_holds() -> None:
    with pytest.raises(InvalidWireError, match=r"Parcel\.gone must not be there"):
        Parcel.from_json(b'{"parcelId":"p","gone":1}')


def test_unknown_keys_are_dropped() -> None:
    """U1."""
    assert "colour" not in Parcel.from_wire({"parcelId": "p", "colour": "red"}).to_wire()


def test_python_names_mean_nothing_on_the_wire() -> None:
    with pytest.raises(InvalidWireError, match=r"Parcel\.parcelId is missing"):
        Parcel.from_wire({"parcel_id": "p"})
    created = {"eventName": "taskCreated", "payload": ["t-1"]}
    assert task_event.from_wire(created | {"event_name": "taskIdle"}) == task_event.from_wire(created)


def test_the_key_that_javascript_drops_from_dictionaries_is_dropped() -> None:
    """J3."""
    parcel = Parcel.from_json(b'{"parcelId":"p","labels":{"__proto__":1,"a":null}}')
    assert parcel.labels == {"a": None}


def test_whole_numbers_stay_whole() -> None:
    """N2."""
    assert (
        Parcel.from_json(b'{"parcelId":"p","weight":20.0}').to_json() == b'{"parcelId":"p","weight":20,"speed":"slow"}'
    )


def test_a_model_cannot_be_changed() -> None:
    parcel = Parcel(parcel_id="p")
    with pytest.raises(ValidationError, match="frozen"):
        parcel.parcel_id = "q"  # type: ignore[misc]  # this is what the test is about


def test_a_try_to_change_a_secret_does_not_show_it() -> None:
    """Law 8."""
    settings = RooCodeSettings(mode="code")
    with pytest.raises(ValidationError) as wrong:
        settings.api_key = "sk-secret"  # type: ignore[misc]  # this is what the test is about
    assert "sk-secret" not in f"{wrong.value} {wrong.value.errors()}"
    assert settings.model_copy(update={"api_key": "k"}).to_wire() == {"mode": "code", "apiKey": "k"}


def test_a_mistake_in_a_constructor_does_not_show_the_value() -> None:
    with pytest.raises(ValidationError) as wrong:
        RooCodeSettings.model_validate({"api_key": ["sk-secret"]})
    assert "sk-secret" not in str(wrong.value)


@pytest.mark.parametrize("key", sorted(SENSITIVE_KEYS))
def test_a_repr_shows_no_secret(key: str) -> None:
    value = {"Authorization": "sk-secret"} if key == "openAiHeaders" else "sk-secret"
    settings = RooCodeSettings.from_wire({key: value}, flavor="any")
    assert "sk-secret" not in repr(settings)
    assert settings.to_wire() == {key: value}


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("ts", "ts"),
        ("total_tokens_in", "totalTokensIn"),
        ("open_ai_r1_format_enabled", "openAiR1FormatEnabled"),
        ("vertex_1m_context", "vertex1MContext"),
        ("terminal_zsh_p10k", "terminalZshP10k"),
    ],
)
def test_names_turn_into_camel_case(name: str, wire: str) -> None:
    assert to_camel(name) == wire


def test_the_keys_of_a_model_come_in_declared_order() -> None:
    assert wire_names(Parcel)[:6] == ("parcelId", "note", "weight", "speed", "gone", "from")
    assert wire_names(ClineMessage)[:3] == ("ts", "type", "ask")
