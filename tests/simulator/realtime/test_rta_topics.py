"""Tests of rta's topics: the first answers and the events."""

from typing import Any

import pytest

from tests.helpers.simulator.rta_client import ACHIEVEMENTS, FRIENDS, PRESENCE, RtaClient
from tests.simulator import Simulator
from tests.simulator.world.demo_world import EMBER_VALE, HARBOR_KINGS, STARFALL_DRIFT

from ..conftest import FRIEND, OWNER, STRANGER, Services

NO_DATA = [3, "There is no data associated with the resource."]
SCID = "00000000-0000-0000-0000-0000713fb301"
KINGS = f"titles/{HARBOR_KINGS}"


async def test_devices(rta_client: RtaClient, simulator: Simulator, services: Services) -> None:
    """The devices topic answers the presence record, then has an event for each device."""
    friend = simulator.world.person(FRIEND)
    friend.play(STARFALL_DRIFT, rich_presence="Sektor 7")
    status, number, record = await rta_client.subscribe(PRESENCE.format(FRIEND, "devices"))
    assert (status, record["state"]) == (0, "Online")
    (device,) = record["devices"]
    assert device["titles"][1]["name"] == "Sternensturz"
    assert device["titles"][1]["activity"] == {"richPresence": "Sektor 7"}
    friend.go_online("Android")
    friend.play(HARBOR_KINGS)
    friend.go_offline("Scarlett")
    friend.go_offline()
    events = [await rta_client.frame() for _ in range(3)]
    assert events == [
        [3, number, f"{device}"] for device in ("Android:true", "Scarlett:false", "Android:false")
    ]
    await rta_client.quiet()


async def test_title(rta_client: RtaClient, simulator: Simulator) -> None:
    """The title topic has events for its start and end, over all devices."""
    friend = simulator.world.person(FRIEND)
    status, number, record = await rta_client.subscribe(PRESENCE.format(FRIEND, KINGS))
    assert (status, record["xuid"], record["state"]) == (0, FRIEND, "Offline")
    friend.play(STARFALL_DRIFT)
    friend.play(HARBOR_KINGS)
    friend.play(HARBOR_KINGS, "XboxOne")
    friend.stop("XboxOne")
    friend.go_offline()
    assert await rta_client.frame() == [3, number, "Started"]
    assert await rta_client.frame() == [3, number, f"Ended:{HARBOR_KINGS}"]
    await rta_client.quiet()


async def test_rich_presence_is_refused_until_accepted(
    rta_client: RtaClient, simulator: Simulator
) -> None:
    """Rich presence is refused until a test accepts it."""
    uri = PRESENCE.format(OWNER, "richpresence")
    assert await rta_client.subscribe(uri) == NO_DATA
    simulator.rta.accept(r".*/richpresence")
    status, _, content = await rta_client.subscribe(uri)
    assert status == 0
    assert content == {
        "devicetype": "",
        "titleid": 0,
        "string1": "",
        "string2": "",
        "presenceState": "Offline",
        "presenceText": "Offline",
        "xuid": int(OWNER),
        "presenceDetails": [],
    }


async def test_rich_presence(rta_client: RtaClient, simulator: Simulator) -> None:
    """The rich presence topic has the complete presence at each change, in the service's types."""
    simulator.rta.accept(r".*/richpresence")
    number = await rta_client.number(PRESENCE.format(FRIEND, "richpresence"))
    friend = simulator.world.person(FRIEND)
    friend.play(STARFALL_DRIFT, rich_presence="Sektor 7")
    same: dict[str, Any] = {"isBroadcasting": False, "device": "Scarlett", "state": "Active"}
    assert await rta_client.frame() == [
        3,
        number,
        {
            "devicetype": "XboxOne",
            "titleid": 0,
            "string1": "Sternensturz",
            "string2": "Sektor 7",
            "presenceState": "Online",
            "presenceText": "Sternensturz - Sektor 7",
            "xuid": int(FRIEND),
            "presenceDetails": [
                {
                    **same,
                    "presenceText": "Home",
                    "titleId": "750323071",
                    "isGame": False,
                    "isPrimary": False,
                    "richPresenceText": "",
                },
                {
                    **same,
                    "presenceText": "Sternensturz - Sektor 7",
                    "titleId": STARFALL_DRIFT,
                    "isGame": True,
                    "isPrimary": True,
                    "richPresenceText": "Sektor 7",
                },
            ],
        },
    ]
    friend.play(STARFALL_DRIFT, rich_presence="Sektor 8")
    assert (await rta_client.frame())[2]["string2"] == "Sektor 8"
    friend.go_offline()
    assert (await rta_client.frame())[2]["presenceState"] == "Offline"


