"""Alembic's entry: runs on the connection that `store.migrate` hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    render_as_batch=True,
    transactional_ddl=True,  # SQLite can, and a half-made database would be nobody's
)
with context.begin_transaction():
    context.run_migrations()
