"""Old unlocks are no news, and watched ones are not lost, when lists are odd for once or hidden for a while."""

from typing import Any

import pytest

from tests.client.conftest import (
    ACHIEVEMENTS,
    FRIEND,
    HARBOR_KINGS,
    HOUR,
    OLD_GAME,
    OWNER,
    PEOPLE,
    STARFALL_DRIFT,
)
from tests.helpers.client.unlock_runner import UnlockRunner, asked, date_in, unlock_runner_fixture  # noqa: F401  pytest finds the fixture here
from tests.simulator import Person, Simulator
from tests.simulator.people.person import NO_MOMENT, Progress

LONG_AGO = 400_000.0
IN_1970 = 1_000.0
IN_2041 = 2_240_000_000.0
TITLES = pytest.mark.parametrize("title_id", [HARBOR_KINGS, OLD_GAME], ids=["modern", "xbox-360"])


def shorten(body: dict[str, Any]) -> None:
    """Leave out all of a list but three."""
    del body["achievements"][3:]
    body["pagingInfo"] = {"continuationToken": None, "totalRecords": 3}


def empty(body: dict[str, Any]) -> None:
    """Leave out all of a list."""
    body["achievements"].clear()
    body["pagingInfo"] = {"continuationToken": None, "totalRecords": 0}


def double(body: dict[str, Any]) -> None:
    """List everything twice."""
    body["achievements"] += body["achievements"]


@TITLES
@pytest.mark.parametrize(
    ("spoilt", "times"), [(empty, 1), (empty, 2), (shorten, 1), (shorten, 2), (double, 9)]
)
async def test_first_list(
    unlock_runner: UnlockRunner,
    simulator: Simulator,
    owner: Person,
    title_id: str,
    spoilt: Any,
    times: int,
) -> None:
    """The first lists of a title may be odd: none of the old unlocks is news, the next one is told once."""
    await unlock_runner.begin(OWNER)
    progress = Progress(10, 250, simulator.world.clock() - LONG_AGO)
    odd = (NO_MOMENT, IN_1970, IN_2041, NO_MOMENT)
    progress.unlocked |= dict(enumerate((*odd, *odd), 2))
    owner.progress[title_id] = progress
    simulator.spoil(ACHIEVEMENTS, spoilt, times=times)
    owner.play(title_id)
    await unlock_runner.go_on(700, step=50)
    assert unlock_runner.told == []
    owner.unlock(title_id)
    await unlock_runner.go_on(310, step=50)
    assert unlock_runner.numbers() == [11]


@pytest.mark.parametrize("spoilt", [empty, shorten])
async def test_first_list_of_a_person(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, spoilt: Any
) -> None:
    """When the first list of all titles is short or empty, the others are no news in any later list."""
    owner.progress[STARFALL_DRIFT].unlocked |= {11: NO_MOMENT, 12: IN_1970}
    simulator.spoil(ACHIEVEMENTS, spoilt)
    await unlock_runner.begin(OWNER)
    unlock_runner.watcher.catch_up()
    await unlock_runner.go_on(60)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(400, step=30)
    unlock_runner.watcher.catch_up()
    await unlock_runner.go_on(60)
    assert unlock_runner.told == []


@pytest.mark.parametrize("at", [IN_1970, IN_2041, NO_MOMENT], ids=["1970", "2041", "none"])
@TITLES
async def test_impossible_time(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, title_id: str, at: float
) -> None:
    """With an impossible time an unlock in a watched game is told as late, also of no points; once."""
    simulator.world.titles[title_id].gamerscore = 0 if title_id == OLD_GAME else 1000
    await unlock_runner.begin(OWNER)
    owner.play(title_id)
    await unlock_runner.go_on(150)
    [number] = owner.unlock(title_id, at=at)
    await unlock_runner.go_on(400, step=20)
    assert unlock_runner.numbers() == [number]
    [(_, unlock)] = unlock_runner.told
    assert unlock.achievement.unlocked_at is None
    assert unlock.late == (at != NO_MOMENT)
    unlock_runner.watcher.catch_up()
    await unlock_runner.go_on(400, step=20)
    assert len(unlock_runner.told) == 1


