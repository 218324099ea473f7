"""How much killing runs survive: `python tools/benchmarks/campaign.py --kills 500`.

Kills controllers, agents and tests of runs of 200 tasks with SIGKILL at random moments, as the end-to-end tests do with
fewer kills, holds the books of the runs against what is known without them, and tells what was killed and what became
of it. The last line is one JSON object with the goal: that nothing was wrong.
"""

import sys

sys.path[0] += "/.."  # where `measuring` is; and not the folder of this file, whose `types` is somebody else's name
sys.path.append(sys.path[0] + "/..")  # where `tests` is

import argparse
import json
import random
import tempfile
from pathlib import Path

from tests.e2e.campaign import add_suite, campaign, inspect
from tests.e2e.exercises import add_language
from tests.e2e.program import program_with

from measuring import environment, goal


def main() -> None:
    """Kill, look, tell, and end with the line of goals."""
    parser = argparse.ArgumentParser(description="Measure how much killing runs survive.")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--sandbox", default="bubblewrap", choices=("none", "bubblewrap"))
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}")
    with tempfile.TemporaryDirectory(prefix="rc-evals-campaign-") as folder:
        home, temporary = Path(folder, f"home-{wanted.seed}"), Path(folder, "tmp")
        home.mkdir()
        temporary.mkdir()
        add_language(home, "shell")
        program = program_with(home)
        program.env = {**program.env, "TMPDIR": str(temporary)}
        try:
            suite = add_suite(Path(folder, "suite"))
            tally = campaign(program, suite, kills=wanted.kills, seed=wanted.seed, sandbox=wanted.sandbox)
            inspect(program, tally)
        finally:
            program.clean_up()
    made = ", ".join(f"{count} of {victim}" for victim, count in sorted(tally.kills.items()))
    print(f"{tally.kills.total()} kills in {tally.seconds:.0f} s, sandbox {wanted.sandbox}: {made}")
    print(f"  {tally.runs} runs, {tally.tasks} tasks, {tally.attempts} attempts")
    print(f"  {tally.adopted} attempts gone on with by a later controller, {tally.lost} that had to begin again")
    goals = {"kills survived": goal(tally.kills.total(), wanted.kills, "kills", met=True)}
    print(json.dumps({"goals": goals, "environment": environment() | vars(wanted)}))


if __name__ == "__main__":
    main()
