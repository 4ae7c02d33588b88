"""Two games on two devices: the one that the network calls primary is shown, until it tells the newest one."""

from collections.abc import Callable
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart
from tests.helpers.entities import Entities
from tests.helpers.recovery import STARFALL_DRIFT
from tests.simulator import Person, Simulator

HARBOR_KINGS = "1900000002"
type Tell = Callable[[dict[str, bool | None]], None]


@pytest.fixture(name="tell")
def tell_fixture(simulator: Simulator) -> Tell:
    """Return a function that lets peoplehub call titles primary, or not, or say nothing."""

    def tell(primary: dict[str, bool | None]) -> None:
        def change(answer: Any) -> None:
            for person in answer["people"]:
                for detail in person.get("presenceDetails") or ():
                    if detail["TitleId"] in primary:
                        detail["IsPrimary"] = primary[detail["TitleId"]]

        simulator.heal(Service.PEOPLE)
        simulator.spoil(Service.PEOPLE, change, times=None)

    return tell


async def test_the_newer_one_is_primary(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """Who leaves a game open on the PC and starts one on the console plays that, for as long as both are there."""
    owner.play(HARBOR_KINGS, "PC")
    await poll(20)
    assert entities("sensor.now_playing") == "Harbor Kings"
    owner.play(STARFALL_DRIFT)
    await poll(10)
    assert entities("sensor.now_playing") == "Starfall Drift"
    assert entities("sensor.platform") == "xbox_series"
    for _ in range(30):
        await poll(120)
        assert entities("sensor.now_playing") == "Starfall Drift"
    owner.go_offline("Scarlett")
    await poll(30)
    assert entities("sensor.now_playing") == "Harbor Kings"


async def test_the_older_one_is_primary(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    tell: Tell,
) -> None:
    """If the network calls the older one primary, that stays, and no event tells of the other."""
    owner.play(STARFALL_DRIFT)
    await poll(20)
    tell({STARFALL_DRIFT: True, HARBOR_KINGS: False})
    seen = async_capture_events(hass, "state_changed")
    owner.play(HARBOR_KINGS, "PC")
    for _ in range(20):
        await poll(60)
        assert entities("sensor.now_playing") == "Starfall Drift"
    shown = {it.data["new_state"].state for it in seen if it.data["entity_id"].endswith("playing")}
    assert "Harbor Kings" not in shown


@pytest.mark.parametrize(
    ("primary", "shown"),
    [
        ({STARFALL_DRIFT: True, HARBOR_KINGS: True}, "Harbor Kings"),
        ({STARFALL_DRIFT: None, HARBOR_KINGS: None}, "Harbor Kings"),
        ({STARFALL_DRIFT: False, HARBOR_KINGS: False}, "Harbor Kings"),
        ({STARFALL_DRIFT: False, HARBOR_KINGS: True}, "Harbor Kings"),
        ({STARFALL_DRIFT: True, HARBOR_KINGS: None}, "Starfall Drift"),
    ],
)
async def test_nobody_tells(
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    tell: Tell,
    primary: dict[str, bool | None],
    shown: str,
) -> None:
    """With no title called primary, or two, the newest one is shown."""
    owner.play(STARFALL_DRIFT)
    await poll(20)
    tell(primary)
    owner.play(HARBOR_KINGS, "PC")
    for _ in range(10):
        await poll(60)
        assert entities("sensor.now_playing") == shown


async def test_it_becomes_primary_later(
    entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll, tell: Tell
) -> None:
    """Who goes back to the first device without starting anything is shown there with the next profile."""
    owner.play(STARFALL_DRIFT)
    await poll(20)
    owner.play(HARBOR_KINGS, "PC")
    await poll(20)
    assert entities("sensor.now_playing") == "Harbor Kings"
    tell({STARFALL_DRIFT: True, HARBOR_KINGS: False})
    await poll(120)
    assert entities("sensor.now_playing") == "Starfall Drift"


async def test_over_a_restart(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """After a restart, when both are there at the first look, the primary one is shown."""
    owner.play(HARBOR_KINGS, "PC")
    await poll(20)
    owner.play(STARFALL_DRIFT)
    await poll(20)
    await restart(hass, entry)
    assert entities("sensor.now_playing") == "Starfall Drift"


async def test_only_profiles(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """While userpresence fails, peoplehub's own word decides."""
    owner.play(HARBOR_KINGS, "PC")
    await poll(20)
    simulator.fail(Service.PRESENCE, status=503, times=None)
    owner.play(STARFALL_DRIFT)
    await poll(180)
    assert entities("sensor.now_playing") == "Starfall Drift"
