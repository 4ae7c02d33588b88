"""The people of all accounts, each once, and the player of a console among them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr

from ..const import DOMAIN
from ..xbox.consoles.console import ConsoleSnapshot
from ..xbox.consoles.player import Player, PlayerReason, find_player
from ..xbox.presence import Presence
from .account import Account


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """A person as one account sees them. `is_own` is whether it is the account of this person."""

    presence: Presence
    current: bool
    is_own: bool

    @property
    def worth(self) -> tuple[bool, ...]:
        """How good a view this is: an own account sees what a person hides, a friend may see nothing."""
        online = self.presence.online
        return self.current, self.is_own, online is not None, bool(online)


@callback
def everybody(accounts: Iterable[Account]) -> dict[str, SeenPerson]:
    """Return the best view of each person by xuid."""
    best: dict[str, SeenPerson] = {}
    for people in (account.people for account in accounts):
        for xuid, person in (people.data or {}).items():
            current = people.last_update_success and person.presence_current
            seen = SeenPerson(person.presence, current, xuid == people.owner)
            if xuid not in best or seen.worth > best[xuid].worth:
                best[xuid] = seen
    return best


@callback
def all_consoles(accounts: Collection[Account]) -> dict[str, ConsoleSnapshot]:
    """Return the snapshot of each console by its id: that of the account that shows it, if one does."""
    known = {it: console for account in accounts for it, console in account.consoles().items()}
    for account in accounts:
        if account.observer.links.console_ids - known.keys():
            known = dict(account.observer.snapshots()) | known
    return known


@callback
def player_at(console_id: str, reader: Account, accounts: Collection[Account]) -> Player:
    """Return the player of a console that `reader` reads, and the reason why the player is known or not.

    A person with an outdated presence is not named as the player, but stays a candidate.
    """
    linked = [it for it in accounts if it is reader or it.lists(console_id)]
    if not any(it.people.last_update_success for it in linked):
        return Player(reason=PlayerReason.PEOPLE_UNAVAILABLE)
    consoles = all_consoles(accounts)
    if (console := consoles.get(console_id)) is None:
        return Player(reason=PlayerReason.CONSOLE_UNKNOWN)
    people = everybody(accounts)
    at_console = reader.observer.evidence.people_at(console_id) | {it.people.owner for it in linked}
    player = find_player(console, consoles.values(), presences_of(people), at_console)
    if player.xuid and not people[player.xuid].current:
        return Player(reason=PlayerReason.PRESENCE_OUTDATED)
    return player


def presences_of(people: Mapping[str, SeenPerson]) -> dict[str, Presence]:
    """Return the presence of each person by xuid."""
    return {xuid: person.presence for xuid, person in people.items()}


@callback
def name_of(xuid: str, reader: Account, accounts: Iterable[Account]) -> str | None:
    """Return the name of a person: one given in Home Assistant, else that on Xbox.

    Of several devices of the person, that in the account that reads the console goes first, then that in the
    person's own account.
    """
    knowing = [it.people for it in accounts if xuid in (it.people.data or {})]
    knowing.sort(key=lambda people: (people is not reader.people, people.owner != xuid))
    for people in knowing:
        registry, entry_id = dr.async_get(people.hass), people.config_entry.entry_id
        device = registry.async_get_device_by_identifier((DOMAIN, xuid), entry_id)
        if device and device.name_by_user:
            return device.name_by_user
    return knowing[0].device_name(xuid) if knowing else None
