"""Achievement trigger: when it fires and its payload, by the states of the event entity."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from tests.helpers.automations.friend_script import FriendScript, friend_script_fixture  # noqa: F401  pytest finds it here
from tests.helpers.automations.triggers import TriggerRecorder
from tests.simulator.world.demo_world import HARBOR_KINGS, STARFALL_DRIFT


def write_achievement(hass: HomeAssistant, entity_id: str, **facts: Any) -> None:
    """Write an achievement to the event entity, a moment after the last one."""
    state = hass.states.get(entity_id)
    last = dt_util.parse_datetime(state.state) if state else None
    moment = max(dt_util.utcnow(), (last or dt_util.utcnow()) + timedelta(milliseconds=1))
    attributes = {
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
    hass.states.async_set(entity_id, moment.isoformat(timespec="milliseconds"), attributes | facts)


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
def achievement_fixture(friend_script: FriendScript) -> str:
    """Return the entity id of the friend's achievement event."""
    return friend_script.entities.id("event.achievement")


async def test_achievements(
    hass: HomeAssistant, friend_script: FriendScript, achievement: str
) -> None:
    """The trigger filters by title, rarity and gamerscore; a late unlock fires only with `late`."""
    hass.states.async_set(achievement, STATE_UNKNOWN)
    await friend_script.watch(
        **{it: ("achievement_unlocked", options) for it, options in ACHIEVEMENTS.items()}
    )
    fired = []
    for facts, _ in UNLOCKED:
        write_achievement(hass, achievement, **facts)
        await hass.async_block_till_done()
        fired.append((facts, set(friend_script.fired())))
    assert fired == UNLOCKED
    assert set(friend_script.recorders["any"].reasons) == {"unlocked_earlier"}
    without_reasons = await TriggerRecorder(hass, asks_why=False).attach(
        "achievement_unlocked", {"entity_id": achievement}
    )
    write_achievement(hass, achievement, late=True)
    await hass.async_block_till_done()
    assert without_reasons.told == []
    without_reasons.detach()


async def test_achievements_and_gaps(
    hass: HomeAssistant, friend_script: FriendScript, achievement: str
) -> None:
    """A state that is restored or renamed fires nothing, and of two unlocks at once both fire."""
    hass.states.async_set(achievement, STATE_UNKNOWN)
    await friend_script.watch(
        now=("achievement_unlocked", {}), late=("achievement_unlocked", {"late": 1})
    )
    write_achievement(hass, achievement)
    write_achievement(hass, achievement, name="Another port")  # within the same turn of the loop
    assert friend_script.fired() == {}  # not before the other entities of the person are written
    await hass.async_block_till_done()
    assert friend_script.fired() == {"now": 2, "late": 2}
    before = hass.states.get(achievement)
    assert before
    hass.states.async_set(achievement, STATE_UNAVAILABLE)
    hass.states.async_set(achievement, before.state, before.attributes)
    hass.states.async_set(achievement, before.state, {**before.attributes, "friendly_name": "New"})
    await hass.async_block_till_done()
    assert friend_script.fired() == {}
    hass.states.async_remove(achievement)
    hass.states.async_set(achievement, before.state, before.attributes)
    await hass.async_block_till_done()
    assert friend_script.fired() == {}


async def test_payload_of_achievements(
    hass: HomeAssistant, friend_script: FriendScript, achievement: str
) -> None:
    """All attributes are in the payload; one whose name Home Assistant uses is only below `achievement`."""
    hass.states.async_set(achievement, STATE_UNKNOWN)
    await friend_script.watch(any=("achievement_unlocked", {}))
    write_achievement(hass, achievement, rarity=4.5)
    await hass.async_block_till_done()
    [payload] = friend_script.recorders["any"].told
    assert (
        payload["description"]
        == f"{friend_script.friend.unique_gamertag} unlocked Any port in Harbor Kings"
    )
    assert payload["achievement"]["description"] == "Reach a harbor in a storm."
    assert (payload["name"], payload["rarity"], payload["gamerscore"]) == ("Any port", 4.5, 15)
    assert (payload["person"], payload["title"]) == (
        friend_script.friend.unique_gamertag,
        "Harbor Kings",
    )


async def test_unlocks_while_playing(friend_script: FriendScript) -> None:
    """An unlock in a game fires once, also over a restart; an unlock in an outage is late."""
    await friend_script.watch(
        now=("achievement_unlocked", {"title": "Starfall Drift"}),
        late=("achievement_unlocked", {"late": True}),
        kings=("achievement_unlocked", {"title": "Harbor Kings", "late": True}),
    )
    assert await friend_script.play("play drift, wait 60") == {}
    friend_script.friend.unlock(STARFALL_DRIFT)
    assert await friend_script.play("wait 120") == {"now": 1, "late": 1}
    assert await friend_script.play("reload, wait 120, restart, wait 120") == {}
    await friend_script.play("fail 503, wait 400, gone")
    friend_script.friend.unlock(STARFALL_DRIFT)
    assert await friend_script.play("wait 700, heal, wait 400") == {"late": 1}
    assert friend_script.recorders["now"].reasons == ["unlocked_earlier"]
