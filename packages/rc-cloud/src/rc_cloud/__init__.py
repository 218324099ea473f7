"""Client of the Roo Code cloud."""

__version__ = "0.1.0"

__all__ = ["__version__"]
