"""A large number of different friends."""

from ..people.person import LastSeen, Person, Progress
from ..titles.title import HOME
from .demo_world import HARBOR_KINGS
from .world import World

_FIRST_XUID = 2535410000000000
_FIRST_WORDS = ("Amber", "Bold", "Cedar", "Crimson", "Dusty", "Gentle", "Misty", "Paper", "Velvet")
_SECOND_WORDS = (
    "Anchor",
    "Badger",
    "Comet",
    "Heron",
    "Lantern",
    "Nettle",
    "Pebble",
    "Raven",
    "Zephyr",
)
_PLACES = ("", "Port Ember", "North Lantern Bay", "", "Old Mill Crossing")
_BIOS = ("", "Evenings and weekends.", "", "Slow boats, long roads, no microphone before noon.")


def add_many_friends(world: World, owner: Person, n: int) -> list[Person]:
    """Add `n` friends of the owner. Every third one is online."""
    people = []
    for number in range(n):
        person = world.add(_create_person(number))
        _add_past(world, person, number)
        world.befriend(owner, person)
        if number % 3 == 0:
            person.go_online()
        people.append(person)
    return people


def _create_person(number: int) -> Person:
    first_word = _FIRST_WORDS[number % len(_FIRST_WORDS)]
    second_word = _SECOND_WORDS[number // len(_FIRST_WORDS) % len(_SECOND_WORDS)]
    return Person(
        str(_FIRST_XUID + number),
        f"{first_word} {second_word}",
        str(1_000 + number) if number >= len(_FIRST_WORDS) * len(_SECOND_WORDS) else "",
        f"{first_word} von {second_word}" if number % 2 else "",
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
