"""Settings of the assistant that do not belong to a provider, and all settings together. Source: types spec 3.13."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, TypeAlias

from rc_types._base import Nullish, Omittable, RooOnly, Secret, wire_names
from rc_types._evals_settings import EVALS_SETTINGS, EVALS_TIMEOUT
from rc_types._kilo_global_settings import KiloGlobalSettings
from rc_types._kilo_provider_fields import KILO_SECRET_KEYS
from rc_types._scalars import Array, JsonNumber, NonNegative, Number, Record
from rc_types._secret_state import SecretState
from rc_types.codebase_index import CodebaseIndexConfig, CodebaseIndexModels
from rc_types.experiment import Experiments
from rc_types.history import HistoryItem
from rc_types.image_generation import AnyImageGenerationProvider
from rc_types.mode import CustomModePrompts, CustomSupportPrompts, ModeConfig
from rc_types.provider_settings import PROVIDER_SETTINGS_KEYS, ProviderSettings, ProviderSettingsEntry
from rc_types.telemetry import TelemetrySetting
from rc_types.tool import AnyToolName
from rc_types.vscode import AnyLanguage

__all__ = [
    "DEFAULT_CHECKPOINT_TIMEOUT_SECONDS",
    "DEFAULT_TERMINAL_OUTPUT_PREVIEW_SIZE",
    "DEFAULT_WRITE_DELAY_MS",
    "EVALS_SETTINGS",
    "EVALS_TIMEOUT",
    "GLOBAL_SECRET_KEYS",
    "GLOBAL_SETTINGS_KEYS",
    "GLOBAL_STATE_KEYS",
    "MAX_CHECKPOINT_TIMEOUT_SECONDS",
    "MIN_CHECKPOINT_TIMEOUT_SECONDS",
    "SECRET_STATE_KEYS",
    "SENSITIVE_KEYS",
    "TERMINAL_PREVIEW_BYTES",
    "CheckpointTimeout",
    "GlobalSettings",
    "GlobalState",
    "RooCodeSettings",
    "SecretState",
    "TerminalOutputPreviewSize",
    "is_global_state_key",
    "is_secret_state_key",
]

DEFAULT_WRITE_DELAY_MS: Final = 1000
"""Milliseconds between a change of a file and the look at the problems that it made."""

TerminalOutputPreviewSize: TypeAlias = Literal["small", "medium", "large"]
"""How much of a command's output models see at once."""

TERMINAL_PREVIEW_BYTES: Final[Mapping[TerminalOutputPreviewSize, int]] = {
    "small": 5 * 1024,
    "medium": 10 * 1024,
    "large": 20 * 1024,
}
"""Bytes of a command's output kept in memory before it goes to disk."""

DEFAULT_TERMINAL_OUTPUT_PREVIEW_SIZE: Final[TerminalOutputPreviewSize] = "medium"

MIN_CHECKPOINT_TIMEOUT_SECONDS: Final = 10
MAX_CHECKPOINT_TIMEOUT_SECONDS: Final = 60
DEFAULT_CHECKPOINT_TIMEOUT_SECONDS: Final = 15
"""What a task waits for its checkpoints to be ready, where its user has not said otherwise."""

CheckpointTimeout: TypeAlias = Annotated[
    int, JsonNumber(whole=True, ge=MIN_CHECKPOINT_TIMEOUT_SECONDS, le=MAX_CHECKPOINT_TIMEOUT_SECONDS)
]
"""Whole seconds within these bounds."""


