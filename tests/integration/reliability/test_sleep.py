"""The host of Home Assistant sleeps: what has changed meanwhile is known afterwards, and told as no event."""

import time
from collections.abc import Awaitable, Callable

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.achievement_events import AchievementEvents, did
from tests.helpers.activity_events import ActivityRecorder
from tests.helpers.automations.triggers import TriggerRecorder
from tests.helpers.consoles import ConsoleEntities, consoles_fixture  # noqa: F401  pytest finds the fixture here
from tests.helpers.entities import Entities
from tests.simulator import Console, Person, Simulator
from tests.simulator.people.person import NO_MOMENT
from tests.simulator.world.demo_world import EMBER_VALE, HARBOR_KINGS, STARFALL_DRIFT

HOUR = 3600.0

type Sleep = Callable[[float], Awaitable[None]]


@pytest.fixture(name="sleep", params=["suspended", "stopped"])
def sleep_fixture(
    request: pytest.FixtureRequest,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    poll: Poll,
) -> Sleep:
    """Return a function that lets the host sleep, and wakes it up.

    While it is suspended, its monotonic clock stands still; while it is stopped, as a virtual machine, all
    clocks go on.
    """
    slept, running = 0.0, time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: running() - slept)

    async def sleep(seconds: float) -> None:
        nonlocal slept
        freezer.tick(seconds)
        if request.param == "suspended":
            slept += seconds
        await poll()

    return sleep


@pytest.mark.parametrize("seconds", [600, 3 * HOUR, 40 * HOUR])
async def test_no_event_of_a_person(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    sleep: Sleep,
    seconds: float,
) -> None:
    """What somebody did in the sleep fires no event, but is shown; what comes after it fires."""
    owner.join_party(2)
    owner.play(HARBOR_KINGS)
    await poll(70)
    activity_recorder = ActivityRecorder(hass)
    owner.leave_party()
    owner.play(STARFALL_DRIFT)
    await sleep(seconds)
    assert entities("sensor.now_playing") == "Starfall Drift"
    await poll(400)
    assert activity_recorder.of(owner.xuid) == []
    owner.join_party(2)
    owner.go_offline()
    await poll(70)
    assert activity_recorder.kinds(owner.xuid) == ["stopped_playing", "went_offline"]


async def test_nothing_has_changed(
    hass: HomeAssistant,
    consoles: tuple[Console, Console],
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    sleep: Sleep,
) -> None:
    """After a sleep in which nothing has changed, everything is available again at once, and as before."""
    players = [ConsoleEntities(hass, it.console_id) for it in consoles]
    owner.play(STARFALL_DRIFT)
    await poll(700)
    activity_recorder = ActivityRecorder(hass)
    before = [entities.steady(), *(it.steady() for it in players)]
    await sleep(3 * HOUR)
    await poll(10)
    assert [entities.steady(), *(it.steady() for it in players)] == before
    assert activity_recorder.of(owner.xuid) == []


async def test_nap(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, poll: Poll, sleep: Sleep
) -> None:
    """A sleep of four minutes is like a short outage: a change in it fires once, and nothing else changes."""
    await poll(70)
    activity_recorder = ActivityRecorder(hass)
    owner.play(STARFALL_DRIFT)
    await sleep(240)
    await poll(70)
    assert activity_recorder.kinds(owner.xuid) == ["came_online", "started_playing"]


@pytest.mark.parametrize("answers", [False, True], ids=["network-comes-later", "network-at-once"])
async def test_no_event_of_a_console(
    hass: HomeAssistant,
    simulator: Simulator,
    consoles: tuple[Console, Console],
    entry: ConfigEntry,
    poll: Poll,
    sleep: Sleep,
    answers: bool,
) -> None:
    """A console that was switched on or off in the sleep fires no trigger; one that is later fires."""
    await poll(700)
    den, bedroom = consoles
    player = ConsoleEntities(hass, den.console_id).id("media_player")
    other = ConsoleEntities(hass, bedroom.console_id).id("media_player")
    target = {"entity_id": [player, other]}
    switched_on = await TriggerRecorder(hass).attach("console_turned_on", target)
    switched_off = await TriggerRecorder(hass).attach("console_turned_off", target)
    den.power, bedroom.power = "Off", "On"
    if not answers:
        simulator.fail(Service.CONSOLES, status=503, times=None)
    await sleep(3 * HOUR)
    await poll(30)
    simulator.heal()
    await poll(200)
    states = [hass.states.get(it) for it in (player, other)]
    assert [it.state for it in states if it] == ["off", "idle"]
    assert (switched_on.told, switched_off.told) == ([], [])
    den.power = "On"
    await poll(70)
    assert [it["entity_id"] for it in switched_on.told] == [player]


@pytest.mark.parametrize("at", [None, NO_MOMENT], ids=["with-time", "without-time"])
@pytest.mark.parametrize("title_id", [STARFALL_DRIFT, EMBER_VALE], ids=["modern", "xbox-360"])
async def test_unlocks(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    poll: Poll,
    sleep: Sleep,
    title_id: str,
    at: float | None,
) -> None:
    """What was unlocked in the sleep is told once afterwards, as late."""
    achievement_events = AchievementEvents(hass)
    owner.play(title_id)
    await poll(150)
    at = at if at is not None else simulator.world.clock() + HOUR
    owner.unlock(title_id, at=at)
    await sleep(3 * HOUR)
    await poll(700)
    name = "Starfall Drift" if title_id == STARFALL_DRIFT else "Ember Vale"
    number = 13 if title_id == STARFALL_DRIFT else 11
    assert achievement_events.texts(owner.xuid) == [(did(number, name), True)]


async def test_service_tells_a_wrong_time(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person, poll: Poll
) -> None:
    """A service whose clock jumps is no sleep: a change fires as ever."""
    await poll(70)
    activity_recorder = ActivityRecorder(hass)
    owner.play(STARFALL_DRIFT)
    wrong = {"Date": "Sat, 01 Mar 2036 08:00:00 GMT"}
    simulator.fail(Service.PRESENCE, headers=wrong, times=3)
    await poll(70)
    assert activity_recorder.kinds(owner.xuid) == ["came_online", "started_playing"]
