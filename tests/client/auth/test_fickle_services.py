"""Services that refuse a token now and accept it then: each refusal is no reason for a new token."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.errors import XboxServiceError
from tests.client.conftest import (
    HOUR,
    LIVE,
    OWNER,
    PEOPLE,
    PRESENCE,
    STARFALL_DRIFT,
    USER_AUTH,
    XSTS,
    asked,
)
from tests.simulator import Simulator

POLL = 10.0
# two at once, one a minute for ten minutes, then one in five minutes
MOST_AN_HOUR = 2 + 10 + 10


async def polls(
    client: XboxClient,
    freezer: FrozenDateTimeFactory,
    before: Callable[[int], Awaitable[None]],
    seconds: float = HOUR,
) -> None:
    """Look at the presence every ten seconds, each time after something else; each look succeeds."""
    for count in range(int(seconds / POLL)):
        await before(count)
        assert OWNER in await client.presence.batch([OWNER])
        freezer.tick(POLL)


@pytest.mark.parametrize("every", [1, 2, 3, 5])
@pytest.mark.parametrize("others", [False, True], ids=["alone", "others"])
async def test_pace(
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    every: int,
    others: bool,
) -> None:
    """However often one service refuses, new tokens come at the pace of the sign-in, and nothing is missed."""

    async def refuse(count: int) -> None:
        if count % every == 0:
            simulator.fail(PRESENCE, status=401)
        if others and count % 6 == 0:
            await client.people.batch([OWNER])

    await polls(client, freezer, refuse)
    assert 10 < asked(simulator).count(XSTS) <= MOST_AN_HOUR
    assert not {LIVE, USER_AUTH} & set(asked(simulator))


async def test_two_services(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Services that refuse in turn, each a token that the other has accepted, share one pace."""

    async def refuse(count: int) -> None:
        simulator.fail(PEOPLE if count % 2 else PRESENCE, status=401)
        if count % 2:
            assert OWNER in await client.people.batch([OWNER])

    await polls(client, freezer, refuse, 1800)
    assert asked(simulator).count(XSTS) <= MOST_AN_HOUR - 6
    assert not {LIVE, USER_AUTH} & set(asked(simulator))


async def test_outage_in_between(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A service that refuses the repeated request, too, is down, until it accepts the token or a new one is due."""
    await client.presence.batch([OWNER])
    for _ in range(2):
        simulator.fail(PRESENCE, status=401)
        await client.presence.batch([OWNER])
    simulator.fail(PRESENCE, status=401, times=None)
    simulator.clear()
    for _ in range(2):
        with pytest.raises(XboxServiceError) as caught:
            await client.presence.batch([OWNER])
        assert (caught.value.service, caught.value.status) == (PRESENCE, 401)
    assert asked(simulator) == [PRESENCE] * 4
    simulator.heal()
    assert OWNER in await client.presence.batch([OWNER])
    assert asked(simulator) == [PRESENCE] * 5


@pytest.mark.parametrize("others", [False, True], ids=["alone", "others"])
async def test_withdrawn_again_and_again(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory, others: bool
) -> None:
    """A token that is really withdrawn, soon after others, is replaced after a minute."""
    for _ in range(2):
        simulator.expire_xsts()
        await client.presence.batch([OWNER])
        await client.people.batch([OWNER])
        freezer.tick(POLL)
    simulator.expire_xsts()
    for _ in range(5):
        with pytest.raises(XboxServiceError):
            await client.presence.batch([OWNER])
        if others:
            with pytest.raises(XboxServiceError):
                await client.people.batch([OWNER])
        freezer.tick(POLL)
    simulator.clear()
    assert OWNER in await client.presence.batch([OWNER])
    assert asked(simulator) == [PRESENCE, XSTS, PRESENCE]


async def test_pace_begins_anew(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """After a quiet quarter of an hour the pace is that of the beginning."""

    async def refuse(_: int) -> None:
        simulator.fail(PRESENCE, status=401)

    await polls(client, freezer, refuse, 1800)
    freezer.tick(900)
    simulator.clear()
    for pause in (0, 0, 61, 61):
        freezer.tick(pause)
        simulator.expire_xsts()
        await client.presence.batch([OWNER])
    assert asked(simulator).count(XSTS) == 4


async def test_all_at_once(client: XboxClient, simulator: Simulator) -> None:
    """Services that refuse the same token at once all get the next one, also within the pace."""
    simulator.delay = 0.001
    for _ in range(2):
        simulator.expire_xsts()
        simulator.clear()
        await asyncio.gather(
            client.presence.batch([OWNER]),
            client.people.batch([OWNER]),
            client.titles.info(OWNER, STARFALL_DRIFT),
        )
        assert asked(simulator).count(XSTS) == 1
    simulator.expire_xsts()
    with pytest.raises(XboxServiceError):
        await client.presence.batch([OWNER])


async def test_old_header(client: XboxClient, simulator: Simulator) -> None:
    """An answer to a token that was replaced meanwhile, within the pace, is asked for again with the new one."""
    await client.presence.batch([OWNER])
    simulator.expire_xsts()
    await client.presence.batch([OWNER])
    simulator.fail(PEOPLE, status=401, delay=0.05)
    late = asyncio.create_task(client.people.batch([OWNER]))
    while not simulator.requests(PEOPLE):
        await asyncio.sleep(0)
    simulator.expire_xsts()
    await client.presence.batch([OWNER])
    simulator.clear()
    assert OWNER in await late
    assert asked(simulator) == [PEOPLE]


async def test_bad_token(client: XboxClient, simulator: Simulator) -> None:
    """A new token that nobody accepts is replaced step by step, also within the pace."""
    simulator.expire_xsts()
    await client.presence.batch([OWNER])
    simulator.expire_xsts()
    simulator.spoil(XSTS, lambda json: json.update(Token="bad"))
    simulator.clear()
    assert OWNER in await client.presence.batch([OWNER])
    assert asked(simulator) == [PRESENCE, XSTS, PRESENCE, USER_AUTH, XSTS, PRESENCE]


async def test_steps_are_one_renewal(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Several steps after one refusal do not delay the next renewal."""
    simulator.fail(PRESENCE, status=401, times=2)
    await client.presence.batch([OWNER])
    freezer.tick(POLL)
    simulator.expire_xsts()
    simulator.clear()
    assert OWNER in await client.presence.batch([OWNER])
    assert asked(simulator) == [PRESENCE, XSTS, PRESENCE]


async def test_rarely(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A token that lived for more than ten minutes is replaced at once, however often that happens."""
    for _ in range(20):
        simulator.expire_xsts()
        simulator.clear()
        assert OWNER in await client.presence.batch([OWNER])
        assert asked(simulator) == [PRESENCE, XSTS, PRESENCE]
        freezer.tick(601)
