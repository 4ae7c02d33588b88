"""Cookies: none are stored and none are shared."""

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.api import client_session
from custom_components.xbox_network.xbox.endpoints import SIGNED_IN, Service
from tests.conftest import Poll, set_up
from tests.helpers.account import CHAIN, expire_everything, state
from tests.simulator import Simulator


def hosts_with_cookies(simulator: Simulator) -> list[str]:
    """Return the hosts that got a cookie."""
    return [it.host for it in simulator.requests() if "Cookie" in it.headers]


async def test_no_cookie_of_others(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, poll: Poll
) -> None:
    """A cookie of another integration is not sent to the Xbox network."""
    async_get_clientsession(hass).cookie_jar.update_cookies({"session": "of somebody else"})
    stored.data["token"]["expires_at"] = 0
    await set_up(hass, stored)
    assert {it.host for it in simulator.requests()} >= set(CHAIN)
    assert hosts_with_cookies(simulator) == []


async def test_no_cookie_is_kept(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    simulator: Simulator,
    stored: MockConfigEntry,
    poll: Poll,
) -> None:
    """A cookie that the network sets is not sent to any host."""
    # aiohttp drops cookies of an IP address, which the simulator has; here it must not
    monkeypatch.setattr("aiohttp.cookiejar.is_ip_address", lambda _: False)
    for host in (*CHAIN, *SIGNED_IN):
        simulator.fail(host, headers={"Set-Cookie": "MSISAuth=abc; Path=/"}, times=None)
    stored.data["token"]["expires_at"] = 0
    await set_up(hass, stored)
    expire_everything(simulator)
    await poll(30)
    assert state(stored) is ConfigEntryState.LOADED
    assert len(simulator.requests(Service.LIVE)) == 2
    assert hosts_with_cookies(simulator) == []
    assert list(async_get_clientsession(hass).cookie_jar) == []


async def test_session_outlives_the_entry(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry
) -> None:
    """The session of the first entry is shared until Home Assistant stops."""
    await set_up(hass, stored)
    session = client_session(hass)
    await hass.config_entries.async_unload(stored.entry_id)
    await set_up(hass, stored)
    assert state(stored) is ConfigEntryState.LOADED
    assert client_session(hass) is session
    assert not session.closed

    await hass.config_entries.async_unload(stored.entry_id)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_CLOSE)
    await hass.async_block_till_done()
    assert session.closed
