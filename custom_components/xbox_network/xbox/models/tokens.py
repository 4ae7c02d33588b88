"""The three tokens of the sign-in chain (`docs/network.md` A1.1, A1.3, A1.4).

The lifetime of a token starts with its arrival, on a clock that cannot be set (`time.monotonic`): a wrong clock
of the host, or one that jumps, changes nothing.
"""

import time
from abc import abstractmethod
from datetime import UTC, datetime
from typing import Annotated, Any, Self, override

from pydantic import Field, PrivateAttr, StringConstraints

from .base import Items, Name, UtcTime, XboxModel, Xuid

_LEAST_MARGIN = 60.0  # seconds
_UNKNOWN_LIFETIME = 3600.0  # seconds, for an answer without an end
# A shorter lifetime in seconds is an error of the answer, or of the host's clock.
_LEAST_LIFETIME = 120.0
_LATEST_ARRIVAL = 2.5e11  # far in the future, and still a date

# The characters that a header can hold: printable ASCII.
type _Printable = Annotated[str, StringConstraints(pattern=r"^[ -~]+$")]


def _now() -> float:
    return time.time()  # looked up at each call: a frozen clock counts, too


class Expiring(XboxModel):
    """An answer that is valid for a number of seconds after its arrival."""

    # `time.time()` of the arrival: the only clock that is comparable after a restart
    received_at: float = Field(
        default_factory=_now, ge=0.0, le=_LATEST_ARRIVAL, allow_inf_nan=False
    )
    _deadline: float = PrivateAttr(default=0.0)

    @override
    def model_post_init(self, context: Any, /) -> None:
        """Start the lifetime, less the time that passed before a restart."""
        used = max(0.0, time.time() - self.received_at)
        self._deadline = time.monotonic() + self.lifetime - used

    @property
    @abstractmethod
    def lifetime(self) -> float:
        """Seconds from the issue to the expiry."""

    @property
    def margin(self) -> float:
        """Seconds before the expiry at which the token is renewed."""
        return _LEAST_MARGIN

    def remaining(self) -> float:
        """Seconds until the expiry."""
        return self._deadline - time.monotonic()

    def is_valid(self) -> bool:
        """Tell whether more than the margin is left until the expiry."""
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
    xid: Xuid | None = None
    gtg: Name = None
    agg: str | None = None
    prv: str | None = None
    usr: str | None = None
    utr: str | None = None
    mgt: str | None = None
    mgs: str | None = None
    umg: Name = None


class DisplayClaims(XboxModel):
    """The claims that are readable."""

    xui: Items[XboxClaims] = ()


class XboxToken(Expiring):
    """The common fields of the user token and the XSTS token."""

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
        """Return the token as JSON, for `from_store`. Secret."""
        return self.model_dump(mode="json")

    @classmethod
    def from_store(cls, data: object) -> Self | None:
        """Return a stored token, None for unreadable data."""
        try:
            return cls.model_validate(data)
        except ValueError:
            return None


class XAUResponse(XboxToken):
    """The Xbox user token. Observed to live 14 days."""

    @property
    @override
    def margin(self) -> float:
        """A day, or a tenth of a short lifetime."""
        return max(_LEAST_MARGIN, min(86400.0, self.lifetime / 10))


class XSTSResponse(XboxToken):
    """The XSTS token of one relying party. Observed to live 16 hours."""

    @property
    @override
    def margin(self) -> float:
        """Ten minutes, or a tenth of a short lifetime."""
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
        """The numbers of the account's privileges."""
        return _numbers(self.claims.prv)

    @property
    def user_privileges(self) -> frozenset[int]:
        """The numbers of the restrictions in the account's settings."""
        return _numbers(self.claims.usr)

    @property
    def authorization_header_value(self) -> str:
        """The value of the `Authorization` header for every service. Secret."""
        return f"XBL3.0 x={self.userhash};{self.token}"


def _numbers(text: str | None) -> frozenset[int]:
    return frozenset(int(word) for word in (text or "").split() if word.isdecimal())
