"""Tests of peoplehub: fields, decorations, privacy, and refusals."""

from typing import Any

import pytest

from tests.simulator import Simulator, add_many_friends
from tests.simulator.people.person import LastSeen
from tests.simulator.world.demo_world import (
    HARBOR_KINGS,
    LUMEN_VIDEO,
    MOSS_AND_MACHINE,
    STARFALL_DRIFT,
)

from ..conftest import FRIEND, OTHER_FRIEND, OWNER, STRANGER, ManualClock, Services

PEOPLE = "peoplehub.xboxlive.com/users/me/people"
BLOCKS = {
    "suggestion",
    "recommendation",
    "search",
    "titleHistory",
    "multiplayerSummary",
    "recentPlayer",
    "follower",
    "preferredColor",
    "presenceDetails",
    "titlePresence",
    "titleSummaries",
    "presenceTitleIds",
    "detail",
    "communityManagerTitles",
    "socialManager",
    "broadcast",
    "tournamentSummary",
    "avatar",
    "linkedAccounts",
}


async def xuids(services: Services, path: str) -> list[str]:
    """Return the xuids in an answer."""
    content = await (await services.get(path)).json()
    return [person["xuid"] for person in content["people"]]


async def test_root_of_the_answer(services: Services) -> None:
    """The answer has exactly the known fields beside the people."""
    content = await (await services.get(f"{PEOPLE}/friends")).json()
    assert set(content) == {
        "people",
        "recommendationSummary",
        "friendFinderState",
        "accountLinkDetails",
    }


async def test_friends_do_not_contain_the_owner(services: Services, simulator: Simulator) -> None:
    """The friends do not contain the owner."""
    friends = await xuids(services, f"{PEOPLE}/friends")
    assert set(friends) == simulator.world.person(OWNER).friends
    assert len(friends) == 5


async def test_own_person(services: Services) -> None:
    """The owner can be read like other people."""
    assert await xuids(services, f"{PEOPLE}/xuids({OWNER})") == [OWNER]
    own = f"peoplehub.xboxlive.com/users/xuid({OWNER})/people/xuids({OWNER})"
    assert await xuids(services, own) == [OWNER]


async def test_batch_skips_unknown_people(services: Services) -> None:
    """A batch has friends and strangers, without unknown people."""
    body = {"xuids": [OWNER, FRIEND, STRANGER, "2535499999999999"]}
    content = await (await services.post(f"{PEOPLE}/batch", body)).json()
    assert [person["xuid"] for person in content["people"]] == [OWNER, FRIEND, STRANGER]


async def test_undecorated_person(services: Services) -> None:
    """Without decoration a person has null in all blocks, and the fields of a friend."""
    person = await services.person(FRIEND)
    assert {key for key, value in person.items() if value is None} >= BLOCKS
    assert person["gamerScore"] == "905"
    assert person["gamertag"] == "Quiet Harbor42"
    assert person["modernGamertag"] == "Quiet Harbor"
    assert person["uniqueModernGamertag"] == "Quiet Harbor#42"
    assert person["isFriend"] is True
    assert person["isFavorite"] is True
    assert person["isCloaked"] is None
    assert person["presenceDevices"] is None


async def test_stranger(services: Services) -> None:
    """A stranger is no friend and has no date of a friendship."""
    person = await services.person(STRANGER, "detail")
    assert person["isFriend"] is False
    assert person["addedDateTimeUtc"] is None
    assert person["detail"]["isFriend"] is False


async def test_each_decoration_fills_its_block(services: Services) -> None:
    """Each decoration fills its block and no other."""
    person = await services.person(
        FRIEND, "presenceDetail,DETAIL,preferredColor,multiplayersummary"
    )
    filled = {key for key in BLOCKS if person[key] is not None}
    assert filled == {
        "presenceDetails",
        "detail",
        "linkedAccounts",
        "preferredColor",
        "multiplayerSummary",
    }
    assert set(person["preferredColor"]) == {"primaryColor", "secondaryColor", "tertiaryColor"}
    assert person["multiplayerSummary"] == {"inMultiplayerSession": 0, "inParty": 0}
    assert person["detail"]["hasGamePass"] is False


