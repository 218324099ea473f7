"""Everything by its upstream name, for tools and tests that are driven by names.

Nothing is imported before it is asked for. Source: types spec 2.12 and 5.1.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from rc_types import _names
from rc_types._codec import WireCodec
from rc_types._spelling import to_snake


def schema_names() -> tuple[str, ...]:
    """Return the upstream names of all schemas, sorted."""
    return tuple(sorted(_places()))


def schema(name: str) -> WireCodec[Any]:
    """Return the codec of a schema by its upstream name, such as `clineMessageSchema`.

    Raises:
        KeyError: No schema has this name.
    """
    return _codec(*_places()[name])


def shape_names() -> tuple[str, ...]:
    """Return the Python names of all shapes, sorted: those of the schemas, and upstream's other types of data."""
    return tuple(sorted({*_schema_of_shape(), *_module_of(_names.TYPES)}))


def shape(name: str) -> WireCodec[Any]:
    """Return the codec of a shape by its Python name, or by the upstream name of its schema.

    Raises:
        KeyError: No shape has this name.
    """
    name = _schema_of_shape().get(name, name)
    return schema(name) if name in _places() else _codec(_module_of(_names.TYPES)[name], name)


def schema_of_shape(name: str) -> str | None:
    """Return the upstream name of the schema of a shape, or None if upstream declares the type without one."""
    return _schema_of_shape().get(name)


def constant_names() -> tuple[str, ...]:
    """Return the upstream names of all constants and enums, sorted."""
    return tuple(sorted(_module_of(_names.CONSTANTS)))


def constant(name: str) -> Any:
    """Return a constant or an enum by its upstream name, such as `clineAsks`.

    Raises:
        KeyError: No constant has this name.
    """
    module = _module_of(_names.CONSTANTS)[name]
    if module == "providers":  # data files, which have upstream's own names
        return _at(module, "constant")(name)
    return _at(module, to_snake(name).upper() if name[0].islower() else name)


def function_names() -> tuple[str, ...]:
    """Return the upstream names of all functions, sorted."""
    return tuple(sorted(_module_of(_names.FUNCTIONS)))


def function(name: str) -> Callable[..., Any]:
    """Return a function by its upstream name, such as `isIdleAsk`.

    Raises:
        KeyError: No function has this name.
    """
    found: Callable[..., Any] = _at(_module_of(_names.FUNCTIONS)[name], to_snake(name))
    return found


def type_names() -> tuple[str, ...]:
    """Return the names of all types, interfaces and classes, sorted; they have the same name upstream and here."""
    return tuple(sorted(_module_of_type()))


def named_type(name: str) -> Any:
    """Return a type, interface or class by its name, such as `ClineMessage` or `AuthService`.

    Raises:
        KeyError: No type has this name.
    """
    return _at(_module_of_type()[name], name)


def _module_of_type() -> dict[str, str]:
    shapes = {shape: module for module, shape in _places().values() if shape not in _names.NO_TYPES.split()}
    return shapes | _module_of(_names.TYPES, _names.BEHAVIOURS)


@cache
def _places() -> Mapping[str, tuple[str, str]]:
    """Return for each schema the module of its shape, and the shape's name there."""
    modules = _module_of(_names.SCHEMAS)
    usual = {name: (module, name[0].upper() + name[1:].removesuffix("Schema")) for name, module in modules.items()}
    return {**usual, **_names.PLACES}


@cache
def _schema_of_shape() -> Mapping[str, str]:
    return {shape: schema for schema, (_module, shape) in _places().items()}


@cache
def _codec(module: str, shape: str) -> WireCodec[Any]:
    return WireCodec(_at(module, _names.ANY_FLAVOR.get(shape, shape)), shape)


def _module_of(*tables: Mapping[str, str]) -> dict[str, str]:
    return {name: module for table in tables for module, names in table.items() for name in names.split()}


def _at(module: str, attribute: str) -> Any:
    return getattr(import_module(f"rc_types.{module}"), attribute)
