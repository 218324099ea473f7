"""What a host is told with its task: the settings of evaluations, of the run, and keys (spec 7.3, 9.3)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from rc_types import InvalidWireError
from rc_types.global_settings import EVALS_SETTINGS, SENSITIVE_KEYS, RooCodeSettings

from rc_evals import paths
from rc_evals._errors import UnknownAgentError
from rc_evals.agents.command_line import named_variables
from rc_evals.redaction import Redaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

UNATTENDED: Final[Mapping[str, object]] = {**EVALS_SETTINGS, "followupAutoApproveTimeoutMs": 1000}
"""Upstream's settings, but for the follow-up questions: its 0 lets them hang until the time is up (quirk Q18)."""

OPENROUTER: Final = "OPENROUTER_API_KEY"
"""The variable whose value is also sent as the key of the default provider, as upstream does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostOptions:
    """What a host is started with, from the arguments that all agents with a host take."""

    settings: RooCodeSettings = field(repr=False)
    """Sent with the task; keys are among them."""
    environment: Mapping[str, str] = field(repr=False)
    """Variables that the user wants the host to have."""
    mounts: tuple[Path, ...]
    """Folders that the host needs in the sandbox."""
    redaction: Redaction
    """Knows the keys among these."""
    details: Mapping[str, str]
    """Recorded with the run."""


def host_options(arguments: Mapping[str, str], settings: Mapping[str, object], env: Mapping[str, str]) -> HostOptions:
    """Return what the arguments `environment`, `keys` and `mounts` stand for.

    Args:
        arguments: see the registry.
        settings: of the run, without keys.
        env: our environment; only variables that the arguments name are handed on.

    Raises:
        UnknownAgentError: an argument is wrong.
    """
    variables = named_variables(arguments.get("environment", ""), env)
    keys = keys_of(paths.named(arguments["keys"])) if "keys" in arguments else {}
    return HostOptions(
        settings=configuration(settings, keys, variables),
        environment=variables,
        mounts=_folders(arguments.get("mounts", "")),
        redaction=Redaction((*variables.values(), *strings_in(keys))),
        details={name: arguments[name] for name in ("command", "environment", "mounts") if name in arguments},
    )


def configuration(
    settings: Mapping[str, object], keys: Mapping[str, object], variables: Mapping[str, str]
) -> RooCodeSettings:
    """Return what is sent with the task; what comes later in the arguments of upstream's rule wins.

    Args:
        settings: of the run.
        keys: secrets among the settings.
        variables: what the user hands on of the environment.
    """
    openrouter = {"openRouterApiKey": variables[OPENROUTER]} if OPENROUTER in variables else {}
    return RooCodeSettings.from_wire({**UNATTENDED, **openrouter, **settings, **keys})


def keys_of(path: Path) -> dict[str, Any]:
    """Return the secrets, and nothing else, of a settings file.

    Raises:
        UnknownAgentError: no such file, not settings of the assistant, or no key in it. No secret is in the text.
    """
    try:
        settings = RooCodeSettings.from_json(path.read_bytes()).to_wire()
    except OSError as error:
        raise UnknownAgentError(f"agent argument keys: {path} cannot be read: {error.strerror}") from error
    except InvalidWireError as error:
        raise UnknownAgentError(f"agent argument keys: {path}: {error}") from error
    keys = {name: value for name, value in settings.items() if name in SENSITIVE_KEYS}
    if not keys:
        raise UnknownAgentError(f"agent argument keys: {path} holds no key of the assistant, such as openRouterApiKey")
    return keys


def strings_in(value: object) -> Iterator[str]:
    """Yield every text in a value, also in one that is a JSON document in a text, as a service's credentials are."""
    match value:
        case str():
            yield value
            yield from _strings_of_document(value)
        case dict():
            for member in cast("dict[str, object]", value).values():
                yield from strings_in(member)
        case list():
            for element in cast("list[object]", value):
                yield from strings_in(element)
        case _:
            pass


def _folders(text: str) -> tuple[Path, ...]:
    folders = tuple(paths.named(part) for part in text.split(":") if part)
    for folder in folders:
        if not folder.is_absolute() or not paths.is_folder(folder):
            raise UnknownAgentError(f"agent argument mounts: {folder} is not the full path of a folder")
    return folders


def _strings_of_document(text: str) -> Iterator[str]:
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(document, dict | list):
        yield from strings_in(cast("object", document))
