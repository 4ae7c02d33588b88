"""Tests of the blueprints for lights: they keep their promise however and whenever they are interrupted."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from homeassistant.components.automation import DOMAIN as AUTOMATION_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant

from tests.blueprints.conftest import Automate, Live
from tests.conftest import restart
from tests.helpers.blueprints.files import device_of
from tests.helpers.blueprints.lights import BEFORE, GOLDEN, IDS, WARM, bright, celebration, shown
from tests.helpers.fake_devices import Lamp
from tests.helpers.lights import kill
from tests.simulator import Person
from tests.simulator.world.demo_world import HARBOR_KINGS, STARFALL_DRIFT

MINUTE = 60
INTERRUPTIONS = ["saved", "off and on", "reloaded", "restarted", "killed", "entry reloaded"]

type Interrupt = Callable[[str, str, dict[str, Any]], Awaitable[None]]


@pytest.fixture(name="interrupt")
def interrupt_fixture(
    hass: HomeAssistant, entry: ConfigEntry, automate: Automate, live: Live
) -> Interrupt:
    """Return a function that interrupts the one automation, of which blueprint and inputs are given."""

    async def call(action: str, name: str) -> None:
        entity = {ATTR_ENTITY_ID: f"{AUTOMATION_DOMAIN}.{name}"}
        await hass.services.async_call(AUTOMATION_DOMAIN, action, entity, blocking=True)

    async def interrupt(how: str, name: str, inputs: dict[str, Any]) -> None:
        if how == "saved":
            await automate(name, **{**inputs, "titles": ["Starfall Drift"]})
        elif how == "off and on":
            await call("turn_off", name)
            await live(20)
            await call("turn_on", name)
        elif how == "entry reloaded":
            await hass.config_entries.async_reload(entry.entry_id)
        else:
            await automate()
            if how != "reloaded":
                for scene in hass.states.async_entity_ids("scene"):  # none survives a restart
                    await hass.services.async_call("scene", "delete", {ATTR_ENTITY_ID: scene})
                await restart(hass, entry)
            if how == "killed":
                await kill(hass)
            await automate(name, **inputs)

    return interrupt


@pytest.mark.parametrize("how", INTERRUPTIONS)
@pytest.mark.parametrize("moment", ["game", "wait", "end"])
async def test_game_interrupted(
    hass: HomeAssistant,
    entry: ConfigEntry,
    two_lamps: list[Lamp],
    owner: Person,
    automate: Automate,
    interrupt: Interrupt,
    live: Live,
    how: str,
    moment: str,
) -> None:
    """In a game, in the wait for the next one, or as the game ends: the lamps are as before afterwards."""
    inputs = {"people": [device_of(hass, entry, owner.xuid)], "lights": IDS, "wait_time": 60}
    owner.go_online()
    await live(10)
    await automate("game_lights", **inputs)
    owner.play(STARFALL_DRIFT)
    await live(MINUTE)
    assert shown(two_lamps) == [(51, WARM)] * 2
    if moment == "game":
        await interrupt(how, "game_lights", inputs)
        await live(2 * MINUTE)
        assert shown(two_lamps) == [(51, WARM)] * 2
        owner.stop()
    else:
        owner.stop()
        await live(30 if moment == "wait" else 0)
        await interrupt(how, "game_lights", inputs)
    await live(4 * MINUTE)
    assert shown(two_lamps) == BEFORE


@pytest.mark.parametrize("how", INTERRUPTIONS)
async def test_celebration_interrupted(
    hass: HomeAssistant,
    entry: ConfigEntry,
    two_lamps: list[Lamp],
    owner: Person,
    automate: Automate,
    interrupt: Interrupt,
    live: Live,
    how: str,
) -> None:
    """Lamps do not stay golden, whatever ends the celebration."""
    inputs = celebration(hass, entry, owner, seconds=60)
    await automate("achievement_celebration", **inputs)
    name = {ATTR_ENTITY_ID: "automation.achievement_celebration"}
    await hass.services.async_call(AUTOMATION_DOMAIN, "trigger", name, blocking=False)
    await live(10)
    assert shown(two_lamps) == bright(GOLDEN)
    await interrupt(how, "achievement_celebration", inputs)
    await live(2 * MINUTE)
    assert shown(two_lamps) == BEFORE


async def test_game_begins_meanwhile(
    hass: HomeAssistant,
    entry: ConfigEntry,
    two_lamps: list[Lamp],
    owner: Person,
    automate: Automate,
    live: Live,
) -> None:
    """An automation that is switched on during a game notices it, and one that was off as the game ended, too."""
    inputs = {"people": [device_of(hass, entry, owner.xuid)], "lights": IDS}
    entity = {ATTR_ENTITY_ID: "automation.game_lights"}
    owner.go_online()
    await live(10)
    await automate("game_lights", **inputs)
    await hass.services.async_call(AUTOMATION_DOMAIN, "turn_off", entity, blocking=True)
    owner.play(STARFALL_DRIFT)
    await live(2 * MINUTE)
    assert shown(two_lamps) == BEFORE
    await hass.services.async_call(AUTOMATION_DOMAIN, "turn_on", entity, blocking=True)
    await live(90)
    assert shown(two_lamps) == [(51, WARM)] * 2
    await hass.services.async_call(AUTOMATION_DOMAIN, "turn_off", entity, blocking=True)
    owner.play(HARBOR_KINGS)
    await live(MINUTE)
    owner.stop()
    await live(2 * MINUTE)
    assert shown(two_lamps) == [(51, WARM)] * 2
    await hass.services.async_call(AUTOMATION_DOMAIN, "turn_on", entity, blocking=True)
    await live(2 * MINUTE)
    assert shown(two_lamps) == BEFORE


async def test_unplugged(
    hass: HomeAssistant,
    entry: ConfigEntry,
    two_lamps: list[Lamp],
    owner: Person,
    automate: Automate,
    live: Live,
) -> None:
    """A lamp that is unavailable as the game ends is as before when it comes back."""
    inputs = {"people": [device_of(hass, entry, owner.xuid)], "lights": IDS}
    owner.go_online()
    await live(10)
    await automate("game_lights", **inputs)
    owner.play(STARFALL_DRIFT)
    await live(MINUTE)
    two_lamps[0].plug(False)
    owner.stop()
    await live(5 * MINUTE)
    assert two_lamps[1].looks() == (0, None)
    two_lamps[0].plug()
    await live(10)
    assert shown(two_lamps) == BEFORE


async def test_quiet(
    hass: HomeAssistant,
    entry: ConfigEntry,
    two_lamps: list[Lamp],
    owner: Person,
    automate: Automate,
    live: Live,
) -> None:
    """While nothing changes, the automation does not run, and lamps are told nothing."""
    inputs = {"people": [device_of(hass, entry, owner.xuid)], "lights": IDS}
    owner.go_online()
    await live(10)
    await automate("game_lights", **inputs)
    await live(2 * MINUTE)
    runs: list[Any] = []
    hass.bus.async_listen("automation_triggered", runs.append)
    await live(20 * MINUTE)
    assert runs == []
    owner.play(STARFALL_DRIFT)
    await live(3 * MINUTE)
    runs.clear()
    told = [len(it.told) for it in two_lamps]
    await live(20 * MINUTE)
    assert runs == []
    assert [len(it.told) for it in two_lamps] == told == [1, 1]
