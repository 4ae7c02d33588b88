"""Last-online sensor: its value while a person comes and goes, and over a restart."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart
from tests.helpers.entities import Entities
from tests.helpers.restored import restart_with
from tests.simulator import Person, Simulator


async def test_last_online(
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """The time when the person was last online; while the person is online, the time before that."""
    before = dt_util.parse_datetime(entities("sensor.last_online"))
    assert before
    assert timedelta(seconds=6990) < dt_util.utcnow() - before < timedelta(seconds=7010)
    owner.go_online()
    await poll()
    assert dt_util.parse_datetime(entities("sensor.last_online")) == before
    owner.go_offline()
    offline_at = dt_util.utcnow()
    await poll()
    after = dt_util.parse_datetime(entities("sensor.last_online"))
    assert after
    assert abs(after - offline_at) < timedelta(seconds=1)


async def test_last_online_does_not_jump(
    hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator, entities: Entities, poll: Poll
) -> None:
    """The latest time stays, although the services report slightly different ones."""
    await poll(600)
    shown = entities("sensor.last_online")
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await poll(1800)
    assert entities("sensor.last_online") == shown
    assert entities.id("sensor.last_online") not in {it.data["entity_id"] for it in events}


@pytest.mark.parametrize("offset_seconds", [-3600, None], ids=["older", "nothing"])
async def test_last_online_over_a_restart(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    offset_seconds: int | None,
) -> None:
    """The time stays over a restart if the network reports an older one or none."""
    before = entities("sensor.last_online")
    assert owner.last_seen
    if offset_seconds is None:
        owner.go_online()
    else:
        owner.last_seen = dataclasses.replace(
            owner.last_seen, at=owner.last_seen.at + offset_seconds
        )
    await restart(hass, entry)
    assert entities("sensor.last_online") == before


async def test_last_online_moves_on_over_a_restart(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, entities: Entities
) -> None:
    """A later time is shown after a restart."""
    assert owner.last_seen
    owner.last_seen = dataclasses.replace(owner.last_seen, at=owner.last_seen.at + 600)
    before = dt_util.parse_datetime(entities("sensor.last_online"))
    await restart(hass, entry)
    assert before
    assert dt_util.parse_datetime(entities("sensor.last_online")) == before + timedelta(minutes=10)


@pytest.mark.parametrize("year", [2037, 2099])
async def test_restored_time_of_the_future(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    entry: ConfigEntry,
    entities: Entities,
    year: int,
) -> None:
    """A time of the future that was shown before does not stay for years."""
    before = entities("sensor.last_online")
    moment = f"{year}-01-01T00:00:00+00:00"
    await restart_with(hass, hass_storage, entry, entities.id("sensor.last_online"), moment)
    assert entities("sensor.last_online") == before


AHEAD = pytest.mark.parametrize(
    ("seconds", "believed"),
    [(30, True), (58, True), (120, False), (7200, False), (86_000, False), (90_000, False)],
)


@AHEAD
@pytest.mark.parametrize("service", [Service.PRESENCE, Service.PEOPLE])
async def test_ahead_of_the_answer(
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    service: Service,
    seconds: int,
    believed: bool,
) -> None:
    """Nobody was online later than the answer says that it is: a minute is for two services that differ."""
    before = entities("sensor.last_online")

    def change(answer: Any) -> None:
        moment = (dt_util.utcnow() + timedelta(seconds=seconds)).isoformat()
        for it in answer if service == Service.PRESENCE else answer["people"]:
            if service == Service.PRESENCE:
                it["lastSeen"] = {"deviceType": "Scarlett", "timestamp": moment}
            else:
                it["lastSeenDateTimeUtc"] = moment

    simulator.spoil(service, change, times=None)
    await poll(310 if service == Service.PEOPLE else 10)
    assert (entities("sensor.last_online") != before) == believed


@AHEAD
async def test_shown_before_ahead(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    entry: ConfigEntry,
    entities: Entities,
    seconds: int,
    believed: bool,
) -> None:
    """A time ahead that was shown before a restart does not stay over it."""
    before = entities("sensor.last_online")
    moment = (dt_util.utcnow() + timedelta(seconds=seconds)).replace(microsecond=0).isoformat()
    await restart_with(hass, hass_storage, entry, entities.id("sensor.last_online"), moment)
    assert entities("sensor.last_online") == (moment if believed else before)
