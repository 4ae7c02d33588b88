"""The play-time ledger with random lives: no play time is invented, whatever fails."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from custom_components.xbox_network.xbox.playtime.endings import HEARTBEAT_SECONDS
from custom_components.xbox_network.xbox.playtime.summary import DayPlaytime, PlaytimeSummary
from tests.helpers.client.traces import Trace, real_seconds
from tests.helpers.client.wild_traces import (
    WildTrace,
    played_seconds,
    recorded_seconds,
    unseen_seconds,
)
from tests.helpers.random_traces import random_traces

# An end on a PC is told up to a heartbeat late. It is no end if the title is back within another one.
LATE_END_SECONDS = 2 * HEARTBEAT_SECONDS
# A title that is seen twice within five minutes was played in between, another one up to half a minute.
BRIEF_GAP_SECONDS, CHANGE_SECONDS = 300, 30
PARTS = 2
LIVES = st.binary(min_size=20, max_size=56)
_QUICK = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def check(trace: Trace, times: PlaytimeSummary) -> None:
    """Check the rules that hold for any trace."""
    total = unseen = 0
    for day, it in times.days.items():
        assert all(seconds > 0 for seconds in it.titles.values())
        assert it.total == sum(it.titles.values())
        assert 0 <= it.estimated <= it.total
        assert it.unseen >= 0
        total += it.total
        unseen += it.unseen
        if not trace.clocks_changed:
            assert it.total + it.unseen <= real_seconds(trace, day) + 1, day
    assert total + unseen <= trace.elapsed + 1
    assert 0 <= times.session <= trace.elapsed + 1


def check_observed(trace: Trace, times: PlaytimeSummary) -> None:
    """Check that play with observations all the time is exact, except for late ends on a PC."""
    slack = 2 + LATE_END_SECONDS * trace.late_ends
    for title_id in {title_id for title_id, _, _ in trace.played}:
        counted = sum(day.titles.get(title_id, 0) for day in times.days.values())
        assert abs(counted - trace.seconds_in(title_id, trace.now)) <= slack, title_id


def check_stored(trace: Trace, times: PlaytimeSummary) -> None:
    """Check that the stored files restore the play time."""
    trace.save()
    trace.stop(0)
    trace.end_blindness(0)
    restored = trace.summary()
    if times.session_began and restored.session_began:
        assert abs(restored.session_began - times.session_began) <= timedelta(milliseconds=2)
    assert restored.title_id == times.title_id
    assert abs(restored.session - times.session) <= 1
    for day in times.days.keys() | restored.days.keys():
        before, after = (it.days.get(day, DayPlaytime(titles={})) for it in (times, restored))
        assert abs(before.total - after.total) <= 1 + len(before.titles)
        assert abs(before.unseen - after.unseen) <= 2


@settings(_QUICK, max_examples=1000)
@given(LIVES)
def test_play_is_within_the_elapsed_time(life: bytes) -> None:
    """Nothing is negative, sums agree, and neither a day nor all days have more than the elapsed time."""
    trace = Trace(life).live()
    times = trace.summary()
    check(trace, times)
    if not trace.was_blind:
        check_observed(trace, times)
    check_stored(trace, times)


@settings(_QUICK, max_examples=500)
@given(LIVES)
def test_play_is_within_the_real_play(life: bytes) -> None:
    """With correct counters only real play is credited, except for late ends on a PC.

    A counter that has not moved at all may still be late.
    """
    trace = Trace(life, faithful=True).live()
    trace.rest()
    slack = 60 + LATE_END_SECONDS * trace.late_ends + trace.unverified
    for title_id in {title_id for title_id, _, _ in trace.played}:
        counted = sum(day.titles.get(title_id, 0) for day in trace.summary().days.values())
        played = trace.seconds_in(title_id, trace.now)
        assert counted <= played + slack or played < 60, title_id


def check_gaps(trace: WildTrace, times: PlaytimeSummary) -> None:
    """Check what is credited of times that nobody saw: for each day, and for all of them."""
    estimated = amounts = 0
    looks = 2 + CHANGE_SECONDS * trace.changes + LATE_END_SECONDS * trace.late_ends
    for day, it in times.days.items():
        assert it.confirmed <= it.estimated
        assert it.total <= 25 * 3600
        estimated += it.estimated
        amounts += it.estimated - it.confirmed
        if not trace.clocks_changed:
            assert it.estimated <= unseen_seconds(trace, day) + 1, day
            brief = BRIEF_GAP_SECONDS * len(trace.gaps)
            assert it.certain <= played_seconds(trace, day) + looks + brief, day
    assert estimated <= sum(end - begin for begin, end in trace.gaps) + 1
    assert amounts <= recorded_seconds(trace) + trace.assumable


@pytest.mark.random_traces
@pytest.mark.parametrize("part", range(PARTS))
def test_wild_lives(part: int) -> None:
    """Whatever makes a gap, however long, and whatever is odd about answers and clocks: nothing is invented."""
    for rng in random_traces("wild life", part, PARTS):
        trace = WildTrace(rng.randbytes(rng.randrange(20, 80)))
        trace.live()
        times = trace.summary()
        check(trace, times)
        check_gaps(trace, times)
        check_stored(trace, times)
