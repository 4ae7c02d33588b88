"""Tests of titlehub: history, one title, batches, decorations, and refusals."""

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.simulator.world.demo_world import (
    EMBER_VALE,
    HARBOR_KINGS,
    LUMEN_VIDEO,
    MOSS_AND_MACHINE,
    STARFALL_DRIFT,
)

from ..conftest import FRIEND, OWNER, Caller, Services

HUB = "titlehub.xboxlive.com"
OWN = f"{HUB}/users/xuid({OWNER})/titles"


async def one(services: Services, title_id: str, decoration: str) -> dict[str, Any]:
    """Return the record of one of the owner's titles."""
    path = f"{OWN}/titleid({title_id})/decoration/{decoration}"
    content = await (await services.get(path)).json()
    assert content["xuid"] == OWNER
    (title,) = content["titles"]
    assert isinstance(title, dict)
    return title


async def test_undecorated_blocks_are_null_or_missing(services: Services) -> None:
    """Blocks that were not requested as decoration are null or missing."""
    title = await one(services, STARFALL_DRIFT, "image")
    for block in ("achievement", "stats", "gamePass", "titleHistory", "detail"):
        assert title[block] is None
    assert "serviceConfigId" not in title
    assert "productId" not in title
    assert title["images"][0].keys() == {"url", "type"}


async def test_decorations(services: Services) -> None:
    """Each decoration adds its block."""
    title = await one(
        services,
        STARFALL_DRIFT,
        "achievement,SCID,stats,gamePass,detail,friendsWhoPlayed,alternateTitleId,productId",
    )
    assert title["serviceConfigId"] == "00000000-0000-0000-0000-0000713fb301"
    assert title["stats"] == {"sourceVersion": 2}
    assert title["gamePass"] == {"isGamePass": True}
    assert title["detail"]["genres"] == ["Action & adventure"]
    assert title["friendsWhoPlayed"]["havePlayedCount"] == 0
    assert title["alternateTitleIds"] == []
    assert title["productId"].startswith("9SIM")
    assert title["images"] is None


async def test_total_of_achievements_only_for_xbox_360(services: Services) -> None:
    """Only an Xbox 360 title has its total of achievements."""
    modern = (await one(services, STARFALL_DRIFT, "achievement"))["achievement"]
    assert modern == {
        "currentAchievements": 12,
        "totalAchievements": 0,
        "currentGamerscore": 300,
        "totalGamerscore": 1000,
        "progressPercentage": 30.0,
        "sourceVersion": 2,
    }
    old = (await one(services, EMBER_VALE, "achievement"))["achievement"]
    assert (old["totalAchievements"], old["sourceVersion"]) == (40, 1)


async def test_xbox_360_title(services: Services) -> None:
    """An Xbox 360 title has no package family name and no images."""
    title = await one(services, EMBER_VALE, "image")
    assert title["pfn"] is None
    assert title["images"] == []
    assert title["displayImage"].startswith("http://images-eds.xboxlive.com/image?url=")
    assert title["mediaItemType"] == "Xbox360Game"


async def test_unlocking_moves_progress(services: Services, simulator: Simulator) -> None:
    """An unlock raises achievements and gamerscore of the title's progress."""
    simulator.world.person(OWNER).unlock(STARFALL_DRIFT, 3)
    progress = (await one(services, STARFALL_DRIFT, "achievement"))["achievement"]
    assert (progress["currentAchievements"], progress["currentGamerscore"]) == (15, 375)


async def test_app(services: Services) -> None:
    """An app has type Application and no progress."""
    title = await one(services, LUMEN_VIDEO, "achievement")
    assert title["type"] == "Application"
    assert title["achievement"]["progressPercentage"] == 0.0


async def test_history_newest_first(services: Services, simulator: Simulator) -> None:
    """The history has the last played titles first."""
    simulator.world.person(OWNER).play(HARBOR_KINGS)
    path = f"{OWN}/titlehistory/decoration/detail,image?maxItems=2"
    titles = (await (await services.get(path)).json())["titles"]
    assert [title["titleId"] for title in titles] == [HARBOR_KINGS, STARFALL_DRIFT]
    assert titles[0]["titleHistory"] == {
        "lastTimePlayed": "2031-02-27T23:06:40.2500000Z",
        "visible": True,
        "canHide": True,
    }
    assert "genres" not in titles[0]["detail"]


