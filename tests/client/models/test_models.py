"""Models of answers: odd spellings, times and types, and missing parts."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from custom_components.xbox_network.xbox.errors import XboxResponseError
from custom_components.xbox_network.xbox.models.achievements import Progression
from custom_components.xbox_network.xbox.models.base import PartialItems, XboxModel
from custom_components.xbox_network.xbox.models.people import (
    MultiplayerSummary,
    PeopleAnswer,
    Person,
    PersonDetail,
    PresenceDetail,
)
from custom_components.xbox_network.xbox.models.presence import PRESENCE_ANSWER, LastSeen
from custom_components.xbox_network.xbox.models.titles import (
    Title,
    TitleAchievement,
    TitlesAnswer,
)

NOON = datetime(2031, 2, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2031-02-03T12:00:00Z", NOON),
        ("2031-02-03T12:00:00", NOON),
        ("2031-02-03T12:00:00.0000000+00:00", NOON),
        ("2031-02-03T14:00:00+02:00", NOON),
        ("2031-02-03T12:00:00.1234567Z", NOON.replace(microsecond=123456)),
        ("2031-02-03T12:00:00.9999999", NOON.replace(microsecond=999999)),
        ("0001-01-01T00:00:00", None),
        ("0001-01-01T00:00:00.0000000Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("1753-01-01T00:00:00Z", None),
        ("1601-01-01T00:00:00Z", None),
        ("1899-12-30T00:00:00", None),
        ("1900-01-01T00:00:00", None),
        ("1969-12-31T16:00:00-08:00", None),
        ("1970-01-01T00:00:00Z", None),
        ("1980-01-01T00:00:00", None),
        ("2000-01-01T00:00:00Z", None),
        ("2001-12-31T23:59:59Z", None),
        ("2002-11-14T08:00:00Z", None),
        ("2002-11-15T23:59:59Z", None),
        ("2002-11-15T23:00:00-02:00", datetime(2002, 11, 16, 1, tzinfo=UTC)),
        ("2002-11-16T00:00:00Z", datetime(2002, 11, 16, tzinfo=UTC)),
        ("2038-01-18T23:59:59Z", datetime(2038, 1, 18, 23, 59, 59, tzinfo=UTC)),
        ("2038-01-19T03:14:07Z", None),
        ("2099-12-31T00:00:00Z", datetime(2099, 12, 31, tzinfo=UTC)),
        ("2100-01-01T00:00:00Z", None),
        ("2106-02-07T06:28:15Z", None),
        ("3000-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59Z", None),
        ("2002-11-15T00:00:00", None),
        ("2002-11-15T00:00:00.0000000Z", None),
        ("9998-12-30T23:59:59.9999999Z", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("", None),
        ("yesterday", None),
        ("1930000000", None),
        ("1930000000.5", None),
        (1930000000, None),
        (1930000000.5, None),
        (None, None),
        (True, None),
        (["2031-02-03T12:00:00Z"], None),
        ({"at": "2031-02-03T12:00:00Z"}, None),
    ],
)
def test_moments(text: object, moment: datetime | None) -> None:
    """A time without a suffix is UTC; a placeholder and a number are None."""
    timestamp = LastSeen.model_validate({"timestamp": text}).timestamp
    assert timestamp == moment
    assert timestamp is None or timestamp.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2031-02-03T12:00:00", NOON),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2002-11-15T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        (0, None),
    ],
)
def test_unlock_time(text: object, moment: datetime | None) -> None:
    """Whether the time of an unlock can be true is for the watcher to judge."""
    assert Progression.model_validate({"timeUnlocked": text}).time_unlocked == moment


@pytest.fixture
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Move the host to another time zone."""
    with monkeypatch.context() as moved:
        moved.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


def test_moment_on_a_host_elsewhere(far_east: None) -> None:
    """A time without a suffix is UTC, not the local time of the host."""
    assert datetime(2031, 2, 3, 12).astimezone() != NOON, "the zone has changed"
    assert LastSeen.model_validate({"timestamp": "2031-02-03T12:00:00"}).timestamp == NOON


def test_moment_as_a_datetime() -> None:
    """A model accepts a datetime of any zone."""
    local = NOON.astimezone(timezone(timedelta(hours=9)))
    assert LastSeen(timestamp=local).timestamp == NOON


