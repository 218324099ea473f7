"""Every type and interface of upstream is here under its name, with its members (types spec 5.1).

Upstream's side is written in the notation of the spec, section 3. Both sides are brought into one form and compared:
primitives are words, a set of names is `["literal", ...]`, an object is a dictionary whose key ends in `?` when the
member may be absent. Of what behaves, the names, the parameters and what has to be awaited are compared.
"""

import gzip
import inspect
import json
import os
import re
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    Never,
    NewType,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from rc_types import registry
from rc_types._base import NullRefused, wire_names
from rc_types._flavors import KILO_ONLY, Vocabulary

ROOT: Final = Path(os.environ.get("RC_CONFORMANCE_DIR") or Path(__file__).parent / "data") / "types"


def read(name: str) -> Any:
    path = ROOT / f"{name}.json"
    packed = path.with_name(f"{path.name}.gz")
    return json.loads(gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes())


INTERFACES: Final[dict[str, dict[str, Any]]] = read("interfaces")

MODULES: Final[dict[str, str]] = {
    export["name"]: "providers" if export["module"].startswith("providers/") else export["module"].replace("-", "_")
    for export in read("exports")
    if export["kind"] in {"type", "interface"} and export["module"] != "type-fu"
}
"""Where each type has to be; helpers of TypeScript's type arithmetic mean nothing here."""


@pytest.mark.parametrize("name", MODULES)
def test_a_type_is_here_with_the_members_it_has_upstream(name: str) -> None:
    entry = INTERFACES[name]
    if behaves(entry):
        wanted = upstreams_behaviour(entry)
        assert behaviour(here(name), wanted) == wanted
    else:
        assert form(here(name)) == upstreams(name)


def here(name: str) -> Any:
    return getattr(import_module(f"rc_types.{MODULES[name]}"), name)


