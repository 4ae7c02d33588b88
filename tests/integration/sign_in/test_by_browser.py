"""Sign-in with the browser and without a secret: Microsoft's page, the verifier, and what the page may say."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
from yarl import URL

from custom_components.xbox_network.xbox.endpoints import Service
from tests.client.conftest import outlast
from tests.conftest import Browse, ComeBack, authorize, fails_with
from tests.helpers.sign_in import BROWSER, Dialog, reauthenticate
from tests.integration.sign_in.conftest import REDIRECT
from tests.simulator import PUBLIC_CLIENT_ID, Simulator
from tests.simulator.auth.applications import Fault


def last_form(simulator: Simulator) -> dict[str, list[str]]:
    """Return the fields of the last token request."""
    requests = [it for it in simulator.requests(Service.ENTRA) if it.path.endswith("/token")]
    return parse_qs(requests[-1].body.decode())


def sent_back(result: ConfigFlowResult, **answer: str) -> URL:
    """Return the address to which Microsoft's page sends the browser back."""
    query = URL(result["url"]).query
    return URL(query["redirect_uri"]).with_query(state=query["state"], **answer)


async def test_address(dialog: Dialog) -> None:
    """The address of Microsoft's page has exactly the parameters in `docs/network.md` A1.1."""
    url = URL((await dialog.begin(BROWSER))["url"])
    assert url.path == "/login.microsoftonline.com/consumers/oauth2/v2.0/authorize"
    query = dict(url.query)
    assert len(query.pop("code_challenge")) == 43
    assert query.pop("state")
    assert query == {
        "client_id": PUBLIC_CLIENT_ID,
        "response_type": "code",
        "response_mode": "query",
        "redirect_uri": REDIRECT,
        "scope": "XboxLive.signin offline_access",
        "code_challenge_method": "S256",
        "prompt": "select_account",
    }


async def test_verifier(simulator: Simulator, dialog: Dialog) -> None:
    """The code is exchanged with the verifier of its challenge, and without a secret."""
    result = await dialog.begin(BROWSER)
    challenge = URL(result["url"]).query["code_challenge"]
    assert (await dialog.sign_in(result))["type"] is FlowResultType.CREATE_ENTRY
    form = last_form(simulator)
    digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge
    assert "client_secret" not in form


async def test_two_at_once(dialog: Dialog, browse: Browse) -> None:
    """Two dialogs have two verifiers: each ends with its own account."""
    first, second = await dialog.begin(BROWSER), await dialog.begin(BROWSER)
    challenges = {URL(it["url"]).query["code_challenge"] for it in (first, second)}
    assert len(challenges) == 2
    for result, persona, title in (
        (second, "alone", "Juniper Vale"),
        (first, "adult", "Nova Kestrel"),
    ):
        assert (await browse(result, persona))["title"] == title


async def test_stolen_code(dialog: Dialog, come_back: ComeBack) -> None:
    """The code of another dialog is refused: it has another verifier."""
    first, second = await dialog.begin(BROWSER), await dialog.begin(BROWSER)
    stolen = (await authorize(first["url"], "adult")).query["code"]
    fails_with(await come_back(second, sent_back(second, code=stolen)), "sign_in_again")


@pytest.mark.parametrize("by_my", [False, True])
async def test_redirect_address_that_is_shown(
    hass: HomeAssistant, dialog: Dialog, by_my: bool
) -> None:
    """The form names the redirect address that is used, with and without My Home Assistant."""
    if by_my:
        assert await async_setup_component(hass, "my", {})
    if dialog.built_in:
        result = await dialog.begin(BROWSER)
        shown = None
    else:
        begun = await hass.config_entries.flow.async_init(
            "xbox_network", context={"source": "user"}
        )
        form = await hass.config_entries.flow.async_configure(
            begun["flow_id"], {"next_step_id": BROWSER}
        )
        shown = (form["description_placeholders"] or {})["redirect_url"]
        result = await dialog.named(form)
    used = URL(result["url"]).query["redirect_uri"]
    assert used == ("https://my.home-assistant.io/redirect/oauth" if by_my else REDIRECT)
    assert shown in (None, used)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("access_denied", "cancelled"),
        ("interaction_required", "user_rejected_authorize"),
        ("server_error", "service_unavailable"),
        ("temporarily_unavailable", "service_unavailable"),
        ("a_new_word", "user_rejected_authorize"),
    ],
)
async def test_page_says_no(dialog: Dialog, come_back: ComeBack, error: str, reason: str) -> None:
    """Each error of Microsoft's page has a reason."""
    result = await dialog.begin(BROWSER)
    fails_with(await come_back(result, sent_back(result, error=error)), reason)


@pytest.mark.parametrize("error", ["unauthorized_client", "invalid_scope", "invalid_request"])
async def test_page_refuses_the_application(
    dialog: Dialog, come_back: ComeBack, error: str
) -> None:
    """An application that Microsoft's page refuses leads to another one, not to the end."""
    result = await dialog.begin(BROWSER)
    result = await come_back(result, sent_back(result, error=error))
    if dialog.built_in:
        assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "built_in_refused")
    else:
        assert result["step_id"] == "application_for_browser"
        assert result["errors"] == {"base": "public_application_refused"}


async def test_redirect_under_the_wrong_platform(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog
) -> None:
    """A redirect address of the platform "Web" is told with Microsoft's number, and can be mended."""
    application = simulator.entra.applications[PUBLIC_CLIENT_ID]
    application.redirects.discard(REDIRECT)
    application.web_redirects.add(REDIRECT)
    result = await dialog.add(BROWSER)
    placeholders = result["description_placeholders"] or {}
    assert placeholders["aadsts"] == " (AADSTS7000218)"
    if dialog.built_in:
        assert result["step_id"] == "built_in_refused"
        return
    assert result["errors"] == {"base": "application_not_public"}
    application.redirects.add(REDIRECT)
    assert (await dialog.sign_in(result))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"status": 500}, "service_unavailable"),
        ({"status": 429}, "rate_limited"),
        ({"hang": True}, "cannot_connect"),
        ({"cut": True}, "cannot_connect"),
        ({"garbage": True}, "unreadable_answer"),
        ({"body": b"{}"}, "unreadable_answer"),
        ({"status": 400}, "sign_in_refused"),
    ],
)
async def test_network_failures(
    simulator: Simulator, dialog: Dialog, freezer: Any, fault: dict[str, Any], reason: str
) -> None:
    """A failure of the exchange is told with the name of the host."""
    simulator.fail(Service.ENTRA, path="token", **fault)
    added = dialog.add(BROWSER)
    result = await (
        outlast(added, simulator, freezer, Service.ENTRA) if fault.get("hang") else added
    )
    assert "microsoftonline" in fails_with(result, reason)


async def test_reauth_with_an_application_that_is_refused(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog
) -> None:
    """Who signs in again with an application that Microsoft has come to refuse is told, and may take another."""
    account: ConfigEntry = (await dialog.add(BROWSER))["result"]
    simulator.entra.applications[PUBLIC_CLIENT_ID].fault = Fault("unauthorized_client", 700016)
    result = await dialog.sign_in(await reauthenticate(hass, account))
    if dialog.built_in:
        assert result["step_id"] == "built_in_refused"
        result = await hass.config_entries.flow.async_configure(
            result["flow_id"], {"next_step_id": "application_for_browser"}
        )
        assert result["errors"] is None
    else:
        assert result["errors"] == {"base": "public_application_refused"}
    assert result["step_id"] == "application_for_browser"
