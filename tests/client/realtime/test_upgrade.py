"""The upgrade of a push connection: the handshake and its failures."""

import random
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager
from custom_components.xbox_network.xbox.auth.chain import Renewal
from tests.client.conftest import DAY, HOUR, LIVE, USER_AUTH, XSTS, asked
from tests.helpers.client.listener import OWN, REALTIME, Listener
from tests.simulator import Simulator

pytestmark = pytest.mark.usefixtures("loop_by_hand")


@pytest.fixture
def listener(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> Listener:
    """Return a listener for the adult account."""
    return Listener(account, simulator, freezer)


@pytest.fixture
def latest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every random delay the longest."""
    monkeypatch.setattr(random, "uniform", lambda _, high: high)


async def test_stale_token(
    listener: Listener, simulator: Simulator, account: AuthenticationManager
) -> None:
    """A 401 at the upgrade costs one request for a new XSTS token."""
    simulator.expire_xsts()
    async with listener.listening():
        assert asked(simulator) == [REALTIME, XSTS, REALTIME]
        first, second = listener.upgrades
        assert first.headers["Authorization"] != second.headers["Authorization"]


@pytest.mark.parametrize(
    ("status", "hosts"),
    [(400, [REALTIME]), (403, [REALTIME]), (401, [REALTIME, XSTS, REALTIME])],
)
@pytest.mark.usefixtures("latest")
async def test_refused_upgrade(
    listener: Listener, simulator: Simulator, status: int, hosts: list[str]
) -> None:
    """A refused account tries once a day."""
    simulator.fail(REALTIME, status=status, times=None)
    listener.realtime.set_topics([OWN])
    async with listener.running():
        await listener.until(lambda: len(asked(simulator)) == len(hosts))
        assert asked(simulator) == hosts
        await listener.settle()
        simulator.clear()
        await listener.wait(DAY)
        assert not {REALTIME, XSTS} & set(asked(simulator))
        simulator.heal()
        await listener.wait(5)
        await listener.until(lambda: listener.subscribed([OWN]))


@pytest.mark.usefixtures("latest")
async def test_refused_after_it_worked(listener: Listener, simulator: Simulator) -> None:
    """An account that was accepted before tries again after an hour."""
    async with listener.listening(OWN):
        simulator.fail(REALTIME, status=403, times=None)
        simulator.clear()
        simulator.rta.drop()
        await listener.wait(10)
        await listener.until(lambda: len(listener.upgrades) == 1)
        await listener.settle()
        await listener.wait(HOUR - 1)
        assert len(listener.upgrades) == 1
        simulator.heal()
        await listener.wait(7)
        await listener.until(lambda: listener.subscribed([OWN]))


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.usefixtures("latest")
async def test_busy(listener: Listener, simulator: Simulator, status: int) -> None:
    """An upgrade with `Retry-After` is not repeated before that time."""
    simulator.fail(REALTIME, status=status, headers={"Retry-After": "600"})
    simulator.fail(REALTIME, status=status)
    listener.realtime.set_topics([OWN])
    async with listener.running():
        await listener.until(lambda: len(listener.upgrades) == 1)
        await listener.wait(604)
        assert len(listener.upgrades) == 1
        await listener.wait(1)
        assert len(listener.upgrades) == 2
        await listener.wait(8)
        assert len(listener.upgrades) == 2
        await listener.wait(1)
        await listener.until(lambda: listener.subscribed([OWN]))


@pytest.mark.usefixtures("latest")
async def test_backoff(listener: Listener, simulator: Simulator) -> None:
    """Pauses grow to five minutes, without end; a connection of a minute resets them."""
    simulator.fail(REALTIME, status=500, times=20)
    listener.realtime.set_topics([OWN])
    async with listener.running():
        await listener.until(lambda: len(listener.upgrades) == 1)
        for attempt in range(1, 21):
            await listener.wait(min(attempt**2, 300) + 4.5)
            assert len(listener.upgrades) == attempt
            await listener.wait(0.5)
            assert len(listener.upgrades) == attempt + 1
        await listener.until(lambda: listener.missed == 1)
        await listener.wait(59)
        simulator.rta.drop()
        await listener.until(lambda: not listener.realtime.connected)
        await listener.wait(304)
        assert len(listener.upgrades) == 21
        await listener.wait(1)
        await listener.until(lambda: listener.missed == 2)
        await listener.wait(60)
        simulator.rta.drop()
        await listener.until(lambda: not listener.realtime.connected)
        await listener.wait(5)
        await listener.until(lambda: listener.missed == 3)


async def test_jitter(listener: Listener, simulator: Simulator) -> None:
    """Pauses have a random part."""
    simulator.fail(REALTIME, status=500, times=None)
    listener.realtime.set_topics([OWN])
    pauses = []
    async with listener.running():
        await listener.until(lambda: len(listener.upgrades) == 1)
        for attempt in range(1, 8):
            await listener.wait(attempt**2)
            while len(listener.upgrades) == attempt:
                await listener.wait(0.25)
            pauses.append(listener.upgrades[-1].started - listener.upgrades[-2].started)
    extra = [pause - attempt**2 for attempt, pause in enumerate(pauses, 1)]
    assert all(0 <= it <= 5.5 for it in extra)
    assert max(extra) - min(extra) > 0.3


@pytest.mark.parametrize(
    "fault", [{"cut": True}, {"garbage": True}, {"hang": True}, {"empty": True}, {"status": 302}]
)
async def test_odd_upgrade(listener: Listener, simulator: Simulator, fault: dict[str, Any]) -> None:
    """After any failure of the upgrade another attempt follows."""
    simulator.fail(REALTIME, **fault)
    listener.realtime.set_topics([OWN])
    async with listener.running():
        await listener.until(lambda: len(listener.upgrades) == 1)
        await listener.wait(16)
        await listener.wait(6)
        await listener.until(lambda: listener.subscribed([OWN]))


@pytest.mark.parametrize("host", [XSTS, USER_AUTH, LIVE])
async def test_failed_sign_in(
    listener: Listener, simulator: Simulator, freezer: FrozenDateTimeFactory, host: str
) -> None:
    """Without a token there is no attempt to connect until the sign-in works again."""
    freezer.tick(20 * DAY)
    simulator.fail(host, status=503, times=1)
    listener.realtime.set_topics([OWN])
    async with listener.running():
        await listener.until(lambda: host in asked(simulator))
        await listener.settle()
        assert listener.upgrades == []
        await listener.wait(6)
        await listener.until(lambda: listener.subscribed([OWN]))


@pytest.mark.parametrize(
    ("host", "fault"),
    [
        (LIVE, {"status": 400, "body": b"[]"}),
        (LIVE, {"status": 400, "body": b'{"error": "invalid_grant"}'}),
        (XSTS, {"status": 401}),
        (XSTS, {"status": 503}),
        (USER_AUTH, {"cut": True}),
        (USER_AUTH, {"status": 429, "headers": {"Retry-After": "5"}}),
    ],
)
async def test_back_with_the_sign_in(
    listener: Listener,
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    host: str,
    fault: dict[str, Any],
) -> None:
    """However long the sign-in was refused, push comes back as soon as another caller has got a token."""
    async with listener.listening(OWN):
        freezer.tick(20 * DAY)
        simulator.fail(host, times=None, **fault)
        simulator.rta.drop()
        for _ in range(100):
            await listener.wait(40)
        assert not listener.realtime.connected
        simulator.heal()
        account.attempts.try_now()
        simulator.clear()
        await account.valid_xsts_token()
        await listener.until(lambda: listener.subscribed([OWN]))
        assert asked(simulator).count(REALTIME) == 1
        simulator.fail(REALTIME, status=500)
        simulator.rta.drop()
        await listener.until(lambda: not listener.realtime.connected)
        await listener.wait(6)
        await listener.wait(9)
        await listener.until(lambda: listener.subscribed([OWN]))


async def test_token_does_not_end_other_pauses(
    listener: Listener, account: AuthenticationManager, simulator: Simulator
) -> None:
    """A new token changes nothing about a service that is down or asks to wait."""
    simulator.fail(REALTIME, status=503, headers={"Retry-After": "600"})
    listener.realtime.set_topics([OWN])
    async with listener.running():
        await listener.until(lambda: len(listener.upgrades) == 1)
        for _ in range(5):
            assert account.xsts_token
            await account.renew(Renewal.XSTS, account.xsts_token.authorization_header_value)
            await listener.wait(100)
        assert len(listener.upgrades) == 1
        await listener.wait(105)
        await listener.until(lambda: listener.subscribed([OWN]))


async def test_withdrawn_grant(
    listener: Listener, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A lost sign-in does not end the task: other coordinators ask the person to sign in."""
    freezer.tick(20 * DAY)
    simulator.revoke_refresh()
    listener.realtime.set_topics([OWN])
    async with listener.running() as task:
        await listener.until(lambda: LIVE in asked(simulator))
        await listener.wait(6)
        assert not task.done()
        assert listener.upgrades == []
