"""Gaps of the play-time ledger: they are credited as far as the network's record supports it."""

import pytest

from tests.helpers.client.manual_ledger import GAME, OTHER, PC, LedgerDriver

HOUR = 3600


def test_gap_without_evidence() -> None:
    """A gap without any evidence is unseen."""
    driver = LedgerDriver().play(GAME, 600).observe(GAME, 1000)
    assert driver.counted == (600, 0, 1000)


def test_title_never_ended() -> None:
    """A title whose start is older than the gap was played all the gap, and the session goes on."""
    driver = LedgerDriver().play(GAME, 600).observe(GAME, 1000, since=0)
    assert driver.counted == (1600, 1000, 0)
    assert driver.summary.session == 1600


def test_start_is_told_later() -> None:
    """What another service has answered first tells no start: the next observation of the title does."""
    driver = LedgerDriver().play(GAME, 600).observe(GAME, 1000).observe(GAME, 20, since=0)
    assert driver.counted == (1620, 1000, 0)
    assert driver.day().certain == 1620
    assert driver.play(GAME, 60, since=0).counted == (1680, 1000, 0)


def test_start_in_the_gap_is_told_later() -> None:
    """Only the time since the start is explained, whatever ran before the gap."""
    driver = LedgerDriver().play(OTHER, 600).observe(GAME, 1000).observe(GAME, 20, since=1400)
    assert driver.day().titles == {OTHER: 600, GAME: 220}
    assert driver.counted == (820, 200, 800)


def test_start_of_two_gaps_is_told_later() -> None:
    """A title that has never ended was played in all gaps."""
    driver = LedgerDriver().play(GAME, 600).observe(GAME, 1000).play(GAME, 60)
    assert driver.observe(GAME, 500).counted == (660, 0, 1500)
    assert driver.observe(GAME, 20, since=0).counted == (2180, 1500, 0)


def test_start_after_the_gap_is_told_later() -> None:
    """A title that was started anew, or another one, explains nothing of the gap."""
    anew = LedgerDriver().play(GAME, 600).observe(GAME, 1000)
    assert anew.observe(GAME, 20, since=1610).counted == (620, 0, 1000)
    left = LedgerDriver().play(GAME, 600).observe(GAME, 1000).observe(None, 20)
    assert left.observe(GAME, 20, since=0).counted == (620, 0, 1000)
    other = LedgerDriver().play(GAME, 600).observe(GAME, 1000).observe(OTHER, 20)
    assert other.observe(OTHER, 20, since=0).counted == (640, 0, 1000)


def test_counter_has_explained_before_the_start_is_told() -> None:
    """What a counter has explained is not counted again."""
    driver = with_counter().play(GAME, HOUR).observe(GAME, 1800)
    driver.apply_counter(GAME, 101 + 60 + 20)
    before = driver.counted
    assert before[1:] == (1200, 600)
    assert driver.observe(GAME, 20, since=0).counted == (before[0] + 620, 1800, 0)


def test_title_began_in_the_gap() -> None:
    """A title was played from its start in the gap; the time before is unseen."""
    driver = LedgerDriver().play(GAME, 600).observe(OTHER, 1000, since=1400)
    assert driver.day().titles == {GAME: 600, OTHER: 200}
    assert driver.counted == (800, 200, 800)
    assert driver.summary.session == 200


def test_signed_out_in_the_gap() -> None:
    """The title was played until the sign-out."""
    driver = LedgerDriver().play(GAME, 600).observe(None, 1000, last_seen=900, last_title=GAME)
    assert driver.counted == (900, 300, 0)
    assert driver.summary.session == 0


def test_signed_out_from_another_title() -> None:
    """With another last title the time before the sign-out is unseen."""
    driver = LedgerDriver().play(GAME, 600).observe(None, 1000, last_seen=900, last_title=OTHER)
    assert driver.counted == (600, 0, 300)


def test_signed_out_before_the_gap() -> None:
    """A sign-out before the gap means that nothing was played, however long the gap is."""
    assert LedgerDriver().observe(None, 9 * HOUR, last_seen=-500).counted == (0, 0, 0)
    assert LedgerDriver().observe(None, 9 * HOUR).counted[2] == 9 * HOUR


def test_midnight_in_a_gap() -> None:
    """Each day gets the part of the gap on its side of midnight."""
    driver = LedgerDriver()
    driver.play(None, 11 * HOUR + 1800, last_seen=-9).play(GAME, 600)
    driver.observe(GAME, 2 * HOUR, since=11 * HOUR + 1800)
    assert [(day.total, day.estimated) for day in driver.summary.days.values()] == [
        (1800, 1200),
        (6000, 6000),
    ]


# counters


