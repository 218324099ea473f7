"""How much of a ChatGPT plan is used up, as shown to its user. Source: types spec 3.35."""

from rc_types._base import Omittable, WireModel
from rc_types._scalars import Number


class OpenAiCodexRateLimitWindow(WireModel):
    """One of the windows in which a plan counts."""

    used_percent: Number
    """0 to 100."""
    window_minutes: Omittable[Number] = None
    resets_at: Omittable[Number] = None
    """Unix milliseconds."""


class OpenAiCodexCredits(WireModel):
    """What can be spent beyond the plan."""

    has_credits: bool
    unlimited: bool
    balance: Omittable[str] = None


class OpenAiCodexRateLimitInfo(WireModel):
    """Use of a plan at one moment."""

    primary: Omittable[OpenAiCodexRateLimitWindow] = None
    secondary: Omittable[OpenAiCodexRateLimitWindow] = None
    credits: Omittable[OpenAiCodexCredits] = None
    plan_type: Omittable[str] = None
    fetched_at: Number
    """Unix milliseconds."""
