"""A `Date` that is wrong when Home Assistant starts makes no play time, and an odd answer costs none."""

from datetime import timedelta
from email.utils import formatdate

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart, set_up
from tests.helpers.entities import Entities
from tests.helpers.playtime import STARFALL_DRIFT
from tests.simulator import Person, Simulator

HOUR, MINUTE, DAY = 3600, 60, 86400
SERVICES = (Service.PRESENCE, Service.PEOPLE, Service.TITLES, Service.STATS, Service.CONSOLES)

pytestmark = pytest.mark.freeze_time("2026-11-23T14:30:00Z")


async def see(owner: Person, poll: Poll, minutes: float) -> None:
    """Let the owner play in sight."""
    owner.play(STARFALL_DRIFT)
    await poll(minutes * MINUTE, step=20)


def tell_wrong_time(simulator: Simulator, ahead: float, times: int | None) -> None:
    """Let the next answers of each service have a wrong `Date`."""
    date = formatdate(simulator.world.clock() + ahead, usegmt=True)
    for host in SERVICES:
        simulator.fail(host, headers={"Date": date}, times=times)


@pytest.mark.parametrize("times", [1, 3, None])
@pytest.mark.parametrize("ahead", [HOUR, 366 * DAY, -HOUR, DAY, 10 * MINUTE])
async def test_restart(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    ahead: float,
    times: int | None,
) -> None:
    """A restart in the middle of a game adds what has passed, and no more (R4)."""
    await set_up(hass, stored)
    await see(owner, poll, 10)
    tell_wrong_time(simulator, ahead, times)
    await restart(hass, stored)
    await poll(MINUTE)
    assert int(entities("sensor.playtime_today")) in (10, 11)
    simulator.heal()
    simulator.fail(Service.REALTIME, status=403, times=None)
    await see(owner, poll, 10)
    assert int(entities("sensor.playtime_today")) in (20, 21)
    assert int(entities("sensor.playtime_week")) in (20, 21)


@pytest.mark.parametrize("ahead", [HOUR, 366 * DAY])
async def test_off_for_hours(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    freezer: FrozenDateTimeFactory,
    ahead: float,
) -> None:
    """So it is after two hours in which Home Assistant was off, with a game in the last ten minutes."""
    await set_up(hass, stored)
    await see(owner, poll, 10)
    owner.go_offline()
    await poll(30 * MINUTE, step=60)
    assert await hass.config_entries.async_unload(stored.entry_id)
    freezer.tick(timedelta(minutes=110))
    owner.play(STARFALL_DRIFT)
    freezer.tick(timedelta(minutes=10))
    tell_wrong_time(simulator, ahead, None)
    await set_up(hass, stored)
    await poll(MINUTE)
    assert int(entities("sensor.playtime_today")) in (20, 21)


@pytest.mark.parametrize("number", [302, 400, 403, 404, 503])
async def test_odd_answer(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    freezer: FrozenDateTimeFactory,
    number: int,
) -> None:
    """Half an hour that nobody saw, and the counter supports, is not lost by one odd answer (R3)."""
    await set_up(hass, stored)
    await see(owner, poll, 36)
    owner.go_offline()
    await poll(20 * MINUTE, step=60)
    assert await hass.config_entries.async_unload(stored.entry_id)
    freezer.tick(600)
    owner.play(STARFALL_DRIFT)
    freezer.tick(1800)
    owner.go_offline()
    freezer.tick(1200)
    simulator.fail(Service.STATS, status=number)
    await set_up(hass, stored)
    await poll(HOUR, step=60)
    assert int(entities("sensor.playtime_today")) in (65, 66)
    assert entities["sensor.playtime_today"].attributes["estimated"] == 30
