"""The changes that the world reports to its listeners, once each, after the change."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..people.person import Person
    from ..titles.title import Title


@dataclass(frozen=True)
class Glimpse:
    """The presence of a person at one moment."""

    state: str
    devices: tuple[str, ...]
    running: tuple[tuple[str, str, str, str | None], ...]
    """Device, title id, placement and rich presence of each running title."""
    focus: str | None

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the ids of the running titles, each once."""
        return tuple(dict.fromkeys(title_id for _, title_id, _, _ in self.running))


@dataclass(frozen=True)
class PresenceChanged:
    """The devices, titles or rich presence of a person changed."""

    person: Person
    before: Glimpse
    after: Glimpse


@dataclass(frozen=True)
class Unlocked:
    """A person unlocked achievements of a title, given by their numbers."""

    person: Person
    title: Title
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class PersonChanged:
    """Another part of a person changed: `what` is `party`, `gamertag`, `gamerpic` or `cloak`."""

    person: Person
    what: str


@dataclass(frozen=True)
class FriendsChanged:
    """A friend list changed: `kind` is `Added`, `Removed` or `Changed`."""

    owner: Person
    kind: str
    xuids: tuple[str, ...]


@dataclass(frozen=True)
class RequestsChanged:
    """The number of received friend requests changed."""

    owner: Person
    count: int


type Change = PresenceChanged | Unlocked | PersonChanged | FriendsChanged | RequestsChanged
type Listener = Callable[[Change], None]
