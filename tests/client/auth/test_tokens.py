"""Tokens of the sign-in: lifetime, claims and storage."""

import json
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.errors import XboxResponseError
from custom_components.xbox_network.xbox.models.tokens import (
    OAuth2TokenResponse,
    XAUResponse,
    XSTSResponse,
)
from tests.client.conftest import DAY, HOUR

ISSUED = "2031-03-01T08:00:00.1234567Z"


def answer(not_after: object = None, **claims: object) -> dict[str, Any]:
    """Return an answer of the sign-in."""
    return {
        "IssueInstant": ISSUED,
        "NotAfter": not_after,
        "Token": "a token",
        "DisplayClaims": {"xui": [claims]},
    }


@pytest.mark.parametrize(
    ("kind", "not_after", "lifetime", "margin"),
    [
        (XAUResponse, "2031-03-15T08:00:00.1234567Z", 14 * DAY, DAY),
        (XAUResponse, "2031-03-02T00:00:00.1234567Z", 16 * HOUR, 1.6 * HOUR),
        (XSTSResponse, "2031-03-02T00:00:00.1234567Z", 16 * HOUR, 600),
        (XSTSResponse, "2031-03-01T09:00:00.1234567Z", HOUR, 360),
        (XSTSResponse, "2031-03-01T08:02:00.1234567Z", 120, 60),
        (XSTSResponse, "2031-03-01T08:01:59.1234567Z", HOUR, 360),
        (XSTSResponse, "2031-03-01T08:00:00.1234567Z", HOUR, 360),
        (XSTSResponse, "2031-03-01T07:00:00.1234567Z", HOUR, 360),
        (XAUResponse, "2031-03-01T07:00:00.1234567Z", HOUR, 360),
        (XSTSResponse, None, HOUR, 360),
        (XSTSResponse, "soon", HOUR, 360),
    ],
)
def test_lifetime_and_margin(
    freezer: FrozenDateTimeFactory,
    kind: type[XAUResponse | XSTSResponse],
    not_after: str | None,
    lifetime: float,
    margin: float,
) -> None:
    """The lifetime is that of `NotAfter`; a token is not used in the last part of its life, its margin."""
    freezer.tick(40 * DAY)  # the host's clock does not matter
    token = kind.model_validate(answer(not_after))
    assert token.lifetime == token.remaining() == pytest.approx(lifetime)
    assert token.margin == pytest.approx(margin)
    assert token.is_valid() is (lifetime > margin)
    freezer.tick(max(0.0, lifetime - margin - 1))
    assert token.is_valid() is (lifetime > margin)
    freezer.tick(1)
    assert not token.is_valid()


def test_without_issue_instant(freezer: FrozenDateTimeFactory) -> None:
    """A token without `IssueInstant` was issued when it arrived."""
    token = XSTSResponse.model_validate(answer("2031-03-01T09:30:00Z") | {"IssueInstant": None})
    assert token.lifetime == pytest.approx(1.5 * HOUR)


@pytest.mark.parametrize("ahead", [HOUR - 119, HOUR, DAY])
def test_without_issue_instant_on_a_host_that_is_ahead(
    freezer: FrozenDateTimeFactory, ahead: float
) -> None:
    """An end before the arrival is ignored: the life is the default one."""
    freezer.tick(ahead)
    token = XSTSResponse.model_validate(answer("2031-03-01T09:00:00Z") | {"IssueInstant": None})
    assert token.lifetime == HOUR
    assert token.is_valid()


def test_live_token(freezer: FrozenDateTimeFactory) -> None:
    """The Live token's life is `expires_in` seconds; optional fields may be missing."""
    token = OAuth2TokenResponse.model_validate({"access_token": "x", "expires_in": "3600"})
    assert (token.token_type, token.scope) == ("bearer", "")
    assert (token.refresh_token, token.user_id) == (None, None)
    assert token.is_valid()
    freezer.tick(3600 - 61)
    assert token.is_valid()
    freezer.tick(1)
    assert not token.is_valid()


@pytest.mark.parametrize(
    "change",
    [{"access_token": ""}, {"access_token": None}, {"expires_in": 0}, {"expires_in": "soon"}],
    ids=str,
)
def test_invalid_live_token(change: dict[str, object]) -> None:
    """A Live token without a token text or a lifetime is an error."""
    with pytest.raises(XboxResponseError):
        OAuth2TokenResponse.read({"access_token": "x", "expires_in": 3600, **change}, "live")


