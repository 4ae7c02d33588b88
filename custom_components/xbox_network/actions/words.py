"""The action `get_words`: what messages say, in Home Assistant's language or another one.

Blueprints are files without translations, so they ask for the words of their messages here. The words are in
`translations/`, as the options of selectors that no form shows. In braces stands what a blueprint fills in.
"""

from typing import Final

import probatio
from homeassistant.const import WEEKDAYS
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN

GET_WORDS: Final = "get_words"
ATTR_LANGUAGE: Final = "language"

_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)


@callback
def async_setup_get_words(hass: HomeAssistant) -> None:
    """Register `get_words`."""
    hass.services.async_register(
        DOMAIN,
        GET_WORDS,
        _get_words,
        probatio.Schema({probatio.Optional(ATTR_LANGUAGE): cv.string}),
        supports_response=SupportsResponse.ONLY,
    )


async def _get_words(call: ServiceCall) -> ServiceResponse:
    """Return the words of messages, the days of the week, Monday first, and the months."""
    language: str = call.data.get(ATTR_LANGUAGE, call.hass.config.language)
    # no region has words of its own, and Home Assistant itself would fall back to English
    plain = language.replace("_", "-").partition("-")[0].lower()
    texts = await async_get_translations(call.hass, plain, "selector", {DOMAIN})

    def words_of(selector: str) -> dict[str, str]:
        prefix = f"component.{DOMAIN}.selector.{selector}.options."
        found = {
            key.removeprefix(prefix): it for key, it in texts.items() if key.startswith(prefix)
        }
        return dict(sorted(found.items()))

    weekdays, months = words_of("message_weekday"), words_of("message_month")
    return {
        "language": language,
        "words": {**words_of("message")},
        "weekdays": [weekdays[it] for it in WEEKDAYS],
        "months": [months[it] for it in _MONTHS],
    }
