"""Tests of achievements: modern titles, Xbox 360 titles, pages, and refusals."""

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.simulator.world.demo_world import EMBER_VALE, HARBOR_KINGS, LUMEN_VIDEO, STARFALL_DRIFT

from ..conftest import FRIEND, OWNER, STRANGER, Caller, ManualClock, Services

HOST = "achievements.xboxlive.com"
MINE = f"{HOST}/users/xuid({OWNER})/achievements"
OLD = f"{HOST}/users/xuid({OWNER})/titleachievements"
HISTORY = f"{HOST}/users/xuid({OWNER})/history/titles"
SCID = "00000000-0000-0000-0000-0000713fb301"


async def read(services: Services, path: str, contract: str | None = None) -> dict[str, Any]:
    """Return the content of an answer."""
    response = await services.get(path, contract)
    assert response.status == 200
    content: dict[str, Any] = await response.json()
    return content


async def test_modern_achievement(services: Services, simulator: Simulator) -> None:
    """A modern achievement has all fields of the service."""
    content = await read(services, f"{MINE}?titleId={STARFALL_DRIFT}&maxItems=1")
    assert content["pagingInfo"] == {"continuationToken": "1", "totalRecords": 40}
    (record,) = content["achievements"]
    icon = record["mediaAssets"][0].pop("url")
    assert icon.startswith("http://images-eds.xboxlive.com/image?url=")
    requirement = record["progression"]["requirements"][0]
    assert len(requirement.pop("id")) == 36
    assert record["mediaAssets"][0].pop("name").endswith(".png")
    assert len(record.pop("productId")) == 36
    assert record == {
        "id": "1",
        "serviceConfigId": SCID,
        "name": "Silent Harbor",
        "titleAssociations": [{"name": "Starfall Drift", "id": 1900000001}],
        "progressState": "Achieved",
        "progression": {
            "requirements": [
                {
                    "current": "1",
                    "target": "1",
                    "operationType": "Sum",
                    "valueType": "Integer",
                    "ruleParticipationType": "Individual",
                }
            ],
            "timeUnlocked": "2031-02-27T10:06:40.2500000Z",
        },
        "mediaAssets": [{"type": "Icon"}],
        "platforms": ["Scarlett"],
        "isSecret": False,
        "description": "Did number 1 of Starfall Drift.",
        "lockedDescription": "Do number 1 of Starfall Drift.",
        "achievementType": "Persistent",
        "participationType": "Individual",
        "timeWindow": None,
        "rewards": [
            {
                "name": None,
                "description": None,
                "value": "25",
                "type": "Gamerscore",
                "mediaAsset": None,
                "valueType": "Int",
            }
        ],
        "estimatedTime": "00:00:00",
        "deeplink": None,
        "isRevoked": False,
        "rarity": {"currentCategory": "Common", "currentPercentage": 88.35},
    }


async def test_rarity_needs_the_newer_contract(services: Services) -> None:
    """Rarity needs the newer contract."""
    new = await read(services, f"{MINE}?titleId={STARFALL_DRIFT}")
    assert {item["rarity"]["currentCategory"] for item in new["achievements"]} == {"Common", "Rare"}
    old = await read(services, f"{MINE}?titleId={STARFALL_DRIFT}", "2")
    assert all("rarity" not in item for item in old["achievements"])
    old = await read(services, f"{OLD}?titleId={EMBER_VALE}", "1")
    assert all("rarity" not in item for item in old["achievements"])


async def test_states(services: Services) -> None:
    """Achievements are achieved, in progress or not started; secret ones have no name before."""
    content = await read(services, f"{MINE}?titleId={STARFALL_DRIFT}&maxItems=1000")
    items = content["achievements"]
    assert [item["progressState"] for item in items] == (
        ["Achieved"] * 12 + ["InProgress"] + ["NotStarted"] * 27
    )
    current = [item["progression"]["requirements"][0]["current"] for item in items]
    assert (current[2], current[12], current[13]) == ("10", "0", None)
    assert items[12]["progression"]["timeUnlocked"] == "0001-01-01T00:00:00.0000000Z"
    assert (items[9]["isSecret"], items[9]["name"]) == (True, "Silent Harvest")
    assert (items[19]["isSecret"], items[19]["name"]) == (True, "Secret achievement")
    assert items[6]["titleAssociations"] == []
    assert [reward["type"] for reward in items[7]["rewards"]] == ["Gamerscore", "InApp"]


