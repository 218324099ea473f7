"""Upstream's names of everything but `type-fu`, by the module that holds it here. Source: types spec, section 3."""

from collections.abc import Mapping
from typing import Final

SCHEMAS: Final[Mapping[str, str]] = {
    "cli": """
        rooCliCancelCommandSchema rooCliCommandBaseSchema rooCliCommandNameSchema rooCliControlEventSchema
        rooCliControlSubtypeSchema rooCliCostSchema rooCliEventTypeSchema rooCliFinalOutputSchema
        rooCliInputCommandSchema rooCliMessageCommandSchema rooCliOutputFormatSchema rooCliPingCommandSchema
        rooCliQueueItemSchema rooCliShutdownCommandSchema rooCliStartCommandSchema rooCliStreamEventSchema
        rooCliToolResultSchema rooCliToolUseSchema
    """,
    "cloud": """
        extensionInstanceSchema organizationAllowListSchema organizationCloudSettingsSchema
        organizationDefaultSettingsSchema organizationFeaturesSchema organizationSettingsSchema shareResponseSchema
        taskBridgeCommandSchema taskBridgeEventSchema usageStatsSchema userFeaturesSchema userSettingsConfigSchema
        userSettingsDataSchema
    """,
    "codebase_index": "codebaseIndexConfigSchema codebaseIndexModelsSchema codebaseIndexProviderSchema",
    "events": "rooCodeEventsSchema taskEventSchema",
    "experiment": "experimentIdsSchema experimentsSchema",
    "followup": "followUpDataSchema suggestionItemSchema",
    "global_settings": "globalSettingsSchema rooCodeSettingsSchema",
    "history": "historyItemSchema",
    "ipc": "ackSchema ipcMessageSchema taskCommandSchema",
    "marketplace": """
        installMarketplaceItemOptionsSchema marketplaceItemSchema marketplaceItemTypeSchema mcpInstallationMethodSchema
        mcpMarketplaceItemSchema mcpParameterSchema modeMarketplaceItemSchema
    """,
    "mcp": "mcpExecutionStatusSchema",
    "message": """
        clineAskSchema clineMessageSchema clineSaySchema contextCondenseSchema contextTruncationSchema
        queuedMessageSchema tokenUsageSchema toolProgressStatusSchema
    """,
    "mode": """
        customModePromptsSchema customModesSettingsSchema customSupportPromptsSchema groupEntryArraySchema
        groupEntrySchema groupOptionsSchema modeConfigSchema promptComponentSchema
    """,
    "model": """
        modelInfoSchema modelParametersSchema reasoningEffortExtendedSchema reasoningEffortSettingSchema
        reasoningEffortWithMinimalSchema reasoningEffortsSchema serviceTierSchema verbosityLevelsSchema
    """,
    "provider_settings": """
        discriminatedProviderSettingsWithIdSchema providerNamesSchema providerNamesWithRetiredSchema
        providerSettingsEntrySchema providerSettingsSchema providerSettingsSchemaDiscriminated
        providerSettingsWithIdSchema retiredProviderNamesSchema zaiApiLineSchema
    """,
    "providers": "RooModelSchema RooModelsResponseSchema RooPricingSchema",
    "task": "taskMetadataSchema",
    "telemetry": """
        appPropertiesSchema cloudAppPropertiesSchema dynamicAppPropertiesSchema gitPropertiesSchema
        rooCodeTelemetryEventSchema staticAppPropertiesSchema taskPropertiesSchema telemetryPropertiesSchema
        telemetrySettingsSchema
    """,
    "terminal": "commandExecutionStatusSchema",
    "todo": "todoItemSchema todoStatusSchema",
    "tool": "toolGroupsSchema toolNamesSchema toolUsageSchema",
    "vscode": "languagesSchema",
    "vscode_extension_host": """
        checkoutDiffPayloadSchema checkoutRestorePayloadSchema installMarketplaceItemWithParametersPayloadSchema
    """,
}
"""Schemas by the module that holds the shape."""

