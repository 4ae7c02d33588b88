"""What nobody saw is credited as far as the network's record supports it, and no further."""

import pytest

from .ledgers import GAME, OTHER, PC, Shown

HOUR = 3600


def test_nothing_is_known() -> None:
    """All of it is unseen, until the record tells."""
    shown = Shown().play(GAME, 600).see(GAME, 1000)
    assert shown.counted == (600, 0, 1000)


def test_title_never_ended() -> None:
    """Its record is older than the gap: all of it was play, and the session goes on."""
    shown = Shown().play(GAME, 600).see(GAME, 1000, since=0)
    assert shown.counted == (1600, 1000, 0)
    assert shown.times.session == 1600


def test_title_began_in_the_gap() -> None:
    """From then on it was played; before, nobody knows."""
    shown = Shown().play(GAME, 600).see(OTHER, 1000, since=1400)
    assert shown.day().titles == {GAME: 600, OTHER: 200}
    assert shown.counted == (800, 200, 800)
    assert shown.times.session == 200


def test_signed_out_in_the_gap() -> None:
    """Until then it was played, and not after."""
    shown = Shown().play(GAME, 600).see(None, 1000, last_seen=900, last_title=GAME)
    assert shown.counted == (900, 300, 0)
    assert shown.times.session == 0


def test_signed_out_from_another_title() -> None:
    """Until then something may have been played."""
    shown = Shown().play(GAME, 600).see(None, 1000, last_seen=900, last_title=OTHER)
    assert shown.counted == (600, 0, 300)


def test_signed_out_before_the_gap() -> None:
    """Nothing was played, however long it was."""
    assert Shown().see(None, 9 * HOUR, last_seen=-500).counted == (0, 0, 0)
    assert Shown().see(None, 9 * HOUR).counted[2] == 9 * HOUR


def test_midnight_in_a_gap() -> None:
    """Each day gets its own."""
    shown = Shown()
    shown.play(None, 11 * HOUR + 1800, last_seen=-9).play(GAME, 600)
    shown.see(GAME, 2 * HOUR, since=11 * HOUR + 1800)
    assert [(day.total, day.estimated) for day in shown.times.days.values()] == [
        (1800, 1200),
        (6000, 6000),
    ]


# counters


def metered() -> Shown:
    """Return somebody who has played a game before, of which the counter is known."""
    shown = Shown().play(GAME, 60).read(GAME, 100).see(None).play(None, 1000, last_seen=60)
    assert shown.due() == [GAME]
    shown.read(GAME, 101)
    assert shown.due() == []
    return shown


def test_counter_tells() -> None:
    """What it has counted beyond what was credited was played in the gap."""
    shown = metered().play(GAME, 600).see(None, HOUR)
    assert shown.due() == [GAME]
    assert shown.counted == (660, 0, HOUR)
    shown.read(GAME, 101 + 30)
    assert shown.counted == (660 + 1200, 1200, HOUR - 1200)
    assert shown.due() == []
    shown.play(None, 899)
    assert shown.due() == []
    shown.play(None, 60)
    assert shown.due() == [GAME]
    shown.read(GAME, 101 + 40)
    assert shown.counted == (660 + 1800, 1800, HOUR - 1800)
    assert shown.learn().ledger.gaps == []


def test_counter_tells_less_than_what_was_assumed() -> None:
    """Who signed out of the same game twelve hours later has not played all the time."""
    shown = metered().play(GAME, HOUR).restart(off=12 * HOUR)
    shown.see(None, last_seen=shown.now - 900, last_title=GAME).read(GAME, 101 + 60)
    before = 60 + HOUR
    assert shown.counted == (before + 12 * HOUR - 900, 12 * HOUR - 900, 0)
    shown.restart(off=20).play(None, 960).read(GAME, 101 + 60 + 25)
    assert shown.counted == (before + 1500, 1500, 12 * HOUR - 900 - 1500)
    assert shown.learn().ledger.gaps == []


def test_counter_that_tells_less_only_later() -> None:
    """As long as it has not moved it tells nothing, not even that."""
    shown = metered().play(GAME, HOUR)
    shown.see(None, 3 * HOUR, last_seen=shown.now + 3 * HOUR - 60, last_title=GAME).learn()
    assumed = shown.counted
    assert assumed[1] > HOUR
    shown.play(None, 960).read(GAME, 101)
    assert shown.counted == assumed
    shown.play(None, HOUR)
    assert shown.due() == [GAME]
    assert shown.read(GAME, 101 + 70).counted[:2] == (60 + 70 * 60, 600)


