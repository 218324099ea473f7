"""Texts that must have a certain form (types spec 2.5)."""

import pytest
from rc_types import InvalidWireError
from rc_types._codec import WireCodec
from rc_types._texts import Url

url: WireCodec[str] = WireCodec(Url, "Url")


@pytest.mark.parametrize(
    "text",
    ["https://EXAMPLE.com:443/a/../b", " https://h/ ", "https://h\n/", "localhost:3000", "C:\\x", "https://пример.рф"],
)
def test_an_address_is_checked_and_kept_as_it_came(text: str) -> None:
    """S3."""
    assert url.to_wire(url.from_wire(text)) == text
    assert url.from_json(url.to_json(text)) == text


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("foo://@", False),
        ("foo://user:pw@/x", False),
        (" foo://u@\t ", False),
        ("foo://h:\\x", False),
        ("FOO://h:80\\@/", False),
        ("foo://a\\b@h", True),
        ("foo://h/a@", True),
        ("foo:bar://a\\@", True),
        ("https://h\\x@", True),
        ("foo://", True),
    ],
)
def test_an_address_of_a_foreign_scheme_has_a_host_behind_its_credentials(text: str, fine: bool) -> None:
    """S3; judged by Node's `new URL(text)`."""
    if fine:
        assert url.from_wire(text) == text
    else:
        with pytest.raises(InvalidWireError, match="must be an address with a scheme"):
            url.from_wire(text)


@pytest.mark.parametrize("text", ["", "example.com", "//h/x", "/x", "http://", "http://a b", "http://h:65536"])
def test_what_no_browser_takes_for_an_address_is_refused(text: str) -> None:
    """S3."""
    with pytest.raises(InvalidWireError, match="must be an address with a scheme"):
        url.from_wire(text)


def test_a_refused_address_is_not_repeated() -> None:
    with pytest.raises(InvalidWireError) as refused:
        url.from_wire("http://user:sk-secret@h:65536")
    assert "sk-secret" not in str(refused.value)


def test_only_a_text_is_an_address() -> None:
    with pytest.raises(InvalidWireError, match="must be a string, not a number"):
        url.from_wire(3000)
