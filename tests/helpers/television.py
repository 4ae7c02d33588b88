"""A console as HomeKit shows it: the accessory that Home Assistant's own `homekit` makes of a media player.

Its import logs that libturbojpeg, which is for cameras, is missing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.components.homekit.accessories import (
    HomeDriver,
    get_accessory,
)
from homeassistant.components.homekit.const import (
    CHAR_ACTIVE,
    CHAR_ACTIVE_IDENTIFIER,
    CHAR_CONFIGURED_NAME,
    SERV_INPUT_SOURCE,
    SERV_TELEVISION,
    SIGNAL_RELOAD_ENTITIES,
)
from homeassistant.components.homekit.iidmanager import AccessoryIIDStorage
from homeassistant.components.homekit.type_media_players import TelevisionMediaPlayer
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

_ACCESSORY_ID = 2


class Television:
    """A paired accessory of a media player, and how often it was rebuilt."""

    def __init__(self, hass: HomeAssistant, accessory: TelevisionMediaPlayer) -> None:
        """Start to follow the media player."""
        self.accessory = accessory
        self.reloads = 0
        signal = SIGNAL_RELOAD_ENTITIES.format(accessory.driver.entry_id)
        async_dispatcher_connect(hass, signal, self._count)
        accessory.run()

    @callback
    def _count(self, _: object) -> None:
        self.reloads += 1

    @property
    def is_active(self) -> bool:
        """Whether it is on."""
        return bool(self._of_television(CHAR_ACTIVE).value)

    @property
    def inputs(self) -> list[str]:
        """The names of its inputs, in their order."""
        services = [it for it in self.accessory.services if it.display_name == SERV_INPUT_SOURCE]
        return [it.get_characteristic(CHAR_CONFIGURED_NAME).value for it in services]

    @property
    def input(self) -> str:
        """The name of the input that it shows."""
        number: int = self._of_television(CHAR_ACTIVE_IDENTIFIER).value
        return self.inputs[number]

    def _of_television(self, name: str) -> Any:
        return self.accessory.get_service(SERV_TELEVISION).get_characteristic(name)


@contextmanager
def paired(hass: HomeAssistant, folder: Path) -> Iterator[HomeDriver]:
    """Give a driver that reaches no network."""
    storage = AccessoryIIDStorage(hass, "paired")
    with (
        patch("pyhap.accessory_driver.HAPServer"),
        patch("pyhap.accessory_driver.AccessoryDriver.publish"),
        patch("pyhap.accessory_driver.AccessoryDriver.persist"),
        patch.object(storage, "_async_schedule_save"),
    ):
        yield HomeDriver(
            hass,
            "paired",
            "Home",
            "Home",
            storage,
            pincode=b"123-45-678",
            address="127.0.0.1",
            persist_file=str(folder / "homekit.state"),
            async_zeroconf_instance=object(),
            loop=hass.loop,
        )


def television_of(hass: HomeAssistant, driver: HomeDriver, entity_id: str) -> Television:
    """Return the television that `homekit` makes of a media player as it is now."""
    state = hass.states.get(entity_id)
    assert state
    accessory = get_accessory(hass, driver, state, _ACCESSORY_ID, {})
    assert isinstance(accessory, TelevisionMediaPlayer)
    return Television(hass, accessory)
