"""Console triggers: when they fire and their payload, in the simulated network."""

from typing import Any, override

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart
from tests.helpers.automations.trigger_script import TriggerScript
from tests.helpers.automations.triggers import TriggerRecorder, device_of, put_into_area
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.settling import settle
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import DEN

ON, OFF = "On", "Off"


class ConsoleScript(TriggerScript):
    """A script for two consoles, and the triggers attached to them."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        simulator: Simulator,
        poll: Poll,
        consoles: tuple[Console, Console],
    ) -> None:
        """Begin without triggers."""
        super().__init__()
        self.hass = hass
        self._entry = entry
        self._simulator = simulator
        self._poll = poll
        self._consoles = dict(zip(("den", "bedroom"), consoles, strict=True))

    @override
    async def _step(self, what: str, *how: str) -> None:
        match what:
            case "den" | "bedroom":
                self._consoles[what].power = how[0]
                return await self._poll(70)
            case "run":
                self._consoles["den"].run(how[0].replace("_", " "))
            case "wait":
                return await self._poll(float(how[0]), step=20.0)
            case "fail":
                self._simulator.fail(Service.CONSOLES, status=int(how[0]), times=None)
            case "heal":
                self._simulator.heal(Service.CONSOLES)
            case "reload":
                await self.hass.config_entries.async_reload(self._entry.entry_id)
                await settle(self.hass)
            case "restart":
                await restart(self.hass, self._entry)
            case _:
                raise AssertionError(what)
        await self._poll()
        return None


@pytest.fixture(name="console_script")
def console_script_fixture(
    hass: HomeAssistant,
    consoles: tuple[Console, Console],
    entry: ConfigEntry,
    simulator: Simulator,
    poll: Poll,
) -> ConsoleScript:
    """Return a script for two consoles: the den's is on and the bedroom's is off."""
    return ConsoleScript(hass, entry, simulator, poll, consoles)


TRIGGERS: dict[str, tuple[str, dict[str, Any]]] = {
    "on": ("console_turned_on", {}),
    "off": ("console_turned_off", {}),
    "first_on": ("console_turned_on", {"behavior": "first"}),
    "all_on": ("console_turned_on", {"behavior": "all"}),
    "all_off": ("console_turned_off", {"behavior": "all"}),
    "first_off": ("console_turned_off", {"behavior": "first"}),
    "on_for": ("console_turned_on", {"for": {"minutes": 8}}),
}
ROWS = [
    ("wait 60", {}),
    ("run Starfall_Drift, wait 20", {}),
    ("bedroom On", {"on": 1, "all_on": 1}),
    ("wait 480", {"on_for": 1}),
    ("bedroom SystemUpdate", {}),
    ("bedroom On", {}),
    ("bedroom Off", {"off": 1, "first_off": 1}),
    ("reload, wait 60, restart, wait 60", {}),
    ("fail 503, wait 600", {}),
    ("heal, wait 600", {}),
    ("den Off", {"off": 1, "all_off": 1}),
    ("den On, wait 100", {"on": 1, "first_on": 1}),
    ("den Off, wait 300", {"off": 1, "all_off": 1}),
    ("den On", {"on": 1, "first_on": 1}),
    ("fail 503, wait 600, heal, wait 600", {}),  # it is unknown whether it was on all the time
]


async def test_consoles(
    hass: HomeAssistant,
    console_script: ConsoleScript,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
) -> None:
    """Each switch fires once; updates, reloads, restarts and outages fire no trigger."""
    area = ar.async_get(hass).async_create("House")
    for entities in (at_den, at_bedroom):
        put_into_area(hass, device_of(hass, entities.id("media_player")), area.id)
    for label, (name, options) in TRIGGERS.items():
        console_script.recorders[label] = await TriggerRecorder(hass).attach(
            name, {"area_id": area.id}, options
        )
    fired = [(script, await console_script.play(script)) for script, _ in ROWS]
    assert fired == ROWS
    console_script.close()


async def test_payload(
    hass: HomeAssistant,
    console_script: ConsoleScript,
    at_bedroom: ConsoleEntities,
    bedroom: Console,
) -> None:
    """The payload has the console and its states before and after."""
    device_id = device_of(hass, at_bedroom.id("media_player"))
    recorder = await TriggerRecorder(hass).attach("console_turned_on", {"device_id": device_id})
    await console_script.play("bedroom On")
    [payload] = recorder.told
    assert payload["description"] == f"{bedroom.name} turned on"
    assert payload["entity_id"] == at_bedroom.id("media_player")
    assert payload["console"] == device_id
    assert (payload["from_state"].state, payload["to_state"].state) == ("off", "idle")
    recorder.detach()


async def test_payload_after_a_while(
    hass: HomeAssistant, console_script: ConsoleScript, at_den: ConsoleEntities
) -> None:
    """With a duration the payload has the state before the switch, whatever was in front meanwhile."""
    await console_script.play("den Off")
    recorder = await TriggerRecorder(hass).attach(
        "console_turned_on", {"entity_id": at_den.id("media_player")}, {"for": {"minutes": 3}}
    )
    await console_script.play("den On, run Starfall_Drift, wait 180")
    [payload] = recorder.told
    assert payload["from_state"].state == "off"
    assert at_den("media_player") != payload["to_state"].state
    recorder.detach()


@pytest.mark.parametrize("how", ["unavailable", "disabled"])
async def test_one_of_all_does_not_count(
    hass: HomeAssistant,
    console_script: ConsoleScript,
    simulator: Simulator,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
    how: str,
) -> None:
    """A console that is unavailable or disabled is none of all consoles, although it was on before."""
    players = [it.id("media_player") for it in (at_den, at_bedroom)]
    recorder = await TriggerRecorder(hass).attach(
        "console_turned_off", {"entity_id": players}, {"behavior": "all"}
    )
    await console_script.play("bedroom On")
    if how == "unavailable":
        simulator.fail(Service.CONSOLES, status=503, path=f"/consoles/{DEN}", times=None)
    else:
        er.async_get(hass).async_update_entity(
            players[0], disabled_by=er.RegistryEntryDisabler.USER
        )
    await poll(400)
    await console_script.play("bedroom Off")
    assert len(recorder.told) == 1
    recorder.detach()


async def test_detached(
    hass: HomeAssistant, console_script: ConsoleScript, at_bedroom: ConsoleEntities
) -> None:
    """A trigger that is detached listens to nothing any more."""
    before = hass.bus.async_listeners()
    recorder = TriggerRecorder(hass)
    await recorder.attach("console_turned_on", {"entity_id": at_bedroom.id("media_player")})
    assert hass.bus.async_listeners() != before
    recorder.detach()
    assert hass.bus.async_listeners() == before


async def test_attached_before_the_entry_is_loaded(
    hass: HomeAssistant, console_script: ConsoleScript, entry: ConfigEntry, at_den: ConsoleEntities
) -> None:
    """A console that is on when Home Assistant starts has not been turned on."""
    await hass.config_entries.async_unload(entry.entry_id)
    await settle(hass)
    assert at_den("media_player") == STATE_UNAVAILABLE
    target = {"entity_id": at_den.id("media_player")}
    recorder = console_script.recorders["on"] = await TriggerRecorder(hass).attach(
        "console_turned_on", target
    )
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    assert await console_script.play("wait 60") == {}
    assert await console_script.play("den Off, den On") == {"on": 1}
    recorder.detach()
