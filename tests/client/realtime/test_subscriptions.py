"""Subscriptions of push: topics, answers and events."""

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager
from tests.client.conftest import DAY, FRIEND, HOUR, OWNER
from tests.helpers.client.listener import HERS, HIS, NOWHERE, OWN, RICH, Listener
from tests.simulator import Person, Simulator, add_many_friends

pytestmark = pytest.mark.usefixtures("loop_by_hand")

ON, OFF = "Scarlett:true", "Scarlett:false"


@pytest.fixture
def listener(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> Listener:
    """Return a listener for the adult account."""
    return Listener(account, simulator, freezer)


async def test_upgrade(listener: Listener, account: AuthenticationManager) -> None:
    """The request to connect has the token, the protocol and the language."""
    async with listener.listening() as connection:
        (upgrade,) = listener.upgrades
        assert account.xsts_token
        assert upgrade.headers["Authorization"] == account.xsts_token.authorization_header_value
        assert upgrade.headers["Accept-Language"] == "de-DE"
        assert upgrade.headers["User-Agent"].startswith("XboxNetwork/")
        assert connection.protocol == "rta.xboxlive.com.V2"


async def test_events(listener: Listener, owner: Person, friend: Person) -> None:
    """Each event arrives with its topic."""
    async with listener.listening():
        assert listener.realtime.connected
        assert listener.realtime.statuses == {OWN: 0, HERS: 0}
        friend.go_online()
        owner.go_online()
        await listener.until(lambda: len(listener.heard) == 2)
        friend.go_offline()
        await listener.until(lambda: len(listener.heard) == 3)
        assert listener.heard == [(HERS, ON), (OWN, ON), (HERS, OFF)]
        assert listener.realtime.events == 3
        assert (listener.missed, listener.realtime.connections) == (1, 1)


async def test_event_right_behind_the_answer(
    listener: Listener, simulator: Simulator, friend: Person
) -> None:
    """An event directly after the answer to its topic arrives."""
    simulator.rta.hold()
    listener.realtime.set_topics([HERS])
    async with listener.running():
        await listener.until(lambda: _waiting(listener) == 1)
        simulator.rta.release()
        friend.go_online()
        await listener.until(lambda: listener.heard == [(HERS, ON)])


async def test_other_topics(listener: Listener, simulator: Simulator, friend: Person) -> None:
    """Topics may change; an old topic is unsubscribed, and its events are ignored."""
    simulator.rta.lingers = True
    async with listener.listening() as connection:
        listener.realtime.set_topics([OWN, HIS])
        await listener.until(lambda: listener.subscribed([OWN, HIS]))
        assert listener.realtime.is_active(HIS)
        assert not listener.realtime.is_active(HERS)
        friend.go_online()
        listener.realtime.set_topics([OWN, HIS])
        await listener.settle()
        assert listener.heard == []
        assert [item.uri for item in connection.subscribes] == [OWN, HERS, HIS]


async def test_same_topics_twice(listener: Listener) -> None:
    """A topic that is named twice is subscribed once."""
    async with listener.listening(OWN, OWN) as connection:
        listener.realtime.set_topics([OWN, OWN])
        await listener.settle()
        assert len(connection.subscribes) == 1


async def test_ten_subscribes_at_once(
    listener: Listener, simulator: Simulator, owner: Person
) -> None:
    """At most ten subscribes wait for their answer, the most important first."""
    uris = [
        OWN.replace(OWNER, person.xuid) for person in add_many_friends(simulator.world, owner, 40)
    ]
    simulator.rta.hold()
    listener.realtime.set_topics(uris)
    async with listener.running():
        await listener.until(lambda: _waiting(listener) == 10)
        await listener.settle()
        assert [item.uri for item in listener.connection.subscribes] == uris[:10]
        simulator.rta.release()
        await listener.until(lambda: listener.missed == 1)
        assert listener.subscribed(uris)
        assert max(item.waiting for item in listener.connection.subscribes) == 10
        listener.realtime.set_topics([])
        await listener.until(lambda: not listener.realtime.connected)


async def test_unsubscribe_waits_for_the_answer(listener: Listener, simulator: Simulator) -> None:
    """A topic that is dropped before its answer is unsubscribed after it."""
    async with listener.listening():
        simulator.rta.hold()
        listener.realtime.set_topics([OWN, HIS])
        await listener.until(lambda: _waiting(listener) == 1)
        listener.realtime.set_topics([OWN])
        await listener.settle()
        assert simulator.rta.subscriptions == [OWN]
        simulator.rta.release()
        await listener.until(lambda: HIS in simulator.rta.subscriptions)
        await listener.until(lambda: listener.subscribed([OWN]))
        assert not listener.realtime.is_active(HIS)


@pytest.mark.parametrize("status", [1001, 1002])
async def test_temporary_refusal(listener: Listener, simulator: Simulator, status: int) -> None:
    """After a temporary refusal the pause is the square of the attempts, at most a minute."""
    simulator.rta.refuse(".*xuid.*/devices", status)
    simulator.rta.accept(rf".*xuid\({OWNER}\)/devices")
    async with listener.listening() as connection:
        for attempt in range(1, 10):
            assert listener.realtime.statuses == {OWN: 0, HERS: status}
            assert len(connection.subscribes) == attempt + 1
            pause = min(attempt**2, 60)
            await listener.wait(pause - 0.5)
            assert len(connection.subscribes) == attempt + 1
            await listener.wait(0.5)
        simulator.rta.accept()
        await listener.wait(60)
        assert listener.subscribed()
        assert listener.realtime.statuses == {OWN: 0, HERS: 0}


@pytest.mark.parametrize(("status", "pause"), [(3, DAY), (2, HOUR), (4711, DAY)])
async def test_lasting_refusal(
    listener: Listener, simulator: Simulator, status: int, pause: float
) -> None:
    """A topic that is refused for good is rarely requested, also on a new connection."""
    simulator.rta.refuse(f".*{FRIEND}.*", status)
    async with listener.listening():
        assert listener.realtime.statuses == {OWN: 0, HERS: status}
        assert not listener.realtime.is_active(HERS)
        for _ in range(int(pause // HOUR) - 1):
            await listener.wait(HOUR - 1)
            await listener.until(lambda: listener.subscribed([OWN]))
        simulator.rta.accept()
        await listener.settle()
        if status != 2:
            asked = [item.uri for it in simulator.rta.connections for item in it.subscribes]
            assert asked.count(HERS) == 1
        await listener.wait(HOUR)
        await listener.wait(30)
        await listener.until(lambda: listener.subscribed([OWN, HERS]))


async def test_unknown_topic_is_requested_once(listener: Listener, simulator: Simulator) -> None:
    """Status 1 is final, also for new connections."""
    async with listener.listening(NOWHERE, OWN):
        assert listener.realtime.statuses == {NOWHERE: 1, OWN: 0}
        for _ in range(20):
            await listener.wait(2 * HOUR)
            await listener.until(lambda: listener.subscribed([OWN]))
        assert len(simulator.rta.connections) > 10
        asked = [item.uri for it in simulator.rta.connections for item in it.subscribes]
        assert asked.count(NOWHERE) == 1


async def test_room_below_the_limit(listener: Listener, simulator: Simulator) -> None:
    """A topic beyond the limit takes the place of one that is unsubscribed."""
    simulator.rta.limit = 2
    async with listener.listening(OWN, HERS, HIS):
        assert listener.realtime.statuses == {OWN: 0, HERS: 0, HIS: 2}
        listener.realtime.set_topics([OWN, HIS])
        await listener.until(lambda: listener.subscribed([OWN, HIS]))


async def test_limit_during_a_renewal(listener: Listener, simulator: Simulator) -> None:
    """A topic refused at the limit, beside the old connection, is requested again when that one is closed."""
    simulator.rta.limit = 3
    async with listener.listening():
        await listener.wait(1.5 * HOUR)
        await listener.until(lambda: len(simulator.rta.connections) == 2 and listener.subscribed())


async def test_late_answer(listener: Listener, simulator: Simulator, owner: Person) -> None:
    """A topic whose answer comes after the time-out is unsubscribed, then requested again."""
    async with listener.listening(OWN) as connection:
        simulator.rta.hold()
        listener.realtime.set_topics([OWN, HERS])
        await listener.until(lambda: _waiting(listener) == 1)
        await listener.wait(16)
        assert listener.realtime.statuses == {OWN: 0, HERS: -1}
        simulator.rta.release()
        await listener.until(lambda: HERS in simulator.rta.subscriptions)
        await listener.until(lambda: listener.subscribed([OWN]))
        assert not listener.realtime.is_active(HERS)
        await listener.wait(1)
        assert listener.subscribed([OWN, HERS])
        assert listener.realtime.is_active(HERS)
        assert [item.uri for item in connection.subscribes] == [OWN, HERS, HERS]
        owner.go_online()
        await listener.until(lambda: listener.heard == [(OWN, ON)])


async def test_late_answer_with_the_number_of_another(
    listener: Listener, simulator: Simulator, friend: Person
) -> None:
    """When a late answer has the number of another topic, the other topic stays."""
    async with listener.listening(OWN) as connection:
        simulator.rta.hold()
        listener.realtime.set_topics([OWN, HERS])
        await listener.until(lambda: _waiting(listener) == 1)
        await listener.wait(16)
        simulator.rta.release()
        await listener.wait(1)
        (number,) = [it.number for it in connection.subscriptions.values() if it.uri == HERS]
        connection.send([1, connection.subscribes[1].seq, 0, number])
        await listener.settle()
        friend.go_online()
        await listener.until(lambda: listener.heard == [(HERS, ON)])


@pytest.mark.parametrize("uris", [(RICH,), (RICH, NOWHERE)])
async def test_all_topics_refused(
    listener: Listener, simulator: Simulator, uris: tuple[str, ...]
) -> None:
    """Without a topic there is no connection; the next attempt is in a day."""
    listener.realtime.set_topics(uris)
    async with listener.running():
        await listener.until(lambda: listener.realtime.statuses[RICH] == 3)
        await listener.until(lambda: simulator.rta.open == [])
        assert listener.connection.closed_by == "client"
        assert listener.connection.code == 1000
        await listener.wait(DAY - 10)
        assert len(listener.upgrades) == 1
        simulator.rta.accept(".*richpresence")
        await listener.wait(15)
        await listener.until(lambda: listener.missed == 1)
        assert listener.subscribed([RICH])


async def test_next_topic_of_a_probe(listener: Listener, simulator: Simulator) -> None:
    """When all topics are refused, a new topic is tried at once."""
    listener.realtime.set_topics([RICH])
    async with listener.running():
        await listener.until(lambda: listener.realtime.statuses[RICH] == 3)
        await listener.wait(5)
        listener.realtime.set_topics([RICH, OWN])
        await listener.until(lambda: listener.missed == 1)
        assert listener.subscribed([OWN])
        assert listener.realtime.statuses == {RICH: 3, OWN: 0}
        assert len(listener.connection.subscribes) == 1


async def test_no_topics(listener: Listener, simulator: Simulator) -> None:
    """Without a topic there is no connection."""
    async with listener.running():
        await listener.wait(HOUR)
        assert listener.upgrades == []
        assert not listener.realtime.connected
        assert not listener.realtime.is_active(OWN)
        listener.realtime.suspect_silence()
        listener.realtime.set_topics([OWN])
        await listener.until(lambda: listener.subscribed([OWN]))
        listener.realtime.set_topics([])
        await listener.until(lambda: simulator.rta.open == [])
        assert listener.connection.code == 1000
        await listener.wait(HOUR)
        assert len(listener.upgrades) == 1


def _waiting(listener: Listener) -> int:
    return sum(connection.waiting for connection in listener.simulator.rta.open)
