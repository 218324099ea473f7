"""Arguments of tools (types spec 3.29)."""

import pytest
from rc_types import InvalidWireError
from rc_types._codec import WireCodec
from rc_types.tool_params import (
    LegacyReadFileParams,
    ReadFileParams,
    ReadFileToolParams,
    is_legacy_read_file_params,
)

read_file_tool_params: WireCodec[ReadFileToolParams] = WireCodec(ReadFileToolParams, "ReadFileToolParams")


def test_names_of_arguments_are_those_that_models_use() -> None:
    """Types spec D1."""
    wire = {"path": "a", "mode": "indentation", "indentation": {"anchor_line": 3, "max_levels": 0}}
    assert ReadFileParams.from_wire(wire).to_wire() == wire


def test_the_older_form_is_known_by_its_flag() -> None:
    older = {"files": [{"path": "a", "lineRanges": [{"start": 1, "end": 2}]}], "_legacyFormat": True}
    read = read_file_tool_params.from_wire(older)
    assert isinstance(read, LegacyReadFileParams)
    assert read.to_wire() == older
    assert is_legacy_read_file_params(read)
    assert is_legacy_read_file_params(older)


@pytest.mark.parametrize("flag", [1, "true", False, None])
def test_only_true_is_the_flag(flag: object) -> None:
    """B2: in Python 1 equals true."""
    wire: dict[str, object] = {"files": [], "_legacyFormat": flag}
    assert not is_legacy_read_file_params(wire)
    with pytest.raises(InvalidWireError):
        LegacyReadFileParams.from_wire(wire)


def test_arguments_of_today_are_not_of_the_older_form() -> None:
    read = read_file_tool_params.from_wire({"path": "a", "limit": 10})
    assert isinstance(read, ReadFileParams)
    assert not is_legacy_read_file_params(read)
