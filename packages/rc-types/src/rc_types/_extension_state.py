"""Everything that the user interface shows, as the assistant keeps it. Source: types spec 3.31."""

from typing import Annotated, Literal

from rc_types._base import Nullish, Omittable, Secret, WireModel, spelled
from rc_types._scalars import Array, JsonRecord, Number, Record
from rc_types.cloud import CloudOrganizationMembership, CloudUserInfo, OrganizationAllowList
from rc_types.codebase_index import CodebaseIndexConfig, CodebaseIndexModels
from rc_types.experiment import Experiments
from rc_types.global_settings import TerminalOutputPreviewSize
from rc_types.history import HistoryItem
from rc_types.image_generation import AnyImageGenerationProvider
from rc_types.marketplace import MarketplaceItem
from rc_types.mcp import McpServer
from rc_types.message import ClineMessage, QueuedMessage
from rc_types.mode import CustomModePrompts, CustomSupportPrompts, ModeConfig
from rc_types.provider_settings import ProviderSettings, ProviderSettingsEntry
from rc_types.task import TaskId
from rc_types.telemetry import TelemetrySetting
from rc_types.todo import TodoItem
from rc_types.tool import AnyToolName
from rc_types.vscode import AnyLanguage


class InstalledItems(WireModel):
    """Which marketplace items are installed, by item id; what is known about each is up to the host."""

    project: JsonRecord
    global_: Annotated[JsonRecord, spelled("global")]


class _OptionalState(WireModel):
    """Members that may be absent from any state: settings of the user first, then what is not always known."""

    current_api_config_name: Omittable[str] = None
    list_api_config_meta: Omittable[Array[ProviderSettingsEntry]] = None
    pinned_api_configs: Omittable[Record[bool]] = None
    custom_instructions: Omittable[str] = None
    dismissed_upsells: Omittable[Array[str]] = None
    auto_approval_enabled: Omittable[bool] = None
    always_allow_read_only: Omittable[bool] = None
    always_allow_read_only_outside_workspace: Omittable[bool] = None
    always_allow_write: Omittable[bool] = None
    always_allow_write_outside_workspace: Omittable[bool] = None
    always_allow_write_protected: Omittable[bool] = None
    always_allow_mcp: Omittable[bool] = None
    always_allow_mode_switch: Omittable[bool] = None
    always_allow_subtasks: Omittable[bool] = None
    always_allow_followup_questions: Omittable[bool] = None
    always_allow_execute: Omittable[bool] = None
    followup_auto_approve_timeout_ms: Omittable[Number] = None
    allowed_commands: Omittable[Array[str]] = None
    denied_commands: Omittable[Array[str]] = None
    allowed_max_requests: Nullish[Number] = None
    allowed_max_cost: Nullish[Number] = None
    tts_enabled: Omittable[bool] = None
    tts_speed: Omittable[Number] = None
    sound_enabled: Omittable[bool] = None
    sound_volume: Omittable[Number] = None
    terminal_output_preview_size: Omittable[TerminalOutputPreviewSize] = None
    terminal_shell_integration_timeout: Omittable[Number] = None
    terminal_shell_integration_disabled: Omittable[bool] = None
    terminal_command_delay: Omittable[Number] = None
    terminal_powershell_counter: Omittable[bool] = None
    terminal_zsh_clear_eol_mark: Omittable[bool] = None
    terminal_zsh_oh_my: Omittable[bool] = None
    terminal_zsh_p10k: Omittable[bool] = None
    terminal_zdotdir: Omittable[bool] = None
    execa_shell_path: Omittable[str] = None
    diagnostics_enabled: Omittable[bool] = None
    language: Omittable[AnyLanguage] = None
    mode_api_configs: Omittable[Record[str]] = None
    custom_mode_prompts: Omittable[CustomModePrompts] = None
    custom_support_prompts: Omittable[CustomSupportPrompts] = None
    enhancement_api_config_id: Omittable[str] = None
    custom_condensing_prompt: Omittable[str] = None
    codebase_index_config: Omittable[CodebaseIndexConfig] = None
    codebase_index_models: Omittable[CodebaseIndexModels] = None
    include_diagnostic_messages: Omittable[bool] = None
    max_diagnostic_messages: Omittable[Number] = None
    image_generation_provider: Omittable[AnyImageGenerationProvider] = None
    open_router_image_generation_selected_model: Omittable[str] = None
    include_task_history_in_enhance: Omittable[bool] = None
    reasoning_block_collapsed: Omittable[bool] = None
    enter_behavior: Omittable[Literal["send", "newline"]] = None
    include_current_time: Omittable[bool] = None
    include_current_cost: Omittable[bool] = None
    max_git_status_files: Omittable[Number] = None
    request_delay_seconds: Omittable[Number] = None
    show_worktrees_in_home_screen: Omittable[bool] = None
    disabled_tools: Omittable[Array[AnyToolName]] = None
    lock_api_config_across_modes: Omittable[bool] = None
    current_task_id: Omittable[TaskId] = None
    current_task_item: Omittable[HistoryItem] = None
    current_task_todos: Omittable[Array[TodoItem]] = None
    uri_scheme: Omittable[str] = None
    max_read_file_line: Omittable[Number] = None
    """Lines; -1 for the default."""
    tool_requirements: Omittable[Record[bool]] = None
    cwd: Omittable[str] = None
    telemetry_key: Secret = None
    machine_id: Omittable[str] = None
    settings_imported_at: Omittable[Number] = None
    """Unix milliseconds."""
    history_preview_collapsed: Omittable[bool] = None
    cloud_auth_skip_model: Omittable[bool] = None
    cloud_api_url: Omittable[str] = None
    cloud_organizations: Omittable[Array[CloudOrganizationMembership]] = None
    organization_settings_version: Omittable[Number] = None
    marketplace_items: Omittable[Array[MarketplaceItem]] = None
    marketplace_installed_metadata: Omittable[InstalledItems] = None
    open_router_image_api_key: Secret = None
    message_queue: Omittable[Array[QueuedMessage]] = None
    """User messages that wait until the task can take them, oldest first."""
    last_shown_announcement_id: Omittable[str] = None
    api_model_id: Omittable[str] = None
    mcp_servers: Omittable[Array[McpServer]] = None
    mdm_compliant: Omittable[bool] = None
    open_ai_codex_is_authenticated: Omittable[bool] = None
    debug: Omittable[bool] = None
    cline_messages_seq: Omittable[Number] = None
    """Grows with each push of messages: ignore a push whose number is not larger than the last that was applied."""


