"""Texts that must have a certain form. Source: types spec 2.5."""

import re
from typing import Annotated, Any, Final, TypeAlias

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from rc_types._js_number import JS_WHITE_SPACE
from rc_types._task_data import TaskId

NonEmpty: TypeAlias = Annotated[str, Field(min_length=1)]
"""A text with at least one character; a blank is one (spec S1)."""

Slug: TypeAlias = Annotated[str, Field(pattern=r"^[a-zA-Z0-9-]+$")]
"""The name of a mode in files and messages: ASCII letters, digits and hyphens up to the very end (spec S2)."""


_OWN_SCHEMES: Final = frozenset({"http", "https", "ws", "wss", "ftp", "file"})
"""Schemes that browsers know, and whose addresses they repair."""

_IGNORED: Final = dict.fromkeys(map(ord, "\t\n\r"))
_C0_AND_BLANK: Final = "".join(map(chr, range(33)))
_AUTHORITY: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://([^/?#]*)")


def _as_it_came(text: str, parse: ValidatorFunctionWrapHandler) -> str:
    parse(text)
    if ("@" in text or "\\" in text) and _has_no_host(text):
        raise ValueError
    return text


def _has_no_host(text: str) -> bool:
    """Find what the parser of the Rust core overlooks in `foo://@` and `foo://h:\\`; no other schemes are affected."""
    found = _AUTHORITY.match(text.translate(_IGNORED).strip(_C0_AND_BLANK))
    if found is None or found[1].lower() in _OWN_SCHEMES:
        return False
    _, credentials_end, host = found[2].rpartition("@")
    return "\\" in host or bool(credentials_end and not host)


class _UrlRule:
    """Lets the WHATWG parser of pydantic's Rust core judge, and keeps the text: what that parser returns is another."""

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        # Strict mode of this parser would refuse what browsers repair, such as blanks around the address.
        judged = core_schema.no_info_wrap_validator_function(_as_it_came, core_schema.url_schema(strict=False))
        problem = "must be an address with a scheme, such as https://host/"
        return core_schema.chain_schema(
            [
                core_schema.str_schema(strict=True),
                core_schema.custom_error_schema(judged, "wire_url", custom_error_message=problem),
            ],
            serialization=core_schema.simple_ser_schema("str"),
        )

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string"}  # the format "uri" is RFC 3986, which refuses much that browsers take


Url: TypeAlias = Annotated[str, _UrlRule()]
"""An address that a browser takes without a base: any scheme, even `localhost:3000`; never normalised (spec S3)."""

_UUID: Final = re.compile(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}", flags=re.ASCII
)
_IN_BLANKS: Final = rf"^\s*{_UUID.pattern}\s*$"  # for JSON Schema, whose white space is JavaScript's


def _trimmed_uuid(text: TaskId) -> TaskId:
    session = text.strip(JS_WHITE_SPACE)
    if _UUID.fullmatch(session) is None:
        raise PydanticCustomError("wire_session_id", "must be a UUID of version 1 to 8")
    return TaskId(session)


SessionId: TypeAlias = Annotated[
    TaskId, AfterValidator(_trimmed_uuid), Field(json_schema_extra={"pattern": _IN_BLANKS})
]
"""A UUID in either case; white space around it is removed (spec S4)."""
