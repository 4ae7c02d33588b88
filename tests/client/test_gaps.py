"""The rule for what an answer leaves out, without a service."""

from typing import Any

import pytest

from custom_components.xbox_network.xbox.gaps import Gap, fill_gaps, fill_items, is_left_out
from custom_components.xbox_network.xbox.models.consoles import InstalledApp
from custom_components.xbox_network.xbox.models.people import Person
from custom_components.xbox_network.xbox.models.presence import PresenceRecord
from custom_components.xbox_network.xbox.models.titles import Title

HOME, GAME, OTHER = "750323071", "1900000001", "1900000002"


@pytest.mark.parametrize("value", [None, "", "  ", "\t\n", ()], ids=repr)
def test_left_out(value: object) -> None:
    """Nothing, a blank text and an empty list say nothing."""
    assert is_left_out(value)


@pytest.mark.parametrize("value", [0, 0.0, False, "0", " x ", (None,)], ids=repr)
def test_said(value: object) -> None:
    """Zero and False say something."""
    assert not is_left_out(value)


def test_first_gap_in_a_row() -> None:
    """Only the first gap in a row begins one."""
    gap = Gap()
    assert not gap.begins_at(0.0)
    seen = []
    for now, is_gap in ((1.0, True), (2.0, True), (3.0, False), (4.0, True)):
        gap.update(is_gap, now)
        seen.append(gap.begins_at(now))
    assert seen == [True, False, False, True]


def person(**fields: Any) -> Person:
    """Return a person of peoplehub."""
    return Person.model_validate({"xuid": "1", **fields})


def title(title_id: str, placement: str | None = "Full", **fields: Any) -> dict[str, Any]:
    """Return a title of a presence record."""
    said = {"name": title_id, "placement": placement, "state": "Active"}
    return {"id": title_id, **said, **fields}


def record(**devices: list[dict[str, Any]]) -> PresenceRecord:
    """Return a record of userpresence."""
    listed = [{"type": kind, "titles": titles} for kind, titles in devices.items()]
    return PresenceRecord.model_validate({"xuid": "1", "state": "Online", "devices": listed})


WHOLE = person(
    gamertag="Nova Kestrel",
    detail={"friendCount": 3, "followerCount": 0},
    multiplayerSummary={"inParty": 2, "partyDetails": [{"joinRestriction": "local"}]},
)
PLAYING = record(
    Scarlett=[title(HOME, "Background"), title(GAME, activity={"richPresence": "Lap"})]
)


@pytest.mark.parametrize(
    "answer",
    [
        {"gamertag": " "},
        {"detail": {"friendCount": None}},
        {"detail": [], "multiplayerSummary": {}},
        {"detail": {"friendCount": "many", "followerCount": {}}},
        {"multiplayerSummary": {"partyDetails": [{}]}},
        {"multiplayerSummary": {"inParty": True, "partyDetails": None}},
    ],
    ids=str,
)
def test_fields_and_blocks(answer: dict[str, Any]) -> None:
    """What is left out at any depth is filled, once; twice in a row it is gone."""
    thin = person(**answer)
    assert fill_gaps(thin, WHOLE) == WHOLE
    assert fill_gaps(thin, thin) is thin
    assert fill_gaps(thin, None) is thin


def test_what_is_said_counts() -> None:
    """A field that is there counts at once, also beside one that is left out; nothing to fill is no gap."""
    answer = person(detail={"friendCount": 0}, multiplayerSummary={"inParty": 0})
    filled = fill_gaps(answer, WHOLE)
    assert filled.detail
    assert (filled.detail.friend_count, filled.detail.follower_count) == (0, 0)
    assert filled.multiplayer_summary
    assert filled.multiplayer_summary.in_party == 0
    assert filled.gamertag == "Nova Kestrel"
    assert fill_gaps(WHOLE, answer) is WHOLE


def test_skipped_fields() -> None:
    """A field to skip stays left out."""
    assert fill_gaps(person(), WHOLE, skip=("gamertag",)).gamertag is None


@pytest.mark.parametrize(
    "titles",
    [
        [],
        [title(HOME, "Background")],
        [title(HOME, None)],
        [title(GAME)],
        [title(HOME, "Background", state=None), {"id": GAME}],
        [title(HOME, "Background"), {"name": "a title without its id"}],
        [title(HOME, "Background"), title("7", "Snapped")],
        [title(HOME, "Background"), title("7", "Full", state="Inactive")],
    ],
    ids=str,
)
def test_titles_of_a_device(titles: list[dict[str, Any]]) -> None:
    """A game in front stays while nothing else has taken its place."""
    filled = fill_gaps(record(Scarlett=titles), PLAYING)
    [device] = filled.devices
    known = {it.title_id: it for it in device.titles}
    assert known[GAME] == PLAYING.devices[0].titles[1]
    assert known[HOME] == PLAYING.devices[0].titles[0]


