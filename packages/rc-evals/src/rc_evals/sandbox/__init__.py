"""Where foreign code runs."""

from typing import Literal

__all__ = ["SandboxChoice"]

SandboxChoice = Literal["auto", "bubblewrap", "none"]
"""What a user may ask for; `auto` is bubblewrap, and refuses where that does not work."""
