"""The JSON record of a person, as peoplehub (contract 7) writes it."""

from collections.abc import Callable

from ..network import Call, Json, refusal
from ..times import YEAR_ONE, ticks
from .person import Activity, Person

type Decoration = Callable[[Call, Person], dict[str, Json]]

_SCID_OF_CHATS = "7492baca-c1b4-440d-a391-b7ef364a8d40"

_BLOCKS = (
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
)


def decorations(call: Call) -> list[Decoration]:
    """Return the decorations of a path. Refuses an unknown one with 400."""
    names = call.groups.get("decoration")
    requested = [name.lower() for name in names.split(",")] if names else []
    if unknown := [name for name in requested if name not in _DECORATIONS]:
        raise refusal(400, f"The decoration '{unknown[0]}' is not valid.", "people")
    return [_DECORATIONS[name] for name in requested]


def person_record(call: Call, person: Person, requested: list[Decoration]) -> dict[str, Json]:
    """Return the record of a person for the caller."""
    answer = _base(call, person) | dict.fromkeys(_BLOCKS)
    for decoration in requested:
        answer |= decoration(call, person)
    return answer


def _base(call: Call, person: Person) -> dict[str, Json]:
    caller = call.caller
    relation = _relation(call, person)
    following = relation["isFollowingCaller"]
    return {
        "xuid": person.xuid,
        "isFavorite": relation["isFavorite"],
        "isFollowingCaller": following,
        "isFollowedByCaller": relation["isFollowedByCaller"],
        "isIdentityShared": relation["isFriend"],
        "addedDateTimeUtc": _since(person, 40) if following else None,
        "friendedDateTimeUtc": _since(person, 9) if following else None,
        "displayName": None if person is caller else person.gamertag,
        "realName": person.real_name,
        "displayPicRaw": person.gamerpic_url,
        "showUserAsAvatar": "1",
        "gamertag": person.gamertag,
        "gamerScore": str(person.gamerscore),
        "modernGamertag": person.modern_gamertag,
        "modernGamertagSuffix": person.suffix,
        "uniqueModernGamertag": person.unique_gamertag,
        "xboxOneRep": person.reputation,
        "presenceState": person.state_for(caller),
        "presenceText": _presence_text(call, person),
        "presenceDevices": None,
        "isFriend": relation["isFriend"],
        **_requests(call, person),
        "isBroadcasting": False,
        "isCloaked": person.cloaked if person is caller else None,
        "isQuarantined": False,
        "isXbox360Gamerpic": person.picture_style == "padding",
        "lastSeenDateTimeUtc": _last_seen(call, person),
        "colorTheme": "gamerpicblur",
        "preferredFlag": "",
        "preferredPlatforms": [],
    }


def _since(person: Person, days: int) -> str:
    """Return the start of a friendship: some days before 2025."""
    return ticks(1_735_689_600.1234567 - 86_400 * (days + int(person.xuid) % 100))


def _relation(call: Call, person: Person) -> dict[str, bool]:
    friend = person.xuid in call.caller.friends
    return {
        "isFriend": friend,
        "isFollowingCaller": friend,
        "isFollowedByCaller": friend,
        "isFavorite": person.xuid in call.caller.favorites,
    }


def _requests(call: Call, person: Person) -> dict[str, bool]:
    return {
        "isFriendRequestReceived": person.xuid in call.caller.requests_received,
        "isFriendRequestSent": person.xuid in call.caller.requests_sent,
    }


def _last_seen(call: Call, person: Person) -> str | None:
    """Return the last sign-out, which steps back at every second call."""
    seen = person.last_seen_for(call.caller)
    if seen is None:
        return None
    person.asked_last_seen += 1
    late = person.asked_last_seen % 2 == 0
    return ticks(seen.at - (call.network.world.last_seen_jitter if late else 0))


def _presence_text(call: Call, person: Person) -> str:
    if person.state_for(call.caller) != "Offline":
        primary = person.primary
        return activity_text(primary, call.language) if primary else "Online"
    seen = person.last_seen_for(call.caller)
    if seen is None or seen.title_id is None:
        return "Offline"
    title = call.network.world.titles[seen.title_id].named_in_presence(call.language)
    return f"Last seen {_ago(call.network.clock() - seen.at)} ago: {title}"


def activity_text(activity: Activity, language: str) -> str:
    """Return the title's name and, if there is one, the rich presence."""
    name = activity.title.named_in_presence(language)
    return f"{name} - {activity.rich_presence}" if activity.rich_presence else name


