"""Fixtures for the ways to sign in: each test runs with and without an application that the integration brings."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.xbox_network import const
from custom_components.xbox_network.sign_in_way import SignInWay
from tests.conftest import Browse, Poll
from tests.helpers.sign_in import Dialog
from tests.simulator import PUBLIC_CLIENT_ID, Simulator

# Home Assistant's own, for a browser at https://example.com.
REDIRECT = "https://example.com/auth/external/callback"


@pytest.fixture(name="built_in", params=[False, True], ids=["asked", "built-in"])
def built_in_fixture(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Run in both worlds; return whether the integration brings an application along."""
    brings: bool = request.param
    monkeypatch.setattr(const, "BUILT_IN_CLIENT_ID", PUBLIC_CLIENT_ID if brings else "")
    return brings


@pytest.fixture(name="dialog")
def dialog_fixture(
    hass: HomeAssistant,
    simulator: Simulator,
    credentials: None,
    browse: Browse,
    poll: Poll,
    built_in: bool,
) -> Dialog:
    """Return a person in front of the dialog."""
    simulator.entra.register_redirect(REDIRECT)
    return Dialog(hass, simulator, browse, poll, built_in=built_in)


@pytest.fixture(name="way", params=list(SignInWay))
def way_fixture(request: pytest.FixtureRequest) -> SignInWay:
    """Run in each way."""
    way: SignInWay = request.param
    return way


@pytest.fixture(name="account")
async def account_fixture(dialog: Dialog, way: SignInWay) -> ConfigEntry:
    """Return the loaded entry of the adult, added in a way."""
    result = await dialog.add(way)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    account: ConfigEntry = result["result"]
    return account
