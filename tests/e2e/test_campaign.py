"""Kill -9 of anything at any moment: every task ends with one verdict, nothing is done twice, nothing is left."""

import os
import random
from pathlib import Path

import pytest

from .campaign import add_suite, campaign, inspect
from .program import Program

KILLS = int(os.environ.get("RC_KILLS", "50"))
"""In either kind of sandbox; there are a hundred in all unless somebody wants more."""


@pytest.mark.timeout(600)
def test_a_run_survives_whatever_is_killed(program: Program, sandbox: str, tmp_path: Path) -> None:
    """Spec 24.5; 24.15, check 2."""
    seed = random.SystemRandom().randrange(2**32)  # a failure shows it, among the names of this function
    tmp_path.joinpath("tmp").mkdir()
    program.env = {**program.env, "TMPDIR": str(tmp_path / "tmp")}
    tally = campaign(program, add_suite(tmp_path / "suite"), kills=KILLS, seed=seed, sandbox=sandbox)
    assert tally.kills.total() == KILLS
    inspect(program, tally)
