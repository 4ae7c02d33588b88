"""Items of a list that lack a field for once: nothing old becomes news, nothing is told twice or lost."""

from collections.abc import Callable
from typing import Any

import pytest

from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import ACHIEVEMENTS, HARBOR_KINGS, OLD_GAME, OWNER, STARFALL_DRIFT
from tests.helpers.client.unlock_runner import UnlockRunner, unlock_runner_fixture  # noqa: F401  pytest finds the fixture here
from tests.simulator import Person, Simulator
from tests.simulator.people.person import NO_MOMENT, Progress

LONG_AGO = 400_000.0
FIELDS = [
    "serviceConfigId",
    "titleAssociations",
    "progressState",
    "progression",
    "rewards",
    "rarity",
    "mediaAssets",
    "name",
    "id",
]


def without(*fields: str, numbers: tuple[str, ...] = ()) -> Callable[[Any], None]:
    """Return a change that takes these fields out of the items with these numbers, or of all."""

    def change(body: Any) -> None:
        for it in body["achievements"]:
            if not numbers or str(it.get("id")) in numbers:
                for field in fields:
                    it.pop(field, None)

    return change


def only_first(body: Any) -> None:
    """Leave out all of a list but its first item."""
    del body["achievements"][1:]
    body["pagingInfo"] = {"continuationToken": None, "totalRecords": 1}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("times", [1, 3])
async def test_told_unlock(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, field: str, times: int
) -> None:
    """An unlock that has been told is not told again, whatever later lists leave out of it."""
    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(130)
    owner.unlock(STARFALL_DRIFT)
    await unlock_runner.go_on(130)
    assert unlock_runner.numbers() == [13]
    simulator.spoil(ACHIEVEMENTS, without(field), times=times)
    await unlock_runner.go_on(400)
    unlock_runner.watcher.catch_up()
    await unlock_runner.go_on(60)
    assert unlock_runner.numbers() == [13]


@pytest.mark.parametrize("field", FIELDS)
async def test_new_unlock(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, field: str
) -> None:
    """A new unlock of which a list leaves something out is told, once."""
    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(130)
    owner.unlock(STARFALL_DRIFT)
    simulator.spoil(ACHIEVEMENTS, without(field))
    await unlock_runner.go_on(500)
    unlock_runner.watcher.catch_up()
    await unlock_runner.go_on(60)
    assert len(unlock_runner.told) == 1


@pytest.mark.parametrize("field", FIELDS)
async def test_first_list(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, field: str
) -> None:
    """What the first list of a person leaves out makes no unlock of a day before news."""
    owner.progress[STARFALL_DRIFT].unlocked |= {
        11: simulator.world.clock() - 3600,
        12: simulator.world.clock() - 1800,
    }
    simulator.spoil(ACHIEVEMENTS, without(field))
    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(130)
    owner.unlock(HARBOR_KINGS)
    await unlock_runner.go_on(400)
    assert unlock_runner.numbers() == [5]


@pytest.mark.parametrize("look", [1, 2])
@pytest.mark.parametrize(
    ("title_id", "fields"),
    [
        (HARBOR_KINGS, ["progressState"]),
        (HARBOR_KINGS, ["progressState", "progression"]),
        (OLD_GAME, ["unlocked"]),
        (OLD_GAME, ["unlocked", "timeUnlocked"]),
    ],
)
async def test_list_of_all(
    unlock_runner: UnlockRunner,
    simulator: Simulator,
    owner: Person,
    title_id: str,
    fields: list[str],
    look: int,
) -> None:
    """A list of all achievements that does not say whether some old ones are unlocked makes them no news."""
    progress = Progress(5, 125, simulator.world.clock() - LONG_AGO)
    progress.unlocked |= dict.fromkeys(range(1, 6), NO_MOMENT)
    owner.progress = {title_id: progress}
    simulator.spoil(ACHIEVEMENTS, only_first)
    await unlock_runner.begin(OWNER)
    thin = without(*fields, numbers=("3", "4"))
    lists = 0

    def change(body: Any) -> None:
        nonlocal lists
        if any(
            it.get("progressState") == "NotStarted" or it.get("unlocked") is False
            for it in body["achievements"]
        ):
            lists += 1
            if lists == look:
                thin(body)

    simulator.spoil(ACHIEVEMENTS, change, times=None)
    owner.play(title_id)
    await unlock_runner.go_on(1500, step=20)
    assert lists == 2
    assert unlock_runner.told == []


@pytest.mark.parametrize(
    "associations",
    [
        [{"name": "Another game"}, {"id": HARBOR_KINGS, "name": "Harbor Kings"}],
        [{"id": HARBOR_KINGS, "name": "Harbor Kings"}],
        [{"id": None, "name": None}, {"id": HARBOR_KINGS, "name": "Harbor Kings"}],
    ],
    ids=["without an id", "another alone", "nothing"],
)
async def test_shared_achievement(
    unlock_runner: UnlockRunner,
    observer: PeopleObserver,
    simulator: Simulator,
    owner: Person,
    associations: list[dict[str, Any]],
) -> None:
    """An achievement of several titles is one of the title being played, whose name is not that of another."""

    def change(body: Any) -> None:
        for it in body["achievements"]:
            it["titleAssociations"] = associations

    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(130)
    simulator.spoil(ACHIEVEMENTS, change, times=None)
    owner.unlock(STARFALL_DRIFT)
    unlock_runner.announce(13)
    await unlock_runner.go_on(60)
    [(_, unlock)] = unlock_runner.told
    assert (unlock.achievement.title_id, unlock.achievement.title) == (
        STARFALL_DRIFT,
        "Starfall Drift",
    )
    assert set(observer.titles.names.of(STARFALL_DRIFT)) == {"Starfall Drift"}
