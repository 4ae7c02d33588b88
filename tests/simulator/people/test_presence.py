"""Tests of userpresence: records, levels, filters, privacy, and refusals."""

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.simulator.world.demo_world import HARBOR_KINGS, STARFALL_DRIFT

from ..conftest import FRIEND, OTHER_FRIEND, OWNER, STRANGER, Caller, ManualClock, Services

USERS = "userpresence.xboxlive.com/users"


async def batch(services: Services, *xuids: str, **options: Any) -> dict[str, dict[str, Any]]:
    """Request people and return their records by xuid."""
    content = {"users": list(xuids), "level": "all", **options}
    records = await (await services.post(f"{USERS}/batch", content)).json()
    assert isinstance(records, list)
    return {record["xuid"]: record for record in records}


async def group(services: Services, **options: Any) -> list[dict[str, Any]]:
    """Request the people whom the owner follows and return their records."""
    content = {"group": "People", "groupXuid": OWNER, "level": "user", **options}
    records = await (await services.post(f"{USERS}/batch", content)).json()
    assert isinstance(records, list)
    return records


async def test_record_of_a_player(
    services: Services, simulator: Simulator, clock: ManualClock
) -> None:
    """A player's record has devices, titles with their start, and rich presence."""
    owner = simulator.world.person(OWNER)
    owner.go_online()
    clock.now += 60
    owner.play(STARFALL_DRIFT, rich_presence="Sector 7")
    assert (await batch(services, OWNER))[OWNER] == {
        "xuid": OWNER,
        "state": "Online",
        "devices": [
            {
                "type": "Scarlett",
                "titles": [
                    {
                        "id": "750323071",
                        "name": "Home",
                        "placement": "Background",
                        "state": "Active",
                        "lastModified": "2031-02-27T23:06:40.2500000",
                    },
                    {
                        "id": STARFALL_DRIFT,
                        "name": "Starfall Drift",
                        "placement": "Full",
                        "state": "Active",
                        "lastModified": "2031-02-27T23:07:40.2500000",
                        "activity": {"richPresence": "Sector 7"},
                    },
                ],
            }
        ],
    }


async def test_rich_presence_changes_in_place(
    services: Services, simulator: Simulator, clock: ManualClock
) -> None:
    """A changed rich presence keeps the start of its title."""
    owner = simulator.world.person(OWNER)
    owner.play(STARFALL_DRIFT, rich_presence="Sector 7")
    clock.now += 60
    owner.play(STARFALL_DRIFT, rich_presence="Sector 8")
    _, game = (await batch(services, OWNER))[OWNER]["devices"][0]["titles"]
    assert game["activity"] == {"richPresence": "Sector 8"}
    assert game["lastModified"] == "2031-02-27T23:06:40.2500000"


async def test_stopping_brings_home_to_the_front(services: Services, simulator: Simulator) -> None:
    """Stopping a game brings home to the foreground."""
    owner = simulator.world.person(OWNER)
    owner.play(STARFALL_DRIFT)
    owner.stop()
    (home,) = (await batch(services, OWNER))[OWNER]["devices"][0]["titles"]
    assert (home["id"], home["placement"]) == ("750323071", "Full")


async def test_last_seen_only_while_offline(
    services: Services, simulator: Simulator, clock: ManualClock
) -> None:
    """Only an offline person has a last-seen record."""
    owner = simulator.world.person(OWNER)
    owner.play(STARFALL_DRIFT)
    assert "lastSeen" not in (await batch(services, OWNER))[OWNER]
    clock.now += 60
    owner.go_offline()
    assert (await batch(services, OWNER))[OWNER] == {
        "xuid": OWNER,
        "state": "Offline",
        "lastSeen": {
            "deviceType": "Scarlett",
            "titleId": STARFALL_DRIFT,
            "titleName": "Starfall Drift",
            "timestamp": "2031-02-27T23:07:40.2500000",
        },
    }


async def test_last_seen_may_be_missing(services: Services) -> None:
    """A person who was never seen has no last-seen record."""
    assert (await batch(services, STRANGER))[STRANGER] == {"xuid": STRANGER, "state": "Offline"}


