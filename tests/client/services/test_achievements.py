"""The achievements service: totals, unlocks and progress, of modern and Xbox 360 titles, page by page."""

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
    """The total of a title is read with the smallest answer, for any person."""
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
    """Only a number that fits a count is a total."""
    parsed = AchievementsAnswer.read(answer, ACHIEVEMENTS)
    assert parsed.paging_info
    assert parsed.paging_info.total_records == total


@pytest.mark.parametrize("body", [b"{}", b'{"pagingInfo": null}', b'{"pagingInfo": [1]}'])
async def test_answer_without_total(client: XboxClient, simulator: Simulator, body: bytes) -> None:
    """An answer without a total gives None."""
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
async def test_errors(
    client: XboxClient, simulator: Simulator, status: int, body: bytes, error: type[Exception]
) -> None:
    """Each kind of failure raises its error."""
    simulator.fail(ACHIEVEMENTS, status=status, body=body)
    with pytest.raises(error):
        await client.achievements.total(OWNER, STARFALL_DRIFT)


async def test_latest(client: XboxClient, simulator: Simulator, owner: Person) -> None:
    """The latest unlocks of all titles come page by page, without an achievement that is only started."""
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
    """Both systems are read to the last page, each with its contract, and no achievement is twice."""
    for title_id in (STARFALL_DRIFT, OLD_GAME):
        simulator.world.titles[title_id].achievements = 450
    modern = (await client.achievements.whole(OWNER, STARFALL_DRIFT, old=False)).achievements
    old = (await client.achievements.whole(OWNER, OLD_GAME, old=True)).achievements
    for achievements in (modern, old):
        assert [it.achievement_id for it in achievements] == [str(it) for it in range(1, 451)]
    assert {it.headers["x-xbl-contract-version"] for it in simulator.requests()[:3]} == {"4"}
    assert {it.headers["x-xbl-contract-version"] for it in simulator.requests()[3:]} == {"3"}
    owner.unlock(OLD_GAME, at=NO_MOMENT)
    earned = await client.achievements.earned(OWNER, OLD_GAME)
    assert [it.unlocked for it in earned.achievements] == [True] * 11
    assert earned.achievements[-1].unlocked_at is None
    assert [it.title_id for it in await client.achievements.old_titles(OWNER)] == [OLD_GAME]


async def test_repeated_token(client: XboxClient, simulator: Simulator) -> None:
    """A continuation token that repeats ends the pages."""
    answer = {"achievements": [{"id": "1"}, {"id": "2"}], "pagingInfo": {"continuationToken": "2"}}
    simulator.fail(ACHIEVEMENTS, body=json.dumps(answer).encode(), times=None)
    achievements = (await client.achievements.whole(OWNER, STARFALL_DRIFT, old=False)).achievements
    assert [it.achievement_id for it in achievements] == ["1", "2"]
    assert len(simulator.requests()) == 2


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (0, None, None, False)),
        ({"rewards": [{"type": "gamerscore", "value": "5"}, {"type": "Gamerscore"}]}, (5,)),
        ({"rewards": [{"type": "Gamerscore", "value": "9999999999999"}]}, (0,)),
        ({"rarity": {"currentCategory": "Unset", "currentPercentage": 0.0}}, (0, 0.0, None)),
        ({"rarity": {"currentCategory": "RARE", "currentPercentage": 101}}, (0, 100.0, "rare")),
        ({"progressState": "achieved"}, (0, None, None, True)),
        ({"progressState": "Achieved", "isRevoked": True}, (0, None, None, False)),
    ],
    ids=str,
)
async def test_odd_achievements(
    client: XboxClient, simulator: Simulator, fields: dict[str, Any], expected: tuple[object, ...]
) -> None:
    """Odd fields of an achievement give a valid gamerscore, rarity, category and unlocked state."""
    body = json.dumps({"achievements": [{"id": 3, **fields}]}).encode()
    simulator.fail(ACHIEVEMENTS, body=body, headers={"Date": "soon"})
    [it] = (await client.achievements.whole(OWNER, STARFALL_DRIFT, old=False)).achievements
    parsed = (it.gamerscore, it.rarity, it.rarity_category, it.unlocked)
    assert parsed[: len(expected)] == expected
    assert it.achievement_id == "3"


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("Sat, 01 Mar 2031 09:30:00 +0100", datetime(2031, 3, 1, 8, 30, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("Sat, 01 Mar 99999999999999999999 08:00:00 GMT", None),
    ],
)
@pytest.mark.parametrize("title_id", [STARFALL_DRIFT, OLD_GAME])
async def test_odd_dates(
    client: XboxClient, simulator: Simulator, title_id: str, date: str, said: datetime | None
) -> None:
    """The time of an answer is that of its service; for an impossible one, that of this host."""
    simulator.fail(ACHIEVEMENTS, headers={"Date": date})
    if title_id == OLD_GAME:
        page = await client.achievements.earned(OWNER, title_id)
    else:
        page = await client.achievements.latest(OWNER, title_id, most=1)
    assert page.at == (said or datetime(2031, 3, 1, 8, tzinfo=UTC))


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
    """The progress is the percentage of the requirements that are met."""
    record = {"id": "3", "progression": {"requirements": requirements}}
    simulator.fail(ACHIEVEMENTS, body=json.dumps({"achievements": [record]}).encode())
    [it] = (await client.achievements.whole(OWNER, STARFALL_DRIFT, old=False)).achievements
    assert it.progress == progress