class GlobalSettings(KiloGlobalSettings):
    """Everything but the provider; each member may be absent, and absent means that the assistant's default holds."""

    current_api_config_name: Omittable[str] = None
    list_api_config_meta: Omittable[Array[ProviderSettingsEntry]] = None
    pinned_api_configs: Omittable[Record[bool]] = None
    last_shown_announcement_id: Omittable[str] = None
    custom_instructions: Omittable[str] = None
    task_history: Omittable[Array[HistoryItem]] = None
    dismissed_upsells: Omittable[Array[str]] = None
    image_generation_provider: Omittable[AnyImageGenerationProvider] = None
    open_router_image_api_key: Secret = None
    open_router_image_generation_selected_model: Omittable[str] = None
    custom_condensing_prompt: Omittable[str] = None
    auto_approval_enabled: Omittable[bool] = None
    always_allow_read_only: Omittable[bool] = None
    always_allow_read_only_outside_workspace: Omittable[bool] = None
    always_allow_write: Omittable[bool] = None
    always_allow_write_outside_workspace: Omittable[bool] = None
    always_allow_write_protected: Omittable[bool] = None
    write_delay_ms: Omittable[NonNegative] = None
    request_delay_seconds: Omittable[Number] = None
    always_allow_mcp: Omittable[bool] = None
    always_allow_mode_switch: Omittable[bool] = None
    always_allow_subtasks: Omittable[bool] = None
    always_allow_execute: Omittable[bool] = None
    always_allow_followup_questions: Omittable[bool] = None
    followup_auto_approve_timeout_ms: Omittable[Number] = None
    allowed_commands: Omittable[Array[str]] = None
    denied_commands: Omittable[Array[str]] = None
    command_execution_timeout: Omittable[Number] = None
    command_timeout_allowlist: Omittable[Array[str]] = None
    prevent_completion_with_open_todos: Omittable[bool] = None
    allowed_max_requests: Nullish[Number] = None
    allowed_max_cost: Nullish[Number] = None
    auto_condense_context: Omittable[bool] = None
    auto_condense_context_percent: Omittable[Number] = None
    include_current_time: Omittable[bool] = None
    include_current_cost: Omittable[bool] = None
    max_git_status_files: Omittable[Number] = None
    include_diagnostic_messages: Omittable[bool] = None
    max_diagnostic_messages: Omittable[Number] = None
    enable_checkpoints: Omittable[bool] = None
    checkpoint_timeout: Omittable[CheckpointTimeout] = None
    tts_enabled: Omittable[bool] = None
    tts_speed: Omittable[Number] = None
    sound_enabled: Omittable[bool] = None
    sound_volume: Omittable[Number] = None
    max_open_tabs_context: Omittable[Number] = None
    max_workspace_files: Omittable[Number] = None
    show_roo_ignored_files: Omittable[bool] = None
    enable_subfolder_rules: Omittable[bool] = None
    max_image_file_size: Omittable[Number] = None
    max_total_image_size: Omittable[Number] = None
    terminal_output_preview_size: RooOnly[TerminalOutputPreviewSize] = None
    terminal_shell_integration_timeout: Omittable[Number] = None
    terminal_shell_integration_disabled: Omittable[bool] = None
    terminal_command_delay: Omittable[Number] = None
    terminal_powershell_counter: Omittable[bool] = None
    terminal_zsh_clear_eol_mark: Omittable[bool] = None
    terminal_zsh_oh_my: Omittable[bool] = None
    terminal_zsh_p10k: Omittable[bool] = None
    terminal_zdotdir: Omittable[bool] = None
    execa_shell_path: RooOnly[str] = None
    diagnostics_enabled: Omittable[bool] = None
    rate_limit_seconds: Omittable[Number] = None
    experiments: Omittable[Experiments] = None
    codebase_index_models: Omittable[CodebaseIndexModels] = None
    codebase_index_config: Omittable[CodebaseIndexConfig] = None
    language: Omittable[AnyLanguage] = None
    telemetry_setting: Omittable[TelemetrySetting] = None
    mcp_enabled: Omittable[bool] = None
    mode: Omittable[str] = None
    mode_api_configs: Omittable[Record[str]] = None
    custom_modes: Omittable[Array[ModeConfig]] = None
    custom_mode_prompts: Omittable[CustomModePrompts] = None
    custom_support_prompts: Omittable[CustomSupportPrompts] = None
    enhancement_api_config_id: Omittable[str] = None
    include_task_history_in_enhance: Omittable[bool] = None
    history_preview_collapsed: Omittable[bool] = None
    reasoning_block_collapsed: Omittable[bool] = None
    enter_behavior: Omittable[Literal["send", "newline"]] = None
    profile_thresholds: Omittable[Record[Number]] = None
    has_opened_mode_selector: Omittable[bool] = None
    last_mode_export_path: Omittable[str] = None
    last_mode_import_path: Omittable[str] = None
    last_settings_export_path: RooOnly[str] = None
    last_task_export_path: RooOnly[str] = None
    last_image_save_path: RooOnly[str] = None
    worktree_auto_open_path: RooOnly[str] = None
    show_worktrees_in_home_screen: RooOnly[bool] = None
    disabled_tools: RooOnly[Array[AnyToolName]] = None


class RooCodeSettings(GlobalSettings, ProviderSettings):
    """All settings of the assistant in one flat object."""


GlobalState: TypeAlias = RooCodeSettings
"""Contents of the plain storage: settings none of which is secret; `GLOBAL_STATE_KEYS` has the names."""

GLOBAL_SETTINGS_KEYS: Final = wire_names(GlobalSettings)
"""Wire names of the global settings, in declared order."""

GLOBAL_SECRET_KEYS: Final = ("openRouterImageApiKey",)
"""Global settings that upstream keeps in secret storage."""

SECRET_STATE_KEYS: Final = tuple(key for key in wire_names(SecretState) if key not in GLOBAL_SECRET_KEYS)
"""Provider settings that upstream keeps in secret storage. Its list misses some: see `SENSITIVE_KEYS`."""

SENSITIVE_KEYS: Final = frozenset(
    (*SECRET_STATE_KEYS, *GLOBAL_SECRET_KEYS, *KILO_SECRET_KEYS, "rooApiKey", "vertexJsonCredentials", "openAiHeaders")
)
"""Settings that must not be logged: the lists of both products and what they forget (IPC spec R-18, KD-031)."""

GLOBAL_STATE_KEYS: Final = tuple(
    key
    for key in (*GLOBAL_SETTINGS_KEYS, *PROVIDER_SETTINGS_KEYS)
    if key not in SECRET_STATE_KEYS and key not in GLOBAL_SECRET_KEYS
)
"""Settings that upstream keeps in plain storage; `rateLimitSeconds` is in it twice."""


def is_secret_state_key(key: str) -> bool:
    """Return whether upstream keeps the setting in secret storage."""
    return key in SECRET_STATE_KEYS or key in GLOBAL_SECRET_KEYS


def is_global_state_key(key: str) -> bool:
    """Return whether upstream keeps the setting in plain storage."""
    return key in GLOBAL_STATE_KEYS
