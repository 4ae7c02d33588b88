"""The first day of a week in Home Assistant's locale.

Home Assistant knows it in the browser only. The tables are those of its frontend 20261028: the week data of
CLDR (supplemental, `firstDay`), there from the package weekstart 2.0.0. It is Monday in all other countries.
"""

from datetime import date, timedelta
from typing import Final

from homeassistant.core import HomeAssistant

_FRIDAY: Final = frozenset({"MV"})
_SATURDAY: Final = frozenset("AE AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY".split())  # noqa: SIM905
_SUNDAY: Final = frozenset(
    """
    AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT MX MZ NI NP
    PA PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW
    """.split()  # noqa: SIM905
)
# The country with the most speakers, for languages without a country.
_MAIN_COUNTRY: Final = {
    "ar": "EG",
    "bn": "BD",
    "en": "US",
    "fa": "IR",
    "he": "IL",
    "hi": "IN",
    "id": "ID",
    "ja": "JP",
    "ko": "KR",
    "ml": "IN",
    "ta": "IN",
    "te": "IN",
    "th": "TH",
    "ur": "PK",
    "zh-hant": "TW",
}


def week_start(hass: HomeAssistant, day: date) -> date:
    """Return the first day of the week of a day."""
    return day - timedelta(days=(day.weekday() - _first_weekday(hass)) % 7)


def _first_weekday(hass: HomeAssistant) -> int:
    """Return the number of the first day of a week, 0 for Monday."""
    country = hass.config.country or _country_of(hass.config.language)
    for number, countries in ((4, _FRIDAY), (5, _SATURDAY), (6, _SUNDAY)):
        if country in countries:
            return number
    return 0


def _country_of(language: str) -> str | None:
    """Return the country in a language tag (`pt-BR`), else the country with the most speakers."""
    last = language.rpartition("-")[2]
    country = last.upper() if last != language and len(last) == 2 else None
    return country or _MAIN_COUNTRY.get(language.casefold())
