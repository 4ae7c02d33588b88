"""Tests of friend requests, the search for people, and summaries."""

from typing import Any

import pytest

from tests.simulator import Simulator, add_many_friends

from ..conftest import FRIEND, OTHER_FRIEND, OWNER, STRANGER, Caller, Services

PEOPLE = "peoplehub.xboxlive.com/users/me/people"
SOCIAL = "social.xboxlive.com/users"


async def people(services: Services, view: str) -> list[dict[str, Any]]:
    """Return the people of a view."""
    content = await (await services.get(f"{PEOPLE}/{view}")).json()
    records: list[dict[str, Any]] = content["people"]
    return records


async def test_requests(services: Services, simulator: Simulator) -> None:
    """Friend requests are listed as received or sent until they are accepted."""
    world = simulator.world
    world.request_friendship(world.person(STRANGER), world.person(OWNER))
    world.request_friendship(world.person(OWNER), world.person("2535400000000003"))
    (received,) = await people(services, "friendRequests(received)/decoration/detail")
    assert received["xuid"] == STRANGER
    for block in (received, received["detail"]):
        assert block["isFriendRequestReceived"] is True
        assert block["isFriendRequestSent"] is False
    (sent,) = await people(services, "FRIENDREQUESTS(sent)")
    assert (sent["xuid"], sent["isFriendRequestSent"]) == ("2535400000000003", True)
    world.befriend(world.person(OWNER), world.person(STRANGER))
    assert await people(services, "friendRequests(received)") == []


async def test_request_summary(services: Services, simulator: Simulator) -> None:
    """The number of received friend requests is in an answer only if the world has it."""
    content = await (await services.get(f"{PEOPLE}/friends")).json()
    assert "friendRequestSummary" not in content
    world = simulator.world
    world.friend_request_summary = True
    world.request_friendship(world.person(STRANGER), world.person(OWNER))
    body = {"xuids": [OWNER]}
    content = await (await services.post(f"{PEOPLE}/batch", body)).json()
    assert content["friendRequestSummary"] == {"friendRequestsReceivedCount": 1}


async def test_search(services: Services, simulator: Simulator) -> None:
    """The search finds people other than the caller by a part of the gamertag, at most 20."""
    (person,) = await people(services, "search/decoration/detail,preferredColor?q=QUIET")
    assert (person["xuid"], person["detail"]["isFriend"]) == (FRIEND, True)
    (person,) = await people(services, "search?q=harbor%2342")
    assert person["xuid"] == FRIEND
    assert await people(services, "search?q=nobody") == []
    assert await people(services, "search?q=Nova") == []
    add_many_friends(simulator.world, simulator.world.person(OWNER), 50)
    assert len(await people(services, "search?q=a")) == 20
    assert len(await people(services, "search?q=a&maxItems=3")) == 3


@pytest.mark.parametrize(
    "view",
    [
        "search",
        "search?q=%20",
        "search?q=a&maxItems=0",
        "search?q=a&maxItems=ten",
        "search/decoration/presenceDetail?q=a",
    ],
)
async def test_refused_searches(services: Services, view: str) -> None:
    """A search without a text, with an invalid limit or another decoration is refused with 400."""
    assert (await services.get(f"{PEOPLE}/{view}")).status == 400


@pytest.mark.parametrize("user", ["me", f"xuid({OWNER})", "gt(Nova%20Kestrel)"])
@pytest.mark.parametrize("contract", ["2", "3"])
async def test_own_summary(services: Services, user: str, contract: str) -> None:
    """The own summary has counts and the free slots for friends."""
    content = await (await services.get(f"{SOCIAL}/{user}/summary", contract)).json()
    assert content == {
        "isFriend": False,
        "targetFollowingCount": 34,
        "targetFollowerCount": 57,
        "isCallerFollowingTarget": False,
        "isTargetFollowingCaller": False,
        "hasCallerMarkedTargetAsFavorite": False,
        "hasCallerMarkedTargetAsIdentityShared": False,
        "legacyFriendStatus": "None",
        "availablePeopleSlots": 995,
        "recentChangeCount": 0,
        "watermark": "6100000000000000001",
    }


async def test_summary_of_others(services: Services, simulator: Simulator, caller: Caller) -> None:
    """The summary of another person has the relation to the caller; an unknown one gives 404."""
    content = await (await services.get(f"{SOCIAL}/xuid({FRIEND})/summary")).json()
    assert content["legacyFriendStatus"] == "MutuallyAccepted"
    assert content["hasCallerMarkedTargetAsFavorite"] is True
    assert "availablePeopleSlots" not in content
    world = simulator.world
    world.request_friendship(world.person(OWNER), world.person(STRANGER))
    content = await (await services.get(f"{SOCIAL}/xuid({STRANGER})/summary")).json()
    assert (content["isFriend"], content["legacyFriendStatus"]) == (False, "OutgoingRequest")
    other = Services(caller, await caller.sign_in("alone"))
    content = await (await other.get(f"{SOCIAL}/xuid({OWNER})/summary")).json()
    assert content["legacyFriendStatus"] == "IncomingRequest"
    assert (await services.get(f"{SOCIAL}/xuid(2535499999999999)/summary")).status == 404


async def test_list_of_xuids(services: Services, simulator: Simulator) -> None:
    """The list has xuids by page, and favorites as a view."""
    content = await (await services.get(f"{SOCIAL}/me/people?startIndex=1&maxItems=1")).json()
    assert content == {
        "totalCount": 5,
        "people": [
            {
                "xuid": OTHER_FRIEND,
                "isFavorite": False,
                "isFollowingCaller": True,
                "socialNetworks": [],
            }
        ],
    }
    content = await (await services.get(f"{SOCIAL}/me/people?view=Favorite")).json()
    assert [person["xuid"] for person in content["people"]] == [FRIEND]
    assert (await services.get(f"{SOCIAL}/me/people?view=Some")).status == 400
