"""What the other modules of this package are made of, for those who annotate with it or declare shapes of their own."""

from rc_types._base import Absent, DefaultedWireModel, Nullish, Omittable, Secret, WireModel
from rc_types._codec import WireCodec
from rc_types._flavors import Flavor
from rc_types._later import TaggedBy
from rc_types._scalars import Array, Json, JsonNumber, JsonRecord, NonNegative, Number, Record

__all__ = [
    "Absent",
    "Array",
    "DefaultedWireModel",
    "Flavor",
    "Json",
    "JsonNumber",
    "JsonRecord",
    "NonNegative",
    "Nullish",
    "Number",
    "Omittable",
    "Record",
    "Secret",
    "TaggedBy",
    "WireCodec",
    "WireModel",
]
