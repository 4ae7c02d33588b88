"""Media player commands: their effect, and the error of each failure."""

import asyncio
from itertools import groupby
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.helpers.media_commands import error_text, failing_call, names
from tests.simulator import Console, Ending, Simulator

type Changes = list[Event[EventStateChangedData]]


def states(changes: Changes, entity_id: str) -> list[str]:
    """Return the states of an entity, one after the other."""
    seen = [
        change.data["new_state"].state
        for change in changes
        if change.data["entity_id"] == entity_id and change.data["new_state"]
    ]
    return [state for state, _ in groupby(seen)]


@pytest.mark.parametrize(
    ("action", "data", "command"),
    [
        ("turn_on", {}, "WakeUp"),
        ("turn_off", {}, "TurnOff"),
        ("toggle", {}, "TurnOff"),
        ("media_play", {}, "Play"),
        ("media_pause", {}, "Pause"),
        ("media_play_pause", {}, "Pause"),
        ("media_previous_track", {}, "Previous"),
        ("media_next_track", {}, "Next"),
        ("volume_up", {}, "Volume"),
        ("volume_down", {}, "Volume"),
        ("volume_mute", {"is_volume_muted": True}, "Mute"),
        ("volume_mute", {"is_volume_muted": False}, "Unmute"),
    ],
)
async def test_each_command(
    video_console: Console,
    at_den: ConsoleEntities,
    actions: Actions,
    action: str,
    data: dict[str, Any],
    command: str,
) -> None:
    """Each action sends one command; all but volume and mute end when the console has done it."""
    await actions.call(f"media_player.{action}", at_den.id("media_player"), **data)
    if action.startswith("volume"):
        assert names(video_console) == []
        await actions.pass_time(video_console.command_seconds)
    assert names(video_console) == [command]


async def test_volume(video_console: Console, at_den: ConsoleEntities, actions: Actions) -> None:
    """One action is one step; there is no volume level, because no service reports it."""
    await actions.call("media_player.volume_up", at_den.id("media_player"))
    await actions.pass_time(video_console.command_seconds)
    video_console.settle()
    assert video_console.volume == 21
    await actions.call("media_player.volume_down", at_den.id("media_player"))
    await actions.pass_time(video_console.command_seconds)
    video_console.settle()
    assert video_console.volume == 20
    assert "volume_level" not in at_den["media_player"].attributes


async def test_volume_reads_nothing(
    simulator: Simulator, video_console: Console, at_den: ConsoleEntities, actions: Actions
) -> None:
    """Volume steps read nothing, because the volume cannot be read; this leaves room for more steps."""
    simulator.clear()
    for _ in range(8):
        await actions.call("media_player.volume_up", at_den.id("media_player"))
    paths = [it.path for it in simulator.requests(Service.CONSOLES)]
    assert paths.count("/commands") == 8
    assert "/opStatus" not in paths
    assert len([path for path in paths if path.startswith("/consoles/")]) <= 1


async def test_mute(
    video_console: Console, at_den: ConsoleEntities, actions: Actions, poll: Poll
) -> None:
    """The last mute command is shown until the console is off."""
    player = at_den.id("media_player")
    assert "is_volume_muted" not in at_den["media_player"].attributes
    for muted in (True, False, True):
        await actions.call("media_player.volume_mute", player, is_volume_muted=muted)
        await actions.pass_time(video_console.command_seconds)
        video_console.settle()
        assert video_console.muted is muted
        assert at_den["media_player"].attributes["is_volume_muted"] is muted
    video_console.power = "ConnectedStandby"
    await poll()
    video_console.power = "On"
    await poll(60)
    assert "is_volume_muted" not in at_den["media_player"].attributes


async def test_mute_that_fails(
    video_console: Console, at_den: ConsoleEntities, actions: Actions
) -> None:
    """A mute command that is refused is not shown."""
    video_console.refuse("RemoteManagementDisabled", command="Mute")
    err = await failing_call(actions, at_den, "volume_mute", is_volume_muted=True)
    assert err.translation_key == "console_remote_management_disabled"
    assert "is_volume_muted" not in at_den["media_player"].attributes