async def test_device_without_titles(services: Services, simulator: Simulator) -> None:
    """A device may have no titles."""
    simulator.world.person(OWNER).go_online("Nintendo")
    assert (await batch(services, OWNER))[OWNER]["devices"] == [{"type": "Nintendo"}]


async def test_hidden_and_unknown_users_are_missing(
    services: Services, simulator: Simulator
) -> None:
    """Users who hide their presence from the caller, and unknown users, are missing."""
    simulator.world.person(FRIEND).hidden = True
    simulator.world.person(OWNER).hidden = True
    records = await batch(services, OWNER, FRIEND, OTHER_FRIEND, "2535499999999999")
    assert set(records) == {OWNER, OTHER_FRIEND}


async def test_appearing_offline(services: Services, simulator: Simulator) -> None:
    """A person who appears offline is offline, without devices."""
    friend = simulator.world.person(FRIEND)
    friend.play(HARBOR_KINGS)
    friend.cloak()
    record = (await batch(services, FRIEND))[FRIEND]
    assert record["state"] == "Offline"
    assert "devices" not in record


async def test_order_is_not_that_of_the_request(services: Services) -> None:
    """The records are not in the order of the request."""
    content = {"users": [OWNER, FRIEND, OTHER_FRIEND], "level": "user"}
    records = await (await services.post(f"{USERS}/batch", content)).json()
    assert [record["xuid"] for record in records] == [OTHER_FRIEND, FRIEND, OWNER]


@pytest.mark.parametrize("level", ["user", None])
async def test_only_the_state(services: Services, simulator: Simulator, level: str | None) -> None:
    """The level `user`, which is the default, gives only the state."""
    simulator.world.person(OWNER).play(STARFALL_DRIFT)
    content = {"users": [OWNER]} | ({"level": level} if level else {})
    records = await (await services.post(f"{USERS}/batch", content)).json()
    assert records == [{"xuid": OWNER, "state": "Online"}]


async def test_levels(services: Services, simulator: Simulator) -> None:
    """The levels `device` and `title` omit titles and rich presence."""
    simulator.world.person(OWNER).play(STARFALL_DRIFT, rich_presence="Sector 7")
    devices = (await batch(services, OWNER, level="device"))[OWNER]["devices"]
    assert devices == [{"type": "Scarlett"}]
    (device,) = (await batch(services, OWNER, level="title"))[OWNER]["devices"]
    assert [title["id"] for title in device["titles"]] == ["750323071", STARFALL_DRIFT]
    assert all("activity" not in title for title in device["titles"])


async def test_filters(services: Services, simulator: Simulator) -> None:
    """Filters leave only online users, or certain devices or titles."""
    owner = simulator.world.person(OWNER)
    owner.play(STARFALL_DRIFT)
    owner.go_online("Android")
    assert set(await batch(services, OWNER, FRIEND, onlineOnly=True)) == {OWNER}
    (device,) = (await batch(services, OWNER, deviceTypes=["Android"]))[OWNER]["devices"]
    assert device["type"] == "Android"
    devices = (await batch(services, OWNER, titles=[STARFALL_DRIFT]))[OWNER]["devices"]
    assert [len(device["titles"]) for device in devices] == [1, 0]
    assert await batch(services, OWNER, broadcastingOnly=True) == {}


async def test_group(services: Services, simulator: Simulator) -> None:
    """A group has the owner's friends, never the owner, at the requested level."""
    world = simulator.world
    owner, friend = world.person(OWNER), world.person(FRIEND)
    owner.go_online()
    friend.play(HARBOR_KINGS, rich_presence="Round 3")
    world.person(STRANGER).go_online()
    records = await group(services)
    assert {record["xuid"] for record in records} == owner.friends
    assert {record["xuid"]: record for record in records}[FRIEND] == {
        "xuid": FRIEND,
        "state": "Online",
    }
    assert all(set(record) == {"xuid", "state"} for record in records)
    records = await group(services, level="all")
    assert {record["xuid"]: record for record in records}[FRIEND]["devices"][0]["titles"]
    world.unfriend(owner, friend)
    assert FRIEND not in {record["xuid"] for record in await group(services)}


