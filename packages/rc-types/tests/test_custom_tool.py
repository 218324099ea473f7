"""Tools that users write (types spec 3.7). The type checkers read this file too."""

from typing import TYPE_CHECKING, Any, assert_type, cast

import pytest
from pydantic import BaseModel, Field
from rc_types.custom_tool import (
    CustomToolContext,
    CustomToolDefinition,
    SerializedCustomToolDefinition,
    TypedCustomToolDefinition,
    define_custom_tool,
)

if TYPE_CHECKING:
    from rc_types.task import TaskLike


class LineStats(BaseModel):
    path: str = Field(description="File to look at")


async def count_lines(args: LineStats, context: CustomToolContext) -> str:
    return f"{args.path} in {context.mode}"


async def say_hello(_args: object, context: CustomToolContext) -> str:
    return f"hello from {context.mode}"


line_stats = define_custom_tool(
    TypedCustomToolDefinition(name="line_stats", description="Counts", parameters=LineStats, execute=count_lines)
)
hello = TypedCustomToolDefinition(name="hello", description="Greets", execute=say_hello)


@pytest.fixture
def context() -> CustomToolContext:
    return CustomToolContext(mode="code", task=cast("TaskLike", None))  # no tool of these tests looks at its task


def test_a_definition_is_handed_through_and_keeps_its_types() -> None:
    assert_type(line_stats, TypedCustomToolDefinition[LineStats])
    assert define_custom_tool(hello) is hello


async def test_a_tool_with_and_one_without_arguments_are_both_tools(context: CustomToolContext) -> None:
    tools: list[CustomToolDefinition] = [line_stats, hello]
    arguments = [tool.parameters and tool.parameters.model_validate({"path": "a.py"}) for tool in tools]
    answers = [await tool.execute(args, context) for tool, args in zip(tools, arguments, strict=True)]
    assert answers == ["a.py in code", "hello from code"]


def test_the_schema_of_the_parameters_goes_out_as_it_is() -> None:
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **LineStats.model_json_schema(),
    }
    tool = SerializedCustomToolDefinition(name="line_stats", description="Counts", parameters=schema)
    assert tool.to_wire() == {"name": "line_stats", "description": "Counts", "parameters": schema}
    assert SerializedCustomToolDefinition.from_json(tool.to_json()) == tool
