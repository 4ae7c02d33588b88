"""Fixtures for all tests: Home Assistant with a simulated Xbox network."""

import asyncio
import functools
import json
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from freezegun.api import FrozenDateTimeFactory
from homeassistant import components
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import DOMAIN as HOMEASSISTANT_DOMAIN, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import http
from homeassistant.helpers.config_entry_oauth2_flow import HEADER_FRONTEND_BASE
from homeassistant.setup import async_setup_component
from hypothesis import HealthCheck, settings
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_restore_state_shutdown_restart,
)
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion
from yarl import URL

import custom_components.xbox_network
from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox import endpoints
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.http.requests import TIMEOUT_SECONDS
from tests.helpers.consoles import (  # noqa: F401  pytest finds them here
    actions_fixture,
    at_bedroom_fixture,
    at_den_fixture,
    bedroom_fixture,
    consoles_fixture,
    den_fixture,
)
from tests.helpers.entities import Entities
from tests.helpers.pictures import Browser
from tests.helpers.privacy import leaks_in_logs, tracebacks
from tests.helpers.push import PushConnection
from tests.helpers.recorded import (  # noqa: F401  pytest finds them here
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
    recorded,
)
from tests.helpers.settling import settle
from tests.helpers.sign_in import add_account
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Person, Simulator, redirect

type ComeBack = Callable[[ConfigFlowResult, URL], Awaitable[ConfigFlowResult]]
type Browse = Callable[..., Awaitable[ConfigFlowResult]]
type SignIn = Callable[[str], Awaitable[ConfigFlowResult]]
type Poll = Callable[..., Awaitable[None]]

# a busy machine is slow, and that is no failure
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

if os.environ.get("XBOX_NETWORK_PLAIN_TESTS") != "1":
    from tests.helpers.speedups import apply_speedups

    apply_speedups()


@pytest.fixture
async def enable_event_loop_debug() -> None:
    """Switch asyncio's debug mode off: collecting its tracebacks takes as long as the tests."""


@pytest.fixture(autouse=True)
def _frozen_from_the_start(request: pytest.FixtureRequest) -> None:
    """Freeze time before any code stores the current time, in tests with a frozen clock.

    Unless a test chooses, it is noon in the time zone of Home Assistant's tests (UTC-8): hours that
    pass must not reach midnight, where play time restarts, when the tests run in the evening.
    """
    if "freezer" in request.fixturenames:
        freezer = request.getfixturevalue("freezer")
        chosen = request.node.get_closest_marker("freeze_time") is not None
        if "hass" in request.fixturenames and not chosen:
            freezer.move_to(datetime.now(UTC).replace(hour=20, minute=0, second=0))


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compare with the folder `snapshots` beside the test, without changing ids and times."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture(name="simulator")
async def simulator_fixture(
    socket_enabled: None, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Simulator]:
    """Run the simulated network and point the client to it.

    In every test, no line of the log may contain a secret or a traceback.
    """
    simulator = Simulator()
    await simulator.start()
    simulator.fail(Service.REALTIME, status=403, times=None)  # so that polling has to do all work
    with redirect(endpoints, simulator.url):
        yield simulator
    await simulator.stop()
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    assert leaks_in_logs(records, simulator) == []
    assert tracebacks(records) == []


@functools.cache
def _request() -> web.Request:
    """Return a browser's request, like the fixture `current_request_with_host` for each test."""
    headers = {"Host": "example.com", HEADER_FRONTEND_BASE: "https://example.com"}
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return make_mocked_request("GET", "/some/request", headers=headers, sslcontext=tls)