@pytest.mark.parametrize(
    "answer",
    [
        {"inParty": 3, "partyDetails": [{"joinRestriction": "local"}]},
        {"InParty": 3, "PartyDetails": [{"JoinRestriction": "local"}]},
        {"inparty": 3, "partydetails": [{"joinrestriction": "local"}]},
        {"inParty": "3", "partyDetails": [{"joinRestriction": "local", "new": {}}], "new": 1},
    ],
)
def test_spellings_of_keys(answer: dict[str, Any]) -> None:
    """Keys are read in any letter case, because it differs between contracts and blocks."""
    summary = MultiplayerSummary.model_validate(answer)
    assert summary.in_party == 3
    assert [party.join_restriction for party in summary.party_details] == ["local"]


@pytest.mark.parametrize("value", [None, [], {}, "", 0, "text", 7, True, {"a": 1}, [None], [7]])
def test_empty_lists(value: object) -> None:
    """`[]`, null, a missing list and any odd value are an empty list."""
    assert PeopleAnswer.model_validate({"people": value}).people == ()
    assert MultiplayerSummary.model_validate({"partyDetails": value}).party_details == ()
    assert PeopleAnswer.model_validate({}).people == ()


@pytest.mark.parametrize("answer", [None, [], "text", 7, True, [{"people": []}]])
def test_answer_without_an_object(answer: object) -> None:
    """An answer that is not an object raises an error without its values."""
    with pytest.raises(XboxResponseError, match=r"^host answered something unreadable$") as caught:
        PeopleAnswer.read(answer, "host")
    assert caught.value.service == "host"
    assert TitlesAnswer.read({}, "host").titles == ()


@pytest.mark.parametrize(
    ("xuid", "parsed"),
    [
        ("2535400000000001", "2535400000000001"),
        (2535400000000001, "2535400000000001"),
        ("0", "0"),
        *(("", None), (" 1", None), ("1\n", None), ("1.0", None), ("-1", None), ("x", None)),
        *(("1" * 21, None), ("１", None), (1.5, None), (-1, None), (True, None), (None, None)),
        *(([], None), ({}, None)),
    ],
    ids=repr,
)
def test_person_is_lost_only_without_xuid(xuid: object, parsed: str | None) -> None:
    """A xuid may be a number; only the person without a xuid is left out."""
    answer = {"people": [{"xuid": "1"}, {"xuid": xuid, "gamertag": "Nova"}, {}, {"xuid": "2"}]}
    xuids = [person.xuid for person in PeopleAnswer.model_validate(answer).people]
    assert xuids == (["1", parsed, "2"] if parsed else ["1", "2"])


@pytest.mark.parametrize(
    ("value", "score"),
    [
        *(("18450", 18450), (18450, 18450), (18450.0, 18450)),
        *(("", None), ("many", None), (1.5, None), (None, None), ([], None), ({}, None)),
        *((float("inf"), None), (float("nan"), None), ("9" * 5000, None)),
        *((0, 0), ("0", 0), (2**31 - 1, 2**31 - 1), (2**31, None), (10**400, None)),
        *((-1, None), ("-7", None), (True, None), (False, None)),
    ],
    ids=lambda value: repr(value)[:12],
)
def test_numbers_in_texts(value: object, score: int | None) -> None:
    """A gamerscore may be a text; an invalid, negative or too large one costs only itself."""
    person = Person.model_validate({"xuid": "1", "gamerScore": value, "gamertag": "Nova"})
    assert (person.gamer_score, person.gamertag) == (score, "Nova")


COUNTS: list[tuple[type[XboxModel], list[str]]] = [
    (Person, ["gamer_score"]),
    (PersonDetail, ["friend_count", "follower_count", "following_count"]),
    (MultiplayerSummary, ["in_party"]),
    (
        TitleAchievement,
        [
            *("current_achievements", "total_achievements"),
            *("current_gamerscore", "total_gamerscore"),
        ],
    ),
]


@pytest.mark.parametrize(
    ("model", "field"),
    [(model, field) for model, fields in COUNTS for field in fields],
    ids=lambda it: it if isinstance(it, str) else it.__name__,
)
def test_every_count_has_bounds(model: type[XboxModel], field: str) -> None:
    """A count is between zero and the largest number of a database, else None."""
    for value, expected in ((12, 12), ("12", 12), (-1, None), (2**31, None), (True, None)):
        instance = model.model_validate({"xuid": "1", field: value})
        assert getattr(instance, field) == expected, value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((0, 0.0), (1, 1.0), ("62.5", 62.5), (100, 100.0)),
        *((100.1, 100.0), ("125", 100.0), (1e9, 100.0), (99.9, 99.9), (-0.0, 0.0)),
        *((-0.1, None), (-125, None), (10**400, None), (True, None), ("much", None), ("", None)),
        *((float("nan"), None), (float("inf"), None), ("nan", None), ("-inf", None)),
    ],
    ids=lambda value: repr(value)[:12],
)
def test_percentage(value: object, expected: float | None) -> None:
    """A percentage is at most 100, and None if it is no share."""
    progress = TitleAchievement.model_validate(
        {"progressPercentage": value, "currentGamerscore": 5}
    )
    assert (progress.progress_percentage, progress.current_gamerscore) == (expected, 5)


