"""Facts about a git repository, as messages of the assistant carry them. Source: types spec 3.12."""

from rc_types._base import Omittable, WireModel


class GitRepositoryInfo(WireModel):
    """Where a workspace comes from."""

    repository_url: Omittable[str] = None
    repository_name: Omittable[str] = None
    default_branch: Omittable[str] = None


class GitCommit(WireModel):
    """One commit."""

    hash: str
    short_hash: str
    subject: str
    author: str
    date: str
    """As git printed it."""
