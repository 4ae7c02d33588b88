"""Push: an announced change is shown at once, and polls still work without it."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.http.requests import TIMEOUT_SECONDS
from tests.conftest import Poll, set_up
from tests.helpers.account import refused
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.helpers.push import HOUR, PushConnection, looks
from tests.helpers.settling import settle, until
from tests.simulator import Person, Simulator

STARFALL_DRIFT, HARBOR_KINGS = "1900000001", "1900000002"


@pytest.fixture(name="friend")
def friend_fixture(simulator: Simulator) -> Person:
    """Return a friend of the account's owner, offline."""
    return simulator.world.person("2535400000000011")


async def test_seen_at_once(
    push_connection: PushConnection, owner: Person, entities: Entities, hass: HomeAssistant
) -> None:
    """An announced change is shown before any time passes."""
    owner.go_online()
    await until(lambda: entities("binary_sensor.online") == "on")
    await push_connection.wait(1.5)
    owner.go_offline()
    await until(lambda: entities("binary_sensor.online") == "off")


async def test_details_with_push(
    hass: HomeAssistant, push_connection: PushConnection, owner: Person, entities: Entities
) -> None:
    """Game, art and platform arrive with the same refresh."""
    owner.play(STARFALL_DRIFT)
    await until(lambda: entities("binary_sensor.in_game") == "on")
    await settle(hass)
    assert entities("sensor.now_playing") == "Starfall Drift"
    assert entities("sensor.platform") == "xbox_series"
    assert entities["sensor.now_playing"].attributes["entity_picture"]