def test_counter_never_tells_more_than_the_gap() -> None:
    """Whatever it says."""
    shown = metered().play(GAME, 600).see(GAME, 1000).read(GAME, 100_000)
    assert shown.counted == (1660, 1000, 0)


def test_counter_that_lags_tells_nothing() -> None:
    """Neither more nor less: what was seen was seen."""
    shown = metered().play(GAME, 600).see(None, HOUR).read(GAME, 101)
    assert shown.counted == (660, 0, HOUR)
    shown.play(None, 960).read(GAME, 101)
    assert shown.counted == (660, 0, HOUR)
    # it follows an hour later: that is no play of another gap
    shown.play(None, 2 * HOUR)
    assert shown.due() == [GAME]
    shown.read(GAME, 111).see(GAME).see(None, 2 * HOUR).read(GAME, 111)
    assert shown.counted[0] == 660


def test_counter_that_shrinks_tells_nothing() -> None:
    """It begins anew."""
    shown = metered().play(GAME, 600).see(GAME, 1000).read(GAME, 3)
    assert shown.counted == (660, 0, 1000)
    shown.see(None).play(None, 960).read(GAME, 3 + 10)
    assert shown.counted == (660, 0, 1000)


def test_less_than_a_minute_is_no_evidence() -> None:
    """It counts in whole minutes."""
    shown = metered().play(GAME, 600).see(None, HOUR).read(GAME, 101 + 11)
    assert shown.counted == (660, 0, HOUR)


def test_counter_without_a_base_tells_nothing() -> None:
    """There has to be something to compare with."""
    shown = Shown().play(GAME, 600).see(None, HOUR).read(GAME, 5000)
    assert shown.counted == (600, 0, HOUR)


def test_title_without_a_counter() -> None:
    """It is asked again a day later, and the gap is given up."""
    shown = metered().play(GAME, 600).see(None, HOUR).read(GAME, None)
    assert shown.ledger.gaps == [] or not shown.ledger.gaps[0].wants
    shown.play(GAME, 600).see(None).play(None, HOUR)
    assert shown.due() == []
    shown.play(None, 24 * HOUR).see(GAME)
    assert shown.due() == [GAME]


def test_title_after_the_gap_gets_the_end_of_it() -> None:
    """Contiguous, up to now."""
    shown = metered().see(GAME, HOUR).read(GAME, 121).play(GAME, 60)
    assert shown.counted == (60 + 1200 + 60, 1200, HOUR - 1200)


def test_play_that_was_never_seen_before_is_of_no_gap() -> None:
    """What was played in the meantime without any gap belongs to none."""
    shown = metered().see(GAME).read(GAME, 500).play(GAME, 600).see(None, HOUR).read(GAME, 510)
    assert shown.counted == (660, 0, HOUR)


def test_games_on_two_devices_at_once() -> None:
    """Of both the counter runs, and only one is counted: that is no play in a gap."""
    shown = metered().see(OTHER)
    for _ in range(30):
        shown.see(OTHER, 60, beside=(GAME,))
    shown.see(GAME).play(GAME, 600).see(None, HOUR).read(GAME, 101 + 40)
    assert shown.day().titles == {GAME: 660, OTHER: 1800}


def test_late_end_on_a_pc_is_put_right() -> None:
    """By the counter, when it differs by more than a minute, within five minutes."""
    for minutes, seconds in (
        (20, 1200),
        (18, 1050),
        (19, 1140),
        (13, 900),
        (17, 1050),
        (25, 1200),
        (0, 1050),
    ):
        shown = Shown().see(PC).read(PC, 50).play(PC, 1200).see(None).play(None, 960)
        assert shown.due() == [PC]
        assert shown.read(PC, 50 + minutes).counted == (seconds, 0, 0), minutes


# what else was played


def test_another_title_was_played_in_a_long_gap() -> None:
    """When it was played last says which, its counter how much."""
    shown = metered().play(OTHER, 60).see(None, 3 * HOUR)
    assert shown.asks()
    shown.learn(t101=shown.now - HOUR, t999=shown.now - HOUR, t102=0.0)
    assert not shown.asks()
    assert sorted(shown.due()) == [GAME, OTHER]
    shown.read(OTHER, 7).read(GAME, 101 + 30)
    assert shown.day().titles == {GAME: 60 + 1800, OTHER: 60}
    assert shown.counted == (1920, 1800, 3 * HOUR - 1800)


