"""The play-time ledger: observed play is counted by the monotonic clock, on its day, one title at a time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.xbox_network.xbox.playtime.summary import DayPlaytime
from tests.helpers.client.manual_ledger import GAME, OTHER, PC, LedgerDriver


def test_play_is_counted_between_observations() -> None:
    """A game counts from its first observation to the first one without it."""
    driver = LedgerDriver().observe(None, 100).play(GAME, 600).observe(None, 20)
    assert driver.day() == DayPlaytime(titles={GAME: 620})
    assert driver.summary.title_id is None


def test_titles_add_up_to_the_day() -> None:
    """The titles' times add up to the day; up to half a minute before a new title belongs to the old one."""
    driver = LedgerDriver().play(GAME, 600).observe(OTHER, 30).play(OTHER, 120).observe(None, 10)
    assert driver.day() == DayPlaytime(titles={GAME: 630, OTHER: 130})
    assert driver.day().total == 760


@pytest.mark.parametrize(("passed", "counted"), [(300, 300), (301, 0)])
def test_longest_time_between_observations(passed: float, counted: int) -> None:
    """Up to five minutes between two observations of a title are play, a longer time is unseen."""
    driver = LedgerDriver().observe(GAME).observe(GAME, passed)
    assert driver.counted == (counted, 0, 0 if counted else 301)


@pytest.mark.parametrize(("passed", "counted"), [(30, 30), (31, 0)])
def test_longest_time_between_titles(passed: float, counted: int) -> None:
    """Up to half a minute between two titles is play, a longer time is not."""
    driver = LedgerDriver().observe(GAME).observe(OTHER, passed)
    assert driver.counted[0] == counted


def test_earlier_observations_are_ignored() -> None:
    """An observation from before the last one is ignored."""
    driver = LedgerDriver().play(GAME, 60)
    driver.observe(None, -10).observe(GAME, 20)
    assert driver.counted == (70, 0, 0)


@pytest.mark.parametrize("change", [-90000.0, -7200.0, 45.0, 7200.0, 90000.0])
def test_wall_clock(change: float) -> None:
    """A change of the wall clock does not change the elapsed time."""
    driver = LedgerDriver().play(GAME, 600)
    driver.ahead = change
    driver.play(GAME, 600).observe(None)
    assert driver.counted == (1200, 0, 0)


def test_midnight() -> None:
    """The time before midnight belongs to the day before."""
    driver = (
        LedgerDriver(start=datetime(2026, 11, 24, 23, 59, tzinfo=UTC))
        .observe(GAME)
        .observe(GAME, 100)
    )
    assert (driver.day().total, driver.day(1).total) == (60, 40)


def test_exactly_midnight() -> None:
    """Play that ends at midnight belongs only to the day before."""
    driver = (
        LedgerDriver(start=datetime(2026, 11, 24, 23, 59, tzinfo=UTC))
        .observe(GAME)
        .observe(None, 30)
    )
    driver.observe(GAME).observe(None, 30)
    assert list(driver.summary.days) == [date(2026, 11, 24)]


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
    """A whole day of play has as many hours as the day; the next second belongs to the next day."""
    driver = LedgerDriver(ZoneInfo(zone), start)
    driver.play(GAME, seconds)
    assert driver.day().total == hours * 3600
    assert driver.day(1).total == 0
    driver.observe(GAME, 60)
    assert driver.day(1).total == 60


def test_kind_becomes_known() -> None:
    """A title that turns out to be a game counts from its first observation, for at most five minutes."""
    driver = LedgerDriver().play(GAME, 180, certain=False)
    assert driver.counted == (0, 0, 0)
    assert driver.observe(GAME, 60).counted == (240, 0, 0)
    driver.play(OTHER, 480, certain=False).observe(OTHER, 60)
    assert driver.day().titles == {GAME: 240, OTHER: 300}


def test_known_kind_is_not_forgotten() -> None:
    """A game whose kind becomes unknown is still a game."""
    driver = LedgerDriver().observe(GAME).observe(GAME, 60, certain=False).observe(None, 10)
    assert driver.counted == (70, 0, 0)


def test_unknown_kind_never_counts() -> None:
    """A title of unknown kind never counts, nor does the time between it and another title."""
    driver = (
        LedgerDriver()
        .observe(OTHER, certain=False)
        .observe(OTHER, 60, certain=False)
        .observe(GAME, 10)
    )
    assert driver.observe(None, 20).day().titles == {GAME: 20}


