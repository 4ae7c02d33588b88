"""Waits of the blueprints about TV and console that an interruption ends: when they are gone on with, and when not."""

import pytest

from tests.blueprints.conftest import Automate
from tests.helpers.blueprints.interruptions import (
    Home,
    Interruption,
    restart,
    save_in_the_editor,
    switch_off_and_on,
)
from tests.helpers.blueprints.scenarios import HDMI, ConsoleFollows, TvFollows, seconds_until
from tests.helpers.consoles import told
from tests.helpers.fake_devices import Television

MINUTE = 60.0
ROWS = [TvFollows, ConsoleFollows]

type Row = TvFollows | ConsoleFollows


def television(home: Home) -> Television:
    """Return the TV of the home."""
    [tv] = home.devices
    assert isinstance(tv, Television)
    return tv


def went_off(home: Home) -> bool:
    """Return whether the TV, or the console, was switched off since the last call."""
    tv = television(home)
    commands = [*tv.told, *told(home.den)]
    tv.told.clear()
    assert commands in ([], ["off"], ["TurnOff"])
    return bool(commands)


def runs(home: Home, row: Row) -> int:
    """Return how many runs of an automation are going on."""
    state = home.hass.states.get(f"automation.{row.name}")
    assert state
    return int(state.attributes["current"])


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize(("seconds", "gone_on_with"), [(839, True), (840, False)])
async def test_switched_off_for_long(
    home: Home, automate: Automate, row: type[Row], seconds: float, gone_on_with: bool
) -> None:
    """What should have happened less than ten minutes ago is made up for."""
    await row().begin(home, automate)
    await home.turn("off")
    await home.live(seconds)
    await home.turn("on")
    await home.live(20)
    assert went_off(home) == gone_on_with


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize(("seconds", "anew"), [(69, False), (70, True)])
async def test_saved_with_a_shorter_wait(
    home: Home, automate: Automate, row: type[Row], seconds: float, anew: bool
) -> None:
    """A wait of a minute, saved after that minute, is over; saved ten seconds after it, it begins anew."""
    home.saved_with = {"off_delay": 1}
    await row().begin(home, automate)
    await home.live(seconds)
    await save_in_the_editor(home)
    await home.live(20)
    assert went_off(home) is not anew
    await home.live(30)
    assert not went_off(home)
    await home.live(20)
    assert went_off(home) is anew


@pytest.mark.parametrize("row", ROWS)
async def test_known_late(home: Home, automate: Automate, row: type[Row]) -> None:
    """With a TV that is away for four minutes after a restart the whole wait follows, and comes true."""
    blueprint = row()
    await blueprint.begin(home, automate)
    home.automations[blueprint.name] |= {"off_delay": 1}
    tv = television(home)
    shown = tv.source
    tv.unplug()
    await restart(home)
    await home.live(4 * MINUTE)
    tv.show(shown)
    await home.live(50)
    assert not went_off(home)
    await home.live(20)
    assert went_off(home)


@pytest.mark.parametrize("interruption", [save_in_the_editor, switch_off_and_on])
async def test_nobody_has_seen_it_go_off(
    home: Home, automate: Automate, interruption: Interruption
) -> None:
    """A TV that was away and is off when it comes back has not gone off: the console stays on."""
    row = ConsoleFollows()
    home.saved_with = row.saved_with
    await row.begin(home, automate)
    tv = television(home)
    tv.show(HDMI)
    await home.live(20)
    tv.unplug()
    await home.live(20)
    tv.show(None)
    await home.live(20)
    await interruption(home)
    await home.live(10 * MINUTE)
    assert not went_off(home)


async def test_started_late(home: Home, automate: Automate) -> None:
    """A TV that was told to go on, and is away after a restart, shows the console in the end."""
    row = TvFollows()
    await row.begin(home, automate)
    home.automations[row.name] |= {"start_time": 120}
    await home.reload()
    tv = television(home)
    tv.show(None)
    tv.asleep = True
    home.den.power = "On"
    await seconds_until(home, lambda: tv.told == ["on"], most=100)
    tv.unplug()
    await restart(home)
    await home.live(4 * MINUTE)
    tv.show("Antenna")
    await home.live(20)
    assert tv.told == ["on", HDMI]


async def test_nothing_to_wait_for(home: Home, automate: Automate) -> None:
    """While the console is on, an automation that is switched on again waits for nothing."""
    row = TvFollows()
    await row.begin(home, automate)
    await switch_off_and_on(home)
    assert runs(home, row) == 1
    home.den.power = "On"
    await home.live(MINUTE)
    await switch_off_and_on(home)
    assert runs(home, row) == 0


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("seconds", [5, 20, 110])
@pytest.mark.parametrize("touched", [False, True])
async def test_saved_while_the_console_is_away(
    home: Home, automate: Automate, row: type[Row], seconds: float, touched: bool
) -> None:
    """A console that is away when the wait ends is waited for, also by an automation that is saved meanwhile."""
    home.saved_with = row.saved_with
    await row().begin(home, automate)
    await home.live(220)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    await home.live(20 + seconds)
    await save_in_the_editor(home)
    if touched:
        television(home).show("Antenna")
    await home.live(5)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.live(20)
    assert went_off(home) is not touched


@pytest.mark.parametrize("row", ROWS)
async def test_saved_long_after_the_console_was_waited_for(
    home: Home, automate: Automate, row: type[Row]
) -> None:
    """Who saves after the two minutes in which the console was waited for switches nothing off."""
    home.saved_with = row.saved_with
    await row().begin(home, automate)
    await home.live(220)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    await home.live(20 + 140)
    await save_in_the_editor(home)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.live(60)
    assert not went_off(home)


async def test_the_console_was_switched_on_while_it_was_away(
    home: Home, automate: Automate
) -> None:
    """The TV stays on if the console turns out to be on."""
    row = TvFollows()
    home.saved_with = row.saved_with
    await row.begin(home, automate)
    await home.live(220)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    await home.live(20 + 20)
    await save_in_the_editor(home)
    home.den.power = "On"
    await home.live(5)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.live(10 * MINUTE)
    assert not went_off(home)
