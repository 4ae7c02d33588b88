"""Achievements of Xbox 360 titles: contract 3, and contract 1 without rarity."""

from ..network import Answer, Call, Json, json_answer
from ..people.person import Person, Progress
from ..services import player
from ..times import YEAR_ONE, ticks
from ..titles.title import Title
from .achievement import Achievement, achievements_of
from .lists import page, titles_asked

_LOCKED = "2002-11-15T00:00:00.0000000Z"


def all_of_titles(call: Call) -> Answer:
    """Answer all achievements of the requested titles."""
    return _answer(call, earned_only=False)


def earned(call: Call) -> Answer:
    """Answer only the unlocked achievements."""
    return _answer(call, earned_only=True)


def history(call: Call) -> Answer:
    """Answer the played titles."""
    person = player(call)
    played = [title for title in _titles(call, person) if title.title_id in person.progress]
    shown, paging = page(call, played, _token_end(call))
    records = [_title(title, person.progress[title.title_id]) for title in shown]
    return json_answer({"titles": records, "pagingInfo": paging, "version": _version()})


def _answer(call: Call, *, earned_only: bool) -> Answer:
    person = player(call)
    items = [
        (achievement, progress)
        for title in _titles(call, person)
        for progress in [person.progress.get(title.title_id) or Progress()]
        for achievement in achievements_of(title)
        if achievement.number in progress.unlocked or not earned_only
    ]
    shown, paging = page(call, items, _token_end(call))
    records = [_record(call, *item) for item in shown]
    return json_answer({"achievements": records, "pagingInfo": paging, "version": _version()})


def _titles(call: Call, person: Person) -> list[Title]:
    return [title for title in titles_asked(call, person) if title.is_xbox_360]


def _token_end(call: Call) -> str:
    return f",{ticks(call.network.clock())}"


def _version() -> str:
    return f"{YEAR_ONE}.0000000Z"


def _record(call: Call, achievement: Achievement, progress: Progress) -> dict[str, Json]:
    number, name = achievement.number, achievement.title.named(call.language)
    moment = progress.unlocked.get(number)
    record: dict[str, Json] = {
        "id": number,
        "titleId": int(achievement.title.title_id),
        "name": achievement.name,
        "sequence": 0,
        "flags": 9,
        "unlockedOnline": moment is not None and number % 2 == 1,
        "unlocked": moment is not None,
        "isSecret": achievement.secret,
        "platform": 255,
        "gamerscore": achievement.gamerscore,
        "imageId": number + 2,
        "description": f"Did number {number} of {name}.",
        "lockedDescription": f"Do number {number} of {name}.",
        "type": 1,
        "isRevoked": False,
        "timeUnlocked": ticks(moment) if moment else _LOCKED,
    }
    if call.headers["x-xbl-contract-version"] == "3":
        record["rarity"] = achievement.rarity
    return record


def _title(title: Title, progress: Progress) -> dict[str, Json]:
    return {
        "lastPlayed": ticks(progress.last_played),
        "titleId": int(title.title_id),
        "titleType": 1,
        "platforms": [1],
        "name": title.name,
        "sequence": 0,
        "currentAchievements": progress.achievements,
        "totalAchievements": title.achievements,
        "currentGamerscore": progress.gamerscore,
        "totalGamerscore": title.gamerscore,
    }
