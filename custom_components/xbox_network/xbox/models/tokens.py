"""The three tokens of the sign-in chain (`xbox-auth-and-realtime.md` 1.1, 1.3, 1.4).

A token counts its life from the moment it arrived, on the clock that nobody can set
(`time.monotonic`): a wrong clock of the host, or one that jumps, changes nothing.
"""

import time
from abc import abstractmethod
from datetime import UTC, datetime
from typing import Annotated, Any, Self, override

from pydantic import Field, PrivateAttr, StringConstraints

from .base import Items, UtcTime, XboxModel

_LEAST_MARGIN = 60.0  # seconds
_UNKNOWN_LIFETIME = 3600.0  # seconds, for an answer without an end
# A token that would have to be renewed at each call: its answer, or the host's clock, is wrong.
_LEAST_LIFETIME = 120.0
_LATEST_ARRIVAL = 2.5e11  # far in the future, and still a date

# What a header can hold: printable ASCII.
type _Printable = Annotated[str, StringConstraints(pattern=r"^[ -~]+$")]


def _now() -> float:
    return time.time()  # looked up at each call: a frozen clock counts, too


class Expiring(XboxModel):
    """Something that lives for a number of seconds after its arrival."""

    # `time.time()` of the arrival: the only clock that a restart leaves comparable
    received_at: float = Field(
        default_factory=_now, ge=0.0, le=_LATEST_ARRIVAL, allow_inf_nan=False
    )
    _deadline: float = PrivateAttr(default=0.0)

    @override
    def model_post_init(self, context: Any, /) -> None:
        """Start the count; time that passed before a restart has been used up."""
        used = max(0.0, time.time() - self.received_at)
        self._deadline = time.monotonic() + self.lifetime - used

    @property
    @abstractmethod
    def lifetime(self) -> float:
        """Seconds from issue to end."""

    @property
    def margin(self) -> float:
        """Seconds before the end at which it is renewed."""
        return _LEAST_MARGIN

    def remaining(self) -> float:
        """Seconds until the end."""
        return self._deadline - time.monotonic()

    def is_valid(self) -> bool:
        """Tell whether it can still be used, with a margin."""
        return self.remaining() > self.margin


class OAuth2TokenResponse(Expiring):
    """Answer of the Live token endpoint. `scope` may come back rewritten: never compare it."""

    access_token: _Printable = Field(repr=False)
    expires_in: int = Field(gt=0, lt=1 << 31)
    token_type: str = "bearer"
    scope: str = ""
    refresh_token: str | None = Field(default=None, repr=False)
    user_id: str | None = Field(default=None, repr=False)

    @property
    @override
    def lifetime(self) -> float:
        return float(self.expires_in)


class XboxClaims(XboxModel):
    """One entry of `DisplayClaims.xui`. Only `uhs` is certain."""

    uhs: _Printable | None = None
    xid: str | None = None
    gtg: str | None = None
    agg: str | None = None
    prv: str | None = None
    usr: str | None = None
    utr: str | None = None
    mgt: str | None = None
    mgs: str | None = None
    umg: str | None = None


class DisplayClaims(XboxModel):
    """The claims that are readable."""

    xui: Items[XboxClaims] = ()


class XboxToken(Expiring):
    """What the user token and the XSTS token have in common."""

    token: _Printable = Field(repr=False)
    issue_instant: UtcTime = None
    not_after: UtcTime = None
    display_claims: DisplayClaims = Field(default=DisplayClaims(), repr=False)

    @property
    @override
    def lifetime(self) -> float:
        if self.not_after is None:
            return _UNKNOWN_LIFETIME
        start = self.issue_instant or datetime.fromtimestamp(self.received_at, UTC)
        seconds = (self.not_after - start).total_seconds()
        return seconds if seconds >= _LEAST_LIFETIME else _UNKNOWN_LIFETIME

    @property
    def claims(self) -> XboxClaims:
        """The claims of the person."""
        return next(iter(self.display_claims.xui), XboxClaims())

    @property
    def userhash(self) -> str:
        """The `uhs` that goes with the token into the header; not a stable identity."""
        return self.claims.uhs or ""

    def to_store(self) -> dict[str, Any]:
        """Return what `model_validate` takes after a restart. Secret."""
        return self.model_dump(mode="json")

    @classmethod
    def from_store(cls, data: object) -> Self | None:
        """Return a stored token, None for anything that is not one."""
        try:
            return cls.model_validate(data)
        except ValueError:
            return None


class XAUResponse(XboxToken):
    """The Xbox user token. Observed to live 14 days."""

    @property
    @override
    def margin(self) -> float:
        """A day before the end, or a tenth of a life that is short."""
        return max(_LEAST_MARGIN, min(86400.0, self.lifetime / 10))


class XSTSResponse(XboxToken):
    """The XSTS token of one relying party. Observed to live 16 hours."""

    @property
    @override
    def margin(self) -> float:
        """Ten minutes before the end, or a tenth of a life that is short."""
        return max(_LEAST_MARGIN, min(600.0, self.lifetime / 10))

    @property
    def xuid(self) -> str | None:
        """The account's own xuid: the one stable identity."""
        return self.claims.xid

    @property
    def gamertag(self) -> str | None:
        """The classic gamertag."""
        return self.claims.gtg

    @property
    def age_group(self) -> str | None:
        """`Adult`, `Teen` or `Child`."""
        return self.claims.agg

    @property
    def privileges(self) -> frozenset[int]:
        """Privileges the account holds, by number."""
        return _numbers(self.claims.prv)

    @property
    def user_privileges(self) -> frozenset[int]:
        """Restrictions from the account's settings, by number."""
        return _numbers(self.claims.usr)

    @property
    def authorization_header_value(self) -> str:
        """What goes into the `Authorization` header of every service. Secret."""
        return f"XBL3.0 x={self.userhash};{self.token}"


def _numbers(text: str | None) -> frozenset[int]:
    return frozenset(int(word) for word in (text or "").split() if word.isdecimal())
