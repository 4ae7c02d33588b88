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
    SOURCE_USER,
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
from tests.conftest import Browse, ComeBack, SignIn, authorize, fails_with
from tests.helpers.account import CHAIN, asked
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Simulator

type Fault = Mapping[str, Any]


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    """Choose the integration in the dialog for a new one."""
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


async def test_user(hass: HomeAssistant, simulator: Simulator, sign_in: SignIn) -> None:
    """An account is added under its gamertag and known by its xuid."""
    result = await sign_in("adult")

    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry: ConfigEntry = result["result"]
    assert entry.title == "Nova Kestrel"
    assert entry.unique_id == simulator.personas["adult"].xuid
    assert set(entry.data) == {"auth_implementation", "token"}
    assert entry.options == {}
    assert entry.state is ConfigEntryState.LOADED


async def test_asks_once(simulator: Simulator, entry: ConfigEntry) -> None:
    """What the flow was given is enough to set up: each step is asked once in all."""
    assert asked(simulator) == (2, 1, 1)  # Microsoft's page, then the exchange of its code


async def test_authorize_address(
    hass: HomeAssistant, simulator: Simulator, credentials: None
) -> None:
    """Microsoft's page is asked for exactly what `docs/network.md` A1.1 names."""
    url = URL((await start(hass))["url"])

    assert url.path == "/login.live.com/oauth20_authorize.srf"
    assert url.query["client_id"] == CLIENT_ID
    assert url.query["response_type"] == "code"
    assert url.query["redirect_uri"] == "https://example.com/auth/external/callback"
    assert url.query["scope"] == "Xboxlive.signin Xboxlive.offline_access"
    assert set(url.query) == {"client_id", "response_type", "redirect_uri", "scope", "state"}


async def test_no_credentials(
    hass: HomeAssistant, custom_integration: None, simulator: Simulator
) -> None:
    """Without application credentials there is no page to show."""
    await async_setup_component(hass, "application_credentials", {})
    fails_with(await start(hass), "missing_credentials")


async def test_credentials_pasted_with_blanks(
    hass: HomeAssistant, custom_integration: None, simulator: Simulator, browse: Browse
) -> None:
    """Blanks around a pasted secret do no harm."""
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
    """Each kind of account that cannot be used is told its own reason."""
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
    """What Microsoft's page ends with is told."""
    result = await start(hass)
    query = URL(result["url"]).query
    back = URL(query["redirect_uri"]).with_query(state=query["state"], error=error)
    fails_with(await come_back(result, back), reason)


async def test_wrong_secret(simulator: Simulator, sign_in: SignIn) -> None:
    """A wrong client secret is a matter of the application, not of the account."""
    simulator.client_secret = "another8Q~secret"
    fails_with(await sign_in("adult"), "application_credentials")


async def test_unknown_client_id(
    hass: HomeAssistant, simulator: Simulator, credentials: None, come_back: ComeBack
) -> None:
    """So is an application that Microsoft no longer knows."""
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
    """Who comes back too late is asked to start anew."""
    result = await start(hass)
    back = await authorize(result["url"], "adult")
    freezer.tick(301)
    fails_with(await come_back(result, back), "sign_in_again")


async def test_used_code(
    hass: HomeAssistant, simulator: Simulator, credentials: None, come_back: ComeBack
) -> None:
    """So is who comes back twice."""
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
async def test_network_trouble(
    monkeypatch: pytest.MonkeyPatch,
    simulator: Simulator,
    sign_in: SignIn,
    host: str,
    fault: Fault,
    reason: str,
) -> None:
    """Trouble of a step of the chain is told with its name, and nothing is added."""
    if fault.get("hang"):
        monkeypatch.setattr(
            "custom_components.xbox_network.xbox.http.requests.TIMEOUT_SECONDS", 0.05
        )
    simulator.fail(host, times=None, path="token|authenticate|authorize$", **fault)
    text = fails_with(await sign_in("adult"), reason)
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
async def test_token_not_taken(
    simulator: Simulator, sign_in: SignIn, host: str, status: int, reason: str
) -> None:
    """A step that does not take the token of the step before, without a word about the account.

    XSTS says 403 for reasons of its own: that is no fault of the registration.
    """
    simulator.fail(host, status=status, times=None)
    fails_with(await sign_in("adult"), reason)


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=lambda it: f"{it.code}-{it.slug}")
async def test_refused_accounts(
    simulator: Simulator, sign_in: SignIn, refusal: AccountRefusal
) -> None:
    """Each documented refusal ends in a text of its own; what nobody can mend, with its code."""
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
    """A code that nobody has named is shown as it is."""
    simulator.xerr("adult", 2148917999)
    assert "2148917999" in fails_with(await sign_in("adult"), "account_unexpected")


async def test_no_xuid(simulator: Simulator, sign_in: SignIn) -> None:
    """Without a xuid nobody knows whose account it is."""
    simulator.personas["adult"].without = {"xid"}
    fails_with(await sign_in("adult"), "no_identity")


@pytest.mark.parametrize(
    ("fault", "title"),
    [({}, "Nova Kestrel"), ({"status": 503}, "Xbox"), ({"body": b'{"people":[]}'}, "Xbox")],
    ids=["looked-up", "not-available", "not-there"],
)
async def test_no_gamertag(simulator: Simulator, sign_in: SignIn, fault: Fault, title: str) -> None:
    """A name that the token leaves out is looked up, and is only a name."""
    simulator.personas["adult"].without = {"gtg"}
    if fault:
        simulator.fail(Service.PEOPLE, **fault)
    result = await sign_in("adult")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == title
    assert result["result"].unique_id == simulator.personas["adult"].xuid


async def test_refused_then_accepted(simulator: Simulator, sign_in: SignIn) -> None:
    """Who has followed the advice gets in at the next try."""
    fails_with(await sign_in("no_profile"), "account_no_profile")
    simulator.xerr("no_profile", None)
    assert (await sign_in("no_profile"))["type"] is FlowResultType.CREATE_ENTRY


async def test_same_account_twice(hass: HomeAssistant, entry: ConfigEntry, sign_in: SignIn) -> None:
    """An account is there once; adding it again changes nothing."""
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
