"""The sign-in beside that of the reference library (python-xbox): names, parameters, defaults and requests."""

import inspect
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import aiohttp
import homeassistant
import httpx  # noqa: TID251  what the library uses
import pytest
from pythonxbox.authentication import manager as reference, models as reference_models
from pythonxbox.common.exceptions import AuthenticationException
from pythonxbox.common.request_signer import RequestSigner as ReferenceSigner
from pythonxbox.common.signed_session import SignedSession as ReferenceSession
from yarl import URL

from custom_components.xbox_network.xbox.auth import manager, signing
from custom_components.xbox_network.xbox.errors import (
    XboxAccountError,
    XboxError,
    XboxRegistrationError,
    XboxServiceError,
    XboxSignInError,
)
from custom_components.xbox_network.xbox.models import tokens
from tests.client.conftest import LIVE, OWNER, REDIRECT_URI, USER_AUTH, XSTS, authorization_code
from tests.helpers.client.reference import TOKENS, Manager, Pair, client_of_library, texts
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Simulator

type MakePair = Callable[..., Pair]
type Step = Callable[[Manager], Awaitable[object]]

# Where ours differs on purpose. A difference that is not in one of these tables fails the tests.
HEADERS = {
    "Accept": "`application/json`, as Microsoft's page about the token service shows it",
    "User-Agent": "names this client",
    "Accept-Encoding": "what aiohttp can read",
    "Connection": "aiohttp keeps a connection without saying so",
    "Host": "the simulator's address; the library's requests are led there on their way",
    "Content-Length": "aiohttp writes JSON with blanks; the JSON is compared",
}
FIELDS = {
    "issued": "`received_at`, in seconds: a number that can be compared after a restart",
}
STATES = ("valid", "expired", "missing")
SESSION = {
    "send_request_signed": "takes a request of httpx; aiohttp makes requests while it sends them",
}


@pytest.fixture(name="make_pair")
async def make_pair_fixture(
    simulator: Simulator, session: aiohttp.ClientSession
) -> AsyncIterator[MakePair]:
    """Return a function that makes the two managers."""
    async with client_of_library(simulator) as theirs:

        def make_pair(secret: str = CLIENT_SECRET, scopes: list[str] | None = None) -> Pair:
            return Pair(simulator, theirs, session, CLIENT_ID, secret, REDIRECT_URI, scopes)

        yield make_pair


@pytest.fixture(name="pair")
async def pair_fixture(make_pair: MakePair) -> Pair:
    """Return the two managers, signed in with the same tokens."""
    pair = make_pair()
    await pair.sign_in(await authorization_code(pair.ours, "Nova Kestrel"))
    return pair


def public(kind: type) -> dict[str, Any]:
    """Return what a class of the library offers, without what its base classes offer."""
    own = {**dict.fromkeys(inspect.get_annotations(kind)), **vars(kind)}
    return {
        name: value
        for name, value in own.items()
        if name == "__init__" or not name.startswith(("_", "model_"))
    }


def parameters(function: Callable[..., object]) -> list[tuple[str, object, object]]:
    """Return name, kind and default of each parameter."""
    found = inspect.signature(function).parameters.values()
    return [(it.name, it.kind, it.default) for it in found]


async def both(pair: Pair, step: Step) -> list[dict[str, Any]]:
    """Let both do a step; check that they send the same and hold the same; return the requests of ours."""
    theirs_sent = await sent_by(pair, pair.theirs, step)
    ours_sent = await sent_by(pair, pair.ours, step)
    assert [plain(it) for it in ours_sent] == [plain(it) for it in theirs_sent]
    assert other_headers(ours_sent, theirs_sent) <= HEADERS.keys()
    assert pair.tokens(pair.ours) == pair.tokens(pair.theirs)
    return ours_sent


