"""Settings apart from the provider's that only Kilo Code has; others ignore them. Source: Kilo differences 5.7."""

from typing import Annotated, Literal, TypeAlias

from rc_types._base import KiloOnly, KiloSecret, Nullish, Omittable, WireModel
from rc_types._flavors import KILO_ONLY
from rc_types._scalars import Array, Json, JsonNumber, NonNegative, Number, Record

_Days: TypeAlias = Annotated[int | float, JsonNumber(ge=1)]


class GhostServiceSettings(WireModel):
    """Completion of code while the user types."""

    enable_auto_trigger: Omittable[bool] = None
    enable_smart_inline_task_keybinding: Omittable[bool] = None
    enable_chat_autocomplete: Omittable[bool] = None
    provider: Omittable[str] = None
    model: Omittable[str] = None
    snooze_until: Omittable[Number] = None
    """Unix milliseconds."""
    has_kilocode_profile_with_no_balance: Omittable[bool] = None


class MicrophoneDevice(WireModel):
    """Where speech comes from."""

    id: str
    name: str
    platform: str


class KiloGlobalSettings(WireModel):
    """What Kilo Code adds to the global settings."""

    allow_very_large_reads: KiloOnly[bool] = None
    always_allow_delete: KiloOnly[bool] = None
    has_completed_onboarding: KiloOnly[bool] = None
    has_performed_organization_auto_switch: KiloOnly[bool] = None
    send_message_on_enter: KiloOnly[bool] = None
    show_auto_approve_menu: KiloOnly[bool] = None
    show_diff_stats: KiloOnly[bool] = None
    show_task_timeline: KiloOnly[bool] = None
    show_timestamps: KiloOnly[bool] = None
    system_notifications_enabled: KiloOnly[bool] = None
    yolo_mode: KiloOnly[bool] = None
    append_system_prompt: KiloOnly[str] = None
    commit_message_api_config_id: KiloOnly[str] = None
    terminal_command_api_config_id: KiloOnly[str] = None
    yolo_gatekeeper_api_config_id: KiloOnly[str] = None
    kilo_code_image_api_key: KiloSecret = None
    morph_api_key: KiloSecret = None
    auto_purge_enabled: KiloOnly[bool] = None
    auto_purge_default_retention_days: KiloOnly[_Days] = None
    auto_purge_completed_task_retention_days: KiloOnly[_Days] = None
    auto_purge_incomplete_task_retention_days: KiloOnly[_Days] = None
    auto_purge_favorited_task_retention_days: Annotated[Nullish[_Days], KILO_ONLY] = None
    """None that was set means never."""
    auto_purge_last_run_timestamp: KiloOnly[Number] = None
    """Unix milliseconds."""
    hide_cost_below_threshold: KiloOnly[NonNegative] = None
    dismissed_notification_ids: KiloOnly[Array[str]] = None
    global_rules_toggles: KiloOnly[Record[bool]] = None
    local_rules_toggles: KiloOnly[Record[bool]] = None
    global_workflow_toggles: KiloOnly[Record[bool]] = None
    local_workflow_toggles: KiloOnly[Record[bool]] = None
    fast_apply_api_provider: KiloOnly[Literal["current", "morph", "kilocode", "openrouter"]] = None
    fast_apply_model: KiloOnly[
        Literal["auto", "morph/morph-v3-fast", "morph/morph-v3-large", "relace/relace-apply-3"]
    ] = None
    ghost_service_settings: KiloOnly[GhostServiceSettings] = None
    selected_microphone_device: Annotated[Nullish[MicrophoneDevice], KILO_ONLY] = None
    mcp_marketplace_catalog: Annotated[Json, KILO_ONLY] = None

    # Roo Code had these up to 3.41 as well.
    always_allow_browser: KiloOnly[bool] = None
    browser_tool_enabled: KiloOnly[bool] = None
    browser_viewport_size: KiloOnly[str] = None
    cached_chrome_host_url: KiloOnly[str] = None
    condensing_api_config_id: KiloOnly[str] = None
    diff_enabled: KiloOnly[bool] = None
    enable_mcp_server_creation: KiloOnly[bool] = None
    fuzzy_match_threshold: KiloOnly[Number] = None
    max_concurrent_file_reads: KiloOnly[Number] = None
    max_read_file_line: KiloOnly[Number] = None
    remote_browser_enabled: KiloOnly[bool] = None
    remote_browser_host: KiloOnly[str] = None
    screenshot_quality: KiloOnly[Number] = None
    terminal_compress_progress_bar: KiloOnly[bool] = None
    terminal_output_character_limit: KiloOnly[Number] = None
    terminal_output_line_limit: KiloOnly[Number] = None
