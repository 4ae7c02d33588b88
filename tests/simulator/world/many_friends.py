"""Many friends, as different from each other as people are."""

from ..people.person import LastSeen, Person, Progress
from ..titles.title import HOME
from .demo_world import HARBOR_KINGS
from .world import World

_FIRST_XUID = 2535410000000000
_BEFORE = ("Amber", "Bold", "Cedar", "Crimson", "Dusty", "Gentle", "Misty", "Paper", "Velvet")
_AFTER = ("Anchor", "Badger", "Comet", "Heron", "Lantern", "Nettle", "Pebble", "Raven", "Zephyr")
_PLACES = ("", "Port Ember", "North Lantern Bay", "", "Old Mill Crossing")
_BIOS = ("", "Evenings and weekends.", "", "Slow boats, long roads, no microphone before noon.")


def add_many_friends(world: World, owner: Person, n: int) -> list[Person]:
    """Add `n` people, all of them friends of the owner, every third one online."""
    people = []
    for number in range(n):
        person = world.add(_somebody(number))
        _add_past(world, person, number)
        world.befriend(owner, person)
        if number % 3 == 0:
            person.go_online()
        people.append(person)
    return people


def _somebody(number: int) -> Person:
    before = _BEFORE[number % len(_BEFORE)]
    after = _AFTER[number // len(_BEFORE) % len(_AFTER)]
    return Person(
        str(_FIRST_XUID + number),
        f"{before} {after}",
        str(1_000 + number) if number >= len(_BEFORE) * len(_AFTER) else "",
        f"{before} von {after}" if number % 2 else "",
        gamerscore=number * 7_919 % 90_000,
        bio=_BIOS[number % len(_BIOS)],
        location=_PLACES[number % len(_PLACES)],
        followers=number * 31 % 700,
        following=number * 17 % 300,
    )


def _add_past(world: World, person: Person, number: int) -> None:
    moment = world.clock() - 600 * number - 90
    title_id = HARBOR_KINGS if HARBOR_KINGS in world.titles and number % 2 else HOME
    person.last_seen = LastSeen("Scarlett", title_id, moment)
    if title_id != HOME:
        person.progress[title_id] = Progress(number % 9, number % 9 * 25, moment)
