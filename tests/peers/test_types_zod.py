"""The real schemas judge what `rc_types.testing` makes up, and nobody may disagree (types spec, section 5.3).

The peer is the published 1.115.0; what the source head has beyond it (types spec 1.1) is kept out of the values.
"""

import json
import subprocess
from pathlib import Path
from typing import Any, Final, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from rc_types import InvalidWireError, registry
from rc_types._codec import WireCodec
from rc_types.testing import mutants, wire_values

pytestmark = [pytest.mark.needs("node"), pytest.mark.timeout(300)]

JUDGE: Final = Path(__file__).parent / "node" / "judge.mjs"

GOOD: Final = 2_000
"""Values per schema that are fine."""

BROKEN: Final = 500
"""Values per schema with one place changed."""

REFUSED: Final = "refused"

SCHEMAS: Final = (
    "clineMessageSchema",
    "extensionInstanceSchema",
    "historyItemSchema",
    "ipcMessageSchema",
    "marketplaceItemSchema",
    "modeConfigSchema",
    "modelInfoSchema",
    "organizationSettingsSchema",
    "providerSettingsSchema",
    "providerSettingsSchemaDiscriminated",
    "rooCliInputCommandSchema",
    "rooCodeSettingsSchema",
    "rooCodeTelemetryEventSchema",
    "taskCommandSchema",
    "taskEventSchema",
)

HEAD_MEMBERS: Final = frozenset({"execaShellPath", "longContextPricing", "poeApiKey", "poeBaseUrl"})
"""Members that the published package does not know and therefore drops."""


@pytest.mark.parametrize("name", SCHEMAS)
def test_whatever_is_made_up_is_judged_alike_in_both_languages(name: str, node_folder: Path) -> None:
    codec = registry.schema(name)
    fine = drawn(wire_values(codec), GOOD)
    broken = drawn(mutants(codec), BROKEN)
    ours = [outcome(codec, value) for value in fine + broken]
    theirs = judged(name, fine + broken, node_folder)
    assert REFUSED not in ours[: len(fine)]
    for value, here, there in zip(fine + broken, ours, theirs, strict=True):
        assert here == there, json.dumps(value)


def drawn(strategy: SearchStrategy[Any], count: int) -> list[Any]:
    values: list[Any] = []

    # Drawing them is the whole test here, so that its speed is no matter of health.
    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(strategy.filter(is_published))
    def collect(value: Any) -> None:
        values.append(value)

    collect()
    assert len(values) == count
    return values


def is_published(value: Any) -> bool:
    """Return whether the published schemas know all that is in the value."""
    match value:
        case {"command": "start", "taskId": _} | "poe":
            return False
        case dict():
            members = cast("dict[str, Any]", value)
            return HEAD_MEMBERS.isdisjoint(members) and all(map(is_published, members.values()))
        case list():
            return all(map(is_published, cast("list[object]", value)))
        case _:
            return True


def outcome(codec: WireCodec[Any], value: object) -> str:
    try:
        return plain(codec.to_wire(codec.from_wire(value)))
    except InvalidWireError:
        return REFUSED


def judged(name: str, values: list[Any], folder: Path) -> list[str]:
    """Return the outcomes of the real schema."""
    lines = "\n".join(map(json.dumps, values))
    command = ["node", str(JUDGE), name]
    done = subprocess.run(command, cwd=folder, input=lines, capture_output=True, text=True, timeout=120, check=True)
    verdicts = map(json.loads, done.stdout.rstrip("\n").split("\n"))
    return [plain(verdict["output"]) if verdict["ok"] else REFUSED for verdict in verdicts]


def plain(value: object) -> str:
    """Return what JavaScript sees: 1 is 1.0 and -0 is 0, but true is no number, and the order of keys means nothing."""
    return json.dumps(json.loads(json.dumps(value), parse_int=double, parse_float=double), sort_keys=True)


def double(digits: str) -> float:
    return float(digits) + 0.0
