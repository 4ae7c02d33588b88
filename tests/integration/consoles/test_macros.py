"""Long lists of commands for the remote: what goes in between, and what ends them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryDisabler
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component

from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.models.commands import press
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.helpers.settling import settle
from tests.simulator import Console, Simulator

SEND = "remote.send_command"

type End = Callable[[HomeAssistant, ConfigEntry, ConsoleEntities], Awaitable[object]]


@pytest.fixture(name="macro")
async def macro_fixture(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> asyncio.Task[None]:
    """Return an action that sends 30 keys, one each second, and has sent three."""
    macro = asyncio.ensure_future(
        actions.begin(SEND, at_den.id("remote"), command=["down"], num_repeats=30, delay_secs=1)
    )
    await actions.pass_time(3)
    return macro


async def reason(actions: Actions, macro: asyncio.Task[None]) -> str | None:
    """Return the translation key of the error with which a macro ended."""
    with pytest.raises(HomeAssistantError) as raised:
        await actions.wait_for(macro)
    return raised.value.translation_key


def sent(simulator: Simulator) -> int:
    """Return the number of commands that xccs got."""
    return len([it for it in simulator.requests(Service.CONSOLES) if it.path == "/commands"])


@pytest.mark.parametrize(
    ("action", "entity"),
    [
        ("media_player.turn_off", "media_player"),
        ("media_player.toggle", "media_player"),
        ("remote.turn_off", "remote"),
        ("remote.send_command", "remote"),
        ("button.press", "button.reboot"),
    ],
)
async def test_switched_off(
    den: Console,
    macro: asyncio.Task[None],
    at_den: ConsoleEntities,
    actions: Actions,
    action: str,
    entity: str,
) -> None:
    """Whoever switches the console off waits for no macro, and ends it."""
    data = {"command": ["turn_off"]} if action == SEND else {}
    started = time.monotonic()
    await actions.call(action, at_den.id(entity), **data)
    assert time.monotonic() - started <= den.off_seconds + 2
    assert macro.done()
    assert await reason(actions, macro) == "console_switched_off"
    await actions.pass_time(5)
    assert len(den.keys) == 3


async def test_switched_off_by_hand(
    den: Console, macro: asyncio.Task[None], actions: Actions
) -> None:
    """A macro ends when somebody switches the console off there: with the next key, or with the status."""
    den.power = "ConnectedStandby"
    assert await reason(actions, macro) in ("console_switched_off", "console_console_off")
    assert len(den.keys) <= 3


async def test_status_says_off(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """In a long pause of a macro, the status ends it."""
    macro = asyncio.ensure_future(
        actions.begin(SEND, at_den.id("remote"), command=["a", "b"], delay_secs=500)
    )
    await actions.pass_time(1)
    den.power = "ConnectedStandby"
    await actions.pass_time(12)
    assert macro.done()
    assert await reason(actions, macro) == "console_switched_off"
    assert sent(simulator) == 1


ENDS: dict[str, End] = {
    "entry removed": lambda hass, entry, _: hass.config_entries.async_remove(entry.entry_id),
    "entry unloaded": lambda hass, entry, _: hass.config_entries.async_unload(entry.entry_id),
    "entry reloaded": lambda hass, entry, _: hass.config_entries.async_reload(entry.entry_id),
    "entry disabled": lambda hass, entry, _: hass.config_entries.async_set_disabled_by(
        entry.entry_id, ConfigEntryDisabler.USER
    ),
}


async def _disable(hass: HomeAssistant, _: ConfigEntry, at_den: ConsoleEntities) -> None:
    registry = er.async_get(hass)
    registry.async_update_entity(at_den.id("remote"), disabled_by=er.RegistryEntryDisabler.USER)


async def _remove(hass: HomeAssistant, _: ConfigEntry, at_den: ConsoleEntities) -> None:
    er.async_get(hass).async_remove(at_den.id("remote"))


async def _stop(hass: HomeAssistant, _: ConfigEntry, at_den: ConsoleEntities) -> None:
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)


ENDS |= {"remote disabled": _disable, "remote removed": _remove, "Home Assistant stops": _stop}


@pytest.mark.parametrize("end", ENDS)
async def test_end(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    macro: asyncio.Task[None],
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    end: str,
) -> None:
    """A macro ends at once with its account, its remote control and Home Assistant; no key follows."""
    await ENDS[end](hass, entry, at_den)
    await settle(hass)
    assert macro.done()
    assert await reason(actions, macro) == "console_stopped"
    before = sent(simulator)
    await actions.pass_time(5)
    assert sent(simulator) == before == 3


async def test_new_macro_after_a_reload(
    hass: HomeAssistant,
    den: Console,
    macro: asyncio.Task[None],
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """After a reload the remote takes commands again."""
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    assert await reason(actions, macro) == "console_stopped"
    await actions.call(SEND, at_den.id("remote"), command=["a", "b"])
    await actions.pass_time(1)
    assert den.keys == ["Down"] * 3 + ["A", "B"]


async def test_other_commands_go_in_between(
    den: Console, macro: asyncio.Task[None], at_den: ConsoleEntities, actions: Actions
) -> None:
    """Single commands wait for no macro, and do not end it."""
    started = time.monotonic()
    await actions.call("media_player.media_pause", at_den.id("media_player"))
    await actions.call("media_player.volume_up", at_den.id("media_player"))
    await actions.call(SEND, at_den.id("remote"), command=["a"])
    assert time.monotonic() - started <= 3
    await actions.wait_for(macro)
    await actions.pass_time(den.command_seconds)
    assert den.keys.count("Down") == 30
    assert den.keys.index("A") < 10


async def test_one_macro_after_the_other(
    den: Console, macro: asyncio.Task[None], at_den: ConsoleEntities, actions: Actions
) -> None:
    """Two macros do not mix."""
    await actions.call(SEND, at_den.id("remote"), command=["a", "b"], num_repeats=3)
    await actions.pass_time(den.command_seconds)
    assert macro.done()
    assert den.keys == ["Down"] * 30 + ["A", "B"] * 3


async def test_a_macro_that_takes_too_long(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """A macro waits a minute for another one, and then says what is in its way."""
    long, late = (
        asyncio.ensure_future(
            actions.begin(SEND, at_den.id("remote"), command=["a", "b"], delay_secs=500)
        )
        for _ in range(2)
    )
    await actions.pass_time(62)
    assert late.done()
    assert await reason(actions, late) == "console_sequence_runs"
    await actions.call("remote.turn_off", at_den.id("remote"))
    assert await reason(actions, long) == "console_switched_off"
    assert den.keys == ["A"]


async def test_command_after_the_end(
    hass: HomeAssistant, simulator: Simulator, den: Console, entry: ConfigEntry
) -> None:
    """What was begun before the account was unloaded, and sends its command later, gets the reason."""
    consoles = entry.runtime_data.consoles
    await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(HomeAssistantError) as raised:
        await consoles.command(den.console_id, press("A"))
    assert raised.value.translation_key == "console_stopped"
    with pytest.raises(HomeAssistantError) as raised:
        await consoles.command(den.console_id, press("A"), press("B"))
    assert raised.value.translation_key == "console_stopped"
    assert sent(simulator) == 0


async def test_other_console_goes_on(
    bedroom: Console,
    macro: asyncio.Task[None],
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    actions: Actions,
) -> None:
    """Switching off one console ends no macro of another."""
    await actions.call("media_player.turn_on", at_bedroom.id("media_player"))
    await actions.call("media_player.turn_off", at_bedroom.id("media_player"))
    assert not macro.done()
    await actions.call("media_player.turn_off", at_den.id("media_player"))
    assert await reason(actions, macro) == "console_switched_off"


@pytest.mark.parametrize("stop", ["script.turn_off", "script.keys"])
async def test_script(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    stop: str,
) -> None:
    """A macro ends with its script, and begins anew with a script that restarts."""
    data: dict[str, Any] = {"command": ["down"], "num_repeats": 4, "delay_secs": 1}
    step = {"action": SEND, "target": {"entity_id": at_den.id("remote")}, "data": data}
    config = {"script": {"keys": {"mode": "restart", "sequence": [step]}}}
    assert await async_setup_component(hass, "script", config)
    await hass.services.async_call("script", "turn_on", {"entity_id": "script.keys"})
    await actions.pass_time(2)
    domain, action = stop.split(".")
    target = {"entity_id": "script.keys"} if action == "turn_off" else {}
    await actions.wait_for(hass.services.async_call(domain, action, target, blocking=True))
    await actions.pass_time(8)
    assert den.keys == ["Down"] * (2 if action == "turn_off" else 6)
