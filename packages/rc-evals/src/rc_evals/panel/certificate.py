"""Puts a suite before the panel: every attack in a run of its own, on the exercises that it concerns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from glob import escape
from typing import TYPE_CHECKING

from rc_evals.panel.attacks import ATTACKS, Scope
from rc_evals.panel.decoys import lay_out
from rc_evals.panel.examining import Finding, examine
from rc_evals.panel.tampering import is_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rc_evals.home import Home
    from rc_evals.panel.attacks import Attack
    from rc_evals.planning import Request


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one attack."""

    attack: Attack
    exercises: tuple[str, ...]
    """Those that it was tried on, by id."""
    run_id: int
    findings: tuple[Finding, ...]
    """What it got; nothing where everything holds."""

    def concerns(self, exercise: str) -> bool:
        """Return whether the result says something about an exercise."""
        match self.attack.scope:
            case Scope.MACHINE:
                return True
            case Scope.LANGUAGE:
                return _language(exercise) in map(_language, self.exercises)
            case Scope.EXERCISE:
                return exercise in self.exercises

    def held(self, exercise: str) -> bool:
        """Return whether nothing was got that concerns an exercise."""
        if self.attack.scope is Scope.MACHINE:
            return not self.findings
        if self.attack.scope is Scope.LANGUAGE:
            return _language(exercise) not in {_language(finding.exercise) for finding in self.findings}
        return exercise not in {finding.exercise for finding in self.findings}


def certify(home: Home, request: Request, exercises: Sequence[str], run: Callable[[Request], int]) -> Iterator[Tried]:
    """Try all attacks, one after the other, and yield what each got.

    Args:
        home: the data folder.
        request: names the suite and the sandbox; agent and exercises are filled in here.
        exercises: ids of those that are worth it: they can be solved, and are not solved already.
        run: starts a run, sees it to its end and returns its number.

    Raises:
        InfrastructureError: the decoys cannot be laid out.
    """
    with lay_out(home) as decoys:
        for attack in ATTACKS.values():
            chosen = _chosen(attack, exercises)
            if not chosen:
                continue
            arguments = {"attack": attack.id, "targets": decoys.targets(), "languages": str(home.languages)}
            run_id = run(
                replace(
                    request,
                    agent="panel",
                    agent_args=arguments,
                    languages=(),
                    exercises=tuple(map(escape, chosen)),
                    timeout_minutes=attack.minutes,
                    name=f"panel: {attack.id}",
                )
            )
            yield Tried(attack, tuple(chosen), run_id, tuple(examine(home, run_id, attack, decoys)))


def _chosen(attack: Attack, exercises: Sequence[str]) -> Sequence[str]:
    """Return the exercises that an attack is tried on."""
    if attack.tampers:
        exercises = [exercise for exercise in exercises if is_known(_language(exercise), attack.id)]
    match attack.scope:
        case Scope.MACHINE:
            return exercises[:1]
        case Scope.LANGUAGE:
            return list({_language(exercise): exercise for exercise in reversed(exercises)}.values())
        case Scope.EXERCISE:
            return exercises


def _language(exercise: str) -> str:
    return exercise.partition("/")[0]
