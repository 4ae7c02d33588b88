"""social.xboxlive.com, contracts 2 and 3: reading. It shares peoplehub's rate limit."""

from ..network import Answer, Call, Host, json_answer, refusal, route
from ..services import Service, gate, number, target
from .person import Person

MOST_PEOPLE = 1_000


def summary(call: Call) -> Answer:
    """Answer how many people a person follows, and the relation to the caller."""
    person, caller = target(call), call.caller
    friend = person.xuid in caller.friends
    content = {
        "isFriend": friend,
        "targetFollowingCount": person.following,
        "targetFollowerCount": person.followers,
        "isCallerFollowingTarget": friend,
        "isTargetFollowingCaller": friend,
        "hasCallerMarkedTargetAsFavorite": person.xuid in caller.favorites,
        "hasCallerMarkedTargetAsIdentityShared": friend,
        "legacyFriendStatus": _status(person, caller),
    }
    if person is caller:
        content["availablePeopleSlots"] = MOST_PEOPLE - len(caller.friends)
        content["recentChangeCount"] = 0
        content["watermark"] = "6100000000000000001"
    return json_answer(content)


def people(call: Call) -> Answer:
    """Answer the people whom the caller follows: only xuids, by page."""
    view = call.query.get("view", "All")
    if view not in ("All", "Favorite"):
        raise refusal(400, "The view is not valid.", "social")
    caller = call.caller
    xuids = sorted(caller.friends if view == "All" else caller.favorites)
    start = number(call, "startIndex", 0)
    page = xuids[start : start + number(call, "maxItems", MOST_PEOPLE, least=1)]
    records = [
        {
            "xuid": xuid,
            "isFavorite": xuid in caller.favorites,
            "isFollowingCaller": True,
            "socialNetworks": [],
        }
        for xuid in page
    ]
    return json_answer({"totalCount": len(xuids), "people": records})


HOST = Host(
    "social.xboxlive.com",
    [
        route(
            "GET",
            r"/users/(?:me|xuid\((?P<xuid>\d+)\)|gt\((?P<gamertag>[^)]+)\))/summary",
            summary,
        ),
        route("GET", r"/users/me/people", people),
    ],
    gate(Service("people", frozenset({"2", "3"}))),
)


def _status(person: Person, caller: Person) -> str:
    if person.xuid in caller.friends:
        return "MutuallyAccepted"
    if person.xuid in caller.requests_sent:
        return "OutgoingRequest"
    return "IncomingRequest" if person.xuid in caller.requests_received else "None"
