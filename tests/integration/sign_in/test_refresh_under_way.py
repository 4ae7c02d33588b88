"""A Live token is being refreshed while something else happens: the latest sign-in goes first, nothing is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.errors import XboxError
from custom_components.xbox_network.xbox.models.tokens import XSTSResponse
from tests.conftest import Browse, Poll
from tests.helpers.account import expire_everything, flows, state
from tests.helpers.entities import Entities
from tests.helpers.recovery import STARFALL_DRIFT, is_back
from tests.helpers.settling import until
from tests.helpers.sign_in import reauthenticate, reconfigure
from tests.integration.sign_in.test_sign_in_again import (
    StartFlow,
    import_other_credentials,
)
from tests.simulator import Person, Simulator

INVALID_GRANT = b'{"error": "invalid_grant"}'
HOUR = 3600

type Begin = Callable[[], Awaitable[asyncio.Task[XSTSResponse]]]


async def with_other_application(hass: HomeAssistant, entry: ConfigEntry) -> ConfigFlowResult:
    """Start to reconfigure the entry with other application credentials."""
    result = await reconfigure(hass, entry)
    return await hass.config_entries.flow.async_configure(
        result["flow_id"], {"implementation": "other"}
    )


@pytest.fixture(name="begin")
def begin_fixture(simulator: Simulator, entry: ConfigEntry) -> Begin:
    """Return a function that begins a request for all tokens; Live answers when time passes."""

    async def begin() -> asyncio.Task[XSTSResponse]:
        tokens = entry.runtime_data.client.auth
        tokens.user_token = tokens.xsts_token = None
        simulator.clear()
        caller = asyncio.create_task(tokens.valid_xsts_token())
        await until(lambda: len(simulator.requests(Service.LIVE)) == 1)
        return caller

    return begin


@pytest.mark.parametrize("start_flow", [reauthenticate, reconfigure, with_other_application])
@pytest.mark.parametrize("refused", [False, True], ids=["expired", "refused"])
@pytest.mark.parametrize("status", [None, 400])
async def test_sign_in_meanwhile(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    begin: Begin,
    browse: Browse,
    poll: Poll,
    freezer: FrozenDateTimeFactory,
    start_flow: StartFlow,
    refused: bool,
    status: int | None,
) -> None:
    """The token of a sign-in stays, however the refresh of the one before ends; no other sign-in is needed."""
    await import_other_credentials(hass, simulator)
    flow = await start_flow(hass, entry)
    if flow["type"] is FlowResultType.FORM:
        flow = await hass.config_entries.flow.async_configure(
            flow["flow_id"], {"implementation": entry.data["auth_implementation"]}
        )
    if refused:
        expire_everything(simulator)
    else:
        freezer.tick(2 * HOUR)
    simulator.fail(Service.LIVE, delay=1.0, status=status, body=INVALID_GRANT if status else None)
    caller = await begin()
    result = await browse(flow, "adult")
    assert result["reason"].endswith("_successful")
    data = entry.data
    await poll(5, step=1)
    assert entry.data == data
    with suppress(XboxError):
        await caller

    owner.play(STARFALL_DRIFT)
    await poll(90)
    expire_everything(simulator)
    await poll(20)
    assert state(entry) is ConfigEntryState.LOADED
    assert is_back(entities, owner)
    assert flows(hass) == []
    assert entry.data["auth_implementation"] == data["auth_implementation"]


async def test_second_caller(
    simulator: Simulator,
    entry: ConfigEntry,
    begin: Begin,
    poll: Poll,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Who asks after the first caller was cancelled waits for the same answer of Live."""
    expire_everything(simulator)
    simulator.fail(Service.LIVE, delay=1.0)
    first = await begin()
    first.cancel()
    second = asyncio.create_task(entry.runtime_data.client.auth.valid_xsts_token())
    await until(first.cancelled)
    await poll(3, step=1)
    assert (await second).is_valid()
    assert len(simulator.requests(Service.LIVE)) == 1


async def test_refused_meanwhile(
    simulator: Simulator,
    entry: ConfigEntry,
    begin: Begin,
    poll: Poll,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Who needs another token while one is on its way gets that one, and it is not lost."""
    old = entry.data["token"]["refresh_token"]
    freezer.tick(2 * HOUR)
    simulator.fail(Service.LIVE, delay=1.0)
    first = await begin()
    second = asyncio.create_task(entry.runtime_data.client.auth.renew_live_token())
    await poll(3, step=1)
    await asyncio.gather(first, second)
    assert len(simulator.requests(Service.LIVE)) == 1
    assert entry.data["token"]["refresh_token"] != old
