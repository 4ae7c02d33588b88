"""peoplehub.xboxlive.com, contract 7: people, friends, friend requests, and the search."""

from collections.abc import Iterable

from ..network import Answer, Call, Host, Json, json_answer, refusal, route
from ..services import Service, body_object, gate, number, xuid_list
from .people_record import decorations, person_record
from .person import Person

MOST_XUIDS = 100
MOST_FOUND = 20
_OWNER = r"/users/(?P<owner>me|xuid\((?P<xuid>\d+)\))/people/"
_DECORATION = r"(?:/decoration/(?P<decoration>[^/]+))?"


def batch(call: Call) -> Answer:
    """Answer the requested people, without unknown ones."""
    xuids = xuid_list(body_object(call), "xuids", MOST_XUIDS)
    people = call.network.world.people
    return _answer(call, [people[xuid] for xuid in dict.fromkeys(xuids) if xuid in people])


def one(call: Call) -> Answer:
    """Answer one person."""
    person = call.network.world.people.get(call.groups["person"])
    return _answer(call, [person] if person else [])


def friends(call: Call) -> Answer:
    """Answer the friends, without the owner."""
    people = call.network.world.people
    return _answer(call, [people[xuid] for xuid in sorted(call.caller.friends)])


def friend_requests(call: Call) -> Answer:
    """Answer the people with a received or a sent friend request."""
    received = call.groups["direction"].lower() == "received"
    xuids = call.caller.requests_received if received else call.caller.requests_sent
    people = call.network.world.people
    return _answer(call, [people[xuid] for xuid in sorted(xuids)])


def recommendations(call: Call) -> Answer:
    """Answer no recommendations: nobody in the world is to be met."""
    return _answer(call, [])


def search(call: Call) -> Answer:
    """Answer people whose gamertag contains a text. Only few decorations are allowed."""
    text = call.query.get("q", "").strip().casefold()
    if not text:
        raise refusal(400, "'q' is missing.", "people")
    names = set((call.groups["decoration"] or "").lower().split(",")) - {""}
    if names - {"detail", "preferredcolor"}:
        raise refusal(400, "The decoration is not valid for a search.", "people")
    matches = [
        person
        for person in call.network.world.people.values()
        if text in person.unique_gamertag.casefold() and person is not call.caller
    ]
    return _answer(call, matches[: number(call, "maxItems", MOST_FOUND, least=1)])


def unreadable_view(call: Call) -> Answer:
    """Refuse `people/xuid(X)` and lists in `xuids(…)`, which are not known to work."""
    raise refusal(400, "The view is not valid.", "people")


HOST = Host(
    "peoplehub.xboxlive.com",
    [
        route("POST", rf"{_OWNER}batch{_DECORATION}", batch),
        route("GET", rf"{_OWNER}xuids\((?P<person>\d+)\){_DECORATION}", one),
        route("GET", rf"{_OWNER}friends{_DECORATION}", friends),
        route(
            "GET",
            rf"{_OWNER}(?i:friendRequests)\((?P<direction>received|sent)\){_DECORATION}",
            friend_requests,
        ),
        route("GET", rf"{_OWNER}recommendations{_DECORATION}", recommendations),
        route("GET", rf"{_OWNER}search{_DECORATION}", search),
        route("GET", rf"{_OWNER}xuids?\([^)]*\){_DECORATION}", unreadable_view),
    ],
    gate(Service("people", frozenset({"7"}))),
)


def _answer(call: Call, people: Iterable[Person]) -> Answer:
    if call.groups["owner"] != "me" and call.groups["xuid"] != call.caller.xuid:
        raise refusal(403, "Only the owner's own people can be read.", "people")
    requested = decorations(call)
    content: dict[str, Json] = {
        "people": [person_record(call, person, requested) for person in people],
        "recommendationSummary": None,
        "friendFinderState": None,
        "accountLinkDetails": None,
    }
    if call.network.world.friend_request_summary:
        count = len(call.caller.requests_received)
        content["friendRequestSummary"] = {"friendRequestsReceivedCount": count}
    return json_answer(content)
