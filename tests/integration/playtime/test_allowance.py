"""Allowance: the time that limit, bedtime and bonus leave, without Home Assistant."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from custom_components.xbox_network.allowance import Allowance, Rule, RuleProblem
from custom_components.xbox_network.storage.allowance_json import allowance_from_json

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    BERLIN,
    ZoneInfo("America/New_York"),
    ZoneInfo("America/Havana"),  # its clocks change at midnight
    ZoneInfo("Australia/Lord_Howe"),  # its clocks change by half an hour
    ZoneInfo("Asia/Kolkata"),
    ZoneInfo("UTC"),
]
MINUTE = timedelta(minutes=1)
MONDAY = date(2026, 11, 23)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """Return a time in Berlin."""
    return datetime.combine(day, time(hour, minute), BERLIN)


def on_monday(**rule: Any) -> Allowance:
    """Return an allowance with a rule for Monday alone."""
    return Allowance().with_rules({0}, **rule)


@pytest.mark.parametrize(
    ("allowance", "now", "played", "left"),
    [
        (Allowance(), at(12), 30, None),
        (on_monday(minutes=60), at(12), 0, 60),
        (on_monday(minutes=60), at(12), 45, 15),
        (on_monday(minutes=60), at(12), 61, 0),
        (on_monday(minutes=60), at(12, day=date(2026, 11, 24)), 0, None),
        (on_monday(minutes=0), at(12), 0, 0),
        (on_monday(minutes=60).with_bonus(20, MONDAY), at(12), 45, 35),
        (on_monday(minutes=60).with_bonus(-20, MONDAY), at(12), 45, 0),
        (on_monday(minutes=60).with_bonus(20, date(2026, 11, 22)), at(12), 45, 15),
        (on_monday(bedtime=time(20)), at(18, 30), 500, 90),
        (on_monday(bedtime=time(20)), at(20), 0, 0),
        (on_monday(bedtime=time(20)), at(23, 59), 0, 0),
        (on_monday(bedtime=time(20)), at(0, day=date(2026, 11, 24)), 0, None),
        (on_monday(bedtime=time(20), bedtime_end=time(6)), at(5, 59, date(2026, 11, 24)), 0, 0),
        (on_monday(bedtime=time(20), bedtime_end=time(6)), at(6, 0, date(2026, 11, 24)), 0, None),
        (on_monday(bedtime=time(13), bedtime_end=time(15)), at(14), 0, 0),
        (on_monday(bedtime=time(13), bedtime_end=time(15)), at(15), 0, None),
        (on_monday(bedtime=time(20), minutes=60), at(18, 30), 0, 60),
        (on_monday(bedtime=time(20), minutes=60), at(19, 30), 0, 30),
        (on_monday(bedtime=time(20), minutes=60).with_bonus(60, MONDAY), at(19, 30), 60, 30),
        # a bedtime at half past midnight begins on the next day
        (
            on_monday(bedtime=time(0, 30), bedtime_end=time(8)),
            at(23, day=date(2026, 11, 22)),
            0,
            90,
        ),
        (on_monday(bedtime=time(0, 30), bedtime_end=time(8)), at(7, 59), 0, 0),
        # a bedtime of tomorrow is no limit today, but caps a limit that reaches beyond it
        (on_monday(bedtime=time(20)), at(21, day=date(2026, 11, 22)), 0, None),
        (
            on_monday(bedtime=time(20)).with_rules({6}, minutes=1440),
            at(21, day=date(2026, 11, 22)),
            0,
            23 * 60,
        ),
    ],
)
def test_time_left(allowance: Allowance, now: datetime, played: int, left: int | None) -> None:
    """The time left is the rest of the limit, until bedtime at the longest."""
    assert allowance.time_left(now, played) == left


def test_over_a_change_of_the_clock() -> None:
    """An hour that the clocks skip or repeat is counted as it passes."""
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    early = Allowance().with_rules(range(7), bedtime=time(6), bedtime_end=time(7))
    assert early.time_left(at(1, day=spring), 0) == 4 * 60
    assert early.time_left(at(1, day=autumn), 0) == 6 * 60
    twice = Allowance().with_rules({6}, bedtime=time(2, 10), bedtime_end=time(2, 40))
    second = datetime.combine(autumn, time(2, 30, fold=1), BERLIN)
    assert twice.time_left(second, 0) == 0
    assert twice.next_change(second) == datetime(2026, 10, 25, 1, 40, tzinfo=UTC)
    # half past two, which the clock leaves out, comes at half past three
    skipped = Allowance().with_rules(range(7), bedtime=time(20), bedtime_end=time(2, 30))
    assert skipped.time_left(at(1, 45, spring), 0) == 0
    assert skipped.next_change(at(1, 45, spring)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_at_the_bedtime() -> None:
    """From its very first moment on a bedtime is the present one: the next change is its end."""
    monday = on_monday(bedtime=time(20), bedtime_end=time(22))
    assert monday.next_change(at(20) - timedelta(seconds=1)) == at(20)
    assert monday.next_change(at(20)) == at(22)


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({"bedtime": time(11, 59)}, "bedtime_before_noon"),
        ({"bedtime": time(0)}, "bedtime_before_noon"),
        ({"bedtime_end": time(6)}, "bedtime_end_alone"),
        ({"bedtime": time(20, tzinfo=UTC)}, "bedtime_with_offset"),
        ({"bedtime": time(20), "bedtime_end": time(7, tzinfo=UTC)}, "bedtime_with_offset"),
        ({"bedtime": time(20), "bedtime_end": time(20)}, "bedtime_without_length"),
    ],
)
def test_odd_rules(rule: dict[str, Any], problem: str) -> None:
    """An invalid rule is refused with its reason."""
    with pytest.raises(RuleProblem, match=problem):
        Allowance().with_rules({0}, **rule)


def test_changing_rules() -> None:
    """Only the given values change, on the given weekdays; `afresh` forgets the others first."""
    allowance = Allowance().with_rules(range(7), minutes=90, bedtime=time(20))
    weekend = allowance.with_rules({5, 6}, minutes=120)
    assert weekend.rules[4] == Rule(minutes=90, bedtime=time(20))
    assert weekend.rules[5] == Rule(minutes=120, bedtime=time(20))
    assert weekend.with_rules({5}, afresh=True).rules[5] == Rule()
    assert weekend.with_rules({5}, afresh=True, minutes=30).rules[5] == Rule(minutes=30)


_SAME_EACH_TIME = settings(
    derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
times = st.times().map(lambda it: it.replace(second=0, microsecond=0))
minutes = st.none() | st.integers(0, 1440)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Return any valid rule."""
    bedtime = draw(st.none() | times)
    ends: st.SearchStrategy[time | None] = times.filter(lambda it: it != bedtime)
    if bedtime is None:
        ends = st.none()
    elif bedtime >= time(12):
        ends = st.none() | ends
    return Rule(minutes=draw(minutes), bedtime=bedtime, bedtime_end=draw(ends)).checked()


