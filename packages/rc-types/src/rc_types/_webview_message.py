"""Messages from the user interface, or the command line in its place, to the assistant. Source: types spec 3.31."""

from typing import Annotated, Literal, TypeAlias

from rc_types._base import Nullish, Omittable, Secret, WireModel, spelled
from rc_types._flavors import Vocabulary
from rc_types._scalars import Array, Json, JsonRecord, Number
from rc_types._webview_payloads import WebViewMessagePayload
from rc_types._webview_types import WebviewMessageType
from rc_types.cloud import ShareVisibility
from rc_types.codebase_index import AnyEmbedderProvider
from rc_types.global_settings import RooCodeSettings
from rc_types.marketplace import InstallMarketplaceItemOptions, MarketplaceItem
from rc_types.mode import ModeConfig, PromptComponent
from rc_types.provider_settings import ProviderSettings
from rc_types.task import TaskId

ClineAskResponse: TypeAlias = Literal["yesButtonClicked", "noButtonClicked", "messageResponse", "objectResponse"]
"""How the user answers an ask."""

AudioType: TypeAlias = Literal["notification", "celebration", "progress_loop"]
"""A sound of the assistant."""


class MarketplaceFilters(WireModel):
    """Which items of the marketplace to show."""

    type: Omittable[str] = None
    search: Omittable[str] = None
    tags: Omittable[Array[str]] = None


class CodeIndexSettings(WireModel):
    """All settings of the code index, stored together or not at all."""

    codebase_index_enabled: bool
    codebase_index_qdrant_url: str
    codebase_index_embedder_provider: AnyEmbedderProvider
    codebase_index_embedder_base_url: Omittable[str] = None
    codebase_index_embedder_model_id: str
    codebase_index_embedder_model_dimension: Omittable[Number] = None
    codebase_index_open_ai_compatible_base_url: Omittable[str] = None
    codebase_index_bedrock_region: Omittable[str] = None
    codebase_index_bedrock_profile: Omittable[str] = None
    codebase_index_search_max_results: Omittable[Number] = None
    codebase_index_search_min_score: Omittable[Number] = None
    codebase_index_open_router_specific_provider: Omittable[str] = None
    code_index_open_ai_key: Secret = None
    code_index_qdrant_api_key: Secret = None
    codebase_index_open_ai_compatible_api_key: Secret = None
    codebase_index_gemini_api_key: Secret = None
    codebase_index_mistral_api_key: Secret = None
    codebase_index_vercel_ai_gateway_api_key: Secret = None
    codebase_index_open_router_api_key: Secret = None


class WebviewMessage(WireModel):
    """One message of any kind; each kind uses a few of the members, and the host ignores the others."""

    type: WebviewMessageType
    text: Omittable[str] = None
    task_id: Omittable[TaskId] = None
    edited_message_content: Omittable[str] = None
    tab: Omittable[Literal["settings", "history", "mcp", "modes", "chat", "marketplace", "cloud"]] = None
    disabled: Omittable[bool] = None
    context: Omittable[str] = None
    data_uri: Omittable[str] = None
    """An image."""
    ask_response: Omittable[Annotated[ClineAskResponse | str, Vocabulary("clineAskResponses")]] = None
    api_configuration: Omittable[ProviderSettings] = None
    images: Omittable[Array[str]] = None
    """Data URIs."""
    bool_: Annotated[Omittable[bool], spelled("bool")] = None
    value: Omittable[Number] = None
    step_index: Omittable[Number] = None
    is_launch_action: Omittable[bool] = None
    force_show: Omittable[bool] = None
    commands: Omittable[Array[str]] = None
    audio_type: Omittable[AudioType] = None
    server_name: Omittable[str] = None
    tool_name: Omittable[str] = None
    always_allow: Omittable[bool] = None
    is_enabled: Omittable[bool] = None
    mode: Omittable[str] = None
    prompt_mode: Omittable[str] = None
    """Slug of the mode whose prompt is meant, or `enhance`."""
    custom_prompt: Omittable[PromptComponent] = None
    data_urls: Omittable[Array[str]] = None
    """Images."""
    values: Omittable[JsonRecord] = None
    query: Omittable[str] = None
    setting: Omittable[str] = None
    slug: Omittable[str] = None
    mode_config: Omittable[ModeConfig] = None
    timeout: Omittable[Number] = None
    """Seconds."""
    payload: Omittable[WebViewMessagePayload] = None
    source: Omittable[Literal["global", "project"]] = None
    skill_name: Omittable[str] = None
    skill_mode: Omittable[str] = None
    """Deprecated: hosts of today read `skill_mode_slugs`."""
    new_skill_mode: Omittable[str] = None
    """Deprecated: hosts of today read `new_skill_mode_slugs`."""
    skill_description: Omittable[str] = None
    skill_mode_slugs: Omittable[Array[str]] = None
    new_skill_mode_slugs: Omittable[Array[str]] = None
    request_id: Omittable[str] = None
    ids: Omittable[Array[str]] = None
    terminal_operation: Omittable[Literal["continue", "abort"]] = None
    message_ts: Omittable[Number] = None
    """The chat message that is meant."""
    restore_checkpoint: Omittable[bool] = None
    history_preview_collapsed: Omittable[bool] = None
    filters: Omittable[MarketplaceFilters] = None
    settings: Json = None
    url: Omittable[str] = None
    mp_item: Omittable[MarketplaceItem] = None
    mp_install_options: Omittable[InstallMarketplaceItemOptions] = None
    config: Omittable[JsonRecord] = None
    visibility: Omittable[ShareVisibility] = None
    has_content: Omittable[bool] = None
    check_only: Omittable[bool] = None
    upsell_id: Omittable[str] = None
    list: Omittable[Array[str]] = None
    organization_id: Nullish[str] = None
    """`null` for the personal account."""
    use_provider_signup: Omittable[bool] = None
    code_index_settings: Omittable[CodeIndexSettings] = None
    updated_settings: Omittable[RooCodeSettings] = None
    """The settings that change."""
    task_configuration: Omittable[RooCodeSettings] = None
    """Settings for the new task."""
    worktree_path: Omittable[str] = None
    worktree_branch: Omittable[str] = None
    worktree_base_branch: Omittable[str] = None
    worktree_create_new_branch: Omittable[bool] = None
    worktree_force: Omittable[bool] = None
    worktree_new_window: Omittable[bool] = None
    worktree_include_content: Omittable[str] = None
