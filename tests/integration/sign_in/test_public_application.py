"""Applications without a secret: what may be entered, where they are stored, and what happens when one is refused."""

from typing import Any

import pytest
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.sign_in_way import SignInWay
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, fails_with
from tests.helpers.account import expire_everything, flows, issues, state
from tests.helpers.sign_in import (
    BROWSER,
    CODE,
    OWN,
    Dialog,
    add_account,
    reconfigure,
    send,
    way_of_token,
)
from tests.integration.sign_in.test_sign_in_again import import_other_credentials
from tests.simulator import CLIENT_ID, CLIENT_SECRET, PUBLIC_CLIENT_ID, Simulator
from tests.simulator.auth.applications import Fault, PublicApplication

OTHER = "5a1e0000-0000-4000-8000-0000000000d1"
WITHOUT_SECRET = pytest.mark.parametrize("way", [CODE, BROWSER])


def stored(hass: HomeAssistant) -> dict[str, str]:
    """Return the secrets that Home Assistant stores, by client id."""
    items = hass.data["application_credentials"].async_items()
    return {it["client_id"]: it["client_secret"] for it in items}


@pytest.fixture(name="other")
def other_fixture(simulator: Simulator, dialog: Dialog) -> PublicApplication:
    """Return another application that is registered without a secret."""
    known = simulator.entra.applications[PUBLIC_CLIENT_ID]
    other = PublicApplication(redirects=set(known.redirects))
    simulator.entra.applications[OTHER] = other
    return other


@WITHOUT_SECRET
@pytest.mark.parametrize("built_in", [False], indirect=True)
async def test_asked_once(hass: HomeAssistant, dialog: Dialog, way: SignInWay) -> None:
    """The client id is asked for once, stored without a secret, and serves further accounts in both ways."""
    form = await add_account(hass, way)
    assert form["type"] is FlowResultType.FORM
    assert stored(hass) == {CLIENT_ID: CLIENT_SECRET}
    assert (await dialog.sign_in(form))["type"] is FlowResultType.CREATE_ENTRY
    assert stored(hass) == {CLIENT_ID: CLIENT_SECRET, PUBLIC_CLIENT_ID: ""}
    for further in (CODE, BROWSER):
        result = await add_account(hass, further)
        assert result["type"] is not FlowResultType.FORM
        hass.config_entries.flow.async_abort(result["flow_id"])
    assert (await dialog.sign_in(await add_account(hass, way), "alone"))["title"] == "Juniper Vale"


@WITHOUT_SECRET
@pytest.mark.parametrize("built_in", [True], indirect=True)
async def test_brought_along(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog, way: SignInWay
) -> None:
    """With an application of the integration nothing is asked; it is stored as any other."""
    result = await add_account(hass, way)
    assert result["type"] in (FlowResultType.SHOW_PROGRESS, FlowResultType.EXTERNAL_STEP)
    assert (await dialog.sign_in(result))["type"] is FlowResultType.CREATE_ENTRY
    assert stored(hass)[PUBLIC_CLIENT_ID] == ""


@WITHOUT_SECRET
@pytest.mark.parametrize("built_in", [False], indirect=True)
@pytest.mark.parametrize(
    ("entered", "error"),
    [
        ("", "no_client_id"),
        ("Home Assistant", "no_client_id"),
        ("sim8Q~not-a-secret-of-anyone", "no_client_id"),
        (PUBLIC_CLIENT_ID[:-1], "no_client_id"),
        (PUBLIC_CLIENT_ID.replace("5", "g"), "no_client_id"),
        (CLIENT_ID, "stored_with_secret"),
        (f" {CLIENT_ID.upper()}\n", "stored_with_secret"),
    ],
)
async def test_wrong_entry(
    hass: HomeAssistant,
    simulator: Simulator,
    dialog: Dialog,
    way: SignInWay,
    entered: str,
    error: str,
) -> None:
    """What is no client id, or is stored with a secret, is told at the field, and nothing is asked at Microsoft."""
    form = await add_account(hass, way)
    form = await send(hass, form, client_id=entered)
    assert form["errors"] == {"client_id": error}
    assert suggested(form) == entered
    assert simulator.requests() == []
    assert (await dialog.sign_in(form))["type"] is FlowResultType.CREATE_ENTRY


@WITHOUT_SECRET
@pytest.mark.parametrize("built_in", [False], indirect=True)
async def test_pasted(hass: HomeAssistant, dialog: Dialog, way: SignInWay) -> None:
    """What pasting adds to a client id does no harm."""
    pasted = f"\ufeff {PUBLIC_CLIENT_ID[:8].upper()}\u200b{PUBLIC_CLIENT_ID[8:]} \n"
    result = await send(hass, await add_account(hass, way), client_id=pasted)
    assert (await dialog.sign_in(result))["type"] is FlowResultType.CREATE_ENTRY
    assert PUBLIC_CLIENT_ID in stored(hass)


