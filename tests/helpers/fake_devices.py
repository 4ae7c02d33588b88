"""Fake devices in a home with a console: lamps, a television, a phone."""

from typing import Any, override

from homeassistant.components.light import ColorMode, LightEntity, LightEntityFeature
from homeassistant.components.media_player import (
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
)
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_mock_service


class Lamp(LightEntity):
    """A lamp with brightness and color. It records its commands."""

    _attr_color_mode = ColorMode.RGB
    _attr_supported_color_modes = {ColorMode.RGB}
    _attr_supported_features = LightEntityFeature.TRANSITION
    _attr_should_poll = False

    def __init__(self, name: str, brightness: int = 0) -> None:
        """Create the lamp, off or with a brightness."""
        self._attr_name = name
        self._attr_unique_id = name
        self._attr_is_on = brightness > 0
        self._attr_brightness = brightness or None
        self._attr_rgb_color = (255, 200, 100)
        self.told: list[dict[str, Any]] = []
        self.broken = False
        """Whether every command to switch it on fails."""

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        if self.broken:
            raise HomeAssistantError("the lamp does not answer")
        self.told.append(kwargs)
        self._attr_is_on = True
        self._attr_brightness = kwargs.get("brightness", self.brightness or 255)
        self._attr_rgb_color = kwargs.get("rgb_color", self.rgb_color)
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self.told.append({"off": True, **kwargs})
        self._attr_is_on = False
        self.async_write_ha_state()

    def plug(self, plugged: bool = True) -> None:
        """Make the lamp available or unavailable."""
        self._attr_available = plugged
        self.async_write_ha_state()

    def looks(self) -> tuple[int, tuple[int, int, int] | None]:
        """Return the brightness, 0 for off, and the color."""
        return (self.brightness or 0) if self.is_on else 0, self.rgb_color if self.is_on else None


class Television(MediaPlayerEntity):
    """A television with three sources. It records its commands."""

    _attr_name = "TV"
    _attr_should_poll = False
    _attr_source_list = ["Antenna", "HDMI 1", "HDMI 2"]
    _attr_supported_features = (
        MediaPlayerEntityFeature.TURN_ON
        | MediaPlayerEntityFeature.TURN_OFF
        | MediaPlayerEntityFeature.SELECT_SOURCE
    )

    def __init__(self) -> None:
        """Create the television, off."""
        self._attr_state = MediaPlayerState.OFF
        self._attr_source: str | None = None
        self.asleep = False
        """Whether it does not switch on before `show`."""
        self.told: list[str] = []

    def show(self, source: str | None) -> None:
        """Change the source as the television's own remote does. None switches it off."""
        self._attr_available = True
        self._attr_state = MediaPlayerState.ON if source else MediaPlayerState.OFF
        self._attr_source = source
        self.async_write_ha_state()

    def unplug(self) -> None:
        """Make the television unavailable."""
        self._attr_available = False
        self.async_write_ha_state()

    @override
    async def async_turn_on(self) -> None:
        self.told.append("on")
        if not self.asleep:
            self.show("Antenna")

    @override
    async def async_turn_off(self) -> None:
        self.told.append("off")
        self.show(None)

    @override
    async def async_select_source(self, source: str) -> None:
        self.told.append(source)
        self.show(source)


async def add_devices(hass: HomeAssistant, domain: str, *devices: Lamp | Television) -> None:
    """Add lamps or a television to Home Assistant."""
    assert await async_setup_component(hass, domain, {})
    await hass.data[DATA_INSTANCES][domain].async_add_entities(devices)


class Telephone:
    """A phone that receives messages of the notify action."""

    entity_id = "notify.phone"

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the phone. There can be only one."""
        self._calls: list[ServiceCall] = async_mock_service(hass, "notify", "send_message")

    def read(self) -> list[str]:
        """Return the messages since the last call."""
        messages = [call.data["message"] for call in self._calls]
        self._calls.clear()
        return messages
