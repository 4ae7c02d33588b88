"""Odd values in a stored ledger: they are noticed, and nothing else is lost with them."""

import copy
import json
from typing import Any, Final

import pytest

from custom_components.xbox_network.xbox.playtime.ledger_json import (
    state_from_json,
    state_to_json,
)
from tests.client.conftest import FRIEND, OWNER
from tests.client.playtime.test_ledger_json import full_ledger
from tests.helpers.client.manual_ledger import GAME
from tests.helpers.client.mutations import DROPPED, described, spoil
from tests.helpers.client.playtime_runner import PlaytimeRunner

_NONSENSE: Final = ("odd", ["odd"], 10**400)
_TEXTS: Final = frozenset(("after", "before", "last_title", "wants"))  # any text is accepted


def sound() -> dict[str, Any]:
    """Return a stored state without anything odd."""
    content: dict[str, Any] = json.loads(json.dumps(state_to_json(full_ledger().ledger.state)))
    assert not state_from_json(content).odd
    return content


def test_each_place() -> None:
    """Whatever is spoiled costs its own part of the state, and nonsense is noticed."""
    content = sound()
    before = copy.deepcopy(content)
    for path, value, spoiled in spoil(content):
        state = state_from_json(json.loads(json.dumps(spoiled)))
        again = json.loads(json.dumps(state_to_json(state)))
        message = described(path, value)
        for key in before.keys() - {path[0]}:
            assert again[key] == before[key], message
        if value in _NONSENSE and not _TEXTS & set(path):
            assert state.odd, message
        if len(path) == 1 and value is DROPPED:
            assert state.odd, message
        if path[0] == "days":
            assert state.odd or set(again["days"].values()) == set(spoiled["days"].values()), (
                message
            )


@pytest.mark.parametrize("data", [None, [], "odd", 7, {}, True], ids=str)
def test_no_state(data: object) -> None:
    """What is no state at all is noticed."""
    assert state_from_json(data).odd


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("days", None),
        ("days", []),
        ("days", {"yesterday": f"{GAME}:60"}),
        ("days", {"2026-11-24": 60}),
        ("days", {"2026-11-24": ""}),
        ("days", {"2026-11-24": f"{GAME}"}),
        ("days", {"2026-11-24": f"{GAME}:"}),
        ("days", {"2026-11-24": f"{GAME}:-0.001"}),
        ("days", {"2026-11-24": f"{GAME}:90000.001"}),
        ("days", {"2026-11-24": f"{GAME}:inf"}),
        ("days", {"2026-11-24": f"{GAME}:nan"}),
        ("days", {"2026-11-24": "title:60"}),
        ("days", {"2026-11-24": ":60"}),
        ("last", {"at": None}),
        ("last", False),
        ("last", {"at": {"tick": 1, "wall": 1}, "last_seen": 1e308}),
        ("last", {"at": {"tick": 1, "wall": 1}, "since": 1e308}),
        ("last", {"at": {"tick": 1, "wall": 1}, "since": -1}),
        ("clock", None),
        ("clock", -1),
        ("revision", None),
        ("revision", -1),
        ("run", None),
        ("hidden", None),
        ("hidden", 0),
        ("hidden", "false"),
        ("session", None),
        ("gaps", None),
        ("gaps", {}),
        ("gaps", [None]),
        ("meters", None),
        ("meters", []),
        ("meters", {"title": None}),
        ("meters", {GAME: 7}),
        ("endings", None),
        ("confirmed", None),
        ("confirmed", {"yesterday": 1}),
        ("confirmed", {"2026-11-24": -1}),
        ("confirmed", {"2026-11-24": "odd"}),
        ("confirmed", {"2026-11-23": 1}),
        ("endings", {GAME: None}),
        ("endings", {"title": {}}),
    ],
    ids=str,
)
def test_odd(key: str, value: object) -> None:
    """Each of these makes no sense."""
    assert state_from_json({**sound(), key: value}).odd


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("days", {}),
        ("days", {"2026-11-24": f"{GAME}:0 estimated:0.0 unseen:0"}),
        ("days", {"2026-11-24": f"{GAME}:90000 estimated:1 unseen:90000"}),
        ("days", {"2026-11-24": f"{GAME}:1 estimated:3"}),
        ("confirmed", {}),
        ("last", None),
        ("hidden", True),
        ("session", {}),
        ("gaps", []),
        ("meters", {GAME: None}),
        ("endings", {}),
        ("unknown", 1),
    ],
    ids=str,
)
def test_sound(key: str, value: object) -> None:
    """Each of these may be written."""
    assert not state_from_json({**sound(), key: value}).odd


def test_empty_day() -> None:
    """A day of which nothing is left is an empty text among the changes only."""
    content = {**sound(), "days": {"2026-11-24": ""}}
    state = state_from_json(content, partial=True)
    assert not state.odd
    assert len(state.days) == 1
    assert not state_from_json(content).days


async def test_people(playtime_runner: PlaytimeRunner) -> None:
    """It is told who misses something; None if that is unknown."""
    for part in (playtime_runner.tracker.history, playtime_runner.tracker.current):
        spoiled = {**sound(), "days": None}
        assert part.from_store({"people": {OWNER: sound(), FRIEND: spoiled}}) == {FRIEND}
        assert part.from_store({"people": {OWNER: None, FRIEND: spoiled}}) == {OWNER, FRIEND}
        assert part.from_store({"people": {}}) == set()
        assert part.from_store({"people": {OWNER: sound()}, "titles": {"odd": 1}}) == set()
        odd: object
        for odd in (None, [], "odd", {}, {"people": None}, {"people": []}):
            assert part.from_store(odd) is None
        assert part.from_store({"people": {OWNER: sound(), "nobody": sound()}}) is None
    assert playtime_runner.tracker.summary(OWNER).days
