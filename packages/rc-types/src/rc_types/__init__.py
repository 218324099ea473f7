"""Wire shapes, constants and ports of the Roo Code and Kilo Code assistants."""

__version__ = "0.1.0"

__all__ = ["__version__"]
