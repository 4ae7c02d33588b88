"""peoplehub.xboxlive.com, contract 7."""

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
    """Answer for given people; those that do not exist are left out."""
    xuids = xuid_list(body_object(call), "xuids", MOST_XUIDS)
    people = call.network.world.people
    return _answer(call, [people[xuid] for xuid in dict.fromkeys(xuids) if xuid in people])


def one(call: Call) -> Answer:
    """Answer for one person."""
    person = call.network.world.people.get(call.groups["wanted"])
    return _answer(call, [person] if person else [])


def friends(call: Call) -> Answer:
    """Answer for the friends, without the owner."""
    people = call.network.world.people
    return _answer(call, [people[xuid] for xuid in sorted(call.caller.friends)])


def friend_requests(call: Call) -> Answer:
    """Answer for those who asked to be friends, or were asked."""
    received = call.groups["direction"].lower() == "received"
    xuids = call.caller.requests_received if received else call.caller.requests_sent
    people = call.network.world.people
    return _answer(call, [people[xuid] for xuid in sorted(xuids)])


def search(call: Call) -> Answer:
    """Answer for people whose gamertag has a text in it; only few decorations are taken."""
    wanted = call.query.get("q", "").strip().casefold()
    if not wanted:
        raise refusal(400, "'q' is missing.", "people")
    asked = set((call.groups["decoration"] or "").lower().split(",")) - {""}
    if asked - {"detail", "preferredcolor"}:
        raise refusal(400, "The decoration is not valid for a search.", "people")
    found = [
        person
        for person in call.network.world.people.values()
        if wanted in person.unique_gamertag.casefold() and person is not call.caller
    ]
    return _answer(call, found[: number(call, "maxItems", MOST_FOUND, least=1)])


def unreadable_view(call: Call) -> Answer:
    """Refuse `people/xuid(X)` and lists in `xuids(…)`, which is not known to take one."""
    raise refusal(400, "The view is not valid.", "people")


HOST = Host(
    "peoplehub.xboxlive.com",
    [
        route("POST", rf"{_OWNER}batch{_DECORATION}", batch),
        route("GET", rf"{_OWNER}xuids\((?P<wanted>\d+)\){_DECORATION}", one),
        route("GET", rf"{_OWNER}friends{_DECORATION}", friends),
        route(
            "GET",
            rf"{_OWNER}(?i:friendRequests)\((?P<direction>received|sent)\){_DECORATION}",
            friend_requests,
        ),
        route("GET", rf"{_OWNER}search{_DECORATION}", search),
        route("GET", rf"{_OWNER}xuids?\([^)]*\){_DECORATION}", unreadable_view),
    ],
    gate(Service("people", frozenset({"7"}))),
)


def _answer(call: Call, people: Iterable[Person]) -> Answer:
    if call.groups["owner"] != "me" and call.groups["xuid"] != call.caller.xuid:
        raise refusal(403, "Only the owner's own people can be read.", "people")
    wanted = decorations(call)
    content: dict[str, Json] = {
        "people": [person_record(call, person, wanted) for person in people],
        "recommendationSummary": None,
        "friendFinderState": None,
        "accountLinkDetails": None,
    }
    if call.network.world.friend_request_summary:
        count = len(call.caller.requests_received)
        content["friendRequestSummary"] = {"friendRequestsReceivedCount": count}
    return json_answer(content)