CONSTANTS: Final[Mapping[str, str]] = {
    "cli": "rooCliCommandNames rooCliControlSubtypes rooCliEventTypes rooCliOutputFormats",
    "cloud": """
        ConnectionState ExtensionSocketEvents HEARTBEAT_INTERVAL_MS INSTANCE_TTL_SECONDS ORGANIZATION_ALLOW_ALL
        ORGANIZATION_DEFAULT TaskBridgeCommandName TaskBridgeEventName TaskSocketEvents
    """,
    "codebase_index": "CODEBASE_INDEX_DEFAULTS",
    "context_management": "CONTEXT_MANAGEMENT_EVENTS",
    "cookie_consent": "CONSENT_COOKIE_NAME COOKIE_CONSENT_EVENTS",
    "events": "RooCodeEventName",
    "experiment": "experimentIds",
    "global_settings": """
        DEFAULT_CHECKPOINT_TIMEOUT_SECONDS DEFAULT_TERMINAL_OUTPUT_PREVIEW_SIZE DEFAULT_WRITE_DELAY_MS EVALS_SETTINGS
        EVALS_TIMEOUT GLOBAL_SECRET_KEYS GLOBAL_SETTINGS_KEYS GLOBAL_STATE_KEYS MAX_CHECKPOINT_TIMEOUT_SECONDS
        MIN_CHECKPOINT_TIMEOUT_SECONDS SECRET_STATE_KEYS TERMINAL_PREVIEW_BYTES
    """,
    "image_generation": "IMAGE_GENERATION_MODELS IMAGE_GENERATION_MODEL_IDS",
    "ipc": "IpcMessageType IpcOrigin TaskCommandName",
    "mcp": "MAX_MCP_TOOLS_THRESHOLD",
    "message": "clineAsks clineSays idleAsks interactiveAsks nonBlockingAsks resumableAsks",
    "mode": "DEFAULT_MODES",
    "model": """
        modelParameters reasoningEffortSettingValues reasoningEfforts reasoningEffortsExtended serviceTiers
        verbosityLevels
    """,
    "provider_settings": """
        ANTHROPIC_STYLE_PROVIDERS DEFAULT_CONSECUTIVE_MISTAKE_LIMIT PROVIDER_SETTINGS_KEYS customProviders
        dynamicProviders fauxProviders internalProviders localProviders modelIdKeys modelIdKeysByProvider providerNames
        retiredProviderNames
    """,
    "providers": """
        ANTHROPIC_DEFAULT_MAX_TOKENS AWS_INFERENCE_PROFILE_MAPPING BEDROCK_1M_CONTEXT_MODEL_IDS BEDROCK_DEFAULT_CONTEXT
        BEDROCK_DEFAULT_TEMPERATURE BEDROCK_GLOBAL_INFERENCE_MODEL_IDS BEDROCK_MAX_TOKENS BEDROCK_REGIONS
        BEDROCK_SERVICE_TIER_MODEL_IDS BEDROCK_SERVICE_TIER_PRICING DEEP_SEEK_DEFAULT_TEMPERATURE
        LMSTUDIO_DEFAULT_TEMPERATURE MINIMAX_DEFAULT_MAX_TOKENS MINIMAX_DEFAULT_TEMPERATURE MISTRAL_DEFAULT_TEMPERATURE
        MODELS_BY_PROVIDER MOONSHOT_DEFAULT_TEMPERATURE OPENAI_AZURE_AI_INFERENCE_PATH OPENAI_NATIVE_DEFAULT_TEMPERATURE
        OPENROUTER_DEFAULT_PROVIDER_NAME OPEN_ROUTER_PROMPT_CACHING_MODELS OPEN_ROUTER_REASONING_BUDGET_MODELS
        OPEN_ROUTER_REQUIRED_REASONING_BUDGET_MODELS POE_DEFAULT_BASE_URL VERCEL_AI_GATEWAY_DEFAULT_TEMPERATURE
        VERCEL_AI_GATEWAY_PROMPT_CACHING_MODELS VERCEL_AI_GATEWAY_VISION_AND_TOOLS_MODELS
        VERCEL_AI_GATEWAY_VISION_ONLY_MODELS VERTEX_1M_CONTEXT_MODEL_IDS VERTEX_REGIONS ZAI_DEFAULT_TEMPERATURE
        anthropicDefaultModelId anthropicModels azureOpenAiDefaultApiVersion basetenDefaultModelId basetenModels
        bedrockDefaultModelId bedrockDefaultPromptRouterModelId bedrockModels deepSeekDefaultModelId deepSeekModels
        fireworksDefaultModelId fireworksModels geminiDefaultModelId geminiModels internationalZAiDefaultModelId
        internationalZAiModels lMStudioDefaultModelId lMStudioDefaultModelInfo litellmDefaultModelId
        litellmDefaultModelInfo mainlandZAiDefaultModelId mainlandZAiModels minimaxDefaultModelId
        minimaxDefaultModelInfo minimaxModels mistralDefaultModelId mistralModels moonshotDefaultModelId moonshotModels
        ollamaDefaultModelId ollamaDefaultModelInfo openAiCodexDefaultModelId openAiCodexModels
        openAiModelInfoSaneDefaults openAiNativeDefaultModelId openAiNativeModels openRouterDefaultModelId
        openRouterDefaultModelInfo poeDefaultModelId qwenCodeDefaultModelId qwenCodeModels requestyDefaultModelId
        requestyDefaultModelInfo rooDefaultModelId rooModels sambaNovaDefaultModelId sambaNovaModels
        unboundDefaultModelId unboundDefaultModelInfo vercelAiGatewayDefaultModelId vercelAiGatewayDefaultModelInfo
        vertexDefaultModelId vertexModels vscodeLlmDefaultModelId vscodeLlmModels xaiDefaultModelId xaiModels
        zaiApiLineConfigs
    """,
    "skills": "SKILL_NAME_MAX_LENGTH SKILL_NAME_MIN_LENGTH SKILL_NAME_REGEX SkillNameValidationError",
    "task": "TaskStatus",
    "telemetry": "EXPECTED_API_ERROR_CODES TelemetryEventName telemetrySettings",
    "tool": "deprecatedToolGroups toolGroups toolNames",
    "vscode": "codeActionIds commandIds languages terminalActionIds",
}
"""Constants and enums."""

