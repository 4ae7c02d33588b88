"""The ways in which an account is signed in, and the family of endpoints that each of them uses.

A token is refreshed where it was issued: the families do not take each other's (`docs/network.md` A1.1).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.util import slugify

from . import const
from .const import DOMAIN

# The key of the way in the token of an entry. Live's tokens have none: they are older than the choice.
WAY: Final = "way"


class SignInWay(StrEnum):
    """A way to sign in: two at Entra without a secret, and one at Live."""

    CODE = "by_code"
    BROWSER = "by_browser"
    OWN_APPLICATION = "own_application"


def way_of(entry: ConfigEntry) -> SignInWay:
    """Return the way in which an account was signed in."""
    way = entry.data["token"].get(WAY)
    return SignInWay(way) if way in list(SignInWay) else SignInWay.OWN_APPLICATION


def is_public(token: Mapping[str, Any]) -> bool:
    """Tell whether a token was issued at Entra, to an application without a secret."""
    return WAY in token


def auth_domain(client_id: str) -> str:
    """Return the name under which Home Assistant stores an application.

    It is the id that its dialog gives, so that an application in use cannot be deleted.
    """
    return slugify(f"{DOMAIN}.{client_id}")


def is_built_in(implementation: str) -> bool:
    """Tell whether an application, by the name in Home Assistant, is the project's own."""
    client_id = const.BUILT_IN_CLIENT_ID
    return bool(client_id) and implementation == auth_domain(client_id)
