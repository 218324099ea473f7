"""The tables.

Times are integer milliseconds since the epoch (UTC), money is integer micro-dollars, counters are 64 bit. `journal` is
the history and is only ever appended to; every other table is a projection that the same transaction keeps up to date
(see `store.journal`). Ids name folders and processes, so the id of a deleted row must never come back: AUTOINCREMENT.
Alembic migrations in `store/migrations` must lead to exactly these tables; a test compares the two.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

runs: Final = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uuid", Text, nullable=False, unique=True),
    Column("name", Text),
    Column("suite", Text, nullable=False),
    Column("suite_path", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("agent_args", Text, nullable=False),
    Column("settings", Text),
    Column("sandbox", Text, nullable=False),
    Column("concurrency", Integer, nullable=False),
    Column("timeout_seconds", Integer, nullable=False),
    Column("iterations", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("lease_owner", Text),
    Column("lease_token", Text),
    Column("lease_expires_at", BigInteger),
    sqlite_autoincrement=True,
)

environments: Final = Table(
    "environments",
    metadata,
    Column("run_id", Integer, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("record", Text, nullable=False),
)

tasks: Final = Table(
    "tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("language", Text, nullable=False),
    Column("exercise", Text, nullable=False),
    Column("iteration", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("verdict", Text),
    Column("attempts", Integer, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("lease_token", Text),
    UniqueConstraint("run_id", "language", "exercise", "iteration"),
    Index(None, "run_id", "id"),
    Index(None, "run_id", "state", "id"),
    Index(None, "run_id", "verdict"),
    sqlite_autoincrement=True,
)

attempts: Final = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("task_id", Integer, ForeignKey("tasks.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("token", Text, nullable=False),
    Column("end_reason", Text),
    Column("verdict", Text),
    Column("error", Text),
    Column("exit_code", Integer),
    Column("pid", Integer),
    Column("pid_started", BigInteger),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("queue_ms", BigInteger, nullable=False),
    Column("prepare_ms", BigInteger),
    Column("agent_ms", BigInteger),
    Column("test_ms", BigInteger),
    Column("tests_ran", Integer),
    Column("tests_passed", Integer),
    Column("tests_modified", Text),
    UniqueConstraint("task_id", "number"),
    sqlite_autoincrement=True,
)

metrics: Final = Table(
    "metrics",
    metadata,
    Column("attempt_id", Integer, ForeignKey("attempts.id", ondelete="CASCADE"), primary_key=True),
    Column("tokens_in", BigInteger, nullable=False),
    Column("tokens_out", BigInteger, nullable=False),
    Column("tokens_context", BigInteger, nullable=False),
    Column("cache_writes", BigInteger, nullable=False),
    Column("cache_reads", BigInteger, nullable=False),
    Column("cost_micros", BigInteger),
)

tool_usage: Final = Table(
    "tool_usage",
    metadata,
    Column("attempt_id", Integer, ForeignKey("attempts.id", ondelete="CASCADE"), primary_key=True),
    Column("tool", Text, primary_key=True),
    Column("attempts", BigInteger, nullable=False),
    Column("failures", BigInteger, nullable=False),
)

test_results: Final = Table(
    "test_results",
    metadata,
    Column("attempt_id", Integer, ForeignKey("attempts.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("passed", Boolean(name="passed", create_constraint=False), nullable=False),
    Column("message", Text, nullable=False),
)

journal: Final = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("run_id", Integer, nullable=False),
    Column("task_id", Integer),
    Column("attempt", Integer),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text),
    Index(None, "run_id", "seq"),
    sqlite_autoincrement=True,
)
