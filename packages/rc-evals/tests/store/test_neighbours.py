"""The tasks around a task."""

from pathlib import Path

import pytest
from rc_evals._errors import UnknownRunError
from rc_evals.home import Home
from rc_evals.outcomes import Outcome
from rc_evals.store.neighbours import Neighbours, neighbours, task_of_run
from rc_evals.store.reader import open_reader
from rc_evals.testing import recorder

VERDICTS = [Outcome.FAILED, Outcome.PASSED, Outcome.CANCELLED, Outcome.PASSED, Outcome.INFRA_FAILED]


async def test_neighbours_are_of_the_same_run_and_cancelled_tasks_have_not_failed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as record:
        for _ in range(2):
            run = await record.run([f"go/task-{number}" for number in range(len(VERDICTS) + 1)])
            for verdict in VERDICTS:
                await run.decide(verdict)
    with open_reader(home.database) as reader:
        found = [neighbours(reader, 2, task) for task in range(7, 13)]
        assert found == [
            Neighbours(None, 8, None, 11),
            Neighbours(7, 9, 7, 11),
            Neighbours(8, 10, 7, 11),
            Neighbours(9, 11, 7, 11),
            Neighbours(10, 12, 7, None),
            Neighbours(11, None, 11, None),
        ]
        assert task_of_run(reader, 2, 7)["exercise"] == "task-0"
        with pytest.raises(UnknownRunError, match="run 2 has no task 6"):
            task_of_run(reader, 2, 6)
