"""A Home Assistant with a simulated Xbox network beside it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from http import HTTPStatus

import aiohttp
import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox import endpoints
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Person, Simulator, redirect

type SignIn = Callable[[str], Awaitable[ConfigFlowResult]]
type Poll = Callable[..., Awaitable[None]]


@pytest.fixture(name="simulator")
async def simulator_fixture(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Run the simulated network and send the client there."""
    simulator = Simulator()
    await simulator.start()
    with redirect(endpoints, simulator.url):
        yield simulator
    await simulator.stop()


@pytest.fixture
def home(enable_custom_integrations: None, current_request_with_host: None) -> Iterator[None]:
    """Let Home Assistant find the integration, and believe that a browser asks."""
    yield


@pytest.fixture(name="owner")
def owner_fixture(simulator: Simulator) -> Person:
    """Return the person whose account is signed in."""
    return simulator.world.person(simulator.personas["adult"].xuid)


@pytest.fixture
async def credentials(hass: HomeAssistant, home: None) -> None:
    """Store the application credentials that a person would type in."""
    await async_setup_component(hass, "application_credentials", {})
    await async_import_client_credential(hass, DOMAIN, ClientCredential(CLIENT_ID, CLIENT_SECRET))


async def authorize(address: str, persona: str) -> URL:
    """Choose a persona on Microsoft's page, as a browser; return where it leads."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(URL(address).update_query(persona=persona), allow_redirects=False) as answer,
    ):
        assert answer.status == HTTPStatus.FOUND, await answer.text()
        return URL(answer.headers["Location"])


@pytest.fixture(name="browse")
def browse_fixture(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> Callable[[ConfigFlowResult, str], Awaitable[ConfigFlowResult]]:
    """Go from the external step of a flow to what comes after it."""

    async def browse(result: ConfigFlowResult, persona: str) -> ConfigFlowResult:
        assert result["type"] is FlowResultType.EXTERNAL_STEP
        back = await authorize(result["url"], persona)
        client = await hass_client_no_auth()
        answer = await client.get(back.raw_path_qs)
        assert answer.status == HTTPStatus.OK
        return await hass.config_entries.flow.async_configure(result["flow_id"])

    return browse


@pytest.fixture(name="sign_in")
def sign_in_fixture(
    hass: HomeAssistant,
    simulator: Simulator,
    credentials: None,
    browse: Callable[[ConfigFlowResult, str], Awaitable[ConfigFlowResult]],
) -> SignIn:
    """Add an account in the user interface."""

    async def sign_in(persona: str) -> ConfigFlowResult:
        result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        result = await browse(result, persona)
        await hass.async_block_till_done(wait_background_tasks=True)
        return result

    return sign_in


@pytest.fixture(name="entry")
async def entry_fixture(hass: HomeAssistant, sign_in: SignIn) -> ConfigEntry:
    """Return the loaded entry of the adult."""
    result = await sign_in("adult")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry: ConfigEntry = result["result"]
    return entry


@pytest.fixture(name="poll")
def poll_fixture(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Poll:
    """Let time pass, poll by poll."""

    async def poll(seconds: float = 10.0, *, step: float = 10.0) -> None:
        while seconds > 0:
            freezer.tick(min(step, seconds))
            seconds -= step
            async_fire_time_changed(hass)
            await hass.async_block_till_done(wait_background_tasks=True)

    return poll
