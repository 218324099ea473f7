"""Everything by upstream's names (types spec 2.12 and 5.1), and an import that costs next to nothing."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

import pytest
from rc_types import registry
from rc_types.message import CLINE_ASKS, ClineMessage, is_idle_ask
from rc_types.providers import catalogue

LOOK_UPS: Final[dict[str, tuple[Callable[[], tuple[str, ...]], Callable[[str], Any], frozenset[str]]]] = {
    "schemas": (registry.schema_names, registry.schema, frozenset({"schema"})),
    "constants": (registry.constant_names, registry.constant, frozenset({"constant", "enum"})),
    "functions": (registry.function_names, registry.function, frozenset({"function"})),
    "types": (registry.type_names, registry.named_type, frozenset({"class", "interface", "type"})),
}

each_kind = pytest.mark.parametrize("kind", LOOK_UPS)


def test_things_are_found_by_the_names_they_have_upstream() -> None:
    assert registry.schema("clineAskSchema").from_wire("tool") == "tool"
    assert registry.constant("clineAsks") is CLINE_ASKS
    assert registry.function("isIdleAsk") is is_idle_ask
    assert registry.named_type("ClineMessage") is ClineMessage
    assert registry.constant("anthropicDefaultModelId") == catalogue("anthropic").default_model_id


@each_kind
def test_everything_that_upstream_exports_is_found(kind: str, exports: list[dict[str, Any]]) -> None:
    """Types spec 5.1: all but the helpers of TypeScript's type arithmetic, and the builder of another library."""
    names, look_up, kinds = LOOK_UPS[kind]
    wanted = {export["name"] for export in exports if export["kind"] in kinds and export["module"] != "type-fu"}
    assert set(names()) == wanted
    assert all(look_up(name) is not None for name in names())


def test_a_shape_is_found_by_either_name() -> None:
    assert registry.shape("ClineMessage").shape is registry.shape("clineMessageSchema").shape
    assert registry.shape("ToolName") is not None


def test_every_shape_is_found() -> None:
    assert all(registry.shape(name).name == name for name in registry.shape_names())


def test_a_codec_is_made_once() -> None:
    """Its readers are what costs."""
    assert registry.schema("ackSchema") is registry.schema("ackSchema") is registry.shape("Ack")
    assert registry.shape("McpServer") is registry.shape("McpServer")


@pytest.mark.parametrize("look_up", [registry.shape, *(look_up for _, look_up, _ in LOOK_UPS.values())])
def test_a_name_that_is_not_here_is_a_key_error(look_up: Callable[[str], Any]) -> None:
    with pytest.raises(KeyError, match="zapSchema"):
        look_up("zapSchema")


def test_importing_the_package_imports_no_models() -> None:
    """Types spec 5.6; pydantic alone would cost ten times as much as everything else."""
    code = "import sys, rc_types; sys.exit(' '.join(name for name in sys.modules if name.startswith('pydantic')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr.strip() == ""


def test_importing_a_module_builds_no_validator() -> None:
    code = "import rc_types.ipc as ipc; print(ipc.TaskCommandMessage.__pydantic_complete__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