def with_counter() -> LedgerDriver:
    """Return a ledger with a game whose counter is known."""
    driver = (
        LedgerDriver()
        .play(GAME, 60)
        .apply_counter(GAME, 100)
        .observe(None)
        .play(None, 1000, last_seen=60)
    )
    assert driver.due() == [GAME]
    driver.apply_counter(GAME, 101)
    assert driver.due() == []
    return driver


def test_counter_credits_the_gap() -> None:
    """The minutes of the counter beyond the credited ones were played in the gap."""
    driver = with_counter().play(GAME, 600).observe(None, HOUR)
    assert driver.due() == [GAME]
    assert driver.counted == (660, 0, HOUR)
    driver.apply_counter(GAME, 101 + 30)
    assert driver.counted == (660 + 1200, 1200, HOUR - 1200)
    assert driver.due() == []
    driver.play(None, 899)
    assert driver.due() == []
    driver.play(None, 60)
    assert driver.due() == [GAME]
    driver.apply_counter(GAME, 101 + 40)
    assert driver.counted == (660 + 1800, 1800, HOUR - 1800)
    assert driver.answer_last_played().ledger.open_gaps == 0


def test_counter_below_the_sign_out() -> None:
    """The counter corrects a gap that was credited up to a sign-out three hours later."""
    driver = with_counter().play(GAME, HOUR).restart(off=3 * HOUR)
    driver.observe(None, last_seen=driver.now - 900, last_title=GAME).apply_counter(GAME, 101 + 60)
    before = 60 + HOUR
    assert driver.counted == (before + 3 * HOUR - 900, 3 * HOUR - 900, 0)
    driver.restart(off=20).play(None, 960).apply_counter(GAME, 101 + 60 + 25)
    assert driver.counted == (before + 1500, 1500, 3 * HOUR - 900 - 1500)
    assert driver.answer_last_played().ledger.open_gaps == 0


def test_nobody_plays_for_half_a_day() -> None:
    """A sign-out long after the last observation is no sign that the title was played all the time."""
    driver = with_counter().play(GAME, HOUR).restart(off=12 * HOUR)
    driver.observe(None, last_seen=driver.now - 900, last_title=GAME)
    assert driver.counted == (60 + HOUR, 0, 12 * HOUR - 900)
    assert driver.apply_counter(GAME, 101 + 60 + 25).counted[:2] == (60 + HOUR + 1500, 1500)


def test_unchanged_counter_is_no_correction() -> None:
    """A counter that has not moved corrects nothing until it moves."""
    driver = with_counter().play(GAME, HOUR)
    driver.observe(
        None, 3 * HOUR, last_seen=driver.now + 3 * HOUR - 60, last_title=GAME
    ).add_last_played()
    assumed = driver.counted
    assert assumed[1] > HOUR
    driver.play(None, 960).apply_counter(GAME, 101)
    assert driver.counted == assumed
    driver.play(None, HOUR)
    assert driver.due() == [GAME]
    assert driver.apply_counter(GAME, 101 + 70).counted[:2] == (60 + 70 * 60, 600)


def test_counter_is_bounded_by_the_gap() -> None:
    """A counter credits at most the length of the gap."""
    driver = with_counter().play(GAME, 600).observe(GAME, 1000).apply_counter(GAME, 101 + 40)
    assert driver.counted == (1660, 1000, 0)


def test_late_counter() -> None:
    """A late counter changes no observed play, in either direction."""
    driver = with_counter().play(GAME, 600).observe(None, HOUR).apply_counter(GAME, 101)
    assert driver.counted == (660, 0, HOUR)
    driver.play(None, 960).apply_counter(GAME, 101)
    assert driver.counted == (660, 0, HOUR)
    # the counter follows an hour later: that is no play of another gap
    driver.play(None, 2 * HOUR)
    assert driver.due() == [GAME]
    driver.apply_counter(GAME, 111).observe(GAME).observe(None, 2 * HOUR).apply_counter(GAME, 111)
    assert driver.counted[0] == 660


def test_counter_shrinks() -> None:
    """A counter that shrinks starts anew, and credits nothing."""
    driver = with_counter().play(GAME, 600).observe(GAME, 1000).apply_counter(GAME, 3)
    assert driver.counted == (660, 0, 1000)
    driver.observe(None).play(None, 960).apply_counter(GAME, 3 + 10)
    assert driver.counted == (660, 0, 1000)


def test_less_than_a_minute() -> None:
    """A difference of less than a minute is ignored, because the counter has whole minutes."""
    driver = with_counter().play(GAME, 600).observe(None, HOUR).apply_counter(GAME, 101 + 11)
    assert driver.counted == (660, 0, HOUR)


def test_counter_without_a_base() -> None:
    """A counter without an earlier value credits nothing."""
    driver = LedgerDriver().play(GAME, 600).observe(None, HOUR).apply_counter(GAME, 5000)
    assert driver.counted == (600, 0, HOUR)