def test_claims() -> None:
    """The claims of a token name the person, their age group and their privileges."""
    token = XSTSResponse.model_validate(
        answer(uhs="hash", xid="1", gtg="Nova", agg="Teen", prv="185 188 254", usr="234 x -1")
    )
    assert (token.userhash, token.xuid, token.gamertag) == ("hash", "1", "Nova")
    assert token.age_group == "Teen"
    assert token.privileges == {185, 188, 254}
    assert token.user_privileges == {234}
    assert token.authorization_header_value == "XBL3.0 x=hash;a token"


@pytest.mark.parametrize("claims", [None, [], {}, {"xui": None}, {"xui": []}, {"xui": [7]}])
def test_missing_claims(claims: object) -> None:
    """Any claim may be missing."""
    token = XSTSResponse.model_validate(answer() | {"DisplayClaims": claims})
    assert (token.userhash, token.xuid, token.gamertag, token.age_group) == ("", None, None, None)
    assert token.privileges == token.user_privileges == frozenset()


@pytest.mark.parametrize("kind", [XAUResponse, XSTSResponse])
def test_store_and_back(
    freezer: FrozenDateTimeFactory, kind: type[XAUResponse | XSTSResponse]
) -> None:
    """A stored token is JSON; it is read back with the time that has passed."""
    token = kind.model_validate(answer("2031-03-02T08:00:00Z", uhs="hash", xid="1", gtg="Nova"))
    stored = json.loads(json.dumps(token.to_store()))
    freezer.tick(HOUR)
    restored = kind.from_store(stored)
    assert restored == token
    assert restored
    assert restored.claims.gtg == "Nova"
    assert restored.remaining() == token.remaining() == pytest.approx(23 * HOUR, abs=1)
    freezer.tick(23 * HOUR)
    late = kind.from_store(stored)
    assert late
    assert not late.is_valid()


def test_stored_token_and_a_clock_set_back(freezer: FrozenDateTimeFactory) -> None:
    """After the clock is set back, a stored token has its whole life, and no more."""
    stored = XSTSResponse.model_validate(answer("2031-03-02T08:00:00.1234567Z")).to_store()
    freezer.tick(-40 * 365 * DAY)
    token = XSTSResponse.from_store(stored)
    assert token
    assert token.remaining() == pytest.approx(DAY)


@pytest.mark.parametrize(
    "stored", [None, [], {}, "text", 7, {"token": ""}, {"token": []}, {"received_at": 5}]
)
def test_invalid_stored_token(stored: object) -> None:
    """Invalid stored content gives no token, and no error."""
    assert XSTSResponse.from_store(stored) is None


@pytest.mark.parametrize(
    "received_at",
    [1e300, -1e300, 1e12, float("inf"), float("nan"), 10**400],
    ids=lambda value: repr(value)[:9],
)
def test_invalid_stored_arrival(freezer: FrozenDateTimeFactory, received_at: float) -> None:
    """With an invalid arrival time a stored token has its whole life."""
    stored = XSTSResponse.model_validate(answer("2031-03-02T08:00:00Z")).to_store()
    for instant in (stored["issue_instant"], None):
        stored |= {"received_at": received_at, "issue_instant": instant}
        token = XSTSResponse.from_store(stored)
        assert token
        assert token.remaining() == pytest.approx(DAY, abs=1)


@pytest.mark.parametrize(
    "odd", ["a\r\nHost: b", "a\n", "a\0", "\x7f", "\xe9", "\ud83c\udfae"], ids=ascii
)
def test_token_invalid_in_a_header(odd: str) -> None:
    """A token with characters that no header can hold is refused."""
    for kind in (XAUResponse, XSTSResponse):
        with pytest.raises(XboxResponseError):
            kind.read(answer() | {"Token": odd}, "xsts")
        assert kind.from_store(answer() | {"token": odd}) is None
    with pytest.raises(XboxResponseError):
        OAuth2TokenResponse.read({"access_token": odd, "expires_in": 3600}, "live")
    assert XSTSResponse.model_validate(answer(uhs=odd, xid="1")).claims.uhs is None
