"""Tests of blueprint screen_time_budget: warnings, the end, and turning the console off."""

from datetime import timedelta

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import WEEKDAYS
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.xbox_network.const import DOMAIN
from tests.blueprints.conftest import Automate, Clock, Live
from tests.helpers.blueprints.family import LEFT, OVER, SAVE, STOP, Family
from tests.helpers.consoles import ConsoleEntities, told
from tests.helpers.fake_devices import Telephone
from tests.simulator import Console, Person
from tests.simulator.world.demo_world import HARBOR_KINGS, STARFALL_DRIFT

MINUTE = 60
NAME = "screen_time_budget"


async def test_evening(
    hass: HomeAssistant,
    den: Console,
    owner: Person,
    family: Family,
    at_den: ConsoleEntities,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """There are two warnings, the end, time to save, and off. After a new start there is one minute."""
    warned, ended, off = (async_mock_service(hass, "test", it) for it in ("warn", "end", "off"))
    say = {"data": {"text": "{{ person }} {{ minutes }}: {{ message }}"}}
    await family.agree(6)
    await automate(
        NAME,
        **family.chosen,
        consoles=family.den,
        grace_minutes=2,
        warn_actions=[{"action": "test.warn", **say}],
        end_actions=[{"action": "test.end", **say}],
        off_actions=[{"action": "test.off"}],
    )
    owner.play(STARFALL_DRIFT)
    await live(130)
    assert at_den("sensor.player") == "Nova Kestrel"
    assert telephone.read() == []
    await live(2 * MINUTE)
    assert telephone.read() == [LEFT.format(3)]
    await live(110)
    assert telephone.read() == [LEFT.format(1)]
    await live(MINUTE)
    assert telephone.read() == [SAVE.format(2)]
    owner.play(HARBOR_KINGS)  # another game adds no time
    await live(60)
    assert told(den) == []
    await live(70)
    assert told(den) == ["TurnOff"]
    await live(MINUTE)
    assert telephone.read() == []
    assert [len(calls) for calls in (warned, ended, off)] == [2, 1, 1]
    assert warned[0].data["text"] == f"Nova Kestrel 3: {LEFT.format(3)}"
    assert ended[0].data["text"] == f"Nova Kestrel 2: {SAVE.format(2)}"

    den.sit_down(owner)
    owner.play(STARFALL_DRIFT)
    await live(40)
    assert telephone.read() == [SAVE.format(1)]
    assert told(den) == []
    await live(80)
    assert told(den) == ["TurnOff"]
    assert family.left == "0"


async def test_warnings(
    den: Console,
    owner: Person,
    family: Family,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """By default there are two warnings, fifteen and five minutes before the end."""
    await family.agree(17)
    await automate(NAME, child=family.chosen["child"], notify=[telephone.entity_id])
    owner.play(STARFALL_DRIFT)
    for left, minutes in ((15, 4), (5, 10)):
        await live(minutes * MINUTE)
        assert telephone.read() == [LEFT.format(left)]


async def test_bonus(
    den: Console,
    owner: Person,
    family: Family,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """Bonus time after the end keeps the console on until that time is over."""
    await family.agree(2)
    await automate(NAME, **(family.chosen | {"last_warning": 3}), consoles=family.den)
    owner.play(STARFALL_DRIFT)
    await live(3 * MINUTE)
    assert telephone.read() == [
        SAVE.format(5)
    ]  # the time left was below the warnings from the start
    await live(2 * MINUTE)
    await family.give(7)  # from now on, not from the end
    await live(4 * MINUTE)
    assert told(den) == []
    await live(2 * MINUTE)
    assert telephone.read() == [LEFT.format(3)]  # two warnings at the same time are one message
    await live(4 * MINUTE)
    assert telephone.read() == [SAVE.format(5)]
    assert told(den) == []
    await live(5 * MINUTE)
    assert told(den) == ["TurnOff"]


@pytest.mark.parametrize(("first", "last"), [(3, 1), (1, 3), (5, 5)])
async def test_less_time(
    den: Console,
    owner: Person,
    family: Family,
    automate: Automate,
    live: Live,
    telephone: Telephone,
    first: int,
    last: int,
) -> None:
    """A limit lowered below both warnings gives one warning, in whichever order they are set."""
    await family.agree(60)
    warn = {"warn_minutes": first, "last_warning": last}
    await automate(NAME, **(family.chosen | warn))
    owner.play(STARFALL_DRIFT)
    await live(100, step=10)
    await family.agree(family.played + 1)
    await live()
    assert family.left == "1"
    assert telephone.read() == [LEFT.format(1)]


async def test_messages_only(
    hass: HomeAssistant,
    den: Console,
    owner: Person,
    family: Family,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """Without a console there are messages and at most one reminder; no message without play."""
    texts = {
        "end_message": "Over: {{ person }}",
        "reminder_message": "Still",
        "warn_message": "Soon",
    }
    await family.agree(2)
    await automate(
        NAME, **(family.chosen | {"warn_minutes": 1}), grace_minutes=1, remind_minutes=0, **texts
    )
    owner.play(STARFALL_DRIFT)
    await live(100, step=10)
    assert telephone.read() == ["Soon"]
    await live(MINUTE)
    assert telephone.read() == ["Over: Nova Kestrel"]
    await live(20 * MINUTE, step=30)
    assert telephone.read() == ["Still"]
    assert told(den) == []
    owner.stop()
    await live(MINUTE)
    for minutes in (60, 1, 0):  # the time ends without play
        await family.agree(family.played + minutes)
        await live(MINUTE)
        assert family.left == str(minutes)
    assert telephone.read() == []
    await automate(NAME, **family.chosen, again_minutes=0)
    owner.play(STARFALL_DRIFT)
    await live(40)
    assert telephone.read() == [OVER, STOP]
    owner.stop()
    await live(MINUTE)
    calls = async_mock_service(hass, "test", "say")
    say = [{"action": "test.say", "data": {"text": "{{ message }}"}}]
    child = {"child": family.chosen["child"], "warn_minutes": 1, "last_warning": 1}
    await automate(NAME, **child, warn_actions=say, end_actions=say, grace_minutes=0)
    await family.agree(family.played + 2)
    owner.play(STARFALL_DRIFT)
    await live(3 * MINUTE)
    assert [it.data["text"] for it in calls] == [LEFT.format(1), OVER, STOP]


async def test_bonus_between_reminders(
    den: Console,
    owner: Person,
    family: Family,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """Bonus time after the first reminder ends with a warning and with time to save."""
    den.regulars.clear()
    await family.agree(1)
    await automate(NAME, **family.chosen, consoles=family.den, grace_minutes=1)
    owner.play(STARFALL_DRIFT, "WindowsOneCore")
    await live(3 * MINUTE, step=10)
    assert telephone.read() == [SAVE.format(1), STOP]
    await family.give(4)
    await live(4 * MINUTE, step=10)
    assert telephone.read() == [LEFT.format(3), LEFT.format(1), SAVE.format(1)]


async def test_return_after_turning_off(
    den: Console,
    owner: Person,
    family: Family,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """A child who returns after the console was off has one minute again."""
    await family.agree(1)
    await automate(
        NAME, **family.chosen, consoles=family.den, grace_minutes=1, off_actions=[{"delay": 60}]
    )
    owner.play(STARFALL_DRIFT)
    await live(4 * MINUTE, step=10)
    assert told(den) == ["TurnOff"]
    telephone.read()
    den.sit_down(owner)
    owner.play(STARFALL_DRIFT)
    await live(40)
    assert telephone.read() == [SAVE.format(1)]
    await live(80, step=10)
    assert told(den) == ["TurnOff"]


async def test_new_day(
    hass: HomeAssistant,
    clock: Clock,
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    telephone: Telephone,
    automate: Automate,
    live: Live,
) -> None:
    """At midnight a new day without play time ends the play."""
    clock("23:50")
    family = Family(hass, entry, owner, telephone)
    await family.agree(60)
    tomorrow = WEEKDAYS[(dt_util.now() + timedelta(days=1)).weekday()]
    await hass.services.async_call(
        DOMAIN,
        "set_limit",
        {"minutes": 0, "weekdays": [tomorrow]},
        blocking=True,
        target={"device_id": family.chosen["child"]},
    )
    await automate(NAME, **family.chosen, consoles=family.den)
    owner.play(STARFALL_DRIFT)
    await live(8 * MINUTE)
    assert telephone.read() == []
    await live(4 * MINUTE)
    assert family.left == "0"
    assert telephone.read() == [SAVE.format(5)]
    await live(5 * MINUTE)
    assert told(den) == ["TurnOff"]