def test_title_without_a_counter() -> None:
    """A gap is given up for a title without a counter; the counter is requested again after a day."""
    driver = with_counter().play(GAME, 600).observe(None, HOUR).miss_counter(GAME)
    assert not any(gap.wants for gap in driver.ledger.state.gaps)
    driver.play(GAME, 600).observe(None).play(None, HOUR)
    assert driver.due() == []
    driver.play(None, 24 * HOUR).observe(GAME)
    assert driver.due() == [GAME]


def test_title_after_the_gap_gets_the_end_of_it() -> None:
    """Credited play of the title after the gap is put at the end of the gap."""
    driver = with_counter().observe(GAME, HOUR).apply_counter(GAME, 121).play(GAME, 60)
    assert driver.counted == (60 + 1200 + 60, 1200, HOUR - 1200)


def test_play_before_the_gap() -> None:
    """Minutes that the counter gained before the gap are not credited."""
    driver = (
        with_counter()
        .observe(GAME)
        .apply_counter(GAME, 500)
        .play(GAME, 600)
        .observe(None, HOUR)
        .apply_counter(GAME, 510)
    )
    assert driver.counted == (660, 0, HOUR)


def test_some_minutes_before_the_gap() -> None:
    """So it is with some minutes that nobody saw before the title began."""
    driver = with_counter().observe(GAME).apply_counter(GAME, 101 + 10).play(GAME, 600)
    driver.observe(None, HOUR).apply_counter(GAME, 101 + 10 + 10)
    assert driver.counted == (660, 0, HOUR)


def test_play_while_hidden_is_of_no_later_gap() -> None:
    """What was played while the person was hidden is not moved to a later gap."""
    driver = with_counter().play(GAME, 600)
    driver.ledger.mark_hidden()
    driver.observe(GAME, HOUR)
    assert driver.due() == [GAME]
    driver.apply_counter(GAME, 101 + 70).play(GAME, 600).observe(None, HOUR)
    driver.apply_counter(GAME, 101 + 80)
    assert driver.counted == (1260, 0, 2 * HOUR)


def test_readings_that_cannot_be() -> None:
    """A reading that shrinks, or grows by more than the time that has passed, needs a second one."""
    for odd in (0, 3, 100_000):
        driver = with_counter().play(GAME, 600).observe(None, HOUR).apply_counter(GAME, odd)
        assert driver.counted == (660, 0, HOUR)
        driver.observe(None, 60)
        assert driver.due() == [GAME]
        assert driver.apply_counter(GAME, 101 + 30).counted[:2] == (660 + 1200, 1200)
        # if the second one agrees, the counter counts from there, and credits nothing
        driver = with_counter().play(GAME, 600).observe(None, HOUR).apply_counter(GAME, odd)
        driver.observe(None, 60).apply_counter(GAME, odd).play(None, HOUR)
        driver.apply_counter(GAME, odd + 20).play(None, HOUR).apply_counter(GAME, odd + 20)
        assert driver.counted[0] <= 660 + 1200


def test_reading_of_an_unknown_title() -> None:
    """A counter of a title that is not known changes nothing."""
    assert with_counter().apply_counter(OTHER, 7).counted[0] == 60


def test_games_on_two_devices_at_once() -> None:
    """When two games run at once, the counter of the uncounted game credits no gap."""
    driver = with_counter().observe(OTHER)
    for _ in range(30):
        driver.observe(OTHER, 60, beside=(GAME,))
    driver.observe(GAME).play(GAME, 600).observe(None, HOUR).apply_counter(GAME, 101 + 40)
    assert driver.day().titles == {GAME: 660, OTHER: 1800}


def test_late_end_on_a_pc_is_corrected() -> None:
    """The counter corrects a late end on a PC that is wrong by more than a minute, by up to five minutes."""
    for minutes, seconds in (
        (20, 1200),
        (18, 1050),
        (19, 1140),
        (13, 900),
        (17, 1050),
        (25, 1200),
        (0, 1050),
    ):
        driver = (
            LedgerDriver()
            .observe(PC)
            .apply_counter(PC, 50)
            .play(PC, 1200)
            .observe(None)
            .play(None, 960)
        )
        assert driver.due() == [PC]
        assert driver.apply_counter(PC, 50 + minutes).counted == (seconds, 0, 0), minutes


# other titles in a gap


def test_another_title_was_played_in_a_long_gap() -> None:
    """The last-played times name another title of the gap; its counter has its minutes."""
    driver = with_counter().play(OTHER, 60).observe(None, 3 * HOUR)
    assert driver.needs_last_played()
    driver.add_last_played(t101=driver.now - HOUR, t999=driver.now - HOUR, t102=0.0)
    assert not driver.needs_last_played()
    assert sorted(driver.due()) == [GAME, OTHER]
    driver.apply_counter(OTHER, 7).apply_counter(GAME, 101 + 30)
    assert driver.day().titles == {GAME: 60 + 1800, OTHER: 60}
    assert driver.counted == (1920, 1800, 3 * HOUR - 1800)


