"""profile.xboxlive.com, contract 3 (and 2): the settings of users."""

from collections.abc import Callable

from ..network import Answer, Call, Host, Json, json_answer, refusal, route
from ..services import Service, body_object, gate, target, xuid_list
from .person import Person

MOST_USERS = 100

SETTINGS: dict[str, Callable[[Person], str]] = {
    "Gamertag": lambda person: person.gamertag,
    "ModernGamertag": lambda person: person.modern_gamertag,
    "ModernGamertagSuffix": lambda person: person.suffix,
    "UniqueModernGamertag": lambda person: person.unique_gamertag,
    "GameDisplayName": lambda person: person.gamertag,
    "AppDisplayName": lambda person: person.gamertag,
    "GameDisplayPicRaw": lambda person: person.gamerpic_url,
    "AppDisplayPicRaw": lambda person: person.gamerpic_url,
    "DisplayPic": lambda person: person.gamerpic_url,
    "PublicGamerpic": lambda person: person.gamerpic_url,
    "ShowUserAsAvatar": lambda person: "1",
    "Gamerscore": lambda person: str(person.gamerscore),
    "AccountTier": lambda person: "Gold",
    "TenureLevel": lambda person: "3",
    "XboxOneRep": lambda person: person.reputation,
    "PreferredColor": lambda person: (
        f"http://dlassets.xboxlive.com/public/content/ppl/colors/{person.xuid[-5:]}.json"
    ),
    "WebColorTheme": lambda person: "gamerpicblur",
    "Location": lambda person: person.location,
    "Bio": lambda person: person.bio,
    "RealName": lambda person: person.real_name,
    "RealNameOverride": lambda person: person.real_name,
    "Watermarks": lambda person: "",
    "IsQuarantined": lambda person: "0",
    "DisplayedLinkedAccounts": lambda person: "",
}


def single(call: Call) -> Answer:
    """Answer the settings of one user; 404 for an unknown gamertag."""
    names = call.query.get("settings", "").split(",")
    return _answer([target(call)], names)


def batch(call: Call) -> Answer:
    """Answer the settings of users, without unknown ones."""
    content = body_object(call)
    xuids = xuid_list(content, "userIds", MOST_USERS)
    people = call.network.world.people
    return _answer([people[xuid] for xuid in xuids if xuid in people], content.get("settings"))


HOST = Host(
    "profile.xboxlive.com",
    [
        route(
            "GET",
            r"/users/(?:me|xuid\((?P<xuid>\d+)\)|gt\((?P<gamertag>[^)]+)\))/profile/settings",
            single,
        ),
        route("POST", r"/users/batch/profile/settings", batch),
    ],
    gate(Service("profile", frozenset({"2", "3"}))),
)


def _answer(people: list[Person], names: Json) -> Answer:
    if not isinstance(names, list) or not names or not all(name in SETTINGS for name in names):
        raise refusal(400, "'settings' has to name known settings.", "profile")
    users = [
        {
            "id": person.xuid,
            "hostId": person.xuid,
            "settings": [{"id": name, "value": SETTINGS[name](person)} for name in names],
            "isSponsoredUser": False,
        }
        for person in people
    ]
    return json_answer({"profileUsers": users})
