"""Sign-in with a code: what the dialog shows, how it goes on, and when it stops to ask Microsoft."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.data_entry_flow import EVENT_DATA_ENTRY_FLOW_PROGRESSED, FlowResultType

from custom_components.xbox_network.xbox.endpoints import Service
from tests.client.conftest import outlast
from tests.conftest import fails_with
from tests.helpers.account import expire_everything, flows, state
from tests.helpers.client.idle_time import quiet
from tests.helpers.settling import settle
from tests.helpers.sign_in import CODE, Dialog, reauthenticate, reconfigure, shown_code
from tests.simulator import Simulator

AGAIN = pytest.mark.parametrize("start_flow", [reauthenticate, reconfigure])

ODD_ADDRESS = b'{"user_code": "A", "device_code": "b", "verification_uri": "javascript:1"}'


def polls(simulator: Simulator) -> int:
    """Return how often Microsoft was asked whether the code was entered."""
    return sum("device_code" in it.body.decode() for it in simulator.requests(Service.ENTRA))


def calls(hass: HomeAssistant) -> list[str]:
    """Return the ids of the dialogs that are told to go on from now on."""
    told: list[str] = []

    @callback
    def tell(event: Event[Any]) -> None:
        told.append(event.data["flow_id"])

    hass.bus.async_listen(EVENT_DATA_ENTRY_FLOW_PROGRESSED, tell)
    return told


async def show(hass: HomeAssistant, result: ConfigFlowResult) -> ConfigFlowResult:
    """Return what a dialog shows when it is called."""
    result = await hass.config_entries.flow.async_configure(result["flow_id"])
    await settle(hass)
    return result


async def test_code(simulator: Simulator, dialog: Dialog) -> None:
    """The dialog shows the code, large, the address as a link and as a picture, and the minutes."""
    result = await dialog.begin(CODE)
    assert (result["step_id"], result["progress_action"]) == ("code", "enter_code")
    placeholders = result["description_placeholders"] or {}
    assert simulator.entra.waiting(shown_code(result))
    address = "https://www.microsoft.com/link"
    assert placeholders["address"] == address
    assert placeholders["qr_code"] == f'<ha-qr-code data="{address}"></ha-qr-code>'
    assert placeholders["minutes"] == "15"


async def test_no_redirect_and_no_secret(simulator: Simulator, dialog: Dialog) -> None:
    """A sign-in with a code needs no redirect address, sends no secret and one request for the code."""
    for application in simulator.entra.applications.values():
        application.redirects.clear()
    result = await dialog.add(CODE)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    requests = simulator.requests(Service.ENTRA)
    assert [it.path for it in requests] == [
        "/consumers/oauth2/v2.0/devicecode",
        "/consumers/oauth2/v2.0/token",
    ]
    assert not any(b"secret" in it.body for it in requests)


async def test_goes_on_by_itself(hass: HomeAssistant, simulator: Simulator, dialog: Dialog) -> None:
    """The dialog is told to go on once the code was entered: it asks no earlier, and shows no other step."""
    told = calls(hass)
    result = await dialog.begin(CODE)
    for _ in range(6):
        await dialog.let_pass(5, step=5)
        await quiet(simulator)
    assert told == []
    assert polls(simulator) == 6
    simulator.entra.allow(shown_code(result))
    await dialog.let_pass(5, step=5)
    await quiet(simulator)
    await hass.async_block_till_done()
    assert told == [result["flow_id"]]
    assert (await show(hass, result))["type"] is FlowResultType.CREATE_ENTRY


async def test_a_telephone_that_slept(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog
) -> None:
    """A browser that comes back is told once that the code was accepted, for an hour; nobody is told twice."""
    result = await dialog.begin(CODE)
    first = calls(hass)
    simulator.entra.allow(shown_code(result))
    await dialog.let_pass(5, step=5)
    await quiet(simulator)
    await hass.async_block_till_done()
    simulator.clear()
    await dialog.let_pass(60)
    assert first == [result["flow_id"]]
    back = calls(hass)
    await dialog.let_pass(60, step=1)
    assert back == [result["flow_id"]]
    await dialog.let_pass(3600, step=30)
    late = calls(hass)
    await dialog.let_pass(60, step=1)
    assert (late, simulator.requests()) == ([], [])
    result = await show(hass, result)
    assert result["errors"] == {"base": "code_expired"}, "an hour later the token has ended"


async def test_slow_down(simulator: Simulator, dialog: Dialog) -> None:
    """Who is asked to slow down does so, for good, and still gets in."""
    simulator.entra.slow_down()
    result = await dialog.begin(CODE)
    for _ in range(13):
        await dialog.let_pass(5, step=5)
        await quiet(simulator)
    assert [round(it.started) for it in simulator.requests(Service.ENTRA)][1:] == [
        round(simulator.requests(Service.ENTRA)[0].started) + it
        for it in (5, 15, 25, 35, 45, 55, 65)
    ]
    simulator.entra.allow(shown_code(result))
    assert (await dialog.wait(result, 10))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("early", [False, True])
async def test_expired(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog, early: bool
) -> None:
    """A code that has ended is told, nothing is asked any more, and there is a new one."""
    result = await dialog.begin(CODE)
    old = shown_code(result)
    if early:
        simulator.entra.expire_codes()
    result = await dialog.wait(result, 10 if early else 910)
    assert result["step_id"] == "code_ended"
    assert result["errors"] == {"base": "code_expired"}
    simulator.clear()
    await dialog.let_pass(60)
    result = await show(hass, result)
    assert result["errors"] == {"base": "code_expired"}, "a browser that is reloaded"
    assert simulator.requests() == []
    result = await hass.config_entries.flow.async_configure(result["flow_id"], {})
    assert shown_code(result) != old
    assert (await dialog.sign_in(result))["type"] is FlowResultType.CREATE_ENTRY


async def test_closed(hass: HomeAssistant, simulator: Simulator, dialog: Dialog) -> None:
    """Nothing is asked once the dialog is closed, before or after the code was entered."""
    for entered in (False, True):
        result = await dialog.begin(CODE)
        await dialog.let_pass(5, step=5)
        await quiet(simulator)
        if entered:
            simulator.entra.allow(shown_code(result))
            await dialog.let_pass(5, step=5)
            await quiet(simulator)
        hass.config_entries.flow.async_abort(result["flow_id"])
        simulator.clear()
        await dialog.let_pass(60)
        assert simulator.requests() == []


@AGAIN
async def test_ends_with_the_code(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, dialog: Dialog, start_flow: Any
) -> None:
    """Home Assistant keeps these dialogs when they are closed: asking ends with the code."""
    result = await dialog.named(await start_flow(hass, entry, CODE))
    shown_code(result)
    await dialog.let_pass(900, step=30)
    await quiet(simulator)
    before = polls(simulator)
    assert before
    await dialog.let_pass(120)
    assert polls(simulator) == before
    result = await show(hass, result)
    assert result["errors"] == {"base": "code_expired"}
    result = await hass.config_entries.flow.async_configure(result["flow_id"], {})
    assert (await dialog.sign_in(result))["reason"].endswith("_successful")
    assert flows(hass) == []


@AGAIN
async def test_opened_again(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, dialog: Dialog, start_flow: Any
) -> None:
    """A dialog that is closed and opened again shows the same code, which still works."""
    result = await dialog.named(await start_flow(hass, entry, CODE))
    again = await show(hass, result)
    assert shown_code(again) == shown_code(result)
    simulator.entra.allow(shown_code(result))
    await dialog.let_pass(60)
    await quiet(simulator)
    assert (await show(hass, result))["reason"].endswith("_successful")
    assert state(entry).value == "loaded"


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ({"status": 500}, "service_unavailable"),
        ({"status": 429}, "rate_limited"),
        ({"hang": True}, "cannot_connect"),
        ({"cut": True}, "cannot_connect"),
        ({"garbage": True}, "unreadable_answer"),
        ({"body": b"{}"}, "unreadable_answer"),
        ({"body": ODD_ADDRESS}, "unreadable_answer"),
        ({"status": 400}, "sign_in_refused"),
        ({"status": 400, "body": b'{"error":"invalid_grant"}'}, "sign_in_again"),
        ({"status": 404}, "service_unavailable"),
    ],
)
async def test_no_code(
    hass: HomeAssistant,
    simulator: Simulator,
    dialog: Dialog,
    freezer: Any,
    fault: dict[str, Any],
    key: str,
) -> None:
    """Without a code the dialog says why, and tries again when it is asked to."""
    simulator.fail(Service.ENTRA, path="devicecode", **fault)
    begun = dialog.begin(CODE)
    result = await (
        outlast(begun, simulator, freezer, Service.ENTRA) if fault.get("hang") else begun
    )
    assert (result["step_id"], result["errors"]) == ("code_ended", {"base": key})
    assert "microsoftonline" in (result["description_placeholders"] or {})["service"]
    simulator.clear()  # one request never ends
    await dialog.let_pass(70)
    result = await hass.config_entries.flow.async_configure(result["flow_id"], {})
    assert (await dialog.sign_in(result))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 503, "headers": {"Retry-After": "20"}},
        {"status": 429, "headers": {"Retry-After": "20"}},
        {"cut": True},
        {"garbage": True},
        {"garbage": True, "status": 400},
        {"status": 400},
    ],
)
async def test_outage_while_a_code_waits(
    simulator: Simulator, dialog: Dialog, fault: dict[str, Any]
) -> None:
    """An outage while a code waits is waited for, less and less often, and the code still works."""
    result = await dialog.begin(CODE)
    simulator.fail(Service.ENTRA, times=None, path="token", **fault)
    for _ in range(60):
        await dialog.let_pass(5, step=5)
        await quiet(simulator)
    assert 3 <= polls(simulator) <= 15
    simulator.heal()
    simulator.entra.allow(shown_code(result))
    assert (await dialog.wait(result, 65))["type"] is FlowResultType.CREATE_ENTRY


async def test_refused_where_it_is_entered(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, dialog: Dialog
) -> None:
    """A refusal on the telephone is told; the account stays as it is, and the dialog offers a new code."""
    before = entry.data
    result = await dialog.named(await reconfigure(hass, entry, CODE))
    simulator.entra.decline(shown_code(result))
    result = await dialog.wait(result)
    assert result["errors"] == {"base": "code_declined"}
    assert entry.data == before
    result = await hass.config_entries.flow.async_configure(result["flow_id"], {})
    assert (await dialog.sign_in(result))["reason"] == "reconfigure_successful"


async def test_xbox_refuses_after_the_code(simulator: Simulator, dialog: Dialog) -> None:
    """What Xbox says about the account is told as in the other ways."""
    simulator.xerr("adult", 2148916234)
    fails_with(await dialog.add(CODE), "account_terms_of_use")
    simulator.xerr("adult", None)
    simulator.fail(Service.XSTS, status=503, times=None)
    assert "xsts" in fails_with(await dialog.add(CODE), "service_unavailable")


async def test_restart_while_a_code_waits(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog, entry: ConfigEntry
) -> None:
    """Home Assistant stops without waiting for a person."""
    await dialog.named(await reconfigure(hass, entry, CODE))
    expire_everything(simulator)
    await hass.async_stop(force=True)
