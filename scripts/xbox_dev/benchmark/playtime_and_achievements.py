"""The cost of play time and achievements: an hour with them, and the same hour without."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from custom_components.xbox_network.storage.caches import CacheKind
from custom_components.xbox_network.storage.playtime import File
from custom_components.xbox_network.xbox.endpoints import Service

from .environment import Push
from .hours import Hour, hour_without_family

SERVICES = (Service.ACHIEVEMENTS, Service.STATS, Service.TITLES)
"""The services that they use. Titles are also requested for details and progress."""
FILES = (*(it.value for it in File), CacheKind.UNLOCKS.value)
"""The files that they write."""

SENSORS = ("playtime_today", "playtime_week", "playtime_session", "time_left")
_LIVES = ("two stay in games", "playing")
_PUSHES = (Push.REFUSED, Push.PROVED)


type Hours = Mapping[str, Mapping[Push, Hour]]


@dataclass(frozen=True)
class Cost:
    """The additional cost of an hour of play of one person. Bytes are those of the answers."""

    life: str
    push: Push
    hours_played: float
    requests: float
    requests_by_service: dict[str, float]
    bytes: int
    state_writes: float
    state_writes_by_key: dict[str, float]
    cpu_seconds: float
    storage_writes: dict[str, int]
    storage_bytes: dict[str, int]

    @property
    def name(self) -> str:
        """Return the name of the hour."""
        return f"{self.life}, {self.push}"


def hours_without() -> Hours:
    """Measure the hours that `costs` compares with."""
    return {life: {push: hour_without_family(life, push) for push in _PUSHES} for life in _LIVES}


def costs(hours: Hours, without: Hours) -> list[Cost]:
    """Return the additional cost of each hour. The state writes are those of play time."""
    return [
        _cost(life, push, hours[life][push], without_them)
        for life, by_push in without.items()
        for push, without_them in by_push.items()
    ]


def _cost(life: str, push: Push, hour: Hour, without_them: Hour) -> Cost:
    played = hour.hours_played
    more = Counter(hour.requests_by_service)
    more.subtract(without_them.requests_by_service)
    writes = {key: hour.state_writes_by_key.get(key, 0) for key in SENSORS}
    return Cost(
        life,
        push,
        played,
        round((hour.requests - without_them.requests) / played, 1),
        {service: round(count / played, 1) for service, count in more.most_common() if count},
        round((hour.bytes - without_them.bytes) / played),
        round(sum(writes.values()) / played, 1),
        {key: round(count / played, 1) for key, count in writes.items()},
        round((hour.cpu_seconds - without_them.cpu_seconds) / played, 3),
        {name: hour.storage_writes.get(name, 0) for name in FILES},
        {name: hour.storage_bytes.get(name, 0) for name in FILES},
    )
