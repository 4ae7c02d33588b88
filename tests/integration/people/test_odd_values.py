"""Odd values of the network: a gamerscore that falls, progress over the whole, texts that read as states."""

from collections.abc import Callable
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.entity.state_text import state_text
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart, set_up
from tests.helpers.entities import Entities
from tests.helpers.restored import restart_with
from tests.simulator import Person, Simulator

STARFALL_DRIFT = "1900000001"


def scores(simulator: Simulator, *told: object) -> None:
    """Let peoplehub tell these gamerscores next."""
    for score in told:

        def change(answer: dict[str, list[dict[str, object]]], score: object = score) -> None:
            for person in answer["people"]:
                person["gamerScore"] = score

        simulator.spoil(Service.PEOPLE, change, r"/batch")


async def test_gamerscore_falls(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A gamerscore that falls is shown when a second answer tells it; it is a total."""
    assert entities["sensor.gamerscore"].attributes["state_class"] == "total"
    scores(simulator, "0")
    await poll(310)
    assert entities("sensor.gamerscore") == "18450"
    owner.gamerscore = 18445
    await poll(320)
    assert entities("sensor.gamerscore") == "18445"
    scores(simulator, "0", None, "0")
    await poll(340)
    assert entities("sensor.gamerscore") == "18445"


async def test_gamerscore_after_a_restart(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """After a restart, too, one answer does not make the gamerscore fall; a second one does."""
    scores(simulator, "0")
    await restart(hass, entry)
    assert entities("sensor.gamerscore") == "18450"
    await poll(310)
    assert entities("sensor.gamerscore") == "18450"
    scores(simulator, "18000", "18000")
    await restart(hass, entry)
    assert entities("sensor.gamerscore") == "18450"
    await poll(310)
    assert entities("sensor.gamerscore") == "18000"


async def test_first_gamerscore(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    entities: Entities,
    poll: Poll,
) -> None:
    """A first gamerscore of zero, which statistics would count from, is shown when a second answer tells it."""
    scores(simulator, "0")
    await set_up(hass, stored)
    assert entities("sensor.gamerscore") == STATE_UNKNOWN
    await poll(3)
    assert entities("sensor.gamerscore") == "18450"


async def test_no_gamerscore_yet(
    hass: HomeAssistant,
    owner: Person,
    stored: MockConfigEntry,
    entities: Entities,
    poll: Poll,
) -> None:
    """Somebody who has no points yet has a gamerscore of zero, after seconds."""
    owner.gamerscore = 0
    owner.progress.clear()
    await set_up(hass, stored)
    await poll(3)
    assert entities("sensor.gamerscore") == "0"


@pytest.mark.parametrize("score", [None, "", "x"])
async def test_no_gamerscore_after_a_restart(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    score: object,
) -> None:
    """A first answer after a restart without a gamerscore changes nothing; after a second one it is unknown."""
    scores(simulator, score, score)
    await restart(hass, entry)
    assert entities("sensor.gamerscore") == "18450"
    await poll(310)
    assert entities("sensor.gamerscore") == STATE_UNKNOWN
    await poll(310)
    assert entities("sensor.gamerscore") == "18450"


@pytest.mark.parametrize(
    ("percent", "shown"),
    [(125, "100.0"), ("125", "100.0"), (100, "100.0"), (99.5, "99.5"), (-5, "30.0"), ("x", "30.0")],
    ids=str,
)
async def test_progress(
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    percent: object,
    shown: str,
) -> None:
    """Progress over the whole is 100 percent; an unreadable one is a gap."""
    owner.play(STARFALL_DRIFT)
    owner.progress[STARFALL_DRIFT].gamerscore = 300
    await poll(20)
    assert entities("sensor.game_progress") == "30.0"

    def change(answer: dict[str, Any]) -> None:
        answer["titles"][0]["achievement"]["progressPercentage"] = percent

    simulator.spoil(Service.TITLES, change)
    await poll(300)
    assert entities("sensor.game_progress") == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        *(("unavailable", "“unavailable”"), ("Unknown", "“Unknown”"), (" UNKNOWN\n", "“UNKNOWN”")),
        *(("none", "none"), ("The Unknown", "The Unknown"), ("on", "on"), ("", None)),
        *((" \t", None), (None, None), ("x" * 300, "x" * 255)),
    ],
    ids=repr,
)
def test_state_text(text: str | None, shown: str | None) -> None:
    """A text that reads as no state is put in quotation marks; a long one is cut."""
    assert state_text(text) == shown


@pytest.mark.usefixtures("everything_enabled")
async def test_texts_that_read_as_states(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A title and a rich presence that are called like a missing state are states."""
    title = simulator.world.titles[STARFALL_DRIFT]
    title.name = "unavailable"
    owner.play(STARFALL_DRIFT, rich_presence="Unknown")
    await poll(20)
    assert entities("sensor.now_playing") == "“unavailable”"
    assert entities("sensor.rich_presence") == "“Unknown”"


@pytest.mark.parametrize(
    "placeholder", ["1970-01-01T00:00:00Z", "1601-01-01T00:00:00", "9999-12-31T23:59:59.9999999Z"]
)
async def test_last_online_is_no_placeholder(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    stored: MockConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    placeholder: str,
) -> None:
    """A placeholder of a time is no time; nor is one that was shown before."""

    def in_presence(records: list[dict[str, Any]]) -> None:
        for record in records:
            record["lastSeen"] = {"titleId": None, "timestamp": placeholder}

    def in_profiles(answer: dict[str, Any]) -> None:
        for person in answer["people"]:
            person["lastSeenDateTimeUtc"] = placeholder

    changes: list[tuple[str, Callable[..., None]]] = [
        (Service.PRESENCE, in_presence),
        (Service.PEOPLE, in_profiles),
    ]
    for host, change in changes:
        simulator.spoil(host, change, times=None)
    await set_up(hass, stored)
    assert entities("sensor.last_online") == STATE_UNKNOWN
    entity_id = entities.id("sensor.last_online")
    await restart_with(hass, hass_storage, stored, entity_id, "1970-01-01T00:00:00+00:00")
    await poll(10)
    assert entities("sensor.last_online") == STATE_UNKNOWN
    simulator.heal()
    await poll(10)
    moment = dt_util.parse_datetime(entities("sensor.last_online"))
    assert moment
    assert moment.year == dt_util.utcnow().year