def test_play_before_the_last_played_time() -> None:
    """Play that does not fit after the last-played time was also before it."""
    driver = with_counter().observe(None, 3 * HOUR)
    driver.add_last_played(t101=driver.now - 600).apply_counter(GAME, 101 + 60)
    assert driver.counted == (60 + HOUR, HOUR, 2 * HOUR)


def test_last_played_in_the_gap() -> None:
    """The title before the gap was played at least until its last-played time."""
    driver = LedgerDriver().play(GAME, 600).observe(None, HOUR).add_last_played(t101=1800.0)
    assert driver.counted == (1800, 1200, HOUR - 1200)


def test_last_played_in_the_gap_with_a_counter() -> None:
    """With a counter, the same game before and after the gap has only the counter's minutes."""
    driver = (
        with_counter().play(GAME, HOUR).observe(GAME, 12 * HOUR, since=60 + 1000 + 13 * HOUR - 600)
    )
    driver.apply_counter(GAME, 101 + 60 + 30).add_last_played(t101=driver.now - 600)
    assert driver.counted == (60 + HOUR + 1800, 1800, 12 * HOUR - 1800)
    assert driver.play(GAME, HOUR).counted[1:] == (1800, 12 * HOUR - 1800)


def test_short_gap_needs_no_last_played_times() -> None:
    """A gap of up to ten minutes needs no last-played times."""
    assert not LedgerDriver().play(GAME, 60).observe(None, 600).needs_last_played()
    assert LedgerDriver().play(GAME, 60).observe(None, 601).needs_last_played()


def test_hidden_time() -> None:
    """Hidden time stays unseen, because the record would reveal it."""
    driver = with_counter().play(GAME, 600)
    driver.ledger.mark_hidden()
    driver.observe(None, HOUR)
    assert (driver.ledger.open_gaps, driver.due(), driver.needs_last_played()) == (0, [], False)
    driver.play(None, 960).apply_counter(GAME, 101 + 60)
    assert driver.counted == (660, 0, HOUR)


def test_gaps_are_given_up() -> None:
    """A gap is given up two hours after the play that follows it."""
    driver = LedgerDriver().play(GAME, 600).observe(OTHER, 1000).play(OTHER, 3 * HOUR)
    assert driver.ledger.open_gaps == 1
    driver.observe(None).play(None, 2 * HOUR - 60)
    assert driver.ledger.open_gaps == 1
    driver.observe(None, 60)
    assert driver.ledger.open_gaps == 0
    assert driver.counted[2] == 1000


def test_many_gaps() -> None:
    """Of more than ten gaps the oldest is given up."""
    driver = LedgerDriver()
    for _ in range(40):
        driver.observe(GAME, 20).observe(GAME, 400)
    assert driver.ledger.open_gaps == 10
    assert driver.counted == (39 * 20, 0, 40 * 400)


# restarts


@pytest.mark.parametrize(("off", "reboot"), [(120.0, False), (120.0, True), (299.0, True)])
def test_short_restart(off: float, reboot: bool) -> None:
    """The network's clock measures a restart, also if the machine has restarted."""
    driver = LedgerDriver().play(GAME, 600).restart(off=off, reboot=reboot).observe(GAME)
    assert driver.counted[0] in (600 + off, 600 + off - 1)
    assert driver.counted[1:] == (0, 0)


def test_long_restart() -> None:
    """A long restart is a gap like any other."""
    driver = LedgerDriver().play(GAME, 600).restart(off=HOUR).observe(GAME, since=0.0)
    assert driver.counted == (600 + HOUR, HOUR, 0)


def test_restart_without_the_clock_of_the_network() -> None:
    """Without the network's clock only the time since the machine's start is certain."""
    driver = (
        LedgerDriver(network=False)
        .play(GAME, 600)
        .restart(off=HOUR, reboot=True)
        .observe(GAME, since=0.0)
    )
    assert driver.counted == (620, 20, 0)
    driver = LedgerDriver(network=False).play(GAME, 600).restart(off=120, reboot=True).observe(GAME)
    assert driver.counted == (620, 0, 0)
    driver = LedgerDriver(network=False).play(GAME, 600).restart(off=120).observe(GAME)
    assert driver.counted == (720, 0, 0)


def test_restart_with_another_wall_clock() -> None:
    """A changed wall clock adds no time to a restart."""
    for ahead in (-90000.0, 90000.0):
        driver = LedgerDriver(network=False).play(GAME, 600).restart(off=60, reboot=True)
        driver.ahead = ahead
        assert driver.observe(GAME).counted[0] == 600
