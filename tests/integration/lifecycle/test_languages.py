"""Languages and countries of Home Assistant: what the network is asked for."""

import re

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.generated.countries import COUNTRIES
from homeassistant.generated.languages import LANGUAGES
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.api import language_tag
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.services.catalog import market_of
from tests.conftest import set_up
from tests.helpers.settling import settle
from tests.simulator import Console, Person, Simulator
from tests.simulator.world.demo_world import STARFALL_DRIFT

# RFC 5646, as far as languages, scripts and regions go.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<script>[A-Z][a-z]{3}))?(-(?P<region>[A-Z]{2}|[0-9]{3}))?"
)


def parts(tag: str) -> dict[str, str | None]:
    """Return language, script and region of a valid tag."""
    match = _TAG.fullmatch(tag)
    assert match, tag
    return match.groupdict()


def test_every_language_in_every_country() -> None:
    """The tag is valid and has the language, its script and the country; the market is the country."""
    assert len(LANGUAGES) > 60
    assert len(COUNTRIES) > 240
    for language in LANGUAGES:
        spoken = parts(language)
        for country in COUNTRIES:
            tag = language_tag(language, country)
            assert parts(tag) == spoken | {"region": country}
            assert market_of(tag) == country


def test_every_language_without_a_country() -> None:
    """Without a country the language says what it says, and no country is made up for it."""
    for language in LANGUAGES:
        assert language_tag(language, None) == language
        assert market_of(language) == {"en-GB": "GB", "pt-BR": "BR"}.get(language, "US")


@pytest.mark.parametrize(
    ("language", "country", "tag", "market"),
    [
        ("zh-Hans", "CN", "zh-Hans-CN", "CN"),
        ("en-GB", "AU", "en-AU", "AU"),
        ("sr-Latn", "RS", "sr-Latn-RS", "RS"),
        ("es-419", None, "es-419", "US"),
    ],
)
async def test_requests(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    owner: Person,
    den: Console,
    language: str,
    country: str | None,
    tag: str,
    market: str,
) -> None:
    """Each service is asked in the language, and the store for its market, too."""
    await hass.config.async_update(language=language, country=country)
    owner.play(STARFALL_DRIFT)
    await set_up(hass, stored)
    for service in (
        Service.PEOPLE,
        Service.PRESENCE,
        Service.TITLES,
        Service.CONSOLES,
        Service.REALTIME,
    ):
        assert {it.headers["Accept-Language"] for it in simulator.requests(service)} == {tag}
    asked = simulator.requests(Service.CATALOG)
    assert {(it.query["market"], it.query["languages"]) for it in asked} == {(market, tag)}


async def test_language_changes(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, den: Console
) -> None:
    """Names in another language or of another market are asked for again, others are not."""
    for language, country, asked in (
        ("en", "US", True),
        ("en", "US", False),
        ("en", "AU", True),
        ("en-GB", "AU", False),
        ("de", "AU", True),
    ):
        await hass.config.async_update(language=language, country=country)
        simulator.clear()
        await hass.config_entries.async_reload(stored.entry_id)
        await settle(hass)
        assert bool(simulator.requests(Service.CATALOG)) is asked
