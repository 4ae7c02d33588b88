"""userpresence.xboxlive.com, contract 3: reading presence."""

from dataclasses import dataclass

from ..network import Answer, Call, Host, Json, json_answer, refusal, route
from ..services import Service, body_object, gate, target, xuid_list
from ..times import ticks
from .person import Activity, Person

MOST_USERS = 1_100
LEVELS = ("user", "device", "title", "all")


@dataclass(frozen=True)
class View:
    """The caller, the language, and the requested parts of a record."""

    caller: Person
    language: str
    level: int = LEVELS.index("all")
    devices: set[str] | None = None
    titles: set[str] | None = None


def single(call: Call) -> Answer:
    """Answer one user. Refuses with 403 if the caller may not see the user."""
    person = target(call)
    if not person.seen_by(call.caller):
        raise refusal(403, "The user's privacy settings do not allow this.", "presence")
    view = View(call.caller, call.language, _level(call.query.get("level", "title")))
    return json_answer(record(person, view))


def batch(call: Call) -> Answer:
    """Answer users or a group, in another order, without users that the caller may not see."""
    content = body_object(call)
    view = View(
        call.caller,
        call.language,
        _level(content.get("level", "user")),
        _filter(content, "deviceTypes"),
        _filter(content, "titles"),
    )
    people = call.network.world.people
    records = [
        record(people[xuid], view)
        for xuid in sorted(_requested_xuids(call.caller, content), reverse=True)
        if xuid in people and people[xuid].seen_by(call.caller)
    ]
    if content.get("broadcastingOnly"):
        records = []
    if content.get("onlineOnly"):
        records = [item for item in records if item["state"] != "Offline"]
    return json_answer(records)


def record(person: Person, view: View) -> dict[str, Json]:
    """Return a person's presence for a view."""
    result: dict[str, Json] = {"xuid": person.xuid, "state": person.state_for(view.caller)}
    if view.level == LEVELS.index("user"):
        return result
    if result["state"] != "Offline":
        result["devices"] = [
            _device(device, running, view)
            for device, running in person.devices.items()
            if view.devices is None or device in view.devices
        ]
    elif (seen := person.last_seen_for(view.caller)) is not None:
        title = person.world.titles.get(seen.title_id or "") if person.world else None
        result["lastSeen"] = {
            "deviceType": seen.device,
            "titleId": seen.title_id,
            "titleName": title.named_in_presence(view.language)
            if title and not title.system
            else "",
            "timestamp": ticks(seen.at, ""),
        }
    return result


def set_state(call: Call) -> Answer:
    """Let the caller appear offline, or no longer."""
    if target(call) is not call.caller:
        raise refusal(403, "It is somebody else's presence.", "presence")
    match body_object(call).get("state"):
        case "Cloaked":
            call.caller.cloak()
        case "Active":
            call.caller.uncloak()
        case _:
            raise refusal(400, "'state' has to be 'Active' or 'Cloaked'.", "presence")
    return Answer(200)


HOST = Host(
    "userpresence.xboxlive.com",
    [
        route("GET", r"/users/(?:me|xuid\((?P<xuid>\d+)\))", single),
        route("POST", r"/users/batch", batch),
        route("PUT", r"/users/xuid\((?P<xuid>\d+)\)/state", set_state),
    ],
    gate(Service("presence", frozenset({"3"}), names_json=True)),
)


def _requested_xuids(caller: Person, content: dict[str, Json]) -> set[str]:
    """Return the requested xuids: `users`, or everyone in a `group` in their place.

    Whether another owner's group can be read is not documented. Here it cannot, as in peoplehub.
    """
    if "group" not in content and "groupXuid" not in content:
        return set(xuid_list(content, "users", MOST_USERS))
    if "users" in content:
        raise refusal(400, "'users' and 'group' exclude each other.", "presence")
    if content.get("group") != "People":
        raise refusal(400, "The group is not valid.", "presence")
    (owner,) = xuid_list({"groupXuid": [content.get("groupXuid")]}, "groupXuid", 1)
    if owner != caller.xuid:
        raise refusal(403, "Only the owner's own people can be read.", "presence")
    return caller.friends


def _level(level: Json) -> int:
    if level not in LEVELS:
        raise refusal(400, "The level is not valid.", "presence")
    return LEVELS.index(level)


def _filter(content: dict[str, Json], key: str) -> set[str] | None:
    values = content.get(key)
    if values is None:
        return None
    if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
        raise refusal(400, f"'{key}' has to be a list of strings.", "presence")
    return set(values) or None


def _device(device: str, running: list[Activity], view: View) -> dict[str, Json]:
    if view.level < LEVELS.index("title") or not running:
        return {"type": device}
    records = [
        _title(activity, view)
        for activity in running
        if view.titles is None or activity.title.title_id in view.titles
    ]
    return {"type": device, "titles": records}


def _title(activity: Activity, view: View) -> dict[str, Json]:
    result: dict[str, Json] = {
        "id": activity.title.title_id,
        "name": activity.title.named_in_presence(view.language),
        "placement": activity.placement,
        "state": "Active",
        "lastModified": ticks(activity.since, ""),
    }
    if activity.rich_presence and view.level == LEVELS.index("all"):
        result["activity"] = {"richPresence": activity.rich_presence}
    return result
