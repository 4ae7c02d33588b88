"""Presence of a person: online, title and platform, from the answers of both services."""

from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.xbox_network.xbox.models.people import Person
from custom_components.xbox_network.xbox.models.presence import PresenceRecord
from custom_components.xbox_network.xbox.presence import (
    SYSTEM_TITLES,
    UNKNOWN_PRESENCE,
    ActiveTitle,
    DevicePlatform,
    Presence,
    presence_of_person,
    presence_of_record,
)

GAME, OTHER_GAME, APP, NEW, HOME = "1900000001", "1900000002", "1900000900", "7", "750323071"
KINDS = {GAME: True, OTHER_GAME: True, APP: False}
SEEN = datetime(2031, 2, 3, 22, 5, 40, 500000, UTC)


def record(*devices: tuple[str, list[dict[str, Any]]], state: str | None = "Online") -> Presence:
    """Return the presence from an answer of userpresence, with the known kinds of titles."""
    answer = {
        "xuid": "1",
        "state": state,
        "devices": [{"type": kind, "titles": titles} for kind, titles in devices],
    }
    return presence_of_record(PresenceRecord.model_validate(answer)).with_kinds(KINDS.get)


def title(title_id: str, placement: str = "Full", state: str = "Active") -> dict[str, Any]:
    """Return a title of a presence record."""
    return {"id": title_id, "name": f"title {title_id}", "placement": placement, "state": state}


@pytest.mark.parametrize(
    ("devices", "active"),
    [
        ([("Scarlett", [title(HOME, "Background"), title(GAME)])], (GAME, "Scarlett")),
        ([("Scarlett", [title(APP), title(GAME, "Background")])], (GAME, "Scarlett")),
        ([("Scarlett", [title(OTHER_GAME, "Background"), title(GAME)])], (GAME, "Scarlett")),
        ([("Scarlett", [title(GAME, "Snapped"), title(OTHER_GAME)])], (OTHER_GAME, "Scarlett")),
        ([("iOS", [title(APP)]), ("Scarlett", [title(GAME, "Fill")])], (GAME, "Scarlett")),
        ([("PC", [title(GAME)]), ("Scarlett", [title(OTHER_GAME)])], (GAME, "PC")),
        ([("Scarlett", [title(GAME)]), ("PC", [title(GAME)])], (GAME, "Scarlett")),
        ([("Scarlett", [title(APP, "Background"), title(NEW, "Background")])], None),
        ([("Scarlett", [title(NEW), title(GAME, "Background")])], (GAME, "Scarlett")),
        ([("Scarlett", [title(APP, "Background")])], None),
        ([("Scarlett", [title(APP, "Fill"), title(APP, "Snapped")])], (APP, "Scarlett")),
        ([("Scarlett", [title(GAME, state="Inactive"), title(APP)])], (APP, "Scarlett")),
        ([("Scarlett", [title(GAME, "full", "active")])], (GAME, "Scarlett")),
        ([("Scarlett", [title(HOME)]), ("Android", [title("1016898439")])], None),
        ([("Scarlett", [title(GAME, state="")])], (GAME, "Scarlett")),
        ([("Scarlett", [])], None),
        ([], None),
    ],
    ids=str,
)
def test_active_title(
    devices: list[tuple[str, list[dict[str, Any]]]], active: tuple[str, str] | None
) -> None:
    """A game goes before an app, a title in front before the rest; a title of the system never counts."""
    active_title = record(*devices).active
    assert (active_title and (active_title.title_id, active_title.device)) == active
    assert not active_title or active_title.name == f"title {active_title.title_id}"


@pytest.mark.parametrize("title_id", sorted(SYSTEM_TITLES))
def test_titles_of_the_system(title_id: str) -> None:
    """A title of the system is never active."""
    presence = record(("Scarlett", [title(title_id)]))
    assert (presence.online, presence.active, presence.in_game) == (True, None, False)
    assert presence.platform is DevicePlatform.XBOX_SERIES


@pytest.mark.parametrize(
    ("presence", "in_game"),
    [
        (record(("Scarlett", [title(GAME)])), True),
        (record(("Scarlett", [title(NEW), title(GAME, "Background")])), True),
        (record(("Scarlett", [title(NEW)])), None),
        (record(("Scarlett", [title(APP), title(NEW)])), None),
        (record(("Scarlett", [title(APP)])), False),
        (record(("Scarlett", [title(HOME)])), False),
        (record(), False),
        (record(state="Offline"), False),
        (record(state=None), None),
        (UNKNOWN_PRESENCE, None),
    ],
)
def test_in_game(presence: Presence, in_game: bool | None) -> None:
    """An unknown kind of title makes `in_game` unknown, not False."""
    assert presence.in_game is in_game