def python_name(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


# Data, upstream


@cache
def upstreams(name: str) -> Any:
    """Return the form of a type of upstream. What follows from a schema is judged by the corpus and taken as it is."""
    entry = INTERFACES[name]
    if "inferredFrom" in entry:
        return form(here(name))
    if "elementOf" in entry:
        return form(Literal[tuple(registry.constant(entry["elementOf"]))])
    if name.endswith("ModelId"):  # ids are keys of data files, which no type checker reads
        return "string"
    if "values" in entry:
        return ["literal", *sorted(entry["values"])]
    if name in IN_WORDS:
        return IN_WORDS[name]()
    if behaves(entry):
        return name
    if "type" in entry:
        return Notation(entry["type"]).parsed()
    own = {f"{each['name']}{'?' * each.get('optional', False)}": each["type"] for each in entry["members"]}
    picked = only(upstreams(entry["picksFrom"]), entry["picked"]) if "picked" in entry else {}
    return both(picked, {key: Notation(text).parsed() for key, text in own.items()})


def only(members: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    return {key: node for key, node in members.items() if key.rstrip("?") in keys}


def both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the object with the members of two; a member that either insists on is insisted on."""
    merged = {**one, **other}
    return {key: node for key, node in merged.items() if not (key.endswith("?") and key[:-1] in merged)}


def one_of(choices: list[Any]) -> Any:
    """Return the union: names are gathered, a text covers them all, and a single choice is no choice."""
    names = sorted({name for choice in choices for name in names_of(choice)})
    nodes = [choice for choice in choices if not names_of(choice)]
    nodes += [["literal", *names]] if names and "string" not in nodes else []
    distinct = sorted((node for at, node in enumerate(nodes) if node not in nodes[:at]), key=repr)
    return distinct[0] if len(distinct) == 1 else ["one of", *distinct]


def names_of(node: Any) -> list[str]:
    return cast("list[str]", node)[1:] if isinstance(node, list) and node[0] == "literal" else []


WORDS: Final[dict[str, Any]] = {
    "never": "any",
    "object": ["map", "any"],
    "true": ["literal", True],
    "undefined": "null",
    "unknown": "any",
}


class Notation:
    """Parses a type."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = re.findall(r'"[^"]*"|[\w-]+|\[\]|\S', text)

    def parsed(self) -> Any:
        node = self._union()
        assert not self._tokens, f"left over: {self._tokens}"
        return node

    def _union(self) -> Any:
        choices = [self._intersection()]
        while self._next("|"):
            choices.append(self._intersection())
        return one_of(choices)

    def _intersection(self) -> Any:
        node = self._array()
        while self._next("&"):
            node = both(node, self._array())
        return node

    def _array(self) -> Any:
        node = self._single()
        while self._next("[]"):
            node = ["array", node]
        return node

    def _single(self) -> Any:
        match self._tokens.pop(0):
            case "{":
                return dict(self._until("}", self._member))
            case "[]":
                return ["tuple"]
            case "[":
                return ["tuple", *self._until("]", self._element)]
            case "(":
                return self._until(")", self._union)[0]
            case "map":
                return ["map", self._until(">", self._union)[1]]
            case "partial":
                return {f"{key.rstrip('?')}?": node for key, node in self._until(")", self._union)[0].items()}
            case "only":
                whole, *keys = self._until(")", self._union)
                return only(whole, [name for _literal, name in keys])
            case text if text.startswith('"'):
                return ["literal", text[1:-1]]
            case name if name in INTERFACES:
                return upstreams(name)
            case name if name in registry.constant_names():
                return form(registry.constant(name))
            case word:
                return WORDS.get(word, word)

    def _member(self) -> tuple[str, Any]:
        key = self._tokens.pop(0).strip('"') + "?" * self._next("?")
        assert self._next(":")
        return key, self._union()

    def _element(self) -> Any:
        if self._tokens[1] == ":":
            del self._tokens[:2]
        return self._union()

    def _until(self, end: str, read_one: Callable[[], Any]) -> list[Any]:
        nodes: list[Any] = []
        while not self._next(end):
            if not any(self._next(separator) for separator in "<(;,:"):
                nodes.append(read_one())
        return nodes

    def _next(self, token: str) -> bool:
        found = self._tokens[:1] == [token]
        del self._tokens[:found]
        return found


def secrets() -> dict[str, Any]:
    keys = (*registry.constant("SECRET_STATE_KEYS"), *registry.constant("GLOBAL_SECRET_KEYS"))
    return {f"{key}?": "string" for key in keys}


def typical_providers() -> Any:
    others = {name for kind in ("internal", "custom", "faux") for name in registry.constant(f"{kind}Providers")}
    return ["literal", *sorted({*registry.constant("providerNames")} - others)]


IN_WORDS: Final[dict[str, Callable[[], Any]]] = {
    "CustomToolParametersSchema": lambda: form(type[BaseModel]),
    "GlobalState": lambda: upstreams("RooCodeSettings"),  # all are optional; the one model serves, without its secrets
    "SecretState": secrets,
    "SerializedCustomToolParameters": lambda: ["map", "any"],
    "TerminalActionPromptType": lambda: ["literal", "TERMINAL_ADD_TO_CONTEXT", "TERMINAL_EXPLAIN", "TERMINAL_FIX"],
    "TypicalProvider": typical_providers,
}
"""Types that the data describe in words."""


# Data, here

PLAIN: Final[dict[Any, str]] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    NoneType: "null",
    Any: "any",
    Never: "any",
}


def form(shape: Any) -> Any:
    """Return the form of an annotation, a model or a table of events."""
    if shape in PLAIN:
        return PLAIN[shape]
    name = str(getattr(shape, "__name__", shape))
    if is_typeddict(shape):
        hints = get_type_hints(shape, localns=vars(import_module(f"rc_types.{MODULES[name]}")), include_extras=True)
        return {name: form(hint) for name, hint in hints.items()}
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return members(shape)
    if isinstance(shape, type) and issubclass(shape, StrEnum):
        return ["literal", *sorted(shape)]
    if isinstance(shape, NewType):
        return form(shape.__supertype__)
    inner = get_args(shape)
    match get_origin(shape):
        case origin if origin is Annotated:
            known = any(isinstance(each, Vocabulary) for each in inner[1:])
            return form(get_args(inner[0])[0] if known else inner[0])
        case origin if origin is Literal:
            return ["literal", *sorted(set(inner))]
        case origin if origin in (Union, UnionType):
            return one_of([form(choice) for choice in inner])
        case origin if origin is list:
            return ["array", form(inner[0])]
        case origin if origin is dict:
            return ["map", form(inner[1])]
        case origin if origin is tuple:
            return ["tuple", *map(form, inner)]
        case _:
            return name


@cache
def members(model: type[BaseModel]) -> dict[str, Any]:
    ours = [field for field in model.model_fields.values() if KILO_ONLY not in field.metadata]
    return {
        f"{name}{'?' * (not field.is_required())}": form_of_member(field)
        for name, field in zip(wire_names(model), ours, strict=True)
    }


def form_of_member(field: FieldInfo) -> Any:
    """Return the form of what may be on the wire: `None` stands for an absent member where `null` is refused."""
    shape: Any = field.annotation
    if any(isinstance(each, NullRefused) for each in field.metadata):
        return one_of([form(choice) for choice in get_args(shape) if choice is not NoneType])
    return form(Annotated[shape, *field.metadata] if field.metadata else shape)


# What behaves


def behaves(entry: dict[str, Any]) -> bool:
    """Return whether the interface has methods or functions, or holds what has them."""
    return any(
        "method" in each or "->" in each["type"] or behaves(INTERFACES.get(each["type"], {}))
        for each in entry.get("members", [])
    )


def upstreams_behaviour(entry: dict[str, Any]) -> dict[str, list[str]]:
    """Return each member's kind and parameters, in Python's spelling; what may be missing ends in `?`."""
    whole, _, dropped = entry.get("includes", "").partition(" without ")
    included = upstreams_behaviour(INTERFACES[whole]) if whole else {}
    listening = ["called", "event", "listener"]
    return {
        **{name: member for name, member in included.items() if name not in dropped.split(", ")},
        **(dict.fromkeys(("on", "off"), listening) if "emits" in entry else {}),
        **{python_name(each["name"]): upstreams_member(each) for each in entry["members"]},
    }


def upstreams_member(member: dict[str, Any]) -> list[str]:
    if "method" not in member:
        return ["read" + "?" * (member.get("optional", False) or "undefined" in member["type"])]
    kind = "awaited" if member["returns"].startswith("async ") else "called"
    return [kind, *(name for text in member["params"] for name in upstreams_parameters(text))]


def upstreams_parameters(text: str) -> list[str]:
    """Return the names of a parameter; an object that is written out where it is taken is keywords in Python."""
    name, _, notation = ("", "", text) if text.startswith("{") else text.partition(": ")
    keywords: list[str] = [*Notation(notation).parsed()] if notation.startswith("{") else []
    return [python_name(each) for each in keywords or [name]]


def behaviour(face: Any, wanted: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the same for a class of ours; positional-only parameters have whatever name upstream gives them."""
    if is_dataclass(face):
        return {each.name: ["read" + "?" * (each.default is not MISSING)] for each in fields(face)}
    public = {name: inspect.getattr_static(face, name) for name in dir(face) if not name.startswith("_")}
    return {name: our_member(member, wanted.get(name, [])) for name, member in public.items()}


def our_member(member: Any, wanted: list[str]) -> list[str]:
    if isinstance(member, property):
        note = inspect.signature(cast("Callable[..., Any]", member.fget)).return_annotation
        return ["read" + "?" * (note.endswith(" | None") if isinstance(note, str) else NoneType in get_args(note))]
    kind = "awaited" if inspect.iscoroutinefunction(member) else "called"
    _self, *parameters = inspect.signature(member).parameters.values()
    names = [each.name + "?" * (each.default is not each.empty) for each in parameters]
    unnamed = sum(each.kind is each.POSITIONAL_ONLY for each in parameters)
    same = [name.endswith("?") for name in names[:unnamed]] == [name.endswith("?") for name in wanted[1 : unnamed + 1]]
    return [kind, *(wanted[1 : unnamed + 1] if same else names[:unnamed]), *names[unnamed:]]
