"""Whatever was kept, and whatever became of it: what is odd costs itself alone."""

import json
from typing import Any

import pytest

from custom_components.xbox_network.xbox.playtime.ledger import DayPlaytime, Ledger
from custom_components.xbox_network.xbox.playtime.ledger_json import restore, stored

from .ledgers import GAME, OTHER, PC, LedgerDriver
from .mutations import described, spoil


def busy() -> LedgerDriver:
    """Return a ledger in which everything occurs."""
    driver = (
        LedgerDriver()
        .play(GAME, 600)
        .apply_counter(GAME, 30)
        .observe(None, 3000)
        .add_last_played(t101=1200.0)
    )
    return (
        driver.play(PC, 600)
        .observe(None)
        .play(None, 60)
        .observe(OTHER, beside=(GAME,))
        .observe(OTHER, 400)
    )


def again(data: Any, driver: LedgerDriver) -> LedgerDriver:
    """Return what another process makes of it at that moment."""
    other = LedgerDriver()
    other.now, other.ledger = driver.now, Ledger()
    restore(other.ledger, data)
    return other


def test_everything_comes_back() -> None:
    """As it was."""
    driver = busy()
    assert driver.ledger.gaps
    assert driver.ledger.endings
    assert driver.ledger.meters
    content = json.loads(json.dumps(stored(driver.ledger)))
    other = again(content, driver)
    assert other.summary == driver.summary
    assert stored(other.ledger) == content
    assert len(json.dumps(content)) < 2000


def test_gap_in_which_something_else_was_played() -> None:
    """It comes back with what and when."""
    driver = (
        LedgerDriver()
        .play(GAME, 60)
        .apply_counter(GAME, 9)
        .observe(None)
        .play(None, 1000)
        .observe(None, 9000)
    )
    driver.add_last_played(t101=5000.0)
    content = json.loads(json.dumps(stored(driver.ledger)))
    assert content["gaps"][0]["others"] == {GAME: 3940.0}
    assert (
        again(content, driver).apply_counter(GAME, 39).counted
        == driver.apply_counter(GAME, 39).counted
    )


def test_days_alone_that_have_changed() -> None:
    """With what is kept elsewhere."""
    driver = LedgerDriver().play(GAME, 600).observe(None)
    kept, since = stored(driver.ledger), driver.ledger.book.revision
    driver.play(None, 86400, last_seen=600).play(OTHER, 60).observe(None)
    current = stored(driver.ledger, since)
    assert list(current["days"]) == ["2026-11-25"]
    other = again(kept, driver)
    restore(other.ledger, current, changed=True)
    assert other.summary == driver.summary
    assert list(stored(other.ledger, 0)["days"]) == ["2026-11-25"]


def test_meters_alone_that_have_changed() -> None:
    """With those that are kept elsewhere; one that has made room for another does not come back."""
    driver = LedgerDriver()
    for number in range(100):
        driver.observe(f"{500 + number}", 20)
    kept, since = stored(driver.ledger), driver.ledger.book.revision
    driver.apply_counter("599", 30).observe("500", 20).observe("700", 20)
    current = json.loads(json.dumps(stored(driver.ledger, since)))
    assert current["meters"].keys() == {"501", "599", "500", "700"}
    other = again(kept, driver)
    restore(other.ledger, current, changed=True)
    assert other.ledger.meters == driver.ledger.meters
    assert "501" not in other.ledger.meters
    assert stored(other.ledger, 0)["meters"] == current["meters"]


def test_odd_meter() -> None:
    """It is none, and lets no older one come back."""
    driver = LedgerDriver().play(GAME, 60).play(OTHER, 60)
    kept = stored(driver.ledger)
    other = again(kept, driver)
    restore(
        other.ledger,
        {**kept, "days": {}, "meters": {GAME: {"base": "odd"}, "odd": {}}},
        changed=True,
    )
    assert other.ledger.meters.keys() == {OTHER}


def test_what_is_older_counts_as_nothing() -> None:
    """It would count again what has been counted since."""
    driver = LedgerDriver().play(GAME, 600)
    old = stored(driver.ledger)
    new = stored(driver.play(GAME, 600).observe(None).ledger)
    other = again(new, driver)
    restore(other.ledger, old, changed=True)
    assert other.observe(None).counted == (1200, 0, 0)


@pytest.mark.parametrize("data", [None, [], "odd", 7, {}, {"days": []}, {"last": {"at": 1}}])
def test_garbage(data: object) -> None:
    """It is as if nothing had been kept."""
    driver = LedgerDriver()
    other = again(data, driver)
    assert other.observe(GAME).observe(GAME, 60).counted == (60, 0, 0)


def test_each_place_is_spoiled() -> None:
    """Nothing odd hurts, then or later, or makes more than there was."""
    driver = busy()
    content = json.loads(json.dumps(stored(driver.ledger)))
    most = driver.counted[0] + 60
    for path, value, spoiled in spoil(content):
        other = again(json.loads(json.dumps(spoiled)), driver)
        other.observe(OTHER).play(OTHER, 60).observe(None).play(None, 1000)
        for title_id in other.due():
            other.apply_counter(title_id, 40)
        other.add_last_played(t102=3000.0)
        total, estimated, unseen = other.counted
        where = described(path, value)
        if path[0] not in ("days", "gaps", "endings", "last"):
            assert total <= most + 3460, where
        assert 0 <= estimated <= total, where
        assert unseen >= 0, where
        assert json.dumps(stored(other.ledger), allow_nan=False), where


def test_an_odd_day_costs_that_day() -> None:
    """And an odd number that number."""
    driver = LedgerDriver()
    days = {
        "2026-11-21": f"{GAME}:60",
        "2026-11-22": f"{GAME}:60 {OTHER}:odd odd:5 7 :8 9: estimated:90 unseen:-1",
        "2026-11-23": [],
        "yesterday": f"{GAME}:60",
        "2026-11-24": f"{GAME}:inf {OTHER}:nan {PC}:1e9 unseen:30",
        "2026-11-25": {GAME: 60},
        "2026-11-26": "",
    }
    other = again({"days": days}, driver)
    whole, first, second = other.summary.days.values()
    assert whole == DayPlaytime(titles={GAME: 60})
    assert first == DayPlaytime(titles={GAME: 60}, estimated=60)
    assert second == DayPlaytime(titles={PC: 25 * 3600}, unseen=30)


def test_gap_out_of_order() -> None:
    """It is no gap."""
    driver = LedgerDriver()
    gap = {"wall": 1.0, "real": 1.0, "length": 10.0, "until": 10.0, "ask": True}
    for free in ([[0, 11]], [[5, 4]], [[4, 9], [1, 3]]):
        assert again({"gaps": [{**gap, "free": free}]}, driver).ledger.gaps == []
    assert len(again({"gaps": [{**gap, "free": [[1, 3], [4, 9]]}]}, driver).ledger.gaps) == 1
