"""Tests of failures of blueprint screen_time_budget: other devices, restarts, outages, refusals."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.xbox_network.xbox.endpoints import Service
from tests.blueprints.conftest import Automate, Live
from tests.conftest import restart
from tests.helpers.blueprints.family import OVER, SAVE, STOP, Family
from tests.helpers.consoles import ConsoleEntities, told
from tests.helpers.fake_devices import Telephone
from tests.helpers.friend_dialog import add_friends
from tests.simulator import Console, Person, Simulator
from tests.simulator.world.demo_world import BRASS_OTTER, HARBOR_KINGS, STARFALL_DRIFT

MINUTE = 60
NAME = "screen_time_budget"


async def test_on_a_pc(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    family: Family,
    at_den: ConsoleEntities,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """On a PC there is a message every ten minutes; another player's console stays on."""
    await add_friends(hass, entry, BRASS_OTTER)
    otter = simulator.world.person(BRASS_OTTER)
    den.regulars.clear()
    den.sit_down(otter)
    await family.agree(1)
    await automate(NAME, **family.chosen, consoles=family.den, grace_minutes=1)
    await live(20)
    otter.play(HARBOR_KINGS)
    owner.play(STARFALL_DRIFT, "WindowsOneCore")
    await live(2 * MINUTE)
    assert at_den("sensor.player") == "Brass Otter"
    assert telephone.read() == [SAVE.format(1)]
    await live(MINUTE)
    assert telephone.read() == [STOP]
    await live(9 * MINUTE, step=30)
    assert telephone.read() == []
    await live(MINUTE)
    assert telephone.read() == [STOP]
    await family.give(60)
    await live(15 * MINUTE, step=30)
    assert telephone.read() == []
    owner.stop()
    await family.agree(0)
    await live(15 * MINUTE, step=60)
    assert telephone.read() == []
    assert told(den) == []


async def test_restart(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    family: Family,
    simulator: Simulator,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """A restart repeats only the time to save."""
    chosen = family.chosen | {"consoles": family.den}
    await family.agree(2)
    await automate(NAME, **chosen)
    owner.play(STARFALL_DRIFT)
    await live(4 * MINUTE)
    assert telephone.read()[-1] == SAVE.format(5)
    await automate()
    await restart(hass, entry)
    await automate(NAME, **chosen)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await live(MINUTE)
    assert telephone.read() == [SAVE.format(5)]
    await live(5 * MINUTE)
    assert told(den) == ["TurnOff"]

    await automate()
    simulator.fail(Service.PRESENCE, status=503, times=None)
    simulator.fail(Service.PEOPLE, status=503, times=None)
    await live(8 * MINUTE, step=30)
    await automate(NAME, **chosen)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await live(3 * MINUTE)
    assert family.left == "unavailable"
    simulator.heal()
    simulator.fail(Service.REALTIME, status=403, times=None)
    await live(3 * MINUTE)
    assert telephone.read() == []  # no person plays any more
    assert told(den) == []


async def test_refusing_console(
    den: Console,
    owner: Person,
    family: Family,
    automate: Automate,
    live: Live,
    telephone: Telephone,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A console that refuses to go off is turned off with the next reminder."""
    await family.agree(1)
    await automate(NAME, **family.chosen, consoles=family.den, grace_minutes=0, remind_minutes=3)
    den.end_next("TurnOff", "Error")
    owner.play(STARFALL_DRIFT)
    await live(3 * MINUTE)
    assert telephone.read() == [OVER]
    assert den.power == "On"
    caplog.clear()  # the log says that the console refused
    await live(3 * MINUTE)
    assert den.power == "ConnectedStandby"


async def test_end_during_an_outage(
    simulator: Simulator,
    den: Console,
    owner: Person,
    family: Family,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """Time that ends during an outage is over after it."""
    await family.agree(4)
    await automate(NAME, **(family.chosen | {"warn_minutes": 1}), consoles=family.den)
    owner.play(STARFALL_DRIFT)
    await live(MINUTE)
    for host in (Service.PRESENCE, Service.PEOPLE):
        simulator.fail(host, status=503, times=None)
    await live(10 * MINUTE, step=30)
    assert family.left == "unavailable"
    simulator.heal()
    simulator.fail(Service.REALTIME, status=403, times=None)
    await live(2 * MINUTE, step=10)
    assert family.left == "0"
    assert telephone.read() == [SAVE.format(5)]
    await live(5 * MINUTE, step=10)
    assert told(den) == ["TurnOff"]


async def test_names_that_look_like_values(
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    family: Family,
    at_den: ConsoleEntities,
    automate: Automate,
    live: Live,
    telephone: Telephone,
    device_registry: dr.DeviceRegistry,
) -> None:
    """The console goes off whatever the person is called: a name is no number and no truth."""
    await family.agree(1)
    inputs = family.chosen | {"warn_minutes": 1, "again_minutes": 1}
    await automate(NAME, **inputs, consoles=family.den, grace_minutes=1)
    owner.play(STARFALL_DRIFT)
    await live(2 * MINUTE)
    for name in ("12", "True", "None", "[1, 2]"):
        owner.stop()
        device_registry.async_update_device(family.chosen["child"], name_by_user=name)
        await live(20)
        den.sit_down(owner)
        owner.play(STARFALL_DRIFT)
        await live(20)
        assert at_den("sensor.player") == name
        told(den)
        telephone.read()
        await live(2 * MINUTE, step=20)
        assert told(den) == ["TurnOff"], name
        den.power = "On"


async def test_failing_message(
    hass: HomeAssistant,
    den: Console,
    owner: Person,
    family: Family,
    automate: Automate,
    live: Live,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A phone or a speaker that fails does not keep the console on."""
    await family.agree(2)
    off = HomeAssistantError("it is off")
    calls = [
        async_mock_service(hass, domain, action, raise_exception=off)
        for domain, action in (("notify", "send_message"), ("test", "say"))
    ]
    say = [{"action": "test.say"}]
    inputs = family.chosen | {"warn_minutes": 1, "warn_actions": say, "end_actions": say}
    await automate(NAME, **inputs, consoles=family.den, grace_minutes=1)
    owner.play(STARFALL_DRIFT)
    await live(4 * MINUTE, step=10)
    assert told(den) == ["TurnOff"]
    assert [len(it) for it in calls] == [2, 2]
    caplog.clear()  # the log says what failed
