"""Achievement services: totals, unlocks and progress, of both systems, page by page."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.errors import (
    XboxForbiddenError,
    XboxResponseError,
    XboxServiceError,
)
from custom_components.xbox_network.xbox.models.achievements import AchievementsAnswer
from tests.client.conftest import (
    ACHIEVEMENTS,
    FRIEND,
    HARBOR_KINGS,
    LUMEN_VIDEO,
    OLD_GAME,
    OWNER,
    STARFALL_DRIFT,
)
from tests.simulator import Person, Simulator
from tests.simulator.people.person import NO_MOMENT


@pytest.mark.parametrize(
    ("xuid", "title_id", "total"),
    [
        (OWNER, STARFALL_DRIFT, 40),
        (FRIEND, STARFALL_DRIFT, 40),
        (OWNER, HARBOR_KINGS, 50),
        (OWNER, LUMEN_VIDEO, 0),
        (OWNER, "7", 0),
    ],
)
async def test_total(
    client: XboxClient, simulator: Simulator, xuid: str, title_id: str, total: int
) -> None:
    """Whoever is asked for, and in the smallest answer that tells it."""
    assert await client.achievements.total(xuid, title_id) == total
    [request] = simulator.requests()
    assert (request.host, request.path) == (ACHIEVEMENTS, f"/users/xuid({xuid})/achievements")
    assert dict(request.query) == {"titleId": title_id, "maxItems": "1"}
    assert request.headers["x-xbl-contract-version"] == "4"
    assert request.sent < 2000


@pytest.mark.parametrize(
    ("answer", "total"),
    [
        ({"pagingInfo": {"totalRecords": 73, "continuationToken": "32"}}, 73),
        ({"PagingInfo": {"TotalRecords": "73"}, "achievements": 7}, 73),
        ({"pagingInfo": {"totalRecords": 0}}, 0),
        ({"pagingInfo": {"totalRecords": -1}}, None),
        ({"pagingInfo": {"totalRecords": True}}, None),
        ({"pagingInfo": {"totalRecords": 1 << 31}}, None),
        ({"pagingInfo": {"totalRecords": None}}, None),
    ],
    ids=str,
)
def test_odd_totals(answer: dict[str, object], total: int | None) -> None:
    """Only a number of things is one."""
    read = AchievementsAnswer.read(answer, ACHIEVEMENTS)
    assert read.paging_info
    assert read.paging_info.total_records == total


@pytest.mark.parametrize("body", [b"{}", b'{"pagingInfo": null}', b'{"pagingInfo": [1]}'])
async def test_answer_without_total(client: XboxClient, simulator: Simulator, body: bytes) -> None:
    """An answer that does not tell it tells nothing."""
    simulator.fail(ACHIEVEMENTS, body=body)
    assert await client.achievements.total(OWNER, STARFALL_DRIFT) is None


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (403, b"", XboxForbiddenError),
        (503, b"", XboxServiceError),
        (200, b"[]", XboxResponseError),
        (200, b"<html>", XboxResponseError),
    ],
)
async def test_trouble_is_told(
    client: XboxClient, simulator: Simulator, status: int, body: bytes, error: type[Exception]
) -> None:
    """Each kind by its error."""
    simulator.fail(ACHIEVEMENTS, status=status, body=body)
    with pytest.raises(error):
        await client.achievements.total(OWNER, STARFALL_DRIFT)


async def test_latest(client: XboxClient, simulator: Simulator, owner: Person) -> None:
    """The latest of all titles, page by page; what is only begun is none of them."""
    owner.unlock(HARBOR_KINGS)
    simulator.world.begun_first = True
    page = await client.achievements.latest(OWNER, most=4)
    assert [it.key[-6:] for it in page.achievements] == ["b302/5", "301/12"]
    assert page.at == datetime(2031, 3, 1, 8, tzinfo=UTC)
    rest = await client.achievements.latest(OWNER, most=200, token=page.token)
    assert (len(rest.achievements), rest.token) == (15, None)
    [first, _] = simulator.requests()
    assert dict(first.query) == {"unlockedOnly": "true", "orderBy": "UnlockTime", "maxItems": "4"}
    newest = page.achievements[0]
    assert (newest.title, newest.title_id) == ("Harbor Kings", HARBOR_KINGS)
    assert newest.unlocked_at == datetime(2031, 3, 1, 8, tzinfo=UTC)
    of_title = await client.achievements.latest(OWNER, STARFALL_DRIFT, most=2)
    assert {it.title_id for it in of_title.achievements} == {STARFALL_DRIFT}


async def test_all_pages_of_a_title(
    client: XboxClient, simulator: Simulator, owner: Person
) -> None:
    """Both systems, each in its own shape; the token wins, and nothing is there twice."""
    for title_id in (STARFALL_DRIFT, OLD_GAME):
        simulator.world.titles[title_id].achievements = 450
    modern = await client.achievements.of_title(OWNER, STARFALL_DRIFT)
    old = await client.achievements.of_old_title(OWNER, OLD_GAME)
    for found in (modern, old):
        assert [it.achievement_id for it in found] == [str(it) for it in range(1, 451)]
    assert {it.headers["x-xbl-contract-version"] for it in simulator.requests()[:3]} == {"4"}
    assert {it.headers["x-xbl-contract-version"] for it in simulator.requests()[3:]} == {"3"}
    owner.unlock(OLD_GAME, at=NO_MOMENT)
    earned = await client.achievements.earned(OWNER, OLD_GAME)
    assert [it.unlocked for it in earned.achievements] == [True] * 11
    assert earned.achievements[-1].unlocked_at is None
    assert [it.title_id for it in await client.achievements.old_titles(OWNER)] == [OLD_GAME]


async def test_token_that_repeats(client: XboxClient, simulator: Simulator) -> None:
    """It would never end."""
    answer = {"achievements": [{"id": "1"}, {"id": "2"}], "pagingInfo": {"continuationToken": "2"}}
    simulator.fail(ACHIEVEMENTS, body=json.dumps(answer).encode(), times=None)
    found = await client.achievements.of_title(OWNER, STARFALL_DRIFT)
    assert [it.achievement_id for it in found] == ["1", "2"]
    assert len(simulator.requests()) == 2


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ({}, (0, None, None, False)),
        ({"rewards": [{"type": "gamerscore", "value": "5"}, {"type": "Gamerscore"}]}, (5,)),
        ({"rewards": [{"type": "Gamerscore", "value": "9999999999999"}]}, (0,)),
        ({"rarity": {"currentCategory": "Unset", "currentPercentage": 0.0}}, (0, 0.0, None)),
        ({"rarity": {"currentCategory": "RARE", "currentPercentage": 101}}, (0, None, "rare")),
        ({"progressState": "achieved"}, (0, None, None, True)),
        ({"progressState": "Achieved", "isRevoked": True}, (0, None, None, False)),
    ],
    ids=str,
)
async def test_odd_achievements(
    client: XboxClient, simulator: Simulator, told: dict[str, Any], read: tuple[object, ...]
) -> None:
    """Gamerscore, rarity and category, and whether it is unlocked."""
    body = json.dumps({"achievements": [{"id": 3, **told}]}).encode()
    simulator.fail(ACHIEVEMENTS, body=body, headers={"Date": "soon"})
    [it] = await client.achievements.of_title(OWNER, STARFALL_DRIFT)
    found = (it.gamerscore, it.rarity, it.rarity_category, it.unlocked)
    assert found[: len(read)] == read
    assert it.achievement_id == "3"


@pytest.mark.parametrize(
    ("requirements", "progress"),
    [
        ([], None),
        (None, None),
        ([{"current": "3", "target": "10"}], 30.0),
        ([{"current": None, "target": "10"}], 0.0),
        ([{"current": "1", "target": "2"}, {"current": "9", "target": "3"}], 75.0),
        ([{"current": "-1", "target": "2"}], 0.0),
        ([{"current": "1", "target": "0"}, {"current": "x", "target": "y"}], None),
        ([{"current": "nan", "target": "2"}, {"current": "1", "target": "inf"}], None),
    ],
)
async def test_progress(
    client: XboxClient, simulator: Simulator, requirements: object, progress: float | None
) -> None:
    """How much of what is to be done has been, in percent."""
    record = {"id": "3", "progression": {"requirements": requirements}}
    simulator.fail(ACHIEVEMENTS, body=json.dumps({"achievements": [record]}).encode())
    [it] = await client.achievements.of_title(OWNER, STARFALL_DRIFT)
    assert it.progress == progress
