"""Friend flow when services fail: the errors, and the input that is kept."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.xerr import REFUSALS, Remedy
from tests.conftest import set_up
from tests.helpers.account import expire_everything
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import (
    TEXTS,
    abort_of,
    error_of,
    offered,
    open_dialog,
    shown,
    submit,
    suggested,
    tracked,
)
from tests.simulator import Simulator

QUIET_HARBOR = "2535400000000011"
JUNIPER_VALE = "2535400000000002"

FAULTS: dict[str, tuple[Mapping[str, Any], str]] = {
    "500": ({"status": 500}, "service_unavailable"),
    "503": ({"status": 503}, "service_unavailable"),
    "timeout": ({"hang": True}, "cannot_connect"),
    "cut": ({"cut": True}, "cannot_connect"),
    "html": ({"garbage": True}, "unreadable_answer"),
    "empty": ({"empty": True}, "unreadable_answer"),
    "list": ({"body": b"[]"}, "unreadable_answer"),
    "403": ({"status": 403}, "request_refused"),
    "401": ({"status": 401}, "service_unavailable"),
}
fault = pytest.mark.parametrize(("details", "key"), FAULTS.values(), ids=FAULTS.keys())


@pytest.fixture(name="short_timeout")
def short_timeout_fixture(
    entry: ConfigEntry, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shorten the time-out of requests."""
    if request.node.callspec.params["details"].get("hang"):
        monkeypatch.setattr(
            "custom_components.xbox_network.xbox.http.requests.TIMEOUT_SECONDS", 0.1
        )


@pytest.mark.usefixtures("short_timeout")
@fault
async def test_list_fails(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    details: Mapping[str, Any],
    key: str,
) -> None:
    """Without a list the form has the error, submitting it tries again, and a gamertag can be added."""
    simulator.fail(Service.PEOPLE, times=None, **details)
    form = await open_dialog(hass, entry)
    for _ in range(2):
        assert error_of(form, "base") == key
        assert Service.PEOPLE in shown(form)["base"]
        assert offered(form) == {}
        form = await submit(hass, form)
    result = await submit(hass, form, gamertag="Juniper Vale")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert tracked(entry).keys() == {JUNIPER_VALE}


@pytest.mark.usefixtures("short_timeout")
@fault
async def test_list_works_again(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    details: Mapping[str, Any],
    key: str,
) -> None:
    """The same form lists the friends once the service answers."""
    simulator.fail(Service.PEOPLE, times=None, **details)
    form = await open_dialog(hass, entry)
    assert error_of(form, "base") == key
    simulator.heal(Service.PEOPLE)
    form = await submit(hass, form)
    assert shown(form) == {}
    assert len(offered(form)) == 5
    await submit(hass, form, [QUIET_HARBOR])
    assert tracked(entry).keys() == {QUIET_HARBOR}


@pytest.mark.usefixtures("short_timeout")
@fault
async def test_lookup_fails(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    details: Mapping[str, Any],
    key: str,
) -> None:
    """A failed look-up keeps the input, and the same form can be submitted again."""
    form = await open_dialog(hass, entry)
    simulator.fail(Service.PROFILE, times=None, **details)
    form = await submit(hass, form, [QUIET_HARBOR], gamertag="Juniper Vale")
    assert error_of(form) == key
    assert Service.PROFILE in shown(form)["gamertag"]
    assert suggested(form) == {"friends": [QUIET_HARBOR], "gamertag": "Juniper Vale"}
    assert tracked(entry) == {}

    simulator.heal(Service.PROFILE)
    entered = suggested(form)
    result = await submit(hass, form, entered["friends"], gamertag=entered["gamertag"])
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert tracked(entry).keys() == {QUIET_HARBOR, JUNIPER_VALE}


async def test_pause_is_kept(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    entry: ConfigEntry,
) -> None:
    """Submitting again in a pause sends no request and loses no input."""
    form = await open_dialog(hass, entry)
    simulator.fail(Service.PROFILE, status=429, headers={"Retry-After": "30"})
    for _ in range(3):
        form = await submit(hass, form, [QUIET_HARBOR], gamertag="Juniper Vale")
        assert error_of(form) == "rate_limited"
    assert len(simulator.requests(Service.PROFILE)) == 1
    freezer.tick(31)
    await submit(hass, form, [QUIET_HARBOR], gamertag="Juniper Vale")
    assert tracked(entry).keys() == {QUIET_HARBOR, JUNIPER_VALE}


