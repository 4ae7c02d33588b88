"""Follows Home Assistant's language and country: what is told in words is asked for anew, without a reload."""

from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import Event, HomeAssistant, callback

from .api import locale
from .data import XboxConfigEntry


@callback
def follow_language(hass: HomeAssistant, entry: XboxConfigEntry) -> None:
    """Have an account ask in the present language, until it is unloaded."""
    data = entry.runtime_data

    @callback
    def update(_: Event | None = None) -> None:
        language = locale(hass)
        if language == data.client.language:
            return
        data.client.language = language
        data.people.observer.forget_words()
        data.consoles.observer.forget_words()
        for cache in data.caches:
            cache.save_soon()
        data.people.refresh_within(0.0)
        data.consoles.refresh_within(0.0)

    entry.async_on_unload(hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, update))
    update()  # it may have changed since the set-up began