def other_headers(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> set[str]:
    """Return the headers that only one of the two sends, or with another value."""
    pairs = [(one["headers"], other["headers"]) for one, other in zip(ours, theirs, strict=True)]
    return {
        name
        for one, other in pairs
        for name in one.keys() | other.keys()
        if one.get(name) != other.get(name)
    }


async def sent_by(pair: Pair, one: Manager, step: Step) -> list[dict[str, Any]]:
    """Let one of the two do a step; return its requests."""
    await step(one)
    return pair.sent()


def plain(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request without its headers."""
    return {key: value for key, value in request.items() if key != "headers"}


def hosts(requests: list[dict[str, Any]]) -> list[str]:
    """Return the hosts of requests, in order."""
    return [request["address"].partition("/")[0] for request in requests]


def test_version() -> None:
    """The library is the one that Home Assistant's own integration uses."""
    package = Path(homeassistant.__file__).parent / "components/xbox/manifest.json"
    assert json.loads(package.read_text())["requirements"] == [
        f"python-xbox=={version('python-xbox')}"
    ]


def test_names_parameters_and_defaults() -> None:
    """The manager has all names of the library's, with the same parameters and defaults."""
    assert manager.DEFAULT_SCOPES == reference.DEFAULT_SCOPES
    theirs, ours = reference.AuthenticationManager, manager.AuthenticationManager
    names = public(theirs)
    assert len(names) == 11
    for name, value in names.items():
        counterpart = getattr(ours, name)
        if callable(value):
            assert parameters(counterpart) == parameters(value), name
            assert inspect.iscoroutinefunction(counterpart) == inspect.iscoroutinefunction(value)
        else:
            assert counterpart is value is None, name


@pytest.mark.parametrize(
    "name", ["OAuth2TokenResponse", "XAUResponse", "XSTSResponse", "XTokenResponse"]
)
def test_fields_of_the_tokens(name: str) -> None:
    """The answers have the fields and properties of the library's."""
    ours = {"XTokenResponse": "XboxToken"}.get(name, name)
    token = getattr(tokens, ours)
    offered = {*dir(token), *token.model_fields}
    assert public(getattr(reference_models, name)).keys() - offered <= FIELDS.keys()


async def test_values_of_the_tokens(pair: Pair) -> None:
    """Both read the same from the same answers; privileges are numbers here and a text there."""
    theirs, ours = pair.theirs.xsts_token, pair.ours.xsts_token
    assert theirs
    assert ours
    for name in ("xuid", "userhash", "gamertag", "age_group", "authorization_header_value"):
        assert getattr(ours, name) == getattr(theirs, name), name
    for name in ("privileges", "user_privileges"):
        assert getattr(ours, name) == {int(it) for it in getattr(theirs, name).split()}
    for name in TOKENS:
        assert getattr(pair.ours, name).is_valid()
        assert getattr(pair.theirs, name).is_valid()


@pytest.mark.parametrize("state", [None, "", "plain", "a&b=c +/ü"])
@pytest.mark.parametrize("scopes", [None, [], ["Xboxlive.signin"], ["a b", "c&d"]], ids=str)
def test_authorize_address(
    make_pair: MakePair, state: str | None, scopes: list[str] | None
) -> None:
    """The address of Microsoft's page has the same parameters in the same order."""
    pair = make_pair(scopes=scopes)
    theirs = URL(pair.theirs.generate_authorization_url(state))
    ours = URL(pair.ours.generate_authorization_url(state))
    assert (ours.path.removeprefix("/login.live.com"), theirs.host) == (theirs.path, LIVE)
    assert list(ours.query.items()) == list(theirs.query.items())
    assert ours.query["approval_prompt"] == "auto"


@pytest.mark.parametrize("scopes", [None, ["Xboxlive.signin"]], ids=str)
@pytest.mark.parametrize("secret", [CLIENT_SECRET, ""], ids=["secret", "public"])
async def test_requests_of_a_sign_in(
    simulator: Simulator, make_pair: MakePair, secret: str, scopes: list[str] | None
) -> None:
    """A sign-in with a code, with and without a secret, sends the same requests; so does its first step alone."""
    simulator.client_secret = secret or None
    pair = make_pair(secret, scopes)
    for name, expected in (
        ("request_oauth_token", [LIVE]),
        ("request_tokens", [LIVE, USER_AUTH, XSTS]),
    ):
        codes = [await authorization_code(pair.ours, "Nova Kestrel") for _ in range(2)]
        pair.sent()

        async def step(one: Manager, name: str = name, codes: list[str] = codes) -> None:
            await getattr(one, name)(codes.pop())

        requests = await both(pair, step)
        assert hosts(requests) == expected
    assert all(texts(pair.ours)) == (scopes is None)


async def test_headers(pair: Pair) -> None:
    """The headers that differ are those of the table, each of them."""
    pair.age(TOKENS)
    ours, theirs = [
        await sent_by(pair, one, lambda it: it.refresh_tokens()) for one in (pair.ours, pair.theirs)
    ]
    # which encodings aiohttp reads depends on what is installed
    assert other_headers(ours, theirs) | {"Accept-Encoding"} == HEADERS.keys()
    assert [it["headers"].get("X-Xbl-Contract-Version") for it in ours] == [None, "1", "1"]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (lambda it: it.refresh_oauth_token(), LIVE),
        (lambda it: it.request_user_token(), USER_AUTH),
        (lambda it: it.request_user_token("http://auth.xboxlive.com", False), USER_AUTH),
        (lambda it: it.request_xsts_token(), XSTS),
        (lambda it: it.request_xsts_token("http://licensing.xboxlive.com"), XSTS),
        (lambda it: it.request_xsts_token(relying_party="http://mp.microsoft.com/"), XSTS),
    ],
)
async def test_requests_of_single_steps(pair: Pair, step: Step, expected: str) -> None:
    """Each step alone sends the same request, and keeps nothing of its answer."""
    assert hosts(await both(pair, step)) == [expected]
    assert {it[:3] for it in pair.tokens(pair.ours)} == {"old"}


