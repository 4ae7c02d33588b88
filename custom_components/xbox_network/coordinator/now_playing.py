"""What people play at which console, and since when: what triggers and conditions ask for."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..xbox.people.changes import ChangeKind, change_now
from ..xbox.people.person import PersonSnapshot
from ..xbox.presence import DevicePlatform
from .consoles import ConsolesCoordinator
from .people import PeopleCoordinator

# Sent whenever something else is known about who plays what, and where.
NOW_PLAYING_CHANGED: Final = f"{DOMAIN}_plays_changed"

# So long what has just ended can be asked for: who is told of the end asks after it.
_AFTERWARDS: Final = timedelta(minutes=1)
_MOST_STRETCHES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaySpan:
    """A time in which a person plays one title in one place; `console_id` as soon as it is known."""

    title_id: str
    title: str | None
    platform: DevicePlatform | None
    console_id: str | None
    since: datetime


@dataclass(slots=True)
class _Session:
    """Playing without a break, the latest stretch last."""

    spans: list[PlaySpan] = field(default_factory=list)
    ended: datetime | None = None


class NowPlaying:
    """Remembers what the people of an account play as long as they do."""

    def __init__(
        self, hass: HomeAssistant, people: PeopleCoordinator, consoles: ConsolesCoordinator
    ) -> None:
        """Begin with what is known now: that goes on at least since now."""
        self._hass = hass
        self._people = people
        self._consoles = consoles
        self._players: dict[str, str | None] = {}
        self._sessions: dict[str, _Session] = {}
        self._update()

    @callback
    def start(self) -> None:
        """Follow people and consoles."""
        for coordinator in (self._people, self._consoles):
            entry = coordinator.config_entry
            entry.async_on_unload(coordinator.async_add_listener(self._on_update))

    def current_spans(self, xuid: str) -> tuple[PlaySpan, ...]:
        """Return what a person plays without a break, the latest first; nothing while not playing."""
        run = self._sessions.get(xuid)
        return tuple(reversed(run.spans)) if run and not run.ended else ()

    def console_of(self, xuid: str, title_id: str) -> str | None:
        """Return the console at which a person plays a title, or has until just now."""
        run = self._sessions.get(xuid)
        if run is None or (run.ended and dt_util.utcnow() - run.ended > _AFTERWARDS):
            return None
        found = (it.console_id for it in reversed(run.spans) if it.title_id == title_id)
        return next(found, None)

    def is_playing_at(self, xuid: str, console_id: str) -> bool:
        """Tell whether a person is known to play at a console now."""
        return self._players.get(console_id) == xuid

    @callback
    def _on_update(self) -> None:
        if self._update():
            async_dispatcher_send(self._hass, NOW_PLAYING_CHANGED)

    def _update(self) -> bool:
        """Take over what is known now; tell whether that is something else."""
        before = self._players, {xuid: self.current_spans(xuid) for xuid in self._sessions}
        consoles = self._consoles
        self._players = {
            console_id: consoles.player(console_id).xuid for console_id in consoles.data
        }
        for xuid in self._sessions.keys() - self._people.data.keys():
            del self._sessions[xuid]
        for xuid, person in self._people.data.items():
            self._update_person(xuid, person)
        return before != (
            self._players,
            {xuid: self.current_spans(xuid) for xuid in self._sessions},
        )

    def _update_person(self, xuid: str, person: PersonSnapshot) -> None:
        run = self._sessions.get(xuid)
        known = self._people.last_update_success and person.presence_current
        if known and person.presence.online and person.presence.in_game is None:
            return  # nobody has said yet whether it is a game
        game = change_now(ChangeKind.STARTED_PLAYING, person)
        if not known or game.title_id is None:
            if run and not run.ended:
                run.ended = dt_util.utcnow()
            return
        stretch = PlaySpan(
            title_id=game.title_id,
            title=game.title,
            platform=game.platform,
            console_id=self._console_of(xuid, game.platform),
            since=dt_util.utcnow(),
        )
        if run is None or run.ended:
            self._sessions[xuid] = _Session([stretch])
        else:
            run.spans = [
                *run.spans[-_MOST_STRETCHES:-1],
                *_joined(run.spans[-1], stretch),
            ]

    def _console_of(self, xuid: str, platform: DevicePlatform | None) -> str | None:
        return next(
            (
                console_id
                for console_id, player in self._players.items()
                if player == xuid and self._consoles.data[console_id].platform is platform
            ),
            None,
        )


def _joined(last: PlaySpan, new: PlaySpan) -> Iterator[PlaySpan]:
    """Yield two stretches, or one where they are the same: of where it is, doubt is no news."""
    same_title = (last.title_id, last.platform) == (new.title_id, new.platform)
    console_id = new.console_id or last.console_id
    if same_title and last.console_id in (None, console_id):
        yield replace(new, console_id=console_id, since=last.since)
    else:
        yield from (last, new)