@pytest.fixture
def custom_integration(enable_custom_integrations: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Home Assistant find the integration, and take each call for a browser's request."""
    monkeypatch.setattr(http, "current_request", SimpleNamespace(get=_request))


@pytest.fixture
def everything_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enable the entities that are disabled by default."""
    monkeypatch.setattr("homeassistant.helpers.entity.Entity.entity_registry_enabled_default", True)


@pytest.fixture(name="owner")
def owner_fixture(simulator: Simulator) -> Person:
    """Return the person whose account is signed in."""
    return simulator.world.person(simulator.personas["adult"].xuid)


@pytest.fixture(name="entities")
def entities_fixture(hass: HomeAssistant, owner: Person) -> Entities:
    """Return the entities of the account's owner."""
    return Entities(hass, owner.xuid)


@pytest.fixture
async def credentials(hass: HomeAssistant, custom_integration: None) -> None:
    """Store application credentials."""
    await async_setup_component(hass, "application_credentials", {})
    await async_import_client_credential(hass, DOMAIN, ClientCredential(CLIENT_ID, CLIENT_SECRET))


async def authorize(address: str, persona: str, cookies: aiohttp.CookieJar | None = None) -> URL:
    """Choose a persona on Microsoft's page, with a browser's cookies. Return the redirect address."""
    async with (
        aiohttp.ClientSession(cookie_jar=cookies) as browser,
        browser.get(URL(address).update_query(persona=persona), allow_redirects=False) as answer,
    ):
        assert answer.status == HTTPStatus.FOUND, await answer.text()
        return URL(answer.headers["Location"])


def abort_text(result: ConfigFlowResult) -> str:
    """Return the English text of a flow's abort."""
    assert result["type"] is FlowResultType.ABORT
    domain = result.get("translation_domain") or DOMAIN
    package = Path(custom_components.xbox_network.__file__).parent
    if domain == HOMEASSISTANT_DOMAIN:
        package = Path(components.__file__).parent / HOMEASSISTANT_DOMAIN
    texts = json.loads((package / "translations/en.json").read_text())
    text: str = texts["config"]["abort"][result["reason"]]
    return text.format(**(result["description_placeholders"] or {}))


def fails_with(result: ConfigFlowResult, reason: str) -> str:
    """Check the reason of a flow's abort, and return its text."""
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == reason
    text = abort_text(result)
    assert text
    assert "()" not in text
    return text


@pytest.fixture(name="come_back")
def come_back_fixture(hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator) -> ComeBack:
    """Return a function that continues a flow after Microsoft's page."""

    async def come_back(result: ConfigFlowResult, address: URL) -> ConfigFlowResult:
        client = await hass_client_no_auth()
        answer = await client.get(address.raw_path_qs)
        assert answer.status == HTTPStatus.OK
        return await hass.config_entries.flow.async_configure(result["flow_id"])

    return come_back


@pytest.fixture(name="browse")
async def browse_fixture(come_back: ComeBack) -> Browse:
    """Return a function that completes the external step of a flow.

    It is one browser, which stays signed in at Microsoft with the account that was chosen last.
    """
    cookies = aiohttp.CookieJar(unsafe=True)  # for an IP address, too

    async def browse(result: ConfigFlowResult, persona: str = "adult") -> ConfigFlowResult:
        assert result["type"] is FlowResultType.EXTERNAL_STEP
        return await come_back(result, await authorize(result["url"], persona, cookies))

    return browse


@pytest.fixture(name="sign_in")
def sign_in_fixture(
    hass: HomeAssistant, simulator: Simulator, credentials: None, browse: Browse
) -> SignIn:
    """Return a function that adds an account in the user interface."""

    async def sign_in(persona: str = "adult") -> ConfigFlowResult:
        result = await add_account(hass)
        result = await browse(result, persona)
        await settle(hass)
        return result

    return sign_in


@pytest.fixture(name="entry")
async def entry_fixture(hass: HomeAssistant, sign_in: SignIn) -> ConfigEntry:
    """Return the loaded entry of the adult."""
    result = await sign_in("adult")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry: ConfigEntry = result["result"]
    return entry


@pytest.fixture(name="browser")
async def browser_fixture(
    hass: HomeAssistant, entry: ConfigEntry, hass_client: ClientSessionGenerator
) -> Browser:
    """Return a signed-in browser."""
    browser: Browser = await hass_client()
    return browser


@pytest.fixture
def push_accepted(simulator: Simulator) -> None:
    """Allow push connections, as the simulator does by default."""
    simulator.heal(Service.REALTIME)


@pytest.fixture(name="push_connection")
async def push_connection_fixture(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    push_accepted: None,
    entry: ConfigEntry,
) -> PushConnection:
    """Return the open push connection of the loaded entry."""
    push_connection = PushConnection(hass, simulator, freezer)
    await push_connection.begun()
    return push_connection


@pytest.fixture(name="stored")
def stored_fixture(hass: HomeAssistant, credentials: None, simulator: Simulator) -> MockConfigEntry:
    """Return an entry as at the start of Home Assistant, without stored Xbox tokens."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Nova Kestrel",
        unique_id=simulator.personas["adult"].xuid,
        data={"auth_implementation": DOMAIN, "token": simulator.live_token("adult")},
    )
    entry.add_to_hass(hass)
    return entry


async def set_up(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Set up an entry."""
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)


async def restart(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Restart Home Assistant, for an entry."""
    await async_mock_restore_state_shutdown_restart(hass)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)


@pytest.fixture(name="poll")
def poll_fixture(hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator) -> Poll:
    """Return a function that lets time pass, poll by poll.

    The loop's clock does not move during a poll. If the host `hangs` gets a request, the clock
    moves on by one timeout.
    """

    async def poll(seconds: float = 10.0, *, step: float = 10.0, hangs: str | None = None) -> None:
        while seconds > 0:
            freezer.tick(min(step, seconds))
            seconds -= step
            count = len(simulator.requests(hangs)) if hangs else 0
            async_fire_time_changed(hass)
            settled = asyncio.ensure_future(settle(hass))
            while hangs and not settled.done():
                await asyncio.sleep(0)
                if len(simulator.requests(hangs)) > count:
                    count = len(simulator.requests(hangs))
                    freezer.tick(TIMEOUT_SECONDS + 1)  # aiohttp rounds up
                    seconds -= TIMEOUT_SECONDS + 1
                    async_fire_time_changed(hass)
            await settled

    return poll
