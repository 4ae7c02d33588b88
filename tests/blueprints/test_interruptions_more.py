"""More of what interrupts blueprints: twice, for hours, with another person at the console, with nothing promised."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from custom_components.xbox_network.xbox.endpoints import Service
from tests.blueprints.conftest import Automate, Clock
from tests.helpers.blueprints.family import LEFT, SAVE, Family
from tests.helpers.blueprints.files import device_of
from tests.helpers.blueprints.interruptions import (
    INTERRUPTIONS,
    Home,
    kill,
    reload_account,
    restart,
    save_in_the_editor,
    switch_off_and_on,
)
from tests.helpers.blueprints.scenarios import (
    HDMI,
    TV,
    ConsoleFollows,
    Idle,
    ScreenTime,
    TvFollows,
    WeeklyReport,
    seconds_until,
    television,
)
from tests.helpers.consoles import told
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.simulator.world.demo_world import BRASS_OTTER, HARBOR_KINGS, STARFALL_DRIFT

MINUTE = 60.0
IN_PLACE = ("saved", "switched", "reloaded", "account")


async def test_interrupted_twice(home: Home, automate: Automate) -> None:
    """The time to save the game ends when it was said, however often the automation is saved meanwhile."""
    row = ScreenTime()
    await row.begin(home, automate)
    for remind_minutes in (3, 4, 5, 6):
        home.saved_with = {"remind_minutes": remind_minutes}
        await home.live(30)
        await save_in_the_editor(home)
    assert told(home.den) == []
    await home.live(80)
    assert told(home.den) == ["TurnOff"]
    assert home.telephone.read() == []


async def test_account_then_saved(home: Home, automate: Automate) -> None:
    """A reload of the account and a saved automation, one after the other, lose nothing."""
    row = ScreenTime()
    home.saved_with = row.saved_with
    await row.begin(home, automate)
    await home.live(MINUTE)
    await reload_account(home)
    await home.live(MINUTE)
    await save_in_the_editor(home)
    await home.live(6 * MINUTE)
    assert told(home.den) == ["TurnOff"]


@pytest.mark.parametrize("interruption", IN_PLACE)
async def test_bonus_in_the_time_to_save(home: Home, automate: Automate, interruption: str) -> None:
    """A bonus ends what was begun, also after an interruption."""
    row = ScreenTime()
    home.saved_with = row.saved_with
    await row.begin(home, automate)
    await home.live(2 * MINUTE)
    await INTERRUPTIONS[interruption](home)
    await Family(home.hass, home.entry, home.owner, home.telephone).give(15)
    await home.live(10 * MINUTE, step=30)
    assert told(home.den) == []
    await home.live(12 * MINUTE, step=30)
    assert told(home.den) == ["TurnOff"]


@pytest.mark.parametrize("unit", ["h", "d"])
async def test_shown_in_another_unit(home: Home, automate: Automate, unit: str) -> None:
    """The minutes decide, however the sensor shows them: warned at one minute, off after the time to save."""
    family = Family(home.hass, home.entry, home.owner, home.telephone)
    er.async_get(home.hass).async_update_entity_options(
        Entities(home.hass, home.owner.xuid).id("sensor.time_left"),
        "sensor",
        {"unit_of_measurement": unit},
    )
    await family.agree(3)
    chosen = family.chosen | {"warn_minutes": 1, "consoles": family.den, "grace_minutes": 2}
    await home.set_up(automate, screen_time_budget=chosen)
    home.owner.play(STARFALL_DRIFT)
    await home.live(4 * MINUTE)
    assert home.telephone.read() == [LEFT.format(1), SAVE.format(2)]
    await switch_off_and_on(home)
    assert told(home.den) == []
    await home.live(2 * MINUTE)
    assert told(home.den) == ["TurnOff"]


@pytest.mark.parametrize("interruption", INTERRUPTIONS)
async def test_game_of_somebody_else(home: Home, automate: Automate, interruption: str) -> None:
    """After an interruption, too, a console is never switched off in somebody else's game."""
    row = ScreenTime()
    home.saved_with = row.saved_with
    await add_friends(home.hass, home.entry, BRASS_OTTER)
    await row.begin(home, automate)
    otter = home.simulator.world.person(BRASS_OTTER)
    home.owner.go_offline()
    home.den.regulars.clear()
    home.den.sit_down(otter)
    otter.play(HARBOR_KINGS)
    await home.live(2 * MINUTE)
    home.owner.play(STARFALL_DRIFT, "WindowsOneCore")
    await home.live(30)
    await INTERRUPTIONS[interruption](home)
    await home.live(8 * MINUTE, step=30)
    assert told(home.den) == []


