"""The changes of a person between two snapshots, each real change once."""

from dataclasses import dataclass, replace
from enum import StrEnum

from ..presence import DevicePlatform
from .person import PersonSnapshot


class ChangeKind(StrEnum):
    """The kind of a change."""

    CAME_ONLINE = "came_online"
    WENT_OFFLINE = "went_offline"
    STARTED_PLAYING = "started_playing"
    STOPPED_PLAYING = "stopped_playing"
    JOINED_PARTY = "joined_party"
    LEFT_PARTY = "left_party"


@dataclass(frozen=True, slots=True)
class Change:
    """One change, with the game that it is about or that is being played, and its platform."""

    kind: ChangeKind
    title: str | None = None
    title_id: str | None = None
    platform: DevicePlatform | None = None


class ChangeDetector:
    """Finds the changes of a person from one snapshot to the next.

    A value that was unknown before is no change: at the start, or after an outage, it is only newly known.
    """

    def __init__(self, person: PersonSnapshot) -> None:
        """Start from a snapshot."""
        self._online: bool | None = None
        self._game: Change | None = None
        self._in_party: bool | None = None
        self.update(person)

    def update(self, person: PersonSnapshot) -> list[Change]:
        """Return the changes since the last snapshot."""
        known = person.presence_current and person.presence.online is not None
        was_online, self._online = self._online, person.presence.online if known else None
        if self._online is None:
            self._game = None
            return self._party_changes(person)
        games = self._game_changes(person, was_online)
        found = self._online_changes(person, was_online)
        # an arrival is online before the game starts, a departure is offline after the game stops
        return [*(found + games if self._online else games + found), *self._party_changes(person)]

    def _online_changes(self, person: PersonSnapshot, was: bool | None) -> list[Change]:
        if was is None or was == self._online:
            return []
        return [
            change_now(ChangeKind.CAME_ONLINE if self._online else ChangeKind.WENT_OFFLINE, person)
        ]

    def _game_changes(self, person: PersonSnapshot, was_online: bool | None) -> list[Change]:
        if person.presence.in_game is None:
            return []  # whether the title is a game is unknown
        old, new = self._game, change_now(ChangeKind.STARTED_PLAYING, person)
        self._game = new
        if was_online is None or old is None or old.title_id == new.title_id:
            return []
        stopped = [replace(old, kind=ChangeKind.STOPPED_PLAYING)] if old.title_id else []
        return stopped + ([new] if new.title_id else [])

    def _party_changes(self, person: PersonSnapshot) -> list[Change]:
        was, self._in_party = self._in_party, _in_party(person)
        if was is None or self._in_party is None or was == self._in_party:
            return []
        return [
            change_now(ChangeKind.JOINED_PARTY if self._in_party else ChangeKind.LEFT_PARTY, person)
        ]


def _in_party(person: PersonSnapshot) -> bool | None:
    summary = person.profile.multiplayer_summary if person.profile else None
    if not person.profile_current or summary is None or summary.in_party is None:
        return None
    return summary.in_party > 0


def change_now(kind: ChangeKind, person: PersonSnapshot) -> Change:
    """Return a change of that kind with the game and the platform of a snapshot."""
    game = person.presence.active
    platform = person.presence.platform
    if game is None or not game.is_game:
        return Change(kind, platform=platform)
    known = person.title if person.title and person.title.title_id == game.title_id else None
    return Change(kind, (known.name if known else None) or game.name, game.title_id, platform)
