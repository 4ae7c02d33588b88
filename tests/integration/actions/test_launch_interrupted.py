"""Action `launch` while its account, its entity or Home Assistant goes away, and while a console asks who plays."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryDisabler
from homeassistant.const import ATTR_ENTITY_ID, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from custom_components.xbox_network.actions.launch import LAUNCH
from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.helpers.settling import settle
from tests.simulator import Console, Ending, Person, Simulator
from tests.simulator.world.demo_world import DEN

START = "ActivateApplicationWithOneStoreProductId"

type Interrupt = Callable[[HomeAssistant, ConfigEntry], Awaitable[object]]


async def reload(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Reload the account."""
    await hass.config_entries.async_reload(entry.entry_id)


async def disable(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Disable the account."""
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)


async def remove(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove the account."""
    await hass.config_entries.async_remove(entry.entry_id)


async def stop(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Begin to stop Home Assistant."""
    hass.set_state(CoreState.stopping)
    hass.bus.async_fire_internal(EVENT_HOMEASSISTANT_STOP)


class Waiting:
    """A launch that is on its way."""

    def __init__(self, hass: HomeAssistant, actions: Actions, entity_id: str, **data: Any) -> None:
        """Start the action."""
        self._actions = actions
        self._entity_id = entity_id
        self._call = asyncio.ensure_future(
            hass.services.async_call(
                DOMAIN,
                LAUNCH,
                {"name": "Starfall Drift", "wait": 300, **data},
                blocking=True,
                target={ATTR_ENTITY_ID: entity_id},
                return_response=True,
            )
        )

    def has_ended(self) -> bool:
        """Return whether it has ended."""
        return self._call.done()

    async def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        await self._actions.pass_time(seconds)

    async def answer(self) -> dict[str, Any]:
        """Return the answer, or raise the error."""
        result: Any = await self._actions.wait_for(self._call)
        answer: dict[str, Any] = result[self._entity_id]
        return answer


@pytest.fixture(autouse=True)
def _running(hass: HomeAssistant) -> Iterator[None]:
    """Let Home Assistant run again after the test, whose fixtures stop it."""
    yield
    hass.set_state(CoreState.running)


@pytest.mark.parametrize("interrupt", [reload, disable, remove, stop])
@pytest.mark.parametrize("seconds", [0.2, 1.5, 20, 80])
async def test_ends_at_once(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    interrupt: Interrupt,
    seconds: float,
) -> None:
    """The action ends at once with the reason, whatever it waits for."""
    den.lag = 1000  # the network tells nothing of the game
    waiting = Waiting(hass, actions, at_den.id("media_player"))
    await waiting.pass_time(seconds)
    assert not waiting.has_ended()
    await interrupt(hass, entry)
    await waiting.pass_time(0.5)
    assert waiting.has_ended()
    with pytest.raises(HomeAssistantError) as raised:
        await waiting.answer()
    assert raised.value.translation_key == "account_unloaded"


@pytest.mark.parametrize("interrupt", [reload, disable, remove, stop])
@pytest.mark.parametrize("seconds", [3, 14])
async def test_while_it_wakes(
    hass: HomeAssistant,
    bedroom: Console,
    entry: ConfigEntry,
    at_bedroom: ConsoleEntities,
    actions: Actions,
    interrupt: Interrupt,
    seconds: float,
) -> None:
    """So it does while the console wakes up, and while it is not ready yet. Nothing is sent afterwards."""
    bedroom.end_next(START, "OffConsoleError", times=50)
    waiting = Waiting(
        hass, actions, at_bedroom.id("media_player"), name="Harbor Kings", turn_on=True
    )
    await waiting.pass_time(seconds)
    await interrupt(hass, entry)
    await waiting.pass_time(0.5)
    assert waiting.has_ended()
    with pytest.raises(HomeAssistantError) as raised:
        await waiting.answer()
    assert raised.value.translation_key == "account_unloaded"
    sent = len(bedroom.operations)
    await actions.pass_time(20)
    assert len(bedroom.operations) == sent


async def test_activity(
    hass: HomeAssistant,
    bedroom: Console,
    entry: ConfigEntry,
    at_bedroom: ConsoleEntities,
    actions: Actions,
) -> None:
    """An activity of the remote ends with its account, too."""
    call = asyncio.ensure_future(
        actions.call("remote.turn_on", at_bedroom.id("remote"), activity="Lumen Video")
    )
    while not bedroom.operations:
        await actions.pass_time()
    await remove(hass, entry)
    with pytest.raises(HomeAssistantError) as raised:
        await call
    assert raised.value.translation_key == "account_unloaded"


@pytest.mark.parametrize("how", ["disabled", "deleted"])
async def test_entity_is_removed(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    entity_registry: er.EntityRegistry,
    how: str,
) -> None:
    """Without its entity the action goes on, and tells of the game that runs."""
    den.lag = 10
    entity_id = at_den.id("media_player")
    waiting = Waiting(hass, actions, entity_id)
    await waiting.pass_time(3)
    if how == "disabled":
        entity_registry.async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    else:
        entity_registry.async_remove(entity_id)
    assert (await waiting.answer())["running"]


async def test_console_is_gone(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """A console that is no longer linked to the account ends it, with that reason."""
    den.end_next(START, Ending(works=False))
    waiting = Waiting(hass, actions, at_den.id("media_player"))
    await waiting.pass_time(20)
    del simulator.world.consoles[DEN]
    await waiting.pass_time(100)
    assert waiting.has_ended()
    with pytest.raises(HomeAssistantError) as raised:
        await waiting.answer()
    assert raised.value.translation_key == "console_not_linked"


async def test_cancelled_by_its_script(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """A script that is stopped stops what it has started: the console is asked at its usual pace again."""
    den.lag = 1000
    target = {ATTR_ENTITY_ID: at_den.id("media_player")}
    data = {"name": "Starfall Drift"}
    call = asyncio.ensure_future(
        hass.services.async_call(DOMAIN, LAUNCH, data, blocking=True, target=target)
    )
    await actions.pass_time(5)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    simulator.clear()
    await actions.pass_time(20)
    assert len(simulator.requests(Service.CONSOLES)) <= 3


@pytest.mark.parametrize(("ends", "source"), [("Error", "Home"), ("Succeeded", "Starfall Drift")])
async def test_cancelled_start(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    ends: str,
    source: str,
) -> None:
    """A start whose caller has gone is not shown before a status tells it: it may have failed."""
    den.end_next(START, Ending(status=ends, seconds=3))
    call = asyncio.ensure_future(
        actions.begin(
            "media_player.select_source", at_den.id("media_player"), source="Starfall Drift"
        )
    )
    await actions.pass_time(1)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await actions.pass_time(1)
    assert at_den["media_player"].attributes["source"] == "Home"
    await actions.pass_time(20)
    assert at_den["media_player"].attributes["source"] == source


async def test_reloaded_before(
    hass: HomeAssistant, den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """After a reload everything works as before."""
    await reload(hass, entry)
    await settle(hass)
    answer = await Waiting(hass, actions, at_den.id("media_player")).answer()
    assert answer["running"]


async def test_asks_who_plays(
    hass: HomeAssistant,
    owner: Person,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """A game that waits for the answer who plays does not run yet; it runs once somebody answers."""
    den.asks_who_plays = True
    answer = await Waiting(hass, actions, at_den.id("media_player"), wait=40).answer()
    assert (answer["running"], answer["was_on"]) == (False, True)
    await actions.pass_time(60)  # until then the home screen may be old news
    assert at_den("media_player") == "idle"
    assert not owner.devices
    waiting = Waiting(hass, actions, at_den.id("media_player"))
    await waiting.pass_time(60)
    assert not waiting.has_ended()
    den.sit_down(owner)
    answer = await waiting.answer()
    assert answer["running"]
    assert 60 <= answer["seconds"] < 80
    assert owner.shows(den.device) is den.title
    assert at_den("media_player") == "playing"


async def test_asks_who_plays_without_an_answer(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """Who takes no answer gets an error that says that the console may ask something."""
    den.asks_who_plays = True
    with pytest.raises(HomeAssistantError) as raised:
        await actions.call(
            f"{DOMAIN}.{LAUNCH}", at_den.id("media_player"), name="Starfall Drift", wait=30
        )
    assert raised.value.translation_key == "launch_not_running"
    assert "may ask something on its screen" in str(raised.value)
