"""Action `launch` on a console that is gone: an error that says so, never a silent success."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ENTITY_MATCH_NONE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er

from custom_components.xbox_network.actions.launch import LAUNCH
from custom_components.xbox_network.const import DOMAIN
from tests.conftest import Poll
from tests.helpers.consoles import Actions, ConsoleEntities, told
from tests.simulator import Console, Simulator

START = "ActivateApplicationWithOneStoreProductId"


class Launcher:
    """Calls the action on a target, with or without a wish for an answer."""

    def __init__(self, hass: HomeAssistant, actions: Actions) -> None:
        """Call it in this Home Assistant."""
        self.hass = hass
        self._actions = actions

    async def __call__(self, *, answer: bool = False, **target: Any) -> Any:
        """Start a game. Return the answer or raise the error."""
        data = {"name": "Starfall Drift", "wait": 0}
        call = self.hass.services.async_call(
            DOMAIN, LAUNCH, data, blocking=True, target=target, return_response=answer
        )
        return await self._actions.wait_for(call)

    async def fails(self, **target: Any) -> str:
        """Return the missing targets that the error names, the same with and without an answer."""
        names = set[str]()
        for answer in (False, True):
            with pytest.raises(ServiceValidationError) as raised:
                await self(answer=answer, **target)
            assert raised.value.translation_key == "launch_no_console"
            names.add(str((raised.value.translation_placeholders or {})["missing"]))
        [name] = names
        return name


@pytest.fixture(name="launch")
def launch_fixture(hass: HomeAssistant, entry: ConfigEntry, actions: Actions) -> Launcher:
    """Return a launcher."""
    return Launcher(hass, actions)


@pytest.mark.parametrize(
    "target",
    [
        {"entity_id": "media_player.gone"},
        {"entity_id": ["media_player.gone", "media_player.lost"]},
        {"device_id": "0123456789abcdef"},
        {"area_id": "attic"},
        {"label_id": "games"},
    ],
)
async def test_nothing_there(den: Console, launch: Launcher, target: dict[str, Any]) -> None:
    """Nothing of what is named is there."""
    [named] = target.values()
    missing = await launch.fails(**target)
    assert missing == (named if isinstance(named, str) else ", ".join(named))
    assert told(den) == []


async def test_area_without_a_console(den: Console, launch: Launcher) -> None:
    """An area without a console is no target."""
    area = ar.async_get(launch.hass).async_create("Attic")
    assert await launch.fails(area_id=area.id) == "attic"


async def test_deleted(
    simulator: Simulator, den: Console, launch: Launcher, at_den: ConsoleEntities, poll: Poll
) -> None:
    """A console that was taken out of the account, and then one that was deleted."""
    player = at_den.id("media_player")
    entity = er.async_get(launch.hass).async_get(player)
    assert entity
    device_id = entity.device_id
    assert device_id
    simulator.world.remove_console(den)
    await poll(720, step=60)
    assert await launch.fails(entity_id=player) == player
    dr.async_get(launch.hass).async_remove_device(device_id)
    await poll()
    assert await launch.fails(entity_id=player) == player
    assert await launch.fails(device_id=device_id) == device_id


async def test_account_not_loaded(
    den: Console, entry: ConfigEntry, launch: Launcher, at_den: ConsoleEntities
) -> None:
    """A console whose account is not loaded."""
    player = at_den.id("media_player")
    await launch.hass.config_entries.async_unload(entry.entry_id)
    assert await launch.fails(entity_id=player) == player


@pytest.mark.parametrize("gone", ["media_player.gone", "media_player.tv", "sensor.sun"])
async def test_one_of_two(
    den: Console, launch: Launcher, at_den: ConsoleEntities, gone: str
) -> None:
    """The one that is there starts the game, then the error names the other one."""
    launch.hass.states.async_set("media_player.tv", "on")
    assert await launch.fails(entity_id=[at_den.id("media_player"), gone]) == gone
    assert told(den) == [START] * 2


async def test_what_is_there(den: Console, launch: Launcher, at_den: ConsoleEntities) -> None:
    """What is there works by each kind of target; a target that means nothing does nothing."""
    player = at_den.id("media_player")
    entity = er.async_get(launch.hass).async_get(player)
    assert entity
    assert entity.device_id
    area = ar.async_get(launch.hass).async_create("Den")
    dr.async_get(launch.hass).async_update_device(entity.device_id, area_id=area.id)
    targets: list[dict[str, Any]] = [
        {"entity_id": player},
        {"device_id": entity.device_id},
        {"area_id": area.id},
    ]
    for target in targets:
        await launch(**target)
        assert set(await launch(answer=True, **target)) == {player}
    assert told(den) == [START] * 6
    await launch(entity_id=ENTITY_MATCH_NONE)
    assert told(den) == []