def test_it_does_not_fit_after_that() -> None:
    """Then it was before, too."""
    shown = metered().see(None, 3 * HOUR)
    shown.learn(t101=shown.now - 600).read(GAME, 101 + 60)
    assert shown.counted == (60 + HOUR, HOUR, 2 * HOUR)


def test_last_played_in_the_gap() -> None:
    """Who was in it before was in it until then, at least."""
    shown = Shown().play(GAME, 600).see(None, HOUR).learn(t101=1800.0)
    assert shown.counted == (1800, 1200, HOUR - 1200)


def test_last_played_in_the_gap_of_what_has_a_counter() -> None:
    """Who was in it in the evening and is in it in the morning has slept, says the counter."""
    shown = metered().play(GAME, HOUR).see(GAME, 12 * HOUR, since=60 + 1000 + 13 * HOUR - 600)
    shown.read(GAME, 101 + 60 + 30).learn(t101=shown.now - 600)
    assert shown.counted == (60 + HOUR + 1800, 1800, 12 * HOUR - 1800)
    assert shown.play(GAME, HOUR).counted[1:] == (1800, 12 * HOUR - 1800)


def test_short_gaps_ask_for_nothing_else() -> None:
    """Ten minutes."""
    assert not Shown().play(GAME, 60).see(None, 600).asks()
    assert Shown().play(GAME, 60).see(None, 601).asks()


def test_who_hides_is_not_looked_up() -> None:
    """Hidden time stays unseen: the record would reveal what was not to be seen."""
    shown = metered().play(GAME, 600)
    shown.ledger.hidden = True
    shown.see(None, HOUR)
    assert (shown.ledger.gaps, shown.due(), shown.asks()) == ([], [], False)
    shown.play(None, 960).read(GAME, 101 + 60)
    assert shown.counted == (660, 0, HOUR)


def test_gaps_are_given_up() -> None:
    """Two hours after the play after it."""
    shown = Shown().play(GAME, 600).see(OTHER, 1000).play(OTHER, 3 * HOUR)
    assert len(shown.ledger.gaps) == 1
    shown.see(None).play(None, 2 * HOUR - 60)
    assert len(shown.ledger.gaps) == 1
    shown.see(None, 60)
    assert shown.ledger.gaps == []
    assert shown.counted[2] == 1000


def test_many_gaps() -> None:
    """The oldest is given up."""
    shown = Shown()
    for _ in range(40):
        shown.see(GAME, 20).see(GAME, 400)
    assert len(shown.ledger.gaps) == 10
    assert shown.counted == (39 * 20, 0, 40 * 400)


# restarts


@pytest.mark.parametrize(("off", "reboot"), [(120.0, False), (120.0, True), (299.0, True)])
def test_short_restart(off: float, reboot: bool) -> None:
    """The network's clock tells how long it took, even if the machine has started again."""
    shown = Shown().play(GAME, 600).restart(off=off, reboot=reboot).see(GAME)
    assert shown.counted[0] in (600 + off, 600 + off - 1)
    assert shown.counted[1:] == (0, 0)


def test_long_restart() -> None:
    """A gap like any other."""
    shown = Shown().play(GAME, 600).restart(off=HOUR).see(GAME, since=0.0)
    assert shown.counted == (600 + HOUR, HOUR, 0)


def test_restart_without_the_clock_of_the_network() -> None:
    """Of a machine that has started again only the time since then has certainly passed."""
    shown = Shown(network=False).play(GAME, 600).restart(off=HOUR, reboot=True).see(GAME, since=0.0)
    assert shown.counted == (620, 20, 0)
    shown = Shown(network=False).play(GAME, 600).restart(off=120, reboot=True).see(GAME)
    assert shown.counted == (620, 0, 0)
    shown = Shown(network=False).play(GAME, 600).restart(off=120).see(GAME)
    assert shown.counted == (720, 0, 0)


def test_restart_with_another_clock_on_the_wall() -> None:
    """No phantom time."""
    for ahead in (-90000.0, 90000.0):
        shown = Shown(network=False).play(GAME, 600).restart(off=60, reboot=True)
        shown.ahead = ahead
        assert shown.see(GAME).counted[0] == 600
