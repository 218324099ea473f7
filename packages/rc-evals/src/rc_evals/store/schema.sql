-- The tables, as the newest migration leaves them: a new database is made from this file, at once and without Alembic.
-- A test compares it with what the migrations in `migrations/` lead to.
--
-- Times are integer milliseconds since the epoch (UTC), money is integer micro-dollars, counters are 64 bit. `journal`
-- is the history and is only ever appended to; every other table is a projection that the same transaction keeps up to
-- date (see journal.py). Lists, filters and sums are read from `runs` and `tasks` alone, so these repeat what attempts say:
-- of a task, the numbers of the latest attempt that has ended, and the money of all of them; of a run, the sums of all
-- attempts and what its tasks come to. `done` counts verdicts, `decided` those that say something about the agent,
-- `measured` and `priced` attempts that said anything of what they used, and of what that cost. Ids name folders and processes, so the id of a deleted row must never come back: AUTOINCREMENT.

CREATE TABLE journal (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL,
    task_id INTEGER,
    attempt INTEGER,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT
);
CREATE INDEX ix_journal_run_id_seq ON journal (run_id, seq);

CREATE TABLE runs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    name TEXT,
    suite TEXT NOT NULL,
    suite_path TEXT NOT NULL,
    agent TEXT NOT NULL,
    agent_args TEXT NOT NULL,
    settings TEXT,
    sandbox TEXT NOT NULL,
    concurrency INTEGER NOT NULL,
    timeout_seconds INTEGER NOT NULL,
    iterations INTEGER NOT NULL,
    state TEXT NOT NULL,
    total INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    lease_owner TEXT,
    lease_token TEXT,
    lease_expires_at BIGINT,
    model TEXT,
    done INTEGER DEFAULT 0 NOT NULL,
    decided INTEGER DEFAULT 0 NOT NULL,
    passed INTEGER DEFAULT 0 NOT NULL,
    attempts BIGINT DEFAULT 0 NOT NULL,
    measured BIGINT DEFAULT 0 NOT NULL,
    priced BIGINT DEFAULT 0 NOT NULL,
    tokens_in BIGINT DEFAULT 0 NOT NULL,
    tokens_out BIGINT DEFAULT 0 NOT NULL,
    cache_writes BIGINT DEFAULT 0 NOT NULL,
    cache_reads BIGINT DEFAULT 0 NOT NULL,
    prepare_ms BIGINT DEFAULT 0 NOT NULL,
    agent_ms BIGINT DEFAULT 0 NOT NULL,
    test_ms BIGINT DEFAULT 0 NOT NULL,
    api_requests BIGINT DEFAULT 0 NOT NULL,
    api_errors BIGINT DEFAULT 0 NOT NULL,
    cost_micros BIGINT,
    work_ms BIGINT GENERATED ALWAYS AS (prepare_ms + agent_ms + test_ms) VIRTUAL,
    imported_at BIGINT,
    CONSTRAINT uq_runs_uuid UNIQUE (uuid)
);

CREATE TABLE environments (
    run_id INTEGER NOT NULL,
    record TEXT NOT NULL,
    CONSTRAINT pk_environments PRIMARY KEY (run_id),
    CONSTRAINT fk_environments_run_id_runs FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);

CREATE TABLE run_tools (
    run_id INTEGER NOT NULL,
    tool TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    CONSTRAINT pk_run_tools PRIMARY KEY (run_id, tool),
    CONSTRAINT fk_run_tools_run_id_runs FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);

CREATE TABLE tasks (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL,
    language TEXT NOT NULL,
    exercise TEXT NOT NULL,
    iteration INTEGER NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    verdict TEXT,
    attempts INTEGER NOT NULL,
    not_before BIGINT NOT NULL,
    lease_token TEXT,
    decided_at BIGINT,
    reason TEXT,
    duration_ms BIGINT,
    tokens_in BIGINT,
    tokens_out BIGINT,
    cost_micros BIGINT,
    tests_ran INTEGER,
    tests_passed INTEGER,
    CONSTRAINT fk_tasks_run_id_runs FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE,
    CONSTRAINT uq_tasks_run_id_language_exercise_iteration UNIQUE (run_id, language, exercise, iteration)
);
CREATE INDEX ix_tasks_run_id_id ON tasks (run_id, id);
CREATE INDEX ix_tasks_run_id_state_id ON tasks (run_id, state, id);
-- What the pages of a run add up lies in these indexes as a whole: none of it goes through the rows.
CREATE INDEX ix_tasks_run_id_language ON tasks (
    run_id, language, verdict, reason, duration_ms, cost_micros, tokens_in, tokens_out
);
CREATE INDEX ix_tasks_run_id_decided_at ON tasks (run_id, decided_at, verdict, cost_micros)
    WHERE decided_at IS NOT NULL;
CREATE INDEX ix_tasks_run_id_duration ON tasks (run_id, duration_ms) WHERE duration_ms IS NOT NULL;
CREATE INDEX ix_tasks_run_id_cost ON tasks (run_id, cost_micros) WHERE cost_micros IS NOT NULL;
CREATE INDEX ix_tasks_run_id_tokens ON tasks (run_id, (tokens_in + tokens_out))
    WHERE tokens_in + tokens_out IS NOT NULL;

CREATE TABLE attempts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    task_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    token TEXT NOT NULL,
    end_reason TEXT,
    verdict TEXT,
    error TEXT,
    exit_code INTEGER,
    pid INTEGER,
    pid_started BIGINT,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    queue_ms BIGINT NOT NULL,
    prepare_ms BIGINT,
    agent_ms BIGINT,
    test_ms BIGINT,
    tests_ran INTEGER,
    tests_passed INTEGER,
    tests_modified TEXT,
    CONSTRAINT fk_attempts_task_id_tasks FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE,
    CONSTRAINT uq_attempts_task_id_number UNIQUE (task_id, number)
);

CREATE TABLE metrics (
    attempt_id INTEGER NOT NULL,
    tokens_in BIGINT NOT NULL,
    tokens_out BIGINT NOT NULL,
    tokens_context BIGINT NOT NULL,
    cache_writes BIGINT NOT NULL,
    cache_reads BIGINT NOT NULL,
    cost_micros BIGINT,
    api_requests BIGINT DEFAULT 0 NOT NULL,
    api_errors BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_metrics PRIMARY KEY (attempt_id),
    CONSTRAINT fk_metrics_attempt_id_attempts FOREIGN KEY(attempt_id) REFERENCES attempts (id) ON DELETE CASCADE
);

CREATE TABLE tool_usage (
    attempt_id INTEGER NOT NULL,
    tool TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    CONSTRAINT pk_tool_usage PRIMARY KEY (attempt_id, tool),
    CONSTRAINT fk_tool_usage_attempt_id_attempts FOREIGN KEY(attempt_id) REFERENCES attempts (id) ON DELETE CASCADE
);

CREATE TABLE test_results (
    attempt_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    passed BOOLEAN NOT NULL,
    message TEXT NOT NULL,
    CONSTRAINT pk_test_results PRIMARY KEY (attempt_id, position),
    CONSTRAINT fk_test_results_attempt_id_attempts FOREIGN KEY(attempt_id) REFERENCES attempts (id) ON DELETE CASCADE
);

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('0003');
