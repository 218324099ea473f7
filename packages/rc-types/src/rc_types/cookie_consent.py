"""The cookie in which the web sites keep their visitor's consent. Source: types spec 3.6."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

ConsentCookieValue: TypeAlias = Literal["true", "false"]
"""What the cookie holds."""

CONSENT_COOKIE_NAME: Final = "roo-code-cookie-consent"
"""Name of the cookie."""

COOKIE_CONSENT_EVENTS: Final[Mapping[str, str]] = {"CHANGED": "cookieConsentChanged"}
"""Names of the browser events that tell of a change."""
