"""Fake bulbs of all kinds: what they can show, how they report it, and when."""

import asyncio
from typing import Any, override

from homeassistant.components.light import ColorMode, LightEntity, LightEntityFeature
from homeassistant.exceptions import HomeAssistantError

COLOURS = {
    ColorMode.COLOR_TEMP: "color_temp_kelvin",
    ColorMode.HS: "hs_color",
    ColorMode.RGB: "rgb_color",
    ColorMode.RGBW: "rgbw_color",
    ColorMode.RGBWW: "rgbww_color",
    ColorMode.XY: "xy_color",
    ColorMode.WHITE: "white",
}


class Bulb(LightEntity):
    """A bulb with some color modes. It is off until it is told or `shows` something."""

    _attr_should_poll = False
    _attr_min_color_temp_kelvin = 2700
    _attr_max_color_temp_kelvin = 6500
    _attr_effect_list = ["rainbow"]
    _attr_supported_features = LightEntityFeature.TRANSITION | LightEntityFeature.EFFECT

    def __init__(self, name: str, *modes: ColorMode) -> None:
        """Create the bulb."""
        self._attr_name = self._attr_unique_id = name
        self._attr_supported_color_modes = set(modes)
        self._attr_color_mode = modes[0]
        self._attr_is_on = False
        self.told: list[dict[str, Any]] = []
        self.step = 1
        """How exactly it reports its brightness."""
        self.late = False
        """Whether it reports only when it is asked to."""
        self.broken = False
        """Whether every command fails."""
        self.free = asyncio.Event()
        """Whether it does what it is told; it waits for that."""
        self.free.set()

    def shows(self, **it: Any) -> None:
        """Show something, as after a command; nothing is off."""
        self._attr_is_on = bool(it)
        for mode, key in COLOURS.items():
            if key in it:
                self._attr_color_mode = mode
                if mode is not ColorMode.WHITE:
                    setattr(self, f"_attr_{key}", it[key])
        brightness = it.get("white", it.get("brightness", self.brightness or 255))
        self._attr_brightness = round(brightness / self.step) * self.step
        self._attr_effect = it.get("effect")
        if not self.late:
            self.async_write_ha_state()

    def report(self) -> None:
        """Report the state."""
        self.async_write_ha_state()

    def plug(self, plugged: bool = True) -> None:
        """Make the bulb available or unavailable."""
        self._attr_available = plugged
        self.async_write_ha_state()

    async def _obey(self, told: dict[str, Any]) -> None:
        self.told.append(told)
        await self.free.wait()
        if self.broken:
            raise HomeAssistantError("it does not answer")

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._obey(kwargs)
        self.shows(**{"brightness": self.brightness or 255, **kwargs})

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._obey({"off": True, **kwargs})
        self.shows()