def test_odd_blocks_cost_themselves() -> None:
    """A block of the wrong kind is missing, and so is a field of the wrong kind in a block."""
    answer: dict[str, Any] = {
        "xuid": "1",
        "detail": {"friendCount": {}, "followerCount": 5, "followingCount": ["x"]},
        "multiplayerSummary": "none",
        "presenceDetails": [{"TitleId": "no number", "Device": "PC"}, None, 7, "x", []],
    }
    person = Person.model_validate(answer)
    assert person.detail
    assert (person.detail.friend_count, person.detail.follower_count) == (None, 5)
    assert person.detail.following_count is None
    assert person.multiplayer_summary is None
    assert person.presence_details == (PresenceDetail(device="PC"),)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        *((None, tuple), ([], tuple), ([{"url": "x"}], tuple)),
        *(("odd", PartialItems), (7, PartialItems), ({}, PartialItems), (False, PartialItems)),
        *((["odd"], PartialItems), ([{"url": "x"}, None], PartialItems)),
    ],
    ids=repr,
)
def test_partial_lists(value: object, kind: type[object]) -> None:
    """What is no list, and a list with items that cannot be read, may lack something; null and empty do not."""
    assert type(Title.model_validate({"titleId": "1", "images": value}).images) is kind


def test_models_cannot_be_changed() -> None:
    """A model is frozen."""
    person = Person(xuid="1")
    with pytest.raises(ValidationError, match="frozen"):
        person.gamertag = "Nova"  # type: ignore[misc]


def test_presence_answer_item_by_item() -> None:
    """An odd record, device or title costs only itself."""
    answer = [
        {"xuid": "1", "state": "Online", "devices": [{"titles": [{"id": 7}, {"name": "x"}]}, 3]},
        {"state": "Online"},
        None,
        {"xuid": 2, "devices": {}},
    ]
    records = PRESENCE_ANSWER.validate_python(answer)
    assert [record.xuid for record in records] == ["1", "2"]
    [device] = records[0].devices
    assert [title.title_id for title in device.titles] == ["7"]
    assert records[1].devices == ()


@pytest.mark.parametrize(
    ("kind", "is_game"),
    [
        *(("Game", True), ("game", True)),
        *(("Application", False), ("App", False), ("WebApp", False)),
        *(("", None), (None, None), ([], None)),
    ],
    ids=repr,
)
def test_kind_of_a_title(kind: object, is_game: bool | None) -> None:
    """Only a game is a game, and without a type it is unknown."""
    assert Title.model_validate({"titleId": "1", "type": kind}).is_game is is_game


ART = "https://store-images.s-microsoft.com/image/"


@pytest.mark.parametrize(
    ("images", "square"),
    [
        (["Poster", "BoxArt", "Logo", "Tile", "Tile"], f"{ART}3"),
        (["BoxArt", "logo"], f"{ART}1"),
        (["Hero", "BoxArt"], f"{ART}1"),
        (["Hero"], "of the title"),
        ([], "of the title"),
        (None, "of the title"),
    ],
    ids=str,
)
def test_square_picture(images: list[str] | None, square: str) -> None:
    """The square picture is the first `Tile`, else `Logo`, else `BoxArt`, else the title's own picture."""
    listed: list[dict[str, str]] | None = None
    if images is not None:
        listed = [{"url": f"{ART}{at}", "type": kind} for at, kind in enumerate(images)]
    title = Title.model_validate({"titleId": "1", "images": listed, "displayImage": "of the title"})
    assert title.square_image_address == square


def test_pictures_without_address() -> None:
    """A picture without an address is ignored."""
    images = [{"type": "Tile"}, {"url": "", "type": "Tile"}, {"url": "x"}, {"url": "y", "type": 1}]
    title = Title.model_validate({"titleId": "1", "images": images})
    assert title.image_address("Tile") is None
    assert title.square_image_address is None
