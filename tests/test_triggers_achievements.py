"""The trigger on achievements, by the states of the event entity."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from tests.scene import Scene, scene_fixture  # noqa: F401  pytest finds it here
from tests.simulator.cast import HARBOR_KINGS, STARFALL_DRIFT
from tests.traps import Trap


def achieved(hass: HomeAssistant, entity_id: str, **facts: Any) -> None:
    """Let an achievement be told, a moment after the last one."""
    state = hass.states.get(entity_id)
    last = dt_util.parse_datetime(state.state) if state else None
    moment = max(dt_util.utcnow(), (last or dt_util.utcnow()) + timedelta(milliseconds=1))
    told = {
        "event_type": "unlocked",
        "name": "Any port",
        "description": "Reach a harbor in a storm.",
        "gamerscore": 15,
        "rarity": 42.5,
        "rarity_category": "common",
        "icon_url": None,
        "title": "Harbor Kings",
        "title_id": HARBOR_KINGS,
        "unlocked_at": "2026-11-24T01:00:00+00:00",
        "late": False,
    }
    hass.states.async_set(entity_id, moment.isoformat(timespec="milliseconds"), told | facts)


ACHIEVEMENTS: dict[str, dict[str, Any]] = {
    "any": {},
    "kings": {"title": "harbor kings"},
    "drift": {"title": STARFALL_DRIFT},
    "rare": {"rare": True},
    "five_percent": {"max_rarity": 5},
    "fifty_points": {"min_gamerscore": 50},
    "also_late": {"late": True},
}
UNLOCKED: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"any", "kings", "also_late"}),
    ({"title": "Starfall Drift", "title_id": STARFALL_DRIFT}, {"any", "drift", "also_late"}),
    (
        {"rarity": 4.9, "rarity_category": "rare"},
        {"any", "kings", "rare", "five_percent", "also_late"},
    ),
    ({"rarity": 5.1, "rarity_category": "rare"}, {"any", "kings", "rare", "also_late"}),
    ({"rarity": None, "rarity_category": None}, {"any", "kings", "also_late"}),
    ({"gamerscore": 50}, {"any", "kings", "fifty_points", "also_late"}),
    ({"gamerscore": None}, {"any", "kings", "also_late"}),
    ({"late": True}, {"also_late"}),
]


@pytest.fixture(name="achievement")
def achievement_fixture(scene: Scene) -> str:
    """Return the event entity for the achievements of the friend."""
    return scene.entities.id("event.achievement")


async def test_achievements(hass: HomeAssistant, scene: Scene, achievement: str) -> None:
    """By title, rarity and gamerscore; what was unlocked earlier only if that is asked for."""
    hass.states.async_set(achievement, STATE_UNKNOWN)
    await scene.watch(**{it: ("achievement_unlocked", how) for it, how in ACHIEVEMENTS.items()})
    found = []
    for facts, _ in UNLOCKED:
        achieved(hass, achievement, **facts)
        await hass.async_block_till_done()
        found.append((facts, set(scene.fired())))
    assert found == UNLOCKED
    assert set(scene.traps["any"].reasons) == {"unlocked_earlier"}
    quiet = await Trap(hass, asks_why=False).set("achievement_unlocked", {"entity_id": achievement})
    achieved(hass, achievement, late=True)
    await hass.async_block_till_done()
    assert quiet.told == []
    quiet.take()


async def test_achievements_and_gaps(hass: HomeAssistant, scene: Scene, achievement: str) -> None:
    """What comes back is no news, and of two at once none is lost."""
    hass.states.async_set(achievement, STATE_UNKNOWN)
    await scene.watch(now=("achievement_unlocked", {}), late=("achievement_unlocked", {"late": 1}))
    achieved(hass, achievement)
    achieved(hass, achievement, name="Another port")  # within the same turn of the loop
    assert scene.fired() == {}  # but not before everything else about the person is known, too
    await hass.async_block_till_done()
    assert scene.fired() == {"now": 2, "late": 2}
    before = hass.states.get(achievement)
    assert before
    hass.states.async_set(achievement, STATE_UNAVAILABLE)
    hass.states.async_set(achievement, before.state, before.attributes)
    hass.states.async_set(achievement, before.state, {**before.attributes, "friendly_name": "New"})
    await hass.async_block_till_done()
    assert scene.fired() == {}
    hass.states.async_remove(achievement)
    hass.states.async_set(achievement, before.state, before.attributes)
    await hass.async_block_till_done()
    assert scene.fired() == {}


async def test_payload_of_achievements(hass: HomeAssistant, scene: Scene, achievement: str) -> None:
    """All facts are there; where Home Assistant has a word of its own, only below `achievement`."""
    hass.states.async_set(achievement, STATE_UNKNOWN)
    await scene.watch(any=("achievement_unlocked", {}))
    achieved(hass, achievement, rarity=4.5)
    await hass.async_block_till_done()
    [told] = scene.traps["any"].told
    assert told["description"] == f"{scene.friend.gamertag} unlocked Any port in Harbor Kings"
    assert told["achievement"]["description"] == "Reach a harbor in a storm."
    assert (told["name"], told["rarity"], told["gamerscore"]) == ("Any port", 4.5, 15)
    assert (told["person"], told["title"]) == (scene.friend.gamertag, "Harbor Kings")


async def test_as_they_happen(scene: Scene) -> None:
    """What is unlocked while it is played fires; a restart fires nothing again; an outage makes it late."""
    await scene.watch(
        now=("achievement_unlocked", {"title": "Starfall Drift"}),
        late=("achievement_unlocked", {"late": True}),
        kings=("achievement_unlocked", {"title": "Harbor Kings", "late": True}),
    )
    assert await scene.play("play drift, wait 60") == {}
    scene.friend.unlock(STARFALL_DRIFT)
    assert await scene.play("wait 120") == {"now": 1, "late": 1}
    assert await scene.play("reload, wait 120, restart, wait 120") == {}
    await scene.play("fail 503, wait 400, gone")
    scene.friend.unlock(STARFALL_DRIFT)
    assert await scene.play("wait 700, heal, wait 400") == {"late": 1}
    assert scene.traps["now"].reasons == ["unlocked_earlier"]
