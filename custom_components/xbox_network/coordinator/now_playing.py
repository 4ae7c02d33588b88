"""The titles that people play now, on which console and since when, for triggers and conditions."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..xbox.caches.title_names import TitleNames
from ..xbox.people.changes import ChangeKind, change_now
from ..xbox.people.person import PersonSnapshot
from ..xbox.presence import DevicePlatform
from .consoles import ConsolesCoordinator
from .people import PeopleCoordinator

# Dispatcher signal: a player, a title or a console has changed.
NOW_PLAYING_CHANGED: Final = f"{DOMAIN}_plays_changed"

# Time for which the console of an ended session is kept: triggers on the end ask for it.
_KEEP_ENDED: Final = timedelta(minutes=1)
_MAX_SPANS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaySpan:
    """A time in which a person plays one title in one place. `console_id` is None until it is known."""

    title_id: str
    title: str | None
    platform: DevicePlatform | None
    console_id: str | None
    since: datetime


@dataclass(slots=True)
class _Session:
    """The spans of a person without a break between them, the latest last."""

    spans: list[PlaySpan] = field(default_factory=list)
    ended: datetime | None = None


class NowPlaying:
    """Remembers the spans of the people of one account while they play, at the console of any account."""

    def __init__(
        self, hass: HomeAssistant, people: PeopleCoordinator, consoles: ConsolesCoordinator
    ) -> None:
        """Start with the titles that are played now. Their spans begin now."""
        self._hass = hass
        self._people = people
        self._consoles = consoles
        self._players: dict[str, str | None] = {}
        self._sessions: dict[str, _Session] = {}
        self._update()

    @property
    def title_names(self) -> TitleNames:
        """The names that the network has given to titles."""
        return self._people.observer.titles.names

    @callback
    def start(self) -> None:
        """Follow the coordinators of people and consoles."""
        for coordinator in (self._people, self._consoles):
            entry = coordinator.config_entry
            entry.async_on_unload(coordinator.async_add_listener(self._on_update))

    def current_spans(self, xuid: str) -> tuple[PlaySpan, ...]:
        """Return the spans of the current session of a person, the latest first; none while not playing."""
        session = self._sessions.get(xuid)
        return tuple(reversed(session.spans)) if session and not session.ended else ()

    def console_of(self, xuid: str, title_id: str) -> str | None:
        """Return the id of the console on which a person plays a title, or did until just now."""
        session = self._sessions.get(xuid)
        if session is None or (session.ended and dt_util.utcnow() - session.ended > _KEEP_ENDED):
            return None
        console_ids = (it.console_id for it in reversed(session.spans) if it.title_id == title_id)
        return next(console_ids, None)

    def is_playing_at(self, xuid: str, console_id: str) -> bool:
        """Return whether a person is known to play on a console now."""
        return self._players.get(console_id) == xuid

    @callback
    def _on_update(self) -> None:
        if self._update():
            async_dispatcher_send(self._hass, NOW_PLAYING_CHANGED)

    def _update(self) -> bool:
        """Take over the current players and titles. Return whether anything has changed."""
        before = self._players, {xuid: self.current_spans(xuid) for xuid in self._sessions}
        self._players = self._consoles.household.players()
        for xuid in self._sessions.keys() - self._people.data.keys():
            del self._sessions[xuid]
        for xuid, person in self._people.data.items():
            self._update_person(xuid, person)
        return before != (
            self._players,
            {xuid: self.current_spans(xuid) for xuid in self._sessions},
        )

    def _update_person(self, xuid: str, person: PersonSnapshot) -> None:
        session = self._sessions.get(xuid)
        is_known = self._people.last_update_success and person.presence_current
        if is_known and person.presence.online and person.presence.in_game is None:
            return  # it is not known yet whether the title is a game
        game = change_now(ChangeKind.STARTED_PLAYING, person)
        if not is_known or game.title_id is None:
            if session and not session.ended:
                session.ended = dt_util.utcnow()
            return
        span = PlaySpan(
            title_id=game.title_id,
            title=game.title,
            platform=game.platform,
            console_id=self._console_of(xuid, game.platform),
            since=dt_util.utcnow(),
        )
        if session is None or session.ended:
            self._sessions[xuid] = _Session([span])
        else:
            session.spans = [
                *session.spans[-_MAX_SPANS:-1],
                *_merged(session.spans[-1], span),
            ]

    def _console_of(self, xuid: str, platform: DevicePlatform | None) -> str | None:
        found = [console_id for console_id, player in self._players.items() if player == xuid]
        consoles = self._consoles.household.consoles() if found else {}
        return next((it for it in found if consoles[it].platform is platform), None)


def _merged(last: PlaySpan, new: PlaySpan) -> Iterator[PlaySpan]:
    """Yield two spans, or one if title and console are the same. An unknown console counts as the same."""
    same_title = (last.title_id, last.platform) == (new.title_id, new.platform)
    console_id = new.console_id or last.console_id
    if same_title and last.console_id in (None, console_id):
        yield replace(new, console_id=console_id, since=last.since)
    else:
        yield from (last, new)
