"""Signed requests: the header, the key, and the session (`docs/network.md` A1.7)."""

import asyncio
import base64
import ipaddress
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient
from custom_components.xbox_network.xbox.auth.signing import RequestSigner, SignedSession
from tests.client.conftest import LIVE, OWNER, REDIRECT_URI, outlast, sign_in
from tests.simulator import CLIENT_ID, CLIENT_SECRET, RecordedRequest, Simulator

# An invented key, whose signatures are known: they are made without chance (RFC 6979).
SCALAR = 0x60698FD5C296FA31962DFCF94CDFFA826F661C03A53A68FB7B0F1EC1A591E4FD
BODY = b'{"RelyingParty":"http://auth.xboxlive.com","TokenType":"JWT"}'
MOMENT = datetime.fromtimestamp(1_795_000_000, UTC)
SIGNATURE = (
    "AAAAAQHdd0zi9mAAsBHJqXvofvL0eFQVfiK4BRARenqOw3VffVf438m/tp/q++h3xweiTT+NVALP75ifvC9HP0MtS1bk"
    "9DW5loqu9Q=="
)
POLICY = bytes.fromhex("00000001")


@pytest.fixture
def signer() -> RequestSigner:
    """Return a signer with the invented key."""
    return RequestSigner(ec.derive_private_key(SCALAR, ec.SECP256R1()))


@pytest.fixture
async def signed(signer: RequestSigner) -> AsyncIterator[SignedSession]:
    """Return a session with the invented key, closed at the end."""
    async with SignedSession(signer) as signed:
        yield signed


def is_signed(header: str, signer: RequestSigner, moment: datetime, *signed_parts: bytes) -> bool:
    """Check a header against the parts that it signs: method, address, authorization and body."""
    raw = base64.b64decode(header, validate=True)
    ticks = int((moment.timestamp() + 11_644_473_600) * 10_000_000)
    assert raw[:12] == POLICY + ticks.to_bytes(8)
    assert len(raw) == 76
    numbers = (int.from_bytes(raw[12:44]), int.from_bytes(raw[44:]))
    data = b"".join(part + b"\0" for part in (POLICY, raw[4:12], *signed_parts))
    try:
        signer.signing_key.public_key().verify(
            utils.encode_dss_signature(*numbers), data, ec.ECDSA(SHA256())
        )
    except InvalidSignature:
        return False
    return True


def signed_parts(request: RecordedRequest, simulator: Simulator) -> list[bytes]:
    """Return the parts of a received request that its signature covers."""
    address = f"/{request.host}{request.path}"
    if request.query:
        address += "?" + "&".join(f"{key}={value}" for key, value in request.query.items())
    authorization = request.headers.get("Authorization", "")
    return [request.method.encode(), address.encode(), authorization.encode(), request.body]


def test_known_signature(signer: RequestSigner) -> None:
    """The header of a known request with a known key."""
    assert signer.sign("POST", "/device/authenticate?x=1", BODY, timestamp=MOMENT) == SIGNATURE
    assert signer.sign("post", "/device/authenticate?x=1", BODY, "", MOMENT) == SIGNATURE
    zone = timezone(timedelta(hours=-7))
    elsewhere = MOMENT.astimezone(zone)
    assert signer.sign("POST", "/device/authenticate?x=1", BODY, "", elsewhere) == SIGNATURE


def test_proof_key(signer: RequestSigner) -> None:
    """The public key in the form of the bodies that name it."""
    assert signer.proof_field == {
        "use": "sig",
        "alg": "ES256",
        "kty": "EC",
        "crv": "P-256",
        "x": "AQdy6rp64KNtirzUFk4jzdKj9GrQKFljULx_1KkKzos",
        "y": "ltVr8EYP7G6tV9I4Ql7pdk75GY1kRKjX_ZHwdd7kgBw",
    }


@pytest.mark.parametrize(
    ("body", "authorization"),
    [(b"", ""), (b"", "XBL3.0 x=1;a"), (b"x" * 8192, ""), (b"\0\xff", "d=b")],
    ids=["nothing", "authorization", "longest", "bytes"],
)
def test_signed_parts(signer: RequestSigner, body: bytes, authorization: str) -> None:
    """Method, address, authorization and body are signed, and the time to the microsecond."""
    moment = MOMENT + timedelta(microseconds=500_000)
    header = signer.sign("GET", "/a?b=c", body, authorization, moment)
    parts = [b"GET", b"/a?b=c", authorization.encode(), body]
    assert is_signed(header, signer, moment, *parts)
    for number in range(len(parts)):
        others = [part + b"z" if number == at else part for at, part in enumerate(parts)]
        assert not is_signed(header, signer, moment, *others)


