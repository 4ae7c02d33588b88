"""The gamerscore: a fall is shown once two answers tell the same."""

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from custom_components.xbox_network.xbox.people.person import GamerscoreMemory
from tests.client.conftest import OWNER, PEOPLE
from tests.simulator import Simulator


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ([1000, 0, 1000], [1000, 1000, 1000]),
        ([1000, 0, 0], [1000, 1000, 0]),
        ([1000, 995, 995], [1000, 1000, 995]),
        ([1000, 1005, 1005], [1000, 1005, 1005]),
        ([1000, 900, 950, 950], [1000, 1000, 1000, 950]),
        ([1000, 900, 1010], [1000, 1000, 1010]),
        ([1000, 0, None, 0], [1000, 1000, 1000, 0]),
        ([1000, 0, 1000, 0], [1000] * 4),
        ([0, 0, 5], [None, 0, 5]),
        ([0, 5], [None, 5]),
        ([None, 7], [None, 7]),
    ],
    ids=str,
)
def test_fall(told: list[int | None], shown: list[int | None]) -> None:
    """A rise counts at once, a fall and a first zero when they are told a second time; nothing is no answer."""
    memory = GamerscoreMemory()
    assert [memory.update(score) for score in told] == shown


def test_confirmed() -> None:
    """A gamerscore is confirmed by a second answer in a row that tells the same, for good."""
    memory, seen = GamerscoreMemory(), []
    for score in (10, 12, None, 12, 15):
        memory.update(score)
        seen.append(memory.is_confirmed)
    assert seen == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("odd", "shown"),
    [
        (["0"], [18450, 18450]),
        (["0", "0"], [18450, 0]),
        (["0", None], [18450, 18450]),
        (["18445", "18445"], [18450, 18445]),
        ([None, "0"], [18450, 18450]),
        (["", {}], [18450, None]),
    ],
    ids=str,
)
async def test_answers(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    odd: list[object],
    shown: list[int | None],
) -> None:
    """The second answer comes soon, once; a whole one ends all doubt, and one without a score is a gap."""
    await observer.refresh()
    freezer.tick(300)
    told: list[object] = list(odd)

    def change(answer: dict[str, list[dict[str, object]]]) -> None:
        next(it for it in answer["people"] if it["xuid"] == OWNER)["gamerScore"] = told.pop(0)

    simulator.spoil(PEOPLE, change, times=len(odd))
    seen = []
    for wait in (2, 10):
        profile = (await observer.refresh())[OWNER].profile
        assert profile
        seen.append(profile.gamer_score)
        assert observer.seconds_until_refresh == wait
        freezer.tick(wait)
    assert seen == shown
    freezer.tick(300)
    for _ in range(2):  # from "unknown" or a fall, too, the true score comes back
        profile = (await observer.refresh())[OWNER].profile
        freezer.tick(2)
    assert profile
    assert profile.gamer_score == 18450