async def test_gamerscore_adds_up(services: Services, simulator: Simulator) -> None:
    """The gamerscores of all achievements add up to the title's."""
    simulator.world.titles[HARBOR_KINGS].gamerscore = 1_003
    content = await read(services, f"{MINE}?titleId={HARBOR_KINGS}&maxItems=1000")
    values = [int(item["rewards"][0]["value"]) for item in content["achievements"]]
    assert (len(values), sum(values), min(values), max(values)) == (50, 1_003, 20, 21)


async def test_latest_unlocks_of_all_titles(
    services: Services, simulator: Simulator, clock: ManualClock
) -> None:
    """The latest unlocks of all titles come newest first, then the achievements in progress."""
    path = f"{MINE}?unlockedOnly=true&orderBy=UnlockTime&maxItems="
    clock.now += 600
    simulator.world.person(OWNER).unlock(HARBOR_KINGS)
    content = await read(services, f"{path}2")
    newest = [(item["serviceConfigId"][-4:], item["id"]) for item in content["achievements"]]
    assert newest == [("b302", "5"), ("b301", "12")]
    assert content["achievements"][0]["progression"]["timeUnlocked"] == (
        "2031-02-27T23:16:40.2500000Z"
    )
    items = (await read(services, f"{path}1000"))["achievements"]
    states = [item["progressState"] for item in items]
    assert states == ["Achieved"] * 17 + ["InProgress"] * 2
    times = [item["progression"]["timeUnlocked"] for item in items]
    assert times == sorted(times, reverse=True)


async def test_several_titles(services: Services) -> None:
    """Several titles can be requested, also those never played; apps have no achievements."""
    path = f"{HOST}/users/xuid({STRANGER})/achievements?titleId="
    content = await read(services, f"{path}{HARBOR_KINGS},{STARFALL_DRIFT},{LUMEN_VIDEO},1")
    assert content["pagingInfo"]["totalRecords"] == 90
    assert {item["progressState"] for item in content["achievements"]} == {"NotStarted"}
    content = await read(services, f"{path}750323071")
    assert content == {
        "achievements": [],
        "pagingInfo": {"continuationToken": None, "totalRecords": 0},
    }
    content = await read(services, f"{MINE}?titleId={STARFALL_DRIFT}&types=Challenge")
    assert content["achievements"] == []


@pytest.mark.parametrize(
    ("path", "contract", "total"),
    [
        (f"{MINE}?titleId={STARFALL_DRIFT}", "4", 40),
        (f"{OLD}?titleId={EMBER_VALE}", "3", 40),
    ],
)
async def test_pages(services: Services, path: str, contract: str, total: int) -> None:
    """A page has 32 items or the requested number; the token overrides the number to skip."""
    first = await read(services, path, contract)
    token = first["pagingInfo"]["continuationToken"]
    assert token == ("32" if contract == "4" else "32,2031-02-27T23:06:40.2500000Z")
    second = await read(services, f"{path}&continuationToken={token}&skipItems=1", contract)
    assert second["pagingInfo"] == {"continuationToken": None, "totalRecords": total}
    numbers = [int(item["id"]) for item in first["achievements"] + second["achievements"]]
    assert numbers == list(range(1, total + 1))
    third = await read(services, f"{path}&skipItems=3&maxItems=2", contract)
    assert [int(item["id"]) for item in third["achievements"]] == [4, 5]


async def test_one_achievement(services: Services) -> None:
    """One achievement is found by the service config id in lower case."""
    [record] = (await read(services, f"{MINE}/{SCID}/7"))["achievements"]
    assert (record["id"], record["progressState"]) == ("7", "Achieved")
    for wrong in (f"{SCID.upper()}/7", f"{SCID}/41", f"{SCID}/0", f"{'0' * 36}/1"):
        assert (await services.get(f"{MINE}/{wrong}")).status == 404
    assert (await services.get(f"{MINE}/{SCID}/7", "3")).status == 404


async def test_history(services: Services, simulator: Simulator) -> None:
    """The history has modern titles with unlocks, ordered by time only on request."""
    owner = simulator.world.person(OWNER)
    content = await read(services, HISTORY)
    assert [title["titleId"] for title in content["titles"]] == [1900000001, 1900000002]
    owner.unlock(HARBOR_KINGS)
    content = await read(services, f"{HISTORY}?orderBy=unlockTime&maxItems=1")
    assert content["pagingInfo"] == {"continuationToken": "1", "totalRecords": 2}
    assert content["titles"] == [
        {
            "lastUnlock": "2031-02-27T23:06:40.2500000Z",
            "titleId": 1900000002,
            "serviceConfigId": "00000000-0000-0000-0000-0000713fb302",
            "titleType": "DGame",
            "platform": "Scarlett",
            "name": "Harbor Kings",
            "earnedAchievements": 5,
            "currentGamerscore": 125,
            "maxGamerscore": 1250,
        }
    ]


