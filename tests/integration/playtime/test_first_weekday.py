"""First weekday: the day on which a week begins, by country or language."""

from datetime import date

import pytest
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.coordinator.first_weekday import week_start

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("country", "language", "first"),
    [
        ("DE", "de", date(2026, 11, 16)),
        ("GB", "en-GB", date(2026, 11, 16)),
        ("FR", "en", date(2026, 11, 16)),
        ("US", "en", SUNDAY),
        ("JP", "ja", SUNDAY),
        ("EG", "ar", date(2026, 11, 21)),
        ("MV", "en", date(2026, 11, 20)),
        # without a country the language decides
        (None, "en", SUNDAY),
        (None, "en-GB", date(2026, 11, 16)),
        (None, "pt-BR", SUNDAY),
        (None, "pt", date(2026, 11, 16)),
        (None, "fa", date(2026, 11, 21)),
        (None, "zh-Hans", date(2026, 11, 16)),
        (None, "zh-Hant", SUNDAY),
        (None, "es-419", date(2026, 11, 16)),
        (None, "de", date(2026, 11, 16)),
    ],
)
async def test_week_start(
    hass: HomeAssistant, country: str | None, language: str, first: date
) -> None:
    """A Sunday may be the first, second, third or last day of a week."""
    hass.config.country, hass.config.language = country, language
    assert week_start(hass, SUNDAY) == first
    assert week_start(hass, first) == first
