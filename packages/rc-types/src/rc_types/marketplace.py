"""What the marketplace offers: modes and MCP servers. Source: types spec 3.17."""

from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field

from rc_types._base import DefaultedWireModel, Omittable, WireModel, spelled
from rc_types._codec import WireCodec
from rc_types._later import TaggedBy
from rc_types._scalars import Array, JsonRecord, Record
from rc_types._texts import NonEmpty, Url

MarketplaceItemType: TypeAlias = Literal["mode", "mcp"]
"""Kinds of items."""


class McpParameter(DefaultedWireModel):
    """Something that the user fills in before a server is installed."""

    name: NonEmpty
    """What the user reads."""
    key: NonEmpty
    """Placeholder in the server's entry that the value replaces."""
    placeholder: Omittable[str] = None
    """Example of a value."""
    optional: bool = False
    """Whether the value may be left out; always on the wire (types spec P2)."""


class McpInstallationMethod(WireModel):
    """One of several ways to install a server."""

    name: NonEmpty
    content: NonEmpty
    """JSON text of the server's entry in the settings."""
    parameters: Omittable[Array[McpParameter]] = None
    prerequisites: Omittable[Array[str]] = None


class _Item(WireModel):
    id: NonEmpty
    name: NonEmpty
    description: str
    author: Omittable[str] = None
    author_url: Omittable[Url] = None
    tags: Omittable[Array[str]] = None
    prerequisites: Omittable[Array[str]] = None


class ModeMarketplaceItem(_Item):
    """A mode."""

    content: NonEmpty
    """YAML text of the mode."""


class McpMarketplaceItem(_Item):
    """An MCP server."""

    url: Url
    """Where the server comes from."""
    content: NonEmpty | Array[McpInstallationMethod]
    """JSON text of the server's entry, or the ways to install it, possibly none."""
    parameters: Omittable[Array[McpParameter]] = None
    """What every way to install needs."""


class ListedMode(ModeMarketplaceItem):
    """A mode in a list of items of both kinds."""

    type: Literal["mode"]

    @classmethod
    def of(cls, item: ModeMarketplaceItem) -> Self:
        """List a mode."""
        return cls.from_wire({**item.to_wire(), "type": "mode"})


class ListedMcp(McpMarketplaceItem):
    """A server in a list of items of both kinds."""

    type: Literal["mcp"]

    @classmethod
    def of(cls, item: McpMarketplaceItem) -> Self:
        """List a server."""
        return cls.from_wire({**item.to_wire(), "type": "mcp"})


MarketplaceItem: TypeAlias = Annotated[ListedMode | ListedMcp, TaggedBy("type")]
"""Anything that the marketplace offers."""

marketplace_item: Final[WireCodec[MarketplaceItem]] = WireCodec(MarketplaceItem, "MarketplaceItem")
"""Reads and writes any item; raises `InvalidWireError` for anything else."""


class InstallMarketplaceItemOptions(DefaultedWireModel):
    """Where an item goes, and what the user filled in."""

    target: Literal["global", "project"] = "project"
    """Always on the wire (types spec P2)."""
    parameters: Annotated[Omittable[JsonRecord], Field(repr=False)] = None
    """Values by the key of their parameter; may hold keys of services."""


class InstalledItem(WireModel):
    """What is known about an installed item."""

    type: str
    """Kind of the item; free text."""


class MarketplaceInstalledMetadata(WireModel):
    """The installed items by id: those of the workspace, those of the user."""

    project: Record[InstalledItem]
    global_: Annotated[Record[InstalledItem], spelled("global")]
