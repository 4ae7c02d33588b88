"""The hosts this client talks to, and what each of them asks for.

Sources: `xbox-services.md` section 0 (headers, limits) and `xbox-auth-and-realtime.md` 1.8 (limits).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from yarl import URL


@dataclass(frozen=True, slots=True)
class Budget:
    """Requests that one account may send: in 15 seconds and in 300 seconds.

    Services that share a `pool` share one allowance.
    """

    pool: str
    burst: int
    sustained: int


class Service(StrEnum):
    """A host of the network, by its name."""

    LIVE = "login.live.com"
    USER_AUTH = "user.auth.xboxlive.com"
    XSTS = "xsts.auth.xboxlive.com"
    PEOPLE = "peoplehub.xboxlive.com"
    PRESENCE = "userpresence.xboxlive.com"
    PROFILE = "profile.xboxlive.com"
    TITLES = "titlehub.xboxlive.com"
    ACHIEVEMENTS = "achievements.xboxlive.com"
    STATS = "userstats.xboxlive.com"
    REALTIME = "rta.xboxlive.com"
    CONSOLES = "xccs.xboxlive.com"
    CATALOG = "displaycatalog.mp.microsoft.com"  # is asked without any sign-in


IMAGE_HOSTS: Final = frozenset(
    {
        "images-eds-ssl.xboxlive.com",
        "store-images.s-microsoft.com",
        "store-images.microsoft.com",
        "dlassets-ssl.xboxlive.com",
        "avatar-ssl.xboxlive.com",
    }
)

# Where each host is. Nothing outside of this table is ever asked, and a token goes only to a
# service that `CONTRACTS` lists. Tests and the demo put their simulator here, from outside.
ORIGINS: Final[dict[str, URL]] = {
    host: URL.build(scheme="https", host=host)
    for host in (*(service.value for service in Service), *sorted(IMAGE_HOSTS))
}

# `x-xbl-contract-version` of each service; another number can change the shape of the answer.
CONTRACTS: Final[dict[str, str]] = {
    Service.USER_AUTH: "1",
    Service.XSTS: "1",
    Service.PEOPLE: "7",
    Service.PRESENCE: "3",
    Service.PROFILE: "3",
    Service.TITLES: "2",
    Service.CONSOLES: "4",
    Service.ACHIEVEMENTS: "4",  # 3 is another system: that of the Xbox 360 (`xbox-services.md` 6.1)
    Service.STATS: "2",
}

# The services that are asked with the account's XSTS token.
AUTHORISED: Final[frozenset[str]] = frozenset(
    {
        Service.PEOPLE,
        Service.PRESENCE,
        Service.PROFILE,
        Service.TITLES,
        Service.ACHIEVEMENTS,
        Service.STATS,
        Service.CONSOLES,
    }
)

# Where no figure is published the smallest published one is assumed.
BUDGETS: Final[dict[str, Budget]] = {
    Service.PEOPLE: Budget("people", 10, 30),
    Service.PRESENCE: Budget("presence", 30, 100),
    Service.PROFILE: Budget("profile", 10, 30),
    Service.TITLES: Budget("titles", 10, 30),
    Service.ACHIEVEMENTS: Budget("achievements", 100, 300),
    Service.STATS: Budget("stats", 100, 300),
    # Not published either, but Home Assistant core reads each console twice every 10 seconds (7.9): three
    # of them 180 times in 300 seconds. Ours are read half as often, and the rest is for commands.
    Service.CONSOLES: Budget("consoles", 30, 150),
    # Public, and without an account: this is for the pictures of 650 games, 20 at a time, and no more.
    Service.CATALOG: Budget("catalog", 50, 150),
}


def locate(host: str, path: str = "/") -> URL:
    """Return the address of a path at one of the known hosts.

    `path` is percent-encoded already. Raises `KeyError` for a host outside of the table.
    """
    origin = ORIGINS[host]
    return URL(f"{str(origin).rstrip('/')}{path}", encoded=True)