async def test_playing(services: Services, simulator: Simulator) -> None:
    """A running game shows in state, text, details and title presence."""
    simulator.world.person(OWNER).play(STARFALL_DRIFT, rich_presence="Sector 7")
    person = await services.person(OWNER, "presenceDetail,titlePresence,presenceTitleIds")
    assert person["presenceState"] == "Online"
    assert person["presenceText"] == "Starfall Drift - Sector 7"
    assert person["lastSeenDateTimeUtc"] is None
    home, game = person["presenceDetails"]
    assert (home["TitleId"], home["IsGame"], home["IsPrimary"]) == ("750323071", False, False)
    assert game == {
        "IsBroadcasting": False,
        "Device": "Scarlett",
        "DeviceSubType": None,
        "GameplayType": None,
        "PresenceText": "Starfall Drift",
        "State": "Active",
        "TitleId": STARFALL_DRIFT,
        "TitleType": None,
        "IsPrimary": True,
        "IsGame": True,
        "RichPresenceText": "Sector 7",
    }
    assert person["titlePresence"]["IsCurrentlyPlaying"] is True
    assert person["presenceTitleIds"] == ["750323071", STARFALL_DRIFT]


async def test_one_primary_title_on_two_devices(services: Services, simulator: Simulator) -> None:
    """Only the title in the foreground of the device in focus is primary."""
    owner = simulator.world.person(OWNER)
    owner.play(STARFALL_DRIFT)
    owner.play(MOSS_AND_MACHINE, "WindowsOneCore")
    assert await primary(services) == [("WindowsOneCore", MOSS_AND_MACHINE)]
    owner.stop("WindowsOneCore")
    assert await primary(services) == [("Scarlett", STARFALL_DRIFT)]
    owner.go_offline("Scarlett")
    assert await primary(services) == [("WindowsOneCore", "328178078")]


async def primary(services: Services) -> list[tuple[str, str]]:
    """Return the device and title of the owner's primary entries."""
    person = await services.person(OWNER, "presenceDetail")
    return [
        (item["Device"], item["TitleId"]) for item in person["presenceDetails"] if item["IsPrimary"]
    ]


async def test_an_app_is_no_game(services: Services, simulator: Simulator) -> None:
    """A running app is no game."""
    simulator.world.person(OWNER).play(LUMEN_VIDEO)
    person = await services.person(OWNER, "presenceDetail")
    assert [item["IsGame"] for item in person["presenceDetails"]] == [False, False]


async def test_away(services: Services, simulator: Simulator) -> None:
    """An away person has the state Away."""
    owner = simulator.world.person(OWNER)
    owner.go_online()
    owner.away = True
    assert (await services.person(OWNER))["presenceState"] == "Away"


async def test_last_seen_steps_back_and_forth(
    services: Services, simulator: Simulator, clock: ManualClock
) -> None:
    """The last-seen time steps back at every second call."""
    friend = simulator.world.person(FRIEND)
    friend.play(HARBOR_KINGS)
    friend.go_offline()
    clock.now += 2 * 3_600 + 5
    people = [await services.person(FRIEND, "presenceDetail") for _ in range(3)]
    assert [person["lastSeenDateTimeUtc"] for person in people] == [
        "2031-02-27T23:06:40.2500000Z",
        "2031-02-27T23:06:38.5499999Z",
        "2031-02-27T23:06:40.2500000Z",
    ]
    assert people[0]["presenceText"] == "Last seen 2h ago: Harbor Kings"
    assert people[0]["presenceDetails"][0]["State"] == "LastSeen"


async def test_hidden_person(services: Services, simulator: Simulator) -> None:
    """A person with hidden presence is offline, without details and last-seen time."""
    friend = simulator.world.person(FRIEND)
    friend.play(HARBOR_KINGS)
    friend.hidden = True
    person = await services.person(FRIEND, "presenceDetail")
    assert (person["presenceState"], person["presenceText"]) == ("Offline", "Offline")
    assert person["presenceDetails"] == []
    assert person["lastSeenDateTimeUtc"] is None


async def test_appearing_offline(
    services: Services, simulator: Simulator, clock: ManualClock
) -> None:
    """A person who appears offline is offline for others, not for their own account."""
    friend, owner = simulator.world.person(FRIEND), simulator.world.person(OWNER)
    friend.play(HARBOR_KINGS)
    friend.cloak()
    clock.now += 600
    simulator.world.last_seen_jitter = 0
    person = await services.person(FRIEND, "presenceDetail")
    assert person["presenceState"] == "Offline"
    assert person["lastSeenDateTimeUtc"] == "2031-02-27T23:06:40.2500000Z"
    assert person["isCloaked"] is None
    owner.go_online()
    owner.cloak()
    own = await services.person(OWNER)
    assert (own["presenceState"], own["isCloaked"]) == ("Online", True)
    friend.uncloak()
    assert (await services.person(FRIEND))["presenceState"] == "Online"


