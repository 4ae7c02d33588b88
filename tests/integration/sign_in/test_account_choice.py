"""The choice of the account on Microsoft's page, in a browser that is signed in with another one."""

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from yarl import URL

from custom_components.xbox_network.const import DOMAIN
from tests.conftest import Browse, SignIn, fails_with
from tests.helpers.settling import settle
from tests.helpers.sign_in import reauthenticate, reconfigure
from tests.integration.sign_in.test_sign_in_again import (
    OTHER_CLIENT,
    StartFlow,
    import_other_credentials,
)
from tests.simulator import Simulator

AGAIN = pytest.mark.parametrize("start_flow", [reauthenticate, reconfigure])


@pytest.fixture(name="second")
async def second_fixture(entry: ConfigEntry, sign_in: SignIn) -> ConfigEntry:
    """Return the entry of the second account of a family, added right after the first one."""
    result = await sign_in("alone")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    second: ConfigEntry = result["result"]
    return second


def signed_in(entry: ConfigEntry) -> bool:
    """Tell whether the Live token of an entry is that of its own account."""
    user_id: str = entry.data["token"]["user_id"]
    return user_id.endswith(str(entry.unique_id)[-6:])


async def test_second_account_of_a_family(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, second: ConfigEntry
) -> None:
    """The second account is the one that the person chooses, not the one of the browser."""
    assert second.title == "Juniper Vale"
    assert second.unique_id == simulator.personas["alone"].xuid
    assert hass.config_entries.async_entries(DOMAIN) == [entry, second]
    for it in (entry, second):
        assert it.state is ConfigEntryState.LOADED
        assert signed_in(it)


async def test_one_account_after_the_other(
    hass: HomeAssistant, simulator: Simulator, second: ConfigEntry, sign_in: SignIn
) -> None:
    """After two accounts a third is added, and the first of them is recognised again."""
    simulator.xerr("banned", None)
    third = await sign_in("banned")
    assert third["type"] is FlowResultType.CREATE_ENTRY
    assert third["title"] == "Grimble Stone"
    assert "Nova Kestrel" in fails_with(await sign_in("adult"), "already_configured")
    assert len(hass.config_entries.async_entries(DOMAIN)) == 3


async def test_other_account_after_a_refused_one(simulator: Simulator, sign_in: SignIn) -> None:
    """Who has signed in with a refused account, or has cancelled, can choose another one."""
    fails_with(await sign_in("child"), "account_not_in_family")
    fails_with(await sign_in("cancels"), "cancelled")
    assert (await sign_in("adult"))["title"] == "Nova Kestrel"


@AGAIN
@pytest.mark.parametrize("who", ["first", "second"])
async def test_account_again(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    second: ConfigEntry,
    browse: Browse,
    start_flow: StartFlow,
    who: str,
) -> None:
    """Each of two accounts is signed in again, though the browser is signed in with the other one."""
    account, persona, other = (entry, "adult", second)
    if who == "second":
        account, persona, other = (second, "alone", entry)
        assert (await browse(await reconfigure(hass, entry), "adult"))["reason"].endswith(
            "successful"
        )
        await settle(hass)
    before, others = account.data["token"], other.data["token"]

    result = await browse(await start_flow(hass, account), persona)
    await settle(hass)

    assert result["reason"].endswith("_successful")
    assert account.data["token"] != before
    assert other.data["token"] == others
    for it in (entry, second):
        assert it.state is ConfigEntryState.LOADED
        assert signed_in(it)


async def test_second_account_with_an_application_of_its_own(
    hass: HomeAssistant, simulator: Simulator, second: ConfigEntry, browse: Browse
) -> None:
    """The choice is offered for each application credentials."""
    await import_other_credentials(hass, simulator)
    result = await reconfigure(hass, second)
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"implementation": "other"}
    )
    query = URL(result["url"]).query
    assert (query["client_id"], query["prompt"]) == (OTHER_CLIENT[0], "select_account")
    fails_with(await browse(result, "alone"), "reconfigure_successful")
    await settle(hass)
    assert signed_in(second)
