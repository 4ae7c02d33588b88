"""Odd answers about half an hour that nobody saw: what the network has recorded is not lost by them, and nothing is added."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from tests.client.conftest import (
    FRIEND,
    HARBOR_KINGS,
    HOUR,
    OWNER,
    STARFALL_DRIFT,
    STATS,
    TITLES,
)
from tests.helpers.client.playtime_runner import PlaytimeRunner
from tests.simulator import Person, Simulator

MINUTE = 60.0

type Odd = Callable[[Simulator, str, int], None]


def status(number: int) -> Odd:
    """Return a fault with a status."""
    return lambda simulator, host, times: simulator.fail(host, status=number, times=times)


def body(content: object) -> Odd:
    """Return a fault with a body of its own."""
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return lambda simulator, host, times: simulator.fail(host, body=text, times=times)


def changed(change: Callable[[Any], object]) -> Odd:
    """Return a fault that changes each item of the real answer."""

    def items(content: Any) -> None:
        for it in content.get("titles") or content["statlistscollection"]:
            change(it)

    return lambda simulator, host, times: simulator.spoil(host, items, times=times)


def counts(value: str) -> Odd:
    """Return a fault with another number of minutes."""

    def change(people: Any) -> None:
        for stat in people["stats"]:
            stat["value"] = value

    return changed(change)


REFUSALS: dict[str, Odd] = {
    str(it): status(it) for it in (301, 302, 304, 307, 400, 403, 404, 408, 409, 410, 429, 500, 503)
}
COUNTER_ANSWERS: dict[str, Odd] = REFUSALS | {
    "nobody": body({"groups": [], "statlistscollection": []}),
    "nothing": body({}),
    "nobody and null": body({"statlistscollection": None}),
    "no list": body([]),
    "no JSON": body(b"<html></html>"),
    "no bytes": body(b""),
    "without the titles": changed(lambda it: it.update(stats=[])),
    "without the list": changed(lambda it: it.pop("stats")),
    "without the number": changed(lambda it: [stat.pop("value", None) for stat in it["stats"]]),
    "number null": changed(lambda it: [stat.update(value=None) for stat in it["stats"]]),
    "no number": counts("many"),
    "zero": counts("0"),
    "too few": counts("3"),
    "too many": counts("100000"),
}
HISTORY_ANSWERS: dict[str, Odd] = REFUSALS | {
    "no titles": body({"titles": []}),
    "nothing": body({}),
    "titles null": body({"titles": None}),
    "no JSON": body(b"<html></html>"),
    "no bytes": body(b""),
    "without the moments": changed(lambda it: it.update(titleHistory=None)),
    "another title": changed(lambda it: it.update(titleId="42")),
}


def once_and_twice(answers: dict[str, Odd], *twice: str) -> list[tuple[str, int]]:
    """Return each kind of answer, once; some of them twice in a row, too."""
    return [*((odd, 1) for odd in answers), *((odd, 2) for odd in twice)]


async def see(runner: PlaytimeRunner, person: Person, title_id: str, minutes: float) -> None:
    """Let a person play in sight, and sign out."""
    person.play(title_id)
    await runner.run(minutes * MINUTE, step=200)
    person.go_offline()
    await runner.run(20 * MINUTE, step=200)


def play_unseen(
    runner: PlaytimeRunner, freezer: FrozenDateTimeFactory, person: Person, title_id: str
) -> None:
    """Let a person play for half an hour while the process is off, and start it again."""
    stored = runner.kept()
    freezer.tick(600)
    person.play(title_id)
    freezer.tick(1800)
    person.go_offline()
    freezer.tick(1200)
    runner.start(*stored)


def minutes(runner: PlaytimeRunner) -> int:
    """Return the minutes of today."""
    return runner.today().total // 60


@pytest.mark.parametrize(
    ("odd", "times"), once_and_twice(COUNTER_ANSWERS, "302", "403", "404", "nobody")
)
async def test_counter(
    playtime_runner: PlaytimeRunner,
    simulator: Simulator,
    owner: Person,
    freezer: FrozenDateTimeFactory,
    odd: str,
    times: int,
) -> None:
    """Half an hour that the counter supports is not lost by odd answers of userstats (R3)."""
    await see(playtime_runner, owner, STARFALL_DRIFT, 36)
    play_unseen(playtime_runner, freezer, owner, STARFALL_DRIFT)
    COUNTER_ANSWERS[odd](simulator, STATS, times)
    await playtime_runner.run(2 * HOUR, step=200)
    assert minutes(playtime_runner) == 66
    await see(playtime_runner, owner, STARFALL_DRIFT, 10)
    assert minutes(playtime_runner) in (75, 76)


@pytest.mark.parametrize(
    ("odd", "times"), once_and_twice(HISTORY_ANSWERS, "302", "403", "404", "no titles")
)
async def test_titles_played_last(
    playtime_runner: PlaytimeRunner,
    simulator: Simulator,
    owner: Person,
    freezer: FrozenDateTimeFactory,
    odd: str,
    times: int,
) -> None:
    """Half an hour of a game that titlehub names is not lost by odd answers of it (R3)."""
    await see(playtime_runner, owner, HARBOR_KINGS, 20)
    await see(playtime_runner, owner, STARFALL_DRIFT, 30)
    play_unseen(playtime_runner, freezer, owner, HARBOR_KINGS)
    HISTORY_ANSWERS[odd](simulator, TITLES, times)
    await playtime_runner.run(2 * HOUR, step=200)
    assert minutes(playtime_runner) == 80


@pytest.mark.parametrize("odd", ["403", "404", "nobody", "without the number", "zero", "too many"])
@pytest.mark.parametrize("moment", ["begin", "end"])
async def test_counter_of_a_session(
    playtime_runner: PlaytimeRunner,
    simulator: Simulator,
    owner: Person,
    freezer: FrozenDateTimeFactory,
    odd: str,
    moment: str,
) -> None:
    """An odd answer at the begin or the end of a session costs nothing of a later time that nobody saw."""
    if moment == "begin":
        COUNTER_ANSWERS[odd](simulator, STATS, 1)
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(36 * MINUTE, step=60)
    owner.go_offline()
    if moment == "end":
        COUNTER_ANSWERS[odd](simulator, STATS, 1)
    await playtime_runner.run(25 * MINUTE, step=60)
    play_unseen(playtime_runner, freezer, owner, STARFALL_DRIFT)
    await playtime_runner.run(HOUR, step=100)
    assert minutes(playtime_runner) == 66


async def test_for_ever(
    playtime_runner: PlaytimeRunner,
    simulator: Simulator,
    owner: Person,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A counter that stays away is given up within the hours of patience, and so is the gap."""
    await see(playtime_runner, owner, STARFALL_DRIFT, 36)
    play_unseen(playtime_runner, freezer, owner, STARFALL_DRIFT)
    COUNTER_ANSWERS["nobody"](simulator, STATS, 1000)
    simulator.clear()
    await playtime_runner.run(4 * HOUR, step=100)
    assert playtime_runner.asked() in (5, 6)
    assert playtime_runner.asked(TITLES) == 3
    assert playtime_runner.tracker.open_gaps == 0
    assert minutes(playtime_runner) == 36
    assert playtime_runner.today().unseen >= 1700