async def test_party(services: Services, simulator: Simulator) -> None:
    """A party shows its size and restriction until it ends."""
    owner = simulator.world.person(OWNER)
    owner.go_online()
    owner.join_party(3, "local")
    summary = (await services.person(OWNER, "multiplayerSummary"))["multiplayerSummary"]
    assert summary["inParty"] == 3
    assert summary["partyDetails"][0]["joinRestriction"] == "local"
    assert summary["partyDetails"][0]["accepted"] == 3
    owner.leave_party()
    summary = (await services.person(OWNER, "multiplayerSummary"))["multiplayerSummary"]
    assert summary == {"inMultiplayerSession": 0, "inParty": 0}


async def test_counts_and_changes(services: Services, simulator: Simulator) -> None:
    """Gamertag, gamerscore, gamerpic and friend counts show the current values."""
    owner = simulator.world.person(OWNER)
    owner.rename("Nova Prime", "7")
    owner.unlock(STARFALL_DRIFT, 2)
    old = owner.gamerpic_url
    owner.change_gamerpic()
    person = await services.person(OWNER, "detail")
    assert person["gamertag"] == "Nova Prime7"
    assert person["gamerScore"] == "18500"
    assert person["displayPicRaw"] not in (old, "")
    counts = [person["detail"][f"{name}Count"] for name in ("friend", "follower", "following")]
    assert counts == [5, 57, 34]


async def test_language_of_titles(services: Services, simulator: Simulator) -> None:
    """A title's name is in the requested language."""
    simulator.world.titles[HARBOR_KINGS].names = {"en-us": "Harbour Queens"}
    simulator.world.person(OWNER).play(HARBOR_KINGS)
    assert (await services.person(OWNER))["presenceText"] == "Harbour Queens"


async def test_a_thousand_friends(services: Services, simulator: Simulator) -> None:
    """A thousand friends come in one answer."""
    add_many_friends(simulator.world, simulator.world.person(OWNER), 995)
    assert len(await xuids(services, f"{PEOPLE}/friends/decoration/presenceDetail")) == 1_000


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(5, "1m"), (150, "2m"), (7_300, "2h"), (200_000, "2d")],
)
async def test_how_long_ago(
    services: Services, simulator: Simulator, clock: ManualClock, seconds: int, text: str
) -> None:
    """The presence text has the time since the person was last seen."""
    friend = simulator.world.person(FRIEND)
    friend.play(HARBOR_KINGS)
    friend.go_offline()
    friend.last_seen = LastSeen("Scarlett", HARBOR_KINGS, clock.now - seconds)
    person = await services.person(FRIEND, "follower")
    assert person["presenceText"] == f"Last seen {text} ago: Harbor Kings"
    assert person["follower"]["followedDateTime"] == "0001-01-01T00:00:00"


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (f"xuid({FRIEND})", 400),
        (f"xuids({FRIEND},{OTHER_FRIEND})", 400),
        ("friends/decoration/presenceDetails", 400),
        ("friends/decoration/detail,", 400),
        ("friends/decoration/hasGamePass", 400),
        ("friends/decoration/", 404),
        ("everybody", 404),
        ("batch", 405),
    ],
)
async def test_refused_views(services: Services, view: str, status: int) -> None:
    """Unknown views and decorations are refused."""
    response = await services.get(f"{PEOPLE}/{view}")
    assert response.status == status


async def test_people_of_others(services: Services) -> None:
    """The friends of other people are refused with 403."""
    path = f"peoplehub.xboxlive.com/users/xuid({FRIEND})/people/friends"
    assert (await services.get(path)).status == 403


@pytest.mark.parametrize(
    "content",
    [
        {"xuids": []},
        {"xuids": [int(OWNER)]},
        {"xuids": ["Nova Kestrel"]},
        {"xuids": OWNER},
        {"users": [OWNER]},
        {"xuids": [OWNER] * 101},
    ],
    ids=lambda content: str(content)[:40],
)
async def test_refused_bodies(services: Services, content: dict[str, Any]) -> None:
    """An invalid body is refused with 400, with the fields of the service's errors."""
    response = await services.post(f"{PEOPLE}/batch", content)
    assert response.status == 400
    assert set(await response.json()) == {"code", "source", "description"}
