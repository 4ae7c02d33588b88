"""`homeassistant.update_entity` of consoles: asked now, in one round, and without a storm in an outage."""

import asyncio
from collections import Counter

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.helpers.on_demand import Demand
from tests.helpers.settling import settle
from tests.simulator import Console, Person, Simulator
from tests.simulator.consoles.console_app import InstalledApp
from tests.simulator.world.demo_world import BEDROOM, DEN, STARFALL_DRIFT


def asked(simulator: Simulator) -> Counter[str]:
    """Return the paths at the console service, and how often each was asked."""
    return Counter(it.path for it in simulator.requests(Service.CONSOLES))


def every(console: ConsoleEntities) -> list[str]:
    """Return the ids of all entities of a console."""
    return [console.id(it) for it in ("media_player", "remote", *console.all())]


@pytest.mark.parametrize(
    "name", ["media_player", "remote", "sensor.player", "button.home", "button.reboot"]
)
async def test_power(
    bedroom: Console,
    entry: ConfigEntry,
    at_bedroom: ConsoleEntities,
    poll: Poll,
    demand: Demand,
    name: str,
) -> None:
    """A console that was switched on by hand is on as soon as any of its entities is asked for."""
    await poll(125)
    bedroom.power = "On"
    await demand(at_bedroom.id(name))
    assert at_bedroom("media_player") != STATE_OFF
    assert at_bedroom("remote") == STATE_ON


async def test_again_at_once(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, poll: Poll, demand: Demand
) -> None:
    """The second time tells what has changed since the first, however soon it is."""
    await poll(125)
    for power, state in (("On", STATE_ON), ("ConnectedStandby", STATE_OFF), ("On", STATE_ON)):
        bedroom.power = power
        await demand(at_bedroom.id("remote"))
        assert at_bedroom("remote") == state


async def test_disks(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, poll: Poll, demand: Demand
) -> None:
    """The free space of a disk is asked, although the list is due only in minutes."""
    await poll(30)
    disk = den.storage[0]
    sensor = f"sensor.storage_free_{disk.storage_id}"
    before = at_den(sensor)
    disk.free //= 2
    await demand(at_den.id(sensor))
    assert float(at_den(sensor)) == pytest.approx(float(before) / 2, rel=0.01)
    disk.free = 1
    await demand(at_den.id("binary_sensor.storage_problem"))
    assert at_den("binary_sensor.storage_problem") == STATE_ON


async def test_sources(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, poll: Poll, demand: Demand
) -> None:
    """A newly installed game is among the sources, although the list of apps is due only in an hour."""
    await poll(70)
    den.apps.append(
        InstalledApp(
            product_id="9SIM713FB399",
            title_id="1907733599",
            aumid="Example.Quill_0a1b2c3d4e5f6!Game",
            name="Quill and Candle",
            content_type="Game",
        )
    )
    await demand(at_den.id("media_player"))
    assert "Quill and Candle" in at_den["media_player"].attributes["source_list"]


async def test_player(
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    at_den: ConsoleEntities,
    poll: Poll,
    demand: Demand,
) -> None:
    """The player is known as soon as it is asked for: of the console and of the people."""
    await poll(70)
    den.sit_down(owner)
    den.run(STARFALL_DRIFT)
    await demand(at_den.id("sensor.player"))
    assert at_den("sensor.player") == "Nova Kestrel"


async def test_one_round(
    simulator: Simulator,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
    demand: Demand,
) -> None:
    """All entities in one action are one request for each console and each list."""
    await poll(65)
    simulator.clear()
    await demand(*every(at_den), *every(at_bedroom))
    counts = asked(simulator)
    assert counts[f"/consoles/{DEN}"] == counts[f"/consoles/{BEDROOM}"] == 1
    assert counts["/lists/devices"] == 1
    assert counts["/lists/installedApps"] == 2


async def test_only_what_is_asked_for(
    simulator: Simulator,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    demand: Demand,
) -> None:
    """A remote costs one request: neither lists nor the other console are asked."""
    await poll(5)
    simulator.clear()
    await demand(at_den.id("remote"))
    assert asked(simulator) == {f"/consoles/{DEN}": 1}


