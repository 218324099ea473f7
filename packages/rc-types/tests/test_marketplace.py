"""Items of the marketplace (types spec 3.17)."""

from typing import Any

import pytest
from rc_types import InvalidWireError
from rc_types.marketplace import (
    InstallMarketplaceItemOptions,
    ListedMcp,
    ListedMode,
    MarketplaceInstalledMetadata,
    McpInstallationMethod,
    McpMarketplaceItem,
    ModeMarketplaceItem,
    marketplace_item,
)

MODE: dict[str, Any] = {"id": "m", "name": "M", "description": "", "content": "slug: m"}
SERVER: dict[str, Any] = {"id": "s", "name": "S", "description": "", "url": "https://h", "content": []}


def test_an_item_is_listed_with_its_kind() -> None:
    mode, server = ModeMarketplaceItem.from_wire(MODE), McpMarketplaceItem.from_wire(SERVER)
    assert ListedMode.of(mode).to_wire() == MODE | {"type": "mode"}
    assert ListedMcp.of(server).to_wire() == SERVER | {"type": "mcp"}


def test_the_kind_decides_which_members_an_item_has() -> None:
    """C4."""
    both = {**MODE, "url": "https://h"}
    assert "url" not in marketplace_item.to_wire(marketplace_item.from_wire({**both, "type": "mode"}))
    assert marketplace_item.to_wire(marketplace_item.from_wire({**both, "type": "mcp"}))["url"] == "https://h"
    with pytest.raises(InvalidWireError, match=r"has no known '?type"):
        marketplace_item.from_wire({**both, "type": "skill"})


def test_defaults_are_written_at_every_depth() -> None:
    """P2."""
    parameter = {"name": "Key", "key": "KEY"}
    wire = {**SERVER, "content": [{"name": "npx", "content": "{}", "parameters": [parameter]}]}
    read = McpMarketplaceItem.from_wire(wire)
    method = {"name": "npx", "content": "{}", "parameters": [{**parameter, "optional": False}]}
    assert read.to_wire()["content"] == [method]
    assert read.content == [McpInstallationMethod.from_wire(method)]
    assert InstallMarketplaceItemOptions().to_wire() == {"target": "project"}


def test_values_that_a_user_filled_in_do_not_print() -> None:
    """They may be keys of services."""
    options = InstallMarketplaceItemOptions(parameters={"API_KEY": "sk-secret", "note": None})
    assert "sk-secret" not in repr(options)
    assert options.to_wire()["parameters"] == {"API_KEY": "sk-secret", "note": None}


def test_a_member_that_is_a_keyword_of_python_keeps_its_name_on_the_wire() -> None:
    wire = {"project": {}, "global": {"m": {"type": "mode"}}}
    installed = MarketplaceInstalledMetadata.from_wire(wire)
    assert installed.global_["m"].type == "mode"
    assert installed.to_wire() == wire