async def test_event_once_for_push_and_poll(
    hass: HomeAssistant,
    push_connection: PushConnection,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """Polls after an announcement fire no second event."""
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    activity = entities.id("event.activity")
    owner.play(STARFALL_DRIFT)
    await until(lambda: entities("binary_sensor.in_game") == "on")
    await poll(600)
    types = [
        change.data["new_state"].attributes["event_type"]
        for change in changes
        if change.data["entity_id"] == activity
    ]
    assert types == ["came_online", "started_playing"]


async def test_repeated_announcements(
    hass: HomeAssistant,
    simulator: Simulator,
    push_connection: PushConnection,
    owner: Person,
    entities: Entities,
) -> None:
    """An announcement that comes three times causes one refresh, or two at most."""
    simulator.rta.repeats = 3
    simulator.clear()
    owner.go_online()
    await until(lambda: entities("binary_sensor.online") == "on")
    await push_connection.wait(1.5)
    await push_connection.wait(1.5)
    assert len(looks(simulator)) in (1, 2)


async def test_announced_during_a_refresh(
    hass: HomeAssistant,
    simulator: Simulator,
    push_connection: PushConnection,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
) -> None:
    """An announcement during a refresh causes another refresh."""
    push = entry.runtime_data.push
    simulator.clear()
    simulator.fail(Service.TITLES, hang=True, times=1)
    owner.play(STARFALL_DRIFT)
    await until(lambda: len(simulator.requests(Service.TITLES)) == 1)
    push_connection.pass_time(2.5)
    await until(lambda: entities("binary_sensor.online") == "on")
    owner.go_offline()
    await until(lambda: push.diagnostics()["events"] == 2)
    assert len(looks(simulator)) == 1
    push_connection.pass_time(TIMEOUT_SECONDS)
    await push_connection.wait(1.5)
    await until(lambda: entities("binary_sensor.online") == "off")


async def test_one_change_a_second(
    hass: HomeAssistant, simulator: Simulator, push_connection: PushConnection, owner: Person
) -> None:
    """Ten minutes of one change a second exceed no budget and leave enough for polls."""
    simulator.clear()
    for second in range(600):
        owner.play((STARFALL_DRIFT, HARBOR_KINGS)[second % 2])
        await push_connection.wait(1.0)
    assert refused(simulator) == []
    assert 60 <= len(looks(simulator)) <= 200


async def test_topics(
    hass: HomeAssistant, simulator: Simulator, push_connection: PushConnection, owner: Person
) -> None:
    """The topics are each person's devices, the friend list and the current titles; each once."""
    presence = f"https://userpresence.xboxlive.com/users/xuid({owner.xuid})"
    friends = f"https://social.xboxlive.com/users/xuid({owner.xuid})/friends"
    assert sorted(simulator.rta.subscriptions) == [friends, f"{presence}/devices"]
    owner.play(STARFALL_DRIFT)
    await until(lambda: f"{presence}/titles/{STARFALL_DRIFT}" in simulator.rta.subscriptions)
    simulator.rta.accept()
    assert sorted(simulator.rta.subscriptions) == sorted(set(simulator.rta.subscriptions))


async def test_announced_during_a_slow_refresh(
    hass: HomeAssistant,
    simulator: Simulator,
    push_connection: PushConnection,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
) -> None:
    """All announcements during a slow refresh cause one more refresh together."""
    push = entry.runtime_data.push
    simulator.clear()
    simulator.fail(Service.PEOPLE, hang=True)
    owner.go_online()
    await until(lambda: len(simulator.requests(Service.PEOPLE)) == 1)
    event_count = 1
    for change in (owner.go_offline, owner.go_online) * 2:
        change()
        event_count += 1
        await until(lambda: push.diagnostics()["events"] == event_count)  # noqa: B023 (called at once)
        push_connection.pass_time(3)
        await until(lambda: entities("binary_sensor.online") == "on")  # the first, shown early
    push_connection.pass_time(TIMEOUT_SECONDS)
    await settle(hass)
    assert len(looks(simulator)) <= 2
    await push_connection.wait(1.5)
    await until(lambda: len(looks(simulator)) >= 2)


async def test_rich_presence_topics(
    hass: HomeAssistant,
    simulator: Simulator,
    push_connection: PushConnection,
    entry: ConfigEntry,
    friend: Person,
) -> None:
    """If topics of rich presence are accepted, they are subscribed to for all people."""
    await add_friends(hass, entry, friend.xuid)
    simulator.rta.accept()
    await hass.config_entries.async_reload(entry.entry_id)
    rich = f"https://userpresence.xboxlive.com/users/xuid({friend.xuid})/richpresence"
    await until(lambda: rich in simulator.rta.subscriptions)


async def test_friend_added_and_removed(
    hass: HomeAssistant,
    simulator: Simulator,
    push_connection: PushConnection,
    entry: ConfigEntry,
    friend: Person,
) -> None:
    """A friend is subscribed to at once when added, and no longer than tracked."""
    topic = f"https://userpresence.xboxlive.com/users/xuid({friend.xuid})/devices"
    await add_friends(hass, entry, friend.xuid)
    entities = Entities(hass, friend.xuid)
    await until(lambda: topic in simulator.rta.subscriptions)
    await push_connection.wait(1.5)
    friend.go_online()
    await until(lambda: entities("binary_sensor.online") == "on")
    (subentry_id,) = entry.subentries
    hass.config_entries.async_remove_subentry(entry, subentry_id)
    await until(lambda: topic not in simulator.rta.subscriptions)
    assert len(simulator.rta.connections) == 1


async def test_friend_request(
    hass: HomeAssistant,
    simulator: Simulator,
    push_connection: PushConnection,
    owner: Person,
    poll: Poll,
) -> None:
    """An announced friend request refreshes the number of friend requests."""
    await poll(60)
    simulator.clear()
    related = {owner.xuid, *owner.friends, *owner.requests_received, *owner.requests_sent}
    stranger = next(it for it in simulator.world.people.values() if it.xuid not in related)
    simulator.world.request_friendship(stranger, owner)
    await poll(40)
    assert [it for it in simulator.requests(Service.PEOPLE) if "friendRequests" in it.path]


async def test_unload(
    hass: HomeAssistant, simulator: Simulator, push_connection: PushConnection, entry: ConfigEntry
) -> None:
    """Unloading closes the connection and loading opens a new one; there is never a second one."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(lambda: not simulator.rta.open)
    await set_up(hass, entry)
    await until(lambda: len(simulator.rta.open) == 1)
    assert simulator.rta.peak == {entry.unique_id: 1}


@pytest.mark.parametrize("status", [401, 403, 404, 429, 503])
async def test_refused(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: ConfigEntry,
    caplog: pytest.LogCaptureFixture,
    poll: Poll,
    status: int,
) -> None:
    """A refused connection logs no warning and is tried again, after a 401 or 403 once a day."""
    simulator.fail(Service.REALTIME, status=status, times=None)
    await set_up(hass, stored)
    await poll(HOUR, step=60)
    attempts = len(simulator.requests(Service.REALTIME))
    assert attempts <= (3 if status in (401, 403) else 40)
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []
    simulator.heal(Service.REALTIME)
    await poll(23.1 * HOUR, step=1800)
    await until(lambda: len(simulator.rta.open) == 1)
    await settle(hass)
