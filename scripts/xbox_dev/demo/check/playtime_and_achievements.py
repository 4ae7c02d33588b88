"""Checks that play time counts, limits apply, and achievements and triggers work."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any

from ..home_assistant.client import HomeAssistant
from .network import Network
from .registry import Ids

WITHIN = 90  # seconds for each observation: the people's script causes each one much sooner
FIRED = "xbox_network_demo_check"
AUTOMATION = "xbox_network_demo_check"
LIMITS = (1_000, 1_130)
NOTHING = ("unknown", "unavailable")


class Family:
    """The people to watch. `problems` has the missing observations."""

    def __init__(self, home: HomeAssistant, ids: Mapping[str, Ids]) -> None:
        """Store the people's entities by xuid."""
        self.ids = ids
        self._home = home
        self._started = time.monotonic()
        self._played = {it["sensor", "playtime_today"] for it in ids.values()}
        self._events = {it["event", "achievement"]: xuid for xuid, it in ids.items()}
        self._missing = {
            "play time counts": "no play time increased",
            "an achievement comes": "there was no achievement event",
            "a trigger fires": "no automation was started by xbox_network.started_playing",
        }
        self.unlocked: tuple[str, dict[str, Any]] | None = None
        self.problems: list[str] = []

    async def watch(self) -> None:
        """Watch until everything was seen. `unlocked` is the person and the event's attributes."""
        await self._home.command("subscribe_events", event_type="state_changed")
        await self._home.command("subscribe_events", event_type=FIRED)
        await self._automate()
        try:
            async with asyncio.timeout(WITHIN):
                while self._missing:
                    self._process(await self._home.event())
        except TimeoutError:
            self.problems += [f"{it} within {WITHIN} s" for it in self._missing.values()]

    async def _automate(self) -> None:
        """Add an automation, as the editor does."""
        config = {
            "alias": "Demo check",
            "triggers": [
                {
                    "trigger": "xbox_network.started_playing",
                    "target": {"entity_id": [it["event", "activity"] for it in self.ids.values()]},
                }
            ],
            "conditions": [],
            "actions": [{"event": FIRED}],
        }
        path = f"api/config/automation/config/{AUTOMATION}"
        await self._home.request("POST", path, json=config)

    def _process(self, event: dict[str, Any]) -> None:
        if event["event_type"] == FIRED:
            self._mark_seen("a trigger fires")
            return
        entity, old, new = (event["data"][it] for it in ("entity_id", "old_state", "new_state"))
        if new is None or new["state"] in NOTHING:
            return
        if entity in self._played:
            if old is not None and old["state"] not in NOTHING:
                counts = float(new["state"]) > float(old["state"])
                self._mark_seen("play time counts" if counts else "")
        elif entity in self._events and self.unlocked is None:
            self.unlocked = self._events[entity], new["attributes"]
            self._mark_seen("an achievement comes")

    def _mark_seen(self, observation: str) -> None:
        if self._missing.pop(observation, None):
            print(f"Family: {observation}, seen after {time.monotonic() - self._started:.1f} s")


async def examine(
    home: HomeAssistant, other: HomeAssistant, network: Network, ids: Mapping[str, Ids]
) -> list[str]:
    """Return the problems. `other` is the connection that listens in parallel."""
    family = Family(other, ids)
    await asyncio.gather(family.watch(), _follow_limit(home, family))
    if family.unlocked:
        family.problems += await _achievement(home, network, ids, *family.unlocked)
    family.problems += await _play_time(home, ids)
    return family.problems


async def _follow_limit(home: HomeAssistant, family: Family) -> None:
    """Set two limits. The time left must follow at once."""
    *_, entities = family.ids.values()  # those of a friend, because the account's own are watched
    number, left, today = (
        entities[it]
        for it in (
            ("number", "daily_limit"),
            ("sensor", "time_left"),
            ("sensor", "playtime_today"),
        )
    )
    for limit in LIMITS:
        await home.act("number.set_value", [number], value=limit)
        states = {it["entity_id"]: it["state"] for it in await home.command("get_states")}
        if not _is_left(states[left], limit, states[today]):
            text = f"{states[left]}, after {states[today]} min of {limit}"
            family.problems.append(f"{left} is {text}")
    print(f"Family: {left} is {states[left]} min, after {states[today]} min of {limit}")


def _is_left(left: str, limit: int, today: str) -> bool:
    if left in NOTHING or today in NOTHING:
        return False
    return abs(limit - float(today) - float(left)) <= 1  # a minute may end between two states


async def _achievement(
    home: HomeAssistant,
    network: Network,
    ids: Mapping[str, Ids],
    xuid: str,
    attributes: dict[str, Any],
) -> list[str]:
    """Return the problems of an achievement event, and of the answer about its title."""
    name, title_id = attributes["name"], attributes["title_id"]
    print(
        f"Family: {name} in {attributes['title']}, {attributes['gamerscore']} G, {attributes['rarity']} % have it"
    )
    unlocked = await network.unlocked(xuid, title_id)
    if name not in unlocked:
        return [f"{name} came as achievement, unlocked are {sorted(unlocked)}"]
    answer = await home.act(
        "xbox_network.get_achievements", [ids[xuid]["event", "achievement"]], answers=True
    )
    return [] if name in json.dumps(answer) else [f"get_achievements does not have {name}"]


async def _play_time(home: HomeAssistant, ids: Mapping[str, Ids]) -> list[str]:
    """Return the problems of the answer about play time."""
    entities = [it["sensor", "playtime_today"] for it in ids.values()]
    answer = await home.act("xbox_network.get_playtime", entities, answers=True)
    problems = []
    for it in answer["people"]:
        days = [day["minutes"] for day in it["days"]]
        print(f"Family: {it['name']} has played {days} min in the last days")
        if sum(days) != it["minutes"]:
            problems.append(f"get_playtime has {days} min, {it['minutes']} in all")
    if len(answer["people"]) != len(ids):
        problems.append(f"get_playtime has {len(answer['people'])} people")
    return problems