@pytest.mark.parametrize(
    "titles",
    [
        [title(HOME)],
        [title(HOME, "Background"), title(OTHER)],
        [title(HOME, "Background"), title(OTHER, None)],
        [title(HOME, "Background"), title(OTHER, "fill")],
        [title(HOME, "Background", state="Inactive"), title(OTHER, state=None)],
    ],
    ids=str,
)
def test_another_title_in_front(titles: list[dict[str, Any]]) -> None:
    """A title that is newly in front takes the place of the game at once."""
    answer = record(Scarlett=titles)
    assert GAME not in {it.title_id for it in fill_gaps(answer, PLAYING).devices[0].titles}


def test_title_in_the_background() -> None:
    """A title behind another one is not replaced by a change in front: it has to be missing twice."""
    before = record(Scarlett=[title("9"), title(GAME, "Background")])
    answer = record(Scarlett=[title(HOME)])
    [device] = fill_gaps(answer, before).devices
    assert [it.title_id for it in device.titles] == [HOME, GAME]
    assert fill_gaps(answer, answer) is answer


def test_device() -> None:
    """A missing device stays once, one without its type is ignored, and another device changes nothing."""
    both = record(Scarlett=[title(GAME)], PC=[title(OTHER)])
    only = record(PC=[title(OTHER)])
    filled = fill_gaps(only, both)
    assert [it.type for it in filled.devices] == ["PC", "Scarlett"]
    assert fill_gaps(only, only) is only
    assert fill_gaps(both, only) is both
    odd = PresenceRecord.model_validate({"xuid": "1", "devices": [{"titles": [title("7")]}]})
    assert fill_gaps(odd, PLAYING).devices == PLAYING.devices
    assert fill_gaps(odd, odd) is odd


PICTURES = [
    {"type": "Tile", "url": "a"},
    {"type": "Tile", "url": "b"},
    {"type": "Logo", "url": "c"},
]


@pytest.mark.parametrize(
    ("images", "kept"),
    [
        (PICTURES[1:], True),
        (PICTURES[::2], True),
        ([{"type": "Tile"}, {"url": "c"}], True),
        ([{}], True),
        (list(reversed(PICTURES)), True),
        ([{"type": "Tile", "url": "z"}], False),
        ([{"type": "Logo", "url": "a"}], False),
        ([*PICTURES, {"type": "Hero", "url": "d"}], False),
    ],
    ids=str,
)
def test_items_without_a_name(images: list[dict[str, str]], kept: bool) -> None:
    """A list that says only a part of what the last one said stays as it was."""
    before = Title.model_validate({"titleId": GAME, "images": PICTURES, "devices": ["PC", "Xbox"]})
    answer = Title.model_validate({"titleId": GAME, "images": images, "devices": ["PC"]})
    filled = fill_gaps(answer, before)
    assert filled.images == (before.images if kept else answer.images)
    assert filled.devices == ("PC", "Xbox")
    assert fill_gaps(before, before) is before


def test_order_of_items() -> None:
    """A filled list is in the order of the one before, what is new at its end; a whole one is as it came."""
    first, second, third, new = (InstalledApp(unique_id=it) for it in "abcd")
    last = (first, second, third)
    assert fill_items((new, second, first), last) == (*last, new)
    whole = (third, new, first, second)
    assert fill_items(whole, last) is whole
    assert fill_items(whole, ()) is whole


def test_titles_of_peoplehub() -> None:
    """In peoplehub the primary title is in front of all devices; its entries are named by device and title."""

    def details(*entries: tuple[str, str, bool | None]) -> Person:
        listed = [
            {"Device": device, "TitleId": title_id, "State": "Active", "IsPrimary": primary}
            for device, title_id, primary in entries
        ]
        return person(presenceDetails=listed)

    def titles(filled: Person) -> list[tuple[str | None, str | None]]:
        return [(it.device, it.title_id) for it in filled.presence_details]

    game, home = ("Scarlett", GAME), ("Scarlett", HOME)
    before = details((*home, False), (*game, True))
    assert titles(fill_gaps(details((*home, False)), before)) == [home, game]
    assert titles(fill_gaps(details((*home, None)), before)) == [home, game]
    assert titles(fill_gaps(details((*home, True)), before)) == [home]
    elsewhere = details((*home, False), ("PC", GAME, False))
    assert titles(fill_gaps(elsewhere, before)) == [home, ("PC", GAME), game]
    assert titles(fill_gaps(details(("PC", OTHER, True)), before)) == [("PC", OTHER), home]