@pytest.mark.parametrize(
    ("state", "online"),
    [
        *(("Online", True), ("online", True), ("ONLINE", True), ("Away", True), ("away", True)),
        *(("Offline", False), ("offline", False)),
        *(("Cloaked", None), ("", None), (None, None), ("something new", None)),
    ],
)
def test_states(state: str | None, online: bool | None) -> None:
    """Away is online; an unknown state leaves `online` unknown."""
    presence = record(("Scarlett", [title(GAME)]), state=state)
    assert presence.online is online
    assert bool(presence.titles) == bool(presence.devices) == bool(online)
    moment = "2031-02-28T20:15:00.1234567"
    person = {"xuid": "1", "presenceState": state, "lastSeenDateTimeUtc": moment}
    assert presence_of_person(Person.model_validate(person)).online is online


@pytest.mark.parametrize("state", ["Offline", "offline"])
@pytest.mark.parametrize("details", [[], None], ids=["empty", "null"])
def test_hidden(state: str, details: list[object] | None) -> None:
    """An offline person of peoplehub without a last place or time hides their presence."""
    hidden = {"xuid": "1", "presenceState": state, "presenceDetails": details}
    assert presence_of_person(Person.model_validate(hidden)).online is None
    last_place = [{"State": "LastSeen", "TitleId": GAME}]
    offline = hidden | {"presenceDetails": last_place}
    assert presence_of_person(Person.model_validate(offline)).online is False


@pytest.mark.parametrize(
    ("device", "platform"),
    [
        ("Scarlett", DevicePlatform.XBOX_SERIES),
        *((kind, DevicePlatform.XBOX_ONE) for kind in ("XboxOne", "MCapensis", "D")),
        ("Xbox360", DevicePlatform.XBOX_360),
        *(
            (kind, DevicePlatform.WINDOWS)
            for kind in ("WindowsOneCore", "PC", "Win32", "MoLIVE", "Windows8")
        ),
        *(
            (kind, DevicePlatform.MOBILE)
            for kind in ("WindowsOneCoreMobile", "WindowsPhone", "WindowsPhone7", "iOS", "Android")
        ),
        ("Web", DevicePlatform.WEB),
        ("Nintendo", DevicePlatform.NINTENDO),
        ("PlayStation", DevicePlatform.PLAYSTATION),
        ("AppleTV", DevicePlatform.OTHER),
        ("a toaster", DevicePlatform.OTHER),
        ("scarlett", DevicePlatform.XBOX_SERIES),
        ("", None),
        (None, None),
    ],
)
def test_platforms(device: str, platform: DevicePlatform | None) -> None:
    """Each device type of `docs/network.md` S2.4 has a platform."""
    assert record((device, [title(GAME)])).platform is platform
    assert record((device, [])).platform is platform
    assert record((device, [title(GAME)]), state="Offline").platform is None


def test_platform_is_where_the_title_runs() -> None:
    """The platform is the device of the active title, else the first device."""
    phone, console = ("Android", [title("1016898439")]), ("Scarlett", [title(GAME)])
    assert record(phone, console).platform is DevicePlatform.XBOX_SERIES
    assert record(phone, ("Scarlett", [title(HOME)])).platform is DevicePlatform.MOBILE


def test_rich_presence() -> None:
    """Rich presence is the game's text, None without one."""
    says = title(GAME) | {"activity": {"richPresence": "Sector 7"}}
    quiet = title(OTHER_GAME) | {"activity": {}}
    texts = [found.rich_presence for found in record(("PC", [says, quiet, title(APP)])).titles]
    assert texts == ["Sector 7", None, None]


def test_last_seen() -> None:
    """Both services tell when an offline person was last seen."""
    offline = PresenceRecord.model_validate(
        {"xuid": "1", "state": "Offline", "lastSeen": {"timestamp": "2031-02-03T22:05:40.5000000"}}
    )
    assert presence_of_record(offline) == Presence(False, last_seen=SEEN)
    assert presence_of_record(PresenceRecord(xuid="1", state="Offline")) == Presence(False)
    person = Person.model_validate(
        {
            "xuid": "1",
            "presenceState": "Offline",
            "lastSeenDateTimeUtc": "2031-02-03T22:05:40.5Z",
            "presenceDetails": [{"State": "LastSeen", "TitleId": GAME, "IsGame": True}],
        }
    )
    assert presence_of_person(person) == Presence(False, last_seen=SEEN)


