"""Runs the Alembic migrations, without a configuration file."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from rc_evals._errors import StoreError


def to_head(path: Path) -> None:
    """Apply all migrations that the database lacks, in one transaction.

    Raises:
        StoreError: it failed; the database is as before.
    """
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as connection:
            command.upgrade(configuration(connection), "head")
    except SQLAlchemyError as error:
        raise StoreError(f"{path} could not be upgraded ({error}); nothing was changed") from error
    finally:
        engine.dispose()
    path.chmod(0o600)


def configuration(connection: object) -> Config:
    """Return Alembic's configuration for work on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