@pytest.mark.parametrize("seconds", [599, 601])
async def test_time_ahead(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, seconds: float
) -> None:
    """A time ten minutes ahead of the answer comes from another clock; one further ahead is impossible."""
    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(150)
    unlock_runner.announce(13)
    owner.unlock(STARFALL_DRIFT, at=simulator.world.clock() + seconds)
    await unlock_runner.go_on()
    [(_, unlock)] = unlock_runner.told
    assert (unlock.late, unlock.achievement.unlocked_at is None) == (seconds > 600, seconds > 600)


@TITLES
@pytest.mark.parametrize("way", ["refused", "empty", "unlisted"])
async def test_hidden_and_shown_again(
    unlock_runner: UnlockRunner,
    simulator: Simulator,
    friend: Person,
    title_id: str,
    way: str,
) -> None:
    """Of a time in which the unlocks were hidden, each is told once, as late; hidden ones cost few requests."""
    now = simulator.world.clock()
    friend.progress[title_id] = Progress(4, 100, now - LONG_AGO)
    friend.progress[title_id].unlocked[4] = NO_MOMENT
    await unlock_runner.begin(FRIEND)
    friend.play(title_id)
    await unlock_runner.go_on(400, step=30)
    friend.hides_titles, friend.empty_lists = way == "refused", way == "empty"
    friend.progress[title_id].unlisted = way == "unlisted"
    await unlock_runner.go_on(330, step=30)
    simulator.clear()
    await unlock_runner.go_on(HOUR / 2, step=60)
    assert asked(simulator) == 0
    friend.unlock(title_id)
    friend.unlock(title_id, at=NO_MOMENT)
    friend.hides_titles = friend.empty_lists = friend.progress[title_id].unlisted = False
    await unlock_runner.go_on(2 * HOUR, step=60)
    assert sorted(unlock_runner.numbers(FRIEND)) == [5, 6]
    assert all(it.late for _, it in unlock_runner.told)


async def test_hidden_from_the_beginning(
    unlock_runner: UnlockRunner, simulator: Simulator, friend: Person
) -> None:
    """Lists that are empty from the beginning may be hidden: what they show one day is no news if it is older."""
    friend.empty_lists = True
    friend.progress[HARBOR_KINGS].unlocked[3] = NO_MOMENT
    await unlock_runner.begin(FRIEND)
    friend.play(HARBOR_KINGS)
    await unlock_runner.go_on(HOUR, step=60)
    friend.empty_lists = False
    await unlock_runner.go_on(HOUR, step=60)
    assert unlock_runner.told == []
    friend.unlock(HARBOR_KINGS)
    await unlock_runner.go_on(130)
    assert unlock_runner.numbers(FRIEND) == [4]


@pytest.mark.parametrize("title_id", [STARFALL_DRIFT, OLD_GAME], ids=["modern", "xbox-360"])
@pytest.mark.parametrize("spoilt", [empty, shorten])
async def test_last_list(
    unlock_runner: UnlockRunner,
    simulator: Simulator,
    owner: Person,
    title_id: str,
    spoilt: Any,
) -> None:
    """When the last list of a game lacks known unlocks it is asked for again: what is new is not lost."""
    simulator.world.titles[title_id].gamerscore = 0  # no gamerscore leads to a search
    await unlock_runner.begin(OWNER)
    owner.play(title_id)
    await unlock_runner.go_on(650, step=30)
    [number] = owner.unlock(title_id, at=simulator.world.clock() + 5)
    owner.go_offline()
    await unlock_runner.go_on(20)
    simulator.spoil(ACHIEVEMENTS, spoilt if title_id == OLD_GAME else empty)
    await unlock_runner.go_on(60)
    assert unlock_runner.numbers() == [number]


