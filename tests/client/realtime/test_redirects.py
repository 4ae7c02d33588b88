"""Redirects of the push connection: none is followed, and push comes back when they end."""

import random

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager
from custom_components.xbox_network.xbox.realtime.subscriptions import RENEWAL_SECONDS
from tests.client.conftest import PEOPLE, asked
from tests.helpers.client.listener import OWN, REALTIME, Listener
from tests.helpers.client.odd_server import OddServer, answering
from tests.simulator import Simulator

pytestmark = pytest.mark.usefixtures("loop_by_hand")

STATUSES = (301, 302, 303, 307, 308)


@pytest.fixture
def listener(
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Listener:
    """Return a listener for the adult account, without random delays."""
    monkeypatch.setattr(random, "uniform", lambda low, _: low)
    return Listener(account, simulator, freezer)


async def refused(listener: Listener, simulator: Simulator, elsewhere: OddServer | None) -> None:
    """Check that one upgrade was answered, that nobody else was asked, and that the next one works."""
    await listener.until(lambda: len(listener.upgrades) == 1)
    await listener.settle()
    assert len(listener.upgrades) == 1
    assert elsewhere is None or elsewhere.asked == []
    assert not listener.realtime.connected
    assert not listener.realtime.refused, "a redirect says nothing of the account"
    await listener.wait(1)
    await listener.until(lambda: listener.subscribed([OWN]))
    assert len(listener.upgrades) == 2
    assert set(asked(simulator)) == {REALTIME, "nowhere"}, "nowhere is asked to pass the time"
    assert elsewhere is None or elsewhere.asked == []


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("form", ["http://127.0.0.1:{}/connect", "//127.0.0.1:{}", "ws://[::1]:{}"])
async def test_to_another_host(
    listener: Listener, simulator: Simulator, status: int, form: str
) -> None:
    """No other host is asked, whatever the status and the form of the address."""
    async with answering(b"HTTP/1.1 403 No\r\n\r\n") as (elsewhere, address):
        headers = {"Location": form.format(address.port)}
        simulator.fail(REALTIME, status=status, headers=headers)
        listener.realtime.set_topics([OWN])
        async with listener.running():
            await refused(listener, simulator, elsewhere)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(
    "location", [f"/{REALTIME}/connect", "connect?again=1", f"/{PEOPLE}/", "", "http://[", None]
)
async def test_to_the_same_origin(
    listener: Listener, simulator: Simulator, status: int, location: str | None
) -> None:
    """Not even an address of the same origin is asked, nor an odd one; a missing one is a failure."""
    headers = {} if location is None else {"Location": location}
    simulator.fail(REALTIME, status=status, headers=headers)
    listener.realtime.set_topics([OWN])
    async with listener.running():
        await refused(listener, simulator, None)


async def test_while_connecting_again(listener: Listener, simulator: Simulator) -> None:
    """A redirect after push has worked, between other failures, is no more than one of them."""
    async with (
        answering(b"HTTP/1.1 403 No\r\n\r\n") as (elsewhere, address),
        listener.listening(OWN),
    ):
        simulator.fail(REALTIME, status=500)
        simulator.fail(REALTIME, status=302, headers={"Location": str(address)}, times=2)
        simulator.fail(REALTIME, cut=True)
        simulator.clear()
        simulator.rta.drop()
        await listener.until(lambda: not listener.realtime.connected)
        for pause in (1, 4, 9, 16):
            await listener.wait(pause)
        assert len(listener.upgrades) == 4
        assert not listener.realtime.refused
        await listener.wait(25)
        await listener.until(lambda: listener.subscribed([OWN]))
        assert elsewhere.asked == []
        assert listener.missed == 2


async def test_while_renewed(listener: Listener, simulator: Simulator) -> None:
    """A connection is kept while the one that replaces it is redirected."""
    async with (
        answering(b"HTTP/1.1 403 No\r\n\r\n") as (elsewhere, address),
        listener.listening(OWN),
    ):
        simulator.fail(REALTIME, status=307, headers={"Location": str(address)})
        await listener.wait(RENEWAL_SECONDS)
        await listener.until(lambda: len(listener.upgrades) == 2)
        await listener.settle()
        assert listener.subscribed([OWN])
        await listener.wait(60)
        await listener.until(lambda: len(listener.upgrades) == 3)
        await listener.until(lambda: listener.subscribed([OWN]))
        assert (listener.missed, elsewhere.asked) == (1, [])


async def test_with_a_pause(listener: Listener, simulator: Simulator) -> None:
    """The pause that a redirect asks for is kept."""
    headers = {"Location": "/connect", "Retry-After": "300"}
    simulator.fail(REALTIME, status=302, headers=headers)
    listener.realtime.set_topics([OWN])
    async with listener.running():
        await listener.until(lambda: len(listener.upgrades) == 1)
        await listener.wait(299)
        assert len(listener.upgrades) == 1
        await listener.wait(1)
        await listener.until(lambda: listener.subscribed([OWN]))
