"""Everything by upstream's names (types spec 2.12), and an import that costs next to nothing."""

import subprocess
import sys

import pytest
from rc_types import registry
from rc_types.message import CLINE_ASKS, is_idle_ask


def test_things_are_found_by_the_names_they_have_upstream() -> None:
    assert registry.schema("clineAskSchema").from_wire("tool") == "tool"
    assert registry.constant("clineAsks") is CLINE_ASKS
    assert registry.function("isIdleAsk") is is_idle_ask


def test_a_schema_is_built_once() -> None:
    assert registry.schema("ackSchema") is registry.schema("ackSchema")


def test_a_name_that_is_not_here_is_a_key_error() -> None:
    for look_up in (registry.schema, registry.constant, registry.function):
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