async def test_short_list_after_an_outage(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """Ten unlocks of an outage are told, although the first list afterwards has three of them."""
    await unlock_runner.begin(OWNER)
    await unlock_runner.go_on(HOUR, step=60)
    simulator.world.titles[STARFALL_DRIFT].gamerscore = 0
    owner.unlock(STARFALL_DRIFT, 10)
    unlock_runner.watcher.catch_up()
    simulator.spoil(ACHIEVEMENTS, shorten)
    await unlock_runner.go_on(60)
    assert sorted(unlock_runner.numbers()) == list(range(13, 23))


async def test_gap_in_a_burst(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """Of five unlocks at once the list leaves out the fourth: it is told, as a second list confirms the first."""
    simulator.world.titles[STARFALL_DRIFT].gamerscore = 0
    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(300, step=30)
    owner.unlock(STARFALL_DRIFT, 5)
    unlock_runner.announce(13)

    def leave_out(body: dict[str, Any]) -> None:
        body["achievements"] = [it for it in body["achievements"] if it["id"] != "16"]

    simulator.spoil(ACHIEVEMENTS, leave_out, times=2)
    await unlock_runner.go_on(100)
    assert sorted(unlock_runner.numbers()) == [13, 14, 15, 16, 17]


@TITLES
async def test_restart_without_times(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, title_id: str
) -> None:
    """What was unlocked without a time while Home Assistant was off is told once, as late."""
    await unlock_runner.begin(OWNER)
    owner.play(title_id)
    await unlock_runner.go_on(400, step=30)
    stored = unlock_runner.watcher.to_store()
    [number] = owner.unlock(title_id, at=NO_MOMENT)
    for told in ([number], []):
        unlock_runner = unlock_runner.restarted(stored)
        await unlock_runner.begin(OWNER)
        await unlock_runner.go_on(400, step=30)
        assert unlock_runner.numbers() == told
        assert all(it.late for _, it in unlock_runner.told)
        stored = unlock_runner.watcher.to_store()


async def test_first_look_waits_for_the_gamerscore(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """Without a time and never seen locked, an unlock that alone explains the gamerscore is told."""
    await unlock_runner.begin(OWNER)
    await unlock_runner.go_on(60)
    simulator.fail(PEOPLE, status=503)
    [number] = owner.unlock(OLD_GAME, at=NO_MOMENT)
    owner.progress[OLD_GAME].last_played = simulator.world.clock()
    for old in owner.progress[OLD_GAME].unlocked:
        if old != number:
            owner.progress[OLD_GAME].unlocked[old] -= LONG_AGO
    await unlock_runner.go_on(700, step=20)
    assert unlock_runner.numbers() == [number]
    assert not unlock_runner.told[0][1].late


async def test_future_unlock_hides_no_title(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """After an unlock of the future, an Xbox 360 title is still searched when the gamerscore moves."""
    owner.progress[STARFALL_DRIFT].unlocked[12] = IN_2041
    await unlock_runner.begin(OWNER)
    await unlock_runner.go_on(60)
    owner.unlock(OLD_GAME)
    owner.progress[OLD_GAME].last_played = simulator.world.clock()
    await unlock_runner.go_on(700, step=20)
    assert unlock_runner.numbers() == [11]


async def test_two_devices(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """A title on two devices at once is one title: each unlock is told once."""
    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    owner.play(STARFALL_DRIFT, "PC")
    await unlock_runner.go_on(60)
    owner.unlock(STARFALL_DRIFT)
    owner.go_offline("PC")
    await unlock_runner.go_on(300, step=20)
    assert unlock_runner.numbers() == [13]


@pytest.mark.parametrize("hours", [-2, 2, 9000])
async def test_wrong_date(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, hours: int
) -> None:
    """A service that tells a wrong time at the beginning of the watch loses no unlock and makes none news."""
    simulator.fail(ACHIEVEMENTS, headers={"Date": date_in(simulator, hours)})
    simulator.spoil(ACHIEVEMENTS, shorten)
    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(300, step=20)
    assert unlock_runner.told == []
    owner.unlock(STARFALL_DRIFT)
    await unlock_runner.go_on(130)
    assert [it.late for _, it in unlock_runner.told] == [False]