def _ago(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return "1m"


def _presence_detail(call: Call, person: Person) -> dict[str, Json]:
    if person.state_for(call.caller) != "Offline":
        primary = person.primary
        entries = [
            _entry(call, device, activity, activity is primary)
            for device, activity in person.activities()
        ]
        return {"presenceDetails": entries}
    seen = person.last_seen_for(call.caller)
    if seen is None or seen.title_id is None:
        return {"presenceDetails": []}
    entry = {
        "IsBroadcasting": False,
        "Device": seen.device,
        "PresenceText": _presence_text(call, person),
        "State": "LastSeen",
        "TitleId": seen.title_id,
        "TitleType": None,
        "IsPrimary": True,
        "IsGame": call.network.world.titles[seen.title_id].is_game,
        "RichPresenceText": None,
    }
    return {"presenceDetails": [entry]}


def _entry(call: Call, device: str, activity: Activity, primary: bool) -> dict[str, Json]:
    return {
        "IsBroadcasting": False,
        "Device": device,
        "DeviceSubType": None,
        "GameplayType": None,
        "PresenceText": activity.title.named_in_presence(call.language),
        "State": "Active",
        "TitleId": activity.title.title_id,
        "TitleType": None,
        "IsPrimary": primary,
        "IsGame": activity.title.is_game,
        "RichPresenceText": activity.rich_presence,
    }


def _detail(call: Call, person: Person) -> dict[str, Json]:
    detail: dict[str, Json] = {
        "accountTier": "Gold",
        "bio": person.bio or None,
        "isVerified": False,
        "location": person.location or None,
        "tenure": "3",
        "watermarks": [],
        "blocked": False,
        "mute": False,
        "followerCount": person.followers,
        "followingCount": person.following,
        "hasGamePass": False,
        "canBeFriended": person is not call.caller,
        "canBeFollowed": person is not call.caller,
        "friendCount": len(person.friends),
        "isFriendListShared": True,
        **_requests(call, person),
        **_relation(call, person),
    }
    return {"detail": detail, "linkedAccounts": []}


def _preferred_color(call: Call, person: Person) -> dict[str, Json]:
    names = ("primaryColor", "secondaryColor", "tertiaryColor")
    return {"preferredColor": dict(zip(names, person.colors, strict=True))}


def _multiplayer_summary(call: Call, person: Person) -> dict[str, Json]:
    summary: dict[str, Json] = {"inMultiplayerSession": 0, "inParty": 0}
    party = person.party
    if party is not None and person.state_for(call.caller) != "Offline":
        reference = {"scid": _SCID_OF_CHATS, "templateName": "chat", "name": party.name}
        details = {
            "sessionRef": reference,
            "status": "active",
            "visibility": "open",
            "joinRestriction": party.restriction,
            "accepted": party.size,
        }
        summary |= {"inParty": party.size, "joinableActivities": [], "partyDetails": [details]}
    return {"multiplayerSummary": summary}


def _title_presence(call: Call, person: Person) -> dict[str, Json]:
    primary = person.primary if person.state_for(call.caller) != "Offline" else None
    presence = {
        "IsCurrentlyPlaying": primary is not None and primary.title.is_game,
        "PresenceText": activity_text(primary, call.language) if primary else None,
        "TitleName": primary.title.named_in_presence(call.language) if primary else None,
        "TitleId": primary.title.title_id if primary else None,
    }
    return {"titlePresence": presence}


def _presence_title_ids(call: Call, person: Person) -> dict[str, Json]:
    shown = person.activities() if person.state_for(call.caller) != "Offline" else ()
    return {"presenceTitleIds": [activity.title.title_id for _, activity in shown]}


def _follower(call: Call, person: Person) -> dict[str, Json]:
    return {"follower": {"text": None, "followedDateTime": YEAR_ONE}}


def _empty(name: str, value: Json) -> Decoration:
    """Return a decoration that is always as in the recorded answers of somebody without any."""
    return lambda call, person: {name: value}


_DECORATIONS: dict[str, Decoration] = {
    "suggestion": _empty(
        "suggestion", {"Type": None, "Priority": 0, "Reasons": None, "TitleId": None}
    ),
    "recentplayer": _empty("recentPlayer", {"titles": [], "text": None}),
    "titlesummary": _empty("titleSummaries", None),
    "communitymanagertitles": _empty("communityManagerTitles", None),
    "socialmanager": _empty("socialManager", {"titleIds": [], "pages": []}),
    "broadcast": _empty("broadcast", []),
    "tournamentsummary": _empty("tournamentSummary", None),
    "avatar": _empty("avatar", {"updateTimeOffset": YEAR_ONE, "spritesheetMetadata": None}),
    "presencedetail": _presence_detail,
    "detail": _detail,
    "preferredcolor": _preferred_color,
    "multiplayersummary": _multiplayer_summary,
    "titlepresence": _title_presence,
    "presencetitleids": _presence_title_ids,
    "follower": _follower,
}
