"""Names of models, one alias per table. Source: types spec 3.35.

Upstream these are the literal keys of the tables. Peers are newer or older than this package, so here they are any
text; `rc_types.providers.catalogue` knows the keys.
"""

from typing import Literal, TypeAlias

AnthropicModelId: TypeAlias = str
"""A key of `anthropicModels`."""
BasetenModelId: TypeAlias = str
"""A key of `basetenModels`."""
BedrockModelId: TypeAlias = str
"""A key of `bedrockModels`."""
DeepSeekModelId: TypeAlias = str
"""A key of `deepSeekModels`."""
FireworksModelId: TypeAlias = str
"""A key of `fireworksModels`."""
GeminiModelId: TypeAlias = str
"""A key of `geminiModels`."""
InternationalZAiModelId: TypeAlias = str
"""A key of `internationalZAiModels`."""
MainlandZAiModelId: TypeAlias = str
"""A key of `mainlandZAiModels`."""
MinimaxModelId: TypeAlias = str
"""A key of `minimaxModels`."""
MistralModelId: TypeAlias = str
"""A key of `mistralModels`."""
MoonshotModelId: TypeAlias = str
"""A key of `moonshotModels`."""
OpenAiCodexModelId: TypeAlias = str
"""A key of `openAiCodexModels`."""
OpenAiNativeModelId: TypeAlias = str
"""A key of `openAiNativeModels`."""
QwenCodeModelId: TypeAlias = str
"""A key of `qwenCodeModels`."""
SambaNovaModelId: TypeAlias = str
"""A key of `sambaNovaModels`."""
VertexModelId: TypeAlias = str
"""A key of `vertexModels`."""
VscodeLlmModelId: TypeAlias = str
"""A key of `vscodeLlmModels`."""
XAIModelId: TypeAlias = str
"""A key of `xaiModels`."""

BedrockServiceTier: TypeAlias = Literal["STANDARD", "FLEX", "PRIORITY"]
"""How Amazon Bedrock schedules and charges a request; `BEDROCK_SERVICE_TIER_PRICING` has the multipliers of prices."""
