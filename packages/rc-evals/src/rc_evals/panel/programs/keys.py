"""Looks for keys: in its environment, in the environment and the command lines of processes, in well-known files."""

from contextlib import suppress
from pathlib import Path
from typing import Final

from rc_evals.panel.programs.common import briefing, done, got, processes, show

KEPT_BELOW_HOME: Final = (
    ".ssh/id_rsa", ".ssh/id_ed25519", ".netrc", ".git-credentials", ".aws/credentials", ".config/gh/hosts.yml",
    ".docker/config.json", ".pypirc", ".npmrc", ".config/gcloud/application_default_credentials.json", ".bash_history",
)  # fmt: skip
KEPT_ELSEWHERE: Final = ("/etc/shadow", "/var/run/docker.sock", "/run/docker.sock")


def main() -> None:
    """Print what the panel has hidden; of files that are really somebody's, tell only the names."""
    for process in processes():
        show(process / "environ")
        show(process / "cmdline")
    kept = [Path(briefing()["user"], name) for name in KEPT_BELOW_HOME] + [Path(name) for name in KEPT_ELSEWHERE]
    for path in kept:
        with suppress(OSError):
            if path.is_socket() or path.read_bytes():
                got(f"{path}")
    done()


if __name__ == "__main__":
    main()
