"""Consoles in Home Assistant while the service says little for long: states, triggers, requests, state writes."""

from collections import Counter
from collections.abc import Iterable

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.automations.console_triggers import ConsoleTriggers
from tests.helpers.automations.triggers import set_up_condition
from tests.helpers.client.thin_consoles import APPS_THIN, LISTS_THIN, STATUSES, Change, put
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import BEDROOM, DEN

STATE_OF_DEN = f"/consoles/{DEN}"
LISTS, APPS = "/lists/devices", "/lists/installedApps"
UNKNOWN = put("Unknown", "powerState")
HOUR = 3600


def _count(simulator: Simulator, kinds: Iterable[str]) -> dict[str, int]:
    """Return how many requests there were of each kind of path."""
    paths = [it.path for it in simulator.requests(Service.CONSOLES)]
    return {kind: sum(it.startswith(kind) for it in paths) for kind in kinds}


@pytest.mark.parametrize(
    ("path", "change"),
    [
        (STATE_OF_DEN, UNKNOWN),
        *((STATE_OF_DEN, STATUSES[it]) for it in ("no power", "on and nothing else", "no app")),
        *((LISTS, LISTS_THIN[it]) for it in ("empty", "without the first", "one unreadable")),
        *((APPS, APPS_THIN[it]) for it in ("empty", "an unreadable item", "without name")),
    ],
)
@pytest.mark.parametrize("power", ["On", "ConnectedStandby"])
async def test_requests_of_an_hour(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    path: str,
    change: Change,
    power: str,
) -> None:
    """A service that says little all the time is not asked more often than one that says everything."""
    den.power = power
    await poll(70)
    writes: Counter[str] = Counter()

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        writes[event.data["entity_id"]] += 1

    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    simulator.spoil(Service.CONSOLES, change, path, times=None)
    simulator.clear()
    await poll(HOUR, step=10.0)
    stop()
    asked = _count(simulator, (STATE_OF_DEN, f"/consoles/{BEDROOM}", LISTS, APPS))
    assert asked[STATE_OF_DEN] <= (HOUR // 10 + 5 if power == "On" else HOUR // 60 + 40)
    assert asked[f"/consoles/{BEDROOM}"] <= HOUR // 60 + 5
    assert asked[LISTS] <= HOUR // 60 + 3
    assert asked[APPS] <= 6
    assert writes[at_den.id("media_player")] <= 4


async def test_unknown_for_hours(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
) -> None:
    """Nobody knows the power for hours: the condition does not hold, a command is shown, and each switch fires once."""
    player = at_den.id("media_player")
    triggers = await ConsoleTriggers(hass, player).attach()
    is_on = await set_up_condition(hass, "is_console_on", {"entity_id": player})
    simulator.spoil(Service.CONSOLES, UNKNOWN, STATE_OF_DEN, times=None)
    await poll(2 * HOUR, step=30.0)
    assert (at_den("media_player"), is_on.async_check()) == (STATE_UNKNOWN, False)
    await actions.call("media_player.turn_off", player)
    assert at_den("media_player") == "off"
    await poll(60)
    assert at_den("media_player") == "off"
    await poll(HOUR, step=30.0)
    assert (at_den("media_player"), triggers.told) == (STATE_UNKNOWN, {"turned_off": 1})
    simulator.heal()
    await poll(70)
    assert (at_den("media_player"), triggers.told) == ("off", {"turned_off": 1})
    triggers.close()


@pytest.mark.parametrize("silent", [30, 110, 280])
async def test_silence_after_a_command(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
    silent: float,
) -> None:
    """Off by our command, and no answer tells the power for a while: it was turned off, once."""
    player = at_den.id("media_player")
    triggers = await ConsoleTriggers(hass, player).attach()
    simulator.spoil(Service.CONSOLES, UNKNOWN, STATE_OF_DEN, times=None)
    await actions.call("media_player.turn_off", player)
    await poll(silent)
    assert (at_den("media_player"), triggers.told) == ("off", {"turned_off": 1})
    simulator.heal()
    await poll(120)
    assert (at_den("media_player"), triggers.told) == ("off", {"turned_off": 1})
    triggers.close()


@pytest.mark.parametrize("after", [3, 20, 60, 85])
@pytest.mark.parametrize("lag", [0, 20])
async def test_switched_by_a_person_after_a_command(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
    after: float,
    lag: float,
) -> None:
    """A person who switches a console on again after our command is believed, and the trigger fires once."""
    player = at_den.id("media_player")
    den.lag = lag
    await poll(100)
    triggers = await ConsoleTriggers(hass, player).attach()
    await actions.call("media_player.turn_off", player)
    await poll(after)
    den.power = "On"
    await poll(max(90.0 - after, 75.0) + lag)
    assert (at_den("media_player"), triggers.told) == ("idle", {"turned_off": 1, "turned_on": 1})
    await poll(120)
    assert triggers.told == {"turned_off": 1, "turned_on": 1}
    triggers.close()


@pytest.mark.parametrize("lag", [25, 60])
async def test_reloaded_after_a_command(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
    lag: float,
) -> None:
    """What the service told before a command is old news after a reload, too."""
    player = at_den.id("media_player")
    den.lag = lag
    await poll(100)
    triggers = await ConsoleTriggers(hass, player).attach()
    await actions.call("media_player.turn_off", player)
    await hass.config_entries.async_reload(entry.entry_id)
    await poll(150)
    assert (at_den("media_player"), triggers.told) == ("off", {"turned_off": 1})
    triggers.close()
