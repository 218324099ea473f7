"""Which runs a list shows: the parameters of the page and of the API."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, StringConstraints, field_validator

from rc_evals.clock import now_ms
from rc_evals.store.run_list import RunFilter

_HOURS: Final = {"24h": 24, "7d": 7 * 24, "30d": 30 * 24, "90d": 90 * 24}

_MOST: Final = 20
"""Values of one filter: more of them would not fit into an address."""

_Values = Annotated[list[Annotated[str, StringConstraints(max_length=500)]], Field(max_length=_MOST)]

State = Literal["running", "interrupted", "cancelling", "cancelled", "complete", "imported", "deleting"]
"""How a run stands (`report.standing`)."""


class RunFilters(BaseModel):
    """What a run has to be like. What is empty, as fields of forms that nobody filled in, fits every run."""

    since: Literal["", "24h", "7d", "30d", "90d"] = Field(default="", description="Created within this time.")
    state: Annotated[list[State], Field(max_length=_MOST)] = Field(
        default_factory=list[State], description="One of these."
    )
    suite: _Values = Field(default_factory=list[str], description="One of these.")
    agent: _Values = Field(default_factory=list[str], description="One of these.")
    model: _Values = Field(default_factory=list[str], description="One of these; `-`: nobody said which.")
    q: Annotated[str, StringConstraints(max_length=200)] = Field(
        default="", description="Part of the name, suite, agent or model; or the whole id."
    )

    @field_validator("state", "suite", "agent", "model", mode="before")
    @classmethod
    def _filled_in(cls, values: list[str]) -> list[str]:
        return [value for value in values if value]

    @property
    def wanted(self) -> RunFilter:
        """The same for the store, as of now."""
        return RunFilter(
            since=now_ms() - _HOURS[self.since] * 3_600_000 if self.since else None,
            standings=self.state,
            suites=self.suite,
            agents=self.agent,
            models=self.model,
            text=self.q.strip(),
        )

    @property
    def is_any(self) -> bool:
        """Whether every run fits."""
        return not any((self.since, self.state, self.suite, self.agent, self.model, self.q.strip()))


class RunQuery(RunFilters):
    """Which runs, in which order, from where on."""

    sort: Annotated[str, StringConstraints(max_length=40)] = Field(
        default="-created", description="A column, with a hyphen before it for the largest first."
    )
    after: Annotated[str, StringConstraints(max_length=4096)] = Field(
        default="", description="The `after` of the page before; empty for the first page."
    )
