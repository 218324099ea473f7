"""The user's consent to analytics. Source: types spec 3.26."""

from typing import Final, Literal, TypeAlias, get_args

TelemetrySetting: TypeAlias = Literal["unset", "enabled", "disabled"]
"""Whether the user allows analytics; `unset` until the question was answered."""

TELEMETRY_SETTINGS: Final[tuple[TelemetrySetting, ...]] = get_args(TelemetrySetting)
