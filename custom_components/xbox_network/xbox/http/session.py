"""What the client needs of an HTTP session."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

import aiohttp

# What aiohttp raises while the session or the loop is being closed.
CLOSING: Final = (RuntimeError, AssertionError)


class Pending[T](Awaitable[T], AbstractAsyncContextManager[T, None], Protocol):
    """What aiohttp returns for a request: to be awaited, or used in `async with`, which releases it."""


class HttpSession(Protocol):
    """An `aiohttp.ClientSession`, or a `SignedSession` of `auth/signing.py`."""

    @property
    def request(self) -> Callable[..., Pending[aiohttp.ClientResponse]]:
        """Send a request, with the parameters of aiohttp."""

    @property
    def connector(self) -> aiohttp.BaseConnector | None:
        """The connections of the session, None after its end."""

    @property
    def trust_env(self) -> bool:
        """Whether a proxy that the environment names is used."""
