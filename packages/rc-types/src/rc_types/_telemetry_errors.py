"""Exceptions whose facts belong into a report, recognised by name and members.

The recognising functions never ask for our classes: exceptions of another copy of them, or of a bridge to JavaScript,
count as well. Those may spell their members as the wire does (`modelId`) or as Python does (`model_id`). Source: types
spec 3.26, telemetry spec 7.4.
"""

from collections.abc import Iterable
from typing import ClassVar, Literal, TypeAlias

from rc_types._telemetry_failures import MISSING, member

ConsecutiveMistakeReason: TypeAlias = Literal["no_tools_used", "tool_repetition", "unknown"]
"""Why the model counts as stuck."""


class ApiProviderError(Exception):
    """A model provider failed.

    Args:
        message: What went wrong, in words.
        provider: Name of the provider.
        model_id: The model that was asked for.
        operation: What was attempted, such as `createMessage`.
        error_code: The provider's own code, if there is one; not the HTTP status that `get_error_status_code` reads.
    """

    name: ClassVar[str] = "ApiProviderError"

    def __init__(
        self, message: str, provider: str, model_id: str, operation: str, error_code: int | None = None
    ) -> None:
        super().__init__(message, provider, model_id, operation, error_code)
        self.message = message
        self.provider = provider
        self.model_id = model_id
        self.operation = operation
        self.error_code = error_code

    def __str__(self) -> str:
        return self.message


class ConsecutiveMistakeError(Exception):
    """The model made too many mistakes in a row.

    Args:
        message: What went wrong, in words.
        task_id: The task that is stuck.
        consecutive_mistake_count: Mistakes so far.
        consecutive_mistake_limit: Mistakes that are allowed.
        reason: Kind of the mistakes; `unknown` by default.
        provider: Name of the model's provider, if known.
        model_id: The model, if known.
    """

    name: ClassVar[str] = "ConsecutiveMistakeError"

    def __init__(
        self,
        message: str,
        task_id: str,
        consecutive_mistake_count: int,
        consecutive_mistake_limit: int,
        reason: ConsecutiveMistakeReason = "unknown",
        provider: str | None = None,
        model_id: str | None = None,
    ) -> None:
        super().__init__(
            message, task_id, consecutive_mistake_count, consecutive_mistake_limit, reason, provider, model_id
        )
        self.message = message
        self.task_id = task_id
        self.consecutive_mistake_count = consecutive_mistake_count
        self.consecutive_mistake_limit = consecutive_mistake_limit
        self.reason: ConsecutiveMistakeReason = reason
        self.provider = provider
        self.model_id = model_id

    def __str__(self) -> str:
        return self.message


def is_api_provider_error(error: object) -> bool:
    """Return whether this is an exception named `ApiProviderError` that says provider, model and operation."""
    return _is_named(error, ApiProviderError.name, ("provider", "modelId", "operation"))


def is_consecutive_mistake_error(error: object) -> bool:
    """Return whether this is an exception named `ConsecutiveMistakeError` that says its task, count and limit."""
    members = ("taskId", "consecutiveMistakeCount", "consecutiveMistakeLimit")
    return _is_named(error, ConsecutiveMistakeError.name, members)


def extract_api_provider_error_properties(error: object) -> dict[str, object]:
    """Return what a report says about an error that `is_api_provider_error` recognises, under wire names.

    That is `provider`, `modelId` and `operation`, and `errorCode` if there is one (0 counts).
    """
    return _said(error, ("provider", "modelId", "operation", "errorCode"))


def extract_consecutive_mistake_error_properties(error: object) -> dict[str, object]:
    """Return what a report says about an error that `is_consecutive_mistake_error` recognises, under wire names.

    That is `taskId`, `consecutiveMistakeCount`, `consecutiveMistakeLimit` and `reason`, and of `provider` and `modelId`
    what is known (an empty text counts).
    """
    members = ("taskId", "consecutiveMistakeCount", "consecutiveMistakeLimit", "reason", "provider", "modelId")
    return _said(error, members)


def _is_named(error: object, name: str, members: Iterable[str]) -> bool:
    return (
        isinstance(error, BaseException)
        and member(error, "name") == name
        and all(member(error, wanted) is not MISSING for wanted in members)
    )


def _said(error: object, members: Iterable[str]) -> dict[str, object]:
    found = ((name, member(error, name)) for name in members)
    return {name: value for name, value in found if value is not MISSING and value is not None}
