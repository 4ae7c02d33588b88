"""Answers of the simulated network that leave something out, at random."""

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any, Final

from tests.simulator import Simulator

PRESENCE: Final = "userpresence.xboxlive.com"
PEOPLE: Final = "peoplehub.xboxlive.com"
TITLES: Final = "titlehub.xboxlive.com"

# userpresence is asked for people by name, and for the friends who are online: an answer to one question fills no
# gap in an answer to the other.
_PRESENCE_QUESTIONS: Final = (b'"users"', b'"group"')
_NOTHING: Final[tuple[Any, ...]] = (None, "", [], {})


class Thinning:
    """Thins answers about people and titles, never two in a row about the same person, or title of a person.

    In a row are answers to the same question. A thinned answer lacks up to three things (fields, items,
    blocks at any depth: absent, null, empty or of a kind that cannot be read), or the whole person. An answer of
    peoplehub may also contradict userpresence (the person is in another title, or nowhere, or offline), or have a
    gamerscore of zero.
    """

    def __init__(self, rng: Random, probability: float = 0.5) -> None:
        """Thin answers with that probability."""
        self._rng = rng
        self._probability = probability
        self._thinned: set[object] = set()
        self.count = 0
        self.active = True

    def attach(self, simulator: Simulator) -> None:
        """Thin the answers of a simulator from now on."""
        for question in _PRESENCE_QUESTIONS:
            change = partial(self._thin_presence, question)
            simulator.spoil(PRESENCE, change, r"/users/batch", times=None, asking=question)
        simulator.spoil(PEOPLE, self._thin_people, r"/batch", times=None)
        simulator.spoil(TITLES, self._thin_titles, r"/titleid", times=None)

    def _thin_presence(self, question: bytes, answer: Any) -> None:
        self._thin_items(answer, question, lambda record: thin(self._rng, record))

    def _thin_people(self, answer: Any) -> None:
        self._thin_items(answer["people"], PEOPLE, self._thin_person)

    def _thin_titles(self, answer: Any) -> None:
        titles = answer["titles"]
        key = TITLES, answer["xuid"]
        self._thin_items(titles, key, lambda title: thin(self._rng, title))

    def _thin_person(self, person: dict[str, Any]) -> None:
        kind = self._rng.random()
        if kind < 0.6:
            thin(self._rng, person)
        elif kind < 0.8:
            contradict(self._rng, person)
        else:
            person["gamerScore"] = "0"

    def _thin_items(
        self,
        items: list[dict[str, Any]],
        question: object,
        change: Callable[[dict[str, Any]], None],
    ) -> None:
        for item in list(items):
            key = question, item.get("xuid") or item.get("titleId")
            may = self.active and key not in self._thinned
            self._thinned.discard(key)
            if may and self._rng.random() < self._probability:
                self._thinned.add(key)
                self.count += 1
                if self._rng.random() < 0.1:
                    items.remove(item)
                else:
                    change(item)


def thin(rng: Random, content: dict[str, Any]) -> None:
    """Leave out up to three things of an answer."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        places = list(_places(content))
        if not places:
            return
        container, key = rng.choice(places)
        if rng.random() < 0.5:
            del container[key]
        else:
            container[key] = rng.choice(_NOTHING)


def _places(content: Any) -> Iterator[tuple[Any, Any]]:
    keys = content.keys() if isinstance(content, dict) else range(len(content))
    for key in list(keys):
        yield content, key
        if isinstance(content[key], dict | list):
            yield from _places(content[key])


def contradict(rng: Random, person: dict[str, Any]) -> None:
    """Let peoplehub say that a person is elsewhere."""
    person["presenceState"] = rng.choice(("Online", "Offline"))
    person["presenceDetails"] = []
    if rng.random() < 0.5:
        other = {"Device": "XboxOne", "PresenceText": "Elsewhere", "State": "Active"}
        person["presenceDetails"] = [
            {**other, "TitleId": "1900000777", "IsPrimary": True, "IsGame": True}
        ]
