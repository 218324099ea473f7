"""Worktrees of a git repository, and what is asked and said about them. Source: types spec 3.33."""

from rc_types._base import Omittable, WireModel
from rc_types._scalars import Array


class Worktree(WireModel):
    """One worktree."""

    path: str
    branch: str
    """Without `refs/heads/`; empty when no branch is checked out."""
    commit_hash: str
    is_current: bool
    """Whether it is the one that was asked from."""
    is_bare: bool
    is_detached: bool
    is_locked: bool
    lock_reason: Omittable[str] = None


class WorktreeResult(WireModel):
    """How an operation on a worktree ended."""

    success: bool
    message: str
    worktree: Omittable[Worktree] = None


class BranchInfo(WireModel):
    """The branches that a worktree may start from."""

    local_branches: Array[str]
    remote_branches: Array[str]
    current_branch: str
    """Empty when no branch is checked out."""


class CreateWorktreeOptions(WireModel):
    """What a new worktree shall be."""

    path: str
    branch: Omittable[str] = None
    base_branch: Omittable[str] = None
    """Where a new branch starts."""
    create_new_branch: Omittable[bool] = None
    """Whether `branch` is made, from `base_branch`; otherwise it must exist."""


class WorktreeIncludeStatus(WireModel):
    """Whether a `.worktreeinclude` file says which ignored files a new worktree gets copies of."""

    exists: bool
    has_gitignore: bool
    gitignore_content: Omittable[str] = None


class WorktreeListResponse(WireModel):
    """The worktrees of a repository, or why there are none to list."""

    worktrees: Array[Worktree]
    is_git_repo: bool
    error: Omittable[str] = None
    is_multi_root: bool
    """Whether the workspace has several folders, which is not supported."""
    is_subfolder: bool
    """Whether the workspace lies below the repository's root, which is not supported."""
    git_root_path: str


class WorktreeDefaultsResponse(WireModel):
    """Names to offer for a new worktree."""

    suggested_branch: str
    suggested_path: str
    error: Omittable[str] = None
