"""The simulated world: who there is, which titles and consoles there are, what time it is."""

from collections.abc import Iterable

from ..consoles.console import Console
from ..consoles.xccs_errors import QueuedErrors
from ..people.person import Person
from ..times import Clock, wall_clock
from ..titles.title import Title, system_titles
from .changes import Change, FriendsChanged, Listener, PresenceChanged, RequestsChanged


class World:
    """People, titles and consoles, kept by xuid, title id and console id."""

    def __init__(self, clock: Clock = wall_clock) -> None:
        """Start a world without people and with the titles of the system alone."""
        self.clock = clock
        self.people: dict[str, Person] = {}
        self.titles: dict[str, Title] = {}
        self.consoles: dict[str, Console] = {}
        self.xccs_errors = QueuedErrors()
        """What goes wrong at the service of the consoles."""
        self.add_titles(system_titles())
        self.last_seen_jitter = 1.7
        """Seconds that `lastSeenDateTimeUtc` of peoplehub steps back at every second call."""
        self.friend_request_summary = False
        """Whether peoplehub tells the number of open requests with every answer."""
        self.begun_first = False
        """Whether `unlockedOnly` brings what is in progress before what is unlocked."""
        self.counter_lag = 120.0
        """Seconds after the end of a session at which userstats counts it."""
        self.counter_step: float | None = None
        """In which steps userstats counts during a session, in seconds; None if it does not."""
        self.strict_stats = False
        """Whether userstats refuses a batch with somebody in it who hides titles."""
        self.heartbeat = 0.0
        """Seconds between the moments at which a PC tells what runs; 0 if it tells every end at once."""
        self.listeners: list[Listener] = []
        """Who is told of each change, in this order."""

    def tell(self, change: Change) -> None:
        """Tell the consoles and the listeners what changed."""
        if isinstance(change, PresenceChanged):
            for console in list(self.consoles.values()):
                console.notice(change.person)
        for listener in list(self.listeners):
            listener(change)

    def add(self, person: Person) -> Person:
        """Put a person into the world."""
        person.world = self
        self.people[person.xuid] = person
        return person

    def add_console(self, console: Console) -> Console:
        """Put a console into the world, or back."""
        console.world = self
        self.consoles[console.console_id] = console
        return console

    def remove_console(self, console: Console) -> None:
        """Take a console out of the world; who plays there signs out."""
        for person in list(console.players):
            console.stand_up(person)
        del self.consoles[console.console_id]

    def settle(self) -> None:
        """Let happen what is due by now: on the consoles, and what PCs tell late."""
        for person in list(self.people.values()):
            person.settle()
        for console in list(self.consoles.values()):
            console.settle()

    def add_titles(self, titles: Iterable[Title]) -> None:
        """Put titles into the world."""
        self.titles |= {title.title_id: title for title in titles}

    def person(self, xuid: str) -> Person:
        """Return the person with that xuid; KeyError if there is none."""
        return self.people[xuid]

    def by_gamertag(self, gamertag: str) -> Person | None:
        """Return who has that gamertag, classic or modern with its suffix."""
        wanted = gamertag.casefold()
        for person in self.people.values():
            if wanted in (person.gamertag.casefold(), person.unique_gamertag.casefold()):
                return person
        return None

    def delete(self, person: Person) -> None:
        """Let an account be no more."""
        for other in list(self.people.values()):
            self.withdraw_request(person, other)
            self.withdraw_request(other, person)
            self.unfriend(person, other)
        for console in self.consoles.values():
            console.forget(person)
        del self.people[person.xuid]

    def befriend(self, one: Person, other: Person) -> None:
        """Make two people friends of each other, whoever had asked."""
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
        """Count a friend among the favourites, or not any more."""
        if favorite:
            owner.favorites.add(friend.xuid)
        else:
            owner.favorites.discard(friend.xuid)
        self.tell(FriendsChanged(owner, "Changed", (friend.xuid,)))

    def request_friendship(self, one: Person, other: Person) -> None:
        """Let one ask the other to be friends; who had asked already is answered with yes."""
        if other.xuid in one.requests_received:
            self.befriend(one, other)
        elif other.xuid not in one.friends | one.requests_sent:
            one.requests_sent.add(other.xuid)
            other.requests_received.add(one.xuid)
            self.tell(RequestsChanged(other, len(other.requests_received)))

    def withdraw_request(self, one: Person, other: Person) -> None:
        """End the request of one to the other, whichever of them does so."""
        if other.xuid in one.requests_sent:
            one.requests_sent.discard(other.xuid)
            other.requests_received.discard(one.xuid)
            self.tell(RequestsChanged(other, len(other.requests_received)))
