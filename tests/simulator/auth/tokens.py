"""The tokens of the simulated network. They stay valid after a restart of the simulator."""

import base64
import hashlib
import hmac
import itertools
import json
import secrets
from dataclasses import asdict, dataclass
from enum import StrEnum

from ..times import Clock

_KEY = b"the simulator knows its own tokens again after a restart"


class Kind(StrEnum):
    """The kind of a token. The value is the beginning of its text."""

    CODE = "M.C5xx_BAY.2.U."
    LIVE = "EwAo"
    REFRESH = "M.C5xx_BAY.0.U.-"
    USER = "eyJlbmMiOiJ1c2VyIn0"
    XSTS = "eyJlbmMiOiJ4c3RzIn0"
    ENTRA_CODE = "1.AXEA"
    ENTRA_REFRESH = "M.C5xx_BAY.0.E.-"


class ForeignToken(Exception):
    """A text that is no token of this kind, or of another network."""


class ExpiredToken(Exception):
    """An expired or revoked token."""


@dataclass(frozen=True, kw_only=True)
class Token:
    """The content of a token; times in seconds since 1970."""

    persona: str
    client_id: str
    issued: float
    expires: float
    serial: int
    network: str
    scope: str = ""
    redirect_uri: str = ""
    challenge: str = ""
    uhs: str = ""
    relying_party: str = ""


class Mint:
    """Issuer and reader of tokens."""

    def __init__(self, clock: Clock) -> None:
        """Start without revoked tokens."""
        self._clock = clock
        self._network = secrets.token_hex(4)
        self._serial = itertools.count(1)
        self._revoked: dict[tuple[Kind, str | None], int] = {}

    def issue(
        self,
        kind: Kind,
        persona: str,
        client_id: str,
        lifetime: float,
        **claims: str,
    ) -> tuple[str, Token]:
        """Return the text and the content of a new token."""
        now = self._clock()
        token = Token(
            persona=persona,
            client_id=client_id,
            issued=now,
            expires=now + lifetime,
            serial=next(self._serial),
            network=self._network,
            **claims,
        )
        body = base64.urlsafe_b64encode(json.dumps(asdict(token)).encode()).decode()
        body = body.rstrip("=")
        return f"{kind}{body}.{_signature(kind, body)}", token

    def read(self, kind: Kind, text: str) -> Token:
        """Return the content of a token. Raises ForeignToken or ExpiredToken."""
        body, _, signature = text.removeprefix(kind).rpartition(".")
        if not text.startswith(kind) or not hmac.compare_digest(
            signature.encode(), _signature(kind, body).encode()
        ):
            raise ForeignToken
        padded = body + "=" * (-len(body) % 4)
        token = Token(**json.loads(base64.urlsafe_b64decode(padded)))
        if token.expires <= self._clock() or self._is_revoked(kind, token):
            raise ExpiredToken
        return token

    def expire(self, kind: Kind, persona: str | None = None) -> None:
        """Revoke the tokens of a kind issued so far, of one persona or of all."""
        self._revoked[kind, persona] = next(self._serial)

    def _is_revoked(self, kind: Kind, token: Token) -> bool:
        for persona in (None, token.persona):
            last = self._revoked.get((kind, persona))
            if last is not None and (token.network != self._network or token.serial < last):
                return True
        return False


def _signature(kind: Kind, body: str) -> str:
    return hmac.new(_KEY, f"{kind}{body}".encode(), hashlib.sha256).hexdigest()[:32]
