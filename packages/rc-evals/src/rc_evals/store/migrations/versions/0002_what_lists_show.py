"""What lists show: runs and tasks hold what they come to, so that no page adds attempts up."""

import json

import sqlalchemy as sa
from alembic import op
from rc_evals.outcomes import Outcome
from rc_evals.settings import model_of
from rc_evals.store.reasons import reason

revision = "0002"
down_revision = "0001"

SUMS = (
    "done", "decided", "passed", "attempts", "measured", "priced", "tokens_in", "tokens_out", "cache_writes",
    "cache_reads", "prepare_ms", "agent_ms", "test_ms", "api_requests", "api_errors",
)  # fmt: skip

INDEXES = (
    ("language", ("language", "verdict", "reason", "duration_ms", "cost_micros", "tokens_in", "tokens_out"), None),
    ("decided_at", ("decided_at", "verdict", "cost_micros"), "decided_at"),
    ("duration", ("duration_ms",), "duration_ms"),
    ("cost", ("cost_micros",), "cost_micros"),
    ("tokens", ("(tokens_in + tokens_out)",), "tokens_in + tokens_out"),
)

TASKS = """
UPDATE tasks SET
  (duration_ms, tokens_in, tokens_out, tests_ran, tests_passed) = (
    SELECT CASE WHEN coalesce(prepare_ms, agent_ms, test_ms) IS NOT NULL
        THEN coalesce(prepare_ms, 0) + coalesce(agent_ms, 0) + coalesce(test_ms, 0) END,
      metrics.tokens_in, metrics.tokens_out, attempts.tests_ran, attempts.tests_passed
    FROM attempts LEFT JOIN metrics ON attempt_id = attempts.id
    WHERE task_id = tasks.id AND end_reason IS NOT NULL ORDER BY number DESC LIMIT 1
  ),
  cost_micros = (
    SELECT sum(metrics.cost_micros) FROM attempts JOIN metrics ON attempt_id = attempts.id WHERE task_id = tasks.id
  ),
  decided_at = (SELECT finished_at FROM attempts WHERE task_id = tasks.id AND attempts.verdict IS NOT NULL)
"""

CANCELLED = """
UPDATE tasks SET decided_at = cancelled.at
FROM (SELECT run_id, max(at) AS at FROM journal WHERE kind = 'verdict' AND task_id IS NULL GROUP BY run_id) AS cancelled
WHERE cancelled.run_id = tasks.run_id AND verdict IS NOT NULL AND decided_at IS NULL
"""

RUNS = """
UPDATE runs SET
  (done, decided, passed) = (
    SELECT count(verdict),
      count(CASE WHEN verdict IN ('passed', 'failed', 'agent_error', 'timeout', 'limit') THEN 1 END),
      count(CASE verdict WHEN 'passed' THEN 1 END)
    FROM tasks WHERE run_id = runs.id
  ),
  (attempts, measured, priced, tokens_in, tokens_out, cache_writes, cache_reads, cost_micros, prepare_ms, agent_ms,
    test_ms) = (
    SELECT count(*), count(attempt_id), count(metrics.cost_micros), coalesce(sum(metrics.tokens_in), 0),
      coalesce(sum(metrics.tokens_out), 0), coalesce(sum(metrics.cache_writes), 0),
      coalesce(sum(metrics.cache_reads), 0), sum(metrics.cost_micros), coalesce(sum(attempts.prepare_ms), 0),
      coalesce(sum(attempts.agent_ms), 0), coalesce(sum(attempts.test_ms), 0)
    FROM tasks JOIN attempts ON task_id = tasks.id LEFT JOIN metrics ON attempt_id = attempts.id
    WHERE run_id = runs.id
  )
"""

TOOLS = """
INSERT INTO run_tools (run_id, tool, attempts, failures)
SELECT run_id, tool, sum(tool_usage.attempts), sum(failures)
FROM tasks JOIN attempts ON task_id = tasks.id JOIN tool_usage ON attempt_id = attempts.id GROUP BY run_id, tool
"""

NOT_PASSED = """
SELECT tasks.id, tasks.verdict, error, attempts.tests_passed FROM tasks
LEFT JOIN attempts ON task_id = tasks.id AND attempts.verdict IS NOT NULL
WHERE tasks.verdict IS NOT NULL AND tasks.verdict != 'passed'
"""


def upgrade() -> None:
    """Add the columns, and fill them from what there is."""
    op.add_column("runs", sa.Column("model", sa.Text(), nullable=True))
    for name in SUMS:
        kind = sa.Integer() if name in {"done", "decided", "passed"} else sa.BigInteger()
        op.add_column("runs", sa.Column(name, kind, server_default=sa.text("0"), nullable=False))
    op.add_column("runs", sa.Column("cost_micros", sa.BigInteger(), nullable=True))
    work = sa.Computed("prepare_ms + agent_ms + test_ms", persisted=False)
    op.add_column("runs", sa.Column("work_ms", sa.BigInteger(), work))
    op.add_column("tasks", sa.Column("decided_at", sa.BigInteger(), nullable=True))
    op.add_column("tasks", sa.Column("reason", sa.Text(), nullable=True))
    for name in ("duration_ms", "tokens_in", "tokens_out", "cost_micros"):
        op.add_column("tasks", sa.Column(name, sa.BigInteger(), nullable=True))
    for name in ("tests_ran", "tests_passed"):
        op.add_column("tasks", sa.Column(name, sa.Integer(), nullable=True))
    for name in ("api_requests", "api_errors"):
        op.add_column("metrics", sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "run_tools",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_run_tools_run_id_runs", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "tool", name="pk_run_tools"),
    )
    op.drop_index("ix_tasks_run_id_verdict", "tasks")
    _fill()
    for name, columns, known in INDEXES:
        op.create_index(
            f"ix_tasks_run_id_{name}",
            "tasks",
            ["run_id", *map(sa.text, columns)],
            sqlite_where=None if known is None else sa.text(f"{known} IS NOT NULL"),
        )


def _fill() -> None:
    """Fill the new columns. What needs more than SQL is made by the functions that make it for new rows."""
    connection = op.get_bind()
    for statement in (TASKS, CANCELLED, RUNS, TOOLS):
        connection.exec_driver_sql(statement)
    reasons = [
        (reason(Outcome(verdict), error, tests_passed=passed), task)
        for task, verdict, error, passed in connection.exec_driver_sql(NOT_PASSED)
    ]
    models = [
        (model_of(json.loads(settings) if settings else None, json.loads(arguments)), run)
        for run, settings, arguments in connection.exec_driver_sql("SELECT id, settings, agent_args FROM runs")
    ]
    if reasons:
        connection.exec_driver_sql("UPDATE tasks SET reason = ? WHERE id = ?", reasons)
    if models:
        connection.exec_driver_sql("UPDATE runs SET model = ? WHERE id = ?", models)
