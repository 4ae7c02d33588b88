"""Allowance: what is agreed for dates, and evenings that end later, without Home Assistant."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from custom_components.xbox_network.allowance import Allowance, DateRule, Rule, RuleProblem
from custom_components.xbox_network.storage.allowance_json import allowance_from_json
from tests.integration.playtime.test_allowance import BERLIN, ZONES, allowances, at, minutes, times

MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)
WEEK = Allowance().with_rules(range(7), minutes=60, bedtime=time(20), bedtime_end=time(7))


@pytest.mark.parametrize(
    ("agreed", "rule"),
    [
        (DateRule(), Rule(minutes=60, bedtime=time(20), bedtime_end=time(7))),
        (DateRule(minutes=0), Rule(minutes=0, bedtime=time(20), bedtime_end=time(7))),
        (DateRule(bedtime=time(22)), Rule(minutes=60, bedtime=time(22))),
        (DateRule(free=True), Rule()),
        (DateRule(free=True, minutes=5), Rule(minutes=5)),
        (DateRule(free=True, bedtime=time(22)), Rule(bedtime=time(22))),
    ],
)
def test_over(agreed: DateRule, rule: Rule) -> None:
    """What is not agreed is as on the weekday; on a free day it is nothing."""
    assert agreed.over(WEEK.rules[0]) == rule


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"bedtime": time(22)}, DateRule(bedtime=time(22), bedtime_end=time(7))),
        ({"bedtime_end": time(9)}, DateRule(bedtime=time(20), bedtime_end=time(9))),
        ({"minutes": 90}, DateRule(minutes=90)),
        (
            {"bedtime": time(0, 30), "bedtime_end": time(9)},
            DateRule(bedtime=time(0, 30), bedtime_end=time(9)),
        ),
        ({"free": True}, DateRule(free=True)),
        ({"free": True, "bedtime": time(22)}, DateRule(free=True, bedtime=time(22))),
    ],
)
def test_with_dates(fields: dict[str, Any], rule: DateRule) -> None:
    """A bedtime keeps the end that held, an end the bedtime. All other dates stay."""
    allowance = WEEK.with_dates([MONDAY], **fields)
    assert allowance.dates == {MONDAY: rule}
    assert allowance.rules == WEEK.rules
    assert allowance.rule(MONDAY + 7 * DAY) == WEEK.rules[0]
    assert allowance.with_dates([MONDAY], afresh=True).dates == {}


@pytest.mark.parametrize(
    ("allowance", "fields", "problem"),
    [
        (Allowance(), {"bedtime_end": time(9)}, "bedtime_end_alone"),
        (WEEK, {"free": True, "bedtime_end": time(9)}, "bedtime_end_alone"),
        (WEEK, {"bedtime": time(0, 30)}, "bedtime_before_noon"),
        (WEEK, {"bedtime": time(7), "bedtime_end": time(7)}, "bedtime_without_length"),
        (WEEK, {"bedtime_end": time(20)}, "bedtime_without_length"),
        (WEEK, {"bedtime": time(20, tzinfo=UTC)}, "bedtime_with_offset"),
        (WEEK, {"bedtime": time(9, tzinfo=UTC)}, "bedtime_with_offset"),
    ],
)
def test_problems(allowance: Allowance, fields: dict[str, Any], problem: str) -> None:
    """What cannot be is refused with its reason."""
    with pytest.raises(RuleProblem, match=problem):
        allowance.with_dates([MONDAY], **fields)


def test_past() -> None:
    """A date is forgotten when its night may not last any more."""
    days = [MONDAY + number * DAY for number in range(4)]
    allowance = WEEK.with_dates(days, minutes=5)
    assert allowance.without_past(MONDAY + DAY) is allowance
    assert list(allowance.without_past(MONDAY + 3 * DAY).dates) == days[2:]
    assert allowance.without_past(MONDAY + 5 * DAY).dates == {}


def test_night_over_a_date() -> None:
    """In the night of a special day its bedtime counts, in the evening after it the usual one."""
    allowance = WEEK.with_dates([MONDAY], free=True)
    assert allowance.time_left(at(23), 0) is None
    assert allowance.time_left(at(3, day=MONDAY), 0) == 0  # the night of Sunday
    assert allowance.time_left(at(3, day=MONDAY + DAY), 0) == 60
    assert allowance.time_left(at(19, 30, MONDAY + DAY), 0) == 30


_EACH_TIME = settings(derandomize=True, deadline=None, max_examples=100)


@st.composite
def date_rules(draw: st.DrawFn) -> DateRule:
    """Return any valid rule of a date."""
    bedtime = draw(st.none() | times)
    end = None if bedtime is None else draw(times.filter(lambda it: it != bedtime))
    return DateRule(
        free=draw(st.booleans()), minutes=draw(minutes), bedtime=bedtime, bedtime_end=end
    )


days = st.dates(date(2026, 1, 2), date(2026, 12, 30))
moments = st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 30))  # noqa: DTZ001  local


@_EACH_TIME
@given(allowances(), st.dictionaries(days, date_rules(), max_size=5), days)
def test_rules_hold_and_are_stored(
    allowance: Allowance, agreed: dict[date, DateRule], other: date
) -> None:
    """Each combination is a valid rule, is read as it was stored, and says nothing about other days."""
    agreed = {day: it for day, it in agreed.items() if it != DateRule()}
    whole = Allowance(rules=allowance.rules, dates=agreed)
    for day in agreed:
        whole.rule(day).checked()
    if other not in agreed:
        assert whole.rule(other) == allowance.rules[other.weekday()]
    assert allowance_from_json(json.loads(json.dumps(whole.to_store()))) == (whole, False)


@_EACH_TIME
@given(allowances(), moments, st.sampled_from(ZONES), st.integers(-1440, 1440).filter(bool))
def test_later_evenings(
    allowance: Allowance, moment: datetime, zone: Any, given_minutes: int
) -> None:
    """A bonus makes the evening longer by itself at most, never shorter, and the other way round; ends stay."""
    now = moment.replace(tzinfo=UTC).astimezone(zone)
    longer = allowance.with_later_bedtime(given_minutes, now)
    before, after = allowance.tonight(now), longer.tonight(now)
    if before is None:
        assert longer is allowance
        return
    assert after
    assert after.evening == before.evening
    assert after.end == before.end
    assert after.begin <= after.end
    if given_minutes >= 0:
        assert after.begin >= before.begin
        begun = max(before.begin, now.astimezone(UTC))
        assert after.begin <= begun + timedelta(minutes=given_minutes + 1)
        assert after.begin >= min(begun + timedelta(minutes=given_minutes), after.end) or (
            longer.evening_minutes == 1440
        )
    else:
        assert after.begin == before.begin + timedelta(minutes=given_minutes)
    assert longer.rules == allowance.rules
    assert allowance_from_json(json.loads(json.dumps(longer.to_store()))) == (longer, False)


def test_evening_that_ends_by_the_bedtime() -> None:
    """Which of the two ends the evening: the limit, or the bedtime."""
    assert WEEK.bedtime_ends(at(19, 30), 0)
    assert WEEK.bedtime_ends(at(19), 0)
    assert not WEEK.bedtime_ends(at(18, 59), 0)
    assert not WEEK.bedtime_ends(at(19, 30), 45)
    assert not WEEK.bedtime_ends(at(6, 30), 0)  # the bedtime of last night
    assert not Allowance().bedtime_ends(at(12), 0)
    assert Allowance().with_rules({0}, bedtime=time(20)).bedtime_ends(at(12), 0)
    assert at(12).tzinfo is BERLIN
