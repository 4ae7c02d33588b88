"""The table of the actions; each is implemented in `actions/`, its texts are in `services.yaml` and `translations/`."""

from collections.abc import Callable
from typing import Final

from homeassistant.core import HomeAssistant, callback

from .actions.achievements import async_setup_get_achievements
from .actions.launch import async_setup_launch
from .actions.lights import async_setup_borrow_lights, async_setup_return_lights
from .actions.limits import (
    async_setup_add_bonus_time,
    async_setup_get_limits,
    async_setup_set_limit,
)
from .actions.playtime import async_setup_get_playtime

_SETUPS: Final[tuple[Callable[[HomeAssistant], None], ...]] = (
    async_setup_add_bonus_time,
    async_setup_borrow_lights,
    async_setup_get_achievements,
    async_setup_get_limits,
    async_setup_get_playtime,
    async_setup_launch,
    async_setup_return_lights,
    async_setup_set_limit,
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    for setup in _SETUPS:
        setup(hass)
