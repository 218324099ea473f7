"""What the rules of all ports are made of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator

T = TypeVar("T")

PATIENCE: Final = 5.0
"""Seconds after which a rule gives up on what has to happen."""

Opens: TypeAlias = Callable[[], AbstractAsyncContextManager[T]]
"""Opens what is to be tested. Called twice within a rule, it opens the same data, connection or account again; between
rules everything has to be as at first."""

Rule: TypeAlias = Callable[[Opens[T]], Coroutine[Any, Any, None]]
"""One promise of a port, as a check of a provider: returns when it is kept, raises ContractError when it is broken."""


class ContractError(AssertionError):
    """A provider does not do what its port promises; the text says what happened instead."""


def demand(kept: object, otherwise: str) -> None:
    """Raise ContractError with the sentence unless the first argument is true."""
    if not kept:
        raise ContractError(otherwise)


async def soon(awaited: Awaitable[T], otherwise: str) -> T:
    """Wait no longer than PATIENCE; raises ContractError with the sentence after that."""
    limit = asyncio.timeout(PATIENCE)
    try:
        async with limit:
            return await awaited
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise ContractError(f"{otherwise} within {PATIENCE:g} s") from error


@contextmanager
def never_raising(what: str) -> Generator[None]:
    """Turn whatever the block raises into a ContractError that names what must not raise."""
    try:
        yield
    except ContractError:
        raise
    except Exception as error:
        raise ContractError(f"{what} raised {type(error).__name__}: {error}") from error


@contextmanager
def refusing(what: str, kinds: tuple[type[Exception], ...] = (Exception,)) -> Generator[None]:
    """Raise ContractError unless the block raises one of the kinds."""
    try:
        yield
    except ContractError:
        raise
    except kinds:
        return
    raise ContractError(f"{what} was taken without a word")
