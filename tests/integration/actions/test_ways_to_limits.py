"""Other ways to limits: disabled users, and what an administrator made for somebody to use."""

from typing import Any

import pytest
from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.rights import LimitsUnauthorized
from tests.helpers.limits import BONUS, CHANGES, LEFT, LIMIT, UNCHANGED, Home
from tests.helpers.settling import settle
from tests.helpers.users import Caller, administrator, child


@pytest.mark.parametrize("local_only", [False, True])
@pytest.mark.parametrize("group_id", [GROUP_ID_ADMIN, GROUP_ID_USER])
async def test_disabled_users(
    hass: HomeAssistant, home: Home, group_id: str, local_only: bool
) -> None:
    """A disabled user is no administrator; that one may sign in at home only makes no difference."""
    user = await hass.auth.async_create_user(
        "Somebody", group_ids=[group_id], local_only=local_only
    )
    caller = Caller(hass, user.id)
    for change in CHANGES if group_id == GROUP_ID_ADMIN else ():
        await caller(change.action, home.nova.id(change.entity), **change.fields)
        assert home.rules()[0] == change.after
        await home.reset()
    await hass.auth.async_deactivate_user(user)
    for change in CHANGES:
        with pytest.raises(LimitsUnauthorized):
            await caller(change.action, home.nova.id(change.entity), **change.fields)
    assert home.rules()[0] == UNCHANGED


async def test_made_by_an_administrator(hass: HomeAssistant, home: Home) -> None:
    """Scripts, scenes and template entities that an administrator made give a child no more rights."""
    more: dict[str, Any] = {
        "action": f"{DOMAIN}.add_bonus_time",
        "target": {"entity_id": home.nova.id(LEFT)},
        "data": {"minutes": 30},
    }
    press = {"action": "button.press", "target": {"entity_id": home.nova.id(BONUS)}}
    value = {
        "action": "number.set_value",
        "target": {"entity_id": home.nova.id(LIMIT)},
        "data": {"value": "{{ value * 30 }}"},
    }
    number = {"name": "Hours", "state": "{{ 1 }}", "min": 0, "max": 9, "step": 1}
    for domain, config in {
        "homeassistant": {},
        "scene": [],
        "script": {"at_once": {"sequence": [{"parallel": [press, more]}]}},
        "template": [
            {"button": {"name": "Reward", "press": [press]}},
            {"switch": {"name": "Grant", "turn_on": [more], "turn_off": []}},
            {"number": {**number, "set_value": [value]}},
        ],
    }.items():
        assert await async_setup_component(hass, domain, {domain: config})
    await settle(hass)
    user, parent = await child(hass), await administrator(hass)
    ways: list[tuple[str, Any, dict[str, Any]]] = [
        ("script.at_once", {}, {}),
        ("button.press", "button.reward", {}),
        ("switch.turn_on", "switch.grant", {}),
        ("homeassistant.turn_on", "switch.grant", {}),
        ("number.set_value", "number.hours", {"value": 3}),
        ("scene.apply", {}, {"entities": {home.nova.id(LIMIT): {"state": "90"}}}),
    ]
    for action, target, fields in ways:
        with pytest.raises(LimitsUnauthorized):
            await user(action, target, **fields)
        assert home.rules()[0] == UNCHANGED, action
        await parent(action, target, **fields)
        assert home.rules()[0] != UNCHANGED, action
        await home.reset()
