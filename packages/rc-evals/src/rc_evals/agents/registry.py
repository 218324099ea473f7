"""Agents by name, what they are, and their arguments."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rc_evals import paths
from rc_evals._errors import UnknownAgentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rc_evals.agents.port import Agent


SHORTEST_SECRET: Final = 8
"""Characters of a key: shorter values of variables are words that occur in commands anyway."""

_SECRET: Final = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL", re.IGNORECASE)
"""In the name of a variable that holds one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentKind:
    """What can be said of an agent before there is one."""

    summary: str
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    """What `--agent-arg` takes for it, and what each means."""
    make: Callable[[Mapping[str, str], Mapping[str, object]], Agent]
    """Takes arguments and the settings of the run. Imports late: the command line must start quickly."""


def make_agent(name: str, arguments: Mapping[str, str], settings: Mapping[str, object] | None = None) -> Agent:
    """Return the agent of this name.

    Args:
        name: one of `AGENTS`.
        arguments: those of the agent.
        settings: of the assistant, for the run; without secrets.

    Raises:
        UnknownAgentError: unknown name, unknown argument, missing or wrong argument.
        AgentUnavailableError: something that it stands on is not installed.
    """
    kind = AGENTS.get(name)
    if kind is None:
        raise UnknownAgentError(f"no agent {name!r}; there are {', '.join(sorted(AGENTS))}")
    for argument in arguments:
        if argument not in kind.arguments:
            takes = ", ".join(kind.arguments) or "none"
            raise UnknownAgentError(f"agent {name} has no argument {argument!r}; it takes {takes}")
    return kind.make(arguments, settings or {})


def refuse_secrets(arguments: Mapping[str, str], env: Mapping[str, str]) -> None:
    """Refuse arguments that hold a key which our environment knows as one: they are stored with the run.

    Raises:
        UnknownAgentError: the text names the variable, not its value.
    """
    for variable, secret in env.items():
        if len(secret) < SHORTEST_SECRET or not _SECRET.search(variable):
            continue
        for argument, value in arguments.items():
            if secret in value:
                raise UnknownAgentError(
                    f"agent argument {argument} holds the value of {variable}, and arguments are stored with the run; "
                    f"hand it over with --agent-arg environment={variable}"
                )


def reference_pack(arguments: Mapping[str, str]) -> Path | None:
    """Return the folder of reference solutions that the arguments of an agent name, for suites that hold none.

    Raises:
        UnknownAgentError: there is no such folder.
    """
    named = arguments.get("reference")
    if named is None:
        return None
    folder = paths.named(named).absolute()
    if not paths.is_folder(folder):
        raise UnknownAgentError(f"agent argument reference: {folder} is not a folder")
    return folder


def _nop(_: Mapping[str, str], _settings: Mapping[str, object]) -> Agent:
    from rc_evals.agents.known import Nop

    return Nop()


def _oracle(_: Mapping[str, str], _settings: Mapping[str, object]) -> Agent:
    from rc_evals.agents.known import Oracle

    return Oracle()


def _command(arguments: Mapping[str, str], _settings: Mapping[str, object]) -> Agent:
    from rc_evals.agents.command import CommandAgent
    from rc_evals.agents.command_line import named_variables

    if "command" not in arguments:
        raise UnknownAgentError("agent command needs --agent-arg command='PROGRAM {prompt_file} ...'")
    return CommandAgent(
        arguments["command"],
        usage_file=arguments.get("usage_file"),
        environment=named_variables(arguments.get("environment", ""), os.environ),
    )


def _panel(arguments: Mapping[str, str], _settings: Mapping[str, object]) -> Agent:
    from rc_evals.panel.agent import PanelAgent

    if missing := {"attack", "targets"} - arguments.keys():
        raise UnknownAgentError(f"agent panel needs the argument {min(missing)}; `suites verify --panel` starts it")
    return PanelAgent(arguments["attack"], targets=arguments["targets"], languages=arguments.get("languages"))


def _roo(arguments: Mapping[str, str], settings: Mapping[str, object]) -> Agent:
    from rc_evals.agents.roo import make_roo

    return make_roo(arguments, settings, os.environ)


def _roo_cli(arguments: Mapping[str, str], settings: Mapping[str, object]) -> Agent:
    from rc_evals.agents.roo_cli import make_roo_cli

    return make_roo_cli(arguments, settings, os.environ)


_HOST_ARGUMENTS: Final[Mapping[str, str]] = {
    "environment": "names of variables of yours that the host gets too, such as OPENROUTER_API_KEY,DISPLAY",
    "keys": "JSON file of settings with keys (apiKey, ...): sent with the task, kept nowhere",
    "mounts": "folders that the host needs in the sandbox, read-only, such as /opt/roo:/opt/node",
}

AGENTS: Final[Mapping[str, AgentKind]] = {
    "command": AgentKind(
        summary="runs a command line in the sandbox; it is done when the command exits",
        arguments={
            "command": "the command line; {workspace} and {prompt_file} are filled in",
            "usage_file": "JSON file in the workspace in which the command says what it used",
            "environment": "names of variables of yours that the command gets too, such as OPENROUTER_API_KEY",
        },
        make=_command,
    ),
    "nop": AgentKind(summary="does nothing: no exercise must pass so", make=_nop),
    "oracle": AgentKind(
        summary="puts the reference solution in place: every exercise must pass so",
        arguments={"reference": "folder of solutions, for suites that hold none"},
        make=_oracle,
    ),
    "panel": AgentKind(
        summary="carries out a hostile attack; `suites verify --panel` starts it",
        arguments={
            "attack": "which one",
            "targets": "JSON object: what must not be reached",
            "languages": "folder of language files",
        },
        make=_panel,
    ),
    "roo": AgentKind(
        summary="drives a Roo Code or Kilo Code host over its socket, with the run's --settings",
        arguments={
            "command": "starts the host; {socket} and {workspace} are filled in. One that takes {prompt_file} starts "
            "the task by itself, every other one is sent it",
            **_HOST_ARGUMENTS,
        },
        make=_roo,
    ),
    "roo-cli": AgentKind(
        summary="drives the roo command-line program through its stream of JSON, with the run's --settings",
        arguments={
            "command": "starts the program, `roo` unless said otherwise; the flags of the stream are added, and "
            "{workspace} is filled in",
            **_HOST_ARGUMENTS,
        },
        make=_roo_cli,
    ),
}
"""What `--agent` takes."""