async def test_never_played_unknown_and_system_titles(services: Services) -> None:
    """A title that was never played, is unknown or is a system title gives 404."""
    for title_id in (MOSS_AND_MACHINE, "42", "750323071"):
        path = f"{OWN}/titleid({title_id})/decoration/image"
        assert (await services.get(path)).status == 404


async def test_friend(services: Services, simulator: Simulator) -> None:
    """`friendsWhoPlayed` counts friends; a friend's hidden titles are not shown."""
    titles = f"{HUB}/users/xuid({FRIEND})/titles"
    one_title = f"{titles}/titleid({HARBOR_KINGS})/decoration/friendsWhoPlayed"
    simulator.world.person(FRIEND).play(HARBOR_KINGS)
    (title,) = (await (await services.get(one_title)).json())["titles"]
    players = title["friendsWhoPlayed"]
    assert (players["havePlayedCount"], players["currentlyPlayingCount"]) == (5, 1)
    simulator.world.person(FRIEND).hides_titles = True
    assert (await (await services.get(one_title)).json())["titles"] == []
    assert (await services.get(f"{titles}/titlehistory/decoration/image")).status == 403


@pytest.mark.parametrize(
    "body",
    [
        {"pfns": None, "titleIds": [MOSS_AND_MACHINE, "42"]},
        {"pfns": ["Example.MossMachine_2c3d4e5f6g7h8"], "windowsPhoneProductIds": []},
    ],
    ids=["titleIds", "pfns"],
)
async def test_batch_without_person(services: Services, body: dict[str, Any]) -> None:
    """A batch without a person finds titles by title id and by package family name."""
    content = await (await services.post(f"{HUB}/titles/batch/decoration/image", body)).json()
    assert content["xuid"] is None
    assert [title["titleId"] for title in content["titles"]] == [MOSS_AND_MACHINE]


async def test_batch_for_a_person(services: Services) -> None:
    """A batch for a person has only titles that the person played."""
    body = {"pfns": None, "titleIds": [MOSS_AND_MACHINE, HARBOR_KINGS]}
    content = await (await services.post(f"{OWN}/batch/decoration/achievement", body)).json()
    assert [title["titleId"] for title in content["titles"]] == [HARBOR_KINGS]
    assert content["titles"][0]["achievement"]["currentAchievements"] == 4


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"titleIds": [], "pfns": []},
        {"titleIds": [1900000001]},
        {"titleIds": "1900000001"},
        {"titleIds": ["1"] * 501},
    ],
    ids=lambda body: str(body)[:40],
)
async def test_refused_bodies(services: Services, body: dict[str, Any]) -> None:
    """An invalid body is refused with 400."""
    assert (await services.post(f"{HUB}/titles/batch/decoration/image", body)).status == 400


@pytest.mark.parametrize(
    "path",
    [
        f"{HUB}/users/me/titles/titlehistory/decoration/image",
        f"{OWN}/titlehistory/decoration/images",
        f"{OWN}/titlehistory/decoration/image,",
        f"{OWN}/titlehistory/decoration/image?maxItems=0",
        f"{OWN}/titlehistory/decoration/image?maxItems=ten",
    ],
)
async def test_refused_reads(services: Services, path: str) -> None:
    """An invalid path or query is refused with 400."""
    assert (await services.get(path)).status == 400


async def test_names_in_the_requested_language(caller: Caller, services: Services) -> None:
    """Names are in the requested language."""
    path = f"{OWN}/titleid({STARFALL_DRIFT})/decoration/image"
    headers = services.headers(path) | {"Accept-Language": "de-DE"}
    content = await (await caller.request("GET", path, headers=headers)).json()
    assert content["titles"][0]["name"] == "Sternensturz"
