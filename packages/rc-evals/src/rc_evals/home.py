"""The one folder that holds everything the platform keeps: database, artifacts, caches."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rc_evals._errors import HomeError
from rc_evals.disk import shortage

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder. Its parts are made when they are first written, with mode 0700."""

    root: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "evals.db"

    @property
    def cache(self) -> Path:
        """Test dependencies, installed once; may be deleted at any time when no run is active."""
        return self.root / "cache"

    @property
    def suites(self) -> Path:
        """Folders here are suites that can be named."""
        return self.root / "suites"

    @property
    def languages(self) -> Path:
        """Language files here add to the built-in ones or replace them."""
        return self.root / "languages"

    @property
    def fingerprint(self) -> str:
        """Tells data folders of this machine apart without naming them."""
        import hashlib  # late: `--help` must stay quick

        return hashlib.sha256(os.fsencode(self.root.resolve())).hexdigest()[:32]

    def artifacts(self, run_id: int) -> Path:
        """What the attempts of a run left."""
        return self.root / "runs" / str(run_id)

    def scratch(self, run_id: int) -> Path:
        """Workspaces of the attempts that run now; empty when none does."""
        return self.root / "scratch" / str(run_id)

    def ensure(self) -> None:
        """Make the folder and check that it can be written.

        Raises:
            HomeError: it is not a folder, or cannot be made or written.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise HomeError(
                f"data folder {self.root} cannot be made: {error.strerror}; "
                "choose another one with --home or RC_EVALS_HOME"
            ) from error
        self.check()

    def check(self) -> None:
        """Check that the folder can be used as far as it is there; makes nothing.

        Raises:
            HomeError: it is not a folder, or cannot be written, or its disk has no room.
        """
        if self.root.exists() and not self.root.is_dir():
            raise HomeError(f"data folder {self.root} is not a folder; choose another one with --home or RC_EVALS_HOME")
        if wrong := shortage(self.root):
            raise HomeError(f"data folder {self.root}: {wrong}, or choose another one with --home or RC_EVALS_HOME")
        if self.root.exists() and not os.access(self.root, os.R_OK | os.W_OK | os.X_OK):
            raise HomeError(
                f"data folder {self.root} cannot be read and written by this user; "
                "mend its permissions, or choose another one with --home or RC_EVALS_HOME"
            )


def resolve_home(explicit: Path | None, env: Mapping[str, str]) -> Home:
    """Explicit argument, then RC_EVALS_HOME, then the platform's folder for user data."""
    if explicit is None and (named := env.get("RC_EVALS_HOME")):
        explicit = Path(named)
    if explicit is not None:
        return Home(explicit.expanduser().absolute())
    import platformdirs  # late: `--help` must stay quick

    return Home(platformdirs.user_data_path("rc-evals", appauthor=False))