async def test_xbox_360(services: Services, simulator: Simulator) -> None:
    """Achievements of an Xbox 360 title have other fields and types."""
    simulator.world.person(OWNER).unlock(EMBER_VALE)
    content = await read(services, f"{OLD}?titleId={EMBER_VALE}", "3")
    assert content["version"] == "0001-01-01T00:00:00.0000000Z"
    assert content["achievements"][10] == {
        "id": 11,
        "titleId": 1900000360,
        "name": "Golden Signal",
        "sequence": 0,
        "flags": 9,
        "unlockedOnline": True,
        "unlocked": True,
        "isSecret": False,
        "platform": 255,
        "gamerscore": 25,
        "imageId": 13,
        "description": "Did number 11 of Ember Vale.",
        "lockedDescription": "Do number 11 of Ember Vale.",
        "type": 1,
        "isRevoked": False,
        "timeUnlocked": "2031-02-27T23:06:40.2500000Z",
        "rarity": {"currentCategory": "Common", "currentPercentage": 42.76},
    }
    locked = content["achievements"][11]
    assert (locked["unlocked"], locked["timeUnlocked"]) == (False, "2002-11-15T00:00:00.0000000Z")
    earned = await read(services, f"{MINE}?titleId={EMBER_VALE}", "3")
    assert [item["id"] for item in earned["achievements"]] == list(range(1, 12))


async def test_xbox_360_history(services: Services) -> None:
    """The Xbox 360 history has the played titles."""
    content = await read(services, HISTORY, "3")
    assert content["titles"] == [
        {
            "lastPlayed": "2031-02-23T08:00:00.2500000Z",
            "titleId": 1900000360,
            "titleType": 1,
            "platforms": [1],
            "name": "Ember Vale",
            "sequence": 0,
            "currentAchievements": 10,
            "totalAchievements": 40,
            "currentGamerscore": 250,
            "totalGamerscore": 1000,
        }
    ]


async def test_contract_of_the_other_system(services: Services) -> None:
    """The contract decides the shape, and excludes the titles of the other system."""
    modern = await read(services, f"{MINE}?titleId={EMBER_VALE}", "4")
    assert (modern["pagingInfo"]["totalRecords"], "version" in modern) == (0, False)
    old = await read(services, f"{MINE}?titleId={STARFALL_DRIFT}", "3")
    assert (old["pagingInfo"]["totalRecords"], "version" in old) == (0, True)
    assert (await services.get(f"{OLD}?titleId={EMBER_VALE}", "4")).status == 404


async def test_hidden_titles(services: Services, simulator: Simulator) -> None:
    """Hidden titles are refused with 403, except for the person's own account."""
    theirs = f"{HOST}/users/xuid({FRIEND})/achievements?titleId={HARBOR_KINGS}"
    assert (await read(services, theirs))["pagingInfo"]["totalRecords"] == 50
    simulator.world.person(FRIEND).hides_titles = True
    simulator.world.person(OWNER).hides_titles = True
    for contract in ("3", "4"):
        assert (await services.get(theirs, contract)).status == 403
    await read(services, MINE)
    assert (await services.get(f"{HOST}/users/xuid(2535499999999999)/achievements")).status == 404


@pytest.mark.parametrize(
    "query",
    [
        "titleId=",
        "titleId=Starfall",
        "titleId=1,",
        "unlockedOnly=yes",
        "orderBy=Name",
        "types=All",
        "maxItems=0",
        "maxItems=-1",
        "skipItems=one",
        "continuationToken=abc",
    ],
)
async def test_refused_queries(services: Services, query: str) -> None:
    """An invalid query is refused with 400."""
    assert (await services.get(f"{MINE}?{query}")).status == 400


async def test_icon(services: Services, caller: Caller) -> None:
    """The icon of an achievement can be loaded from the host with the valid certificate."""
    content = await read(services, f"{MINE}?titleId={STARFALL_DRIFT}&maxItems=1")
    url = content["achievements"][0]["mediaAssets"][0]["url"]
    path = url.replace("http://images-eds.", "images-eds-ssl.")
    response = await caller.request("GET", path)
    assert (response.status, response.content_type) == (200, "image/png")
