"""Consoles in Home Assistant hold what was known: through odd answers, late ones, and a restart."""

from itertools import groupby
from random import Random
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart
from tests.helpers.automations.console_triggers import ConsoleTriggers
from tests.helpers.automations.triggers import TriggerRecorder, set_up_condition
from tests.helpers.client.thin_consoles import Change, drop, put
from tests.helpers.console_thinning import ConsoleThinning
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.helpers.random_traces import TRACES, random_traces
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import BEDROOM, DEN

STATE_OF_DEN = f"/consoles/{DEN}"
LISTS, APPS = "/lists/devices", "/lists/installedApps"
UNKNOWN = put("Unknown", "powerState")


class Seen:
    """The states and the sources of a media player, and what the triggers told of it."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        """Start to record."""
        self._hass = hass
        self._entity_id = entity_id
        self.states: list[str] = []
        self.sources: list[str | None] = []
        self._triggers = ConsoleTriggers(hass, entity_id)
        self._stop = hass.bus.async_listen(EVENT_STATE_CHANGED, self._on_change)

    async def attach(self) -> Seen:
        """Attach the triggers."""
        await self._triggers.attach()
        return self

    @callback
    def _on_change(self, event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        if event.data["entity_id"] == self._entity_id and new:
            self.states.append(new.state)
            self.sources.append(new.attributes.get("source"))

    @property
    def states_in_a_row(self) -> list[str]:
        """The states, without repetitions."""
        return [state for state, _ in groupby(self.states)]

    @property
    def told(self) -> dict[str, int]:
        """How often each trigger has fired."""
        return self._triggers.told

    @property
    def payloads(self) -> dict[str, list[dict[str, Any]]]:
        """What each trigger told."""
        return {name: it.told for name, it in self._triggers.recorders.items()}

    def clear(self) -> None:
        """Forget everything."""
        self.states.clear()
        self.sources.clear()
        self._triggers.clear()

    def close(self) -> None:
        """Stop to record."""
        self._stop()
        self._triggers.close()


@pytest.mark.parametrize(
    ("path", "change"),
    [
        (STATE_OF_DEN, UNKNOWN),
        (STATE_OF_DEN, drop("powerState")),
        (STATE_OF_DEN, put("", "focusAppAumid")),
        (STATE_OF_DEN, drop("focusAppAumid")),
        (STATE_OF_DEN, drop("isTvConfigured")),
        (APPS, put([], "result")),
        (APPS, put([None], "result")),
        (APPS, drop("result", 0)),
        (LISTS, put([], "result")),
        (LISTS, put(["odd", "odd"], "result")),
        (LISTS, put([], "result", 0, "storageDevices")),
        (LISTS, put(None, "result", 0, "name")),
    ],
)
async def test_one_odd_answer(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    path: str,
    change: Change,
) -> None:
    """One odd answer writes no state of any entity of the console, and fires nothing."""
    den.tv_configured = True
    den.run("Starfall Drift")
    await poll(20)
    before = {it: (at_den[it].state, at_den[it].attributes) for it in ("media_player", "remote")}
    disks = at_den.all()
    seen = await Seen(hass, at_den.id("media_player")).attach()
    simulator.spoil(Service.CONSOLES, change, path)
    entry.runtime_data.consoles.observer.request_list()
    entry.runtime_data.consoles.observer.request_apps()
    await poll(70)
    assert (seen.states, seen.told) == ([], {})
    assert {it: (at_den[it].state, at_den[it].attributes) for it in before} == before
    assert at_den.all() == disks
    seen.close()


@pytest.mark.parametrize("seconds", [10, 250, 400])
async def test_off_after_unknown(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    seconds: float,
) -> None:
    """On, unknown for however long, off: the console was turned off, once; then the same to on."""
    seen = await Seen(hass, at_den.id("media_player")).attach()
    for power, trigger in (("ConnectedStandby", "turned_off"), ("On", "turned_on")):
        seen.clear()
        simulator.spoil(Service.CONSOLES, UNKNOWN, STATE_OF_DEN, times=None)
        await poll(seconds)
        assert (at_den("media_player") == STATE_UNKNOWN) is (seconds > 300)
        den.power = power
        await poll(10)
        simulator.heal()
        await poll(90)
        assert seen.told == {trigger: 1}
        [payload] = seen.payloads[trigger]
        assert payload["from_state"].state not in (STATE_UNKNOWN, STATE_UNAVAILABLE)
    seen.close()


async def test_off_after_unavailable(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
) -> None:
    """On, unavailable, off: turned off, once. On, unavailable, unknown, on: nothing."""
    seen = await Seen(hass, at_den.id("media_player")).attach()
    simulator.fail(Service.CONSOLES, status=503, path=STATE_OF_DEN, times=None)
    await poll(400)
    assert at_den("media_player") == STATE_UNAVAILABLE
    den.power = "Off"
    simulator.heal()
    await poll(100)
    assert seen.told == {"turned_off": 1}
    seen.clear()
    simulator.fail(Service.CONSOLES, status=503, path=STATE_OF_DEN, times=None)
    await poll(400)
    simulator.heal()
    simulator.spoil(Service.CONSOLES, UNKNOWN, STATE_OF_DEN, times=None)
    await poll(400)
    simulator.heal()
    await poll(100)
    assert seen.told == {}
    assert at_den("media_player") == "off"
    seen.close()


async def test_switched_during_a_reload(
    hass: HomeAssistant, den: Console, entry: ConfigEntry, at_den: ConsoleEntities, poll: Poll
) -> None:
    """A console that was turned off while the account was reloaded was turned off."""
    seen = await Seen(hass, at_den.id("media_player")).attach()
    await hass.config_entries.async_unload(entry.entry_id)
    den.power = "Off"
    await poll()
    await hass.config_entries.async_setup(entry.entry_id)
    await poll(20)
    assert seen.told == {"turned_off": 1}
    seen.close()


async def test_all_consoles_with_an_unknown_one(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """Of several consoles an unknown one counts as it was: with one that was on, not all are off."""
    bedroom.power = "On"
    await poll(70)
    target = {"entity_id": [at_den.id("media_player"), at_bedroom.id("media_player")]}
    all_off = await TriggerRecorder(hass).attach("console_turned_off", target, {"behavior": "all"})
    simulator.spoil(Service.CONSOLES, UNKNOWN, STATE_OF_DEN, times=None)
    await poll(400)
    bedroom.power = "Off"
    await poll(20)
    assert (at_den("media_player"), at_bedroom("media_player")) == (STATE_UNKNOWN, "off")
    assert all_off.told == []
    simulator.heal()
    den.power = "Off"
    await poll(70)
    assert len(all_off.told) == 1
    all_off.detach()


async def test_condition(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
) -> None:
    """The condition goes on through an answer that says nothing, also with a duration."""
    target = {"entity_id": at_den.id("media_player")}
    is_on = await set_up_condition(hass, "is_console_on", target)
    for_minutes = await set_up_condition(hass, "is_console_on", target, {"for": {"minutes": 2}})
    await poll(130)
    simulator.spoil(Service.CONSOLES, UNKNOWN, STATE_OF_DEN, times=3)
    for _ in range(4):
        await poll(10)
        assert (is_on.async_check(), for_minutes.async_check()) == (True, True)


@pytest.mark.parametrize("lag", [25, 70])
async def test_late_after_a_command(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
    lag: float,
) -> None:
    """A service that is late after our commands changes no state back, and fires no trigger."""
    player = at_den.id("media_player")
    seen = await Seen(hass, player).attach()
    den.lag = lag
    await actions.call("media_player.turn_off", player)
    await poll(150)
    assert (seen.states_in_a_row, seen.told) == (["off"], {"turned_off": 1})
    seen.clear()
    await actions.call("media_player.turn_on", player)
    await actions.call("media_player.select_source", player, source="Starfall Drift")
    await poll(150)
    assert (seen.states_in_a_row[-1], seen.told) == ("playing", {"turned_on": 1})
    assert set(seen.sources) <= {None, "Starfall Drift"}
    seen.close()


async def test_apps_after_a_restart(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
) -> None:
    """After a restart the source list is there before the list of apps was answered."""
    sources = at_den["media_player"].attributes["source_list"]
    assert "Starfall Drift" in sources
    den.refuse("ThrottledTryAgain", at="installedApps", times=None)
    await restart(hass, entry)
    assert at_den["media_player"].attributes["source_list"] == sources
    await poll(120)
    assert at_den["media_player"].attributes["source_list"] == sources


@pytest.mark.parametrize("name", [" ", "\u200b", "\u3164", "...", "-", ""])
async def test_names_without_a_letter(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    name: str,
) -> None:
    """A name without a letter, digit or symbol is none: no source, no console, no disk."""
    before = at_den["media_player"].attributes

    def rename(answer: Any) -> None:
        for item in answer["result"]:
            item["name"] = name
            for disk in item.get("storageDevices") or ():
                disk["storageDeviceName"] = name

    simulator.spoil(Service.CONSOLES, rename, LISTS, times=None)
    den.app("Grid Tuner").name = name
    entry.runtime_data.consoles.observer.request_list()
    entry.runtime_data.consoles.observer.request_apps()
    await poll(30)
    now = at_den["media_player"].attributes
    assert now["friendly_name"] == before["friendly_name"]
    assert set(before["source_list"]) - set(now["source_list"]) == {"Grid Tuner"}
    assert set(now["source_list"]) < set(before["source_list"])


def _act(rng: Random, den: Console) -> list[str]:
    """Let somebody do one thing; return the triggers that tell of it."""
    if den.power != "On":
        den.power = "On"
        return ["turned_on"]
    match rng.randrange(3):
        case 0:
            den.power = "ConnectedStandby"
            return ["turned_off"]
        case 1:
            den.go_home()
        case _:
            den.run(rng.choice(("Starfall Drift", "Harbor Kings", "Lumen Video")))
    return []


@pytest.mark.random_traces
async def test_random_lives(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    actions: Actions,
    poll: Poll,
) -> None:
    """Each switch fires once, no other state or source is shown, and nothing else moves. One trace in ten."""
    player = at_den.id("media_player")
    seen = await Seen(hass, player).attach()
    for title in ("Starfall Drift", "Harbor Kings", "Lumen Video"):
        den.run(title)
        await poll(20)
    asleep = at_bedroom.all()
    for rng in random_traces("lives of a console through states", 0, max(1, min(TRACES, 10))):
        thinning = ConsoleThinning(rng, DEN, BEDROOM)
        simulator.heal()
        thinning.attach(simulator)
        seen.clear()
        sources = {at_den["media_player"].attributes.get("source")}
        caused = _act(rng, den)
        sources |= {den.title.name if den.title else None, "Home", None}
        await poll(90)
        if den.power == "On" and rng.random() < 0.5:
            await actions.call("media_player.turn_off", player)
            caused.append("turned_off")
            await poll(110)
        thinning.active = False
        await poll(70)
        fired = [name for name, payloads in seen.payloads.items() for _ in payloads]
        assert sorted(fired) == sorted(caused)
        assert set(seen.sources) <= sources
        assert not {STATE_UNKNOWN, STATE_UNAVAILABLE} & set(seen.states)
        assert len(seen.states_in_a_row) <= 4
        assert at_bedroom.all() == asleep
    seen.close()
