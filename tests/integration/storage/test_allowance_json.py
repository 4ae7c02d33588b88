"""A stored allowance: an odd value costs that value alone, and is noticed."""

import copy
import json
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from custom_components.xbox_network.allowance import Allowance, DateRule, Rule
from custom_components.xbox_network.storage.allowance_json import allowance_from_json
from tests.helpers.client.mutations import spoil

EVENING = Rule(minutes=90, bedtime=time(20), bedtime_end=time(7))
NIGHT = Rule(minutes=None, bedtime=time(0, 30), bedtime_end=time(8))
FULL = Allowance(
    rules=(EVENING, NIGHT, Rule(minutes=0), Rule(), *(EVENING,) * 3),
    bonus_minutes=-30,
    bonus_date=date(2026, 11, 30),
)


def stored(**values: object) -> dict[str, Any]:
    """Return a stored allowance with other values."""
    content: dict[str, Any] = json.loads(json.dumps(FULL.to_store()))
    return content | values


def with_rule(weekday: int, **values: object) -> dict[str, Any]:
    """Return a stored allowance with other values in a rule; `...` removes a value."""
    content = stored()
    rule = {**content["rules"][weekday], **values}
    content["rules"][weekday] = {key: it for key, it in rule.items() if it is not ...}
    return content


def monday(**values: Any) -> Allowance:
    """Return the allowance with another rule for Monday."""
    return replace(FULL, rules=(replace(EVENING, **values), *FULL.rules[1:]))


def tuesday(rule: Rule) -> Allowance:
    """Return the allowance with another rule for Tuesday."""
    return replace(FULL, rules=(EVENING, rule, *FULL.rules[2:]))


def without_rules(count: int) -> Allowance:
    """Return the allowance without the rules of the last weekdays."""
    return replace(FULL, rules=(*FULL.rules[: 7 - count], *(Rule(),) * count))


@pytest.mark.parametrize(
    "odd",
    [1441, -1, 1e9, "", "sixty", True, False, [], {}, [60], "1e400", 1e308, ...],
    ids=str,
)
def test_minutes(odd: object) -> None:
    """Odd minutes cost the limit of that weekday; its bedtime and all other rules stay."""
    assert allowance_from_json(with_rule(0, minutes=odd)) == (monday(minutes=None), True)


@pytest.mark.parametrize(
    ("value", "minutes"), [(0, 0), (1440, 1440), ("60", 60), (60.0, 60), (None, None)], ids=str
)
def test_readable_minutes(value: object, minutes: int | None) -> None:
    """Minutes that can only mean one thing are read."""
    assert allowance_from_json(with_rule(0, minutes=value)) == (monday(minutes=minutes), False)


@pytest.mark.parametrize(
    "odd", ["late", "25:00", "", 20, True, [], {}, 20.5, "2026-11-30", ...], ids=str
)
def test_times(odd: object) -> None:
    """An odd time costs that time, and what makes no sense without it; the limit stays."""
    assert allowance_from_json(with_rule(0, bedtime=odd)) == (
        monday(bedtime=None, bedtime_end=None),
        True,
    )
    assert allowance_from_json(with_rule(0, bedtime_end=odd)) == (monday(bedtime_end=None), True)
    assert allowance_from_json(with_rule(1, bedtime_end=odd)) == (tuesday(Rule()), True)


@pytest.mark.parametrize("offset", ["+02:00", "-11:30", "Z", "+00:00"])
def test_offsets(offset: str) -> None:
    """A time with an offset is noticed, and means the local time: a bedtime must not end early for it."""
    allowance, odd = allowance_from_json(
        with_rule(0, bedtime=f"20:00:00{offset}", bedtime_end=f"07:00{offset}")
    )
    assert (allowance, odd) == (FULL, True)


