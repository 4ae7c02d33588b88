"""Names of people: the modern gamertag, the classic one beside it, and odd ones."""

import json

import pytest

from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.models.people import Person
from custom_components.xbox_network.xbox.models.profile import ProfileAnswer
from custom_components.xbox_network.xbox.models.tokens import XSTSResponse
from tests.helpers.recorded import Recorded

CLASSIC = "DustyOtter8812"


def person(modern: object, classic: object = CLASSIC) -> Person:
    """Return a person as peoplehub names it."""
    return Person.model_validate(
        {
            "xuid": "1",
            "gamertag": classic,
            "uniqueModernGamertag": modern,
            "modernGamertag": "Otter",
        }
    )


@pytest.mark.parametrize(
    ("modern", "name"),
    [
        ("Ночная Сова", "Ночная Сова"),
        ("Ночная Сова#1234", "Ночная Сова#1234"),
        ("ほし", "ほし"),
        ("나무 Fox", "나무 Fox"),
        ("  Ночная \u00a0 Сова\n", "Ночная Сова"),
        ("Ночная\u200b Сова\u202e", "Ночная Сова"),
        ("می\u200cروم", "می\u200cروم"),
    ],
)
def test_modern_name(modern: str, name: str) -> None:
    """The modern gamertag is the name, on one line; the classic one is beside it."""
    assert person(modern).name == name
    assert person(modern).full_name == f"{name} (DustyOtter8812)"


@pytest.mark.parametrize(
    "modern",
    [None, "", "   ", "\n\t", "\u200b", "\u200d", "\u3164", 12, 1.5, True, ["Otter"], {"a": "b"}],
    ids=repr,
)
def test_no_modern_name(modern: object) -> None:
    """Without a modern gamertag that can be seen, the classic one is the name, alone."""
    assert person(modern).name == person(modern).full_name == CLASSIC


def test_absent_names() -> None:
    """A name may be missing, or both."""
    assert Person(xuid="1", gamertag=CLASSIC).name == CLASSIC
    assert person("Otter", None).full_name == person("Otter", "Otter").full_name == "Otter"
    assert person("Otter", " ").full_name == "Otter"
    assert person(None, None).name is None
    assert person(" ", "\u2800").full_name is None


@pytest.mark.parametrize("file", ["people_friends_own", "people_profile_by_xuid"])
def test_recorded_people(recorded: Recorded, file: str) -> None:
    """People of recorded answers have one name each."""
    answer = json.loads(recorded(file)) if isinstance(recorded(file), str) else recorded(file)
    for it in answer["people"]:
        found = Person.model_validate(it)
        assert found.name == found.full_name == it["uniqueModernGamertag"]


def test_name_of_a_profile() -> None:
    """A profile's name is the modern gamertag, too, and hidden ones do not count."""
    for modern, name in (
        ("Ночная Сова", "Ночная Сова"),
        ("", CLASSIC),
        (" ", CLASSIC),
        (3, CLASSIC),
    ):
        settings = [
            {"id": "Gamertag", "value": CLASSIC},
            {"id": "UniqueModernGamertag", "value": modern},
        ]
        answer = {"profileUsers": [{"id": "1", "settings": settings}]}
        [user] = ProfileAnswer.read(answer, Service.PROFILE).profile_users
        assert user.name == name


@pytest.mark.parametrize(("xid", "xuid"), [("12", "12"), (12, "12"), ("you", None), (" ", None)])
def test_names_in_a_token(xid: object, xuid: str | None) -> None:
    """A token may have both names; an odd identity is none."""
    claims = {"xid": xid, "gtg": CLASSIC, "umg": "Ночная Сова#1234"}
    token = XSTSResponse.model_validate(
        {"Token": "a", "DisplayClaims": {"xui": [claims, {"gtg": "another"}]}}
    )
    assert token.xuid == xuid
    assert (token.gamertag, token.claims.umg) == (CLASSIC, "Ночная Сова#1234")
