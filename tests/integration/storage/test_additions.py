"""What a later minor version has added to stored content, at any depth, is found and added again."""

from dataclasses import fields
from datetime import date, time
from typing import Any

import pytest

from custom_components.xbox_network.allowance import Allowance, DateRule, Rule
from custom_components.xbox_network.storage.additions import ANY, Known, additions_of
from custom_components.xbox_network.storage.allowance_json import KNOWN
from custom_components.xbox_network.xbox.playtime.daily_totals import DayTotals
from custom_components.xbox_network.xbox.playtime.ledger_json import KEYS, state_to_json
from custom_components.xbox_network.xbox.playtime.ledger_state import LedgerState

SHAPE: Known = {"people": {ANY: {"name": None, "rules": [{"minutes": None}]}}, "titles": None}


@pytest.mark.parametrize(
    ("stored", "written", "expected"),
    [
        ({"new": 1}, {"people": {}}, {"new": 1, "people": {}}),
        ({"people": {}, "titles": {"new": 1}}, {"titles": {}}, {"titles": {}}),
        (
            {"people": {"a": {"new": [1]}, "b": {"new": 2}}},
            {"people": {"a": {"name": "x"}}},
            {"people": {"a": {"new": [1], "name": "x"}}},
        ),
        (
            {"people": {"a": {"rules": [{"minutes": 1, "new": 1}, {}, {"new": {"deep": 3}}]}}},
            {"people": {"a": {"rules": [{"minutes": 5}, {"minutes": 6}]}}},
            {"people": {"a": {"rules": [{"new": 1, "minutes": 5}, {"minutes": 6}]}}},
        ),
        ({"new": 1}, {"new": 2}, {"new": 2}),  # now it is ours
        ({"people": [{"new": 1}]}, {"people": {"a": {}}}, {"people": {"a": {}}}),
        ({"people": {"a": [{"new": 1}]}}, {"people": {"a": {}}}, {"people": {"a": {}}}),
        ({"people": {"a": {"rules": {"new": 1}}}}, {"people": {"a": {}}}, {"people": {"a": {}}}),
        ({"people": {"a": {"new": 1}}}, {"people": {"a": None}}, {"people": {"a": None}}),
        ({}, {"people": {}}, {"people": {}}),
        (None, {"people": {}}, {"people": {}}),
        ([{"new": 1}], {"people": {}}, {"people": {}}),
        ({7: 1, None: 2}, {}, {7: 1, None: 2}),
    ],
    ids=str,
)
def test_added_again(stored: Any, written: Any, expected: Any) -> None:
    """What is not known stays, where there still is a place for it; what is known is never added."""
    before = repr((stored, written))
    assert additions_of(stored, SHAPE).added_to(written) == expected
    assert repr((stored, written)) == before


def test_all_that_is_written_is_known() -> None:
    """What this version writes is never taken for an addition, which would come back after its end."""
    rule = Rule(minutes=90, bedtime=time(20), bedtime_end=time(7))
    day = date(2026, 11, 30)
    allowance = Allowance(
        rules=(rule,) * 7,
        bonus_minutes=5,
        bonus_date=day,
        dates={day: DateRule(minutes=5)},
        evening_minutes=10,
        evening_date=day,
    )
    found = additions_of(allowance.to_store(), KNOWN)
    assert (found.values, found.below) == ({}, {})
    of_date: Any = KNOWN["dates"]
    assert {it.name for it in fields(DateRule)} <= of_date[ANY].keys()
    assert {it.name for it in fields(Allowance)} <= KNOWN.keys()
    known: Any = KNOWN["rules"]
    [of_rule] = known
    assert {it.name for it in fields(Rule)} <= of_rule.keys()
    state = LedgerState(days={day: DayTotals({"1": 60.0}, 30.0, confirmed=20.0)})
    assert state_to_json(state).keys() == KEYS