async def test_told_after_the_patience(
    playtime_runner: PlaytimeRunner,
    simulator: Simulator,
    owner: Person,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What a counter tells only after a gap is given up is not moved to a later gap."""
    await see(playtime_runner, owner, STARFALL_DRIFT, 36)
    play_unseen(playtime_runner, freezer, owner, STARFALL_DRIFT)
    simulator.fail(STATS, status=503, times=None)
    await playtime_runner.run(4 * HOUR, step=100)
    assert minutes(playtime_runner) == 36
    stored = playtime_runner.kept()
    freezer.tick(2 * HOUR)
    playtime_runner.start(*stored)
    simulator.heal(STATS)
    await playtime_runner.run(2 * HOUR, step=200)
    assert minutes(playtime_runner) == 36


@pytest.mark.parametrize("number", [302, 400, 404])
async def test_refusal_about_one_person(
    playtime_runner: PlaytimeRunner,
    simulator: Simulator,
    owner: Person,
    friend: Person,
    freezer: FrozenDateTimeFactory,
    number: int,
) -> None:
    """A request that is refused for one person costs the others nothing."""
    await see(playtime_runner, owner, STARFALL_DRIFT, 36)
    await see(playtime_runner, friend, HARBOR_KINGS, 10)
    friend.play(HARBOR_KINGS)
    play_unseen(playtime_runner, freezer, owner, STARFALL_DRIFT)
    simulator.fail(STATS, status=number, times=None, asking=FRIEND.encode())
    simulator.clear()
    await playtime_runner.run(HOUR, step=100)
    assert minutes(playtime_runner) == 66
    assert playtime_runner.asked() < 40
    assert playtime_runner.tracker.summary(OWNER).title_id is None
