"""Buttons of a console: their commands, and which of them exist."""

import pytest
from homeassistant.components.button import ButtonDeviceClass
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_DEVICE_CLASS
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from tests.conftest import Poll
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.simulator import Console

COMMANDS = {
    "guide": ("Shell", "ShowGuideTab"),
    "home": ("Shell", "GoHome"),
    "reboot": ("Power", "Reboot"),
    "tv_guide": ("TV", "ShowGuide"),
}


@pytest.mark.usefixtures("everything_enabled")
@pytest.mark.parametrize("key", COMMANDS)
async def test_press(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions, key: str
) -> None:
    """Each button sends its command."""
    await actions.call("button.press", at_den.id(f"button.{key}"))
    assert [(it.type, it.name) for it in den.done] == [COMMANDS[key]]


async def test_entities(
    hass: HomeAssistant,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    entity_registry: er.EntityRegistry,
) -> None:
    """Each console has its own buttons; the one for television is disabled by default."""
    for console in (at_den, at_bedroom):
        disabled = entity_registry.async_get(console.id("button.tv_guide"))
        assert disabled is not None
        assert disabled.disabled
        enabled = {name for name in console.all() if name.startswith("button.")}
        assert enabled == {"button.guide", "button.home", "button.reboot"}
    reboot = at_den["button.reboot"]
    assert reboot.attributes[ATTR_DEVICE_CLASS] == ButtonDeviceClass.RESTART


async def test_refused(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """Pressing a button of a sleeping console is an error."""
    with pytest.raises(HomeAssistantError) as raised:
        await actions.call("button.press", at_bedroom.id("button.home"))
    assert raised.value.translation_key == "console_console_off"
    assert bedroom.done == []


async def test_reboot_is_followed(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions, poll: Poll
) -> None:
    """A reboot shows the console off for a moment and then on."""
    await actions.call("button.press", at_den.id("button.reboot"))
    await poll(20)
    assert at_den("remote") == "off"
    await poll(80)
    assert at_den("remote") == "on"
