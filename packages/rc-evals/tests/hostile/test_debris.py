"""What a hostile agent leaves in its workspace neither stops nor fools those who look at it afterwards."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rc_evals.attempt import Ledger
from rc_evals.outcomes import Outcome

pytestmark = pytest.mark.needs("bubblewrap")

Attack = Callable[[str], Awaitable[tuple[Outcome, Ledger, Path]]]

SOLVE = "printf 'def add(a, b):\\n    return a + b\\n' > add.py\n"

DEBRIS = {
    "special files": "mkfifo pipe; ln -s /etc/shadow link; ln -s . loop; ln add_test.py hard",
    "names": """python3 -c 'for name in (b"a\\nb", b"\\xff", b"-rf", b"\\x1b[2J", b"z" * 255): open(name, "w")'""",
    "a sparse file": "truncate -s 900M sparse",
    "many files": "python3 -c 'for n in range(500): open(str(n), \"w\").close()'",
    "deep folders": "mkdir -p $(printf 'd/%.0s' $(seq 100))",
}


@pytest.mark.parametrize("debris", DEBRIS.values(), ids=DEBRIS.keys())
async def test_debris_does_not_change_the_verdict(attack: Attack, debris: str) -> None:
    """Our rule: a workspace is walked without following, within bounds."""
    outcome, _, _ = await attack(SOLVE + debris)
    assert outcome is Outcome.PASSED


async def test_the_diff_quotes_what_would_pass_for_its_own_lines(attack: Attack) -> None:
    """Our rule: a name cannot forge a line of the diff."""
    _, _, artifacts = await attack("""python3 -c 'open("a\\n+++ add.py\\n\\x1b[2J", "w").write("x")'""")
    assert b"+++ b/'a\\n+++ add.py\\n\\x1b[2J'" in (artifacts / "diff.patch").read_bytes().splitlines()


async def test_killing_everything_kills_the_agent_alone(attack: Attack) -> None:
    """Our rule: the verdict does not depend on how an agent ends."""
    outcome, ledger, _ = await attack(SOLVE + "kill -9 1; kill -9 -1; kill -9 $PPID")
    assert outcome is Outcome.PASSED
    assert ledger.end is not None