@WITHOUT_SECRET
@pytest.mark.parametrize("built_in", [False], indirect=True)
async def test_refused_is_not_stored(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog, way: SignInWay
) -> None:
    """An application that Microsoft refuses is not stored; the form is shown again with number and cure."""
    simulator.entra.applications[PUBLIC_CLIENT_ID].fault = Fault("invalid_client", 7000218, 401)
    form = await dialog.begin(way)
    form = form if way is CODE else await dialog.sign_in(form)
    assert form["errors"] == {"base": "application_not_public"}
    assert (form["description_placeholders"] or {})["aadsts"] == " (AADSTS7000218)"
    assert stored(hass) == {CLIENT_ID: CLIENT_SECRET}
    simulator.entra.applications[PUBLIC_CLIENT_ID].fault = None
    assert (await dialog.sign_in(form))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("built_in", [False], indirect=True)
@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (Fault("invalid_client", 700025, 401), "secret_not_wanted"),
        (Fault("invalid_client", 70002, 401), "application_not_public"),
        (Fault("unauthorized_client", 700016), "public_application_refused"),
        (Fault("invalid_request", 900144), "public_application_refused"),
        (Fault("invalid_scope", 70011), "public_application_refused"),
    ],
)
async def test_reasons(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog, fault: Fault, key: str
) -> None:
    """Each number of Entra has a cure, and is shown."""
    simulator.entra.applications[PUBLIC_CLIENT_ID].fault = fault
    form = await dialog.begin(CODE)
    assert form["errors"] == {"base": key}
    assert str(fault.aadsts) in (form["description_placeholders"] or {})["aadsts"]


@pytest.mark.parametrize("built_in", [False], indirect=True)
async def test_known_one_is_refused(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog, other: PublicApplication
) -> None:
    """An application that is known and has come to be refused is no dead end: another one can be entered."""
    await dialog.add(CODE)
    simulator.entra.applications[PUBLIC_CLIENT_ID].fault = Fault("unauthorized_client", 700016)
    form = await add_account(hass, CODE)
    assert form["errors"] == {"base": "public_application_refused"}
    assert suggested(form) == PUBLIC_CLIENT_ID
    result = await send(hass, form, client_id=OTHER)
    assert (await dialog.sign_in(result, "alone"))["type"] is FlowResultType.CREATE_ENTRY
    form = await add_account(hass, CODE)
    assert form["type"] is FlowResultType.FORM, "of two known ones the person chooses"


async def test_credentials_of_the_dialog(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog
) -> None:
    """Application credentials that were added with a blank as secret are an application without a secret."""
    await async_import_client_credential(
        hass, DOMAIN, ClientCredential(PUBLIC_CLIENT_ID, ""), "own"
    )
    result = await add_account(hass, CODE)
    result = await dialog.sign_in(result)
    assert result["result"].data["auth_implementation"] == "own"
    assert state(result["result"]).value == "loaded"


async def test_in_use(
    hass: HomeAssistant, dialog: Dialog, hass_ws_client: WebSocketGenerator
) -> None:
    """An application that an account uses cannot be deleted; afterwards it can."""
    account: ConfigEntry = (await dialog.add(CODE))["result"]
    browser = await hass_ws_client(hass)

    async def delete() -> bool:
        [item] = [
            it
            for it in hass.data["application_credentials"].async_items()
            if it["client_id"] == PUBLIC_CLIENT_ID
        ]
        await browser.send_json_auto_id(
            {
                "type": "application_credentials/delete",
                "application_credentials_id": item["id"],
            }
        )
        answer: dict[str, Any] = await browser.receive_json()
        return bool(answer["success"])

    assert not await delete()
    await hass.config_entries.async_remove(account.entry_id)
    assert await delete()


@pytest.mark.parametrize("start", ["add", "reconfigure"])
async def test_own_ones_to_choose_from(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog, start: str
) -> None:
    """Of several with a secret the person chooses; one without is not among them, also for a reloaded browser."""
    account: ConfigEntry = (await dialog.add(CODE))["result"]
    await import_other_credentials(hass, simulator)
    form = await (add_account(hass, OWN) if start == "add" else reconfigure(hass, account, OWN))
    for shown in (form, await hass.config_entries.flow.async_configure(form["flow_id"])):
        assert shown["step_id"] == "pick_implementation"
        schema = shown["data_schema"]
        assert schema is not None
        [choice] = schema.schema.values()
        assert list(choice.container) == [DOMAIN, "other"]
    result = await send(hass, form, implementation="other")
    result = await dialog.sign_in(result, "alone" if start == "add" else "adult")
    entry = result["result"] if start == "add" else account
    assert entry.data["auth_implementation"] == "other"
    assert way_of_token(entry) == OWN


