"""Client and server of the assistant's local control socket."""

from rc_ipc._errors import FrameTooLargeError, ProtocolViolationError

__version__ = "0.1.0"

__all__ = ["FrameTooLargeError", "ProtocolViolationError", "__version__"]
