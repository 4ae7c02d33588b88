"""Whatever was kept, and whatever became of it: what is odd costs itself alone."""

import json
from typing import Any

import pytest

from custom_components.xbox_network.xbox.playtime.ledger import DayTimes, Ledger
from custom_components.xbox_network.xbox.playtime.ledger_json import restore, stored

from .ledgers import GAME, OTHER, PC, Shown
from .mutations import described, spoil


def busy() -> Shown:
    """Return a ledger in which everything occurs."""
    shown = Shown().play(GAME, 600).read(GAME, 30).see(None, 3000).learn(t101=1200.0)
    return shown.play(PC, 600).see(None).play(None, 60).see(OTHER, beside=(GAME,)).see(OTHER, 400)


def again(data: Any, shown: Shown) -> Shown:
    """Return what another process makes of it at that moment."""
    other = Shown()
    other.now, other.ledger = shown.now, Ledger()
    restore(other.ledger, data)
    return other


def test_everything_comes_back() -> None:
    """As it was."""
    shown = busy()
    assert shown.ledger.gaps
    assert shown.ledger.endings
    assert shown.ledger.meters
    content = json.loads(json.dumps(stored(shown.ledger)))
    other = again(content, shown)
    assert other.times == shown.times
    assert stored(other.ledger) == content
    assert len(json.dumps(content)) < 2000


def test_gap_in_which_something_else_was_played() -> None:
    """It comes back with what and when."""
    shown = Shown().play(GAME, 60).read(GAME, 9).see(None).play(None, 1000).see(None, 9000)
    shown.learn(t101=5000.0)
    content = json.loads(json.dumps(stored(shown.ledger)))
    assert content["gaps"][0]["others"] == {GAME: 3940.0}
    assert again(content, shown).read(GAME, 39).counted == shown.read(GAME, 39).counted


def test_days_alone_that_have_changed() -> None:
    """With what is kept elsewhere."""
    shown = Shown().play(GAME, 600).see(None)
    kept, since = stored(shown.ledger), shown.ledger.book.revision
    shown.play(None, 86400, last_seen=600).play(OTHER, 60).see(None)
    current = stored(shown.ledger, since)
    assert list(current["days"]) == ["2026-11-25"]
    other = again(kept, shown)
    restore(other.ledger, current, changed=True)
    assert other.times == shown.times
    assert list(stored(other.ledger, 0)["days"]) == ["2026-11-25"]


def test_meters_alone_that_have_changed() -> None:
    """With those that are kept elsewhere; one that has made room for another does not come back."""
    shown = Shown()
    for number in range(100):
        shown.see(f"{500 + number}", 20)
    kept, since = stored(shown.ledger), shown.ledger.book.revision
    shown.read("599", 30).see("500", 20).see("700", 20)
    current = json.loads(json.dumps(stored(shown.ledger, since)))
    assert current["meters"].keys() == {"501", "599", "500", "700"}
    other = again(kept, shown)
    restore(other.ledger, current, changed=True)
    assert other.ledger.meters == shown.ledger.meters
    assert "501" not in other.ledger.meters
    assert stored(other.ledger, 0)["meters"] == current["meters"]


def test_odd_meter() -> None:
    """It is none, and lets no older one come back."""
    shown = Shown().play(GAME, 60).play(OTHER, 60)
    kept = stored(shown.ledger)
    other = again(kept, shown)
    restore(
        other.ledger,
        {**kept, "days": {}, "meters": {GAME: {"base": "odd"}, "odd": {}}},
        changed=True,
    )
    assert other.ledger.meters.keys() == {OTHER}


def test_what_is_older_counts_as_nothing() -> None:
    """It would count again what has been counted since."""
    shown = Shown().play(GAME, 600)
    old = stored(shown.ledger)
    new = stored(shown.play(GAME, 600).see(None).ledger)
    other = again(new, shown)
    restore(other.ledger, old, changed=True)
    assert other.see(None).counted == (1200, 0, 0)


@pytest.mark.parametrize("data", [None, [], "odd", 7, {}, {"days": []}, {"last": {"at": 1}}])
def test_garbage(data: object) -> None:
    """It is as if nothing had been kept."""
    shown = Shown()
    other = again(data, shown)
    assert other.see(GAME).see(GAME, 60).counted == (60, 0, 0)


def test_each_place_is_spoiled() -> None:
    """Nothing odd hurts, then or later, or makes more than there was."""
    shown = busy()
    content = json.loads(json.dumps(stored(shown.ledger)))
    most = shown.counted[0] + 60
    for path, value, spoiled in spoil(content):
        other = again(json.loads(json.dumps(spoiled)), shown)
        other.see(OTHER).play(OTHER, 60).see(None).play(None, 1000)
        for title_id in other.due():
            other.read(title_id, 40)
        other.learn(t102=3000.0)
        total, estimated, unseen = other.counted
        where = described(path, value)
        if path[0] not in ("days", "gaps", "endings", "last"):
            assert total <= most + 3460, where
        assert 0 <= estimated <= total, where
        assert unseen >= 0, where
        assert json.dumps(stored(other.ledger), allow_nan=False), where


def test_an_odd_day_costs_that_day() -> None:
    """And an odd number that number."""
    shown = Shown()
    days = {
        "2026-11-21": f"{GAME}:60",
        "2026-11-22": f"{GAME}:60 {OTHER}:odd odd:5 7 :8 9: estimated:90 unseen:-1",
        "2026-11-23": [],
        "yesterday": f"{GAME}:60",
        "2026-11-24": f"{GAME}:inf {OTHER}:nan {PC}:1e9 unseen:30",
        "2026-11-25": {GAME: 60},
        "2026-11-26": "",
    }
    other = again({"days": days}, shown)
    whole, first, second = other.times.days.values()
    assert whole == DayTimes(titles={GAME: 60})
    assert first == DayTimes(titles={GAME: 60}, estimated=60)
    assert second == DayTimes(titles={PC: 25 * 3600}, unseen=30)


def test_gap_out_of_order() -> None:
    """It is no gap."""
    shown = Shown()
    gap = {"wall": 1.0, "real": 1.0, "length": 10.0, "until": 10.0, "ask": True}
    for free in ([[0, 11]], [[5, 4]], [[4, 9], [1, 3]]):
        assert again({"gaps": [{**gap, "free": free}]}, shown).ledger.gaps == []
    assert len(again({"gaps": [{**gap, "free": [[1, 3], [4, 9]]}]}, shown).ledger.gaps) == 1