FUNCTIONS: Final[Mapping[str, str]] = {
    "context_management": "isContextManagementEvent",
    "custom_tool": "defineCustomTool",
    "global_settings": "isGlobalStateKey isSecretStateKey",
    "image_generation": "getImageGenerationProvider",
    "mcp": "countEnabledMcpTools",
    "message": "isIdleAsk isInteractiveAsk isNonBlockingAsk isResumableAsk",
    "model": "isModelParameter",
    "provider_settings": """
        getApiProtocol getModelId isCustomProvider isDynamicProvider isFauxProvider isInternalProvider isLocalProvider
        isProviderName isRetiredProvider isTypicalProvider
    """,
    "providers": "getPoeDefaultModelInfo getProviderDefaultModelId",
    "skills": "validateSkillName",
    "telemetry": """
        extractApiProviderErrorProperties extractConsecutiveMistakeErrorProperties extractMessageFromJsonPayload
        getErrorMessage getErrorStatusCode isApiProviderError isConsecutiveMistakeError shouldReportApiErrorToTelemetry
    """,
    "tool_params": "isLegacyReadFileParams",
    "vscode": "isLanguage",
}
"""Helpers."""

TYPES: Final[Mapping[str, str]] = {
    "cloud": """
        AuthState CloudOrganization CloudOrganizationMembership CloudUserInfo ExtensionTask JWTPayload JoinResponse
        LeaveResponse RetryConfig ShareVisibility WorkspaceTaskVisibility
    """,
    "context_management": "ContextManagementEvent",
    "cookie_consent": "ConsentCookieValue",
    "custom_tool": "SerializedCustomToolDefinition SerializedCustomToolParameters",
    "embedding": "EmbedderProvider EmbeddingModelProfile EmbeddingModelProfiles",
    "followup": "FollowUpData",
    "git": "GitCommit GitRepositoryInfo",
    "global_settings": "GlobalState SecretState TerminalOutputPreviewSize",
    "image_generation": "ImageGenerationApiMethod ImageGenerationModel ImageGenerationProvider",
    "marketplace": "MarketplaceInstalledMetadata",
    "mcp": """
        EnabledMcpToolsCount McpErrorEntry McpResource McpResourceResponse McpResourceTemplate McpServer McpServerUse
        McpTool McpToolCallResponse
    """,
    "message": "IdleAsk InteractiveAsk NonBlockingAsk ResumableAsk",
    "model": "ModelRecord RouterModels",
    "provider_settings": """
        CustomProvider DynamicProvider FauxProvider InternalProvider LocalProvider ModelIdKey TypicalProvider
    """,
    "providers": """
        AnthropicModelId BasetenModelId BedrockModelId BedrockServiceTier DeepSeekModelId FireworksModelId GeminiModelId
        InternationalZAiModelId MainlandZAiModelId MinimaxModelId MistralModelId MoonshotModelId OpenAiCodexModelId
        OpenAiCodexRateLimitInfo OpenAiNativeModelId PoeDefaultModelInfo QwenCodeModelId SambaNovaModelId VertexModelId
        VscodeLlmModelId XAIModelId
    """,
    "skills": "SkillMetadata SkillNameValidationResult",
    "task": "CreateTaskOptions",
    "telemetry": "ConsecutiveMistakeReason TelemetryEvent TelemetryEventSubscription",
    "terminal": "PersistedCommandOutput",
    "tool_params": """
        Coordinate FileEntry GenerateImageParams IndentationParams LegacyReadFileParams LineRange ReadFileMode
        ReadFileParams ReadFileToolParams Size
    """,
    "vscode": "CodeActionId CodeActionName CommandId TerminalActionId TerminalActionName TerminalActionPromptType",
    "vscode_extension_host": """
        AudioType ClineApiReqCancelReason ClineApiReqInfo ClineAskResponse ClineAskUseMcpServer ClineSayTool Command
        EditQueuedMessagePayload ExtensionMessage ExtensionState IndexClearedPayload IndexingStatus
        IndexingStatusPayload IndexingStatusUpdateMessage LanguageModelChatSelector OpenAiCodexRateLimitsMessage
        RequestOpenAiCodexRateLimitsMessage UpdateTodoListPayload WebViewMessagePayload WebviewMessage
    """,
    "worktree": """
        BranchInfo CreateWorktreeOptions Worktree WorktreeDefaultsResponse WorktreeIncludeStatus WorktreeListResponse
        WorktreeResult
    """,
}
"""Types and interfaces that describe data and have no schema."""