async def test_slow_answer(
    hass: HomeAssistant,
    simulator: Simulator,
    bedroom: Console,
    entry: ConfigEntry,
    at_bedroom: ConsoleEntities,
    poll: Poll,
    demand: Demand,
    actions: Actions,
) -> None:
    """The action waits for a slow answer; other refreshes do not."""
    await poll(125)
    bedroom.power = "On"
    simulator.fail(Service.CONSOLES, delay=5, path=f"/consoles/{BEDROOM}")
    await actions.wait_for(demand(at_bedroom.id("remote")))
    assert at_bedroom("remote") == STATE_ON


async def test_outage(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    demand: Demand,
) -> None:
    """Impatient fingers make no storm: a broken service is asked about as often as without them."""
    simulator.fail(Service.CONSOLES, status=503, times=None)
    await poll(300)
    simulator.clear()
    await poll(300)
    usual = sum(asked(simulator).values())
    simulator.clear()
    for _ in range(300):
        await demand(*every(at_den))
        await poll(1, step=1)
    assert sum(asked(simulator).values()) <= 2 * usual
    simulator.heal()
    await poll(70)
    assert at_den("remote") == STATE_ON


async def test_impatient(
    simulator: Simulator,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
    demand: Demand,
    actions: Actions,
) -> None:
    """A press a second spends no budget that commands need, and harms no state."""
    await poll(60)
    for _ in range(120):
        await demand(*every(at_den), *every(at_bedroom))
        await poll(1, step=1)
    assert STATE_UNAVAILABLE not in {*at_den.all().values(), *at_bedroom.all().values()}
    for _ in range(5):
        await actions.call("remote.send_command", at_den.id("remote"), command=["a"])
    await actions.pass_time(1)  # a key is done when Xbox has accepted it
    assert den.keys == ["A"] * 5
    bedroom.power = "On"
    await poll(70)
    assert at_bedroom("remote") == STATE_ON


async def test_without_polling(
    hass: HomeAssistant,
    bedroom: Console,
    entry: ConfigEntry,
    at_bedroom: ConsoleEntities,
    poll: Poll,
    demand: Demand,
) -> None:
    """It works while polling is disabled."""
    hass.config_entries.async_update_entry(entry, pref_disable_polling=True)
    await hass.config_entries.async_reload(entry.entry_id)
    await poll(60)
    bedroom.power = "On"
    await demand(at_bedroom.id("remote"))
    assert at_bedroom("remote") == STATE_ON


async def test_long_pause(
    simulator: Simulator,
    den: Console,
    owner: Person,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    demand: Demand,
) -> None:
    """The hour's pause of a refused list yields to a person, once a minute."""
    errors = simulator.world.xccs_errors
    errors.add("RemoteManagementDisabled", at="devices", xuid=owner.xuid, times=None)
    await poll(900)
    disk = den.storage[0]
    sensor = f"sensor.storage_free_{disk.storage_id}"
    disk.free = 5_000_000_000
    simulator.clear()
    for _ in range(5):
        await demand(at_den.id(sensor))
    assert asked(simulator)["/lists/devices"] == 1
    errors.clear()
    await poll(60)
    await demand(at_den.id(sensor))
    assert float(at_den(sensor)) == 5


async def test_unloaded_meanwhile(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    demand: Demand,
    freezer: FrozenDateTimeFactory,
) -> None:
    """An unloaded account ends the waiting, without an error."""
    await poll(60)
    simulator.fail(Service.CONSOLES, delay=500, path=f"/consoles/{DEN}")
    waiting = asyncio.ensure_future(demand(at_den.id("remote")))
    while not asked(simulator)[f"/consoles/{DEN}"]:
        await asyncio.sleep(0)
    await hass.config_entries.async_unload(entry.entry_id)
    await settle(hass)
    await asyncio.wait_for(waiting, 5)