@pytest.mark.parametrize(
    "rule",
    [
        {"bedtime": "09:00", "bedtime_end": None},
        {"bedtime": "20:00", "bedtime_end": "20:00"},
        {"bedtime": None, "bedtime_end": "07:00"},
    ],
    ids=str,
)
def test_impossible_bedtime(rule: dict[str, Any]) -> None:
    """A bedtime that contradicts itself is lost, the limit stays."""
    expected = monday(bedtime=None, bedtime_end=None)
    assert allowance_from_json(with_rule(0, **rule)) == (expected, True)


@pytest.mark.parametrize("odd", [None, [], "rule", 7, True], ids=str)
def test_rule(odd: object) -> None:
    """An odd rule costs that weekday."""
    content = stored()
    content["rules"][1] = odd
    assert allowance_from_json(content) == (tuesday(Rule()), True)


def test_number_of_rules() -> None:
    """Missing weekdays have no rule, further ones do not count; both are noticed."""
    rules = stored()["rules"]
    assert allowance_from_json(stored(rules=rules[:5])) == (without_rules(2), True)
    assert allowance_from_json(stored(rules=[*rules, rules[0]])) == (FULL, True)
    odd: object
    for odd in (None, {}, "rules", 7, []):
        assert allowance_from_json(stored(rules=odd)) == (without_rules(7), True)


@pytest.mark.parametrize("odd", [1441, -1441, "more", True, [], 1e300], ids=str)
def test_bonus(odd: object) -> None:
    """An odd bonus is none, an odd date no date; the rules stay."""
    expected = replace(FULL, bonus_minutes=0)
    assert allowance_from_json(stored(bonus_minutes=odd)) == (expected, True)
    expected = replace(FULL, bonus_date=None)
    assert allowance_from_json(stored(bonus_date=odd)) == (expected, True)
    content = stored()
    del content["bonus_date"]
    assert allowance_from_json(content) == (expected, True)


def test_readable_bonus() -> None:
    """The longest and the shortest bonus are read, and no date."""
    for minutes in (1440, -1440, 0):
        expected = replace(FULL, bonus_minutes=minutes)
        assert allowance_from_json(stored(bonus_minutes=minutes)) == (expected, False)
    assert allowance_from_json(stored(bonus_date=None)) == (replace(FULL, bonus_date=None), False)
    assert allowance_from_json(stored(unknown=1)) == (FULL, False)
    assert allowance_from_json(with_rule(0, unknown=1)) == (FULL, False)


@pytest.mark.parametrize("odd", [None, [], {}, "x", 7, True], ids=str)
def test_no_allowance(odd: object) -> None:
    """What is no allowance at all is one without limits, and noticed."""
    assert allowance_from_json(odd) == (Allowance(), True)


def test_each_place_is_spoiled() -> None:
    """Whatever is spoiled, the rules of the other weekdays stay, and a loss is noticed."""
    content = stored()
    sound = copy.deepcopy(content)
    for path, value, spoiled in spoil(content):
        allowance, odd = allowance_from_json(json.loads(json.dumps(spoiled)))
        if path[0] == "rules" and len(path) > 1:
            same = [it == before for it, before in zip(allowance.rules, FULL.rules, strict=True)]
            assert same.count(False) <= 1 or len(spoiled["rules"]) < 7, path
        elif path[0] != "rules":
            assert allowance.rules == FULL.rules, path
        again = json.loads(json.dumps(allowance.to_store()))
        assert odd or again == spoiled, (path, value)
    assert content == sound


AGREED = replace(
    FULL,
    dates={
        date(2026, 12, 24): DateRule(free=True),
        date(2026, 12, 25): DateRule(minutes=300, bedtime=time(22), bedtime_end=time(9)),
        date(2026, 12, 26): DateRule(free=True, minutes=200),
    },
    evening_minutes=-20,
    evening_date=date(2026, 11, 30),
)


