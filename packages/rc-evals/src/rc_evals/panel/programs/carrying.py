"""Carries programs of the panel into the code under test, so that they run where the tests run."""

import shutil
from pathlib import Path

from rc_evals.panel.programs import tampering

HERE = Path(__file__).parents[3]


def main() -> None:
    """Copy everything that the programs need, then change the code so that it runs them."""
    shutil.copytree(HERE / "rc_evals", "rc_evals")
    shutil.copy(HERE / "briefing.json", "briefing.json")
    tampering.main()


if __name__ == "__main__":
    main()
