"""The state of a ledger as JSON: an odd value costs only itself."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.xbox_network.xbox.playtime.ledger import Ledger
from custom_components.xbox_network.xbox.playtime.ledger_json import (
    state_from_json,
    state_to_json,
)
from custom_components.xbox_network.xbox.playtime.summary import DayPlaytime
from tests.helpers.client.manual_ledger import GAME, OTHER, PC, LedgerDriver
from tests.helpers.client.mutations import described, spoil


def full_ledger() -> LedgerDriver:
    """Return a ledger with all kinds of values that can be stored."""
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


def restored_ledger(data: Any, driver: LedgerDriver) -> LedgerDriver:
    """Return the ledger of a new process that has read the data, at the same time."""
    other = LedgerDriver()
    other.now, other.ledger = driver.now, Ledger(other.days)
    other.ledger.restore(state_from_json(data))
    return other


def test_store_and_restore() -> None:
    """A stored state is restored unchanged."""
    driver = full_ledger()
    assert driver.ledger.state.gaps
    assert driver.ledger.state.endings
    assert driver.ledger.state.counters
    content = json.loads(json.dumps(state_to_json(driver.ledger.state)))
    other = restored_ledger(content, driver)
    assert other.summary == driver.summary
    assert state_to_json(other.ledger.state) == content
    assert len(json.dumps(content)) < 2000


def test_state_without_json() -> None:
    """A state can be restored without JSON, and does not change with later play."""
    driver = full_ledger()
    state = driver.ledger.state
    content = json.dumps(state_to_json(state))
    other = LedgerDriver()
    other.now, other.ledger = driver.now, Ledger(other.days)
    other.ledger.restore(state)
    assert other.ledger.state == state
    driver.play(PC, 600).observe(None, 3000).add_last_played(t102=3000.0).observe(OTHER, 10)
    assert json.dumps(state_to_json(state)) == content
    assert other.ledger.state == state


def test_zone_of_all_ledgers() -> None:
    """All ledgers follow a change of the time zone that they share."""
    driver = LedgerDriver().play(GAME, 60)
    driver.days.zone = ZoneInfo("Pacific/Kiritimati")
    driver.play(GAME, 60)
    assert [day.isoformat() for day in driver.summary.days] == ["2026-11-24", "2026-11-25"]


def test_gap_with_another_title() -> None:
    """A gap with another title is restored with the title and its time."""
    driver = (
        LedgerDriver()
        .play(GAME, 60)
        .apply_counter(GAME, 9)
        .observe(None)
        .play(None, 1000)
        .observe(None, 9000)
    )
    driver.add_last_played(t101=5000.0)
    content = json.loads(json.dumps(state_to_json(driver.ledger.state)))
    assert content["gaps"][0]["others"] == {GAME: 3940.0}
    assert (
        restored_ledger(content, driver).apply_counter(GAME, 39).counted
        == driver.apply_counter(GAME, 39).counted
    )


def test_changed_days() -> None:
    """The changed days are restored together with the days of the history."""
    driver = LedgerDriver().play(GAME, 600).observe(None)
    stored, since = state_to_json(driver.ledger.state), driver.ledger.history_revision
    driver.play(None, 86400, last_seen=600).play(OTHER, 60).observe(None)
    current = state_to_json(driver.ledger.changes_since(since))
    assert list(current["days"]) == ["2026-11-25"]
    other = restored_ledger(stored, driver)
    other.ledger.restore(state_from_json(current, partial=True))
    assert other.summary == driver.summary
    assert list(state_to_json(other.ledger.changes_since(0))["days"]) == ["2026-11-25"]


def test_changed_counters() -> None:
    """The changed counters are restored with those of the history; a removed one stays removed."""
    driver = LedgerDriver()
    for number in range(100):
        driver.observe(f"{500 + number}", 20)
    stored, since = state_to_json(driver.ledger.state), driver.ledger.history_revision
    driver.apply_counter("599", 30).observe("500", 20).observe("700", 20)
    current = json.loads(json.dumps(state_to_json(driver.ledger.changes_since(since))))
    assert current["meters"].keys() == {"501", "599", "500", "700"}
    other = restored_ledger(stored, driver)
    other.ledger.restore(state_from_json(current, partial=True))
    assert other.ledger.state.counters == driver.ledger.state.counters
    assert "501" not in other.ledger.state.counters
    assert state_to_json(other.ledger.changes_since(0))["meters"] == current["meters"]


def test_odd_counter() -> None:
    """An odd counter is dropped, and the older one too."""
    driver = LedgerDriver().play(GAME, 60).play(OTHER, 60)
    stored = state_to_json(driver.ledger.state)
    other = restored_ledger(stored, driver)
    odd = {**stored, "days": {}, "meters": {GAME: {"base": "odd"}, "odd": {}}}
    other.ledger.restore(state_from_json(odd, partial=True))
    assert other.ledger.state.counters.keys() == {OTHER}


def test_older_state_is_ignored() -> None:
    """An older state is ignored, because it would count play twice."""
    driver = LedgerDriver().play(GAME, 600)
    old = state_to_json(driver.ledger.state)
    new = state_to_json(driver.play(GAME, 600).observe(None).ledger.state)
    other = restored_ledger(new, driver)
    other.ledger.restore(state_from_json(old, partial=True))
    assert other.observe(None).counted == (1200, 0, 0)


@pytest.mark.parametrize("data", [None, [], "odd", 7, {}, {"days": []}, {"last": {"at": 1}}])
def test_garbage(data: object) -> None:
    """Invalid data counts as empty."""
    driver = LedgerDriver()
    other = restored_ledger(data, driver)
    assert other.observe(GAME).observe(GAME, 60).counted == (60, 0, 0)


def test_garbage_and_a_changed_clock() -> None:
    """Without a stored observation the clocks of the old process do not matter."""
    driver = LedgerDriver(network=False)
    driver.ledger = Ledger(driver.days)
    driver.ledger.restore(state_from_json({}))
    driver.observe(GAME)
    driver.ahead = 7200.0
    assert driver.observe(GAME, 60).counted == (60, 0, 0)


def test_each_place_is_spoiled() -> None:
    """An odd value raises no error, then or later, and adds no play."""
    driver = full_ledger()
    content = json.loads(json.dumps(state_to_json(driver.ledger.state)))
    most = driver.counted[0] + 60
    for path, value, spoiled in spoil(content):
        other = restored_ledger(json.loads(json.dumps(spoiled)), driver)
        other.observe(OTHER).play(OTHER, 60).observe(None).play(None, 1000)
        for title_id in other.due():
            other.apply_counter(title_id, 40)
        other.add_last_played(t102=3000.0)
        total, estimated, unseen = other.counted
        message = described(path, value)
        if path[0] not in ("days", "gaps", "endings", "last"):
            assert total <= most + 3460, message
        assert 0 <= estimated <= total, message
        assert unseen >= 0, message
        assert json.dumps(state_to_json(other.ledger.state), allow_nan=False), message


def test_an_odd_day_costs_that_day() -> None:
    """An odd day costs only that day, an odd number only that number."""
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
    other = restored_ledger({"days": days}, driver)
    valid, first, second = other.summary.days.values()
    assert valid == DayPlaytime(titles={GAME: 60})
    assert first == DayPlaytime(titles={GAME: 60}, estimated=60)
    assert second == DayPlaytime(titles={PC: 25 * 3600}, unseen=30)


def test_gap_out_of_order() -> None:
    """A gap whose free times are out of order is dropped."""
    driver = LedgerDriver()
    gap = {"wall": 1.0, "real": 1.0, "length": 10.0, "until": 10.0, "ask": True}
    for free in ([[0, 11]], [[5, 4]], [[4, 9], [1, 3]]):
        assert restored_ledger({"gaps": [{**gap, "free": free}]}, driver).ledger.open_gaps == 0
    assert (
        len(
            restored_ledger({"gaps": [{**gap, "free": [[1, 3], [4, 9]]}]}, driver).ledger.state.gaps
        )
        == 1
    )