class ExtensionState(_OptionalState):
    """The whole state, as it is pushed when the user interface starts."""

    version: str
    cline_messages: Array[ClineMessage]
    """The chat of the current task."""
    api_configuration: ProviderSettings
    should_show_announcement: bool
    task_history: Array[HistoryItem]
    write_delay_ms: Number
    """Milliseconds."""
    enable_checkpoints: bool
    checkpoint_timeout: Number
    """Seconds."""
    max_open_tabs_context: Number
    max_workspace_files: Number
    show_roo_ignored_files: bool
    enable_subfolder_rules: bool
    max_image_file_size: Number
    """Megabytes."""
    max_total_image_size: Number
    """Megabytes."""
    experiments: Experiments
    mcp_enabled: bool
    mode: str
    custom_modes: Array[ModeConfig]
    telemetry_setting: TelemetrySetting
    render_context: Literal["sidebar", "editor"]
    cloud_user_info: CloudUserInfo | None
    """`null` while nobody is signed in."""
    cloud_is_authenticated: bool
    sharing_enabled: bool
    public_sharing_enabled: bool
    organization_allow_list: OrganizationAllowList
    auto_condense_context: bool
    auto_condense_context_percent: Number
    profile_thresholds: Record[Number]
    has_opened_mode_selector: bool
    task_sync_enabled: bool


class PartialExtensionState(_OptionalState):
    """A change of the state: the receiver keeps what is absent here. The members are those of `ExtensionState`."""

    version: Omittable[str] = None
    cline_messages: Omittable[Array[ClineMessage]] = None
    api_configuration: Omittable[ProviderSettings] = None
    should_show_announcement: Omittable[bool] = None
    task_history: Omittable[Array[HistoryItem]] = None
    write_delay_ms: Omittable[Number] = None
    enable_checkpoints: Omittable[bool] = None
    checkpoint_timeout: Omittable[Number] = None
    max_open_tabs_context: Omittable[Number] = None
    max_workspace_files: Omittable[Number] = None
    show_roo_ignored_files: Omittable[bool] = None
    enable_subfolder_rules: Omittable[bool] = None
    max_image_file_size: Omittable[Number] = None
    max_total_image_size: Omittable[Number] = None
    experiments: Omittable[Experiments] = None
    mcp_enabled: Omittable[bool] = None
    mode: Omittable[str] = None
    custom_modes: Omittable[Array[ModeConfig]] = None
    telemetry_setting: Omittable[TelemetrySetting] = None
    render_context: Omittable[Literal["sidebar", "editor"]] = None
    cloud_user_info: Nullish[CloudUserInfo] = None
    cloud_is_authenticated: Omittable[bool] = None
    sharing_enabled: Omittable[bool] = None
    public_sharing_enabled: Omittable[bool] = None
    organization_allow_list: Omittable[OrganizationAllowList] = None
    auto_condense_context: Omittable[bool] = None
    auto_condense_context_percent: Omittable[Number] = None
    profile_thresholds: Omittable[Record[Number]] = None
    has_opened_mode_selector: Omittable[bool] = None
    task_sync_enabled: Omittable[bool] = None
