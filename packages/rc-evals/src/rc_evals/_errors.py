"""What can go wrong, and what the caller can do about it.

EvalsError
├── UsageError                    2  the request itself is wrong; say it differently
│   ├── UnknownSuiteError
│   ├── UnknownAgentError
│   ├── UnknownLanguageError
│   ├── UnknownRunError
│   ├── RunOverError                 there is nothing left of the run to work on, or to cancel
│   ├── BrokenSuiteError             a suite or an exercise of it cannot be used as it is
│   ├── BrokenExportError            a file that is to be imported is damaged, or none of ours
│   └── ImportedRunError             the run was imported: nobody can work on it here
└── InfrastructureError           3  the request is fine; this machine cannot serve it now
    ├── HomeError                    the data folder cannot be used
    ├── DiskError                    the disk of the data folder is full, or failed; the run stops and can be resumed
    ├── StoreError                   the database is damaged, foreign, too old or too new
    ├── RunBusyError                 another controller works on the run
    ├── ControllerError              the process that was to work on a run ended at once
    ├── SandboxUnavailableError      no sandbox of the wanted kind
    ├── SandboxStartError            a sandboxed process could not be started
    ├── AgentUnavailableError        something that the agent stands on is not installed
    ├── ToolchainError               a language's tools could not be prepared
    ├── SuiteChangedError            an exercise is no longer what it was when the run began
    └── NothingRunnableError         no selected exercise can run here

The number is the exit code of the command line. Every message is one line: what is wrong, where, and what to do.
"""

from typing import ClassVar


class EvalsError(Exception):
    """Root of everything that rc_evals raises on purpose."""

    exit_code: ClassVar[int] = 3


class UsageError(EvalsError):
    """The request is wrong; repeating it unchanged cannot help."""

    exit_code = 2


class UnknownSuiteError(UsageError):
    """There is no suite of this name, and no folder of this path."""


class UnknownAgentError(UsageError):
    """There is no agent of this name, or an argument of it is wrong."""


class UnknownLanguageError(UsageError):
    """No language of this name is known, or the suite has none of it."""


class UnknownRunError(UsageError):
    """The store holds no such run or task."""


class RunOverError(UsageError):
    """The run has ended; nothing can be done with it but to look at it, or to run it again."""


class BrokenSuiteError(UsageError):
    """A suite, or an exercise of it, lacks what it needs or is damaged."""


class BrokenExportError(UsageError):
    """A file that is to be imported is damaged, of a newer version, or not one of ours."""


class ImportedRunError(UsageError):
    """The run was imported: it is a record of work elsewhere, and cannot be worked on here."""


class InfrastructureError(EvalsError):
    """The request is fine; this machine cannot serve it now."""


class HomeError(InfrastructureError):
    """The data folder cannot be read or written."""


class DiskError(InfrastructureError):
    """The disk of the data folder is full, cannot be written, or failed: nothing that an attempt comes to is sure."""


class StoreError(InfrastructureError):
    """The database is damaged, foreign, too old or too new."""


class RunBusyError(InfrastructureError):
    """Another controller holds the run."""


class ControllerError(InfrastructureError):
    """The process that was to work on a run ended before it did; the run is as it was."""


class SandboxUnavailableError(InfrastructureError):
    """No sandbox of the wanted kind can be had on this machine."""


class SandboxStartError(InfrastructureError):
    """A sandboxed process could not be started; the attempt may be tried again."""


class AgentUnavailableError(InfrastructureError):
    """Something that the agent stands on is not installed."""


class ToolchainError(InfrastructureError):
    """The tools of a language could not be prepared."""


class SuiteChangedError(InfrastructureError):
    """A file of a suite is no longer what it was when the run began; the exercise cannot be given or tested now."""


class NothingRunnableError(InfrastructureError):
    """No selected exercise can run on this machine."""
