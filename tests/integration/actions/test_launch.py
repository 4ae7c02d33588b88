"""Action `launch`: a game or an app is started, and waited for until it runs."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.setup import async_setup_component
from probatio import MultipleInvalid

from custom_components.xbox_network.actions.launch import LAUNCH
from custom_components.xbox_network.const import DOMAIN
from tests.conftest import Poll
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.simulator import Console, Ending, Simulator

DRIFT, KINGS = "9SIM713FB301", "9SIM713FB302"


class Launcher:
    """Somebody who starts things and asks what happened."""

    def __init__(self, hass: HomeAssistant, actions: Actions) -> None:
        """Start them in this home."""
        self._hass = hass
        self._actions = actions

    async def __call__(self, at: ConsoleEntities, **data: Any) -> dict[str, Any]:
        """Start something; return what happened."""
        entity_id = at.id("media_player")
        call = self._hass.services.async_call(
            DOMAIN,
            LAUNCH,
            data,
            blocking=True,
            target={ATTR_ENTITY_ID: entity_id},
            return_response=True,
        )
        answer: Any = await self._actions.wait_for(call)
        found: dict[str, Any] = answer[entity_id]
        return found


@pytest.fixture(name="launch")
def launch_fixture(hass: HomeAssistant, actions: Actions) -> Launcher:
    """Return somebody who starts things."""
    return Launcher(hass, actions)


@pytest.mark.parametrize(
    ("wanted", "title", "product_id"),
    [
        ({"name": "Starfall Drift"}, "Starfall Drift", DRIFT),
        ({"name": "starfall drift"}, "Starfall Drift", DRIFT),
        ({"product_id": DRIFT}, "Starfall Drift", DRIFT),
        ({"product_id": DRIFT.lower()}, "Starfall Drift", DRIFT),
        ({"name": "Grid Tuner"}, "Grid Tuner", "9SIMGRIDTUN1"),
        ({"name": "TV"}, "TV", None),
        ({"name": "Home"}, "Home", None),
    ],
)
async def test_what_happened(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    launch: Launcher,
    poll: Poll,
    wanted: dict[str, str],
    title: str,
    product_id: str | None,
) -> None:
    """It runs when the action is over, and the answer says what and how long it took."""
    den.run("Lumen Video")
    await poll()
    answer = await launch(at_den, **wanted)
    seconds = answer.pop("seconds")
    assert 0 < seconds < 5
    assert answer == {"title": title, "product_id": product_id, "was_on": True, "running": True}
    assert at_den["media_player"].attributes["source"] == title


async def test_switches_on_first(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, launch: Launcher
) -> None:
    """A console that sleeps is switched on if that is asked for."""
    answer = await launch(at_bedroom, name="Harbor Kings", turn_on=True)
    assert (answer["was_on"], answer["running"]) == (False, True)
    assert 10 <= answer["seconds"] < 20
    assert at_bedroom("media_player") == "playing"
    assert [it.name for it in bedroom.done][:1] == ["WakeUp"]


async def test_already_on(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, launch: Launcher
) -> None:
    """A console that is on is not switched on again."""
    await launch(at_den, name="Starfall Drift", turn_on=True)
    assert [it.name for it in den.done] == ["ActivateApplicationWithOneStoreProductId"]


async def test_not_asked_to_switch_on(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, launch: Launcher
) -> None:
    """Nobody's console is switched on unasked."""
    with pytest.raises(HomeAssistantError) as raised:
        await launch(at_bedroom, name="Harbor Kings")
    assert raised.value.translation_key == "console_console_off"
    assert bedroom.power == "ConnectedStandby"


async def test_not_ready_at_once(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, launch: Launcher
) -> None:
    """A console that has just woken up may need a moment until it starts something."""
    start = "ActivateApplicationWithOneStoreProductId"
    bedroom.end_next(start, "OffConsoleError", times=2)
    bedroom.end_next(start, Ending(status="TimedOut", seconds=1))
    answer = await launch(at_bedroom, name="Harbor Kings", turn_on=True)
    assert answer["running"]


async def test_never_ready(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, launch: Launcher
) -> None:
    """What is not started within half a minute after that is told."""
    start = "ActivateApplicationWithOneStoreProductId"
    bedroom.end_next(start, "OffConsoleError", times=50)
    with pytest.raises(HomeAssistantError) as raised:
        await launch(at_bedroom, name="Harbor Kings", turn_on=True)
    assert raised.value.translation_key == "console_console_off"


