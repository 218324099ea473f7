"""Many events to many clients, real ones among them: a bounded version of `tools/soak/ipc.py`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "tools" / "soak" / "ipc.py"


@pytest.mark.needs("node")
@pytest.mark.timeout(600)
def test_good_clients_miss_nothing_whatever_the_others_do(node_folder: Path) -> None:
    """IPC spec R-5 and 8.4: one client never reads, one leaves and comes back, one is slow, one is in Node."""
    options = ["--events", "50000", "--python", "4", "--node", str(node_folder), "--peers", "1", "--json"]
    done = subprocess.run([sys.executable, str(PROGRAM), *options], capture_output=True, text=True, check=False)
    figures = json.loads(done.stdout)
    assert (done.returncode, figures["failures"]) == (0, []), (figures, done.stderr)
    assert figures["clients"] == 7
    assert len(figures["python"] + figures["node"]) == 5
