"""Evaluate coding agents on real exercises, safely, on one machine."""

from rc_evals._errors import (
    AgentUnavailableError,
    BrokenExportError,
    BrokenSuiteError,
    DiskError,
    EvalsError,
    HomeError,
    ImportedRunError,
    InfrastructureError,
    NothingRunnableError,
    RunBusyError,
    SandboxStartError,
    SandboxUnavailableError,
    StoreError,
    SuiteChangedError,
    ToolchainError,
    UnknownAgentError,
    UnknownLanguageError,
    UnknownRunError,
    UnknownSuiteError,
    UsageError,
)
from rc_evals.home import Home, resolve_home
from rc_evals.outcomes import EndReason, Outcome

__version__ = "0.1.0"

__all__ = [
    "AgentUnavailableError",
    "BrokenExportError",
    "BrokenSuiteError",
    "DiskError",
    "EndReason",
    "EvalsError",
    "Home",
    "HomeError",
    "ImportedRunError",
    "InfrastructureError",
    "NothingRunnableError",
    "Outcome",
    "RunBusyError",
    "SandboxStartError",
    "SandboxUnavailableError",
    "StoreError",
    "SuiteChangedError",
    "ToolchainError",
    "UnknownAgentError",
    "UnknownLanguageError",
    "UnknownRunError",
    "UnknownSuiteError",
    "UsageError",
    "__version__",
    "resolve_home",
]
