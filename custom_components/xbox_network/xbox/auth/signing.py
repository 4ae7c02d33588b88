"""Signed requests (`docs/network.md` A1.7), for device and title tokens. Nothing else in this client needs them.

Only this module imports `cryptography`, and nothing imports this module before it is used: a start stays light.
"""

import base64
from datetime import UTC, datetime, timedelta
from ssl import SSLContext
from typing import Any, Final, Self

import aiohttp
from aiohttp.typedefs import StrOrURL
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ..http.requests import TIMEOUT_SECONDS
from ..http.session import Pending

POLICY_VERSION: Final = 1
SIGNED_BODY_BYTES: Final = 8192

_FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_FILETIME_TICK = timedelta(microseconds=1)  # ten of its ticks
_COORDINATE_BYTES = 32


class RequestSigner:
    """The key of one installation. Secret."""

    def __init__(self, signing_key: ec.EllipticCurvePrivateKey | None = None) -> None:
        """Use a P-256 key, or make one."""
        self.signing_key = signing_key or ec.generate_private_key(ec.SECP256R1())
        public = self.signing_key.public_key().public_numbers()
        # the proof key in the bodies of requests for device and title tokens
        self.proof_field = {
            "use": "sig",
            "alg": "ES256",
            "kty": "EC",
            "crv": "P-256",
            "x": _coordinate(public.x),
            "y": _coordinate(public.y),
        }

    @classmethod
    def from_pem(cls, pem_string: str) -> Self:
        """Use a stored key. Raises `ValueError` for what is no private P-256 key without a password."""
        try:
            key = load_pem_private_key(pem_string.encode(), password=None)
        except TypeError as err:  # there is a password
            raise ValueError(str(err)) from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise ValueError("This is no P-256 key")
        return cls(key)

    def export_signing_key(self) -> str:
        """Return the key as PEM, to be stored. Secret."""
        return self.signing_key.private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        ).decode()

    def sign(
        self,
        method: str,
        path_and_query: str,
        body: bytes = b"",
        authorization: str = "",
        timestamp: datetime | None = None,
    ) -> str:
        """Return the value of the `Signature` header. The service compares the time with its own."""
        version = POLICY_VERSION.to_bytes(4)
        time = _filetime(timestamp or datetime.now(UTC)).to_bytes(8)
        head = [method.upper().encode(), path_and_query.encode(), authorization.encode()]
        data = b"\0".join([version, time, *head, body[:SIGNED_BODY_BYTES], b""])
        # without chance: a request that is sent again has the same signature
        signature = self.signing_key.sign(data, ec.ECDSA(SHA256(), deterministic_signing=True))
        numbers = utils.decode_dss_signature(signature)
        raw = b"".join(number.to_bytes(_COORDINATE_BYTES) for number in numbers)
        return base64.b64encode(version + time + raw).decode()


class SignedSession:
    """An HTTP session that can sign requests; only `send_signed` does.

    It opens its aiohttp session at the first request, so it can be made outside of a running loop. It has to be
    closed, or used in `async with`.
    """

    def __init__(
        self, request_signer: RequestSigner | None = None, ssl_context: SSLContext | None = None
    ) -> None:
        """Use a signer, or make one with a new key."""
        self.request_signer = request_signer or RequestSigner()
        self._ssl_context = ssl_context
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    def from_pem_signing_key(cls, pem_string: str) -> Self:
        """Use a stored key. Raises `ValueError` for what is no P-256 key."""
        return cls(RequestSigner.from_pem(pem_string))

    async def send_signed(
        self, method: str, url: StrOrURL, **kwargs: Any
    ) -> aiohttp.ClientResponse:
        """Send a request with the header `Signature`. Takes the parameters of `request`."""
        # a signature is for one address
        return await self.request(
            method, url, **{"allow_redirects": False, **kwargs}, middlewares=(self._sign,)
        )

    def request(self, method: str, url: StrOrURL, **kwargs: Any) -> Pending[aiohttp.ClientResponse]:
        """Send a plain request, with the parameters of aiohttp."""
        return self._opened().request(method, url, **kwargs)

    def get(self, url: StrOrURL, **kwargs: Any) -> Pending[aiohttp.ClientResponse]:
        """Send a plain GET request."""
        return self.request("GET", url, **kwargs)

    def post(self, url: StrOrURL, **kwargs: Any) -> Pending[aiohttp.ClientResponse]:
        """Send a plain POST request."""
        return self.request("POST", url, **kwargs)

    @property
    def connector(self) -> aiohttp.BaseConnector | None:
        """The connections of the session, None after its end."""
        return self._opened().connector

    @property
    def trust_env(self) -> bool:
        """Whether a proxy that the environment names is used: no."""
        return self._opened().trust_env

    @property
    def closed(self) -> bool:
        """Tell whether no connection is open."""
        return self._session is None or self._session.closed

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def __aenter__(self) -> Self:
        """Return the session itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        await self.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._ssl_context or True),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
            )
        return self._session

    async def _sign(
        self, request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        request.headers["Signature"] = self.request_signer.sign(
            request.method,
            request.url.raw_path_qs,
            await request.body.as_bytes() if request.body else b"",
            request.headers.get("Authorization", ""),
        )
        return await send(request)


def _filetime(moment: datetime) -> int:
    """Return the ticks of 100 nanoseconds since 1601."""
    return (moment - _FILETIME_EPOCH) // _FILETIME_TICK * 10


def _coordinate(number: int) -> str:
    raw = number.to_bytes(_COORDINATE_BYTES)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
