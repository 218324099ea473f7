"""The assistant as a library: what its host offers to other programs in the process. Source: types spec 3.1.

Nothing here is checked at run time. A method that fails raises what its provider documents.
"""

from typing import Protocol, TypeAlias

from rc_types._emitter import Emitter
from rc_types.events import RooCodeEvents
from rc_types.global_settings import RooCodeSettings
from rc_types.ipc import ClientId, IpcMessage
from rc_types.provider_settings import ProviderSettings, ProviderSettingsEntry
from rc_types.task import TaskId

RooCodeAPIEvents: TypeAlias = RooCodeEvents
"""What listeners of the API get, by event."""


class RooCodeAPI(Emitter, Protocol):
    """Tasks, settings and profiles of one assistant; it emits `RooCodeAPIEvents`."""

    async def start_new_task(
        self,
        *,
        configuration: RooCodeSettings | None = None,
        text: str | None = None,
        images: list[str] | None = None,
        new_tab: bool | None = None,
    ) -> TaskId:
        """Open a task and return its id.

        Args:
            configuration: Becomes the user's settings for good; by default they stay as they are.
            text: The prompt.
            images: Data URIs that belong to the prompt.
            new_tab: Open it in a tab of its own, with the same settings; by default the task takes the side bar.
        """
        ...

    async def resume_task(self, task_id: TaskId) -> None:
        """Open a task of the history; fails when it is not there."""
        ...

    async def is_task_in_history(self, task_id: TaskId) -> bool:
        """Return whether the task can be resumed."""
        ...

    def get_current_task_stack(self) -> list[TaskId]:
        """Return the open tasks, the one that works last."""
        ...

    async def clear_current_task(self, last_message: str | None = None) -> None:
        """Close the current task; `last_message` is what its parent gets to know."""
        ...

    async def cancel_current_task(self) -> None:
        """Stop what the current task does; it stays open."""
        ...

    async def send_message(self, message: str | None = None, images: list[str] | None = None) -> None:
        """Say something to the current task, with data URIs if there are any."""
        ...

    async def press_primary_button(self) -> None:
        """Do what the user's click on the first button of the chat does."""
        ...

    async def press_secondary_button(self) -> None:
        """Do what the user's click on the second button of the chat does."""
        ...

    def is_ready(self) -> bool:
        """Return whether the chat is there, so that it can take messages."""
        ...

    def get_configuration(self) -> RooCodeSettings:
        """Return all settings, secrets left out."""
        ...

    async def set_configuration(self, values: RooCodeSettings) -> None:
        """Change the settings that are given."""
        ...

    def get_profiles(self) -> list[str]:
        """Return the names of all profiles."""
        ...

    def get_profile_entry(self, name: str) -> ProviderSettingsEntry | None:
        """Return what lists show of a profile, or None when there is none of that name."""
        ...

    async def create_profile(
        self, name: str, profile: ProviderSettings | None = None, activate: bool | None = None
    ) -> str:
        """Make a profile, empty by default, and return its id; fails when the name is taken.

        It becomes the active one unless `activate` is false.
        """
        ...

    async def update_profile(self, name: str, profile: ProviderSettings, activate: bool | None = None) -> str | None:
        """Replace a profile and return its id; fails when there is none of that name.

        It becomes the active one unless `activate` is false.
        """
        ...

    async def upsert_profile(self, name: str, profile: ProviderSettings, activate: bool | None = None) -> str | None:
        """Make or replace a profile and return its id; it becomes the active one unless `activate` is false."""
        ...

    async def delete_profile(self, name: str) -> None:
        """Delete a profile; fails when there is none of that name."""
        ...

    def get_active_profile(self) -> str | None:
        """Return the name of the active profile, if one is."""
        ...

    async def set_active_profile(self, name: str) -> str | None:
        """Make a profile the active one and return its id; fails when there is none of that name."""
        ...


class RooCodeIpcServer(Emitter, Protocol):
    """The control socket of a host; it emits `rc_types.ipc.IpcServerEvents`."""

    def listen(self) -> None:
        """Begin to listen; connections come in from then on."""
        ...

    def broadcast(self, message: IpcMessage) -> None:
        """Send the message to every client."""
        ...

    def send(self, client: ClientId, message: IpcMessage) -> None:
        """Send the message to one client. Upstream also takes the client's socket, which has no counterpart here."""
        ...

    @property
    def socket_path(self) -> str:
        """Where it listens."""
        ...

    @property
    def is_listening(self) -> bool:
        """Whether connections can come in now."""
        ...
