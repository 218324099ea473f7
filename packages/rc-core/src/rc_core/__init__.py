"""Tool-box for host programs of the assistants."""

__version__ = "0.1.0"

__all__ = ["__version__"]
