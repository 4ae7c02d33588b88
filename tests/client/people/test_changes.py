"""Changes of a person between two refreshes."""

from dataclasses import replace

import pytest

from custom_components.xbox_network.xbox.models.people import MultiplayerSummary, Person
from custom_components.xbox_network.xbox.models.titles import Title
from custom_components.xbox_network.xbox.people.changes import Change, ChangeDetector, ChangeKind
from custom_components.xbox_network.xbox.people.person import PersonSnapshot
from custom_components.xbox_network.xbox.presence import (
    UNKNOWN_PRESENCE,
    ActiveTitle,
    DevicePlatform,
    Presence,
)


def playing(title_id: str, *, is_game: bool | None = True) -> PersonSnapshot:
    """Return a person who plays a title on a console."""
    title = ActiveTitle(title_id, f"title {title_id}", "Scarlett", is_primary=True, is_game=is_game)
    return seen(Presence(True, (title,), ("Scarlett",)))


def seen(presence: Presence, party: int | None = 0) -> PersonSnapshot:
    """Return a person with a current presence and profile."""
    profile = Person(xuid="1", multiplayer_summary=MultiplayerSummary(in_party=party))
    return PersonSnapshot(
        xuid="1", presence=presence, profile=profile, presence_current=True, profile_current=True
    )


OFFLINE = seen(Presence(False))
ONLINE = seen(Presence(True, devices=("Scarlett",)))
HIDDEN = seen(UNKNOWN_PRESENCE)
GAME = playing("7")
OTHER = playing("8")
APP = playing("9", is_game=False)
NEW = playing("7", is_game=None)
LOST = replace(GAME, presence_current=False)
IN_PARTY = seen(ONLINE.presence, party=3)
PARTY_UNKNOWN = seen(ONLINE.presence, party=None)
PARTY_STALE = replace(IN_PARTY, profile_current=False)

CAME, WENT = ChangeKind.CAME_ONLINE, ChangeKind.WENT_OFFLINE
STARTED, STOPPED = ChangeKind.STARTED_PLAYING, ChangeKind.STOPPED_PLAYING
JOINED, LEFT = ChangeKind.JOINED_PARTY, ChangeKind.LEFT_PARTY


@pytest.mark.parametrize(
    ("steps", "kinds"),
    [
        ([OFFLINE, OFFLINE], []),
        ([OFFLINE, ONLINE, OFFLINE], [CAME, WENT]),
        ([OFFLINE, GAME], [CAME, STARTED]),
        ([GAME, OFFLINE], [STOPPED, WENT]),
        ([GAME, OTHER], [STOPPED, STARTED]),
        ([GAME, GAME], []),
        ([ONLINE, APP, ONLINE], []),
        ([GAME, APP], [STOPPED]),
        # the kind becomes known: the game starts then, once
        ([ONLINE, NEW, GAME, GAME], [STARTED]),
        ([GAME, NEW, GAME], []),
        # the presence becomes known: no change
        ([NEW, GAME], []),
        ([HIDDEN, GAME], []),
        ([HIDDEN, OFFLINE, ONLINE], [CAME]),
        ([GAME, HIDDEN, ONLINE], []),
        ([OFFLINE, LOST, GAME, OFFLINE], [STOPPED, WENT]),
        ([LOST, LOST, ONLINE], []),
        # parties
        ([ONLINE, IN_PARTY, IN_PARTY, ONLINE], [JOINED, LEFT]),
        ([PARTY_UNKNOWN, IN_PARTY], []),
        ([ONLINE, PARTY_UNKNOWN, IN_PARTY], []),
        ([ONLINE, PARTY_STALE, ONLINE], []),
        ([seen(UNKNOWN_PRESENCE), seen(UNKNOWN_PRESENCE, party=2)], [JOINED]),
    ],
    ids=lambda it: (
        "-".join(str(kind) for kind in it) if it and isinstance(it[0], ChangeKind) else ""
    ),
)
def test_order_of_changes(steps: list[PersonSnapshot], kinds: list[ChangeKind]) -> None:
    """Each real change is reported once, in a sensible order."""
    detector = ChangeDetector(steps[0])
    found_kinds = [change.kind for step in steps[1:] for change in detector.update(step)]
    assert found_kinds == kinds


def test_details() -> None:
    """A change has the game, with its proper name, and the device."""
    proper = Title(title_id="7", name="Proper Name")
    detector = ChangeDetector(ONLINE)
    [started] = detector.update(replace(GAME, title=proper))
    assert started == Change(STARTED, "Proper Name", "7", DevicePlatform.XBOX_SERIES)
    [stopped, went] = detector.update(OFFLINE)
    assert stopped == Change(STOPPED, "Proper Name", "7", DevicePlatform.XBOX_SERIES)
    assert went == Change(WENT)


def test_other_title() -> None:
    """The details of another title do not name the game."""
    [started] = ChangeDetector(ONLINE).update(
        replace(GAME, title=Title(title_id="8", name="Other"))
    )
    assert started.title == "title 7"


def test_change_while_playing() -> None:
    """A change of the party has the game that is being played."""
    in_party = replace(GAME, profile=IN_PARTY.profile)
    [joined] = ChangeDetector(GAME).update(in_party)
    assert joined == Change(JOINED, "title 7", "7", DevicePlatform.XBOX_SERIES)
