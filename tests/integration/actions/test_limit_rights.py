"""The option that only administrators change limits: number, button and actions obey it."""

import asyncio
import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import Unauthorized
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

import custom_components.xbox_network
from custom_components.xbox_network.const import (
    DOMAIN,
    OPTION_ADMINISTRATORS_ONLY,
    OPTION_STORAGE_SHARE,
)
from custom_components.xbox_network.rights import LimitsUnauthorized
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import SignIn
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_by_gamertag
from tests.helpers.limits import BONUS, CHANGES, LEFT, LIMIT, UNCHANGED, Change, Home, reset, rule
from tests.helpers.settling import settle
from tests.helpers.users import Caller, administrator, child, guest, only_administrators
from tests.simulator import Simulator
from tests.simulator.world.demo_world import BRASS_OTTER

PACKAGE = Path(custom_components.xbox_network.__file__).parent
TEXTS: dict[str, Any] = json.loads((PACKAGE / "translations/en.json").read_text())
OPTION = TEXTS["options"]["step"]["init"]["data"][OPTION_ADMINISTRATORS_ONLY]
JUNIPER_VALE = "2535400000000002"
ALL = {"entity_id": "all"}


async def refused(caller: Caller, person: Entities, change: Change = CHANGES[0]) -> None:
    """Try to change limits. The refusal must name the option."""
    with pytest.raises(LimitsUnauthorized) as raised:
        await caller(change.action, person.id(change.entity), **change.fields)
    assert isinstance(raised.value, Unauthorized)
    assert raised.value.user_id == caller.user_id
    assert f'"{OPTION}"' in str(raised.value)


async def test_on_by_default(hass: HomeAssistant, home: Home) -> None:
    """Without a choice, an administrator and an automation change limits, an ordinary user is refused."""
    assert OPTION_ADMINISTRATORS_ONLY not in home.entry.options
    user = await child(hass)
    for change in CHANGES:
        for person in (home.nova, home.quiet):
            await refused(user, person, change)
    with pytest.raises(LimitsUnauthorized):
        await user("set_limit", ALL, remove=True)
    assert home.rules() == [UNCHANGED] * 3
    assert await user.names({}) == ["Brass Otter", "Nova Kestrel", "Quiet Harbor#42"]
    assert (await user("get_achievements", home.nova.id(LEFT)))["people"]

    for caller in (await administrator(hass), Caller(hass, None)):
        for change in CHANGES:
            await caller(change.action, home.quiet.id(change.entity), **change.fields)
            assert home.rules() == [UNCHANGED, change.after, UNCHANGED]
            await home.reset()


async def test_chosen(hass: HomeAssistant, home: Home) -> None:
    """The dialog offers the option, on at first; a choice applies at once, and the next dialog suggests it."""
    user, entry = await child(hass), home.entry
    for only in (False, True):
        form = await hass.config_entries.options.async_init(entry.entry_id)
        assert form["data_schema"]
        if not only:
            assert form["data_schema"]({})[OPTION_ADMINISTRATORS_ONLY] is True
        chosen = {OPTION_STORAGE_SHARE: 10, OPTION_ADMINISTRATORS_ONLY: only}
        result = await hass.config_entries.options.async_configure(form["flow_id"], chosen)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert entry.options[OPTION_ADMINISTRATORS_ONLY] is only
        for change in CHANGES:
            if only:
                await refused(user, home.nova, change)
            else:
                await user(change.action, home.nova.id(change.entity), **change.fields)
            assert home.rules()[0] == (UNCHANGED if only else change.after)
            await home.reset()


async def test_permission_first(hass: HomeAssistant, home: Home) -> None:
    """Who may only read is refused as everywhere: the option would not help."""
    reader = await guest(hass)
    for action, entity, fields, _ in CHANGES:
        with pytest.raises(Unauthorized) as raised:
            await reader(action, home.nova.id(entity), **fields)
        assert type(raised.value) is Unauthorized


async def test_scripts_and_automations(hass: HomeAssistant, home: Home) -> None:
    """A script or scene that a child starts is refused; an automation that the child's act triggers is not."""
    bonus = {
        "action": f"{DOMAIN}.add_bonus_time",
        "target": {"entity_id": home.nova.id(LEFT)},
        "data": {"minutes": 30},
    }
    script = {"more": {"sequence": [bonus]}}
    automation = {
        "alias": "Homework",
        "triggers": {"trigger": "state", "entity_id": "input_boolean.homework", "to": "on"},
        "actions": [bonus],
    }
    scene = {"name": "Weekend", "entities": {home.nova.id(LIMIT): {"state": "90"}}}
    for domain, config in {
        "script": script,
        "automation": automation,
        "scene": scene,
        "input_boolean": {"homework": None},
    }.items():
        assert await async_setup_component(hass, domain, {domain: config})
    user, parent = await child(hass), await administrator(hass)

    for action, target in (("script.more", {}), ("scene.turn_on", "scene.weekend")):
        with pytest.raises(LimitsUnauthorized):
            await user(action, target)
    assert home.rules()[0] == UNCHANGED
    await parent("script.more", {})
    assert home.rules()[0] == (60, 30, None)
    await parent("scene.turn_on", "scene.weekend")
    assert home.rules()[0] == (90, 30, None)

    await user("input_boolean.turn_on", "input_boolean.homework")
    await settle(hass)
    assert home.rules()[0] == (90, 60, None)
    # Home Assistant does not tell an automation who has started it by hand
    await user("automation.trigger", "automation.homework")
    await settle(hass)
    assert home.rules()[0] == (90, 90, None)


