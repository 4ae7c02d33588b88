"""The warning of blueprint idle_console_off: how long it counts after an interruption, and when the console goes off."""

from typing import Any

import pytest

from custom_components.xbox_network.xbox.endpoints import Service
from tests.blueprints.conftest import Automate
from tests.helpers.blueprints.interruptions import (
    AWAY_SECONDS,
    Home,
    Interruption,
    restart,
    save_in_the_editor,
    switch_off_and_on,
)
from tests.helpers.blueprints.scenarios import Idle, seconds_until

MINUTE = 60.0
WARNING = "Den goes off in 2 min."


def commands(home: Home) -> int:
    """Return how many commands were sent to consoles. The console takes some seconds to go off."""
    return sum(it.path == "/commands" for it in home.simulator.requests(Service.CONSOLES))


async def warned(home: Home, automate: Automate, **chosen: Any) -> None:
    """Leave the console alone until the warning has just come."""
    row = Idle()
    home.saved_with = row.saved_with
    await row.begin(home, automate)
    if chosen:
        home.automations[row.name] |= chosen
        await home.reload()
        home.den.run("Lumen Video")
        await home.live(20)
        home.den.go_home()
    warnings: list[str] = []

    def is_warned() -> bool:
        warnings.extend(home.telephone.read())
        return bool(warnings)

    await seconds_until(home, is_warned, most=40 * MINUTE)


async def test_to_the_second(home: Home, automate: Automate) -> None:
    """The console goes off when that was said."""
    await warned(home, automate)
    await home.live(2 * MINUTE - 1)
    assert commands(home) == 0
    await home.live(1)
    assert commands(home) == 1


@pytest.mark.parametrize(
    ("interruption", "before", "after"),
    [
        (save_in_the_editor, 30, 90),
        (switch_off_and_on, 30, 90 - AWAY_SECONDS),
        (restart, 10, 120 - 10 - AWAY_SECONDS),
        (restart, 60, 60),  # somebody may have come meanwhile
    ],
)
async def test_interrupted_to_the_second(
    home: Home, automate: Automate, interruption: Interruption, before: float, after: float
) -> None:
    """It goes off then after an interruption, too, but not within a minute after a restart."""
    await warned(home, automate)
    await home.live(before)
    await interruption(home)
    await home.live(after - 1)
    assert commands(home) == 0
    await home.live(1)
    assert commands(home) == 1
    assert home.telephone.read() == []


async def test_due_meanwhile(home: Home, automate: Automate) -> None:
    """What was due while the automation was switched off is done at once."""
    await warned(home, automate)
    await home.turn("off")
    await home.live(150)
    assert commands(home) == 0
    await home.turn("on")
    assert commands(home) == 1


@pytest.mark.parametrize(("seconds", "counts"), [(299, True), (300, False)])
async def test_restarted_late(home: Home, automate: Automate, seconds: float, counts: bool) -> None:
    """After a restart a warning counts for three minutes more than it said; later there is another one."""
    await warned(home, automate)
    await home.end(killed=False)
    home.freezer.tick(seconds)
    await home.start()
    await home.live(MINUTE)
    assert commands(home) == (1 if counts else 0)
    await home.live(8 * MINUTE)
    assert commands(home) == 1
    assert home.telephone.read() == ([] if counts else [WARNING])


@pytest.mark.parametrize("interruption", [save_in_the_editor, switch_off_and_on])
async def test_one_warning(home: Home, automate: Automate, interruption: Interruption) -> None:
    """Of half an hour that ends with a warning of one minute there is one warning."""
    await warned(home, automate, idle_minutes=30, warn_minutes=1)
    await home.live(10)
    await interruption(home)
    await home.live(MINUTE)
    assert commands(home) == 1
    assert home.telephone.read() == []


@pytest.mark.parametrize("interruption", [save_in_the_editor, switch_off_and_on])
@pytest.mark.parametrize("seconds", [-60, 5, 20, 75])
@pytest.mark.parametrize("used", [False, True])
async def test_interrupted_while_the_console_is_away(
    home: Home, automate: Automate, interruption: Interruption, seconds: float, used: bool
) -> None:
    """A warning also counts if the console was away in that moment; nobody who plays by then is switched off."""
    await warned(home, automate)
    await home.live(10)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    await home.live(2 * MINUTE - 10 + seconds)
    await interruption(home)
    if used:
        home.den.run("Starfall Drift")
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.live(130)
    assert commands(home) == (0 if used else 1)
    assert home.telephone.read() == []


async def test_used_after_the_console_was_away(home: Home, automate: Automate) -> None:
    """Somebody who opens an app within the minute after the console is back keeps it on."""
    await warned(home, automate)
    await home.live(10)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    await home.live(2 * MINUTE)
    await save_in_the_editor(home)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.live(20)
    assert commands(home) == 0
    home.den.run("Lumen Video")
    await home.live(20)
    home.den.go_home()
    await home.live(130)
    assert commands(home) == 0


async def test_saved_long_after_the_console_was_waited_for(home: Home, automate: Automate) -> None:
    """Who saves more than three minutes after the end of the wait has the console warned of again."""
    await warned(home, automate)
    await home.live(10)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    await home.live(2 * MINUTE - 10 + 190)
    await save_in_the_editor(home)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.live(130)
    assert commands(home) == 0
    await home.live(6 * MINUTE)
    assert commands(home) == 1
    assert home.telephone.read() == [WARNING]


async def test_used_before_the_console_was_away(home: Home, automate: Automate) -> None:
    """Somebody was there after the warning: a console that is away later does not make it count again."""
    await warned(home, automate)
    home.den.run("Lumen Video")
    await home.live(30)
    home.den.go_home()
    await home.live(110)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    await home.live(20)
    await save_in_the_editor(home)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.live(130)
    assert commands(home) == 0
