"""A console that changes accounts while something else is going on: commands, repairs, HomeKit, people."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from homeassistant.const import EVENT_STATE_CHANGED, STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.xbox_network.actions.launch import LAUNCH
from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.diagnostics import async_get_config_entry_diagnostics
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.automations.triggers import TriggerRecorder
from tests.helpers.consoles import Actions
from tests.helpers.household import JUNIPER, Household, refuse
from tests.helpers.on_demand import Demand, demand_fixture  # noqa: F401  pytest finds it here
from tests.helpers.television import paired, television_of
from tests.simulator.world.demo_world import STARFALL_DRIFT

MINUTE = 60
OFF = "RemoteManagementDisabled"

pytestmark = pytest.mark.usefixtures("freezer")

type Leave = Callable[[Household], Awaitable[object]]


async def _disable(household: Household) -> None:
    await household.disable(household.first)


async def _remove(household: Household) -> None:
    await household.hass.config_entries.async_remove(household.first.entry_id)


async def _unload(household: Household) -> None:
    await household.hass.config_entries.async_unload(household.first.entry_id)


async def _refuse(household: Household) -> None:
    refuse(household, OFF, "console")


async def _sell(household: Household) -> None:
    household.den.owner, household.den.shared_with = JUNIPER, set()


def repairs(household: Household) -> list[str]:
    """Return the name of the shared console for each repair about its remote features."""
    found = ir.async_get(household.hass).issues.values()
    given = [(it.translation_placeholders or {}).get("plain_console") for it in found if it.active]
    return [it for it in given if it == "Big box"]


@pytest.mark.parametrize("leave", [_disable, _remove, _unload, _refuse, _sell])
async def test_sources_go_over(
    household: Household, poll: Poll, tmp_path: Path, leave: Leave
) -> None:
    """The sources go over with the console, so that HomeKit rebuilds nothing: they need no answer."""
    hass = household.hass
    with paired(hass, tmp_path) as driver:
        television = television_of(hass, driver, household.at_den.id("media_player"))
        inputs = television.inputs
        assert len(inputs) == 6
        household.simulator.fail(
            Service.CONSOLES, status=503, path="/lists/installedApps", times=None
        )
        await leave(household)
        await poll(15 * MINUTE)
        assert household.owner is household.second
        assert household.unavailable() == set()
        assert household.at_den["media_player"].attributes["source_list"] == inputs
        assert television.reloads == 0


@pytest.mark.parametrize("leave", [_disable, _unload, _refuse, _sell])
async def test_sources_of_a_console_that_sleeps(
    household: Household, poll: Poll, leave: Leave
) -> None:
    """So do those of a console that sleeps meanwhile."""
    household.den.power = "ConnectedStandby"
    await poll(2 * MINUTE)
    inputs = household.at_den["media_player"].attributes["source_list"]
    household.simulator.fail(Service.CONSOLES, status=503, path="/lists/installedApps", times=None)
    await leave(household)
    await poll(15 * MINUTE)
    assert household.owner is household.second
    assert household.at_den["media_player"].attributes["source_list"] == inputs


async def test_asked_for_the_player(household: Household, poll: Poll, demand: Demand) -> None:
    """Whoever asks for the player asks about the people of every account."""
    juniper = household.simulator.world.person(JUNIPER)
    await poll(70)
    household.den.sit_down(juniper)
    household.den.run(STARFALL_DRIFT)
    assert household.at_den("sensor.player") == STATE_UNKNOWN
    await demand(household.at_den.id("sensor.player"))
    assert household.at_den("sensor.player") == "Juniper Vale"


async def test_asked_for_after_the_move(household: Household, poll: Poll, demand: Demand) -> None:
    """Whoever asks for a console that has gone over asks the account that has it now, and that one alone."""
    await household.disable(household.first)
    await poll(MINUTE)
    await household.enable(household.first)
    household.den.power = "ConnectedStandby"
    await poll(3 * MINUTE)
    household.den.power = "On"
    household.simulator.clear()
    await demand(*(household.at_den.id(it) for it in ("remote", "media_player", "sensor.player")))
    assert household.at_den("remote") == STATE_ON
    assert household.reads() == {"status": 1, "apps": 1}


@pytest.mark.parametrize("leave", [_unload, _refuse])
async def test_diagnostics(household: Household, poll: Poll, leave: Leave) -> None:
    """The diagnostics of each account tell which consoles it has, also while one goes over."""
    for leaves in (False, True):
        if leaves:
            await leave(household)
            await poll(7 * MINUTE)
        reports = {
            entry: await async_get_config_entry_diagnostics(household.hass, entry)
            for entry in (household.first, household.second)
        }
        each = {entry: it.get("consoles") for entry, it in reports.items()}
        counts = [it and (len(it["each"]), it["read_by_other_accounts"]) for it in each.values()]
        if not leaves:
            assert counts == [(2, 0), (0, 1)]
        else:
            assert counts == [None if leave is _unload else (1, 1), (1, 0)]
        assert household.den.console_id not in str(reports)
        assert "Den" not in str(reports)


@pytest.mark.parametrize("seconds", [20, 240, 310])
async def test_refused_with_an_outage_in_between(
    household: Household, poll: Poll, seconds: float
) -> None:
    """An answer that says nothing takes no refusal back: the console goes over as soon as without it."""
    refuse(household, OFF, "console")
    await poll(seconds)
    path = f"/consoles/{household.den.console_id}"
    household.simulator.fail(Service.CONSOLES, status=503, path=path, times=1)
    await poll(7 * MINUTE - seconds)
    assert household.owner is household.second
    assert household.unavailable() == set()


@pytest.mark.parametrize("leave", [_disable, _remove, _unload])
async def test_repair(household: Household, poll: Poll, leave: Leave) -> None:
    """A repair about the remote features goes with the account that they were refused to."""
    refuse(household, OFF, "console")
    await poll(MINUTE)
    assert repairs(household) == ["Big box"]
    await leave(household)
    await poll(7 * MINUTE)
    assert household.owner is household.second
    assert household.unavailable() == set()
    assert repairs(household) == []


async def test_repair_of_the_refused(household: Household, poll: Poll) -> None:
    """It goes once the other account has the console, and comes back if that one is refused, too."""
    refuse(household, OFF, "console")
    await poll(7 * MINUTE)
    assert household.owner is household.second
    assert repairs(household) == []
    refuse(household, OFF, "console", xuid=JUNIPER)
    await poll(2 * MINUTE)
    assert repairs(household) == ["Big box"]
    household.simulator.world.xccs_errors.clear()
    await poll(2 * MINUTE)
    assert repairs(household) == []


@pytest.mark.parametrize("how", ["reload", "disable"])
async def test_old_news_after_our_command(
    household: Household, poll: Poll, actions: Actions, how: str
) -> None:
    """What was switched off is not told to be switched on again by old news after a reload or a move."""
    hass, player = household.hass, household.at_den.id("media_player")
    recorders = [
        await TriggerRecorder(hass).attach(name, {"entity_id": player})
        for name in ("console_turned_on", "console_turned_off")
    ]
    household.den.lag = 25
    await actions.call("media_player.turn_off", player)
    assert household.at_den("media_player") == "off"
    await (household.reload(household.first) if how == "reload" else _disable(household))
    await poll(2 * MINUTE, step=1)
    assert household.at_den("media_player") == "off"
    assert [len(it.told) for it in recorders] == [0, 1]
    for recorder in recorders:
        recorder.detach()


@pytest.mark.parametrize("how", ["reload", "disable"])
async def test_start_is_kept(household: Household, poll: Poll, actions: Actions, how: str) -> None:
    """What was started is shown after a reload or a move, although the network does not tell it yet."""
    player = household.at_den.id("media_player")
    household.den.lag = 40
    await actions.call("media_player.select_source", player, source="Starfall Drift")
    await (household.reload(household.first) if how == "reload" else _disable(household))
    for _ in range(12):
        await poll(5, step=1)
        assert household.at_den["media_player"].attributes.get("source") == "Starfall Drift"


async def test_command_of_long_ago(household: Household, poll: Poll, actions: Actions) -> None:
    """What a command has led to long ago is no news to the next account."""
    refuse(household, OFF, "console")
    await actions.call("media_player.turn_off", household.at_den.id("media_player"))
    household.den.power = "On"
    changes = async_capture_events(household.hass, EVENT_STATE_CHANGED)
    await poll(7 * MINUTE)
    assert household.owner is household.second
    remote = household.at_den.id("remote")
    states = [it.data["new_state"].state for it in changes if it.data["entity_id"] == remote]
    assert states[-1] == STATE_ON
    assert STATE_OFF not in states


async def test_macro(household: Household, poll: Poll, actions: Actions) -> None:
    """A macro ends when its console goes over, although its account stays loaded."""
    refuse(household, OFF, "console")
    await poll(4.5 * MINUTE)
    remote = household.at_den.id("remote")
    macro = asyncio.ensure_future(
        actions.begin("remote.send_command", remote, command=["a", "b"], delay_secs=400)
    )
    await actions.pass_time(2)
    assert household.den.keys == ["A"]
    await actions.pass_time(MINUTE)
    assert household.owner is household.second
    assert macro.done()
    with pytest.raises(HomeAssistantError) as raised:
        await macro
    assert raised.value.translation_key == "console_stopped"


async def test_launch(household: Household, poll: Poll, actions: Actions) -> None:
    """Launches do not keep a console from going over, however many there are, and end then with the reason."""
    refuse(household, OFF, "console")
    await poll(4.9 * MINUTE)
    household.den.lag = 1000
    player, calls = household.at_den.id("media_player"), []
    for _ in range(10):
        action = actions.begin(f"{DOMAIN}.{LAUNCH}", player, name="Starfall Drift", wait=300)
        calls.append(asyncio.ensure_future(action))
        await actions.pass_time(1)
    assert household.owner is household.first
    await actions.pass_time(MINUTE)
    assert household.owner is household.second
    assert all(it.done() for it in calls)
    for call in calls:
        with pytest.raises(HomeAssistantError) as raised:
            await call
        assert raised.value.translation_key == "console_not_linked"


async def test_taps_while_it_goes_over(household: Household, poll: Poll, actions: Actions) -> None:
    """Taps while the console goes over are done by either account, or end with a reason; none is left behind."""
    household.den.answer_seconds = {None: 0.5}
    remote = household.at_den.id("remote")
    taps = [
        asyncio.ensure_future(actions.begin("remote.send_command", remote, command=["a"]))
        for _ in range(8)
    ]
    await actions.pass_time(1.2)
    disabling = asyncio.ensure_future(household.disable(household.first))
    await actions.pass_time(2)
    await actions.wait_for(disabling)
    results = await actions.wait_for(asyncio.gather(*taps, return_exceptions=True))
    errors = {it.translation_key for it in results if isinstance(it, HomeAssistantError)}
    assert errors == {"console_stopped"}
    assert all(it is None or isinstance(it, HomeAssistantError) for it in results)
    await poll(MINUTE)
    household.den.answer_seconds.clear()
    done = len(household.den.keys)
    await actions.call("remote.send_command", remote, command=["b"])
    await actions.pass_time(2)
    household.den.settle()
    assert household.den.keys[done:] == ["B"]
