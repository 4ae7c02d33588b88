"""What proves that an unlock is new: its time, an announcement, a list in which it was locked, or a number."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.xbox_network.xbox.achievements.memory import UnlockMemory
from custom_components.xbox_network.xbox.models.achievement import Achievement, old_scope

NOW = datetime(2031, 3, 1, 8, tzinfo=UTC)


def of(title_id: str, number: int, minutes: float | None, **changes: Any) -> Achievement:
    """Return an unlock of 25 points in a title."""
    at = None if minutes is None else NOW + timedelta(minutes=minutes)
    found = Achievement(
        scope=f"scope-{title_id}",
        achievement_id=str(number),
        title_id=title_id,
        gamerscore=25,
        unlocked=True,
        unlocked_at=at,
    )
    return replace(found, **changes)


def numbers(found: Iterable[Achievement]) -> list[int]:
    """Return the ids of achievements."""
    return [int(it.achievement_id) for it in found]


@pytest.mark.parametrize(
    ("found", "gained", "told"),
    [
        ([of("1", 1, None)], {"1": 1}, [1]),
        ([of("1", 1, None)], {"1": 2}, []),
        ([of("1", 1, None)], {"2": 1}, []),
        ([of("1", 1, None), of("1", 2, None)], {"1": 1}, []),
        ([of("1", 1, None), of("2", 2, None)], {"1": 1, "2": 0}, [1]),
        ([of("1", 1, None), of("1", 2, 1)], {"1": 1}, [2]),
        ([of("1", 1, None), of("1", 2, 1)], {"1": 2}, [2, 1]),
        ([of("1", 1, -5), of("1", 2, -3), of("1", 3, -4)], {"1": 2}, [2, 3]),
        ([of("1", 1, -5), of("1", 2, 1)], {"1": 1}, [2]),
        ([of("1", 1, -5), of("1", 2, None)], {"1": 1}, [2]),
        ([of("1", 1, -5)], {"1": 0}, []),
        ([of("1", 1, -24 * 60)], {"1": 1}, []),  # this is the floor of the memory
        ([of("1", 1, 1 - 24 * 60)], {"1": 1}, [1]),
        ([of("1", 1, -24 * 60, scope=old_scope("1"))], {"1": 1}, [1]),
        ([of("1", 1, -1 - 24 * 60, scope=old_scope("1"))], {"1": 1}, []),
    ],
)
def test_number_as_proof(found: list[Achievement], gained: dict[str, int], told: list[int]) -> None:
    """A title's number of unlocks proves those without a time, and then those of a day before the watch; once."""
    memory = UnlockMemory.start([], NOW)
    assert (
        memory.add([it for it in found[:1] if not it.is_xbox_360], NOW, points=None, numbers=gained)
        == []
    )
    later = NOW + timedelta(minutes=5)
    assert numbers(memory.add(found, later, numbers=gained)) == told
    assert memory.add(found, later) == []


@pytest.mark.parametrize(
    ("found", "points", "told"),
    [
        ([of("1", 1, -5)], 25, [1]),
        ([of("1", 1, -5)], 24, []),
        ([of("1", 1, -5, gamerscore=0)], 25, []),
        ([of("1", 1, -5), of("1", 2, -3)], 49, [2]),
        ([of("1", 1, -5), of("1", 2, -3)], 50, [2, 1]),
        ([of("1", 1, -5), of("2", 2, 3)], 25, [2]),
        ([of("1", 1, -5), of("2", 2, None)], 25, [2]),
    ],
)
def test_gamerscore_of_late_unlocks(found: list[Achievement], points: int, told: list[int]) -> None:
    """What was unlocked before the watch is new as far as the gamerscore has moved without other news."""
    memory = UnlockMemory.start([], NOW)
    later = NOW + timedelta(minutes=5)
    assert numbers(memory.add(found, later, points=points)) == told
    late = [it for it in found if it.achievement_id == "1" and 1 not in told]
    again = memory.add([*found, *late], later, points=25)
    assert numbers(again) == [1 for it in late if it.gamerscore]  # the gamerscore may be late, too
    assert memory.add(found, later, points=25) == []


def test_gamerscore_and_number_agree() -> None:
    """An unlock that both the gamerscore and the title's number prove is new once."""
    memory = UnlockMemory.start([], NOW)
    assert numbers(memory.add([of("1", 1, None)], NOW, points=25, numbers={"1": 1})) == [1]


def test_scopes_without_times() -> None:
    """A scope lacks times from its first unlock without a possible one; what was seen locked is no doubt then."""
    memory = UnlockMemory.start([of("5", 1, 0), of("1", 1, None)], NOW)
    assert memory.timeless == {"scope-1"}
    odd = of("2", 1, 60)
    assert memory.doubts([odd], NOW, ())
    assert not memory.doubts([odd], NOW, [odd.key])
    assert not memory.doubts([of("2", 1, 1), of("1", 1, None)], NOW, ())
    memory.add([odd, of("3", 1, 1)], NOW, points=None)
    assert memory.timeless == {"scope-1", "scope-2"}
    memory.look("scope-2", [])
    assert not memory.doubts([odd], NOW, ())
    memory.look("scope-4", [])
    restored = UnlockMemory.from_store(memory.to_store())
    assert restored.timeless == {"scope-1", "scope-2", "scope-4"}


def test_nothing_new_to_keep() -> None:
    """Known and old unlocks, and a second look that shows the same, are nothing to write."""
    memory = UnlockMemory.start([of("1", 1, 0)], NOW)
    locked = of("1", 3, 0, unlocked=False)
    memory.look("scope-1", [locked])
    version = memory.version
    memory.look("scope-1", [locked])
    memory.add([of("1", 1, 0), of("1", 2, -9)], NOW)
    assert memory.version == version
    memory.look("scope-1", [of("1", 4, 0, unlocked=False)])
    memory.add([of("1", 5, 0)], NOW)
    assert memory.version == version + 2
    memory.look("another", [])
    assert memory.version == version + 3
