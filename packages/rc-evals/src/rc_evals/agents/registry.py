"""Agents by name, and their arguments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rc_evals._errors import UnknownAgentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rc_evals.agents.port import Agent


def make_agent(name: str, arguments: Mapping[str, str]) -> Agent:
    """Return the agent of this name.

    Raises:
        UnknownAgentError: unknown name, unknown argument, missing or wrong argument.
    """
    try:
        maker, known = _AGENTS[name]
    except KeyError:
        raise UnknownAgentError(f"no agent {name!r}; there are {', '.join(sorted(_AGENTS))}") from None
    for argument in arguments:
        if argument not in known:
            takes = ", ".join(known) if known else "none"
            raise UnknownAgentError(f"agent {name} has no argument {argument!r}; it takes {takes}")
    return maker(arguments)


def agent_names() -> list[str]:
    """Return what `--agent` takes, sorted."""
    return sorted(_AGENTS)


def reference_pack(arguments: Mapping[str, str]) -> Path | None:
    """Return the folder of reference solutions that the arguments of an agent name, for suites that hold none.

    Raises:
        UnknownAgentError: there is no such folder.
    """
    named = arguments.get("reference")
    if named is None:
        return None
    folder = Path(named).expanduser().absolute()
    if not folder.is_dir():
        raise UnknownAgentError(f"agent argument reference: {folder} is not a folder")
    return folder


def _nop(_: Mapping[str, str]) -> Agent:
    from rc_evals.agents.known import Nop

    return Nop()


def _oracle(_: Mapping[str, str]) -> Agent:
    from rc_evals.agents.known import Oracle

    return Oracle()


def _command(arguments: Mapping[str, str]) -> Agent:
    from rc_evals.agents.command import CommandAgent

    if "command" not in arguments:
        raise UnknownAgentError("agent command needs --agent-arg command='PROGRAM {prompt_file} ...'")
    return CommandAgent(arguments["command"], usage_file=arguments.get("usage_file"))


_AGENTS: dict[str, tuple[Callable[[Mapping[str, str]], Agent], tuple[str, ...]]] = {
    "command": (_command, ("command", "usage_file")),
    "nop": (_nop, ()),
    "oracle": (_oracle, ("reference",)),
}
"""Name to maker and the arguments it takes. Makers import late: the command line must start quickly."""
