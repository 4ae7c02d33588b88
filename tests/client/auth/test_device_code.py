"""Sign-in with a code: the pace of the questions, what ends the wait, and odd answers."""

import asyncio
import itertools
import json
from typing import Any

import aiohttp
import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.auth.device_code import DeviceCode, DeviceCodeSignIn
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.errors import (
    XboxCodeDeclinedError,
    XboxCodeExpiredError,
    XboxCredentialsError,
    XboxError,
    XboxResponseError,
    XboxSignInError,
)
from custom_components.xbox_network.xbox.http.requests import HttpClient
from tests.helpers.client.idle_time import let_pass, quiet
from tests.simulator import PUBLIC_CLIENT_ID, Simulator
from tests.simulator.auth.applications import Fault

pytestmark = pytest.mark.usefixtures("loop_by_hand")

GOOD = {
    "user_code": "BCDF-GHJK",
    "device_code": "secret",
    "verification_uri": "https://www.microsoft.com/link",
    "expires_in": 900,
    "interval": 5,
}


@pytest.fixture(name="microsoft")
def microsoft_fixture(simulator: Simulator, session: aiohttp.ClientSession) -> DeviceCodeSignIn:
    """Return the sign-in at a public application."""
    return DeviceCodeSignIn(HttpClient(session), PUBLIC_CLIENT_ID)


def pauses(simulator: Simulator) -> list[int]:
    """Return the seconds before each question, from the code on."""
    started = [it.started for it in simulator.requests(Service.ENTRA)]
    return [round(later - earlier) for earlier, later in itertools.pairwise(started)]


async def wait(
    microsoft: DeviceCodeSignIn, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> Any:
    """Get a code and wait until the wait ends."""
    code = await microsoft.start()
    return await let_pass(microsoft.wait(code), simulator, freezer, step=0.125)


async def test_pace(
    microsoft: DeviceCodeSignIn, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """It is asked every five seconds for a quarter of an hour, then never again."""
    with pytest.raises(XboxCodeExpiredError):
        await wait(microsoft, simulator, freezer)
    assert set(pauses(simulator)[:-1]) == {5}
    assert 170 <= len(pauses(simulator)) <= 180


async def test_slow_down(
    microsoft: DeviceCodeSignIn, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Each slow-down makes it five seconds slower, for good."""
    simulator.entra.slow_down(3)
    with pytest.raises(XboxCodeExpiredError):
        await wait(microsoft, simulator, freezer)
    assert pauses(simulator)[:6] == [5, 10, 15, 20, 20, 20]


async def test_silence(
    microsoft: DeviceCodeSignIn, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Without an answer the pause doubles up to a minute; with the first answer it is as before."""
    simulator.fail(Service.ENTRA, path="token", cut=True, times=6)
    with pytest.raises(XboxCodeExpiredError):
        await wait(microsoft, simulator, freezer)
    assert pauses(simulator)[:9] == [5, 10, 20, 40, 60, 60, 60, 5, 5]


async def test_pause_that_is_asked_for(
    microsoft: DeviceCodeSignIn, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """`Retry-After` goes first."""
    simulator.fail(Service.ENTRA, path="token", status=503, headers={"Retry-After": "90"})
    with pytest.raises(XboxCodeExpiredError):
        await wait(microsoft, simulator, freezer)
    assert pauses(simulator)[:3] == [5, 90, 5]


async def test_entered(
    microsoft: DeviceCodeSignIn, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A code that was entered brings tokens, which are refreshed where they were issued."""
    code = await microsoft.start()
    simulator.entra.allow(code.user_code)
    answer = await let_pass(microsoft.wait(code), simulator, freezer)
    assert answer.refresh_token
    assert answer.user_id is None
    again = await microsoft.refresh(answer.refresh_token)
    assert again.refresh_token != answer.refresh_token


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("authorization_declined", XboxCodeDeclinedError),
        ("access_denied", XboxCodeDeclinedError),
        ("expired_token", XboxCodeExpiredError),
        ("bad_verification_code", XboxCodeExpiredError),
        ("invalid_grant", XboxSignInError),
        ("invalid_client", XboxCredentialsError),
    ],
)
async def test_words(
    microsoft: DeviceCodeSignIn,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    word: str,
    kind: type[XboxError],
) -> None:
    """A word that ends the wait ends it at once."""
    body = json.dumps({"error": word}).encode()
    simulator.fail(Service.ENTRA, path="token", status=400, body=body)
    with pytest.raises(kind) as caught:
        await wait(microsoft, simulator, freezer)
    assert type(caught.value) is kind
    assert caught.value.service == Service.ENTRA
    assert pauses(simulator) == [5]


async def test_cancelled(
    microsoft: DeviceCodeSignIn, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Nothing is asked once nobody waits any more."""
    code = await microsoft.start()
    waiting = asyncio.create_task(microsoft.wait(code))
    await quiet(simulator)
    freezer.tick(6)
    await quiet(simulator)
    waiting.cancel()
    freezer.tick(60)
    await quiet(simulator)
    assert pauses(simulator) == [6]


async def test_refused(microsoft: DeviceCodeSignIn, simulator: Simulator) -> None:
    """A refusal of the application has Microsoft's number, and the message nothing personal."""
    simulator.entra.applications[PUBLIC_CLIENT_ID].fault = Fault("invalid_client", 7000218, 401)
    with pytest.raises(XboxCredentialsError) as caught:
        await microsoft.start()
    assert caught.value.aadsts == 7000218
    assert "AADSTS7000218" in str(caught.value)
    assert PUBLIC_CLIENT_ID not in str(caught.value)


@pytest.mark.parametrize("lost", [it for it in GOOD if it not in ("expires_in", "interval")])
def test_lost_field(lost: str) -> None:
    """Without one of the fields there is no code."""
    with pytest.raises(XboxResponseError):
        DeviceCode.read({key: it for key, it in GOOD.items() if key != lost}, Service.ENTRA)


@pytest.mark.parametrize(
    "odd",
    [
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": "https://"},
        {"verification_uri": "https://microsoft.com@elsewhere.example/"},
        {"verification_uri": "https://[x"},
        {"verification_uri": 'https://x.example/"><img>'},
        {"verification_uri": None},
        {"user_code": ""},
        {"user_code": "AB CD"},
        {"user_code": "A" * 33},
        {"device_code": ""},
    ],
)
def test_odd_field(odd: dict[str, Any]) -> None:
    """What cannot be shown or sent is no code; an address cannot break out of the page that shows it."""
    try:
        code = DeviceCode.read({**GOOD, **odd}, Service.ENTRA)
    except XboxResponseError:
        return
    assert not set('<>"') & set(code.verification_uri)


@pytest.mark.parametrize("value", [None, 0, -5, "soon", 1e9, float("nan")])
def test_odd_times(value: object) -> None:
    """An odd time costs nothing but itself."""
    code = DeviceCode.read({**GOOD, "interval": value, "expires_in": value}, Service.ENTRA)
    assert (code.interval, code.expires_in) == (5, 900)


def test_secret() -> None:
    """Neither code is shown by accident."""
    code = DeviceCode.read(GOOD, Service.ENTRA)
    assert "secret" not in repr(code)
    assert "BCDF" not in repr(code)
