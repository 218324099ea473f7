"""Facts that go with every telemetry event: about the program, the task and the repository. Source: types spec 3.26.

Where a class has several bases, the last one stands first: that is the order of the members on the wire.
"""

from rc_types._base import Omittable, WireModel
from rc_types._provider_names import AnyProvider
from rc_types._scalars import Number


class StaticAppProperties(WireModel):
    """What stays the same for as long as the program runs."""

    app_name: str
    app_version: str
    vscode_version: str
    """Version of the host program; `vscode` is historical."""
    platform: str
    editor_name: str
    hostname: Omittable[str] = None


class DynamicAppProperties(WireModel):
    """What the user may change at any time."""

    language: str
    """Code of the user interface's language."""
    mode: str
    """Slug of the current mode."""


class CloudAppProperties(WireModel):
    """How the program stands to the cloud service."""

    cloud_is_authenticated: Omittable[bool] = None


class AppProperties(CloudAppProperties, DynamicAppProperties, StaticAppProperties):
    """All that is said about the program."""


class TodoCounts(WireModel):
    """Entries of the task's to-do list, by state."""

    total: Number
    completed: Number
    in_progress: Number
    pending: Number


class TaskProperties(WireModel):
    """What is said about the current task."""

    task_id: Omittable[str] = None
    parent_task_id: Omittable[str] = None
    api_provider: Omittable[AnyProvider] = None
    """A retired provider refuses the event (cloud spec 21.3)."""
    model_id: Omittable[str] = None
    diff_strategy: Omittable[str] = None
    is_subtask: Omittable[bool] = None
    todos: Omittable[TodoCounts] = None


class GitProperties(WireModel):
    """What is said about the repository in the workspace; whoever fills it in takes credentials out of the address."""

    repository_url: Omittable[str] = None
    repository_name: Omittable[str] = None
    default_branch: Omittable[str] = None


class TelemetryProperties(GitProperties, TaskProperties, AppProperties):
    """All of the above; the event's own properties come on top."""
