"""What a title is, in words that nobody knows yet: a word that is not known is not the opposite of a game."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.models.catalog import Product
from custom_components.xbox_network.xbox.models.consoles import InstalledApp
from custom_components.xbox_network.xbox.models.titles import Title
from tests.conftest import Poll
from tests.helpers.entities import Entities
from tests.helpers.recovery import STARFALL_DRIFT
from tests.simulator import Person, Simulator

UNKNOWN = ["WebGame", "GameDemo", "Durable", "Unknown", "Spiel", "games", "GAME PASS", "?"]
APPS = ["Application", "App", "WebApp", "app", "WEBAPP"]


def call_it(simulator: Simulator, word: str | None) -> None:
    """Let titlehub call each title something."""

    def change(answer: Any) -> None:
        for title in answer["titles"]:
            title["type"] = word

    simulator.spoil(Service.TITLES, change, times=None)


@pytest.mark.parametrize(
    ("word", "in_game"),
    [(it, "on") for it in [*UNKNOWN, "", None, "Game", "GAME"]] + [(it, "off") for it in APPS],
)
async def test_titlehub(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    word: str | None,
    in_game: str,
) -> None:
    """What titlehub calls by an unknown word is a game if peoplehub says so, with its play time."""
    call_it(simulator, word)
    owner.play(STARFALL_DRIFT)
    await poll(20)
    assert entities("sensor.now_playing") == "Starfall Drift"
    assert entities("binary_sensor.in_game") == in_game
    await poll(620)
    played = float(entities("sensor.playtime_today"))
    assert (played >= 10 / 60) == (in_game == "on")


@pytest.mark.parametrize("word", UNKNOWN)
def test_models(word: str) -> None:
    """No model takes an unknown word for one it knows."""
    title = Title.model_validate({"titleId": "1", "type": word})
    product = Product.model_validate({"productId": "9SIM713FB301", "productKind": word})
    app = InstalledApp.model_validate({"contentType": word})
    assert (title.is_game, product.is_game, app.game) == (None, None, None)


@pytest.mark.parametrize("word", APPS)
def test_apps(word: str) -> None:
    """The words for apps are known in each model."""
    title = Title.model_validate({"titleId": "1", "type": word})
    product = Product.model_validate({"productId": "9SIM713FB301", "productKind": word})
    app = InstalledApp.model_validate({"contentType": word})
    assert (title.is_game, product.is_game, app.game) == (False, False, False)
