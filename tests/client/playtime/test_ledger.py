"""Observed play is counted: by the monotonic clock, on the right day, one title at a time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.xbox_network.xbox.playtime.summary import DayPlaytime
from tests.helpers.client.manual_ledger import GAME, OTHER, PC, LedgerDriver


def test_play_is_counted_between_observations() -> None:
    """From the first observation of a game to the first without it."""
    driver = LedgerDriver().observe(None, 100).play(GAME, 600).observe(None, 20)
    assert driver.day() == DayPlaytime(titles={GAME: 620})
    assert driver.summary.title_id is None


def test_titles_add_up_to_the_day() -> None:
    """One at a time; within half a minute the time belongs to the title before."""
    driver = LedgerDriver().play(GAME, 600).observe(OTHER, 30).play(OTHER, 120).observe(None, 10)
    assert driver.day() == DayPlaytime(titles={GAME: 630, OTHER: 130})
    assert driver.day().total == 760


@pytest.mark.parametrize(("passed", "counted"), [(300, 300), (301, 0)])
def test_reach(passed: float, counted: int) -> None:
    """The same title at both ends of five minutes was running all the time. A longer time is unseen."""
    driver = LedgerDriver().observe(GAME).observe(GAME, passed)
    assert driver.counted == (counted, 0, 0 if counted else 301)


@pytest.mark.parametrize(("passed", "counted"), [(30, 30), (31, 0)])
def test_sure(passed: float, counted: int) -> None:
    """When the one title became the other is known well enough for half a minute."""
    driver = LedgerDriver().observe(GAME).observe(OTHER, passed)
    assert driver.counted[0] == counted


def test_earlier_observations_are_ignored() -> None:
    """An answer that was overtaken changes nothing."""
    driver = LedgerDriver().play(GAME, 60)
    driver.observe(None, -10).observe(GAME, 20)
    assert driver.counted == (70, 0, 0)


@pytest.mark.parametrize("change", [-90000.0, -7200.0, 45.0, 7200.0, 90000.0])
def test_clock_on_the_wall(change: float) -> None:
    """It may be changed at any time: that does not change the time that has passed."""
    driver = LedgerDriver().play(GAME, 600)
    driver.ahead = change
    driver.play(GAME, 600).observe(None)
    assert driver.counted == (1200, 0, 0)


def test_midnight() -> None:
    """The time before it belongs to the day before."""
    driver = (
        LedgerDriver(start=datetime(2026, 11, 24, 23, 59, tzinfo=UTC))
        .observe(GAME)
        .observe(GAME, 100)
    )
    assert (driver.day().total, driver.day(1).total) == (60, 40)


def test_exactly_midnight() -> None:
    """Play that ends then belongs to the day before alone."""
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
    """A whole day of play has as many hours as the day, and the next second is of the next one."""
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
    """The same title still is a game."""
    driver = LedgerDriver().observe(GAME).observe(GAME, 60, certain=False).observe(None, 10)
    assert driver.counted == (70, 0, 0)


def test_unknown_kind_never_counts() -> None:
    """Neither the title itself, nor on the way to another."""
    driver = (
        LedgerDriver()
        .observe(OTHER, certain=False)
        .observe(OTHER, 60, certain=False)
        .observe(GAME, 10)
    )
    assert driver.observe(None, 20).day().titles == {GAME: 20}


def test_session() -> None:
    """Breaks up to five minutes belong to it without being counted."""
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
    """It goes on."""
    driver = LedgerDriver().play(GAME, 600).restart(off=120).observe(GAME, 10)
    assert driver.summary.session == 730
    assert driver.summary.title_id == GAME


def test_nothing_is_counted_without_observations() -> None:
    """The title is counted as long as there are observations."""
    driver = LedgerDriver().play(GAME, 60)
    driver.now += 299
    assert driver.ledger.is_counting(driver.instant)
    assert driver.summary.session == 60
    driver.now += 2
    assert not driver.ledger.is_counting(driver.instant)
    assert driver.summary.title_id is None
    assert driver.counted == (60, 0, 301)


def test_only_two_years_are_kept() -> None:
    """The oldest day goes."""
    driver = LedgerDriver()
    for _ in range(735):
        driver.now += 86400
        driver.observe(None).observe(GAME).observe(None, 10)
    assert len(driver.summary.days) == 731
    assert driver.day().total == 0


def test_many_titles() -> None:
    """A hundred counters are kept. A counter of an unknown title is ignored."""
    driver = LedgerDriver().apply_counter(GAME, 5)
    for number in range(120):
        driver.observe(str(1000 + number)).observe(None, 10)
    driver.play(None, 1000)
    assert driver.counted == (1200, 0, 0)
    assert driver.due() == [str(1020 + number) for number in range(100)]


# PCs


def test_end_on_a_pc_is_told_late() -> None:
    """Without a time from the network it was half a heartbeat ago."""
    driver = LedgerDriver().play(PC, 1200).observe(None)
    assert driver.counted == (1050, 0, 0)
    assert driver.summary.session == 1050


def test_short_play_on_a_pc() -> None:
    """Never less than nothing."""
    driver = LedgerDriver().observe(PC).observe(PC, 100).observe(None)
    assert driver.counted == (0, 0, 0)


def test_sign_out_tells_the_end_on_a_pc() -> None:
    """When the network says when."""
    assert LedgerDriver().play(PC, 1200).observe(None, last_seen=1000).counted == (1000, 0, 0)
    assert LedgerDriver().play(PC, 1200).observe(None, last_seen=1205).counted == (1200, 0, 0)
    assert LedgerDriver().play(PC, 1200).observe(None, last_seen=100).counted == (1050, 0, 0)


def test_interruption_between_two_heartbeats() -> None:
    """A title on a PC that is back within five minutes was never gone."""
    driver = (
        LedgerDriver().play(PC, 1200).observe(None).play(None, 240).observe(PC, 50).observe(PC, 60)
    )
    assert driver.counted == (1550, 0, 0)
    assert driver.summary.session == 1550
    assert driver.observe(None).counted == (1400, 0, 0)


def test_longer_interruption_is_an_end() -> None:
    """After more than five minutes it is another session of it."""
    driver = LedgerDriver().play(PC, 1200).observe(None).play(None, 301).observe(PC).observe(PC, 60)
    assert driver.counted == (1110, 0, 0)


def test_interruption_by_another_title() -> None:
    """That is counted once."""
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
    """The time that is taken from the first title was played in the second one."""
    driver = LedgerDriver().play(PC, 1200).observe(GAME, since=1080)
    assert driver.day().titles == {PC: 1080, GAME: 120}
    assert driver.observe(GAME, 10).summary.session == 1210


def test_consoles_tell_at_once() -> None:
    """An interruption on a console is a break, and nothing is taken back."""
    driver = LedgerDriver().play(GAME, 1200).observe(None).observe(GAME, 25).observe(None, 10)
    assert driver.counted == (1210, 0, 0)


def test_play_that_is_taken_back_is_not_estimated_any_more() -> None:
    """Not even when something else is seen later."""
    driver = LedgerDriver().observe(PC).observe(PC, 400, since=0).observe(None)
    assert driver.counted == (250, 250, 0)
    assert driver.play(GAME, 300).counted == (550, 250, 0)
