"""The file `.roomodes` (types spec 3.34)."""

from typing import Any, Final

import pytest
from jsonschema_rs import Draft7Validator, meta
from rc_types import InvalidWireError
from rc_types.roomodes import RoomodesFile, roomodes_json_schema

GROUPS: Final[list[Any]] = ["read", "browser", ["edit", {"fileRegex": "x"}], ["browser", {}], "read"]
MODE: Final[dict[str, Any]] = {"slug": "a-b", "name": "A", "roleDefinition": "You are", "groups": GROUPS, "later": 1}
RULES: Final[list[Any]] = [{"relativePath": "x"}, {"relativePath": "x", "content": ""}]


def with_mode(**changed: Any) -> dict[str, Any]:
    return {"customModes": [{**MODE, **changed}]}


CONTENTS: Final[list[tuple[object, bool]]] = [
    ({"customModes": []}, True),
    ({"customModes": [MODE, MODE]}, True),
    (with_mode(rulesFiles=RULES), True),
    ({"customModes": [], "custom_modes": []}, False),
    ({"customModes": [], "later": 1}, False),
    ({}, False),
    ([], False),
    (with_mode(slug="a b"), False),
    (with_mode(groups=["zap"]), False),
    (with_mode(groups=[["read"]]), False),
    (with_mode(groups=[["read", {}, {}]]), False),
    (with_mode(rulesFiles=[{"content": "x"}]), False),
    (with_mode(source=None), False),
]


@pytest.mark.parametrize(("content", "fine"), CONTENTS)
def test_the_model_and_the_document_of_the_modes_file_agree(content: object, fine: bool) -> None:
    """Types spec 3.34: strict at its top level only, deprecated groups allowed, no rule of uniqueness."""
    assert Draft7Validator(roomodes_json_schema()).is_valid(content) is fine
    try:
        RoomodesFile.from_wire(content)
    except InvalidWireError:
        assert not fine
    else:
        assert fine


def test_the_document_is_json_schema() -> None:
    document = roomodes_json_schema()
    meta.validate(document)
    assert list(document)[:4] == ["$schema", "$id", "title", "description"]
