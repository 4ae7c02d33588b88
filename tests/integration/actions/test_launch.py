"""Action `launch`: starts a game or an app and waits until it runs."""

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
    """Calls the action."""

    def __init__(self, hass: HomeAssistant, actions: Actions) -> None:
        """Call it in this Home Assistant."""
        self._hass = hass
        self._actions = actions

    async def __call__(self, console: ConsoleEntities, **data: Any) -> dict[str, Any]:
        """Launch a game or an app on a console; return the answer."""
        entity_id = console.id("media_player")
        call = self._hass.services.async_call(
            DOMAIN,
            LAUNCH,
            data,
            blocking=True,
            target={ATTR_ENTITY_ID: entity_id},
            return_response=True,
        )
        answer: Any = await self._actions.wait_for(call)
        result: dict[str, Any] = answer[entity_id]
        return result


@pytest.fixture(name="launch")
def launch_fixture(hass: HomeAssistant, actions: Actions) -> Launcher:
    """Return a launcher."""
    return Launcher(hass, actions)


@pytest.mark.parametrize(
    ("data", "title", "product_id"),
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
async def test_answer(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    launch: Launcher,
    poll: Poll,
    data: dict[str, str],
    title: str,
    product_id: str | None,
) -> None:
    """The action ends when the title runs; the answer names it and the seconds that it took."""
    den.run("Lumen Video")
    await poll()
    answer = await launch(at_den, **data)
    seconds = answer.pop("seconds")
    assert 0 < seconds < 5
    assert answer == {"title": title, "product_id": product_id, "was_on": True, "running": True}
    assert at_den["media_player"].attributes["source"] == title


async def test_switches_on_first(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, launch: Launcher
) -> None:
    """`turn_on` switches a sleeping console on first."""
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


async def test_without_turn_on(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, launch: Launcher
) -> None:
    """Without `turn_on` a sleeping console stays off, and the call is an error."""
    with pytest.raises(HomeAssistantError) as raised:
        await launch(at_bedroom, name="Harbor Kings")
    assert raised.value.translation_key == "console_console_off"
    assert bedroom.power == "ConnectedStandby"


async def test_not_ready_at_once(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, launch: Launcher
) -> None:
    """A launch is repeated while a console that has just woken up refuses it."""
    start = "ActivateApplicationWithOneStoreProductId"
    bedroom.end_next(start, "OffConsoleError", times=2)
    bedroom.end_next(start, Ending(status="TimedOut", seconds=1))
    answer = await launch(at_bedroom, name="Harbor Kings", turn_on=True)
    assert answer["running"]


async def test_never_ready(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, launch: Launcher
) -> None:
    """A launch that is refused for half a minute after waking up is an error."""
    start = "ActivateApplicationWithOneStoreProductId"
    bedroom.end_next(start, "OffConsoleError", times=50)
    with pytest.raises(HomeAssistantError) as raised:
        await launch(at_bedroom, name="Harbor Kings", turn_on=True)
    assert raised.value.translation_key == "console_console_off"


async def test_does_not_wake(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, launch: Launcher
) -> None:
    """A console that cannot be switched on is an error."""
    bedroom.power = "Off"
    with pytest.raises(HomeAssistantError) as raised:
        await launch(at_bedroom, name="Harbor Kings", turn_on=True)
    assert raised.value.translation_key == "console_does_not_wake"


async def test_slow_report(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, launch: Launcher
) -> None:
    """The action waits until the console reports the title."""
    den.lag = 8
    answer = await launch(at_den, name="Starfall Drift")
    assert answer["running"]
    assert 8 <= answer["seconds"] < 12


async def test_does_not_run(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, launch: Launcher, poll: Poll
) -> None:
    """A title that does not run in time is `running: false` in the answer."""
    den.end_next(None, Ending(works=False))
    answer = await launch(at_den, name="Starfall Drift", wait=40)
    assert not answer["running"]
    assert 40 <= answer["seconds"] < 45
    await poll(60)
    assert at_den("media_player") == "idle"


async def test_does_not_run_without_an_answer(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """A title that does not run in time is an error if the caller takes no answer."""
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
    """The action works if the caller takes no answer."""
    await actions.call(f"{DOMAIN}.{LAUNCH}", at_den.id("media_player"), name="Starfall Drift")
    assert den.title is not None
    assert den.title.name == "Starfall Drift"


async def test_does_not_wait(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """With `wait: 0` the action ends once the launch is sent."""
    den.lag = 30
    await actions.call(f"{DOMAIN}.{LAUNCH}", at_den.id("media_player"), name="Home", wait=0)
    assert [it.name for it in den.done] == ["GoHome"]


@pytest.mark.parametrize("data", [{}, {"name": "Starfall Drift", "product_id": DRIFT}])
async def test_name_or_product_id(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    launch: Launcher,
    data: dict[str, str],
) -> None:
    """Either a name or a product id is required, not both."""
    with pytest.raises(ServiceValidationError) as raised:
        await launch(at_den, **data)
    assert raised.value.translation_key == "launch_what"
    assert den.done == []


@pytest.mark.parametrize("wait", [-1, 301, "soon"])
async def test_odd_waits(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, launch: Launcher, wait: object
) -> None:
    """A wait outside 0 to 300 seconds is refused."""
    with pytest.raises(MultipleInvalid):
        await launch(at_den, name="Home", wait=wait)


async def test_unknown(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, launch: Launcher
) -> None:
    """A console is not switched on for an unknown name."""
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
    """Two consoles launch at the same time, each with its own answer."""
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


async def test_registered_without_an_account(
    hass: HomeAssistant, simulator: Simulator, credentials: None, freezer: FrozenDateTimeFactory
) -> None:
    """The action is registered without an account, because automations are checked against it."""
    assert await async_setup_component(hass, DOMAIN, {})
    assert hass.services.has_service(DOMAIN, LAUNCH)
