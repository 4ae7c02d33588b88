"""Errors that leave the client keep no answer and no token alive: not behind them, not in their tracebacks."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator

import aiohttp
import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient, XboxError
from custom_components.xbox_network.xbox.http.backoff import Backoff
from custom_components.xbox_network.xbox.http.sockets import open_socket
from custom_components.xbox_network.xbox.images import picture
from tests.client.conftest import (
    CATALOG,
    CONSOLES,
    DAY,
    FRIEND,
    HOUR,
    LIVE,
    OWNER,
    PEOPLE,
    PRESENCE,
    PROFILE,
    TITLES,
    USER_AUTH,
    XSTS,
)
from tests.client.test_secrets import FAULTS, leaked
from tests.helpers.client.listener import REALTIME
from tests.simulator import Simulator

IMAGES = "images-eds-ssl.xboxlive.com"
SECRET_BODY = json.dumps({"Token": "secret", "access_token": "secret", "people": 1, "x": OWNER})
MORE_FAULTS: tuple[dict[str, object], ...] = (
    *FAULTS,
    {"body": SECRET_BODY.encode()},
    {"body": SECRET_BODY[:-1].encode()},
    {"status": 403, "body": SECRET_BODY[:-1].encode()},
    {"body": f'[[["secret {OWNER}'.encode() + b"[" * 5000},
    {"headers": {"x-xbl-servicedefault": "presence"}},
)


def behind(err: BaseException) -> Iterator[BaseException]:
    """Yield every error that an error keeps alive."""
    for other in (err.__context__, err.__cause__):
        if other is not None:
            yield other
            yield from behind(other)


def calls(account: AuthenticationManager) -> dict[str, Callable[[], Awaitable[object]]]:
    """Return a request to each host."""
    client = XboxClient(account)
    gamerpic = picture(f"https://{IMAGES}/image?url={OWNER}")
    assert gamerpic
    assert account.xsts_token
    headers = {"Authorization": account.xsts_token.authorization_header_value}
    return {
        LIVE: account.refresh_oauth_token,
        USER_AUTH: account.request_user_token,
        XSTS: account.request_xsts_token,
        PEOPLE: lambda: client.people.batch([OWNER]),
        PRESENCE: lambda: client.presence.batch([OWNER]),
        PROFILE: lambda: client.profile.by_gamertag("Nova Kestrel"),
        TITLES: lambda: client.titles.info(OWNER, "1900000001"),
        CONSOLES: client.consoles.consoles,
        CATALOG: lambda: client.catalog.products(["A"]),
        IMAGES: lambda: client.fetch(gamerpic),
        REALTIME: lambda: open_socket(
            account.session, REALTIME, "/connect", protocol="rta", headers=headers
        ),
    }


async def caught(call: Callable[[], Awaitable[object]]) -> XboxError | None:
    """Return the error of a call; any error but one of the client's fails the test."""
    try:
        await call()
    except XboxError as err:
        return err
    return None


@pytest.mark.parametrize(
    "host",
    [LIVE, USER_AUTH, XSTS, PEOPLE, PRESENCE, PROFILE, TITLES, CONSOLES, CATALOG, IMAGES, REALTIME],
)
async def test_nothing_is_behind_an_error(
    account: AuthenticationManager,
    session: aiohttp.ClientSession,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    host: str,
) -> None:
    """Behind an error there is at most another one of the client; none holds a secret."""
    call = calls(account)[host]
    errors = []
    for fault in MORE_FAULTS:
        simulator.fail(host, times=None, **fault)  # type: ignore[arg-type]
        if err := await caught(call):
            errors.append(err)
        simulator.heal()
        freezer.tick(HOUR)
    await session.close()
    if err := await caught(call):
        errors.append(err)
    assert len(errors) > 8
    for err in errors:
        held = [err, *behind(err)]
        assert all(isinstance(it, XboxError) for it in held), held
        shown = "".join(repr(it) + repr(vars(it)) for it in held)
        assert leaked(shown, simulator, account) == set()


async def test_nothing_is_behind_a_bad_header(account: AuthenticationManager) -> None:
    """An error about a header does not hold the header, neither of a request nor of the push connection."""
    headers = {"Authorization": "XBL3.0 x=1;secret\r\n"}
    for call in (
        lambda: account.http.send(PEOPLE, "GET", "/", headers=headers),
        lambda: open_socket(account.session, REALTIME, "/connect", protocol="rta", headers=headers),
    ):
        err = await caught(call)
        assert err
        assert list(behind(err)) == []


@pytest.mark.parametrize(
    "fault", [{"body": SECRET_BODY[1:].encode()}, {"status": 500}, {"cut": True}]
)
@pytest.mark.parametrize("host", [LIVE, USER_AUTH, XSTS, PEOPLE, PRESENCE])
async def test_traceback_of_a_kept_error(
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    host: str,
    fault: dict[str, object],
) -> None:
    """The traceback of a kept error has its lines, but no answer and no token in its variables."""
    client = XboxClient(account)
    freezer.tick(20 * DAY)  # every token has expired
    simulator.fail(host, times=None, **fault)  # type: ignore[arg-type]
    backoff = Backoff()
    try:
        await client.people.batch([FRIEND])
        await client.presence.batch([FRIEND])
    except XboxError as err:
        backoff.failed(err, 0.0)
    assert backoff.error
    step = backoff.error.__traceback__
    functions = []
    while step := step and step.tb_next:  # the first is this test
        functions.append(step.tb_frame.f_code.co_name)
        assert step.tb_frame.f_locals == {}
    assert functions[0] == "batch"


async def test_error_is_kept_while_its_functions_run(
    account: AuthenticationManager, simulator: Simulator
) -> None:
    """Functions that still run keep their variables: parallel callers, and whoever handles the error."""
    simulator.fail(PEOPLE, status=500, times=2)
    client = XboxClient(account)

    async def asks_twice(xuid: str) -> set[str]:
        err = await caught(lambda: client.people.batch([xuid]))
        assert err
        Backoff().failed(err, 0.0)
        return set(await client.people.batch([xuid]))

    async with asyncio.TaskGroup() as group:
        asking = [group.create_task(asks_twice(xuid)) for xuid in (OWNER, FRIEND)]
    assert [task.result() for task in asking] == [{OWNER}, {FRIEND}]
