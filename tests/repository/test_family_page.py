"""The page for parents says truly what a child with an own login can do: everything in its table is tried."""

from typing import Any

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.setup import async_setup_component

from custom_components.xbox_network.const import DOMAIN
from tests.helpers.consoles import Actions, told
from tests.helpers.limits import BONUS, LEFT, LIMIT, UNCHANGED, Home
from tests.helpers.pages import page, rows, section, words
from tests.helpers.settling import settle
from tests.helpers.users import Target, child
from tests.integration.actions.conftest import home_fixture  # noqa: F401  pytest finds it here
from tests.simulator import Console

CHAPTER = "A login for the child"


def attempts(home: Home) -> dict[str, tuple[Target, dict[str, Any]]]:
    """Return a target and fields for each action in the table."""
    limit, left, player = home.nova.id(LIMIT), home.nova.id(LEFT), home.console.id("media_player")
    return {
        "number.set_value": (limit, {"value": 90}),
        "button.press": (home.nova.id(BONUS), {}),
        f"{DOMAIN}.set_limit": (left, {"remove": True}),
        f"{DOMAIN}.add_bonus_time": (left, {"minutes": 30}),
        "script.more_time": ({}, {}),
        "scene.turn_on": ("scene.weekend", {}),
        f"{DOMAIN}.get_playtime": (left, {}),
        f"{DOMAIN}.get_limits": (left, {}),
        f"{DOMAIN}.get_achievements": (left, {}),
        f"{DOMAIN}.launch": (player, {"name": "Starfall Drift", "wait": 0}),
        "media_player.turn_on": (player, {}),
        "remote.send_command": (home.console.id("remote"), {"command": "a"}),
        "input_boolean.turn_on": ("input_boolean.homework", {}),
        "automation.trigger": ("automation.homework", {}),
        "automation.turn_off": ("automation.homework", {}),
    }


async def set_up_home(hass: HomeAssistant, home: Home) -> None:
    """Set up a script, a scene and an automation that change limits."""
    bonus = {
        "action": f"{DOMAIN}.add_bonus_time",
        "target": {ATTR_ENTITY_ID: home.nova.id(LEFT)},
        "data": {"minutes": 30},
    }
    trigger = {"trigger": "state", ATTR_ENTITY_ID: "input_boolean.homework", "to": "on"}
    parts: dict[str, dict[str, Any]] = {
        "script": {"more_time": {"sequence": [bonus]}},
        "scene": {"name": "Weekend", "entities": {home.nova.id(LIMIT): {"state": "90"}}},
        "automation": {"alias": "Homework", "triggers": trigger, "actions": [bonus]},
        "input_boolean": {"homework": None},
    }
    for domain, config in parts.items():
        assert await async_setup_component(hass, domain, {domain: config})


async def test_table(hass: HomeAssistant, home: Home, den: Console, actions: Actions) -> None:
    """What is possible works, and what is not changes nothing."""
    await set_up_home(hass, home)
    user, tries = await child(hass), attempts(home)
    listed = {
        action: row[1] for row in rows(section(page("family"), CHAPTER)) for action in words(row[2])
    }
    assert listed.keys() == tries.keys()
    given = 0
    for action, (target, fields) in tries.items():
        refused = False
        try:
            await actions.wait_for(user(action, target, **fields))
        except Unauthorized:
            refused = True
        await settle(hass)
        given += 30 * (action in ("input_boolean.turn_on", "automation.trigger"))
        assert home.rules()[0] == (60, given, None), action
        if listed[action] == "yes":
            assert not refused, action
        else:
            assert listed[action] == "no"
            assert refused, action
    assert home.rules()[1:] == [UNCHANGED] * 2
    assert len(told(den)) == 3
    state = hass.states.get("automation.homework")
    assert state
    assert state.state == "off"
