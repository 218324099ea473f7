"""The command that shows what attempts left: logs, transcripts, diffs, test output."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import click

from rc_evals.cli.context import as_text, with_home, with_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rc_evals.home import Home
    from rc_evals.store.reader import Reader

POLL_SECONDS: Final = 0.2
"""Between two looks at a log that is being followed."""


@click.command()
@with_run
@click.argument(
    "task",
    metavar="[TASK]",
    required=False,
    help="EXERCISE or LANGUAGE/EXERCISE, either with #ITERATION; none: list what there is.",
)
@click.option("-f", "--follow", is_flag=True, help="Go on until the task has its verdict.")
@with_home
def logs(home: Home, run: int, task: str | None, follow: bool) -> None:
    """List what the attempts of a run left, or print agent log and test output of one task.

    Control characters are shown, not obeyed; the files themselves are as they were written.
    """
    from rc_evals._errors import UsageError
    from rc_evals.store.queries import find_task
    from rc_evals.store.reader import open_reader

    if follow and task is None:
        raise UsageError(f"--follow needs a task; `rc-evals show {run}` lists those of run {run}")
    with open_reader(home.database) as reader:
        reader.run(run)
        if task is None:
            _list(home, reader, run)
        else:
            _print(home, reader, run, find_task(reader, run, as_text(task))["id"], follow=follow)


def _list(home: Home, reader: Reader, run_id: int) -> None:
    from rc_evals.cli.terminal import columns
    from rc_evals.store.queries import tasks

    rows = [row for task in tasks(reader, run_id) for row in _kept(home, run_id, task)]
    if not rows:
        click.echo(f"run {run_id} has left nothing yet in {home.artifacts(run_id)}")
        return
    for line in columns(rows):
        click.echo(line)
    click.echo(f"in {home.artifacts(run_id)}")


def _kept(home: Home, run_id: int, task: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Name what each attempt at a task left; attempts that left nothing are not named."""
    from rc_evals.formats import size

    for number in range(1, task["attempts"] + 1):
        folder = _folder(home, run_id, task, number)
        if folder.is_dir():
            files = ", ".join(f"{path.name} {size(path.stat().st_size)}" for path in sorted(folder.iterdir()))
            outcome = (task["verdict"] or task["state"]) if number == task["attempts"] else "lost"
            yield _label(task), outcome, f"attempt {number}", files


def _print(home: Home, reader: Reader, run_id: int, task_id: int, *, follow: bool) -> None:
    """Print the latest attempt at a task; with `follow`, also what comes, until there is a verdict."""
    from rc_evals.cli.output import AttemptOutput

    task = _task(reader, task_id)
    number = max(1, task["attempts"])
    output = AttemptOutput(_folder(home, run_id, task, number), number)
    printed = False
    while True:
        task = _task(reader, task_id)  # first: what an attempt wrote before it was over is then sure to be read
        newer = task["attempts"] > number
        output.print(ended=newer or not follow or task["state"] in {"queued", "decided"})
        printed = printed or output.printed
        if follow and newer:
            number += 1
            output = AttemptOutput(_folder(home, run_id, task, number), number)
        elif not follow or task["state"] == "decided":
            break
        elif _nobody_works(reader, run_id):
            click.echo(f"nobody works on run {run_id} now; `rc-evals resume {run_id}` goes on", err=True)
            return
        else:
            time.sleep(POLL_SECONDS)
    _conclude(run_id, task, printed=printed, follow=follow)


def _conclude(run_id: int, task: Mapping[str, Any], *, printed: bool, follow: bool) -> None:
    """Say on standard error what the output does not: that there was none, and the verdict that was waited for."""
    from rc_evals.formats import counted

    label = _label(task)
    if not printed:
        why = f"{task['verdict'] or task['state']} after {counted(task['attempts'], 'attempt')}"
        click.echo(
            f"{label} of run {run_id} has left no output ({why}); `rc-evals logs {run_id}` lists what there is",
            err=True,
        )
    if follow:
        click.echo(f"{label}: {task['verdict']}", err=True)


def _nobody_works(reader: Reader, run_id: int) -> bool:
    from rc_evals.report import standing

    return standing(reader.run(run_id)) not in {"running", "cancelling"}


def _task(reader: Reader, task_id: int) -> dict[str, Any]:
    from rc_evals.store.queries import task

    return task(reader, task_id)


def _folder(home: Home, run_id: int, task: Mapping[str, Any], number: int) -> Path:
    from rc_evals.artifacts import attempt_folder

    return attempt_folder(home, run_id, task["language"], task["exercise"], task["iteration"], number)


def _label(task: Mapping[str, Any]) -> str:
    from rc_evals.events import TaskRef
    from rc_evals.foreign import one_line

    ref = TaskRef(task["id"], task["language"], task["exercise"], task["iteration"], task["attempts"])
    return one_line(ref.label)