def agreed(**values: object) -> dict[str, Any]:
    """Return a stored allowance with other values agreed for 25 December; `...` removes a value."""
    content: dict[str, Any] = json.loads(json.dumps(AGREED.to_store()))
    rule = {**content["dates"]["2026-12-25"], **values}
    content["dates"]["2026-12-25"] = {key: it for key, it in rule.items() if it is not ...}
    return content


def christmas(**values: Any) -> Allowance:
    """Return the allowance with another rule for that day, None without any."""
    dates = dict(AGREED.dates)
    dates[date(2026, 12, 25)] = replace(dates[date(2026, 12, 25)], **values)
    return replace(AGREED, dates=dates)


def test_agreed() -> None:
    """What is agreed for dates, and a later evening, are read unchanged."""
    assert allowance_from_json(agreed()) == (AGREED, False)


def test_as_version_0_1_0() -> None:
    """Without anything new, the file is that of version 0.1.0; what is new stands beside what it reads."""
    assert FULL.to_store().keys() == {"rules", "bonus_minutes", "bonus_date"}
    assert AGREED.to_store().items() >= FULL.to_store().items()
    assert allowance_from_json(stored()) == (FULL, False)


@pytest.mark.parametrize("odd", [1441, -1, "sixty", True, [], {}, ...], ids=str)
def test_odd_minutes_of_a_date(odd: object) -> None:
    """Odd minutes cost the limit of that date alone: its weekday's holds."""
    assert allowance_from_json(agreed(minutes=odd)) == (christmas(minutes=None), True)


@pytest.mark.parametrize("odd", ["late", 20, True, [], "09:00", ...], ids=str)
def test_odd_end_of_a_date(odd: object) -> None:
    """An odd bedtime costs that bedtime; an odd end that end."""
    lost = christmas(bedtime=None, bedtime_end=None)
    if odd == "09:00":
        assert allowance_from_json(agreed(bedtime=odd)) == (lost, True)
        return
    assert allowance_from_json(agreed(bedtime=odd)) == (lost, True)
    assert allowance_from_json(agreed(bedtime_end=odd)) == (christmas(bedtime_end=None), True)


@pytest.mark.parametrize("odd", [None, 1, "yes", [], ...], ids=str)
def test_odd_freedom(odd: object) -> None:
    """A date that is free in an odd way is not free."""
    assert allowance_from_json(agreed(free=odd)) == (AGREED, True)


@pytest.mark.parametrize("odd", [None, [], "rule", 7, True], ids=str)
def test_odd_date_rule(odd: object) -> None:
    """An odd rule costs that date."""
    content = agreed()
    content["dates"]["2026-12-25"] = odd
    dates = {day: it for day, it in AGREED.dates.items() if day.day != 25}
    assert allowance_from_json(content) == (replace(AGREED, dates=dates), True)


@pytest.mark.parametrize("odd", ["someday", "", "2026-13-01", "25"], ids=str)
def test_odd_date(odd: str) -> None:
    """An odd date costs that date."""
    content = agreed()
    content["dates"][odd] = content["dates"].pop("2026-12-25")
    dates = {day: it for day, it in AGREED.dates.items() if day.day != 25}
    assert allowance_from_json(content) == (replace(AGREED, dates=dates), True)


@pytest.mark.parametrize("odd", [None, [], "dates", 7, True], ids=str)
def test_odd_dates(odd: object) -> None:
    """If all dates are odd, the weekdays hold."""
    content = agreed() | {"dates": odd}
    assert allowance_from_json(content) == (replace(AGREED, dates={}), True)


@pytest.mark.parametrize("key", ["evening_minutes", "evening_date"])
@pytest.mark.parametrize("odd", [1441, "late", True, [], {}, None, ...], ids=str)
def test_odd_evening(key: str, odd: object) -> None:
    """An odd evening is one as usual."""
    content = agreed() | {key: odd}
    if odd is ...:
        del content[key]
    expected = replace(AGREED, evening_minutes=0, evening_date=None)
    assert allowance_from_json(content) == (expected, True)