BEHAVIOURS: Final[Mapping[str, str]] = {
    "api": "RooCodeAPI RooCodeAPIEvents RooCodeIpcServer",
    "cloud": "AuthService AuthServiceEvents CloudServiceEvents SettingsService SettingsServiceEvents",
    "custom_tool": "CustomToolContext CustomToolDefinition CustomToolParametersSchema TypedCustomToolDefinition",
    "ipc": "IpcClientEvents IpcServerEvents",
    "task": "TaskEvents TaskLike TaskProviderEvents TaskProviderLike",
    "telemetry": "ApiProviderError ConsecutiveMistakeError TelemetryClient TelemetryPropertiesProvider",
}
"""Interfaces with methods, event maps and exceptions: nothing that crosses a wire."""

PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "checkoutDiffPayloadSchema": ("vscode_extension_host", "CheckpointDiffPayload"),
    "checkoutRestorePayloadSchema": ("vscode_extension_host", "CheckpointRestorePayload"),
    "discriminatedProviderSettingsWithIdSchema": ("provider_profiles", "DiscriminatedProviderSettingsWithId"),
    "experimentIdsSchema": ("experiment", "ExperimentId"),
    "followUpDataSchema": ("followup", "FollowUpDataType"),
    "groupEntryArraySchema": ("mode", "GroupEntries"),
    "languagesSchema": ("vscode", "Language"),
    "modelParametersSchema": ("model", "ModelParameter"),
    "providerNamesSchema": ("provider_settings", "ProviderName"),
    "providerNamesWithRetiredSchema": ("provider_settings", "ProviderNameWithRetired"),
    "providerSettingsSchemaDiscriminated": ("provider_profiles", "DiscriminatedProviderSettings"),
    "reasoningEffortsSchema": ("model", "ReasoningEffort"),
    "retiredProviderNamesSchema": ("provider_settings", "RetiredProviderName"),
    "telemetrySettingsSchema": ("telemetry", "TelemetrySetting"),
    "toolGroupsSchema": ("tool", "ToolGroup"),
    "toolNamesSchema": ("tool", "ToolName"),
    "verbosityLevelsSchema": ("model", "VerbosityLevel"),
}
"""Schemas whose shape does not have the schema's name, because upstream's type has another one."""

NO_TYPES: Final = """
    DiscriminatedProviderSettings DiscriminatedProviderSettingsWithId GroupEntries ReasoningEffortSetting RooPricing
"""
"""Shapes of schemas for which upstream declares no type; the names are ours."""

ANY_FLAVOR: Final[Mapping[str, str]] = {
    "ClineAsk": "AnyAsk",
    "ClineSay": "AnySay",
    "Language": "AnyLanguage",
    "ProviderName": "AnyProvider",
    "ProviderNameWithRetired": "AnyProviderWithRetired",
    "ToolGroup": "AnyToolGroup",
    "ToolName": "AnyToolName",
    "VerbosityLevel": "AnyVerbosityLevel",
}
"""Sets of names that products do not agree on: where upstream's are declared, and all products'."""
