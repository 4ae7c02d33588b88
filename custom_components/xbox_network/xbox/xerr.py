"""The reasons why Xbox refuses an account: the `XErr` codes as data.

Source: `docs/network.md` A1.5. Codes without a name in one of Microsoft's headers are not in the table.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_FACILITY: Final = 0x8015  # the upper half of each code in the table
_HEX = re.compile(r"(0x)?[0-9a-f]{8}", re.IGNORECASE)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,10}(\.0+)?")


class Remedy(StrEnum):
    """The way to end a refusal."""

    ACT = "act"  # the person follows the advice; another sign-in alone does not help
    WAIT = "wait"  # it passes
    MINT = "mint"  # this client renews the outdated user token
    UNEXPECTED = "unexpected"  # unknown; the code belongs into a bug report


@dataclass(frozen=True, slots=True)
class AccountRefusal:
    """One `XErr` code: its short name, its meaning, the advice, and the way to end the refusal."""

    code: int
    slug: str
    meaning: str
    advice: str
    remedy: Remedy


_ASK_ADULT = "Ask the adult who manages the family at account.microsoft.com/family to allow it."
_AT_XBOX = "Sign in once at xbox.com with this account and follow what it asks for."
_WAIT = "Nothing to do: it is tried again by itself."
_REPORT = "Report this code with the diagnostics of the integration."


def _act(code: int, slug: str, meaning: str, advice: str) -> AccountRefusal:
    return AccountRefusal(code, slug, meaning, advice, Remedy.ACT)


def _wait(code: int, slug: str, meaning: str, advice: str = _WAIT) -> AccountRefusal:
    return AccountRefusal(code, slug, meaning, advice, Remedy.WAIT)


def _mint(code: int, slug: str, meaning: str) -> AccountRefusal:
    return AccountRefusal(code, slug, meaning, _REPORT, Remedy.MINT)


def _odd(code: int, meaning: str) -> AccountRefusal:
    return AccountRefusal(code, "unexpected", meaning, _REPORT, Remedy.UNEXPECTED)


_TABLE: Final = (
    _act(
        2148916222,
        "regional_age_check",
        "A regional age verification interrupts the sign-in",
        "Sign in at xbox.com and verify the age or choose to skip it for now."
        " Social features may stay limited.",
    ),
    _act(
        2148916223,
        "parental_approval",
        "A parent has not approved this child account yet",
        _ASK_ADULT,
    ),
    _odd(2148916224, "Developer mode is not authorised"),
    _odd(2148916225, "A system update is required"),
    _odd(2148916226, "A content update is required"),
    _act(
        2148916227,
        "banned",
        "This account or device is banned from the Xbox network",
        "See enforcement.xbox.com for the reason and how long it lasts.",
    ),
    _act(
        2148916228,
        "banned_by_third_party",
        "This account is banned from the Xbox network on behalf of a third party",
        "See enforcement.xbox.com for the reason and how long it lasts.",
    ),
    _act(
        2148916229,
        "parental_restriction",
        "A parental restriction forbids the sign-in",
        _ASK_ADULT,
    ),
    _odd(2148916230, "The subscription of the device is not activated"),
    _act(
        2148916232,
        "billing",
        "The billing details of this account must be updated",
        "Sign in at account.microsoft.com and update the billing details.",
    ),
    _act(
        2148916233,
        "no_profile",
        "This Microsoft account has no Xbox profile",
        "Sign in once at xbox.com with this account and choose a gamertag.",
    ),
    _act(
        2148916234,
        "terms_of_use",
        "The terms of use of the Xbox network are not accepted yet",
        "Sign in at xbox.com with this account and accept them.",
    ),
    _act(
        2148916235,
        "country",
        "The Xbox network is not offered in the country of this account",
        "Only an account of a supported country can be used.",
    ),
    _act(
        2148916236,
        "age_verification",
        "This account has to prove the age of its owner",
        "Sign in at login.live.com or xbox.com with this account and prove the age"
        " (in South Korea: verify the adult).",
    ),
    _act(
        2148916237,
        "curfew",
        "The screen time of this account is used up, or its age has to be verified",
        "It passes by itself when the screen time starts anew. If it does not, ask the adult who manages the"
        " family at account.microsoft.com/family, or prove the age at xbox.com.",
    ),
    _act(
        2148916238,
        "not_in_family",
        "This is the account of a child that belongs to no family group",
        "An adult must add the account to a family at account.microsoft.com/family.",
    ),
    _act(
        2148916239,
        "account_conversion",
        "This is an old kind of account that has to be converted",
        _AT_XBOX,
    ),
    _act(
        2148916240,
        "account_maintenance",
        "This account needs attention from its owner",
        "Sign in at xbox.com and account.microsoft.com with this account and follow what they ask for.",
    ),
    _odd(2148916241, "This type of account is not allowed here"),
    _odd(2148916242, "This account has no access to the sandbox"),
    _act(
        2148916243,
        "gamertag_change",
        "The gamertag of this account must be changed",
        "Sign in at xbox.com with this account and choose another gamertag.",
    ),
    _odd(2148916244, "The device has to prove itself"),
    _odd(2148916245, "This type of device is not allowed"),
    _wait(
        2148916246,
        "too_many_devices",
        "This account is signed in on too many devices",
        "Sign out on a device that is no longer used, then wait a little.",
    ),
    _act(
        2148916247,
        "pin_required",
        "This account asks for its PIN",
        "Sign in at xbox.com with this account and enter the PIN, or remove the PIN from the sign-in.",
    ),
    _odd(2148916248, "Retail accounts are not allowed"),
    _odd(2148916249, "The sandbox may not use this service configuration"),
    _wait(
        2148916250,
        "account_service",
        "The account service of the Xbox network is not available",
    ),
    _odd(2148916251, "Content signed for tests is not authorised"),
    _odd(2148916252, "The content is not authorised"),
    _odd(2148916254, "The title allows a single place of presence"),
    _odd(2148916255, "The service token has expired"),
    _odd(2148916256, "The device token has expired"),
    _odd(2148916257, "The title token has expired"),
    _mint(2148916258, "user_token_expired", "The user token has expired"),
    _odd(2148916259, "The device token is invalid"),
    _odd(2148916260, "The title token is invalid"),
    _mint(2148916261, "user_token_invalid", "The user token is invalid"),
    _mint(2148916262, "user_token_unreadable", "The user token could not be read"),
    _odd(2148916263, "The service token is invalid"),
    _odd(2148916265, "The account needs maintenance"),
    _wait(2148916273, "outage", "The Xbox network has an outage"),
    _wait(2148916274, "outage", "The Xbox network has an outage"),
)

REFUSALS: Final = {refusal.code: refusal for refusal in _TABLE}


def refusal(code: int) -> AccountRefusal:
    """Return the refusal of an `XErr` code; an unknown code is unexpected."""
    return REFUSALS.get(code) or _odd(code, "The Xbox network refuses this account")


def find_xerr(body: Mapping[str, object], headers: Mapping[str, str]) -> int | None:
    """Return the `XErr` of a refusal, which is in the body or in a header; None without one.

    The key is read in any letter case.
    """
    for key, value in body.items():
        if key.casefold() == "xerr" and (code := parse_xerr(value)):
            return code
    return parse_xerr(headers.get("X-Err"))


def parse_xerr(value: object) -> int | None:
    """Return an `XErr` as a number of 32 bits without a sign, None if the value is no such number.

    Recorded are decimal numbers. Their signed and hexadecimal forms are understood, too.
    """
    if isinstance(value, str):
        value = _number(value.strip())
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    if (value + (1 << 32)) >> 16 == _FACILITY:
        value += 1 << 32
    return value if 0 < value < 1 << 32 else None


def _number(text: str) -> int | None:
    # all codes have the highest bit: eight digits are hexadecimal
    if _HEX.fullmatch(text):
        return int(text, 16)
    return int(float(text)) if _DECIMAL.fullmatch(text) else None
