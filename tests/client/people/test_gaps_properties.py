"""A property: answers that leave something out once change nothing, whatever people do meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from random import Random

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.people.changes import ChangeDetector, ChangeKind
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from custom_components.xbox_network.xbox.people.person import PersonSnapshot
from tests.client.conftest import FRIEND, HARBOR_KINGS, LUMEN_VIDEO, OWNER, STARFALL_DRIFT
from tests.helpers.random_traces import random_traces
from tests.helpers.thinning import Thinning
from tests.simulator import Person, Simulator

PARTS = 2
GAMES = (STARFALL_DRIFT, HARBOR_KINGS)
PARTY = (ChangeKind.JOINED_PARTY, ChangeKind.LEFT_PARTY)
DEVICES = ("Scarlett", "PC")

type Truth = tuple[bool, str | None, bool]
type Told = tuple[str, str | None]


def truth(person: Person) -> Truth:
    """Return whether a person is online, the game, and whether the person is in a party."""
    games = [it.title.title_id for _, it in person.activities() if it.title.is_game]
    return bool(person.devices), next(iter(games), None), person.party is not None


def expected(before: Truth, after: Truth) -> list[Told]:
    """Return the changes that are to be told."""
    (online, game, party), (is_online, new_game, in_party) = before, after
    told: list[Told] = []
    if is_online and not online:
        told.append((ChangeKind.CAME_ONLINE, None))
    if game != new_game:
        told += [(ChangeKind.STOPPED_PLAYING, game)] if game else []
        told += [(ChangeKind.STARTED_PLAYING, new_game)] if new_game else []
    if online and not is_online:
        told.append((ChangeKind.WENT_OFFLINE, None))
    if party != in_party:
        told.append((ChangeKind.JOINED_PARTY if in_party else ChangeKind.LEFT_PARTY, None))
    return told


def act(rng: Random, person: Person) -> None:
    """Let a person do something: at most one game at a time, and a party only while online."""
    device = next(iter(person.devices), None) or rng.choice(DEVICES)
    match rng.randrange(9):
        case 0:
            person.go_offline()
        case 1:
            person.go_online(device)
        case 2 | 3 | 4:
            person.play(rng.choice(GAMES), device, rng.choice((None, "Lap 1", "Lap 2")))
        case 5:
            person.play(LUMEN_VIDEO, device)
        case 6:
            person.stop()
        case 7 if person.party:
            person.leave_party()
        case 7 if person.devices:
            person.join_party(rng.randint(2, 4))
        case _:
            person.unlock(STARFALL_DRIFT)


def steady_facts(person: PersonSnapshot) -> Iterator[tuple[str, object]]:
    """Yield what is shown of a person, and always known."""
    presence, profile = person.presence, person.profile
    assert profile
    assert profile.detail
    assert profile.multiplayer_summary
    yield "online", presence.online
    yield "in_game", person.in_game
    yield "title", presence.active and presence.active.title_id
    if presence.active:
        yield f"text in {presence.active.title_id}", presence.active.rich_presence or None
    yield "platform", presence.platform
    yield "party", profile.multiplayer_summary.in_party
    yield "gamertag", profile.gamertag
    yield "picture", profile.display_pic_raw
    yield "gamerscore", profile.gamer_score
    yield "friends", profile.detail.friend_count
    yield "followers", profile.detail.follower_count
    yield "following", profile.detail.following_count


def title_facts(person: PersonSnapshot) -> Iterator[tuple[str, object]]:
    """Yield what is shown of the title that a person is in."""
    title = person.title
    achievement = title.achievement if title else None
    active = person.presence.active
    yield "name", ((title and title.name) or (active and active.name)) or None
    if title:  # of a new title the first picture may not be the best
        yield f"art of {title.title_id}", title.square_image_address
    yield "percent", achievement.progress_percentage if achievement else None
    yield "unlocked", achievement.current_achievements if achievement else None
    yield "points", achievement.current_gamerscore if achievement else None


@dataclass
class Watch:
    """What was told and shown of a person since the last act."""

    detector: ChangeDetector
    last: PersonSnapshot
    told: list[Told] = field(default_factory=list)
    shown: dict[str, list[object]] = field(default_factory=dict)

    def see(self, person: PersonSnapshot) -> None:
        """Take note of a snapshot."""
        for it in self.detector.update(person):
            # that a title is a game, and the party, may be told a little later or earlier than the rest
            about_game = it.kind in (ChangeKind.STARTED_PLAYING, ChangeKind.STOPPED_PLAYING)
            self.told.append((it.kind, it.title_id if about_game else None))
        for name, value in steady_facts(person):
            self.shown.setdefault(name, []).append(value)
        for name, value in title_facts(person):
            if value is not None:  # the details of a new title may come later
                self.shown.setdefault(name, []).append(value)
        self.last = person

    def start_over(self) -> None:
        """Forget all but the last snapshot."""
        self.told, self.shown = [], {}
        self.see(self.last)

    @property
    def flaps(self) -> dict[str, list[object]]:
        """What has changed more than once."""
        runs = {name: [key for key, _ in groupby(values)] for name, values in self.shown.items()}
        return {name: values for name, values in runs.items() if len(values) > 2}


async def settle(
    observer: PeopleObserver, freezer: FrozenDateTimeFactory, watches: dict[str, Watch]
) -> None:
    """Let five minutes pass, then refresh until nothing is left to be looked at again, and once more."""
    for _ in range(3):
        freezer.tick(100)
        for xuid, person in (await observer.refresh()).items():
            watches[xuid].see(person)
        freezer.tick(observer.seconds_until_refresh)
    for _ in range(3):
        for xuid, person in (await observer.refresh()).items():
            watches[xuid].see(person)
        freezer.tick(observer.seconds_until_refresh)


@pytest.mark.random_traces
@pytest.mark.parametrize("part", range(PARTS))
async def test_thinned_answers(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory, part: int
) -> None:
    """Nothing is told that nobody did, all that somebody did is told, and nothing shown changes back.

    Any answer may be thinned as `Thinning` says; of two answers in a row to one question about one person (at
    titlehub: about one title of one person) at most one is: otherwise it is believed. The first answers are whole.
    """
    for rng in random_traces("thinned answers", part, PARTS):
        people = [simulator.world.person(xuid) for xuid in (OWNER, FRIEND)]
        simulator.heal()
        for person in people:
            person.go_offline()
            person.leave_party()
            person.last_seen = None
            act(rng, person)
        observer = PeopleObserver(client, [OWNER, FRIEND])
        freezer.tick(10)
        first = await observer.refresh()
        await observer.refresh()
        first = await observer.refresh()
        watches = {xuid: Watch(ChangeDetector(it), it) for xuid, it in first.items()}
        thinning = Thinning(rng)
        thinning.attach(simulator)
        for _ in range(3):
            before = {person.xuid: truth(person) for person in people}
            for watch in watches.values():
                watch.start_over()
            for person in people:
                act(rng, person)
            await settle(observer, freezer, watches)
            for person in people:
                watch = watches[person.xuid]
                told = sorted(watch.told, key=lambda it: it[0] in PARTY)
                assert told == expected(before[person.xuid], truth(person))
                assert watch.flaps == {}
        simulator.clear()


async def test_answers_in_a_row(client: XboxClient, simulator: Simulator) -> None:
    """Between two thinned answers to one question is a whole one, whatever else the service is asked meanwhile."""
    simulator.world.person(FRIEND).go_online()
    thinning = Thinning(Random(1), probability=1.0)
    thinning.attach(simulator)
    counts = []
    for _ in range(3):
        await client.presence.batch([FRIEND])
        counts.append(thinning.count)
        await client.presence.friends_online(OWNER)
        counts.append(thinning.count)
    assert counts == [1, 2, 2, 2, 3, 4]
