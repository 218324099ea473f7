"""Says that tell how a conversation was made to fit its model. Source: types spec 3.5."""

from typing import Final, Literal, TypeAlias, TypeGuard, get_args

ContextManagementEvent: TypeAlias = Literal["condense_context", "condense_context_error", "sliding_window_truncation"]
"""One of those says; each is a `ClineSay` too."""

CONTEXT_MANAGEMENT_EVENTS: Final[tuple[ContextManagementEvent, ...]] = get_args(ContextManagementEvent)


def is_context_management_event(value: object) -> TypeGuard[ContextManagementEvent]:
    """Return whether the value, which may be anything, names such an event."""
    return value in CONTEXT_MANAGEMENT_EVENTS
