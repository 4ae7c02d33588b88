"""Friend flow, failing services: errors are shown, and nothing that was entered is lost."""

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
    "401": ({"status": 401}, "request_refused"),
}
fault = pytest.mark.parametrize(("details", "key"), FAULTS.values(), ids=FAULTS.keys())


@pytest.fixture(name="short_timeout")
def short_timeout_fixture(
    entry: ConfigEntry, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shorten the time-out where an answer never comes; a busy machine answers late."""
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
    """Why there is no list is told, submitting again tries again, and a gamertag works anyway."""
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
    """The same form lists the friends once the trouble is over."""
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
    """A gamertag that could not be looked up costs nothing: the same form can be submitted again."""
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
    """Who submits again during a pause that Xbox asked for disturbs nobody, and loses nothing."""
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
    """An account that Xbox refuses is told apart from trouble of the network."""
    simulator.xerr("adult", xerr)
    simulator.expire_xsts()
    simulator.expire_user_tokens()
    form = await open_dialog(hass, entry)
    refusal = REFUSALS[xerr]
    if refusal.remedy is Remedy.WAIT:
        assert error_of(form, "base") == "account_waits"
        assert refusal.meaning in shown(form)["base"]
    else:
        assert error_of(form, "base") == "account_trouble"

    simulator.xerr("adult", None)
    assert len(offered(await submit(hass, form))) == 5


async def test_sign_in_again(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry) -> None:
    """So is an account that has to sign in again."""
    form = await open_dialog(hass, entry)
    expire_everything(simulator)
    simulator.revoke_refresh()
    form = await submit(hass, form, [QUIET_HARBOR], gamertag="Juniper Vale")
    assert error_of(form) == "account_trouble"
    assert suggested(form)["friends"] == [QUIET_HARBOR]


async def test_chain_fails(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry) -> None:
    """Trouble of the sign-in's own servers is told with their name."""
    simulator.fail(Service.XSTS, status=503, times=None)
    simulator.expire_xsts()
    form = await open_dialog(hass, entry)
    assert error_of(form, "base") == "service_unavailable"
    assert Service.XSTS in shown(form)["base"]


async def test_not_loaded(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Without a connection there is nobody to ask; what was entered is not lost by it."""
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
    """Chosen friends need nobody to ask: they are looked at as soon as the account is back."""
    form = await open_dialog(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    result = await submit(hass, form, [QUIET_HARBOR])
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await set_up(hass, entry)
    assert Entities(hass, QUIET_HARBOR)("binary_sensor.online") == "off"


async def test_unloaded_while_asking(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry
) -> None:
    """An account that goes away during the look-up breaks nothing."""
    form = await open_dialog(hass, entry)
    simulator.fail(Service.PROFILE, delay=0.1)
    asking = asyncio.ensure_future(submit(hass, form, gamertag="Juniper Vale"))
    while not simulator.requests(Service.PROFILE):
        await asyncio.sleep(0)
    await hass.config_entries.async_unload(entry.entry_id)
    await asking
    await set_up(hass, entry)
    assert tracked(entry).keys() == {JUNIPER_VALE}
    assert Entities(hass, JUNIPER_VALE)("sensor.gamerscore") == "15"


def test_texts() -> None:
    """Each text of the dialog is one that it can show, and each field explains itself."""
    errors = {key for _, key in FAULTS.values()} | {"rate_limited"}
    assert set(TEXTS["error"]) == errors | {
        "account_trouble",
        "account_waits",
        "already_tracked",
        "nobody_chosen",
        "not_loaded",
        "own_gamertag",
        "unknown_gamertag",
    }
    assert set(TEXTS["abort"]) == {"already_configured", "not_loaded"}
    assert set(TEXTS["step"]) == {"user", "gamertag"}
    for step in TEXTS["step"].values():
        assert set(step["data"]) == set(step["data_description"])