def test_session() -> None:
    """Breaks of up to five minutes belong to the session, but do not count."""
    driver = LedgerDriver().observe(None, 100).play(GAME, 600).observe(None).play(None, 280)
    began = driver.summary.session_began
    assert began
    assert began.timestamp() == driver.start + 100
    assert driver.summary.session == 600
    driver.observe(OTHER, 20).play(OTHER, 60)
    assert (driver.summary.session, driver.summary.session_began) == (660, began)
    driver.observe(None).play(None, 301)
    assert (driver.summary.session, driver.summary.session_began) == (0, None)
    driver.observe(GAME).observe(GAME, 30)
    assert driver.summary.session == 30


def test_session_over_restart() -> None:
    """A session goes on after a short restart."""
    driver = LedgerDriver().play(GAME, 600).restart(off=120).observe(GAME, 10)
    assert driver.summary.session == 730
    assert driver.summary.title_id == GAME


def test_nothing_is_counted_without_observations() -> None:
    """Play counts only as long as there are observations."""
    driver = LedgerDriver().play(GAME, 60)
    driver.now += 299
    assert driver.ledger.is_counting(driver.instant)
    assert driver.summary.session == 60
    driver.now += 2
    assert not driver.ledger.is_counting(driver.instant)
    assert driver.summary.title_id is None
    assert driver.counted == (60, 0, 301)


def test_two_years_of_days() -> None:
    """Only the days of two years are stored: the oldest day is dropped."""
    driver = LedgerDriver()
    for _ in range(735):
        driver.now += 86400
        driver.observe(None).observe(GAME).observe(None, 10)
    assert len(driver.summary.days) == 731
    assert driver.day().total == 0


def test_many_titles() -> None:
    """A hundred counters are stored, and a counter of an unknown title is ignored."""
    driver = LedgerDriver().apply_counter(GAME, 5)
    for number in range(120):
        driver.observe(str(1000 + number)).observe(None, 10)
    driver.play(None, 1000)
    assert driver.counted == (1200, 0, 0)
    assert driver.due() == [str(1020 + number) for number in range(100)]


# PCs


def test_end_on_a_pc_is_observed_late() -> None:
    """Without a time from the network the end on a PC was half a heartbeat ago."""
    driver = LedgerDriver().play(PC, 1200).observe(None)
    assert driver.counted == (1050, 0, 0)
    assert driver.summary.session == 1050


def test_short_play_on_a_pc() -> None:
    """Short play on a PC is never negative."""
    driver = LedgerDriver().observe(PC).observe(PC, 100).observe(None)
    assert driver.counted == (0, 0, 0)


def test_sign_out_is_the_end_on_a_pc() -> None:
    """The time of the sign-out is the end on a PC."""
    assert LedgerDriver().play(PC, 1200).observe(None, last_seen=1000).counted == (1000, 0, 0)
    assert LedgerDriver().play(PC, 1200).observe(None, last_seen=1205).counted == (1200, 0, 0)
    assert LedgerDriver().play(PC, 1200).observe(None, last_seen=100).counted == (1050, 0, 0)


def test_interruption_between_two_heartbeats() -> None:
    """A title on a PC that returns within five minutes has not ended."""
    driver = (
        LedgerDriver().play(PC, 1200).observe(None).play(None, 240).observe(PC, 50).observe(PC, 60)
    )
    assert driver.counted == (1550, 0, 0)
    assert driver.summary.session == 1550
    assert driver.observe(None).counted == (1400, 0, 0)


def test_longer_interruption_is_an_end() -> None:
    """A title on a PC that returns after more than five minutes is a new session."""
    driver = LedgerDriver().play(PC, 1200).observe(None).play(None, 301).observe(PC).observe(PC, 60)
    assert driver.counted == (1110, 0, 0)


def test_interruption_by_another_title_counts_once() -> None:
    """An interruption by another title counts once."""
    driver = (
        LedgerDriver()
        .play(PC, 1200)
        .observe(OTHER, since=1200)
        .observe(OTHER, 100)
        .observe(PC)
        .observe(PC, 100)
    )
    assert driver.day().titles == {PC: 1300, OTHER: 100}


def test_console_takes_over_from_a_pc() -> None:
    """The time that is taken from the title on a PC belongs to the title on the console."""
    driver = LedgerDriver().play(PC, 1200).observe(GAME, since=1080)
    assert driver.day().titles == {PC: 1080, GAME: 120}
    assert driver.observe(GAME, 10).summary.session == 1210


def test_console_is_observed_at_once() -> None:
    """An interruption on a console is a break, and no play is taken back."""
    driver = LedgerDriver().play(GAME, 1200).observe(None).observe(GAME, 25).observe(None, 10)
    assert driver.counted == (1210, 0, 0)


def test_play_taken_back_is_not_estimated() -> None:
    """Play that was taken back is not estimated, nor is it after later observations."""
    driver = LedgerDriver().observe(PC).observe(PC, 400, since=0).observe(None)
    assert driver.counted == (250, 250, 0)
    assert driver.play(GAME, 300).counted == (550, 250, 0)
