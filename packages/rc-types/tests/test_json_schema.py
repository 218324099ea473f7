"""JSON Schema documents of the shapes; test_conformance.py compares what they accept with upstream's documents."""

import json
import re

import pytest
from jsonschema_rs import meta
from pydantic import TypeAdapter
from rc_types import registry
from rc_types._flavors import FLAVORS
from rc_types._json_schema import json_schema_of
from rc_types.marketplace import InstallMarketplaceItemOptions
from rc_types.message import ClineMessage
from rc_types.model import ModelInfo
from rc_types.tool import AnyToolName


def test_only_a_real_default_is_one() -> None:
    """Types spec P2 and P3."""
    options = json_schema_of(InstallMarketplaceItemOptions, "Options")
    assert options["properties"]["target"]["default"] == "project"
    assert "required" not in options
    assert "default" not in json_schema_of(ModelInfo, "ModelInfo")["properties"]["maxTokens"]


def test_only_what_may_be_null_may_be_null() -> None:
    """Types spec P1."""
    members = json_schema_of(ModelInfo, "ModelInfo")["properties"]
    assert members["contextWindow"]["type"] == "number"
    assert members["maxTokens"]["anyOf"] == [{"type": "number"}, {"type": "null"}]
    assert members["inputPrice"]["type"] == "number"


def test_what_the_sources_say_about_a_member_is_its_description() -> None:
    members = json_schema_of(ClineMessage, "ClineMessage")["properties"]
    assert members["partial"]["description"] == "True while the message streams; absent or false once it is final."


def test_a_document_is_of_one_product() -> None:
    roo, kilo, every = ({*json_schema_of(AnyToolName, "ToolName", flavor=flavor)["enum"]} for flavor in FLAVORS)
    assert "skill" in roo - kilo
    assert "delete_file" in kilo - roo
    assert every == roo | kilo


@pytest.mark.parametrize("name", registry.shape_names())
def test_every_shape_has_a_document(name: str) -> None:
    document = json_schema_of(registry.shape(name).shape, name)
    meta.validate(document)
    assert document["title"] == name
    assert not re.search(r'"default": null|\$defs|prefixItems', json.dumps(document))


@pytest.mark.parametrize("name", registry.shape_names())
def test_pydantic_describes_every_shape(name: str) -> None:
    """In models of other people's, such as those of a web framework."""
    assert TypeAdapter(registry.shape(name).shape).json_schema()
