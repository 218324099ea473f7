"""Tools that users write for their assistant. Source: types spec 3.7.

A tool declares its arguments as a pydantic model; the assistant's model is told their JSON Schema.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from pydantic import BaseModel

from rc_types._base import Omittable, WireModel
from rc_types._scalars import JsonRecord
from rc_types.task import TaskLike

CustomToolParametersSchema: TypeAlias = type[BaseModel]
"""What declares the arguments of a tool: a class of pydantic."""

SerializedCustomToolParameters: TypeAlias = JsonRecord
"""What other processes see of it: a JSON Schema of draft 2020-12."""

ArgsT = TypeVar("ArgsT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class CustomToolContext:
    """Where a tool is called."""

    mode: str
    """Slug of the current mode."""
    task: TaskLike


class CustomToolDefinition(Protocol):
    """A tool, whatever its arguments are; any object with these members is one."""

    @property
    def name(self) -> str:
        """What models call it by; not empty."""
        ...

    @property
    def description(self) -> str:
        """What it is for, in words for models; not empty."""
        ...

    @property
    def parameters(self) -> CustomToolParametersSchema | None:
        """Declares the arguments; None for a tool that has none."""
        ...

    @property
    def execute(self) -> Callable[[Any, CustomToolContext], Awaitable[str]]:
        """Takes arguments that were checked (None without `parameters`), returns the text that the model gets."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCustomToolDefinition(Generic[ArgsT]):
    """A `CustomToolDefinition` whose function and parameters fit each other, as a type checker can tell.

    Args:
        name: What models call it by; not empty.
        description: What it is for, in words for models; not empty.
        parameters: Declares the arguments; leave out for a tool that has none.
        execute: Takes arguments that were checked and the context; returns the text that the model gets. What it
            raises is told to the model. Without `parameters` it gets None: declare the first argument as `object`.
    """

    name: str
    description: str
    parameters: type[ArgsT] | None = None
    execute: Callable[[ArgsT, CustomToolContext], Awaitable[str]]


class SerializedCustomToolDefinition(WireModel):
    """A tool as other processes see it."""

    name: str
    description: str
    parameters: Omittable[SerializedCustomToolParameters] = None
    source: Omittable[str] = None
    """File that it came from."""


def define_custom_tool(definition: TypedCustomToolDefinition[ArgsT]) -> TypedCustomToolDefinition[ArgsT]:
    """Return the definition itself; a type checker has then seen that its parts fit each other."""
    return definition
