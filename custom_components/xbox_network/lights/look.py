"""How a light is told to look, how it looks, and whether these are the same."""

from collections.abc import Mapping
from typing import Any, Final, Self

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_MODE,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_EFFECT,
    ATTR_HS_COLOR,
    ATTR_MAX_COLOR_TEMP_KELVIN,
    ATTR_MIN_COLOR_TEMP_KELVIN,
    ATTR_SUPPORTED_COLOR_MODES,
    ColorMode,
    color_supported,
    color_temp_supported,
)
from homeassistant.components.light.reproduce_state import COLOR_MODE_TO_ATTRIBUTE
from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import State
from homeassistant.util import color
from pydantic import BaseModel, ConfigDict

# The states of a light of which anything is known.
KNOWN_STATES: Final = frozenset({STATE_ON, STATE_OFF})

_FULL: Final = 255
# What a light may report differently from what it was told: it rounds, and shows some colours only nearly.
_BRIGHTNESS_STEPS: Final = 13
_COLOUR_STEPS: Final = 60
_KELVIN_SHARE: Final = 0.05

type RGB = tuple[int, int, int]


class Memory(BaseModel):
    """A part of what is stored of a light. What a later version has added to it stays in it."""

    model_config = ConfigDict(extra="allow")


class Look(BaseModel):
    """What a borrower wants of a light. What is None stays as it is; a brightness of 0 switches it off."""

    model_config = ConfigDict(frozen=True)

    brightness_pct: float | None = None
    rgb_color: RGB | None = None
    color_temp_kelvin: int | None = None

    @property
    def brightness(self) -> int | None:
        """Return the brightness from 0 to 255."""
        return None if self.brightness_pct is None else round(_FULL * self.brightness_pct / 100)

    @property
    def data(self) -> dict[str, Any] | None:
        """Return the data of `light.turn_on`, None if the light is to be off."""
        return None if self.brightness == 0 else self.model_dump(exclude_none=True)


class Appearance(BaseModel):
    """How a light looks. Of a colour there is one of `kelvin` and `rgb`, at full brightness; None is not known."""

    model_config = ConfigDict(frozen=True)

    lit: bool
    brightness: int | None = None
    rgb: RGB | None = None
    kelvin: int | None = None

    @classmethod
    def of(cls, state: State) -> Self:
        """Return how a light with a known state looks."""
        if state.state != STATE_ON:
            return cls(lit=False)
        it = state.attributes
        white = it.get(ATTR_COLOR_MODE) == ColorMode.COLOR_TEMP
        hs = it.get(ATTR_HS_COLOR)
        return cls(
            lit=True,
            brightness=it.get(ATTR_BRIGHTNESS),
            rgb=color.color_hs_to_RGB(*hs) if hs and not white else None,
            kelvin=it.get(ATTR_COLOR_TEMP_KELVIN) if white else None,
        )

    def with_look(self, look: Look, abilities: Mapping[str, Any]) -> Appearance:
        """Return how a light that looked like this will look. `abilities` are the attributes of its state."""
        if look.brightness == 0:
            return Appearance(lit=False)
        rgb, kelvin = _colour(look, abilities)
        if rgb is None and kelvin is None:
            rgb, kelvin = self.rgb, self.kelvin
        brightness = self.brightness if look.brightness is None else look.brightness
        return Appearance(lit=True, brightness=brightness, rgb=rgb, kelvin=kelvin)

    def resembles(self, other: Appearance) -> bool:
        """Return whether both are the same, as far as both are known and a light is exact."""
        if not (self.lit and other.lit):
            return self.lit == other.lit
        if self.brightness is not None and other.brightness is not None:
            if abs(self.brightness - other.brightness) > _BRIGHTNESS_STEPS:
                return False
        if self.kelvin and other.kelvin:
            return abs(self.kelvin - other.kelvin) <= _KELVIN_SHARE * max(self.kelvin, other.kelvin)
        one, two = self._shown_rgb, other._shown_rgb
        if one is None or two is None:
            return True
        return sum(abs(a - b) for a, b in zip(one, two, strict=True)) <= _COLOUR_STEPS

    def completed(self, other: Appearance) -> Appearance:
        """Return this with what is not known of it from another one."""
        if not (self.lit and other.lit):
            return self
        known = self.model_dump(exclude_none=True)
        rest = other.model_dump(
            exclude={"rgb", "kelvin"} if known.keys() & {"rgb", "kelvin"} else None
        )
        return Appearance.model_validate({**rest, **known})

    @property
    def _shown_rgb(self) -> RGB | None:
        return _rgb_of(self.kelvin) if self.kelvin else self.rgb


class Was(Memory):
    """What a light was: how it looked, and the data of `light.turn_on` with which it does again if it was on."""

    model_config = ConfigDict(frozen=True)

    appearance: Appearance
    data: dict[str, Any] | None

    @classmethod
    def of(cls, state: State) -> Self:
        """Return what a light with a known state is."""
        appearance = Appearance.of(state)
        return cls(appearance=appearance, data=_restoring(state) if appearance.lit else None)


def _restoring(state: State) -> dict[str, Any]:
    """Return what `light.turn_on` needs for this state, as Home Assistant's own scenes give it."""
    mode = COLOR_MODE_TO_ATTRIBUTE.get(state.attributes.get(ATTR_COLOR_MODE, ColorMode.UNKNOWN))
    data = {it: state.attributes.get(it) for it in (ATTR_BRIGHTNESS, ATTR_EFFECT)}
    if mode:
        data[str(mode.parameter)] = state.attributes.get(mode.state_attr)
    return {key: value for key, value in data.items() if value is not None}


def _colour(look: Look, abilities: Mapping[str, Any]) -> tuple[RGB | None, int | None]:
    """Return colour and colour temperature that a light shows for a look: it may have only one of both."""
    modes = abilities.get(ATTR_SUPPORTED_COLOR_MODES)
    kelvin = look.color_temp_kelvin
    if look.rgb_color and not color_supported(modes):
        kelvin = color.color_xy_to_temperature(*color.color_RGB_to_xy(*look.rgb_color))
    elif look.rgb_color:
        return _vivid(look.rgb_color), None
    if kelvin is None or not (color_supported(modes) or color_temp_supported(modes)):
        return None, None
    if not color_temp_supported(modes):
        return _rgb_of(kelvin), None
    least = abilities.get(ATTR_MIN_COLOR_TEMP_KELVIN) or kelvin
    most = abilities.get(ATTR_MAX_COLOR_TEMP_KELVIN) or kelvin
    return None, min(max(kelvin, least), most)


def _vivid(rgb: RGB) -> RGB:
    """Return a colour at full brightness, as lights report it."""
    return color.color_hs_to_RGB(*color.color_RGB_to_hs(*rgb))


def _rgb_of(kelvin: int) -> RGB:
    return color.color_hs_to_RGB(*color.color_temperature_to_hs(kelvin))