async def test_at_once(hass: HomeAssistant, home: Home) -> None:
    """Of several callers at the same moment, each one's own rights count."""
    user, parent = await child(hass), await administrator(hass)
    for callers in ((user, parent, user), (parent, user, parent)):
        for action, entity, fields in (
            ("number.set_value", LIMIT, {"value": 90}),
            ("button.press", BONUS, {}),
        ):
            results = await asyncio.gather(
                *(it(action, home.nova.id(entity), **fields) for it in callers),
                return_exceptions=True,
            )
            for caller, result in zip(callers, results, strict=True):
                assert isinstance(result, LimitsUnauthorized) == (caller is user)
        assert home.rules()[0] == (90, 15 * callers.count(parent), None)
        await home.reset()


async def test_all_or_nothing(hass: HomeAssistant, home: Home, sign_in: SignIn) -> None:
    """The option of the account of each person counts; an action that it refuses for one changes nobody."""
    juniper = (await sign_in("alone"))["result"]
    own = Entities(hass, JUNIPER_VALE)
    await reset(hass, own)
    user = await child(hass)
    only_administrators(hass, juniper, False)
    for change in CHANGES:
        await refused(user, home.nova, change)
        await user(change.action, own.id(change.entity), **change.fields)
        assert rule(own) == change.after
        await reset(hass, own)
    for target in (ALL, {"entity_id": [own.id(LEFT), home.nova.id(LEFT)]}):
        with pytest.raises(LimitsUnauthorized):
            await user("set_limit", target, minutes=30)
    assert [*home.rules(), rule(own)] == [UNCHANGED] * 4

    only_administrators(hass, juniper, True)
    only_administrators(hass, home.entry, False)
    await refused(user, own)
    await user("set_limit", home.brass.id(LEFT), minutes=30)
    assert home.rules() == [UNCHANGED, UNCHANGED, (30, 0, None)]


async def test_two_accounts(
    hass: HomeAssistant, simulator: Simulator, home: Home, sign_in: SignIn
) -> None:
    """Of a person in two accounts the stricter option counts, also while its account is not loaded."""
    juniper: ConfigEntry = (await sign_in("alone"))["result"]
    await add_by_gamertag(hass, juniper, "Brass Otter")
    await add_by_gamertag(hass, home.entry, "Juniper Vale")
    brass, brass_of_juniper = home.brass, Entities(hass, f"{JUNIPER_VALE}_{BRASS_OTTER}")
    own = Entities(hass, JUNIPER_VALE)
    juniper_of_nova = Entities(hass, f"{home.entry.unique_id}_{JUNIPER_VALE}")
    people = (brass, brass_of_juniper, own, juniper_of_nova)
    user = await child(hass)
    for strict, lax in ((juniper, home.entry), (home.entry, juniper)):
        only_administrators(hass, strict, True)
        only_administrators(hass, lax, False)
        for person in people:
            await refused(user, person)
    only_administrators(hass, home.entry, False)
    for person in people:
        await user("set_limit", person.id(LEFT), minutes=30)
        assert rule(person) == (30, 0, None)

    only_administrators(hass, juniper, True)
    simulator.fail(Service.PRESENCE, status=503, times=None)
    simulator.fail(Service.PEOPLE, status=503, times=None)
    await hass.config_entries.async_reload(juniper.entry_id)
    assert juniper.state is ConfigEntryState.SETUP_RETRY
    for person in (brass, juniper_of_nova):
        await refused(user, person)
    await user("set_limit", home.quiet.id(LEFT), minutes=31)
    await hass.config_entries.async_set_disabled_by(juniper.entry_id, ConfigEntryDisabler.USER)
    for person in (brass, juniper_of_nova):
        await user("set_limit", person.id(LEFT), minutes=31)
        assert rule(person) == (31, 0, None)


async def test_shown(
    hass: HomeAssistant,
    home: Home,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> None:
    """The user interface gets the text in the user's language; the REST API says 401, as for any refusal."""
    user = await child(hass)
    account = await hass.auth.async_get_user(str(user.user_id))
    assert account
    refresh_token = await hass.auth.async_create_refresh_token(account, "https://example.com/")
    token = hass.auth.async_create_access_token(refresh_token)
    assert await async_setup_component(hass, "api", {})
    socket = await hass_ws_client(hass, token)
    rest = await hass_client(token)
    for action, entity, fields, _ in CHANGES:
        domain, name = action.split(".") if "." in action else (DOMAIN, action)
        await socket.send_json_auto_id(
            {
                "type": "call_service",
                "domain": domain,
                "service": name,
                "service_data": fields,
                "target": {"entity_id": home.nova.id(entity)},
            }
        )
        answer = await socket.receive_json()
        assert answer["success"] is False
        assert OPTION in answer["error"]["message"]
        key = answer["error"]["translation_key"]
        assert answer["error"]["translation_domain"] == DOMAIN
        assert OPTION in TEXTS["exceptions"][key]["message"]
        response = await rest.post(
            f"/api/services/{domain}/{name}", json={"entity_id": home.nova.id(entity), **fields}
        )
        assert response.status == HTTPStatus.UNAUTHORIZED
    assert home.rules() == [UNCHANGED] * 3


async def test_without_waiting(
    hass: HomeAssistant, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    """A call whose end nobody waits for is refused as well."""
    user = await child(hass)
    await hass.services.async_call(
        DOMAIN,
        "set_limit",
        {"entity_id": home.nova.id(LEFT), "minutes": 30},
        context=Context(user_id=user.user_id),
    )
    await settle(hass)
    assert home.rules() == [UNCHANGED] * 3
    assert "Unauthorized service called xbox_network/set_limit" in caplog.text
