"""One web socket to a known host, by the rules of every request: no redirect, limits of size and time."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import aiohttp

from ..endpoints import locate
from ..errors import XboxConnectionError, XboxError, XboxServiceError
from .rate_limits import pause_asked_for
from .requests import USER_AGENT
from .session import CLOSING, HttpSession

UPGRADE_SECONDS: Final = 15.0
HEARTBEAT_SECONDS: Final = 30.0
# Frames are parsed in the event loop. The longest honest one, a list of a thousand friends, has 20 KiB.
LARGEST_FRAME_BYTES: Final = 256 * 1024
_CLOSE_SECONDS: Final = 2.0  # a dead peer must not hold up the end of the program


async def open_socket(
    session: HttpSession,
    service: str,
    path: str,
    *,
    protocol: str,
    headers: Mapping[str, str],
) -> aiohttp.ClientWebSocketResponse:
    """Open a web socket with the connections of a session.

    Raises `XboxServiceError` for any other status than 101, `XboxConnectionError` without an answer.
    """
    try:
        async with asyncio.timeout(UPGRADE_SECONDS):
            return await _upgrade(session, service, path, protocol, headers)
    except aiohttp.WSServerHandshakeError as err:
        failure: XboxError = XboxServiceError(
            f"{service} answered with status {err.status}",
            service=service,
            status=err.status,
            retry_after=pause_asked_for(err.headers or {}, None),
        )
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError, *CLOSING) as err:
        failure = XboxConnectionError(
            f"{service} could not be reached ({type(err).__name__})", service=service
        )
    # raised here, as the error above holds the token
    raise failure


async def _upgrade(
    session: HttpSession,
    service: str,
    path: str,
    protocol: str,
    headers: Mapping[str, str],
) -> aiohttp.ClientWebSocketResponse:
    if session.connector is None:
        # it has no connections to share; a new session would open its own
        raise aiohttp.ClientConnectionError
    # `ws_connect` follows redirects, and only a middleware, which belongs to a session, can forbid it
    async with aiohttp.ClientSession(
        connector=session.connector,
        connector_owner=False,
        trust_env=session.trust_env,
        middlewares=(_refuse_all_but_upgrade,),
    ) as guarded:
        return await guarded.ws_connect(
            locate(service, path),
            protocols=(protocol,),
            heartbeat=HEARTBEAT_SECONDS,
            timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE_SECONDS),
            max_msg_size=LARGEST_FRAME_BYTES,
            headers={"User-Agent": USER_AGENT, **headers},
        )


async def _refuse_all_but_upgrade(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Let no redirect be followed: the token, or what it may see, must not reach another host."""
    response = await handler(request)
    if response.status == HTTPStatus.SWITCHING_PROTOCOLS:
        return response
    response.close()
    raise aiohttp.WSServerHandshakeError(
        response.request_info, (), status=response.status, headers=response.headers
    )
