"""Activity event of a person: each real change fires once, and nothing else does."""

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.http.requests import TIMEOUT_SECONDS
from custom_components.xbox_network.xbox.people.observer import PATIENCE_SECONDS
from tests.conftest import Poll, restart
from tests.helpers.activity_events import ActivityRecorder
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.helpers.push import PushConnection
from tests.helpers.settling import settle, until
from tests.simulator import Person, Simulator

QUIET_HARBOR = "2535400000000011"
BRASS_OTTER = "2535400000000012"
STARFALL_DRIFT = "1900000001"
HARBOR_KINGS = "1900000002"
LUMEN_VIDEO = "1900000900"
SERVICES = (Service.PRESENCE, Service.PEOPLE)


@pytest.fixture(name="friend")
def friend_fixture(simulator: Simulator) -> Person:
    """Return a friend of the owner."""
    return simulator.world.person(QUIET_HARBOR)


@pytest.fixture(name="activity_recorder")
async def activity_recorder_fixture(hass: HomeAssistant, entry: ConfigEntry) -> ActivityRecorder:
    """Track the friend, and record events from now on."""
    await add_friends(hass, entry, QUIET_HARBOR)
    return ActivityRecorder(hass)


@pytest.mark.parametrize("role", ["owner", "friend"])
async def test_all_events(
    activity_recorder: ActivityRecorder,
    simulator: Simulator,
    owner: Person,
    friend: Person,
    poll: Poll,
    role: str,
) -> None:
    """The six events, each with its game and platform."""
    person = owner if role == "owner" else friend
    person.go_online()
    await poll()
    person.play(STARFALL_DRIFT)
    await poll()
    person.join_party(3)
    await poll(60)
    person.play(HARBOR_KINGS)
    await poll()
    person.leave_party()
    await poll(60)
    person.stop()
    await poll()
    person.go_offline()
    await poll()
    series = "xbox_series"
    assert activity_recorder.of(person.xuid) == [
        ("came_online", None, series),
        ("started_playing", STARFALL_DRIFT, series),
        ("joined_party", STARFALL_DRIFT, series),
        ("stopped_playing", STARFALL_DRIFT, series),
        ("started_playing", HARBOR_KINGS, series),
        ("left_party", HARBOR_KINGS, series),
        ("stopped_playing", HARBOR_KINGS, series),
        ("went_offline", None, None),
    ]
    other = friend if role == "owner" else owner
    assert activity_recorder.of(other.xuid) == []