async def test_does_not_wake(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, launch: Launcher
) -> None:
    """A console that cannot be switched on is told about, and nothing is sent to it."""
    bedroom.power = "Off"
    with pytest.raises(HomeAssistantError) as raised:
        await launch(at_bedroom, name="Harbor Kings", turn_on=True)
    assert raised.value.translation_key == "console_does_not_wake"


async def test_slow_to_tell(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, launch: Launcher
) -> None:
    """It runs when the console says so, not when it ought to."""
    den.lag = 8
    answer = await launch(at_den, name="Starfall Drift")
    assert answer["running"]
    assert 8 <= answer["seconds"] < 12


async def test_does_not_run(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, launch: Launcher
) -> None:
    """What is not seen to run in time is no success; who asks what happened is told."""
    den.end_next(None, Ending(works=False))
    answer = await launch(at_den, name="Starfall Drift", wait=40)
    assert not answer["running"]
    assert 40 <= answer["seconds"] < 45
    assert at_den("media_player") == "idle"


async def test_does_not_run_and_nobody_asks(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """Who does not ask what happened is told by an error."""
    den.end_next(None, Ending(works=False))
    with pytest.raises(HomeAssistantError) as raised:
        await actions.call(
            f"{DOMAIN}.{LAUNCH}", at_den.id("media_player"), name="Starfall Drift", wait=30
        )
    assert raised.value.translation_key == "launch_not_running"
    assert raised.value.translation_placeholders == {
        "console": "Den",
        "title": "Starfall Drift",
        "seconds": "30",
    }


async def test_without_an_answer(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """Nobody has to ask what happened."""
    await actions.call(f"{DOMAIN}.{LAUNCH}", at_den.id("media_player"), name="Starfall Drift")
    assert den.title is not None
    assert den.title.name == "Starfall Drift"


async def test_does_not_wait(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """Who does not want to wait is told no more than that it was started."""
    den.lag = 30
    await actions.call(f"{DOMAIN}.{LAUNCH}", at_den.id("media_player"), name="Home", wait=0)
    assert [it.name for it in den.done] == ["GoHome"]


@pytest.mark.parametrize("data", [{}, {"name": "Starfall Drift", "product_id": DRIFT}])
async def test_one_thing(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    launch: Launcher,
    data: dict[str, str],
) -> None:
    """Name or product id: not both, and not neither."""
    with pytest.raises(ServiceValidationError) as raised:
        await launch(at_den, **data)
    assert raised.value.translation_key == "launch_what"
    assert den.done == []


@pytest.mark.parametrize("wait", [-1, 301, "soon"])
async def test_odd_waits(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, launch: Launcher, wait: object
) -> None:
    """Nobody waits for less than nothing, or for ever."""
    with pytest.raises(MultipleInvalid):
        await launch(at_den, name="Home", wait=wait)


async def test_unknown(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, launch: Launcher
) -> None:
    """Nothing is switched on for what is not there."""
    with pytest.raises(ServiceValidationError) as raised:
        await launch(at_bedroom, name="Starfall Drift", turn_on=True)
    assert raised.value.translation_key == "unknown_app"
    assert bedroom.power == "ConnectedStandby"


async def test_both_consoles(
    hass: HomeAssistant,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    actions: Actions,
) -> None:
    """Two consoles are started at the same time, each with its own answer."""
    players = [it.id("media_player") for it in (at_den, at_bedroom)]
    answer: Any = await actions.wait_for(
        hass.services.async_call(
            DOMAIN,
            LAUNCH,
            {"name": "Harbor Kings", "turn_on": True},
            blocking=True,
            target={ATTR_ENTITY_ID: players},
            return_response=True,
        )
    )
    assert [answer[player]["was_on"] for player in players] == [True, False]
    assert all(answer[player]["running"] for player in players)
    assert answer[players[0]]["seconds"] < 5


async def test_there_without_an_account(
    hass: HomeAssistant, simulator: Simulator, credentials: None, freezer: FrozenDateTimeFactory
) -> None:
    """The action is there as soon as the integration is: automations are checked against it."""
    assert await async_setup_component(hass, DOMAIN, {})
    assert hass.services.has_service(DOMAIN, LAUNCH)