def test_only_the_beginning_of_a_body_is_signed(signer: RequestSigner) -> None:
    """The first 8192 bytes of a body count."""
    header = signer.sign("POST", "/", b"x" * 8192, timestamp=MOMENT)
    assert signer.sign("POST", "/", b"x" * 8192 + b"y", timestamp=MOMENT) == header
    assert signer.sign("POST", "/", b"x" * 8191 + b"y", timestamp=MOMENT) != header


def test_time_is_now(signer: RequestSigner, freezer: FrozenDateTimeFactory) -> None:
    """Without a time the request is signed now."""
    now = freezer().replace(tzinfo=UTC)
    assert signer.sign("GET", "/") == signer.sign("GET", "/", timestamp=now)
    freezer.tick(1)
    assert signer.sign("GET", "/") != signer.sign("GET", "/", timestamp=now)


def test_small_numbers_fill_their_place() -> None:
    """A coordinate, or a number of a signature, that begins with zeros keeps its length."""
    for scalar in range(1, 400):
        signer = RequestSigner(ec.derive_private_key(scalar, ec.SECP256R1()))
        assert {len(signer.proof_field[name]) for name in ("x", "y")} == {43}
        header = signer.sign("GET", f"/{scalar}", timestamp=MOMENT)
        assert is_signed(header, signer, MOMENT, b"GET", f"/{scalar}".encode(), b"", b"")


def test_keys_are_stored_as_pem(signer: RequestSigner) -> None:
    """A key is the same after it was stored; each installation has its own."""
    pem = signer.export_signing_key()
    assert pem.startswith("-----BEGIN EC PRIVATE KEY-----\n")
    assert RequestSigner.from_pem(pem).proof_field == signer.proof_field
    session = SignedSession.from_pem_signing_key(pem)
    assert session.request_signer.sign("GET", "/", timestamp=MOMENT) == signer.sign(
        "GET", "/", timestamp=MOMENT
    )
    assert RequestSigner().proof_field != RequestSigner().proof_field
    assert SignedSession().request_signer.proof_field != signer.proof_field


def pem_of(key: Any, password: bytes | None = None) -> str:
    """Return a private key as PEM."""
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    return pem.decode()


def test_other_keys_are_refused(signer: RequestSigner) -> None:
    """Only a private P-256 key without a password is a signing key; PKCS 8 is as good as the older form."""
    assert RequestSigner.from_pem(pem_of(signer.signing_key)).proof_field == signer.proof_field
    for pem in (
        pem_of(ec.generate_private_key(ec.SECP384R1())),
        pem_of(ec.generate_private_key(ec.SECP256K1())),
        pem_of(ed25519.Ed25519PrivateKey.generate()),
        pem_of(signer.signing_key, b"password"),
        "",
        "no key",
    ):
        with pytest.raises(ValueError):
            SignedSession.from_pem_signing_key(pem)


@pytest.mark.parametrize(
    ("method", "options", "body"),
    [
        ("POST", {"json": {"Name": "Zoë", "n": 1}}, b'{"Name": "Zo\\u00eb", "n": 1}'),
        ("post", {"data": {"grant_type": "x", "scope": "a b"}}, b"grant_type=x&scope=a+b"),
        ("PUT", {"data": b"\0\1"}, b"\0\1"),
        ("GET", {}, b""),
        ("GET", {"headers": {"Authorization": "XBL3.0 x=1;token"}}, b""),
        ("DELETE", {"params": {"b": "1"}}, b""),
    ],
    ids=["json", "form", "bytes", "nothing", "authorization", "query"],
)
async def test_what_is_sent_is_what_is_signed(
    simulator: Simulator,
    signed: SignedSession,
    freezer: FrozenDateTimeFactory,
    method: str,
    options: dict[str, Any],
    body: bytes,
) -> None:
    """The signature fits the request as the service gets it."""
    url = simulator.url / "device.auth.xboxlive.com/device/authenticate"
    response = await signed.send_signed(method, url, **options)
    response.release()
    [request] = simulator.requests()
    assert request.body == body
    now = freezer().replace(tzinfo=UTC)
    parts = signed_parts(request, simulator)
    assert is_signed(request.headers["Signature"], signed.request_signer, now, *parts)
    assert response.status == 404, "the simulator does not play this host"