def detail(title_id: str | None, **changes: Any) -> dict[str, Any]:
    """Return a presence detail of peoplehub."""
    usual = {"Device": "Scarlett", "State": "Active", "PresenceText": "a name"}
    return {**usual, "TitleId": title_id, "IsPrimary": False, "IsGame": False, **changes}


@pytest.mark.parametrize(
    ("details", "active"),
    [
        ([detail(HOME, IsPrimary=True), detail(GAME, IsGame=True)], GAME),
        ([detail(APP, IsPrimary=True), detail(GAME, IsGame=True)], GAME),
        ([detail(OTHER_GAME, IsGame=True), detail(GAME, IsGame=True, IsPrimary=True)], GAME),
        ([detail(GAME, IsGame=True, State="LastSeen"), detail(APP, IsPrimary=True)], APP),
        ([detail(APP)], None),
        ([detail(GAME, IsGame=True, State="active")], GAME),
        ([detail(None, IsGame=True)], None),
        ([detail(HOME, IsPrimary=True)], None),
        ([], None),
    ],
    ids=str,
)
def test_active_title_of_peoplehub(details: list[dict[str, Any]], active: str | None) -> None:
    """The active title of a peoplehub answer follows the same order."""
    answer = {"xuid": "1", "presenceState": "Online", "presenceDetails": details}
    presence = presence_of_person(Person.model_validate(answer))
    assert (presence.active and presence.active.title_id) == active
    assert presence.in_game is (active == GAME)


def test_peoplehub_in_detail() -> None:
    """Name, device and rich presence are those of the entry."""
    answer = {
        "xuid": "1",
        "presenceState": "Away",
        "presenceDetails": [
            detail(GAME, IsGame=True, IsPrimary=True, RichPresenceText="Lap 2", Device="XboxOne"),
            detail(None, Device="iOS"),
            detail(APP, State="LastSeen", Device="PC"),
        ],
    }
    presence = presence_of_person(Person.model_validate(answer))
    assert presence.titles == (ActiveTitle(GAME, "a name", "XboxOne", True, True, "Lap 2"),)
    assert presence.devices == ("XboxOne", "iOS")
    assert presence.platform is DevicePlatform.XBOX_ONE


def test_unknown_kind_of_peoplehub() -> None:
    """A title whose kind is missing does not count as an app."""
    known = detail(GAME, IsPrimary=True)
    without = {key: value for key, value in known.items() if key != "IsGame"}
    answer = {"xuid": "1", "presenceState": "Online", "presenceDetails": [without]}
    presence = presence_of_person(Person.model_validate(answer))
    assert presence.in_game is None
    assert presence.with_kinds(KINDS.get).in_game is True


def test_kinds_change_nothing_else() -> None:
    """The kind from titlehub replaces the kind of the answer; without one the answer's kind stays."""
    presence = record(("Scarlett", [title(GAME), title(NEW)]))
    again = presence.with_kinds({GAME: False}.get)
    assert [found.is_game for found in again.titles] == [False, None]
    assert again.with_kinds(lambda _: None) == again


def test_modified_time_is_no_change() -> None:
    """Presences that differ only in a title's time of modification are equal."""
    first, later = (
        record(("Scarlett", [{**title(GAME), "lastModified": f"2031-02-03T22:0{minute}:00"}]))
        for minute in (1, 2)
    )
    assert first == later
    assert first.active
    assert later.active
    assert first.active.since != later.active.since
    old = record(("Scarlett", [{**title(GAME), "timestamp": "2031-02-03T22:01:00"}]))
    assert old.active
    assert old.active.since == first.active.since


def test_last_title() -> None:
    """The last title is the one in which a person was last seen."""
    seen = {"deviceType": "Scarlett", "titleId": GAME, "timestamp": "2031-02-03T22:01:00"}
    answer = {"xuid": "1", "state": "Offline", "lastSeen": seen}
    presence = presence_of_record(PresenceRecord.model_validate(answer))
    assert presence.last_title == GAME
    assert presence_of_record(PresenceRecord(xuid="1", state="Offline")).last_title is None
