"""The agent that carries out an attack: its program runs in the sandbox of the attempt like any command."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rc_evals import __version__
from rc_evals._errors import UnknownAgentError
from rc_evals.agents.port import AgentEnd, AgentFacts
from rc_evals.languages.kits.python import base_interpreter
from rc_evals.languages.probing import mounts_of
from rc_evals.languages.registry import load_languages
from rc_evals.outcomes import EndReason
from rc_evals.panel.attacks import ATTACKS
from rc_evals.panel.tampering import edits_of, sources_of, tampering_with
from rc_evals.redaction import NOTHING_SECRET
from rc_evals.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.agents.port import Stage

_PACKAGE: Final = "rc_evals.panel.programs"


class PanelAgent:
    """Carries out one attack.

    Args:
        attack: its id.
        targets: JSON object, what the program is told of this machine (see `decoys.Decoys.targets`).
        languages: folder of the user's language files.

    Raises:
        UnknownAgentError: there is no such attack, or the targets are no JSON object.
    """

    redaction = NOTHING_SECRET

    def __init__(self, attack: str, *, targets: str, languages: str | None) -> None:
        if attack not in ATTACKS:
            raise UnknownAgentError(f"agent panel has no attack {attack!r}; there are {', '.join(ATTACKS)}")
        self._attack = ATTACKS[attack]
        self._targets = _parse(targets)
        self._languages = load_languages(None if languages is None else Path(languages))
        self.facts = AgentFacts(name="panel", version=__version__, details={"attack": attack})

    async def solve(self, stage: Stage) -> AgentEnd:
        """Run the program of the attack."""
        briefing = self._targets | self._of_exercise(stage)
        if self._attack.tampers and briefing["tampering"] is None:
            return AgentEnd(
                EndReason.AGENT_ERROR, f"no attack {self._attack.id} is known for {stage.exercise.language}"
            )
        await in_thread(_lay_out, stage.channel, briefing)
        interpreter = base_interpreter()
        exit_ = await stage.execute(
            (str(interpreter), "-S", "-P", "-m", f"{_PACKAGE}.{self._attack.program}"),
            environment={"PYTHONPATH": stage.paths.channel, "PYTHONDONTWRITEBYTECODE": "1"},
            mounts=mounts_of(interpreter.parent.parent, interpreter),
        )
        if exit_.code != 0:
            return AgentEnd(EndReason.AGENT_ERROR, f"the attack exited with {exit_.code}", exit_.code)
        return AgentEnd(exit_code=0)

    def _of_exercise(self, stage: Stage) -> dict[str, Any]:
        exercise = stage.exercise
        language = self._languages[exercise.language]
        tampering = tampering_with(exercise, language, self._attack.id)
        return {
            "sources": sources_of(exercise, language),
            "edits": edits_of(exercise, language),
            "tampering": tampering.to_dict() if tampering else None,
        }


def _parse(text: str) -> dict[str, Any]:
    try:
        targets = json.loads(text)
    except (ValueError, RecursionError):
        targets = None
    if not isinstance(targets, dict):
        raise UnknownAgentError("agent argument targets: it is no JSON object")
    return targets  # pyright: ignore[reportUnknownVariableType] - JSON holds anything


def _lay_out(channel: Path, briefing: Mapping[str, Any]) -> None:
    """Put the programs where they run: the sandbox does not show this package."""
    folder = channel.joinpath(*_PACKAGE.split("."))
    folder.mkdir(parents=True)
    for program in files(_PACKAGE).iterdir():
        if program.name.endswith(".py"):
            (folder / program.name).write_bytes(program.read_bytes())
    (channel / "briefing.json").write_text(json.dumps(briefing), encoding="utf-8")
