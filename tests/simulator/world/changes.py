"""What happens in the world, as its listeners are told: once after each change, never before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..people.person import Person
    from ..titles.title import Title


@dataclass(frozen=True)
class Glimpse:
    """How a person's presence looks at one moment."""

    state: str
    devices: tuple[str, ...]
    running: tuple[tuple[str, str, str, str | None], ...]
    """Device, title id, placement and rich presence of each title that runs."""
    focus: str | None

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the ids of the titles that run, each once."""
        return tuple(dict.fromkeys(title_id for _, title_id, _, _ in self.running))


@dataclass(frozen=True)
class PresenceChanged:
    """Devices, titles or rich presence of a person are not what they were."""

    person: Person
    before: Glimpse
    after: Glimpse


@dataclass(frozen=True)
class Unlocked:
    """A person unlocked achievements of a title, named by their numbers."""

    person: Person
    title: Title
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class PersonChanged:
    """Something else of a person changed: `party`, `gamertag`, `gamerpic` or `cloak`."""

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
    """Another number of people want to be the owner's friends."""

    owner: Person
    count: int


type Change = PresenceChanged | Unlocked | PersonChanged | FriendsChanged | RequestsChanged
type Listener = Callable[[Change], None]
