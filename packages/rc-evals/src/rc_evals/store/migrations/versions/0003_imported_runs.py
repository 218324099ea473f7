"""Runs that were made elsewhere say so: nobody can work on them here."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; it is null for runs of this data folder."""
    op.add_column("runs", sa.Column("imported_at", sa.BigInteger(), nullable=True))