@pytest.mark.parametrize("state", list(product(STATES[:2], STATES, STATES)), ids=" ".join)
async def test_tokens_that_are_refreshed(pair: Pair, state: tuple[str, ...]) -> None:
    """Each of the three tokens that is not valid is made valid, and no other one."""
    states = dict(zip(TOKENS, state, strict=True))
    pair.age([name for name, it in states.items() if it == "expired"])
    for name in (name for name, it in states.items() if it == "missing"):
        for one in (pair.theirs, pair.ours):
            setattr(one, name, None)
    requests = await both(pair, lambda it: it.refresh_tokens())
    expected = zip(state, (LIVE, USER_AUTH, XSTS), strict=True)
    assert hosts(requests) == [host for it, host in expected if it != "valid"]
    again = await both(pair, lambda it: it.refresh_tokens())
    assert again == []


ACCOUNT = json.dumps({"XErr": 2148916238}).encode()


@pytest.mark.parametrize(
    ("host", "fault", "theirs", "ours"),
    [
        (
            LIVE,
            {"status": 400, "body": b'{"error": "invalid_grant"}'},
            httpx.HTTPStatusError,
            XboxSignInError,
        ),
        (LIVE, {"status": 503}, httpx.HTTPStatusError, XboxServiceError),
        (USER_AUTH, {"status": 400}, httpx.HTTPStatusError, XboxRegistrationError),
        (USER_AUTH, {"status": 503}, httpx.HTTPStatusError, XboxServiceError),
        (XSTS, {"status": 401, "body": ACCOUNT}, AuthenticationException, XboxAccountError),
        (XSTS, {"status": 503}, httpx.HTTPStatusError, XboxServiceError),
    ],
)
async def test_failures(
    pair: Pair,
    simulator: Simulator,
    host: str,
    fault: dict[str, Any],
    theirs: type[Exception],
    ours: type[XboxError],
) -> None:
    """Where the library fails ours fails, after the same requests, and with the reason that it gets."""
    pair.age(TOKENS)
    simulator.fail(host, times=2, **fault)

    async def failing(one: Manager) -> None:
        with pytest.raises(theirs if one is pair.theirs else ours) as caught:
            await one.refresh_tokens()
        assert type(caught.value) is (theirs if one is pair.theirs else ours)

    assert hosts(await both(pair, failing))[-1] == host


async def test_refused_token_is_renewed(pair: Pair, simulator: Simulator) -> None:
    """A refused Live token ends the library's refresh; ours renews it once. That is a difference on purpose."""
    pair.age(["user_token"])
    simulator.expire_live()
    with pytest.raises(httpx.HTTPStatusError):
        await pair.theirs.refresh_tokens()
    assert hosts(pair.sent()) == [USER_AUTH]
    assert (await pair.ours.refresh_tokens()).xuid == OWNER
    assert hosts(pair.sent()) == [USER_AUTH, LIVE, USER_AUTH]


async def test_nothing_to_refresh(make_pair: MakePair) -> None:
    """Without a Live token the library fails without a reason, ours asks to sign in."""
    pair = make_pair()
    with pytest.raises(AttributeError):
        await pair.theirs.refresh_tokens()
    with pytest.raises(XboxSignInError):
        await pair.ours.refresh_tokens()
    assert pair.sent() == []


def test_signed_session() -> None:
    """The session for signed requests has the library's names, parameters and defaults."""
    names = public(ReferenceSession)
    assert names.keys() == {"__init__", "from_pem_signing_key", "send_signed", *SESSION}
    for name in names.keys() - SESSION.keys():
        ours, theirs = getattr(signing.SignedSession, name), getattr(ReferenceSession, name)
        assert parameters(ours) == parameters(theirs), name


async def test_signed_requests(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same key signs the same request with the same signature."""
    pem = ReferenceSigner().export_signing_key()
    assert signing.RequestSigner.from_pem(pem).export_signing_key() == pem
    url = f"{simulator.url}/device.auth.xboxlive.com/device/authenticate?x=a%20b"
    headers = {"Authorization": "XBL3.0 x=1;token"}
    async with (
        ReferenceSession.from_pem_signing_key(pem) as theirs,
        signing.SignedSession.from_pem_signing_key(pem) as ours,
    ):
        assert ours.request_signer.proof_field == theirs.request_signer.proof_field
        for method in ("GET", "post"):
            await theirs.send_signed(method, url, headers=headers)
            await ours.send_signed(method, url, headers=headers)
            await theirs.send_signed(method, url, content=b"body")
            await ours.send_signed(method, url, data=b"body")
    signatures = [request.headers["Signature"] for request in simulator.requests()]
    assert signatures[::2] == signatures[1::2]
    assert len(set(signatures)) == 4
