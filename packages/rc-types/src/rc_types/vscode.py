"""Names that the assistant registers with the editor, and its languages. Source: types spec 3.32."""

from typing import Annotated, Final, Literal, TypeAlias, TypeGuard, get_args

from rc_types._flavors import Vocabulary

CodeActionId: TypeAlias = Literal["explainCode", "fixCode", "improveCode", "addToContext", "newTask"]
"""An action on selected code."""

CodeActionName: TypeAlias = Literal["EXPLAIN", "FIX", "IMPROVE", "ADD_TO_CONTEXT", "NEW_TASK"]
"""The prompt that such an action uses."""

TerminalActionId: TypeAlias = Literal["terminalAddToContext", "terminalFixCommand", "terminalExplainCommand"]
"""An action on the contents of a terminal."""

TerminalActionName: TypeAlias = Literal["ADD_TO_CONTEXT", "FIX", "EXPLAIN"]
"""What such an action is about."""

TerminalActionPromptType: TypeAlias = Literal["TERMINAL_ADD_TO_CONTEXT", "TERMINAL_FIX", "TERMINAL_EXPLAIN"]
"""The prompt that such an action uses."""

CommandId: TypeAlias = Literal[
    "activationCompleted",
    "plusButtonClicked",
    "historyButtonClicked",
    "marketplaceButtonClicked",
    "popoutButtonClicked",
    "cloudButtonClicked",
    "settingsButtonClicked",
    "openInNewTab",
    "newTask",
    "setCustomStoragePath",
    "importSettings",
    "focusInput",
    "acceptInput",
    "focusPanel",
    "toggleAutoApprove",
]
"""A command of the editor."""

Language: TypeAlias = Literal[
    "ca",
    "de",
    "en",
    "es",
    "fr",
    "hi",
    "id",
    "it",
    "ja",
    "ko",
    "nl",
    "pl",
    "pt-BR",
    "ru",
    "tr",
    "vi",
    "zh-CN",
    "zh-TW",
]
"""A language by its code, in the exact case."""

AnyLanguage: TypeAlias = Annotated[Language | str, Vocabulary("languages")]
"""A language of any product's assistant."""

CODE_ACTION_IDS: Final[tuple[CodeActionId, ...]] = get_args(CodeActionId)
TERMINAL_ACTION_IDS: Final[tuple[TerminalActionId, ...]] = get_args(TerminalActionId)
COMMAND_IDS: Final[tuple[CommandId, ...]] = get_args(CommandId)
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def is_language(code: str) -> TypeGuard[Language]:
    """Return whether the assistant speaks the language."""
    return code in LANGUAGES
