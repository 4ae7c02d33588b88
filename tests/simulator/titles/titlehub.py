"""titlehub.xboxlive.com, contract 2: titles, history and progress of people."""

from collections.abc import Iterable

from ..network import Answer, Call, Host, Json, json_answer, refusal, route
from ..people.person import Person, Progress
from ..services import Service, body_object, gate, target
from ..times import ticks
from .title import Title

MOST_TITLES = 500
DECORATIONS = {
    "scid",
    "achievement",
    "stats",
    "gamepass",
    "image",
    "detail",
    "friendswhoplayed",
    "alternatetitleid",
    "productid",
    "contentboard",
}
_XUID = r"/users/xuid\((?P<xuid>\d+)\)/titles/"
_DECORATION = r"/decoration/(?P<decoration>[^/]+)"


def history(call: Call) -> Answer:
    """Answer the titles that a person played, newest first."""
    person, decorations = target(call), _decorations(call)
    if person.hides_titles and person is not call.caller:
        raise refusal(403, "The user's privacy settings do not allow this.", "titlehub")
    played = sorted(person.progress.items(), key=lambda item: item[1].last_played, reverse=True)
    titles = []
    for title_id, progress in played[: _max_items(call)]:
        record = _title(call, call.network.world.titles[title_id], progress, decorations)
        record["titleHistory"] = {
            "lastTimePlayed": ticks(progress.last_played),
            "visible": True,
            "canHide": True,
        }
        if record["detail"]:
            del record["detail"]["genres"]
        titles.append(record)
    return json_answer({"xuid": person.xuid, "titles": titles})


def one(call: Call) -> Answer:
    """Answer a title with a person's progress; 404 if the person never had it."""
    person, decorations = target(call), _decorations(call)
    title = call.network.world.titles.get(call.groups["title_id"])
    progress = person.progress.get(call.groups["title_id"])
    if title is None or progress is None:
        raise refusal(404, "There is no such title.", "titlehub")
    hides = person.hides_titles and person is not call.caller
    titles = [] if hides else [_title(call, title, progress, decorations)]
    return json_answer({"xuid": person.xuid, "titles": titles})


def one_by_family_name(call: Call) -> Answer:
    """Answer a title with a person's progress, by its package family name."""
    pfn = call.groups["pfn"].casefold()
    titles = call.network.world.titles.values()
    found = next((it.title_id for it in titles if (it.pfn or "").casefold() == pfn), "")
    call.groups = {**call.groups, "title_id": found}
    return one(call)


def batch(call: Call) -> Answer:
    """Answer titles without a person and without progress."""
    decorations = _decorations(call)
    titles = [_title(call, title, Progress(), decorations) for title in _requested_titles(call)]
    return json_answer({"xuid": None, "titles": titles})


def batch_of_person(call: Call) -> Answer:
    """Answer titles with a person's progress."""
    person, decorations = target(call), _decorations(call)
    hides = person.hides_titles and person is not call.caller
    titles = [
        _title(call, title, person.progress[title.title_id], decorations)
        for title in _requested_titles(call)
        if title.title_id in person.progress and not hides
    ]
    return json_answer({"xuid": person.xuid, "titles": titles})


def no_xuid(call: Call) -> Answer:
    """Refuse `me`, as reported for some tokens."""
    raise refusal(400, "Valid Xuid is not present in the URI", "titlehub")


HOST = Host(
    "titlehub.xboxlive.com",
    [
        route("GET", rf"{_XUID}titlehistory{_DECORATION}", history),
        route("GET", rf"{_XUID}titleid\((?P<title_id>\d+)\){_DECORATION}", one),
        route("GET", rf"{_XUID}pfn\((?P<pfn>[\w.-]+)\){_DECORATION}", one_by_family_name),
        route("POST", rf"/titles/batch{_DECORATION}", batch),
        route("POST", rf"{_XUID}batch{_DECORATION}", batch_of_person),
        route("GET", r"/users/me/titles/.*", no_xuid),
        route("POST", r"/users/me/titles/.*", no_xuid),
    ],
    gate(Service("titlehub", frozenset({"2"}), no_language=500)),
)


def _decorations(call: Call) -> set[str]:
    decorations = set(call.groups["decoration"].lower().split(","))
    if unknown := sorted(decorations - DECORATIONS):
        raise refusal(400, f"The decoration '{unknown[0]}' is not valid.", "titlehub")
    return decorations


def _max_items(call: Call) -> int | None:
    if (text := call.query.get("maxItems")) is None:
        return None
    if not text.isdecimal() or int(text) == 0:
        raise refusal(400, "'maxItems' has to be a positive number.", "titlehub")
    return int(text)


