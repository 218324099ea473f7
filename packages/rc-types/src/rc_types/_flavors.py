"""The products whose peers this package talks to, and what their schemas do not have in common.

A *flavor* is one product's set of schemas. There is one class per shape, which declares what any product knows; a
flavor narrows it to the names and the members of one product (Kilo differences, KD-001 to KD-004).

Adding a name is one line in `KILO_NAMES`; adding a member is one line in its class, declared as `KiloOnly`.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, TypeAlias, cast, get_args

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

Flavor: TypeAlias = Literal["roo", "kilo", "any"]
"""Whose schemas judge.

`roo`: Roo Code as of the version that this package follows; the default everywhere. `kilo`: the legacy line of Kilo
Code. `any`: what either would accept, for readers of live events and for storage, never for output (KD-002).
"""

FLAVORS: Final[tuple[Flavor, ...]] = get_args(Flavor)


class Names(NamedTuple):
    """How one product's set of names differs from Roo Code's."""

    adds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


KILO_NAMES: Final[Mapping[str, Names]] = {
    "clineAsks": Names(
        adds=(
            "payment_required_prompt",
            "unauthorized_prompt",
            "promotion_model_sign_up_required_prompt",
            "invalid_model",
            "report_bug",
            "condense",
            "checkpoint_restore",
            "browser_action_launch",
        )
    ),
    "clineSays": Names(
        adds=("browser_action", "browser_action_result", "browser_session_status"),
        lacks=("too_many_tools_warning", "tool"),
    ),
    "toolActions": Names(adds=("deleteFile", "fetchInstructions"), lacks=("readCommandOutput", "skill")),
    "clineAskResponses": Names(adds=("retry_clicked",)),
    "toolNames": Names(
        adds=(
            "fast_edit_file",
            "new_rule",
            "report_bug",
            "condense",
            "delete_file",
            "browser_action",
            "fetch_instructions",
        ),
        lacks=("read_command_output", "edit", "skill"),
    ),
    "toolGroups": Names(adds=("browser",)),
    "modeSources": Names(adds=("organization",)),
    "languages": Names(adds=("ar", "cs", "sk", "th", "uk")),
    "providerNames": Names(
        adds=(
            "aihubmix",
            "apertis",
            "claude-code",
            "corethink",
            "glama",
            "human-relay",
            "inception",
            "kilocode",
            "nano-gpt",
            "oca",
            "openai-responses",
            "ovhcloud",
            "sap-ai-core",
            "synthetic",
            "virtual-quota-fallback",
            "zenmux",
        ),
        lacks=("gemini-cli",),
    ),
    "verbosityLevels": Names(adds=("max",)),
    "imageGenerationProviders": Names(adds=("kilocode",), lacks=("roo",)),
    "embedderProviders": Names(adds=("voyage",)),
    "minimaxBaseUrls": Names(
        adds=("https://api.minimax.io/anthropic", "https://api.minimaxi.com/anthropic"),
        lacks=("https://api.minimax.io/v1", "https://api.minimaxi.com/v1"),
    ),
    "moonshotBaseUrls": Names(adds=("https://api.kimi.com/coding/v1",)),
}
"""What Kilo Code calls differently. Source: Kilo differences 5.1 to 5.7."""

NAMES: Final = "rc_names"
"""Metadata of a core schema: which set of names it checks, and Roo Code's own part of it."""

ONLY: Final = "rc_only"
"""Metadata of a core schema: the product that alone has it."""


class Vocabulary(NamedTuple):
    """Annotation of a set of names that products and releases do not agree on.

    Strict readers accept the names of their flavor; the lenient reader keeps a name that nobody knows (IPC spec R-14),
    so the annotated type is `Literal[...] | str`.

    Args:
        name: Key in the tables of the products.
    """

    name: str

    def __get_pydantic_core_schema__(self, source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        names = get_args(get_args(source)[0])
        every = [*dict.fromkeys((*names, *KILO_NAMES[self.name].adds))]
        return core_schema.literal_schema(every, metadata={NAMES: (self.name, names)})


class Only(NamedTuple):
    """Annotation of a member, or of one alternative of a union, that only one product has.

    Args:
        flavor: The product.
        required: Whether that product insists on the member.
    """

    flavor: Literal["roo", "kilo"]
    required: bool = False

    def is_known_to(self, flavor: Flavor) -> bool:
        """Return whether a reader of that flavor knows the member."""
        return flavor in (self.flavor, "any")

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = cast("dict[str, Any]", handler(source))
        return cast("CoreSchema", {**schema, "metadata": {**schema.get("metadata", {}), ONLY: self}})


KILO_ONLY: Final = Only("kilo")
ROO_ONLY: Final = Only("roo")


def names_of(name: str, roo: tuple[Any, ...], flavor: Flavor) -> list[Any]:
    """Return the names of one product's set, without repetitions.

    Args:
        name: Key in the tables of the products.
        roo: Roo Code's names.
        flavor: The product.
    """
    kilo = KILO_NAMES[name]
    lacks = kilo.lacks if flavor == "kilo" else ()
    adds = () if flavor == "roo" else kilo.adds
    return [*dict.fromkeys(each for each in (*roo, *adds) if each not in lacks)]
