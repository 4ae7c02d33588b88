"""Three clocks, of which any may be wrong: the wall clock, the monotonic clock of the machine, and the network's."""

import pytest

from tests.helpers.client.manual_ledger import GAME, LedgerDriver

HOUR, DAY = 3600.0, 86400.0
MINUTE = 60.0
wrong = pytest.mark.parametrize(
    "ahead", [60.0, -60.0, HOUR, -HOUR, DAY, -DAY, 366 * DAY, -366 * DAY], ids=str
)


def playing(*, network: bool = True) -> LedgerDriver:
    """Return a ledger in the middle of a game that runs since the start."""
    return LedgerDriver(network=network).play(GAME, 600, since=0.0)


@wrong
@pytest.mark.parametrize("off", [60.0, 250.0, HOUR])
def test_network_is_wrong_after_a_restart(ahead: float, off: float) -> None:
    """A restart in the same boot takes as long as the machine says, whatever the network tells (R4)."""
    driver = playing().restart(off=off)
    driver.network_ahead = ahead
    driver.observe(GAME, since=0.0)
    assert driver.counted[0] == 600 + off
    driver.network_ahead = 0.0
    assert driver.play(GAME, 600, since=0.0).counted[0] == 1200 + off


@wrong
def test_network_is_wrong_after_a_boot(ahead: float) -> None:
    """After a boot no two clocks agree then: only what the machine has run since is certain."""
    driver = playing().restart(off=HOUR, reboot=True)
    driver.network_ahead = ahead
    assert not driver.ledger.clocks_agree(driver.instant)
    driver.observe(GAME, since=0.0)
    assert driver.counted[0] in (600, 620)
    driver.network_ahead = 0.0
    assert driver.play(GAME, 600, since=0.0).counted[0] in (1200, 1220)


@wrong
def test_wall_clock_is_wrong_after_a_boot(ahead: float) -> None:
    """So it is if the wall clock is the wrong one."""
    driver = playing().restart(off=HOUR, reboot=True)
    driver.ahead = ahead
    driver.observe(GAME, since=0.0)
    assert sum(driver.counted[::2]) <= 620 or abs(ahead) <= MINUTE
    assert driver.counted[0] <= 600 + HOUR


@wrong
def test_wall_clock_is_wrong_after_a_restart(ahead: float) -> None:
    """In the same boot the network agrees with the machine."""
    driver = playing().restart(off=HOUR)
    driver.ahead = ahead
    assert driver.observe(GAME, since=0.0).counted == (600 + HOUR, HOUR, 0)


@wrong
def test_clocks_are_wrong_in_turn(ahead: float) -> None:
    """First the one is wrong, then the other one: nothing is invented. Where no two agree a time may be unseen."""
    driver = playing()
    for _ in range(3):
        driver.restart(off=250)
        driver.network_ahead, driver.ahead = ahead, 0.0
        driver.play(GAME, 350, since=0.0)
        driver.restart(off=250)
        driver.network_ahead, driver.ahead = 0.0, ahead
        driver.play(GAME, 350, since=0.0)
    driver.ahead = 0.0
    played, _, unseen = driver.observe(GAME, since=0.0).counted
    assert played + unseen in range(4200 - 6, 4201)
    assert unseen in (0, 500)


@wrong
def test_network_jumps_in_a_game(ahead: float) -> None:
    """While a process runs no clock of another machine counts, and no moment is moved."""
    driver = playing()
    driver.network_ahead = ahead
    driver.play(GAME, 600, since=0.0)
    driver.observe(None, 30).observe(GAME, 1000, since=driver.now + 1000 - 300)
    assert driver.counted[0] in (1200 + 30 + 300, 1200 + 30 + 240, 1200 + 30 + 360)


@pytest.mark.parametrize("ahead", [HOUR, 366 * DAY])
def test_moment_of_a_record_with_a_wrong_network(ahead: float) -> None:
    """Since when a title runs is known by the clocks that agree."""
    driver = LedgerDriver().play(None, 600).restart(off=HOUR)
    driver.network_ahead = ahead
    assert driver.observe(GAME, since=driver.now - 600).counted[:2] == (600, 600)


@pytest.mark.parametrize("seconds", [HOUR, 9 * HOUR, 3 * DAY])
def test_machine_sleeps(seconds: float) -> None:
    """A sleep in a running process, in which the monotonic clock stands still, is a gap."""
    assert playing().sleep(seconds).observe(None, 10, last_seen=600.0).counted == (600, 0, 0)
    driver = playing().sleep(seconds)
    driver.observe(GAME, 10, since=driver.now + 10 - 300)
    assert driver.counted[:2] == (900, 300)
    assert driver.counted[2] == seconds - 290
    driver = playing().restart(off=0).sleep(seconds).observe(GAME, 10, since=0.0)
    assert driver.counted[0] in (600 + seconds + 10, 600 + seconds)


def test_nap() -> None:
    """A sleep of some minutes is no gap, and one of seconds is none."""
    assert playing().sleep(200).observe(GAME, 10).counted == (810, 0, 0)
    assert playing().sleep(40).observe(GAME, 10).counted == (610, 0, 0)


@wrong
def test_wall_clock_is_set(ahead: float) -> None:
    """The wall clock alone makes no sleep."""
    driver = playing()
    driver.ahead = ahead
    assert driver.play(GAME, 600).counted[0] == 1200


@pytest.mark.parametrize("network", [True, False])
def test_asleep_without_the_network(network: bool) -> None:
    """Without the network's time a leap of the wall clock waits for it."""
    driver = playing().sleep(HOUR)
    driver.network = network
    assert driver.ledger.clocks_agree(driver.instant) is network


def test_day_has_24_hours() -> None:
    """However often the wall clock is set back, a day has no more than its hours."""
    driver = LedgerDriver()
    for _ in range(4):
        driver.play(GAME, 11 * HOUR)
        driver.ahead -= 11 * HOUR
    assert driver.day().total == 24 * HOUR
