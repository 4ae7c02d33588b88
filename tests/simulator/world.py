"""The simulated world: who there is, which titles there are, what time it is."""

from collections.abc import Iterable

from .person import Person
from .times import Clock, wall_clock
from .title import Title, system_titles


class World:
    """People and titles, kept by xuid and title id."""

    def __init__(self, clock: Clock = wall_clock) -> None:
        """Start a world without people and with the titles of the system alone."""
        self.clock = clock
        self.people: dict[str, Person] = {}
        self.titles: dict[str, Title] = {}
        self.add_titles(system_titles())
        self.last_seen_jitter = 1.7
        """Seconds that `lastSeenDateTimeUtc` of peoplehub steps back at every second call."""

    def add(self, person: Person) -> Person:
        """Put a person into the world."""
        person.world = self
        self.people[person.xuid] = person
        return person

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

    def befriend(self, one: Person, other: Person) -> None:
        """Make two people friends of each other."""
        one.friends.add(other.xuid)
        other.friends.add(one.xuid)

    def unfriend(self, one: Person, other: Person) -> None:
        """End a friendship on both sides."""
        one.friends.discard(other.xuid)
        other.friends.discard(one.xuid)
