"""Config flow: adding an account in the user interface."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
from yarl import URL

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.xerr import REFUSALS, AccountRefusal, Remedy
from tests.client.conftest import outlast
from tests.conftest import Browse, ComeBack, SignIn, authorize, fails_with
from tests.helpers.account import CHAIN, asked
from tests.helpers.sign_in import add_account
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Simulator

pytestmark = pytest.mark.usefixtures("freezer")  # a slow machine makes nothing due

type Fault = Mapping[str, Any]


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    """Start the flow as a user does."""
    return await add_account(hass)


async def test_user(hass: HomeAssistant, simulator: Simulator, sign_in: SignIn) -> None:
    """An account has its gamertag as title and its xuid as unique id."""
    result = await sign_in("adult")

    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry: ConfigEntry = result["result"]
    assert entry.title == "Nova Kestrel"
    assert entry.unique_id == simulator.personas["adult"].xuid
    assert set(entry.data) == {"auth_implementation", "token"}
    assert entry.options == {}
    assert entry.state is ConfigEntryState.LOADED


async def test_one_request_per_step(simulator: Simulator, entry: ConfigEntry) -> None:
    """Set-up uses the tokens of the flow: each step is requested once in all."""
    assert asked(simulator) == (2, 1, 1)  # Microsoft's page, then the exchange of its code


async def test_authorize_address(
    hass: HomeAssistant, simulator: Simulator, credentials: None
) -> None:
    """The address of Microsoft's page has exactly the parameters in `docs/network.md` A1.1."""
    url = URL((await start(hass))["url"])

    assert url.path == "/login.live.com/oauth20_authorize.srf"
    assert url.query["client_id"] == CLIENT_ID
    assert url.query["response_type"] == "code"
    assert url.query["redirect_uri"] == "https://example.com/auth/external/callback"
    assert url.query["scope"] == "Xboxlive.signin Xboxlive.offline_access"
    assert url.query["approval_prompt"] == "auto"
    assert url.query["prompt"] == "select_account"
    assert url.query["state"]
    assert len(url.query) == 7


async def test_no_credentials(
    hass: HomeAssistant, custom_integration: None, simulator: Simulator
) -> None:
    """Without application credentials the flow ends."""
    await async_setup_component(hass, "application_credentials", {})
    fails_with(await start(hass), "missing_credentials")


async def test_credentials_pasted_with_blanks(
    hass: HomeAssistant, custom_integration: None, simulator: Simulator, browse: Browse
) -> None:
    """Blanks around a pasted secret are ignored."""
    await async_setup_component(hass, "application_credentials", {})
    credential = ClientCredential(CLIENT_ID, f" {CLIENT_SECRET}\n")
    await async_import_client_credential(hass, DOMAIN, credential)
    result = await browse(await start(hass), "adult")
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("persona", "reason"),
    [
        ("child", "account_not_in_family"),
        ("no_profile", "account_no_profile"),
        ("banned", "account_banned"),
        ("country", "account_country"),
        ("age", "account_age_verification"),
        ("cancels", "cancelled"),
    ],
)
async def test_refused_personas(
    hass: HomeAssistant, sign_in: SignIn, persona: str, reason: str
) -> None:
    """Each kind of refused account has its own reason."""
    fails_with(await sign_in(persona), reason)
    assert hass.config_entries.async_entries(DOMAIN) == []


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("access_denied", "cancelled"),
        ("interaction_required", "user_rejected_authorize"),
        ("server_error", "service_unavailable"),
        ("temporarily_unavailable", "service_unavailable"),
        ("unauthorized_client", "application_credentials"),
        ("invalid_scope", "application_credentials"),
        ("a_new_word", "user_rejected_authorize"),
    ],
)
async def test_refused_on_the_page(
    hass: HomeAssistant,
    simulator: Simulator,
    credentials: None,
    come_back: ComeBack,
    error: str,
    reason: str,
) -> None:
    """Each error of Microsoft's page has a reason."""
    result = await start(hass)
    query = URL(result["url"]).query
    back = URL(query["redirect_uri"]).with_query(state=query["state"], error=error)
    fails_with(await come_back(result, back), reason)


async def test_wrong_secret(simulator: Simulator, sign_in: SignIn) -> None:
    """A wrong client secret is an error of the application, not of the account."""
    simulator.client_secret = "another8Q~secret"
    fails_with(await sign_in("adult"), "application_credentials")


async def test_unknown_client_id(
    hass: HomeAssistant, simulator: Simulator, credentials: None, come_back: ComeBack
) -> None:
    """A client id that Microsoft does not know is an error of the application."""
    result = await start(hass)
    back = await authorize(result["url"], "adult")
    del simulator.registrations[CLIENT_ID]
    fails_with(await come_back(result, back), "application_credentials")


async def test_expired_code(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    credentials: None,
    come_back: ComeBack,
) -> None:
    """An expired code asks for a new sign-in."""
    result = await start(hass)
    back = await authorize(result["url"], "adult")
    freezer.tick(301)
    fails_with(await come_back(result, back), "sign_in_again")


