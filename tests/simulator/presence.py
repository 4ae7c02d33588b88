"""userpresence.xboxlive.com, contract 3, reading only."""

from .network import Answer, Call, Host, Json, json_answer, refusal, route
from .person import Activity, Person
from .services import Service, body_object, gate, target, xuid_list
from .times import ticks

MOST_USERS = 1_100
LEVELS = ("user", "device", "title", "all")


def single(call: Call) -> Answer:
    """Answer for one user; 403 when the caller may not see that one."""
    person = target(call)
    if not person.seen_by(call.caller):
        raise refusal(403, "The user's privacy settings do not allow this.", "presence")
    level = _level(call.query.get("level", "title"))
    return json_answer(_record(call, person, level, None, None))


def batch(call: Call) -> Answer:
    """Answer for users in no particular order; without those the caller may not see."""
    content = body_object(call)
    level = _level(content.get("level", "user"))
    devices = _filter(content, "deviceTypes")
    titles = _filter(content, "titles")
    people = call.network.world.people
    xuids = sorted(set(xuid_list(content, "users", MOST_USERS)), reverse=True)
    records = [
        _record(call, people[xuid], level, devices, titles)
        for xuid in xuids
        if xuid in people and people[xuid].seen_by(call.caller)
    ]
    if content.get("broadcastingOnly"):
        records = []
    if content.get("onlineOnly"):
        records = [record for record in records if record["state"] != "Offline"]
    return json_answer(records)


HOST = Host(
    "userpresence.xboxlive.com",
    [
        route("GET", r"/users/(?:me|xuid\((?P<xuid>\d+)\))", single),
        route("POST", r"/users/batch", batch),
    ],
    gate(Service("presence", frozenset({"3"}))),
)


def _level(level: Json) -> int:
    if level not in LEVELS:
        raise refusal(400, "The level is not valid.", "presence")
    return LEVELS.index(level)


def _filter(content: dict[str, Json], key: str) -> set[str] | None:
    wanted = content.get(key)
    if wanted is None:
        return None
    if not isinstance(wanted, list) or not all(isinstance(item, str) for item in wanted):
        raise refusal(400, f"'{key}' has to be a list of strings.", "presence")
    return set(wanted) or None


def _record(
    call: Call, person: Person, level: int, devices: set[str] | None, titles: set[str] | None
) -> dict[str, Json]:
    record: dict[str, Json] = {"xuid": person.xuid, "state": person.state_for(call.caller)}
    if level == LEVELS.index("user"):
        return record
    if record["state"] != "Offline":
        record["devices"] = [
            _device(call, device, running, level, titles)
            for device, running in person.devices.items()
            if devices is None or device in devices
        ]
    elif (seen := person.last_seen_for(call.caller)) is not None:
        title = call.network.world.titles.get(seen.title_id or "")
        record["lastSeen"] = {
            "deviceType": seen.device,
            "titleId": seen.title_id,
            "titleName": title.named(call.language) if title and not title.system else "",
            "timestamp": ticks(seen.at, ""),
        }
    return record


def _device(
    call: Call, device: str, running: list[Activity], level: int, titles: set[str] | None
) -> dict[str, Json]:
    if level < LEVELS.index("title") or not running:
        return {"type": device}
    records = [
        _title(call, activity, level)
        for activity in running
        if titles is None or activity.title.title_id in titles
    ]
    return {"type": device, "titles": records}


def _title(call: Call, activity: Activity, level: int) -> dict[str, Json]:
    record: dict[str, Json] = {
        "id": activity.title.title_id,
        "name": activity.title.named(call.language),
        "placement": activity.placement,
        "state": "Active",
        "lastModified": ticks(activity.since, ""),
    }
    if activity.rich_presence and level == LEVELS.index("all"):
        record["activity"] = {"richPresence": activity.rich_presence}
    return record
