"""The runtime data of a config entry: the objects that a loaded account works with."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry

from .coordinator.achievements import AchievementsCoordinator
from .coordinator.consoles import ConsolesCoordinator
from .coordinator.friends import FriendsCoordinator
from .coordinator.now_playing import NowPlaying
from .coordinator.people import PeopleCoordinator
from .coordinator.played_titles import PlayedTitles
from .coordinator.playtime import PlaytimeCoordinator
from .coordinator.push import Push
from .storage.caches import CacheStore
from .xbox.client import XboxClient


@dataclass(frozen=True, slots=True, kw_only=True)
class XboxRuntimeData:
    """The client, the coordinators and the cache files of one account."""

    client: XboxClient
    people: PeopleCoordinator
    playtime: PlaytimeCoordinator
    friends: FriendsCoordinator
    consoles: ConsolesCoordinator
    push: Push
    achievements: AchievementsCoordinator
    caches: tuple[CacheStore, ...]
    now_playing: NowPlaying
    played_titles: PlayedTitles


type XboxConfigEntry = ConfigEntry[XboxRuntimeData]