async def test_used_code(
    hass: HomeAssistant, simulator: Simulator, credentials: None, come_back: ComeBack
) -> None:
    """A used code asks for a new sign-in."""
    result = await start(hass)
    back = await authorize(result["url"], "adult")
    form = {
        "grant_type": "authorization_code",
        "code": back.query["code"],
        "redirect_uri": URL(result["url"]).query["redirect_uri"],
        "scope": "Xboxlive.signin",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    async with aiohttp.ClientSession() as browser:
        token_page = simulator.url / Service.LIVE / "oauth20_token.srf"
        async with browser.post(token_page, data=form) as answer:
            assert answer.ok
    fails_with(await come_back(result, back), "sign_in_again")


@pytest.mark.parametrize("host", CHAIN)
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        pytest.param({"status": 500}, "service_unavailable", id="500"),
        pytest.param({"status": 503}, "service_unavailable", id="503"),
        pytest.param({"status": 429}, "rate_limited", id="429"),
        pytest.param({"hang": True}, "cannot_connect", id="timeout"),
        pytest.param({"cut": True}, "cannot_connect", id="cut"),
        pytest.param({"garbage": True}, "unreadable_answer", id="html"),
        pytest.param({"empty": True}, "unreadable_answer", id="empty"),
        pytest.param({"body": b"[]"}, "unreadable_answer", id="list"),
        pytest.param({"body": b"{}"}, "unreadable_answer", id="nothing-in-it"),
    ],
)
async def test_network_failures(
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    sign_in: SignIn,
    host: str,
    fault: Fault,
    reason: str,
) -> None:
    """A failure in the token chain is shown with the name of the step, and no account is added."""
    simulator.fail(host, times=None, path="token|authenticate|authorize$", **fault)

    async def signed_in() -> ConfigFlowResult:
        return await sign_in("adult")

    hangs = bool(fault.get("hang"))
    result = await (outlast(signed_in(), simulator, freezer, host) if hangs else signed_in())
    text = fails_with(result, reason)
    assert host in text


@pytest.mark.parametrize(
    ("host", "status", "reason"),
    [
        (Service.USER_AUTH, 400, "registration"),
        (Service.USER_AUTH, 401, "registration"),
        (Service.USER_AUTH, 403, "registration"),
        (Service.XSTS, 400, "registration"),
        (Service.XSTS, 401, "registration"),
        (Service.XSTS, 403, "service_unavailable"),
    ],
)
async def test_token_refused(
    simulator: Simulator, sign_in: SignIn, host: str, status: int, reason: str
) -> None:
    """A step that refuses the token of the step before, without a reason about the account, is an error.

    XSTS has other reasons for a 403, so it is no error of the registration.
    """
    simulator.fail(host, status=status, times=None)
    fails_with(await sign_in("adult"), reason)


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=lambda it: f"{it.code}-{it.slug}")
async def test_refused_accounts(
    simulator: Simulator, sign_in: SignIn, refusal: AccountRefusal
) -> None:
    """Each documented refusal has its own text; one without a remedy is shown with its code."""
    for in_header in (False, True):
        simulator.xerr("adult", refusal.code, in_header=in_header)
        result = await sign_in("adult")

        if refusal.remedy in (Remedy.ACT, Remedy.WAIT):
            fails_with(result, f"account_{refusal.slug}")
        else:
            text = fails_with(result, "account_unexpected")
            assert str(refusal.code) in text
            assert refusal.meaning in text


async def test_unknown_refusal(simulator: Simulator, sign_in: SignIn) -> None:
    """An unknown refusal is shown with its code."""
    simulator.xerr("adult", 2148917999)
    assert "2148917999" in fails_with(await sign_in("adult"), "account_unexpected")


async def test_no_xuid(simulator: Simulator, sign_in: SignIn) -> None:
    """A sign-in without a xuid fails, because the account is unknown."""
    simulator.personas["adult"].without = {"xid"}
    fails_with(await sign_in("adult"), "no_identity")


@pytest.mark.parametrize(
    ("fault", "title"),
    [({}, "Nova Kestrel"), ({"status": 503}, "Xbox"), ({"body": b'{"people":[]}'}, "Xbox")],
    ids=["looked-up", "not-available", "not-there"],
)
async def test_no_gamertag(simulator: Simulator, sign_in: SignIn, fault: Fault, title: str) -> None:
    """A gamertag that is not in the token is looked up; the account is added even without one."""
    simulator.personas["adult"].without = {"gtg"}
    if fault:
        simulator.fail(Service.PEOPLE, **fault)
    result = await sign_in("adult")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == title
    assert result["result"].unique_id == simulator.personas["adult"].xuid


async def test_refused_then_accepted(simulator: Simulator, sign_in: SignIn) -> None:
    """A refused account can be added once it is accepted."""
    fails_with(await sign_in("no_profile"), "account_no_profile")
    simulator.xerr("no_profile", None)
    assert (await sign_in("no_profile"))["type"] is FlowResultType.CREATE_ENTRY


async def test_same_account_twice(hass: HomeAssistant, entry: ConfigEntry, sign_in: SignIn) -> None:
    """An account is added once; adding it again changes nothing."""
    before = entry.data
    text = fails_with(await sign_in("adult"), "already_configured")
    assert "Nova Kestrel" in text
    assert hass.config_entries.async_entries(DOMAIN) == [entry]
    assert entry.data == before
    assert entry.state is ConfigEntryState.LOADED


async def test_two_accounts(hass: HomeAssistant, entry: ConfigEntry, sign_in: SignIn) -> None:
    """Another account is another entry."""
    result = await sign_in("alone")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert {item.title for item in hass.config_entries.async_entries(DOMAIN)} == {
        "Nova Kestrel",
        "Juniper Vale",
    }
    assert result["result"].state is ConfigEntryState.LOADED