async def test_friends(rta_client: RtaClient, simulator: Simulator) -> None:
    """The friends topic has no first answer, then friends and the number of friend requests."""
    world = simulator.world
    owner, stranger = world.person(OWNER), world.person(STRANGER)
    status, number, *rest = await rta_client.subscribe(FRIENDS.format(OWNER))
    assert (status, rest) == (0, [])
    world.request_friendship(stranger, owner)
    world.befriend(owner, stranger)
    world.mark_favorite(owner, stranger)
    world.unfriend(stranger, owner)
    xuids = [STRANGER]
    notification_type = "IncomingFriendRequestCountChanged"
    for data in (
        {"NotificationType": notification_type, "Count": 1},
        {"NotificationType": notification_type, "Count": 0},
        {"NotificationType": "Added", "Xuids": xuids},
        {"NotificationType": "Changed", "Xuids": xuids},
        {"NotificationType": "Removed", "Xuids": xuids},
    ):
        assert await rta_client.frame() == [3, number, data]
    world.request_friendship(owner, stranger)
    await rta_client.quiet()


async def test_achievements(rta_client: RtaClient, simulator: Simulator) -> None:
    """The achievements topic answers null, then has the unlocks of this title."""
    status, number, *rest = await rta_client.subscribe(ACHIEVEMENTS.format(OWNER, SCID))
    assert (status, rest) == (0, [None])
    owner = simulator.world.person(OWNER)
    owner.unlock(HARBOR_KINGS)
    simulator.world.person(FRIEND).unlock(STARFALL_DRIFT)
    owner.unlock(STARFALL_DRIFT, 2)
    kind, subscription, data = await rta_client.frame()
    assert (kind, subscription, data["serviceConfigId"]) == (3, number, SCID)
    first, second = data["progression"]
    assert (first["id"], second["id"]) == ("13", "14")
    assert first["progressState"] == "Achieved"
    assert first["timeUnlocked"] == "2031-02-27T23:06:40.2500000Z"
    (requirement,) = first["requirements"]
    assert (requirement["current"], requirement["target"]) == ("1", "1")
    await rta_client.quiet()


@pytest.mark.parametrize(
    ("uri", "answer"),
    [
        ("https://userpresence.xboxlive.com/users/me/devices", [1]),
        (PRESENCE.format(OWNER, "devices/"), [1]),
        (PRESENCE.format(OWNER, "everything"), [1]),
        (PRESENCE.format(OWNER, "titles/abc"), [1]),
        (ACHIEVEMENTS.format(OWNER, SCID.upper()), [1]),
        ("http://127.0.0.1/userpresence.xboxlive.com/users/xuid(1)/devices", [1]),
        (PRESENCE.format("2535499999999999", "devices"), NO_DATA),
        (FRIENDS.format(FRIEND), NO_DATA),
        (ACHIEVEMENTS.format(OWNER, "00000000-0000-0000-0000-000000000000"), NO_DATA),
        (ACHIEVEMENTS.format(OWNER, f"00000000-0000-0000-0000-0000{int(EMBER_VALE):08x}"), NO_DATA),
    ],
)
async def test_addresses_without_topic(
    rta_client: RtaClient, uri: str, answer: list[object]
) -> None:
    """An address without a topic is refused."""
    assert await rta_client.subscribe(uri) == answer


async def test_hidden_people_have_no_topic(rta_client: RtaClient, simulator: Simulator) -> None:
    """A person with hidden presence or titles has topics only for their own account."""
    friend = simulator.world.person(FRIEND)
    friend.hidden = friend.hides_titles = True
    simulator.world.person(OWNER).hidden = True
    assert await rta_client.subscribe(PRESENCE.format(FRIEND, "devices")) == NO_DATA
    assert await rta_client.subscribe(PRESENCE.format(FRIEND, KINGS)) == NO_DATA
    assert await rta_client.subscribe(ACHIEVEMENTS.format(FRIEND, SCID)) == NO_DATA
    friend.hidden = False
    assert await rta_client.subscribe(ACHIEVEMENTS.format(FRIEND, SCID)) == NO_DATA
    assert (await rta_client.subscribe(PRESENCE.format(OWNER, "devices")))[0] == 0


@pytest.mark.parametrize("how", ["hidden", "cloaked"])
async def test_hidden_and_cloaked_people_have_no_events(
    rta_client: RtaClient, simulator: Simulator, how: str
) -> None:
    """Hidden and cloaked people have no events, except for their own account."""
    people = [simulator.world.person(xuid) for xuid in (FRIEND, OWNER)]
    numbers = [await rta_client.number(PRESENCE.format(one.xuid, "devices")) for one in people]
    await rta_client.number(ACHIEVEMENTS.format(FRIEND, SCID))
    for person in people:
        if how == "hidden":
            person.hidden = True
        else:
            person.cloak()
        person.go_online()
        person.unlock(STARFALL_DRIFT)
        if how == "cloaked":
            person.uncloak()
    assert await rta_client.frame() == [3, numbers[1], "Scarlett:true"]
    await rta_client.quiet()
    people[0].hidden = False
    people[0].go_offline()
    assert await rta_client.frame() == [3, numbers[0], "Scarlett:false"]


async def test_appearing_offline(rta_client: RtaClient, simulator: Simulator) -> None:
    """The first answer says offline for others, and the real state for the person's own account."""
    for xuid, state in ((FRIEND, "Offline"), (OWNER, "Online")):
        person = simulator.world.person(xuid)
        person.go_online()
        person.cloak()
        _, _, record = await rta_client.subscribe(PRESENCE.format(xuid, "devices"))
        assert record["state"] == state
