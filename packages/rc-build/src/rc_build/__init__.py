"""Build and release tools for the rc packages."""

__version__ = "0.1.0"

__all__ = ["__version__"]