async def test_attributes(
    hass: HomeAssistant,
    activity_recorder: ActivityRecorder,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """Title, title id and platform are attributes; the state is the time."""
    owner.play(STARFALL_DRIFT, "PC")
    await poll()
    state = entities["event.activity"]
    facts = {name: state.attributes[name] for name in ("title", "title_id", "platform")}
    assert facts == {"title": "Starfall Drift", "title_id": STARFALL_DRIFT, "platform": "windows"}
    assert state.attributes["event_type"] == "started_playing"
    assert set(state.attributes["event_types"]) == {
        *("came_online", "went_offline", "started_playing", "stopped_playing"),
        *("joined_party", "left_party"),
    }


async def test_two_people_at_once(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, simulator: Simulator, poll: Poll
) -> None:
    """Changes of two people between two polls fire events of each."""
    await add_friends(hass, entry, QUIET_HARBOR, BRASS_OTTER)
    activity_recorder = ActivityRecorder(hass)
    one, other = (simulator.world.person(it) for it in (QUIET_HARBOR, BRASS_OTTER))
    one.play(STARFALL_DRIFT)
    other.play(STARFALL_DRIFT, "PC")
    owner.go_online()
    await poll()
    one.go_offline()
    other.play(HARBOR_KINGS, "PC")
    await poll()
    assert activity_recorder.kinds(owner.xuid) == ["came_online"]
    assert activity_recorder.kinds(QUIET_HARBOR) == [
        *("came_online", "started_playing"),
        *("stopped_playing", "went_offline"),
    ]
    assert activity_recorder.kinds(BRASS_OTTER) == [
        *("came_online", "started_playing"),
        *("stopped_playing", "started_playing"),
    ]


async def test_apps_and_the_start_page_are_no_game(
    activity_recorder: ActivityRecorder, owner: Person, poll: Poll
) -> None:
    """Apps and the home screen fire no event of a game."""
    owner.go_online()
    await poll()
    owner.play(LUMEN_VIDEO)
    await poll(70)
    owner.stop()
    await poll()
    assert activity_recorder.kinds(owner.xuid) == ["came_online"]


async def test_no_event_at_the_start(
    hass: HomeAssistant, entry: ConfigEntry, friend: Person, poll: Poll
) -> None:
    """A state from before tracking began fires no event."""
    friend.play(STARFALL_DRIFT)
    friend.join_party(2)
    activity_recorder = ActivityRecorder(hass)
    await add_friends(hass, entry, QUIET_HARBOR)
    assert Entities(hass, QUIET_HARBOR)("binary_sensor.in_game") == "on"
    await poll(600)
    assert activity_recorder.of(QUIET_HARBOR) == []
    assert Entities(hass, QUIET_HARBOR)("event.activity") == STATE_UNKNOWN


@pytest.mark.parametrize("restart_kind", ["reload", "restart"])
async def test_no_event_by_a_restart(
    hass: HomeAssistant,
    entry: ConfigEntry,
    activity_recorder: ActivityRecorder,
    friend: Person,
    poll: Poll,
    restart_kind: str,
) -> None:
    """A restart fires no event, even for changes meanwhile; the last event is restored."""
    events = Entities(hass, QUIET_HARBOR)
    friend.play(STARFALL_DRIFT)
    await poll()
    before = events["event.activity"]
    friend.play(HARBOR_KINGS)
    if restart_kind == "reload":
        await hass.config_entries.async_reload(entry.entry_id)
        await settle(hass)
    else:
        await restart(hass, entry)
    await poll(600)
    assert activity_recorder.kinds(QUIET_HARBOR) == ["came_online", "started_playing"]
    after = events["event.activity"]
    assert (after.state, after.attributes) == (before.state, before.attributes)
    assert after.attributes["title"] == "Starfall Drift"
    friend.go_offline()
    await poll()
    assert activity_recorder.kinds(QUIET_HARBOR)[2:] == ["stopped_playing", "went_offline"]


@pytest.mark.parametrize("seconds", [60, 250, 900], ids=["short", "grace", "long"])
@pytest.mark.parametrize("host", [*SERVICES, "both"])
async def test_no_event_by_an_outage(
    simulator: Simulator,
    activity_recorder: ActivityRecorder,
    friend: Person,
    poll: Poll,
    seconds: int,
    host: str,
) -> None:
    """An outage of the network fires no event."""
    friend.play(STARFALL_DRIFT)
    friend.join_party(2)
    await poll()
    before = activity_recorder.of(QUIET_HARBOR)
    for it in SERVICES if host == "both" else (host,):
        simulator.fail(it, status=503, times=None)
    await poll(seconds)
    simulator.heal()
    await poll(400)
    assert activity_recorder.of(QUIET_HARBOR) == before


async def test_changes_within_a_short_outage(
    simulator: Simulator, activity_recorder: ActivityRecorder, friend: Person, poll: Poll
) -> None:
    """A change in a short outage fires once."""
    simulator.fail(Service.PRESENCE, status=503, times=None)
    await poll(30)
    friend.play(STARFALL_DRIFT)
    await poll(20)
    assert activity_recorder.of(QUIET_HARBOR) == []
    simulator.heal()
    await poll(60)
    assert activity_recorder.kinds(QUIET_HARBOR) == ["came_online", "started_playing"]


async def test_changes_within_a_long_outage(
    simulator: Simulator, activity_recorder: ActivityRecorder, friend: Person, poll: Poll
) -> None:
    """A change in a long outage fires no event, because its time is unknown."""
    for host in SERVICES:
        simulator.fail(host, status=503, times=None)
    await poll(600)
    friend.play(STARFALL_DRIFT)
    simulator.heal()
    await poll(120)
    assert activity_recorder.of(QUIET_HARBOR) == []
    friend.go_offline()
    await poll()
    assert activity_recorder.kinds(QUIET_HARBOR) == ["stopped_playing", "went_offline"]


async def test_no_event_by_a_restored_sign_in(
    hass: HomeAssistant,
    simulator: Simulator,
    push_connection: PushConnection,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
) -> None:
    """A game started while no service accepted the account fires no event when one does again."""
    activity_recorder = ActivityRecorder(hass)
    await push_connection.wait(60)  # until the console service's last acceptance of a token is old
    refused = (*SERVICES, Service.TITLES, Service.CONSOLES)
    for host in refused:
        simulator.fail(host, status=401, times=None)
    for _ in range(45):
        await push_connection.wait(10)
    assert entities("event.activity") == STATE_UNAVAILABLE
    owner.play(STARFALL_DRIFT)
    await push_connection.wait(1200)
    for host in refused:
        simulator.heal(host)
    await push_connection.wait(1200)
    await add_friends(hass, entry, QUIET_HARBOR)
    assert entities("binary_sensor.in_game") == "on"
    assert activity_recorder.of(owner.xuid) == []
    owner.go_offline()
    await until(lambda: activity_recorder.kinds(owner.xuid) == ["stopped_playing", "went_offline"])


async def test_hidden_and_shown_again(
    activity_recorder: ActivityRecorder, friend: Person, poll: Poll
) -> None:
    """Hiding the presence and showing it again fires no event."""
    friend.play(STARFALL_DRIFT)
    await poll()
    before = activity_recorder.of(QUIET_HARBOR)
    friend.hidden = True
    await poll(400)
    friend.hidden = False
    await poll(60)
    assert activity_recorder.of(QUIET_HARBOR) == before


async def test_new_gamertag_is_no_event(
    activity_recorder: ActivityRecorder, friend: Person, poll: Poll
) -> None:
    """A new gamertag, gamerpic, gamerscore or rich presence fires no event."""
    friend.play(STARFALL_DRIFT, rich_presence="Sector 7")
    await poll()
    before = activity_recorder.of(QUIET_HARBOR)
    friend.rename("Loud Harbor")
    friend.change_gamerpic()
    friend.unlock(STARFALL_DRIFT)
    friend.play(STARFALL_DRIFT, rich_presence="Sector 8")
    await poll(400)
    assert activity_recorder.of(QUIET_HARBOR) == before


async def test_event_before_the_details(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    activity_recorder: ActivityRecorder,
    friend: Person,
    poll: Poll,
) -> None:
    """An event fires before a slow profile arrives, and not again with it."""
    friend.play(STARFALL_DRIFT)
    friend.stop()
    await poll(70)
    friend.play(STARFALL_DRIFT)
    simulator.fail(Service.PEOPLE, hang=True)
    requests_before = len(simulator.requests(Service.PEOPLE))
    freezer.tick(10)
    async_fire_time_changed(hass)
    await until(lambda: len(simulator.requests(Service.PEOPLE)) > requests_before)
    freezer.tick(PATIENCE_SECONDS + 1)
    async_fire_time_changed(hass)
    await until(lambda: "started_playing" in activity_recorder.kinds(QUIET_HARBOR))
    assert simulator.requests(Service.PEOPLE)[-1].status is None

    freezer.tick(TIMEOUT_SECONDS + 1)
    async_fire_time_changed(hass)
    await settle(hass)
    await poll(120)
    assert activity_recorder.kinds(QUIET_HARBOR) == ["came_online", "started_playing"]


async def test_removed_friend(
    hass: HomeAssistant,
    entry: ConfigEntry,
    activity_recorder: ActivityRecorder,
    friend: Person,
    poll: Poll,
) -> None:
    """A removed friend fires no event."""
    [subentry] = entry.subentries.values()
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await settle(hass)
    friend.play(STARFALL_DRIFT)
    await poll(60)
    await add_friends(hass, entry, QUIET_HARBOR)
    await poll(60)
    assert activity_recorder.of(QUIET_HARBOR) == []


async def test_written_last(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """The event is written after all other entities of the person."""
    states: list[tuple[str, str]] = []

    @callback
    def record(event: Event[EventStateChangedData]) -> None:
        if event.data["entity_id"] == entities.id("event.activity"):
            states.append((entities("binary_sensor.in_game"), entities("sensor.now_playing")))

    owner.play(LUMEN_VIDEO)
    await poll(20)
    hass.bus.async_listen(EVENT_STATE_CHANGED, record)
    owner.play(STARFALL_DRIFT)
    await poll(20)
    owner.stop()
    await poll(20)
    assert states == [("on", "Starfall Drift"), ("off", STATE_UNKNOWN)]
