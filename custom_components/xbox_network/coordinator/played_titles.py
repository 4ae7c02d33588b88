"""The titles that people have played so far: a trace says so if an automation names none of them."""

import asyncio
import time
from typing import Final

from ..xbox.endpoints import Service
from ..xbox.errors import XboxError
from ..xbox.http.rate_limits import RESERVES, Purpose
from .people import PeopleCoordinator
from .playtime import PlaytimeCoordinator

_MAX_TITLES: Final = 500
_READ_AGAIN_SECONDS: Final = 24 * 3600.0
_RETRY_SECONDS: Final = 3600.0


class PlayedTitles:
    """The titles that the people of one account have played, as far as known.

    What was counted here is always known. The history from before is read when somebody asks for it, at most
    once a day for each person; a person may hide it.
    """

    def __init__(self, people: PeopleCoordinator, playtime: PlaytimeCoordinator) -> None:
        """Start without any history."""
        self._people = people
        self._playtime = playtime
        self._histories: dict[str, frozenset[str]] = {}
        self._due: dict[str, float] = {}
        self._reading = asyncio.Lock()

    def of(self, xuid: str) -> set[str]:
        """Return the ids of the titles that a person has played, as far as known."""
        counted = self._playtime.tracker.summary(xuid).days.values()
        recent = self._people.observer.recent_titles().get(xuid, ())
        return {*self._histories.get(xuid, ()), *recent}.union(*(it.titles for it in counted))

    def is_history_known(self, xuid: str) -> bool:
        """Return whether the titles from before this person was watched are known, too."""
        return xuid in self._histories

    async def read_history(self, xuid: str) -> None:
        """Read the history of a person if that is due. Never raises an `XboxError`."""
        async with self._reading:
            now, client = time.monotonic(), self._people.client
            reserve = RESERVES[Service.TITLES, Purpose.PLAY_HISTORY]
            if (
                now < self._due.get(xuid, now)
                or (client.budget_left(Service.TITLES) or 0) <= reserve
            ):
                return
            self._due[xuid] = now + _RETRY_SECONDS
            try:
                titles = await client.titles.history(xuid, _MAX_TITLES)
            except XboxError:
                return
        if titles:  # an empty list may mean that the person hides it
            for title in titles:
                self._people.observer.titles.names.learn(title.title_id, title.name)
            self._histories[xuid] = frozenset(title.title_id for title in titles)
            self._due[xuid] = now + _READ_AGAIN_SECONDS
