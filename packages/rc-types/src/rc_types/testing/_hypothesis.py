"""The way to Hypothesis, which only the strategies need.

The modules of strategies import without it; the first strategy that is asked for says what to install.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hypothesis import strategies as st
else:

    class _Strategies:
        def __getattr__(self, name: str) -> object:
            try:
                from hypothesis import strategies
            except ModuleNotFoundError as missing:
                problem = "strategies are made with Hypothesis, which is not installed: pip install rc-types[testing]"
                raise ModuleNotFoundError(problem, name=missing.name) from None
            return getattr(strategies, name)

    st = _Strategies()

__all__ = ["st"]
