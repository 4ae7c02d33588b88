"""Statistics of play time: the sums that the recorder makes of the sensors."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)

from tests.conftest import Poll, set_up
from tests.helpers.entities import Entities
from tests.helpers.playtime import STARFALL_DRIFT
from tests.simulator import Person

BEGIN = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # an hour before midnight in Berlin


async def statistics(
    hass: HomeAssistant, recorder: Recorder, statistic_id: str
) -> list[dict[str, Any]]:
    """Return the statistics of each five minutes since the start."""
    result: Any = await recorder.async_add_executor_job(
        statistics_during_period,
        hass,
        BEGIN,
        None,
        {statistic_id},
        "5minute",
        None,
        {"sum", "state", "max"},
    )
    rows: list[dict[str, Any]] = result[statistic_id]
    return rows


@pytest.mark.freeze_time(BEGIN)
async def test_over_midnight(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    stored: MockConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """The sum grows by the minutes played, also over midnight."""
    await hass.config.async_update(time_zone="Europe/Berlin", country="DE")
    assert await async_setup_component(hass, "sensor", {})
    await set_up(hass, stored)
    owner.play(STARFALL_DRIFT)
    for period in range(18):
        await poll(300, step=20)
        await async_wait_recording_done(hass)
        do_adhoc_statistics(hass, start=BEGIN + timedelta(minutes=5 * period))
        await async_wait_recording_done(hass)
    for name in ("today", "week"):
        rows = await statistics(hass, recorder_mock, entities.id(f"sensor.playtime_{name}"))
        sums = [row["sum"] for row in rows]
        assert len(sums) == 18
        assert sums == sorted(sums)
        assert 87 <= sums[-1] <= 90
    session = await statistics(hass, recorder_mock, entities.id("sensor.playtime_session"))
    assert 88 <= session[-1]["max"] <= 90
