"""What is seen is counted: by the monotonic clock, on the right day, one title at a time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.xbox_network.xbox.playtime.ledger import DayTimes

from .ledgers import GAME, OTHER, PC, Shown


def test_play_is_counted_between_sights() -> None:
    """From the first sight of a game to the first without it."""
    shown = Shown().see(None, 100).play(GAME, 600).see(None, 20)
    assert shown.day() == DayTimes(titles={GAME: 620})
    assert shown.times.title_id is None


def test_titles_add_up_to_the_day() -> None:
    """One at a time; within half a minute the time belongs to the title before."""
    shown = Shown().play(GAME, 600).see(OTHER, 30).play(OTHER, 120).see(None, 10)
    assert shown.day() == DayTimes(titles={GAME: 630, OTHER: 130})
    assert shown.day().total == 760


@pytest.mark.parametrize(("passed", "counted"), [(300, 300), (301, 0)])
def test_reach(passed: float, counted: int) -> None:
    """The same title at both ends of five minutes was there all the time, of more nobody knows."""
    shown = Shown().see(GAME).see(GAME, passed)
    assert shown.counted == (counted, 0, 0 if counted else 301)


@pytest.mark.parametrize(("passed", "counted"), [(30, 30), (31, 0)])
def test_sure(passed: float, counted: int) -> None:
    """When the one title became the other is known well enough for half a minute."""
    shown = Shown().see(GAME).see(OTHER, passed)
    assert shown.counted[0] == counted


def test_earlier_sights_count_as_nothing() -> None:
    """An answer that was overtaken changes nothing."""
    shown = Shown().play(GAME, 60)
    shown.see(None, -10).see(GAME, 20)
    assert shown.counted == (70, 0, 0)


@pytest.mark.parametrize("change", [-90000.0, -7200.0, 45.0, 7200.0, 90000.0])
def test_clock_on_the_wall(change: float) -> None:
    """It may be set at any time: what has passed has passed."""
    shown = Shown().play(GAME, 600)
    shown.ahead = change
    shown.play(GAME, 600).see(None)
    assert shown.counted == (1200, 0, 0)


def test_midnight() -> None:
    """The time before it belongs to the day before."""
    shown = Shown(start=datetime(2026, 11, 24, 23, 59, tzinfo=UTC)).see(GAME).see(GAME, 100)
    assert (shown.day().total, shown.day(1).total) == (60, 40)


def test_exactly_midnight() -> None:
    """What ends then is of the day before alone."""
    shown = Shown(start=datetime(2026, 11, 24, 23, 59, tzinfo=UTC)).see(GAME).see(None, 30)
    shown.see(GAME).see(None, 30)
    assert list(shown.times.days) == [date(2026, 11, 24)]


@pytest.mark.parametrize(
    ("zone", "start", "seconds", "hours"),
    [
        ("Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC), 25 * 3600, 25),
        ("Europe/Berlin", datetime(2026, 3, 28, 23, tzinfo=UTC), 23 * 3600, 23),
        ("Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC), 23 * 3600, 23),
        ("America/Havana", datetime(2026, 11, 1, 4, tzinfo=UTC), 25 * 3600, 25),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 13, tzinfo=UTC), 24.5 * 3600, 24.5),
    ],
)
def test_days_that_are_not_24_hours_long(
    zone: str, start: datetime, seconds: float, hours: float
) -> None:
    """A whole day of play has as many hours as the day, and the next second is of the next one."""
    shown = Shown(ZoneInfo(zone), start)
    shown.play(GAME, seconds)
    assert shown.day().total == hours * 3600
    assert shown.day(1).total == 0
    shown.see(GAME, 60)
    assert shown.day(1).total == 60


def test_kind_becomes_known() -> None:
    """What turns out to be a game counts from when it was seen, but not for longer than five minutes."""
    shown = Shown().play(GAME, 180, certain=False)
    assert shown.counted == (0, 0, 0)
    assert shown.see(GAME, 60).counted == (240, 0, 0)
    shown.play(OTHER, 480, certain=False).see(OTHER, 60)
    assert shown.day().titles == {GAME: 240, OTHER: 300}


def test_known_kind_is_not_forgotten() -> None:
    """Whoever has been in a game still is."""
    shown = Shown().see(GAME).see(GAME, 60, certain=False).see(None, 10)
    assert shown.counted == (70, 0, 0)


def test_unknown_kind_never_counts() -> None:
    """Neither the title itself, nor on the way to another."""
    shown = Shown().see(OTHER, certain=False).see(OTHER, 60, certain=False).see(GAME, 10)
    assert shown.see(None, 20).day().titles == {GAME: 20}


def test_session() -> None:
    """Breaks up to five minutes belong to it without being counted."""
    shown = Shown().see(None, 100).play(GAME, 600).see(None).play(None, 280)
    began = shown.times.session_began
    assert began
    assert began.timestamp() == shown.start + 100
    assert shown.times.session == 600
    shown.see(OTHER, 20).play(OTHER, 60)
    assert (shown.times.session, shown.times.session_began) == (660, began)
    shown.see(None).play(None, 301)
    assert (shown.times.session, shown.times.session_began) == (0, None)
    shown.see(GAME).see(GAME, 30)
    assert shown.times.session == 30


def test_session_over_restart() -> None:
    """It goes on."""
    shown = Shown().play(GAME, 600).restart(off=120).see(GAME, 10)
    assert shown.times.session == 730
    assert shown.times.title_id == GAME


def test_nothing_is_counted_without_sights() -> None:
    """What is going on is told as long as somebody looks."""
    shown = Shown().play(GAME, 60)
    shown.now += 299
    assert shown.ledger.counting(shown.moment)
    assert shown.times.session == 60
    shown.now += 2
    assert not shown.ledger.counting(shown.moment)
    assert shown.times.title_id is None
    assert shown.counted == (60, 0, 301)


def test_only_two_years_are_kept() -> None:
    """The oldest day goes."""
    shown = Shown()
    for _ in range(735):
        shown.now += 86400
        shown.see(None).see(GAME).see(None, 10)
    assert len(shown.times.days) == 731
    assert shown.day().total == 0


def test_many_titles() -> None:
    """Of a hundred the counters are kept; of what is unknown they tell nothing."""
    shown = Shown().read(GAME, 5)
    for number in range(120):
        shown.see(str(1000 + number)).see(None, 10)
    shown.play(None, 1000)
    assert shown.counted == (1200, 0, 0)
    assert shown.due() == [str(1020 + number) for number in range(100)]


# PCs


def test_end_on_a_pc_is_told_late() -> None:
    """Without any other word it was half a beat ago."""
    shown = Shown().play(PC, 1200).see(None)
    assert shown.counted == (1050, 0, 0)
    assert shown.times.session == 1050


def test_short_play_on_a_pc() -> None:
    """Never less than nothing."""
    shown = Shown().see(PC).see(PC, 100).see(None)
    assert shown.counted == (0, 0, 0)


def test_sign_out_tells_the_end_on_a_pc() -> None:
    """When the network says when."""
    assert Shown().play(PC, 1200).see(None, last_seen=1000).counted == (1000, 0, 0)
    assert Shown().play(PC, 1200).see(None, last_seen=1205).counted == (1200, 0, 0)
    assert Shown().play(PC, 1200).see(None, last_seen=100).counted == (1050, 0, 0)


def test_hole_between_two_beats() -> None:
    """A title on a PC that is back within five minutes was never gone."""
    shown = Shown().play(PC, 1200).see(None).play(None, 240).see(PC, 50).see(PC, 60)
    assert shown.counted == (1550, 0, 0)
    assert shown.times.session == 1550
    assert shown.see(None).counted == (1400, 0, 0)


def test_longer_hole_is_an_end() -> None:
    """After more than five minutes it is another session of it."""
    shown = Shown().play(PC, 1200).see(None).play(None, 301).see(PC).see(PC, 60)
    assert shown.counted == (1110, 0, 0)


def test_hole_with_something_else_in_it() -> None:
    """That is counted once."""
    shown = Shown().play(PC, 1200).see(OTHER, since=1200).see(OTHER, 100).see(PC).see(PC, 100)
    assert shown.day().titles == {PC: 1300, OTHER: 100}


def test_console_takes_over_from_a_pc() -> None:
    """What is taken from the one was played on the other."""
    shown = Shown().play(PC, 1200).see(GAME, since=1080)
    assert shown.day().titles == {PC: 1080, GAME: 120}
    assert shown.see(GAME, 10).times.session == 1210


def test_consoles_tell_at_once() -> None:
    """A hole on a console is a break, and nothing is taken back."""
    shown = Shown().play(GAME, 1200).see(None).see(GAME, 25).see(None, 10)
    assert shown.counted == (1210, 0, 0)


def test_what_is_taken_back_is_not_estimated_any_more() -> None:
    """Not even when something else is seen later."""
    shown = Shown().see(PC).see(PC, 400, since=0).see(None)
    assert shown.counted == (250, 250, 0)
    assert shown.play(GAME, 300).counted == (550, 250, 0)
