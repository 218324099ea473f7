"""Client and server of the assistant's local control socket."""

__version__ = "0.1.0"

__all__ = ["__version__"]
