"""Messages from the assistant to the user interface, or the command line in its place. Source: types spec 3.31."""

from typing import Literal, TypeAlias

from rc_types._base import Nullish, Omittable, WireModel
from rc_types._extension_parts import (
    AggregatedCosts,
    CheckpointWarning,
    Command,
    CommandSearchResult,
    FileContent,
    FileSearchResult,
    LanguageModelChatSelector,
    OpenedTab,
)
from rc_types._extension_state import PartialExtensionState
from rc_types._scalars import Array, Json, JsonRecord, Number, Record
from rc_types.cloud import CloudUserInfo, OrganizationAllowList, ShareVisibility
from rc_types.custom_tool import SerializedCustomToolDefinition
from rc_types.events import ModeInfo
from rc_types.git import GitCommit
from rc_types.history import HistoryItem
from rc_types.marketplace import MarketplaceInstalledMetadata, MarketplaceItem
from rc_types.mcp import McpServer
from rc_types.message import ClineMessage, QueuedMessage
from rc_types.mode import ModeConfig
from rc_types.model import ModelRecord
from rc_types.provider_settings import ProviderSettingsEntry
from rc_types.skills import SkillMetadata
from rc_types.worktree import Worktree, WorktreeIncludeStatus, WorktreeResult

ExtensionMessageType: TypeAlias = Literal[
    "action",
    "state",
    "taskHistoryUpdated",
    "taskHistoryItemUpdated",
    "selectedImages",
    "theme",
    "workspaceUpdated",
    "invoke",
    "messageUpdated",
    "mcpServers",
    "enhancedPrompt",
    "commitSearchResults",
    "listApiConfig",
    "routerModels",
    "openAiModels",
    "ollamaModels",
    "lmStudioModels",
    "vsCodeLmModels",
    "vsCodeLmApiAvailable",
    "updatePrompt",
    "systemPrompt",
    "autoApprovalEnabled",
    "updateCustomMode",
    "deleteCustomMode",
    "exportModeResult",
    "importModeResult",
    "checkRulesDirectoryResult",
    "deleteCustomModeCheck",
    "currentCheckpointUpdated",
    "checkpointInitWarning",
    "ttsStart",
    "ttsStop",
    "fileSearchResults",
    "toggleApiConfigPin",
    "acceptInput",
    "setHistoryPreviewCollapsed",
    "commandExecutionStatus",
    "mcpExecutionStatus",
    "vsCodeSetting",
    "authenticatedUser",
    "condenseTaskContextStarted",
    "condenseTaskContextResponse",
    "singleRouterModelFetchResponse",
    "rooCreditBalance",
    "indexingStatusUpdate",
    "indexCleared",
    "codebaseIndexConfig",
    "marketplaceInstallResult",
    "marketplaceRemoveResult",
    "marketplaceData",
    "shareTaskSuccess",
    "codeIndexSettingsSaved",
    "codeIndexSecretStatus",
    "showDeleteMessageDialog",
    "showEditMessageDialog",
    "commands",
    "insertTextIntoTextarea",
    "dismissedUpsells",
    "organizationSwitchResult",
    "interactionRequired",
    "customToolsResult",
    "modes",
    "taskWithAggregatedCosts",
    "openAiCodexRateLimits",
    "worktreeList",
    "worktreeResult",
    "worktreeCopyProgress",
    "branchList",
    "worktreeDefaults",
    "worktreeIncludeStatus",
    "branchWorktreeIncludeResult",
    "folderSelected",
    "skills",
    "fileContent",
]
"""What the assistant tells, in the order of upstream."""


