"""Compares Home Assistant's entity registry with the expected entities."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..home_assistant.client import HomeAssistant
from ..home_assistant.devices import key, our_entities, platform

PERSON = {
    "binary_sensor": {"online", "in_game", "in_party"},
    "button": {"bonus_time"},
    "event": {"achievement", "activity"},
    "image": {"gamerpic", "now_playing"},
    "number": {"daily_limit"},
    "sensor": {
        "now_playing",
        "platform",
        "last_online",
        "gamerscore",
        "game_progress",
        "game_achievements",
        "game_gamerscore",
        "friends",
        "followers",
        "following",
        "party_size",
        "playtime_session",
        "playtime_today",
        "playtime_week",
        "time_left",
    },
}
OFF = {
    "image": {"avatar", "box_art", "hero_art", "key_art", "poster"},
    "sensor": {"rich_presence", "party_join_restriction"},
}
OWNER = {"sensor": {"friends_online", "friend_requests"}}

type Ids = dict[tuple[str, str], str]


class Registry:
    """The entities by xuid. `problems` has the differences."""

    def __init__(self, people: Mapping[str, str | None]) -> None:
        """Store the expected people: the subentry by xuid, None for the owner."""
        self._people = people
        self.ids: dict[str, Ids] = {xuid: {} for xuid in people}
        self.problems: list[str] = []

    async def read(self, home: HomeAssistant) -> None:
        """Read the registry and compare it."""
        for entity in await our_entities(home):
            xuid = str(entity["unique_id"]).partition("_")[0]
            if not xuid.isdecimal():  # an entity of a console
                continue
            self.problems += _entity_problems(entity, xuid, self._people)
            self.ids.setdefault(xuid, {})[platform(entity), key(entity)] = entity["entity_id"]
        for xuid, subentry in self._people.items():
            for expected in (PERSON, OFF, {} if subentry else OWNER):
                self.problems += missing(expected, self.ids[xuid])


def _entity_problems(
    entity: dict[str, Any], xuid: str, people: Mapping[str, str | None]
) -> Iterator[str]:
    name = entity["entity_id"]
    if xuid not in people:
        yield f"{name} belongs to no added person"
    elif entity["config_subentry_id"] != people[xuid]:
        yield f"{name} does not belong to the subentry of its person"
    off = key(entity) in OFF.get(platform(entity), set())
    if off != (entity["disabled_by"] == "integration"):
        yield f"{name} is not {'disabled' if off else 'enabled'} by default"


def missing(expected: Mapping[str, set[str]], ids: Ids) -> Iterator[str]:
    """Yield the expected entities that are missing."""
    example = next(iter(ids.values()), "anything")
    for kind, names in expected.items():
        for name in sorted(names):
            if (kind, name) not in ids:
                yield f"there is no {kind} {name} beside {example}"
