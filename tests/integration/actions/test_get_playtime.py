"""Action `get_playtime`: the minutes of people by day and title."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import probatio
import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.template import Template
from hypothesis import given, settings, strategies as st
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.coordinator.whole_minutes import day_minutes, title_minutes
from custom_components.xbox_network.xbox.playtime.summary import DayPlaytime
from tests.conftest import Poll, set_up
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.helpers.playtime import BERLIN, HARBOR_KINGS, STARFALL_DRIFT, act, go_to
from tests.simulator import Person, Simulator

QUIET_HARBOR = "2535400000000011"
SUNDAY = datetime(2026, 11, 22, tzinfo=BERLIN)

# The same template is in docs/family.md.
WEEKLY_REPORT = """
{% for person in report.people %}
{{ person.name }}: {{ person.minutes // 60 }} h {{ person.minutes % 60 }} min
{% for game in person.titles %}- {{ game.title }}: {{ game.minutes }} min
{% endfor %}{% endfor %}
"""


def check_sums(person: dict[str, Any]) -> None:
    """Check that all numbers about a person agree."""
    days, titles = person["days"], person["titles"]
    assert person["minutes"] == sum(day["minutes"] for day in days)
    assert person["minutes"] == sum(title["minutes"] for title in titles)
    for day in days:
        assert day["minutes"] == sum(title["minutes"] for title in day["titles"])
    for title in titles:
        of_days = [
            it for day in days for it in day["titles"] if it["title_id"] == title["title_id"]
        ]
        assert title["minutes"] == sum(it["minutes"] for it in of_days)
        assert title["minutes"] > 0
    assert [it["minutes"] for it in titles] == sorted(
        (it["minutes"] for it in titles), reverse=True
    )


@pytest.mark.freeze_time("2026-11-22T21:00:00Z")
async def test_get_playtime(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """The minutes by person, day and title are those of the sensors; no xuid is in the answer."""
    await hass.config.async_update(time_zone="Europe/Berlin", country="DE")
    await set_up(hass, stored)
    await add_friends(hass, stored, QUIET_HARBOR)
    friend = simulator.world.person(QUIET_HARBOR)
    owner.play(STARFALL_DRIFT)
    friend.play(HARBOR_KINGS)
    await poll(1805)
    owner.play(HARBOR_KINGS)
    await poll(611)
    friend.go_offline()
    await go_to(poll, SUNDAY + timedelta(days=1, minutes=30))
    owner.go_offline()
    await poll(600)

    report = await act(hass, "get_playtime")
    assert (report["start"], report["end"]) == ("2026-11-17", "2026-11-23")
    nova, quiet = report["people"]
    check_sums(nova)
    check_sums(quiet)
    days = {day["date"]: day["minutes"] for day in nova["days"]}
    assert len(days) == 7
    assert days["2026-11-17"] == 0
    assert days["2026-11-23"] == int(entities("sensor.playtime_today"))
    assert 29 <= days["2026-11-23"] <= 31
    assert 118 <= days["2026-11-22"] <= 120
    assert [it["title"] for it in nova["titles"]] == ["Harbor Kings", "Starfall Drift"]
    assert [it["title_id"] for it in quiet["titles"]] == [HARBOR_KINGS]
    assert 39 <= quiet["minutes"] <= 41
    assert (nova["estimated"], nova["unseen"]) == (0, 0)
    assert owner.xuid not in json.dumps(report)
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, owner.xuid), stored.entry_id
    )
    assert device
    assert (nova["name"], nova["device_id"]) == ("Nova Kestrel", device.id)

    text = Template(WEEKLY_REPORT, hass).async_render({"report": report}, parse_result=False)
    assert f"Nova Kestrel: 2 h {nova['minutes'] - 120} min" in text
    assert f"- Starfall Drift: {nova['titles'][1]['minutes']} min" in text

    # one person, with another name, on other days
    dr.async_get(hass).async_update_device(device.id, name_by_user="Our Nova")
    sunday = {"start": "2026-11-22", "end": "2026-11-22"}
    report = await act(hass, "get_playtime", entities.id("image.gamerpic"), **sunday)
    [person] = report["people"]
    assert person["name"] == "Our Nova"
    assert [day["minutes"] for day in person["days"]] == [days["2026-11-22"]]
    report = await act(hass, "get_playtime", end="2026-11-21")
    assert (report["start"], report["end"]) == ("2026-11-15", "2026-11-21")
    assert [person["minutes"] for person in report["people"]] == [0, 0]


@pytest.mark.usefixtures("entry")
async def test_odd_days(hass: HomeAssistant) -> None:
    """The first and the last days that a calendar has are days as any other; a time is its day."""
    for period, expected in (
        ({"end": "0001-01-01"}, ("0001-01-01", "0001-01-01")),
        ({"end": "0001-01-06"}, ("0001-01-01", "0001-01-06")),
        ({"end": "0001-01-07"}, ("0001-01-01", "0001-01-07")),
        ({"end": "0001-01-08"}, ("0001-01-02", "0001-01-08")),
        ({"start": "0001-01-01", "end": "0002-01-01"}, ("0001-01-01", "0002-01-01")),
        ({"start": "9999-12-31", "end": "9999-12-31"}, ("9999-12-31", "9999-12-31")),
        ({"end": "9999-12-31"}, ("9999-12-25", "9999-12-31")),
        (
            {"start": datetime(2026, 11, 21, 23, 59, tzinfo=BERLIN), "end": date(2026, 11, 22)},
            ("2026-11-21", "2026-11-22"),
        ),
    ):
        report = await act(hass, "get_playtime", **period)
        assert (report["start"], report["end"]) == expected
        days = [day["date"] for day in report["people"][0]["days"]]
        assert (days[0], days[-1]) == expected
        assert report["people"][0]["minutes"] == 0


@pytest.mark.usefixtures("entry")
async def test_refused_periods(hass: HomeAssistant) -> None:
    """A period that is too long or backwards is refused with its reason, and what is no day as such."""
    for period, reason in (
        ({"start": "9999-12-31"}, "period_backwards"),
        ({"start": "0001-01-01"}, "period_too_long"),
        ({"start": "0001-01-01", "end": "9999-12-31"}, "period_too_long"),
        ({"start": "0001-01-01", "end": "0002-01-02"}, "period_too_long"),
        ({"start": "0001-01-02", "end": "0001-01-01"}, "period_backwards"),
    ):
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, "get_playtime", **period)
        assert caught.value.translation_key == reason
    for end in ("0000-12-31", "10000-01-01", "2026-02-30", "soon", 5, None, ""):
        with pytest.raises(probatio.Invalid):
            await act(hass, "get_playtime", end=end)


@settings(deadline=None)
@given(st.dictionaries(st.text("123", min_size=1, max_size=4), st.integers(1, 90_000), max_size=9))
def test_minutes_add_up(titles: dict[str, int]) -> None:
    """The whole minutes of the titles add up to the minutes of the day."""
    day = DayPlaytime(titles=titles)
    minutes = title_minutes(day)
    assert sum(minutes.values()) == day_minutes(day) == sum(titles.values()) // 60
    for title_id, seconds in titles.items():
        assert seconds // 60 <= minutes.get(title_id, 0) <= seconds // 60 + 1
    assert all(minutes.values())
