"""Shapes that others declare: the same rules, the same refusals."""

from typing import Annotated, Literal, TypeAlias

import pytest
from rc_types import InvalidWireError
from rc_types.wire import Array, Number, Omittable, TaggedBy, WireCodec, WireModel


class Knock(WireModel):
    kind: Literal["knock"]
    at_door: Number


class Ring(WireModel):
    kind: Literal["ring"]
    tones: Omittable[Array[str]] = None


Call: TypeAlias = Annotated[Knock | Ring, TaggedBy("kind")]
call: WireCodec[Call] = WireCodec(Call, "Call")


def test_a_shape_of_others_is_read_and_written_as_ours_are() -> None:
    assert call.from_json(b'{"kind":"knock","atDoor":2.0,"zap":1}') == Knock(kind="knock", at_door=2)
    assert call.to_json(Ring(kind="ring")) == b'{"kind":"ring"}'
    with pytest.raises(InvalidWireError, match=r"Call\.tones must be a list, not null"):
        call.from_wire({"kind": "ring", "tones": None})
    with pytest.raises(InvalidWireError, match="has no known kind: 'knock', 'ring'"):
        call.from_wire({"kind": "sing"})