async def test_group_online(services: Services, simulator: Simulator) -> None:
    """An away friend counts as online; a hidden one is missing; one who appears offline is offline."""
    world = simulator.world
    friends = [world.person(xuid) for xuid in sorted(world.person(OWNER).friends)]
    online, away, hidden, cloaked, offline = friends
    for friend in (online, away, hidden, cloaked):
        friend.go_online()
    away.away = hidden.hidden = True
    cloaked.cloak()
    assert await group(services, onlineOnly=True) == [
        {"xuid": away.xuid, "state": "Away"},
        {"xuid": online.xuid, "state": "Online"},
    ]
    states = {record["xuid"]: record["state"] for record in await group(services)}
    assert hidden.xuid not in states
    assert states[cloaked.xuid] == states[offline.xuid] == "Offline"


async def test_group_without_friends(caller: Caller) -> None:
    """An owner without friends gets an empty list."""
    services = Services(caller, await caller.sign_in("alone"))
    assert await group(services, groupXuid=STRANGER) == []


async def test_group_of_another_owner(services: Services) -> None:
    """The group of another owner is refused with 403."""
    content = {"group": "People", "groupXuid": FRIEND, "level": "user"}
    assert (await services.post(f"{USERS}/batch", content)).status == 403


@pytest.mark.parametrize(
    "content",
    [
        {"group": "People"},
        {"groupXuid": OWNER},
        {"group": "People", "groupXuid": OWNER, "users": [FRIEND]},
        {"group": "People", "groupXuid": OWNER, "users": None},
        {"group": "people", "groupXuid": OWNER},
        {"group": "Favorites", "groupXuid": OWNER},
        {"group": ["People"], "groupXuid": OWNER},
        {"group": "People", "groupXuid": int(OWNER)},
        {"group": "People", "groupXuid": f"xuid({OWNER})"},
        {"group": "People", "groupXuid": "me"},
        {"group": "People", "groupXuid": OWNER, "level": "everything"},
    ],
    ids=str,
)
async def test_refused_groups(services: Services, content: dict[str, Any]) -> None:
    """An invalid group is refused with 400."""
    assert (await services.post(f"{USERS}/batch", content)).status == 400


@pytest.mark.parametrize("user", ["me", f"xuid({OWNER})"])
async def test_one_user(services: Services, simulator: Simulator, user: str) -> None:
    """One user can be read, by default without rich presence."""
    simulator.world.person(OWNER).play(STARFALL_DRIFT, rich_presence="Sector 7")
    record = await (await services.get(f"{USERS}/{user}?level=all")).json()
    assert record["devices"][0]["titles"][1]["activity"] == {"richPresence": "Sector 7"}
    record = await (await services.get(f"{USERS}/{user}")).json()
    assert "activity" not in record["devices"][0]["titles"][1]


async def test_one_user_refused(services: Services, simulator: Simulator) -> None:
    """A hidden user is refused with 403, an unknown one with 404, an unknown level with 400."""
    simulator.world.person(FRIEND).hidden = True
    assert (await services.get(f"{USERS}/xuid({FRIEND})?level=all")).status == 403
    assert (await services.get(f"{USERS}/xuid(2535499999999999)")).status == 404
    assert (await services.get(f"{USERS}/me?level=everything")).status == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"users": []},
        {"users": None},
        {"users": [int(OWNER)]},
        {"users": [OWNER] * 1_101},
        {"level": "everything"},
        {"level": None},
        {"deviceTypes": "Scarlett"},
        {"titles": [1900000001]},
    ],
    ids=lambda changes: str(changes)[:40],
)
async def test_refused_bodies(services: Services, changes: dict[str, Any]) -> None:
    """An invalid body is refused with 400."""
    content = {"users": [OWNER], "level": "all", **changes}
    assert (await services.post(f"{USERS}/batch", content)).status == 400


async def test_another_name_than_titlehub(services: Services, simulator: Simulator) -> None:
    """A title may have a name of its own in presence and in the list of friends."""
    title = simulator.world.titles[STARFALL_DRIFT]
    title.presence_name = "Drift"
    simulator.world.person(OWNER).play(STARFALL_DRIFT)
    record = (await batch(services, OWNER))[OWNER]
    assert record["devices"][0]["titles"][-1]["name"] == "Drift"
    assert title.named("en-US") == "Starfall Drift"
