"""The links between one account and its consoles: which of them this account has, and which it reads."""

from collections.abc import Container, Mapping

from .console import ConsoleSnapshot, WatchedConsole
from .link import Link


class Links:
    """What the service says of the consoles of an account. Another account may read some of them."""

    def __init__(self, watched: Mapping[str, WatchedConsole]) -> None:
        """Follow the consoles that an observer watches."""
        self._watched = watched

    @property
    def console_ids(self) -> frozenset[str]:
        """The ids of all consoles that a list has named, those that are gone, too."""
        return frozenset(self._watched)

    def of(self, console_id: str) -> Link:
        """Return the link to a console."""
        console = self._watched.get(console_id)
        return console.link if console else Link.UNLISTED

    def has_read(self, console_id: str, since: float) -> bool:
        """Return whether the status of a console was asked for since a moment, and answered."""
        read_at = self._watched[console_id].read_at if console_id in self._watched else None
        return read_at is not None and read_at >= since

    def leave_to_others(self, console_ids: Container[str]) -> None:
        """Read no console of these: other accounts do. All others are read, at once if they were not before."""
        for console_id, console in self._watched.items():
            console.read_here(here=console_id not in console_ids)

    def read_here(self, consoles: Mapping[str, ConsoleSnapshot]) -> list[ConsoleSnapshot]:
        """Return those of the consoles that this account reads."""
        return [it for it in consoles.values() if not self._watched[it.console_id].elsewhere]
