"""An account as the household sees it: its people, its consoles, and whom to tell about both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from homeassistant.config_entries import ConfigEntry, ConfigEntryState

from ..xbox.consoles.console import ConsoleSnapshot
from ..xbox.consoles.link import Link
from ..xbox.consoles.observer import ConsolesObserver
from ..xbox.presence import Presence
from .people import PeopleCoordinator


@dataclass(eq=False, slots=True, kw_only=True)
class Account:
    """One account that is loaded, or being loaded.

    `consoles` returns the snapshots of the consoles that it shows. `on_people` is called with the presences of
    everybody in the household, `on_shown` when it shows other consoles than before, `on_others` when another
    account has news, `wake` when a request has become due. `shows` are the ids of its consoles.
    """

    entry: ConfigEntry
    people: PeopleCoordinator
    observer: ConsolesObserver
    consoles: Callable[[], Mapping[str, ConsoleSnapshot]]
    on_people: Callable[[Mapping[str, Presence]], None]
    on_shown: Callable[[], None]
    on_others: Callable[[], None]
    wake: Callable[[], None]
    shows: frozenset[str] = field(default=frozenset())

    def lists(self, console_id: str) -> bool:
        """Return whether the console is linked to this account, as far as is known."""
        return self.observer.links.of(console_id) in (Link.LISTED, Link.MISSED, Link.DENIED)

    def may_take(self, console_id: str) -> bool:
        """Return whether this account could have the console of another one."""
        loaded = self.entry.state is ConfigEntryState.LOADED and not self.entry.disabled_by
        listed = self.observer.links.of(console_id) in (Link.LISTED, Link.DENIED)
        return loaded and self.observer.accepted and listed