class ExtensionMessage(WireModel):
    """One message of any kind; each kind uses a few of the members."""

    type: ExtensionMessageType
    text: Omittable[str] = None
    file_content: Omittable[FileContent] = None
    payload: Json = None
    checkpoint_warning: Omittable[CheckpointWarning] = None
    action: Omittable[
        Literal[
            "chatButtonClicked",
            "settingsButtonClicked",
            "historyButtonClicked",
            "marketplaceButtonClicked",
            "cloudButtonClicked",
            "didBecomeVisible",
            "focusInput",
            "switchTab",
            "toggleAutoApprove",
        ]
    ] = None
    invoke: Omittable[
        Literal["newChat", "sendMessage", "primaryButtonClick", "secondaryButtonClick", "setChatBoxMessage"]
    ] = None
    state: Omittable[PartialExtensionState] = None
    """What changed; a whole state is fine too."""
    images: Omittable[Array[str]] = None
    """Data URIs."""
    file_paths: Omittable[Array[str]] = None
    opened_tabs: Omittable[Array[OpenedTab]] = None
    cline_message: Omittable[ClineMessage] = None
    router_models: Omittable[Record[ModelRecord]] = None
    """By provider: every provider that lists its models itself is there, if only with none."""
    open_ai_models: Omittable[Array[str]] = None
    """Ids."""
    ollama_models: Omittable[ModelRecord] = None
    lm_studio_models: Omittable[ModelRecord] = None
    vs_code_lm_models: Omittable[Array[LanguageModelChatSelector]] = None
    mcp_servers: Omittable[Array[McpServer]] = None
    commits: Omittable[Array[GitCommit]] = None
    list_api_config: Omittable[Array[ProviderSettingsEntry]] = None
    mode: Omittable[str] = None
    custom_mode: Omittable[ModeConfig] = None
    slug: Omittable[str] = None
    success: Omittable[bool] = None
    values: Omittable[JsonRecord] = None
    request_id: Omittable[str] = None
    prompt_text: Omittable[str] = None
    results: Omittable[Array[FileSearchResult] | Array[CommandSearchResult]] = None
    error: Omittable[str] = None
    setting: Omittable[str] = None
    value: Json = None
    has_content: Omittable[bool] = None
    items: Omittable[Array[MarketplaceItem]] = None
    user_info: Omittable[CloudUserInfo] = None
    organization_allow_list: Omittable[OrganizationAllowList] = None
    tab: Omittable[str] = None
    marketplace_items: Omittable[Array[MarketplaceItem]] = None
    organization_mcps: Omittable[Array[MarketplaceItem]] = None
    marketplace_installed_metadata: Omittable[MarketplaceInstalledMetadata] = None
    errors: Omittable[Array[str]] = None
    visibility: Omittable[ShareVisibility] = None
    rules_folder_path: Omittable[str] = None
    settings: Json = None
    message_ts: Omittable[Number] = None
    """The chat message that is meant."""
    has_checkpoint: Omittable[bool] = None
    context: Omittable[str] = None
    commands: Omittable[Array[Command]] = None
    queued_messages: Omittable[Array[QueuedMessage]] = None
    list: Omittable[Array[str]] = None
    organization_id: Nullish[str] = None
    """`null` for the personal account."""
    tools: Omittable[Array[SerializedCustomToolDefinition]] = None
    skills: Omittable[Array[SkillMetadata]] = None
    modes: Omittable[Array[ModeInfo]] = None
    aggregated_costs: Omittable[AggregatedCosts] = None
    history_item: Omittable[HistoryItem] = None
    task_history: Omittable[Array[HistoryItem]] = None
    task_history_item: Omittable[HistoryItem] = None
    worktrees: Omittable[Array[Worktree]] = None
    is_git_repo: Omittable[bool] = None
    is_multi_root: Omittable[bool] = None
    is_subfolder: Omittable[bool] = None
    git_root_path: Omittable[str] = None
    worktree_result: Omittable[WorktreeResult] = None
    local_branches: Omittable[Array[str]] = None
    remote_branches: Omittable[Array[str]] = None
    current_branch: Omittable[str] = None
    suggested_branch: Omittable[str] = None
    suggested_path: Omittable[str] = None
    worktree_include_exists: Omittable[bool] = None
    worktree_include_status: Omittable[WorktreeIncludeStatus] = None
    has_gitignore: Omittable[bool] = None
    gitignore_content: Omittable[str] = None
    branch: Omittable[str] = None
    has_worktree_include: Omittable[bool] = None
    copy_progress_bytes_copied: Omittable[Number] = None
    copy_progress_total_bytes: Omittable[Number] = None
    copy_progress_item_name: Omittable[str] = None
    path: Omittable[str] = None
