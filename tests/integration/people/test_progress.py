"""Game progress sensors: achievements and gamerscore in the game being played."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.helpers.settling import settle
from tests.simulator import Person, Simulator
from tests.simulator.people.person import Progress

STARFALL_DRIFT, EMBER_VALE, LUMEN_VIDEO = "1900000001", "1900000360", "1900000900"
QUIET_HARBOR = "2535400000000011"
NOTHING = [(STATE_UNKNOWN, None)] * 3


def progress(entities: Entities) -> list[tuple[str, int | None]]:
    """Return percent, achievements and gamerscore, each with its total."""
    states = [
        entities[f"sensor.{key}"]
        for key in ("game_progress", "game_achievements", "game_gamerscore")
    ]
    return [(state.state, state.attributes.get("total")) for state in states]


@pytest.mark.parametrize(
    ("title_id", "unlocked", "shown"),
    [
        (STARFALL_DRIFT, Progress(12, 300, 0), [("30.0", None), ("12", 40), ("300", 1000)]),
        (EMBER_VALE, Progress(21, 515, 0), [("51.0", None), ("21", 40), ("515", 1000)]),
        (STARFALL_DRIFT, Progress(0, 0, 0), [("0.0", None), ("0", 40), ("0", 1000)]),
        (LUMEN_VIDEO, None, NOTHING),
    ],
    ids=["modern", "xbox-360", "nothing-yet", "app"],
)
@pytest.mark.parametrize("role", ["owner", "friend"])
async def test_progress(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    poll: Poll,
    title_id: str,
    unlocked: Progress | None,
    shown: list[tuple[str, int | None]],
    role: str,
) -> None:
    """Games of every kind have progress; an app has none."""
    person = owner if role == "owner" else simulator.world.person(QUIET_HARBOR)
    if role == "friend":
        await add_friends(hass, entry, QUIET_HARBOR)
    if unlocked:
        person.progress[title_id] = unlocked
    person.play(title_id)
    await poll(20)
    entities = Entities(hass, person.xuid)
    assert progress(entities) == shown
    person.go_offline()
    await poll()
    assert progress(entities) == NOTHING


async def test_refreshed_in_a_game(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """An unlock shows within five minutes; the total is not requested again."""
    owner.progress[STARFALL_DRIFT] = Progress(12, 300, 0)
    owner.play(STARFALL_DRIFT)
    await poll(20)
    simulator.clear()
    owner.progress[STARFALL_DRIFT] = Progress(13, 310, 0)
    await poll(300)
    assert progress(entities) == [("31.0", None), ("13", 40), ("310", 1000)]
    assert len(simulator.requests(Service.TITLES)) == 1
    total_requests = [
        it for it in simulator.requests(Service.ACHIEVEMENTS) if it.query["maxItems"] == "1"
    ]
    assert total_requests == []


async def test_refreshed_by_a_new_gamerscore(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A new gamerscore refreshes the progress at once."""
    owner.progress[STARFALL_DRIFT] = Progress(12, 300, 0)
    owner.play(STARFALL_DRIFT)
    await poll(20)
    before = int(entities("sensor.game_achievements"))
    owner.unlock(STARFALL_DRIFT)
    await poll(80)
    assert int(entities("sensor.game_achievements")) == before + 1


async def test_hidden(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """A friend who hides titles has no progress; name and game state stay."""
    friend = simulator.world.person(QUIET_HARBOR)
    friend.hides_titles = True
    await add_friends(hass, entry, QUIET_HARBOR)
    friend.play(STARFALL_DRIFT)
    await poll(20)
    entities = Entities(hass, QUIET_HARBOR)
    assert progress(entities) == NOTHING
    assert entities("sensor.now_playing") == "Starfall Drift"
    assert entities("binary_sensor.in_game") == "on"


async def test_achievements_service_fails(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """While the achievements service fails, only the total is missing, and it comes by itself."""
    simulator.fail(Service.ACHIEVEMENTS, status=503, times=None)
    owner.progress[STARFALL_DRIFT] = Progress(12, 300, 0)
    owner.play(STARFALL_DRIFT)
    await poll(20)
    assert progress(entities) == [("30.0", None), ("12", None), ("300", 1000)]
    simulator.heal()
    await poll(130)
    await settle(hass)
    assert progress(entities) == [("30.0", None), ("12", 40), ("300", 1000)]