async def test_nobody_knows(home: Home, automate: Automate) -> None:
    """A console stays on after a restart while Xbox cannot be reached, and goes off when it can."""
    row = ScreenTime()
    await row.begin(home, automate)
    await home.live(MINUTE)
    for host in (Service.PRESENCE, Service.PEOPLE):
        home.simulator.fail(host, status=503, times=None)
    await restart(home)
    await home.live(12 * MINUTE, step=30)
    assert told(home.den) == []
    home.simulator.heal()
    home.simulator.fail(Service.REALTIME, status=403, times=None)
    await seconds_until(home, lambda: bool(told(home.den)), most=20 * MINUTE)
    assert home.telephone.read() == [SAVE.format(3)]


@pytest.mark.parametrize("interruption", ["switched", "restarted", "killed"])
async def test_missed_warning(home: Home, automate: Automate, interruption: str) -> None:
    """A warning that was due while nobody was there comes afterwards, and none comes twice."""
    family = Family(home.hass, home.entry, home.owner, home.telephone)
    await family.agree(16)
    chosen = family.chosen | {"warn_minutes": 10, "last_warning": 3}
    await home.set_up(automate, screen_time_budget=chosen)
    home.owner.play(STARFALL_DRIFT)
    await seconds_until(home, lambda: family.left == "11", most=500)
    await INTERRUPTIONS[interruption](home)
    await home.live(2 * MINUTE)
    said = home.telephone.read()
    assert said in ([LEFT.format(10)], [LEFT.format(9)])
    await INTERRUPTIONS[interruption](home)
    await home.live(MINUTE)
    assert home.telephone.read() == []


@pytest.mark.parametrize("interruption", INTERRUPTIONS)
async def test_tv_of_its_own(home: Home, automate: Automate, interruption: str) -> None:
    """A TV that shows a console which has long been off stays on: nobody has promised anything."""
    tv = await television(home)
    tv.show("Antenna")
    console = home.at_den.id("media_player")
    home.den.power = "ConnectedStandby"
    await seconds_until(home, lambda: home.at_den("media_player") == "off", most=100)
    home.saved_with = {"start_time": 45}
    await home.set_up(
        automate, tv_follows_xbox={"console": console, "tv": TV, "source": HDMI, "off_delay": 4}
    )
    tv.show(HDMI)
    await home.live(MINUTE)
    await INTERRUPTIONS[interruption](home)
    await home.live(15 * MINUTE, step=60)
    assert tv.told == []


@pytest.mark.parametrize("interruption", INTERRUPTIONS)
async def test_console_without_tv(home: Home, automate: Automate, interruption: str) -> None:
    """A console on which somebody plays from a phone, with the TV off, stays on after an interruption."""
    tv = await television(home)
    tv.show(None)
    home.den.run("Starfall Drift")
    await home.live(20)
    row = ConsoleFollows()
    home.saved_with = row.saved_with
    console = home.at_den.id("media_player")
    await home.set_up(
        automate, xbox_follows_tv={"console": console, "tv": TV, "source": HDMI, "off_delay": 4}
    )
    await home.live(MINUTE)
    told(home.den)
    await INTERRUPTIONS[interruption](home)
    await home.live(15 * MINUTE, step=60)
    assert told(home.den) == []


async def test_shorter_wait_for_the_tv(home: Home, automate: Automate) -> None:
    """Saved with a shorter wait than has passed, the wait for the TV begins anew."""
    row = TvFollows()
    await row.begin(home, automate)
    home.saved_with = {"off_delay": 1}
    await home.live(2 * MINUTE)
    await save_in_the_editor(home)
    await home.live(50)
    assert row.tv.told == []
    await home.live(30)
    assert row.tv.told == ["off"]


@pytest.mark.parametrize("used", [False, True])
async def test_shorter_wait_for_the_console(home: Home, automate: Automate, used: bool) -> None:
    """So it does for the console, unless somebody has used that meanwhile."""
    row = ConsoleFollows()
    await row.begin(home, automate)
    home.saved_with = {"off_delay": 1}
    await home.live(2 * MINUTE)
    if used:
        home.den.go_home()
        await home.live(20)
        told(home.den)
    await save_in_the_editor(home)
    await home.live(50)
    assert told(home.den) == []
    await home.live(MINUTE)
    assert told(home.den) == ([] if used else ["TurnOff"])


