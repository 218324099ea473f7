"""Checks of the usual values of simple members, which cost less than a way into pydantic's core and back.

A quick check only ever says yes. What it is not sure of is given to the check that pydantic compiled from the same
schema, which judges and explains.
"""

from typing import Any

from pydantic_core import CoreSchema

from rc_types._specialise import Check


def quick_check(schema: CoreSchema, check: Check) -> Check:
    """Return a check that says the same as the given one.

    Args:
        schema: What is checked, as one variant has it.
        check: Pydantic's own check of it.
    """
    match schema:
        case {"type": "nullable", "schema": inner}:
            return _or_none(quick_check(inner, check))
        case {"type": "literal", "expected": names}:
            return _one_of(frozenset(names), check)
        case {"type": "union", "mode": "left_to_right", "choices": [{"type": "int", "ge": least, "le": most}, *_]}:
            return _whole_number(least, most, check)
        case {"type": "list", "items_schema": {"type": "str", **rules}, "fail_fast": True} if not rules:
            return _texts(check)
        case _:
            return check


def _or_none(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _one_of(names: frozenset[Any], check: Check) -> Check:
    return lambda value: value if type(value) is str and value in names else check(value)


def _whole_number(least: int, most: int, check: Check) -> Check:
    return lambda value: value if type(value) is int and least <= value <= most else check(value)


def _texts(check: Check) -> Check:
    def texts(value: Any) -> Any:
        elements: list[Any] = value
        return [*elements] if type(value) is list and {*map(type, elements)} == {str} else check(value)

    return texts