def _requested_titles(call: Call) -> Iterable[Title]:
    content = body_object(call)
    title_ids, pfns = content.get("titleIds") or [], content.get("pfns") or []
    if (
        not isinstance(title_ids, list)
        or not isinstance(pfns, list)
        or not all(isinstance(item, str) for item in [*title_ids, *pfns])
        or not 0 < len(title_ids) + len(pfns) <= MOST_TITLES
    ):
        raise refusal(400, "'titleIds' or 'pfns' has to list titles as strings.", "titlehub")
    for title in call.network.world.titles.values():
        known = not title.system
        if known and (title.title_id in title_ids or (title.pfn and title.pfn in pfns)):
            yield title


def _title(call: Call, title: Title, progress: Progress, decorations: set[str]) -> dict[str, Json]:
    record: dict[str, Json] = {
        "titleId": title.title_id,
        "pfn": title.pfn,
        "bingId": None,
        "windowsPhoneProductId": None,
        "name": title.named(call.language),
        "type": title.type,
        "devices": title.devices,
        "displayImage": title.display_image,
        "mediaItemType": title.media_item_type,
        "modernTitleId": title.modern_title_id or title.title_id,
        "isBundle": False,
        "achievement": _achievement(title, progress) if "achievement" in decorations else None,
        "stats": {"sourceVersion": title.source_version} if "stats" in decorations else None,
        "gamePass": {"isGamePass": title.game_pass} if "gamepass" in decorations else None,
        "images": title.images if "image" in decorations else None,
        "titleHistory": None,
        "detail": _detail(title) if "detail" in decorations else None,
        "friendsWhoPlayed": (
            _friends_who_played(call, title) if "friendswhoplayed" in decorations else None
        ),
        "alternateTitleIds": [] if "alternatetitleid" in decorations else None,
        "contentBoards": None,
        "xboxLiveTier": "Full",
    }
    if "scid" in decorations:
        record["serviceConfigId"] = title.scid
    if "productid" in decorations:
        record["productId"] = title.product_id
    if title.streamable:
        record["isStreamable"] = True
    return record


def _achievement(title: Title, progress: Progress) -> dict[str, Json]:
    share = 100 * progress.gamerscore // title.gamerscore if title.gamerscore else 0
    return {
        "currentAchievements": progress.achievements,
        "totalAchievements": title.achievements if title.source_version == 1 else 0,
        "currentGamerscore": progress.gamerscore,
        "totalGamerscore": title.gamerscore,
        "progressPercentage": float(share),
        "sourceVersion": title.source_version,
    }


def _detail(title: Title) -> dict[str, Json]:
    return {
        "attributes": [
            {
                "applicablePlatforms": ["Xbox"],
                "maximum": None,
                "minimum": None,
                "name": "Capability4k",
            }
        ],
        "availabilities": [
            {
                "Actions": ["Details", "Purchase", "Browse"],
                "AvailabilityId": "9SIMULATOR00",
                "Platforms": ["Xbox"],
                "SkuId": "0010",
            }
        ],
        "capabilities": [],
        "description": title.description,
        "developerName": title.developer,
        "genres": list(title.genres),
        "publisherName": title.publisher,
        "minAge": title.min_age,
        "releaseDate": "2031-02-03T00:00:00Z",
        "shortDescription": "",
        "vuiDisplayName": None,
        "xboxLiveGoldRequired": False,
    }


def _friends_who_played(call: Call, title: Title) -> dict[str, Json]:
    world = call.network.world
    people = [_player(call, world.person(xuid), title) for xuid in sorted(call.caller.friends)]
    played = [person for person in people if person is not None]
    return {
        "people": played,
        "currentlyPlayingCount": sum(person["isCurrentlyPlaying"] for person in played),
        "havePlayedCount": len(played),
    }


def _player(call: Call, person: Person, title: Title) -> dict[str, Json] | None:
    progress = person.progress.get(title.title_id)
    if progress is None or person.hides_titles:
        return None
    state = person.state_for(call.caller)
    playing = any(activity.title is title for _, activity in person.activities())
    return {
        "xuid": person.xuid,
        "gamertag": person.gamertag,
        "displayPicRaw": person.gamerpic_url,
        "isFavorite": person.xuid in call.caller.favorites,
        "useAvatar": True,
        "isCurrentlyPlaying": playing and state != "Offline",
        "lastTimePlayed": ticks(progress.last_played),
        "presenceState": state,
        "preferredColor": None,
    }