@pytest.mark.parametrize("interruption", IN_PLACE)
async def test_used_after_the_warning(home: Home, automate: Automate, interruption: str) -> None:
    """Whoever uses the console after the warning keeps it on, also after an interruption."""
    row = Idle()
    home.saved_with = {"off_actions": [{"delay": 1}]}
    await row.begin(home, automate)
    await seconds_until(home, lambda: bool(home.telephone.read()), most=8 * MINUTE)
    await INTERRUPTIONS[interruption](home)
    home.den.run("Lumen Video")
    await home.live(8 * MINUTE, step=30)
    assert told(home.den) == []


@pytest.mark.parametrize("end", [restart, kill])
async def test_report_of_the_night_before(
    home: Home, automate: Automate, end: Any, clock: Clock
) -> None:
    """A report that was missed for hours is made for its own day, says so, and comes once."""
    row = WeeklyReport()
    await row.begin(home, automate)
    home.owner.play(STARFALL_DRIFT)
    await home.live(2 * MINUTE + 10)
    home.owner.go_offline()
    await home.live(20)
    await home.end(killed=False)
    home.freezer.tick(timedelta(hours=9, minutes=2))  # in the night, after midnight
    await home.start()
    await home.live(2 * MINUTE)
    [message] = home.telephone.read()
    yesterday = dt_util.now() - timedelta(days=1)
    assert f"\n- {yesterday:%a}: " in message
    assert message.endswith("This report comes 9 h 1 min late.")
    for _ in range(2):
        await end(home)
        await home.live(2 * MINUTE)
    assert home.telephone.read() == []


async def test_report_not_missed(home: Home, automate: Automate, clock: Clock) -> None:
    """A new report, and one that is moved to an earlier time, has missed nothing."""
    clock("16:30")
    row = WeeklyReport()
    await row.begin(home, automate)
    await restart(home)
    await home.live(2 * MINUTE)
    assert home.telephone.read() == []
    home.saved_with = {"at": "12:00:00"}
    await save_in_the_editor(home)
    await restart(home)
    await switch_off_and_on(home)
    await home.live(2 * MINUTE)
    assert home.telephone.read() == []


@pytest.mark.parametrize("hours", [0.05, 1, 30])
async def test_report_of_a_sleep(home: Home, automate: Automate, hours: float) -> None:
    """A report whose moment the machine slept through comes when it wakes up, once."""
    await WeeklyReport().begin(home, automate)
    await home.live(2 * MINUTE)
    home.freezer.tick(hours * 3600)
    await home.live(MINUTE)
    assert len(home.telephone.read()) == 1
    await home.live(3 * 3600, step=300)
    assert home.telephone.read() == []


@pytest.mark.freeze_time("2027-03-27T20:00:00Z")
async def test_report_at_a_time_that_is_left_out(
    hass: HomeAssistant, home: Home, automate: Automate
) -> None:
    """A report of an hour that the clock leaves out comes soon after it, once."""
    await hass.config.async_update(time_zone="Europe/Berlin")
    home.freezer.move_to("2027-03-28T00:50:00Z")
    chosen = {
        "people": [device_of(hass, home.entry, home.owner.xuid)],
        "notify": [home.telephone.entity_id],
        "at": "02:30:00",
    }
    await home.set_up(automate, weekly_report=chosen)
    await home.live(30 * MINUTE, step=60)
    assert home.telephone.read() == []
    await home.live(4 * 3600, step=120)
    [message] = home.telephone.read()
    assert message.endswith("This report comes 30 min late.")


async def test_report_of_an_account_that_loads(home: Home, automate: Automate) -> None:
    """A report whose moment finds the account unloaded waits for it, and comes once."""
    row = WeeklyReport()
    await row.begin(home, automate)
    await home.live(2 * MINUTE)
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    await home.live(3 * MINUTE)
    assert home.telephone.read() == []
    await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.live(MINUTE)
    assert len(home.telephone.read()) == 1


async def test_source_as_people_write_it(
    hass: HomeAssistant, home: Home, automate: Automate
) -> None:
    """A source in small letters and without a blank is the TV's own."""
    tv = await television(home)
    tv.show(None)
    home.den.power = "ConnectedStandby"
    await seconds_until(home, lambda: home.at_den("media_player") == "off", most=100)
    console = home.at_den.id("media_player")
    chosen = {"console": console, "tv": TV, "source": "hdmi1", "off_delay": 1}
    await home.set_up(automate, tv_follows_xbox=chosen)
    home.den.power = "On"
    await home.live(70)
    assert tv.told == ["on", HDMI]
    home.den.power = "ConnectedStandby"
    await home.live(3 * MINUTE)
    assert tv.told == ["on", HDMI, "off"]
