"""What the simulator answers beside what the network has answered: the same keys, types and formats.

The reference library asks for both. Each difference has its reason here; one that is gone has to be taken out.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import httpx  # noqa: TID251  what the library uses
import pytest
from pythonxbox.api.client import XboxLiveClient

from tests.client.services.test_reference_calls import (  # noqa: F401  pytest finds the fixture here
    CALLS,
    Subjects,
    xbox_fixture,
)
from tests.helpers.recorded import Recorded
from tests.simulator import Console, Simulator

# Recorded answers by name, and the calls that bring the same.
PAIRS = {
    "achievements_360_all": "360: all",
    "achievements_one_gameprogress": "achievements",
    "achievements_one_recent_progress": "progress",
    "catalog_browse": "products, browse",
    "catalog_product_lookup_legacy": "product by title",
    "catalog_search": "search for products",
    "people_friends_own": "friends, decorated",
    "people_profile_by_xuid": "a friend",
    "people_summary_own": "summary",
    "presence_batch": "presence of some",
    "presence_own": "own presence",
    "profile_by_xuid": "profile by xuid",
    "smartglass_console_list": "consoles",
    "smartglass_installed_apps": "apps",
    "smartglass_op_status": "operation",
    "titlehub_titlehistory": "title history",
    "titlehub_titleinfo": "title",
    "userstats_batch": "statistics of some",
    "userstats_by_scid": "statistics",
}
_NEWER = "newer than the recording; documented, or sent by newer clients"
_OFFLINE = "the recorded people are offline"
_OFFERS = "offers of the store: the client reads none, and the library needs these"
_OLD_PRODUCT = (
    "the recorded product is of 2012, in the oldest form; the client reads names and pictures"
)
# By recorded answer: patterns of paths, and why they differ.
REASONS: dict[str, dict[str, str]] = {
    "achievements_360_all": {".achievements[].rarity": _NEWER},
    "achievements_one_gameprogress": {".achievements[].rarity": _NEWER},
    "catalog_browse": {
        ".Products[].MarketProperties[].UsageData[].*Count": _NEWER,
        ".Products[].DisplaySkuAvailabilities[].Availabilities[].*": _OFFERS,
    },
    "catalog_product_lookup_legacy": {
        ".Products[].*": _OLD_PRODUCT,
    },
    "people_friends_own": {
        ".people[].friendedDateTimeUtc": _NEWER,
        ".people[].presenceDetails[].DeviceSubType": _NEWER,
        ".people[].presenceDetails[].GameplayType": _NEWER,
    },
    "people_profile_by_xuid": {
        ".people[].friendedDateTimeUtc": _NEWER,
        ".people[].multiplayerSummary.*": "the recorded person is in no party",
    },
    "presence_batch": {"[].devices": _OFFLINE},
    "presence_own": {".devices": _OFFLINE},
    "smartglass_console_list": {
        ".result[].region": _NEWER,
        ".result[].*Warning": _NEWER,
        ".result[].storageDevices[].isGen9Compatible": _NEWER,
        ".result[].storageDevices[].storageDeviceId": "opaque: any text may come",
    },
    "titlehub_titlehistory": {
        ".titles[].serviceConfigId": "asked for with `scid`, which the recorded call left out",
        ".titles[].isStreamable": _NEWER,
    },
}
_FORMATS = {
    "time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*"),
    "guid": re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
    "digits": re.compile(r"\d+"),
    "address": re.compile(r"(https?:)?//.*"),
}
_PLAIN = {dict: "object", list: "list", bool: "boolean", int: "number", float: "number"}

type Shape = dict[str, set[str]]


@pytest.fixture(name="answers")
async def answers_fixture(xbox: XboxLiveClient) -> list[Any]:
    """Return the answers that the library gets, as they come."""
    answers: list[Any] = []

    async def keep(response: httpx.Response) -> None:
        await response.aread()
        answers.append(response.json())

    xbox._auth_mgr.session.event_hooks["response"].append(keep)  # noqa: SLF001  the library's
    return answers


def kind_of(value: object) -> str:
    """Return the type of a value, and the format of a text."""
    if isinstance(value, str):
        found = (name for name, shape in _FORMATS.items() if shape.fullmatch(value))
        return next(found, "text")
    return _PLAIN.get(type(value), "nothing")


def shape_of(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each path of an answer with the kind of its value."""
    yield path, kind_of(value)
    if isinstance(value, dict):
        for key, item in value.items():
            yield from shape_of(item, f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from shape_of(item, f"{path}[]")


def shape(value: object) -> Shape:
    """Return the kinds of values by path, without those that are nothing."""
    kinds: Shape = {}
    for path, kind in shape_of(value):
        kinds.setdefault(path, set())
        if kind != "nothing":
            kinds[path].add(kind)
    return kinds


def differences(recorded: Shape, played: Shape) -> set[str]:
    """Return the paths that only one has, of blocks that both have, and those of other kinds of values."""
    found = set()
    for one, other in ((recorded, played), (played, recorded)):
        for path in one.keys() - other.keys():
            block, _, _ = path.rpartition(".")
            if not path.endswith("[]") and other.get(block):
                found.add(path)
    for path in recorded.keys() & played.keys():
        kinds, others = recorded[path], played[path]
        if kinds and others and not kinds & others and "text" not in kinds | others:
            found.add(path)
    return found


@pytest.mark.parametrize("name", PAIRS)
async def test_shape(
    xbox: XboxLiveClient,
    answers: list[Any],
    simulator: Simulator,
    den: Console,
    recorded: Recorded,
    name: str,
) -> None:
    """The simulator's answer differs from the recorded one only where a reason says so."""
    await CALLS[PAIRS[name]](xbox, Subjects(simulator, den))
    found = differences(shape(recorded(name)), shape(answers[-1]))
    reasons = REASONS.get(name, {})
    unexplained = {it for it in found if not any(fnmatch(it, pattern) for pattern in reasons)}
    assert unexplained == set()
    assert [it for it in reasons if not any(fnmatch(path, it) for path in found)] == [], "needless"


def fnmatch(path: str, pattern: str) -> bool:
    """Tell whether a path is one of a pattern, in which only `*` has a meaning."""
    return fnmatchcase(path.replace("[]", "/"), pattern.replace("[]", "/"))


@pytest.mark.parametrize(
    ("name", "step"),
    [("auth_oauth2_token", "refresh_oauth_token"), ("auth_xsts_token", "request_xsts_token")],
)
async def test_shape_of_tokens(
    xbox: XboxLiveClient, answers: list[Any], recorded: Recorded, name: str, step: str
) -> None:
    """The steps of the sign-in answer as the recorded ones do."""
    await getattr(xbox._auth_mgr, step)()  # noqa: SLF001  the library's
    assert differences(shape(recorded(name)), shape(answers[-1])) == set()


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"a": {"b": "1"}, "c": []}, ".a.t"),
        ({"a": {"b": "1", "t": "2031-01-01T00:00:00Z", "new": 1}, "c": []}, ".a.new"),
        ({"a": {"b": 1, "t": "2031-01-01T00:00:00Z"}, "c": []}, ".a.b"),
        ({"a": {"b": "1", "t": "17"}, "c": []}, ".a.t"),
        ({"a": {"b": "1", "t": "2031-01-01T00:00:00Z"}, "c": {}}, ".c"),
    ],
)
def test_differences(changed: dict[str, Any], path: str) -> None:
    """A missing key, a new one, another type and another format are found."""
    known = {"a": {"b": "1", "t": "2031-01-01T00:00:00Z"}, "c": []}
    assert differences(shape(known), shape(known)) == set()
    assert differences(shape(known), shape(changed)) == {path}