async def test_wakes_up(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """`turn_on` ends when the console is on."""
    await actions.call("media_player.turn_on", at_bedroom.id("media_player"))
    assert bedroom.power == "On"
    assert at_bedroom("media_player") in ("on", "idle")


async def test_wake_up_is_repeated(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """`turn_on` is repeated for a console that does not wake up at once."""
    bedroom.end_next("WakeUp", Ending(status="TimedOut", seconds=1))
    bedroom.refuse("ErrorCallingWNS", command="WakeUp")
    await actions.call("media_player.turn_on", at_bedroom.id("media_player"))
    assert bedroom.power == "On"


async def test_does_not_wake(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """A console without a connection does not wake up, and the error has the possible reasons."""
    bedroom.power = "Off"
    err = await failing_call(actions, at_bedroom, "turn_on")
    assert err.translation_key == "console_does_not_wake"
    assert at_bedroom("media_player") == "off"
    for reason in ("Bedroom", "Sleep", "unplug", "power-saving"):
        assert reason in error_text(err)


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("turn_off", ["playing"], "off"),
        ("media_pause", ["playing"], "paused"),
    ],
)
async def test_shown_at_once_and_kept(
    hass: HomeAssistant,
    video_console: Console,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
    action: str,
    before: list[str],
    after: str,
) -> None:
    """A successful command is shown at once, even while the service reports the old state."""
    player = at_den.id("media_player")
    assert at_den("media_player") in before
    video_console.lag = 8
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    await actions.call(f"media_player.{action}", player)
    assert at_den("media_player") == after
    assert video_console.told.power == "On"
    assert video_console.told.playback == "Playing"
    await poll(60, step=1)
    assert states(changes, player) == [after]


async def test_switched_on_and_kept(
    hass: HomeAssistant,
    bedroom: Console,
    entry: ConfigEntry,
    at_bedroom: ConsoleEntities,
    actions: Actions,
    poll: Poll,
) -> None:
    """A console that has woken up is not shown as off by an old answer."""
    player = at_bedroom.id("media_player")
    bedroom.lag = 8
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    await actions.call("media_player.turn_on", player)
    assert bedroom.told.power == "ConnectedStandby"
    await poll(60, step=1)
    assert states(changes, player) == ["on", "idle"]


async def test_source_shown_at_once_and_kept(
    video_console: Console, at_den: ConsoleEntities, actions: Actions, poll: Poll
) -> None:
    """A started title is shown at once, without the playback of the last one."""
    video_console.lag = 8
    await actions.call("media_player.select_source", at_den.id("media_player"), source="Grid Tuner")
    for _ in range(20):
        attributes = at_den["media_player"].attributes
        assert attributes["media_title"] == attributes["source"] == "Grid Tuner"
        assert at_den("media_player") == "on"
        await poll(1)


@pytest.mark.parametrize("action", ["turn_off", "media_pause", "select_source"])
async def test_command_without_effect(
    video_console: Console, at_den: ConsoleEntities, actions: Actions, poll: Poll, action: str
) -> None:
    """A command that succeeds without an effect is shown for a minute and a half at most."""
    video_console.end_next(None, Ending(works=False))
    data = {"source": "Grid Tuner"} if action == "select_source" else {}
    await actions.call(f"media_player.{action}", at_den.id("media_player"), **data)
    assert at_den("media_player") != "playing"
    await poll(100)
    assert at_den("media_player") == "playing"
    assert at_den["media_player"].attributes["source"] == "Lumen Video"


async def test_confirmed_soon(
    simulator: Simulator,
    video_console: Console,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
) -> None:
    """After a successful command the console is read at once and again soon."""
    await actions.call("media_player.turn_off", at_den.id("media_player"))
    simulator.clear()
    await poll(12, step=1)
    requests = [
        it for it in simulator.requests(Service.CONSOLES) if it.path.startswith("/consoles/")
    ]
    assert 2 <= len(requests) <= 4


async def test_slow_console(
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    actions: Actions,
    poll: Poll,
) -> None:
    """A slow console does not delay the commands of another one."""
    bedroom.power = "On"
    await poll(60)
    den.end_next(None, "Pending")
    slow = asyncio.ensure_future(failing_call(actions, at_den))
    await actions.pass_time(1)
    await actions.call("media_player.turn_off", at_bedroom.id("media_player"))
    assert at_bedroom("media_player") == "off"
    assert not slow.done()
    assert (await slow).translation_key == "console_timed_out"


async def test_two_at_once(
    video_console: Console, at_den: ConsoleEntities, actions: Actions
) -> None:
    """Two commands to one console are done one after the other."""
    player = at_den.id("media_player")
    await asyncio.gather(
        actions.call("media_player.media_next_track", player),
        actions.call("media_player.media_pause", player),
    )
    assert names(video_console) == ["Next", "Pause"]
