"""JSON Schema of a shape, as one product reads it from the wire.

Documents are of draft-07, which editors and generators of every language know. They say everything but the rules that
JSON Schema has no words for: URLs, regular expressions, slugs and groups that occur once, coerced numbers (types spec
2.4, 2.5 and 2.8). Descriptions are the docstrings of this package.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any, Final, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from rc_types._base import WireModel
from rc_types._flavors import Flavor
from rc_types._readers import core_schema_of
from rc_types._specialise import NOWHERE, Variant, specialise

DIALECT: Final = "http://json-schema.org/draft-07/schema#"


def json_schema_of(shape: Any, name: str, *, flavor: Flavor = "roo") -> dict[str, Any]:
    """Return the JSON Schema document of a shape.

    Args:
        shape: A model, or any other annotation that describes data.
        name: Title of the document.
        flavor: Whose messages the document describes.
    """
    generator = _Draft07(by_alias=True, ref_template="#/definitions/{model}")
    made = generator.generate(specialise(core_schema_of(shape), Variant(flavor)))
    definitions = {"definitions": made.pop("$defs")} if "$defs" in made else {}
    about = {"$schema": DIALECT, "title": name, "description": made.get("description")}
    return {**{key: text for key, text in about.items() if text}, **made, "title": name, **definitions}


class _Draft07(GenerateJsonSchema):
    """Pydantic's generator, in the older dialect and with the meaning of this package's own annotations."""

    schema_dialect = DIALECT

    def sort(self, value: Any, parent_key: str | None = None) -> Any:  # noqa: ARG002 - pydantic's signature
        """Keep the order of the declaration, which readers know from upstream."""
        return value

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        """Add no titles: they would only repeat the keys."""
        return False

    def field_is_present(self, field: Any) -> bool:
        """Leave out members that the flavor does not have."""
        return bool(field.get("validation_alias") != NOWHERE)

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        """Name real defaults only: `None` stands for an absent member, which is no `null`."""
        return (
            self.generate_inner(schema["schema"]) if schema.get("default") is None else super().default_schema(schema)
        )

    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> dict[str, Any]:  # noqa: ARG002 - pydantic's signature
        """Let nothing pass where a key must not be there (`Absent`)."""
        return {"not": {}}

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> dict[str, Any]:
        """List the alternatives, whose tags tell them apart, without the extra keyword of OpenAPI."""
        choices = [self.generate_inner(choice) for choice in schema["choices"].values()]
        return {"oneOf": [choice for at, choice in enumerate(choices) if choice not in choices[:at]]}

    def tuple_schema(self, schema: core_schema.TupleSchema) -> dict[str, Any]:
        """Spell tuples as draft-07 does."""
        made = super().tuple_schema(schema)
        if "prefixItems" in made:
            made["additionalItems"] = made.pop("items", False)
            made["items"] = made.pop("prefixItems")
        return made

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        """Allow unknown keys, as readers do, and describe the members."""
        model = cast("type[BaseModel]", schema["cls"])
        made = super().model_schema(schema)
        made.pop("additionalProperties", None)
        made.update(cast("Mapping[str, Any]", model.model_config.get("json_schema_extra") or {}))
        for name, text in _member_docs(model):
            member = made["properties"].get(model.model_fields[name].validation_alias)
            if member is not None:
                member.setdefault("description", text)
        return made


def _member_docs(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Yield the docstrings of a model's members, its own before those of its bases."""
    for owner in model.__mro__[: model.__mro__.index(WireModel)]:
        yield from ((name, text) for name, text in _texts_below(owner) if name in model.model_fields)


@cache
def _texts_below(owner: type) -> tuple[tuple[str, str], ...]:
    """Return what stands below the attributes in the source of a class; finding it takes milliseconds."""
    (declared,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    found: list[tuple[str, str]] = []
    for member, text in pairwise(cast("ast.ClassDef", declared).body):
        match member, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(doc))):
                found.append((name, inspect.cleandoc(doc)))
            case _:
                pass
    return tuple(found)
