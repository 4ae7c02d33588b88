"""Fixtures that save blueprints in Home Assistant and create automations from them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation.helpers import async_get_blueprints
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import parse_yaml
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.xbox_network.const import DOMAIN
from tests.helpers.blueprints.family import Family
from tests.helpers.blueprints.files import text_of
from tests.helpers.fake_devices import Lamp, Telephone, add_devices
from tests.helpers.settling import REFRESH_TASKS
from tests.simulator import Console, Person, Simulator

_TURNS = 25
_CHECKED_LOGGERS = ("homeassistant.components.automation", "homeassistant.helpers")

type Automate = Callable[..., Awaitable[None]]
type Clock = Callable[[str], None]
type Live = Callable[..., Awaitable[None]]


@pytest.fixture(name="own_folder")
async def own_folder_fixture(
    hass: HomeAssistant, entry: ConfigEntry, tmp_path: Path
) -> AsyncIterator[None]:
    """Store Home Assistant's blueprints in a temporary folder, which is empty at first."""
    before, hass.config.config_dir = hass.config.config_dir, str(tmp_path)
    assert await async_setup_component(hass, "automation", {})
    yield
    hass.config.config_dir = before


async def quiet(simulator: Simulator) -> None:
    """Wait until no code asks the network. An automation that waits for time never ends."""
    count = -1
    while count != len(simulator.requests()):
        count = len(simulator.requests())
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        while refreshes := [
            it for it in asyncio.all_tasks() if REFRESH_TASKS.search(it.get_name())
        ]:
            await asyncio.wait(refreshes)


async def save(hass: HomeAssistant, name: str) -> None:
    """Save a blueprint, as the last step of an import does."""
    data = parse_yaml(text_of(name))
    assert isinstance(data, dict)
    blueprint = Blueprint(data, expected_domain="automation", schema=BLUEPRINT_SCHEMA)
    await async_get_blueprints(hass).async_add_blueprint(blueprint, f"{DOMAIN}/{name}.yaml")


def blueprint_name(automation: str) -> str:
    """Return the blueprint of an automation."""
    return automation.partition(" ")[0]


@pytest.fixture(name="automate")
async def automate_fixture(
    hass: HomeAssistant,
    simulator: Simulator,
    own_folder: None,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[Automate]:
    """Return a function that creates the only automations: from one blueprint, from several, or none.

    A second automation of a blueprint has a number behind its name. The automations must not log a warning.
    """
    assert await async_setup_component(hass, "scene", {})
    saved: set[str] = set()

    async def automate(name: str | None = None, /, **inputs: Any) -> None:
        chosen = {name: inputs} if name else inputs
        for missing in {blueprint_name(it) for it in chosen} - saved:
            await save(hass, missing)
            saved.add(missing)
        automations = [
            {
                "id": it,
                "alias": it,
                "use_blueprint": {"path": f"{DOMAIN}/{blueprint_name(it)}.yaml", "input": inputs},
            }
            for it, inputs in chosen.items()
        ]
        config = patch(
            "homeassistant.config.async_hass_config_yaml", return_value={"automation": automations}
        )
        with config:
            await hass.services.async_call("automation", "reload", blocking=True)
        await quiet(simulator)
        states = {it.attributes.get("id"): it.state for it in hass.states.async_all("automation")}
        assert {it: states[it] for it in chosen} == dict.fromkeys(chosen, "on")

    yield automate
    await automate()
    problems = [
        f"{it.name}: {it.getMessage()}"
        for it in caplog.get_records("call")
        if it.levelname in ("WARNING", "ERROR") and it.name.startswith(_CHECKED_LOGGERS)
    ]
    assert problems == []


@pytest.fixture(name="clock")
def clock_fixture(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Clock:
    """Return a function that moves the clock to the next occurrence of a time of day."""

    def set_time(time: str) -> None:
        hour, minute = map(int, time.split(":"))
        now = dt_util.now()
        target = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        freezer.tick((target - now).total_seconds() % 86_400)

    return set_time


@pytest.fixture(name="telephone")
def telephone_fixture(hass: HomeAssistant) -> Telephone:
    """Return the phone that receives messages."""
    return Telephone(hass)


@pytest.fixture(name="live")
def live_fixture(hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator) -> Live:
    """Return a function that lets time pass while automations run; long times pass in long steps."""

    async def live(seconds: float = 10.0, *, step: float | None = None) -> None:
        step = step or (10.0 if seconds <= 120 else 30.0)
        while True:
            await quiet(simulator)
            if seconds <= 0:
                return
            freezer.tick(min(step, seconds))
            seconds -= step
            async_fire_time_changed(hass)

    return live


@pytest.fixture(name="afternoon")
def afternoon_fixture(clock: Clock) -> None:
    """Start at 16:00. Name it before `entry`."""
    clock("16:00")


@pytest.fixture(name="family")
def family_fixture(
    hass: HomeAssistant,
    afternoon: None,
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    telephone: Telephone,
) -> Family:
    """Return a family whose child plays on the console in the den."""
    return Family(hass, entry, owner, telephone)


@pytest.fixture(name="two_lamps")
async def two_lamps_fixture(hass: HomeAssistant, entry: ConfigEntry) -> list[Lamp]:
    """Return two lamps, one bright and one off, after dark."""
    lamps = [Lamp("Desk", 250), Lamp("Sofa")]
    await add_devices(hass, "light", *lamps)
    hass.states.async_set("sun.sun", "below_horizon")
    return lamps
