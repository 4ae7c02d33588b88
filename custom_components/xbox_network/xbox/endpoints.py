"""The hosts that this client talks to: one record for each service, and the tables derived from them.

Sources: `docs/network.md` S0 (headers, limits) and A1.8 (limits).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from yarl import URL


@dataclass(frozen=True, slots=True)
class Budget:
    """The most requests that one account may send: in 15 seconds and in 300 seconds.

    Services with the same `pool` share one budget.
    """

    pool: str
    burst: int
    sustained: int


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The record of one service: its host and what a request to it needs.

    `contract` is the `x-xbl-contract-version`; another number can change the shape of the answer. Requests
    carry the account's XSTS token only if `signed_in`. Without a `budget` requests are not counted.
    """

    host: str
    contract: str | None = None
    budget: Budget | None = None
    signed_in: bool = False


class Service(StrEnum):
    """A service of the network. Its value is its host, `endpoint` its record.

    A service without a published limit has the smallest published one as its budget, unless a comment says
    otherwise.
    """

    endpoint: Endpoint

    def __new__(cls, endpoint: Endpoint) -> Self:
        """Make a member whose text is the host."""
        service = str.__new__(cls, endpoint.host)
        service._value_ = endpoint.host
        service.endpoint = endpoint
        return service

    LIVE = Endpoint("login.live.com")
    ENTRA = Endpoint("login.microsoftonline.com")
    USER_AUTH = Endpoint("user.auth.xboxlive.com", "1")
    XSTS = Endpoint("xsts.auth.xboxlive.com", "1")
    PEOPLE = Endpoint("peoplehub.xboxlive.com", "7", Budget("people", 10, 30), signed_in=True)
    PRESENCE = Endpoint(
        "userpresence.xboxlive.com", "3", Budget("presence", 30, 100), signed_in=True
    )
    PROFILE = Endpoint("profile.xboxlive.com", "3", Budget("profile", 10, 30), signed_in=True)
    TITLES = Endpoint("titlehub.xboxlive.com", "2", Budget("titles", 10, 30), signed_in=True)
    # contract 3 is that of another system, the Xbox 360 (`docs/network.md` S6.1)
    ACHIEVEMENTS = Endpoint(
        "achievements.xboxlive.com", "4", Budget("achievements", 100, 300), signed_in=True
    )
    STATS = Endpoint("userstats.xboxlive.com", "2", Budget("stats", 100, 300), signed_in=True)
    REALTIME = Endpoint("rta.xboxlive.com")
    # Home Assistant core reads each console twice every 10 seconds (S7.9): 180 requests in 300 seconds for
    # three consoles. This client reads half as often. Commands have a budget of their own, see below.
    CONSOLES = Endpoint("xccs.xboxlive.com", "4", Budget("consoles", 30, 150), signed_in=True)
    # Public, and without an account. The budget is enough for the pictures of 650 games, 20 in a request.
    CATALOG = Endpoint("displaycatalog.mp.microsoft.com", budget=Budget("catalog", 50, 150))


SIGNED_IN: Final[frozenset[Service]] = frozenset(
    service for service in Service if service.endpoint.signed_in
)
CONTRACTS: Final[Mapping[str, str]] = {
    service: service.endpoint.contract for service in Service if service.endpoint.contract
}
BUDGETS: Final[Mapping[str, Budget]] = {
    service: service.endpoint.budget for service in Service if service.endpoint.budget
}
# Commands to consoles, and the questions whether they are done: four a second for a moment, one a second for long,
# as of a person with a remote. Neither do commands blind the reads of the consoles, nor do these stop commands.
# Nothing is published (S7.9).
COMMANDS_BUDGET: Final = Budget("commands", 60, 300)
IMAGE_HOSTS: Final = frozenset(
    {
        "images-eds-ssl.xboxlive.com",
        "store-images.s-microsoft.com",
        "store-images.microsoft.com",
        "dlassets-ssl.xboxlive.com",
        "avatar-ssl.xboxlive.com",
    }
)

# Pictures may be at any other sub-domain (`docs/network.md` S12). Those of captures are left out: their paths hold
# the xuid.
_OTHER_IMAGE_HOST: Final = re.compile(
    r"(?!gameclips|screenshots)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+){0,2}\.xboxlive\.com"
)

# The origin of each host. A host outside of this table gets no request; only the services in `SIGNED_IN` get a
# token. Tests and the demo put their simulator here, from outside.
ORIGINS: Final[dict[str, URL]] = {
    host: URL.build(scheme="https", host=host)
    for host in (*(service.value for service in Service), *sorted(IMAGE_HOSTS))
}


def has_pictures(host: str) -> bool:
    """Tell whether pictures may be at a host. No request there carries a token."""
    if host in IMAGE_HOSTS:
        return True
    return host not in list(Service) and _OTHER_IMAGE_HOST.fullmatch(host) is not None


def locate(host: str, path: str = "/") -> URL:
    """Return the address of a path at one of the known hosts.

    `path` is percent-encoded already. Raises `KeyError` for a host outside of the table that has no pictures either.
    """
    other = host not in ORIGINS and has_pictures(host)
    origin = URL.build(scheme="https", host=host) if other else ORIGINS[host]
    return URL(f"{str(origin).rstrip('/')}{path}", encoded=True)