@WITHOUT_SECRET
@pytest.mark.parametrize("built_in", [True], indirect=True)
@pytest.mark.parametrize("follows", ["without", "own"])
async def test_built_in_refused(
    hass: HomeAssistant,
    simulator: Simulator,
    dialog: Dialog,
    other: PublicApplication,
    way: SignInWay,
    follows: str,
) -> None:
    """A refusal of the integration's application explains itself and offers the own ones: never a loop."""
    simulator.entra.applications[PUBLIC_CLIENT_ID].fault = Fault("unauthorized_client", 700016)
    menu = await dialog.add(way)
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, "built_in_refused")
    assert (menu["description_placeholders"] or {})["aadsts"] == " (AADSTS700016)"
    form_step = "application_for_code" if way is CODE else "application_for_browser"
    assert menu["menu_options"] == [form_step, OWN]
    again = await hass.config_entries.flow.async_configure(menu["flow_id"])
    assert again["step_id"] == "built_in_refused", "a browser that is reloaded sees it again"
    if follows == "own":
        result = await send(hass, menu, next_step_id=OWN)
    else:
        form = await send(hass, menu, next_step_id=form_step)
        result = await send(hass, form, client_id=PUBLIC_CLIENT_ID)
        result = await dialog.sign_in(result) if way is BROWSER else result
        assert result["step_id"] == "built_in_refused", "by hand it is refused as well"
        result = await send(hass, result, next_step_id=form_step)
        result = await send(hass, result, client_id=OTHER)
    assert (await dialog.sign_in(result))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("own", [False, True])
async def test_repair(
    hass: HomeAssistant,
    simulator: Simulator,
    dialog: Dialog,
    other: PublicApplication,
    issue_registry: ir.IssueRegistry,
    poll: Poll,
    own: bool,
) -> None:
    """An application that is refused later is a repair, which names whose it is; another one heals it."""
    account: ConfigEntry = (await dialog.add(CODE))["result"]
    simulator.entra.applications[PUBLIC_CLIENT_ID].fault = Fault("unauthorized_client", 700016)
    expire_everything(simulator)
    await poll(20)
    expected = "built_in_refused" if dialog.built_in else "public_application_refused"
    assert issues(issue_registry) == [expected]
    [issue] = [it for it in issue_registry.issues.values() if it.domain == DOMAIN]
    assert (issue.translation_placeholders or {})["aadsts"] == " (AADSTS700016)"
    assert flows(hass) == [], "to sign in again would not help"
    await poll(20)
    if own:
        result = await reconfigure(hass, account, OWN)
    else:
        result = await reconfigure(hass, account)
        if dialog.built_in:
            assert result["step_id"] == "built_in_refused"
            result = await send(hass, result, next_step_id="application_for_code")
        result = await send(hass, result, client_id=OTHER)
    fails_with(await dialog.sign_in(result), "reconfigure_successful")
    assert issues(issue_registry) == []
    assert state(account).value == "loaded"


async def test_accepted_again(
    hass: HomeAssistant,
    simulator: Simulator,
    dialog: Dialog,
    issue_registry: ir.IssueRegistry,
    poll: Poll,
) -> None:
    """A repair about an application goes by itself when Microsoft accepts it again."""
    account: ConfigEntry = (await dialog.add(CODE))["result"]
    application = simulator.entra.applications[PUBLIC_CLIENT_ID]
    application.fault = Fault("invalid_client", 70002, 401)
    expire_everything(simulator)
    await poll(20)
    assert len(issues(issue_registry)) == 1
    application.fault = None
    await poll(3700, step=60)
    assert issues(issue_registry) == []
    assert state(account).value == "loaded"


async def test_secret_for_a_public_application(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog
) -> None:
    """Microsoft's refusal of a secret names the ways without one, also at Live."""
    simulator.break_registration(700025, "invalid_client")
    text = fails_with(await dialog.add(OWN), "secret_not_wanted")
    assert "AADSTS700025" in text
    assert simulator.requests(Service.ENTRA) == []


def suggested(form: ConfigFlowResult) -> str:
    """Return the value that a form suggests for the client id."""
    schema = form["data_schema"]
    assert schema is not None
    [field] = schema.schema
    return str((field.description or {}).get("suggested_value"))
