"""The simulated world: its people, titles, consoles and clock."""

from collections.abc import Iterable

from ..consoles.console import Console
from ..consoles.xccs_errors import QueuedErrors
from ..people.person import Person
from ..times import Clock, wall_clock
from ..titles.title import Title, system_titles
from .changes import Change, FriendsChanged, Listener, PresenceChanged, RequestsChanged


class World:
    """People, titles and consoles, stored by xuid, title id and console id."""

    def __init__(self, clock: Clock = wall_clock) -> None:
        """Create a world without people and with only the system's titles."""
        self.clock = clock
        self.people: dict[str, Person] = {}
        self.titles: dict[str, Title] = {}
        self.consoles: dict[str, Console] = {}
        self.xccs_errors = QueuedErrors()
        """Errors that the consoles' service returns next."""
        self.add_titles(system_titles())
        self.last_seen_jitter = 1.7
        """Seconds by which peoplehub's `lastSeenDateTimeUtc` steps back at every second call."""
        self.friend_request_summary = False
        """Whether each answer of peoplehub has the number of friend requests."""
        self.begun_first = False
        """Whether `unlockedOnly` lists achievements in progress before unlocked ones."""
        self.counter_lag = 120.0
        """Seconds from the end of a session until userstats counts it."""
        self.counter_step: float | None = None
        """Step, in seconds, in which userstats counts during a session; None: not during it."""
        self.strict_stats = False
        """Whether userstats refuses a batch if one of its persons hides their titles."""
        self.heartbeat = 0.0
        """Seconds between the reports of a PC about its titles; 0: it reports every end at once."""
        self.listeners: list[Listener] = []
        """Listeners that get each change, in this order."""

    def tell(self, change: Change) -> None:
        """Report a change to the consoles and the listeners."""
        if isinstance(change, PresenceChanged):
            for console in list(self.consoles.values()):
                console.notice(change.person)
        for listener in list(self.listeners):
            listener(change)

    def add(self, person: Person) -> Person:
        """Add a person to the world."""
        person.world = self
        self.people[person.xuid] = person
        return person

    def add_console(self, console: Console) -> Console:
        """Add a console to the world, or add it again."""
        console.world = self
        self.consoles[console.console_id] = console
        return console

    def remove_console(self, console: Console) -> None:
        """Remove a console from the world. Its players sign out."""
        for person in list(console.players):
            console.stand_up(person)
        del self.consoles[console.console_id]

    def settle(self) -> None:
        """Apply the changes that are due by now: those of consoles and the late reports of PCs."""
        for person in list(self.people.values()):
            person.settle()
        for console in list(self.consoles.values()):
            console.settle()

    def add_titles(self, titles: Iterable[Title]) -> None:
        """Add titles to the world."""
        self.titles |= {title.title_id: title for title in titles}

    def person(self, xuid: str) -> Person:
        """Return the person with that xuid. Raises KeyError if there is none."""
        return self.people[xuid]

    def by_gamertag(self, gamertag: str) -> Person | None:
        """Return the person with a gamertag: the classic one, or the modern one with its suffix."""
        folded = gamertag.casefold()
        for person in self.people.values():
            if folded in (person.gamertag.casefold(), person.unique_gamertag.casefold()):
                return person
        return None

    def delete(self, person: Person) -> None:
        """Delete an account."""
        for other in list(self.people.values()):
            self.withdraw_request(person, other)
            self.withdraw_request(other, person)
            self.unfriend(person, other)
        for console in self.consoles.values():
            console.forget(person)
        del self.people[person.xuid]

    def befriend(self, one: Person, other: Person) -> None:
        """Make two people friends of each other. Open requests between them end."""
        self.withdraw_request(one, other)
        self.withdraw_request(other, one)
        if other.xuid in one.friends:
            return
        one.friends.add(other.xuid)
        other.friends.add(one.xuid)
        self.tell(FriendsChanged(one, "Added", (other.xuid,)))
        self.tell(FriendsChanged(other, "Added", (one.xuid,)))

    def unfriend(self, one: Person, other: Person) -> None:
        """End a friendship on both sides."""
        if other.xuid not in one.friends:
            return
        for person, lost in ((one, other), (other, one)):
            person.friends.discard(lost.xuid)
            person.favorites.discard(lost.xuid)
        self.tell(FriendsChanged(one, "Removed", (other.xuid,)))
        self.tell(FriendsChanged(other, "Removed", (one.xuid,)))

    def mark_favorite(self, owner: Person, friend: Person, favorite: bool = True) -> None:
        """Mark a friend as favorite, or remove the mark."""
        if favorite:
            owner.favorites.add(friend.xuid)
        else:
            owner.favorites.discard(friend.xuid)
        self.tell(FriendsChanged(owner, "Changed", (friend.xuid,)))

    def request_friendship(self, one: Person, other: Person) -> None:
        """Send a friend request from one to the other, or accept an opposite request."""
        if other.xuid in one.requests_received:
            self.befriend(one, other)
        elif other.xuid not in one.friends | one.requests_sent:
            one.requests_sent.add(other.xuid)
            other.requests_received.add(one.xuid)
            self.tell(RequestsChanged(other, len(other.requests_received)))

    def withdraw_request(self, one: Person, other: Person) -> None:
        """End the request of one to the other: withdrawn or refused."""
        if other.xuid in one.requests_sent:
            one.requests_sent.discard(other.xuid)
            other.requests_received.discard(one.xuid)
            self.tell(RequestsChanged(other, len(other.requests_received)))