async def test_signed_request_follows_no_redirect(
    simulator: Simulator, signed: SignedSession
) -> None:
    """A signature is for one address, so a redirect is not followed unless the caller says so."""
    elsewhere = str(simulator.url / "elsewhere")
    for _ in range(2):
        simulator.fail(LIVE, status=307, headers={"Location": elsewhere})
    url = simulator.url / LIVE
    response = await signed.send_signed("GET", url)
    assert response.status == 307
    followed = await signed.send_signed("GET", url, allow_redirects=True)
    assert followed.status == 404
    first, second, third = simulator.requests()
    assert first.headers["Signature"] == second.headers["Signature"] != third.headers["Signature"]


async def test_plain_requests_are_not_signed(simulator: Simulator, signed: SignedSession) -> None:
    """Only the requests that are to be signed have a signature."""
    url = simulator.url / "login.live.com/oauth20_token.srf"
    async with signed.get(url) as response:
        assert response.status == 405
    async with signed.post(url, data={"a": "b"}) as response:
        assert response.status == 400
    async with signed.request("PUT", url, json=[]) as response:
        assert response.status == 405
    assert [it.method for it in simulator.requests()] == ["GET", "POST", "PUT"]
    assert signed.trust_env is False
    assert signed.connector is not None
    assert simulator.requests()[1].body == b"a=b"
    assert not [it for it in simulator.requests() if "Signature" in it.headers]


async def test_sign_in_with_a_signed_session(simulator: Simulator, signed: SignedSession) -> None:
    """The manager and the services work with a signed session, without a signature."""
    manager = AuthenticationManager(signed, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI)
    await sign_in(manager, "Nova Kestrel")
    assert manager.session is signed
    people = await XboxClient(manager).people.batch([OWNER])
    assert people[OWNER].gamertag == "Nova Kestrel"
    assert not [it for it in simulator.requests() if "Signature" in it.headers]


@pytest.fixture(name="unopened")
def unopened_fixture(signer: RequestSigner) -> SignedSession:
    """Return a session that is made outside of a running loop."""
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
    return SignedSession(signer)


async def test_session_is_opened_by_its_first_request(
    unopened: SignedSession, simulator: Simulator
) -> None:
    """A session needs a running loop for its first request only, and ends with `close` or `async with`."""
    closed = [unopened.closed]
    await unopened.close()
    (await unopened.get(simulator.url)).release()
    closed.append(unopened.closed)
    async with unopened as same:
        assert same is unopened
        (await same.get(simulator.url)).release()
    assert [*closed, unopened.closed] == [True, False, True]
    with pytest.raises(RuntimeError, match="closed"):
        await unopened.get(simulator.url)


@pytest.mark.usefixtures("loop_by_hand")
async def test_time_out(
    simulator: Simulator, signed: SignedSession, freezer: FrozenDateTimeFactory
) -> None:
    """A service that does not answer is given up after as long as everywhere in the client."""
    simulator.fail(LIVE, hang=True)
    with pytest.raises(TimeoutError):
        await outlast(signed.send_signed("GET", simulator.url / LIVE), simulator, freezer, LIVE)


@pytest.fixture(scope="module", name="certificate")
def certificate_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a certificate of 127.0.0.1 that is not known anywhere, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "simulator")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "certificate.pem"
    path.write_text(certificate.public_bytes(Encoding.PEM).decode() + pem_of(key))
    return path


async def test_certificates(signer: RequestSigner, certificate: Path, socket_enabled: None) -> None:
    """Certificates are checked; the caller may bring the ones to trust."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    server = TestServer(web.Application(), scheme="https")
    await server.start_server(ssl=tls)
    url = server.make_url("/")
    async with SignedSession(signer) as session:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await session.send_signed("GET", url)
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with SignedSession(signer, trusting) as session:
        assert (await session.send_signed("GET", url)).status == 404
    await server.close()
