"""The shares of days in an amount of play without times."""

import pytest

from custom_components.xbox_network.xbox.playtime.day_shares import DayPart, shares

HOUR = 3600.0


@pytest.mark.parametrize(
    ("free", "amount", "expected"),
    [
        ([5], 2, [2]),  # one day
        ([5], 9, [5]),
        ([6, 9], 2, [2, 0]),  # yesterday and today
        ([6, 9], 6, [6, 0]),
        ([6, 9], 8, [6, 2]),
        ([6, 9], 99, [6, 9]),
        ([0, 9], 3, [0, 3]),  # no room before midnight
        ([6, 0], 3, [3, 0]),  # signed out yesterday
        ([6, 24, 9], 10, [2, 8, 0]),  # in proportion
        ([6, 24, 24, 9], 27, [3, 12, 12, 0]),
        ([6, 24, 9], 25, [6, 16, 0]),  # implausibly much of a day is left out
        ([6, 24, 9], 22, [6, 16, 0]),
        ([6, 24, 9], 31, [6, 16, 1]),  # certainly of today
        ([24, 24], 30, [16, 6]),
        ([24], 20, [16]),
        ([6, 9], 0, [0, 0]),
    ],
)
def test_shares(free: list[float], amount: float, expected: list[float]) -> None:
    """Today gets only what has no room before; the rest is shared in proportion."""
    parts = [DayPart((0.0, seconds * HOUR), 0.0) for seconds in free]
    found = shares(parts, [it * HOUR for it in free], amount * HOUR)
    assert [it / HOUR for it in found] == pytest.approx(expected)


def test_day_with_play() -> None:
    """What was seen of a day counts for what is plausible of it."""
    parts = [DayPart((0.0, 12 * HOUR), 10 * HOUR), DayPart((12 * HOUR, 13 * HOUR), 20 * HOUR)]
    found = shares(parts, [12 * HOUR, HOUR], 13 * HOUR)
    assert [it / HOUR for it in found] == pytest.approx([6, 0])


def test_no_day() -> None:
    """A gap without length has no days."""
    assert shares([], [], 60.0) == []
