"""The statistics service (userstats): the minutes of many people in many titles with one request."""

import json

import pytest

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.errors import XboxForbiddenError, XboxResponseError
from custom_components.xbox_network.xbox.models.stats import StatsAnswer
from tests.client.conftest import (
    FRIEND,
    HARBOR_KINGS,
    LUMEN_VIDEO,
    OLD_GAME,
    OTHER_FRIEND,
    OWNER,
    STARFALL_DRIFT,
)
from tests.helpers.recorded import FOLDER, Recorded
from tests.simulator import Person, Simulator

STATS = "userstats.xboxlive.com"


async def test_one_request_for_all(
    client: XboxClient, simulator: Simulator, owner: Person, friend: Person
) -> None:
    """One request reads all pairs; the result has only the requested pairs."""
    owner.counter.before = {STARFALL_DRIFT: 7259.0, HARBOR_KINGS: 60.0}
    friend.counter.before = {HARBOR_KINGS: 600.0}
    pairs = [(OWNER, STARFALL_DRIFT), (FRIEND, HARBOR_KINGS)]
    minutes = await client.stats.minutes_played(pairs)
    assert minutes == {(OWNER, STARFALL_DRIFT): 120, (FRIEND, HARBOR_KINGS): 10}
    (request,) = simulator.requests(STATS)
    assert json.loads(request.body) == {
        "arrangebyfield": "xuid",
        "xuids": [OWNER, FRIEND],
        "groups": [],
        "stats": [
            {"name": "MinutesPlayed", "titleId": STARFALL_DRIFT},
            {"name": "MinutesPlayed", "titleId": HARBOR_KINGS},
        ],
    }
    assert request.headers["x-xbl-contract-version"] == "2"


async def test_no_pairs(client: XboxClient, simulator: Simulator) -> None:
    """Without a pair no request is sent."""
    assert await client.stats.minutes_played([]) == {}
    assert simulator.requests(STATS) == []


async def test_many_titles(client: XboxClient, simulator: Simulator) -> None:
    """A request has at most a hundred titles."""
    await client.stats.minutes_played([(OWNER, str(number)) for number in range(250)])
    sizes = [len(json.loads(request.body)["stats"]) for request in simulator.requests(STATS)]
    assert sizes == [100, 100, 50]


async def test_missing_counters(client: XboxClient, simulator: Simulator, friend: Person) -> None:
    """A title without a counter, a person who never played, and a hidden counter are missing."""
    friend.hides_titles = True
    pairs = [
        (OWNER, LUMEN_VIDEO),
        (OWNER, OLD_GAME),
        (FRIEND, HARBOR_KINGS),
        (OTHER_FRIEND, STARFALL_DRIFT),
        (OTHER_FRIEND, HARBOR_KINGS),
    ]
    assert await client.stats.minutes_played(pairs) == {(OTHER_FRIEND, HARBOR_KINGS): 0}
    simulator.world.strict_stats = True
    with pytest.raises(XboxForbiddenError):
        await client.stats.minutes_played(pairs)


@pytest.mark.parametrize("body", [b"[]", b"<html>", b'"odd"'])
async def test_unreadable(client: XboxClient, simulator: Simulator, body: bytes) -> None:
    """An answer of another kind is an error."""
    simulator.fail(STATS, body=body)
    with pytest.raises(XboxResponseError):
        await client.stats.minutes_played([(OWNER, STARFALL_DRIFT)])


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        ("1284", 1284),
        ("92173.5", 92173.5),
        (12, 12),
        ("", None),
        ("odd", None),
        (-1, None),
        ("NaN", None),
        (True, None),
    ],
)
def test_values(value: object, minutes: float | None) -> None:
    """A value is a number, mostly as a text."""
    stat = {"name": "MinutesPlayed", "titleid": "1", "value": value}
    people = {"arrangebyfieldid": "2", "stats": [stat, {"name": "Other"}]}
    parsed = StatsAnswer.read({"statlistscollection": [people]}, "service")
    (minutes_played,) = parsed.statlistscollection[0].stats
    assert minutes_played.value == minutes


async def test_recorded_answer(
    recorded: Recorded, client: XboxClient, simulator: Simulator
) -> None:
    """The recorded answer has no minutes."""
    recorded("userstats_batch")
    simulator.fail(STATS, body=(FOLDER / "userstats_batch.json").read_bytes())
    assert await client.stats.minutes_played([("2584878536129841", "1717113201")]) == {}
