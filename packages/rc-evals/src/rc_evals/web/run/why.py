"""Why tasks did not pass, what the tools of the agent had to do with it, and what was tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rc_evals.formats import share, success
from rc_evals.store import insights, queries
from rc_evals.web.rendering import with_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.store.reader import Reader

MOST_TOOLS: Final = 40
"""Tools that are shown: agents name them, and may name any number."""

_ABBREVIATED: Final = 6
"""Letters of an abbreviation."""


def view(reader: Reader, run: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template shows of a run, which is a row."""
    reasons = insights.reasons(reader, run["id"])
    tools = queries.tools(reader, run["id"])
    return {
        "reasons": [_reason(run, each) for each in reasons],
        "more_reasons": reasons[0]["reasons"] - len(reasons) if reasons else 0,
        "api_share": share(run["api_errors"] / run["api_requests"]) if run["api_requests"] else "",
        "retries": insights.retries(reader, run["id"]),
        "tools": [
            {**each, "short": abbreviated(each["tool"]), "success": success(each["attempts"], each["failures"])}
            for each in tools[:MOST_TOOLS]
        ],
        "more_tools": max(0, len(tools) - MOST_TOOLS),
    }


def abbreviated(tool: str) -> str:
    """Return the first letters of the words of a tool's name: `read_file` is `RF` (spec 15.1)."""
    return "".join(word[0] for word in tool.split("_") if word)[:_ABBREVIATED].upper()


def _reason(run: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    query = with_query({}, verdict=found["verdict"], reason=found["reason"])
    return {**found, "address": f"/runs/{run['id']}{query}"}
