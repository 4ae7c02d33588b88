"""userstats.xboxlive.com, contracts 2 and 3: the minutes that people have played titles."""

import re

from ..network import Answer, Call, Host, Json, json_answer, refusal, route
from ..people.person import Person
from ..services import Service, body_object, gate, player, xuid_list
from .title import Title

MOST_USERS = 100
MOST_STATS = 1_000
MOST_NAMES = 10
MINUTES_PLAYED = "MinutesPlayed"

_NUMBER = re.compile(r"[0-9]{1,10}")


def batch(call: Call) -> Answer:
    """Answer statistics of people. A person with hidden titles or no value has an empty list."""
    content = body_object(call)
    if content.get("arrangebyfield") != "xuid":
        raise refusal(400, "'arrangebyfield' has to be 'xuid'.", "userstats")
    titles = [_requested_title(call, stat) for stat in _stats(content)]
    world = call.network.world
    people = [
        world.people[it] for it in xuid_list(content, "xuids", MOST_USERS) if it in world.people
    ]
    lists = [_list(call, person, titles) for person in people]
    groups = [_group(call, people, group) for group in content.get("groups") or ()]
    return json_answer({"groups": groups, "statlistscollection": lists})


def single(call: Call) -> Answer:
    """Answer one person's statistics of the title of a service config; 403 when hidden."""
    person, names = player(call), call.groups["names"].split(",")
    if len(names) > MOST_NAMES:
        raise refusal(400, "There are too many names.", "userstats")
    titles = call.network.world.titles.values()
    title = next((it for it in titles if it.scid == call.groups["scid"]), None)
    stats = [_stat(call, person, title)] if title and MINUTES_PLAYED in names else []
    for stat in stats:
        del stat["titleid"], stat["groupproperties"]
    entry = {"arrangebyfield": "xuid", "arrangebyfieldid": person.xuid, "stats": stats}
    return json_answer({"statlistscollection": [entry]})


HOST = Host(
    "userstats.xboxlive.com",
    [
        route("POST", r"/batch", batch),
        route(
            "GET",
            r"/users/xuid\((?P<xuid>\d+)\)/scids/(?P<scid>[0-9a-f-]{36})/stats/(?P<names>[^/]+)",
            single,
        ),
    ],
    gate(Service("stats", frozenset({"2", "3"}))),
)


def _stats(content: dict[str, Json]) -> list[dict[str, Json]]:
    stats = content.get("stats")
    if not isinstance(stats, list) or not 0 < len(stats) <= MOST_STATS:
        raise refusal(400, f"'stats' has to list 1 to {MOST_STATS} statistics.", "userstats")
    if not all(isinstance(stat, dict) and isinstance(stat.get("name"), str) for stat in stats):
        raise refusal(400, "Each statistic has to have a name.", "userstats")
    return stats


def _group(call: Call, people: list[Person], group: Json) -> dict[str, Json]:
    """Return a group of a title's own statistics, of which no title of the world has any."""
    if not isinstance(group, dict) or group.get("name") != "Hero":
        raise refusal(400, "Only the group 'Hero' is known.", "userstats")
    title = _requested_title(call, {**group, "name": MINUTES_PLAYED})
    return {
        "name": "Hero",
        "titleid": title.title_id if title else "",
        "statlistscollection": [_list(call, person, []) for person in people],
    }


def _requested_title(call: Call, stat: dict[str, Json]) -> Title | None:
    """Return the title of a requested statistic, None if there is no such statistic or title."""
    titles = call.network.world.titles
    if isinstance(scid := stat.get("scid"), str):
        found = next((it for it in titles.values() if it.scid == scid), None)
        return found if stat["name"] == MINUTES_PLAYED else None
    title_id = stat.get("titleId", stat.get("titleid"))
    if not isinstance(title_id, str) or not _NUMBER.fullmatch(title_id):
        raise refusal(400, "Each statistic has to name a title.", "userstats")
    return titles.get(title_id) if stat["name"] == MINUTES_PLAYED else None


def _list(call: Call, person: Person, titles: list[Title | None]) -> dict[str, Json]:
    hides = person.hides_titles and person is not call.caller
    if hides and call.network.world.strict_stats:
        raise refusal(403, "The user's privacy settings do not allow this.", "userstats")
    shown = [it for it in titles if it is not None and it.counts_minutes and not hides]
    stats = [_stat(call, person, title) for title in shown]
    return {"arrangebyfield": "xuid", "arrangebyfieldid": person.xuid, "stats": stats}


def _stat(call: Call, person: Person, title: Title) -> dict[str, Json]:
    stat: dict[str, Json] = {
        "groupproperties": {},
        "xuid": person.xuid,
        "scid": title.scid,
        "titleid": title.title_id,
        "name": MINUTES_PLAYED,
        "type": "Integer",
        "properties": {},
    }
    if title.title_id in person.progress and title.counts_minutes:
        world = call.network.world
        times = (call.network.clock(), world.counter_lag, world.counter_step)
        stat["value"] = str(person.counter.minutes(title.title_id, *times))
    return stat
