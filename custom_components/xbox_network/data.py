"""The runtime data of a config entry: the objects that a loaded account works with."""

import asyncio
from dataclasses import dataclass, field

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import callback

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
    """The client, the coordinators and the cache files of one account.

    `adding` is held by the platform that adds entities of people, `changed` is set while a changed entry
    waits to be taken over.
    """

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
    adding: asyncio.Lock = field(default_factory=asyncio.Lock)
    changed: asyncio.Event = field(default_factory=asyncio.Event)


type XboxConfigEntry = ConfigEntry[XboxRuntimeData]


@callback
def is_loaded(entry: XboxConfigEntry) -> bool:
    """Return whether an account is loaded: it has its runtime data."""
    return entry.state is ConfigEntryState.LOADED


@callback
def is_active(entry: XboxConfigEntry) -> bool:
    """Return whether an account is loaded, or being loaded: the time in which it may change anything."""
    return entry.state in (ConfigEntryState.SETUP_IN_PROGRESS, ConfigEntryState.LOADED)
