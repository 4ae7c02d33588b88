"""Achievements of Xbox One, Series and PC titles: contract 4, and contract 2 without rarity."""

import uuid

from ..network import Answer, Call, Json, json_answer, refusal
from ..people.person import Person, Progress
from ..services import player
from ..times import ticks
from ..titles.title import Title
from .achievement import Achievement, achievements_of, progress_state, progression
from .lists import one_of, page, titles_asked

_ORDERS = ("Unordered", "Title", "UnlockTime", "EndingSoon")
_PLATFORMS = {"XboxSeries": "Scarlett", "PC": "WindowsOneCore", "XboxOne": "Durango"}


def achievements(call: Call) -> Answer:
    """Answer the achievements of titles, by default of all titles with progress of a person.

    `unlockedOnly` includes the achievement in progress, as seen at the service.
    """
    person = player(call)
    items = [
        (achievement, _progress(person, title))
        for title in _titles(call, person)
        for achievement in achievements_of(title)
    ]
    if one_of(call, "types", ("Persistent", "Challenge")) == "Challenge":
        items = []
    if one_of(call, "unlockedOnly", ("true", "false")) == "true":
        items = [item for item in items if progress_state(*item) != "NotStarted"]
    if one_of(call, "orderBy", _ORDERS) == "UnlockTime":
        items.sort(key=lambda item: item[1].unlocked.get(item[0].number, 0.0), reverse=True)
        if call.network.world.begun_first:
            items.sort(key=lambda item: progress_state(*item) != "InProgress")
    shown, paging = page(call, items)
    records = [_record(call, *item) for item in shown]
    return json_answer({"achievements": records, "pagingInfo": paging})


def one(call: Call) -> Answer:
    """Answer a list of one achievement, by the service config id in lower case."""
    person, number = player(call), int(call.groups["number"])
    for title in call.network.world.titles.values():
        if title.scid == call.groups["scid"] and 0 < number <= title.achievements:
            record = _record(call, Achievement(title, number), _progress(person, title))
            paging = {"continuationToken": None, "totalRecords": 1}
            return json_answer({"achievements": [record], "pagingInfo": paging})
    raise refusal(404, "There is no such achievement.", "achievements")


def history(call: Call) -> Answer:
    """Answer the titles with unlocks, ordered by title id, which is not the order of time."""
    person = player(call)
    played = [
        (title, progress)
        for title in _titles(call, person)
        if (progress := _progress(person, title)).unlocked
    ]
    if one_of(call, "orderBy", ("unlockTime",)):
        played.sort(key=lambda item: max(item[1].unlocked.values()), reverse=True)
    shown, paging = page(call, played)
    return json_answer({"titles": [_title(*item) for item in shown], "pagingInfo": paging})


def _titles(call: Call, person: Person) -> list[Title]:
    return [title for title in titles_asked(call, person) if title.source_version == 2]


def _progress(person: Person, title: Title) -> Progress:
    return person.progress.get(title.title_id) or Progress()


def _record(call: Call, achievement: Achievement, progress: Progress) -> dict[str, Json]:
    title, state = achievement.title, progress_state(achievement, progress)
    name = title.named(call.language)
    association = {"name": name, "id": int(title.title_id)}
    record: dict[str, Json] = {
        "id": str(achievement.number),
        "serviceConfigId": title.scid,
        "name": achievement.name,
        "titleAssociations": [association] if achievement.names_title else [],
        "progressState": state,
        "progression": progression(achievement, progress),
        "mediaAssets": [_icon(achievement)],
        "platforms": [_platform(title)],
        "isSecret": achievement.secret,
        "description": f"Did number {achievement.number} of {name}.",
        "lockedDescription": f"Do number {achievement.number} of {name}.",
        "productId": str(uuid.uuid5(uuid.NAMESPACE_URL, title.title_id)),
        "achievementType": "Persistent",
        "participationType": "Individual",
        "timeWindow": None,
        "rewards": _rewards(achievement),
        "estimatedTime": "00:00:00",
        "deeplink": None,
        "isRevoked": False,
    }
    if achievement.secret and state != "Achieved":
        text = "Keep playing to unlock this achievement."
        record |= {"name": "Secret achievement", "description": text, "lockedDescription": text}
    if call.headers["x-xbl-contract-version"] == "4":
        record["rarity"] = achievement.rarity
    return record


def _icon(achievement: Achievement) -> dict[str, str]:
    url = f"http://images-eds.xboxlive.com/image?url={achievement.picture}"
    return {"name": f"{achievement.unique('icon')}.png", "type": "Icon", "url": url}


def _platform(title: Title) -> str:
    return next((_PLATFORMS[name] for name in _PLATFORMS if name in title.devices), "Durango")


def _rewards(achievement: Achievement) -> list[dict[str, Json]]:
    rewards = []
    if achievement.gamerscore:
        rewards.append(_reward("Gamerscore", str(achievement.gamerscore), "Int"))
    if achievement.number % 8 == 0:
        rewards.append(_reward("InApp", "lantern", "String"))
    return rewards


def _reward(kind: str, value: str, value_type: str) -> dict[str, Json]:
    return {
        "name": None,
        "description": None,
        "value": value,
        "type": kind,
        "mediaAsset": None,
        "valueType": value_type,
    }


def _title(title: Title, progress: Progress) -> dict[str, Json]:
    return {
        "lastUnlock": ticks(max(progress.unlocked.values())),
        "titleId": int(title.title_id),
        "serviceConfigId": title.scid,
        "titleType": "DGame",
        "platform": _platform(title),
        "name": title.name,
        "earnedAchievements": progress.achievements,
        "currentGamerscore": progress.gamerscore,
        "maxGamerscore": title.gamerscore,
    }
