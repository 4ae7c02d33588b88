"""Blueprints that name a console that is gone: nobody plays there, and the others count as before."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from tests.blueprints.conftest import Automate, Live
from tests.helpers.blueprints.family import LEFT, Family
from tests.helpers.blueprints.files import device_of
from tests.helpers.consoles import ConsoleEntities, told
from tests.helpers.fake_devices import Telephone, Television, add_devices
from tests.simulator import Console, Person
from tests.simulator.world.demo_world import BEDROOM, STARFALL_DRIFT

MINUTE = 60
GONE = "0123456789abcdef0123456789abcdef"
PLAYER = "media_player.gone"
TV = "media_player.tv"


def delete(hass: HomeAssistant, device_id: str) -> None:
    """Delete the device of a console."""
    dr.async_get(hass).async_remove_device(device_id)


@pytest.mark.parametrize("gone", ["deleted before", "deleted meanwhile", "never there"])
async def test_screen_time(
    hass: HomeAssistant,
    bedroom: Console,
    entry: ConfigEntry,
    family: Family,
    owner: Person,
    den: Console,
    automate: Automate,
    live: Live,
    gone: str,
) -> None:
    """Of two consoles the one that is there goes off at the end of the time."""
    bedroom_id = device_of(hass, entry, BEDROOM)
    if gone == "deleted before":
        delete(hass, bedroom_id)
    await automate(
        "screen_time_budget",
        **family.chosen,
        consoles=[GONE if gone == "never there" else bedroom_id, *family.den],
        grace_minutes=2,
    )
    await family.agree(5)
    owner.play(STARFALL_DRIFT)
    await live(MINUTE)
    if gone == "deleted meanwhile":
        delete(hass, bedroom_id)
    await live(8 * MINUTE)
    assert told(den) == ["TurnOff"]


async def test_screen_time_without_consoles(
    family: Family,
    owner: Person,
    den: Console,
    telephone: Telephone,
    automate: Automate,
    live: Live,
) -> None:
    """With no console that is there, nothing is switched off, and all is said."""
    await automate("screen_time_budget", **family.chosen, consoles=[GONE], grace_minutes=2)
    await family.agree(5)
    owner.play(STARFALL_DRIFT)
    await live(12 * MINUTE)
    assert told(den) == []
    assert LEFT.format(3) in telephone.read()


@pytest.mark.parametrize("name", ["idle_console_off", "tv_follows_xbox", "xbox_follows_tv"])
async def test_one_console(
    hass: HomeAssistant, entry: ConfigEntry, automate: Automate, live: Live, name: str
) -> None:
    """A blueprint about one console that is gone waits, and disturbs nothing."""
    tv = Television()
    await add_devices(hass, "media_player", tv)
    more: dict[str, Any] = (
        {"from_time": "00:00:00", "until_time": "00:00:00", "idle_minutes": 5}
        if name == "idle_console_off"
        else {"tv": TV, "source": "HDMI 1"}
    )
    await automate(name, console=PLAYER, **more)
    await live(20 * MINUTE)
    if name == "xbox_follows_tv":
        tv.show(None)
        await live(10 * MINUTE)
    assert tv.told == []


@pytest.mark.parametrize("name", ["idle_console_off", "tv_follows_xbox", "xbox_follows_tv"])
async def test_deleted_meanwhile(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    automate: Automate,
    live: Live,
    name: str,
) -> None:
    """A console that is deleted while its blueprint waits is left alone, and so is the TV."""
    tv = Television()
    await add_devices(hass, "media_player", tv)
    tv.show("HDMI 1")
    player = at_den.id("media_player")
    more: dict[str, Any] = (
        {"from_time": "00:00:00", "until_time": "00:00:00", "idle_minutes": 5}
        if name == "idle_console_off"
        else {"tv": TV, "source": "HDMI 1"}
    )
    await automate(name, console=player, **more)
    await live(MINUTE)
    if name == "xbox_follows_tv":
        tv.show(None)
    await live(6 * MINUTE if name == "idle_console_off" else MINUTE)
    delete(hass, device_of(hass, entry, den.console_id))
    await live(30 * MINUTE)
    assert told(den) == []
    assert tv.told == []
    assert hass.states.get(player) is None