@st.composite
def allowances(draw: st.DrawFn) -> Allowance:
    """Return any allowance."""
    allowance = Allowance(rules=tuple(draw(st.lists(rules(), min_size=7, max_size=7))))
    days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
    return allowance.with_bonus(draw(st.integers(-1440, 1440)), draw(days))


moments = st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 30))  # noqa: DTZ001  local


@settings(_SAME_EACH_TIME, max_examples=150)
@given(allowances(), moments, st.sampled_from(ZONES), st.integers(0, 3000))
def test_invariants(allowance: Allowance, moment: datetime, zone: ZoneInfo, played: int) -> None:
    """The time left is never below 0, above limit and bonus, or longer than until bedtime."""
    now = moment.replace(tzinfo=UTC).astimezone(zone)
    today, left = now.date(), allowance.time_left(now, played)
    limit = allowance.rule(today).minutes
    assert (left is None) or left >= 0
    if limit is not None:
        assert left is not None
        assert left <= max(0, limit + allowance.bonus(today) - played)
    for day in (today - timedelta(days=1), today, today + timedelta(days=1)):
        rule = allowance.rule(day)
        if rule.bedtime is None:
            continue
        begin = datetime.combine(day, rule.bedtime, zone).astimezone(UTC)
        last = rule.bedtime_end or time(0)
        after = timedelta(days=1) if last <= rule.bedtime else timedelta()
        end = datetime.combine(day + after, last, zone).astimezone(UTC)
        if begin <= now < end:
            assert left == 0
        elif now < begin and (day == today or left is not None):
            assert left is not None
            assert now.astimezone(UTC) + left * MINUTE <= begin


@pytest.mark.parametrize(
    ("allowance", "played", "given", "left"),
    [
        (on_monday(minutes=60), 80, 15, 15),
        (on_monday(minutes=60), 60, 15, 15),
        (on_monday(minutes=60), 50, 15, 25),
        (on_monday(minutes=0), 30, 15, 15),
        (on_monday(minutes=60), 80, -15, 0),
        (on_monday(minutes=60).with_bonus(15, MONDAY), 80, 15, 15),
        (on_monday(minutes=60).with_bonus(-30, MONDAY), 45, 15, 15),
        (on_monday(minutes=60, bedtime=time(12, 10)), 80, 15, 10),
        (on_monday(bedtime=time(13)), 80, 15, 60),
    ],
)
def test_bonus_beyond_limit(allowance: Allowance, played: int, given: int, left: int) -> None:
    """A bonus is time to play, also for somebody who has played longer than the limit."""
    assert allowance.with_bonus(given, MONDAY, played).time_left(at(12), played) == left


@settings(_SAME_EACH_TIME, max_examples=80)
@given(allowances(), st.dates(date(2026, 1, 2), date(2026, 12, 30)), st.sampled_from(ZONES))
def test_midnight(allowance: Allowance, day: date, zone: ZoneInfo) -> None:
    """At midnight the whole limit is left, without a bonus of the day before."""
    given_today = allowance.with_bonus(30, day)
    tomorrow = day + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(0), zone).astimezone(UTC).astimezone(zone)
    assert midnight.date() == tomorrow
    assert given_today.bonus(tomorrow) == 0
    limit, left = given_today.rule(tomorrow).minutes, given_today.time_left(midnight, 0)
    change = given_today.next_change(midnight)
    if limit is not None and change is None:
        assert left == limit


@settings(_SAME_EACH_TIME, max_examples=40)
@given(allowances())
@example(Allowance())
def test_stored(allowance: Allowance) -> None:
    """A stored allowance is read unchanged."""
    assert allowance_from_json(json.loads(json.dumps(allowance.to_store()))) == (allowance, False)
