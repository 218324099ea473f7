"""Wire shapes, constants and ports of the Roo Code and Kilo Code assistants.

The modules are the face of this package: `rc_types.events`, `rc_types.ipc`, `rc_types.message` and so on, each named
after the upstream module whose shapes it holds. Only what every caller needs is here.
"""

from rc_types._errors import InvalidWireError, ProviderMissingError, TaskLinkMissingError, WireProblem

__version__ = "0.1.0"

__all__ = ["InvalidWireError", "ProviderMissingError", "TaskLinkMissingError", "WireProblem", "__version__"]