@pytest.mark.parametrize("xerr", REFUSALS, ids=str)
async def test_account_refused(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, xerr: int
) -> None:
    """A refusal of the account has another error than a failure of the network."""
    simulator.xerr("adult", xerr)
    simulator.expire_xsts()
    simulator.expire_user_tokens()
    form = await open_dialog(hass, entry)
    refusal = REFUSALS[xerr]
    if refusal.remedy in (Remedy.WAIT, Remedy.MINT):
        assert error_of(form, "base") == "account_waits"
        assert refusal.meaning in shown(form)["base"]
    else:
        assert error_of(form, "base") == "account_trouble"

    simulator.xerr("adult", None)
    assert len(offered(await submit(hass, form))) == 5


async def test_sign_in_again(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry) -> None:
    """An account that has to sign in again is an error, and the input is kept."""
    form = await open_dialog(hass, entry)
    expire_everything(simulator)
    simulator.revoke_refresh()
    form = await submit(hass, form, [QUIET_HARBOR], gamertag="Juniper Vale")
    assert error_of(form) == "account_trouble"
    assert suggested(form)["friends"] == [QUIET_HARBOR]


async def test_chain_fails(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry) -> None:
    """A failure of a sign-in server is shown with its name."""
    simulator.fail(Service.XSTS, status=503, times=None)
    simulator.expire_xsts()
    form = await open_dialog(hass, entry)
    assert error_of(form, "base") == "service_unavailable"
    assert Service.XSTS in shown(form)["base"]


async def test_not_loaded(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """The dialog of an account that is not loaded does not open; an open form keeps its input."""
    form = await open_dialog(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    assert abort_of(await open_dialog(hass, entry)) == "not_loaded"

    form = await submit(hass, form, [QUIET_HARBOR], gamertag="Juniper Vale")
    assert error_of(form) == "not_loaded"
    await set_up(hass, entry)
    entered = suggested(form)
    await submit(hass, form, entered["friends"], gamertag=entered["gamertag"])
    assert tracked(entry).keys() == {QUIET_HARBOR, JUNIPER_VALE}


async def test_chosen_while_not_loaded(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Friends chosen while the account is not loaded are refreshed once it is."""
    form = await open_dialog(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    result = await submit(hass, form, [QUIET_HARBOR])
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await set_up(hass, entry)
    assert Entities(hass, QUIET_HARBOR)("binary_sensor.online") == "off"


async def test_unloaded_during_a_lookup(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry
) -> None:
    """A person is added even if the account is unloaded during the look-up."""
    form = await open_dialog(hass, entry)
    simulator.fail(Service.PROFILE, delay=0.1)
    submission = asyncio.ensure_future(submit(hass, form, gamertag="Juniper Vale"))
    while not simulator.requests(Service.PROFILE):
        await asyncio.sleep(0)
    await hass.config_entries.async_unload(entry.entry_id)
    await submission
    await set_up(hass, entry)
    assert tracked(entry).keys() == {JUNIPER_VALE}
    assert Entities(hass, JUNIPER_VALE)("sensor.gamerscore") == "15"


def test_texts() -> None:
    """Each text of the dialog can occur, and each field has a description."""
    errors = {key for _, key in FAULTS.values()} | {"rate_limited"}
    assert set(TEXTS["error"]) == errors | {
        "account_trouble",
        "account_waits",
        "already_tracked",
        "nobody_chosen",
        "not_loaded",
        "own_gamertag",
        "several_friends",
        "unknown_gamertag",
    }
    assert set(TEXTS["abort"]) == {"already_configured", "not_loaded"}
    assert set(TEXTS["step"]) == {"user", "gamertag"}
    for step in TEXTS["step"].values():
        assert set(step["data"]) == set(step["data_description"])
