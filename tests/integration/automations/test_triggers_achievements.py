"""Achievement trigger: when it fires and with what, by the states of the event entity."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from tests.helpers.automations.friend_script import FriendScript, friend_script_fixture  # noqa: F401  pytest finds it here
from tests.helpers.automations.triggers import TriggerRecorder
from tests.simulator.world.demo_world import HARBOR_KINGS, STARFALL_DRIFT


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
def achievement_fixture(friend_script: FriendScript) -> str:
    """Return the event entity for the achievements of the friend."""
    return friend_script.entities.id("event.achievement")


async def test_achievements(
    hass: HomeAssistant, friend_script: FriendScript, achievement: str
) -> None:
    """By title, rarity and gamerscore; what was unlocked earlier only if that is asked for."""
    hass.states.async_set(achievement, STATE_UNKNOWN)
    await friend_script.watch(
        **{it: ("achievement_unlocked", how) for it, how in ACHIEVEMENTS.items()}
    )
    found = []
    for facts, _ in UNLOCKED:
        achieved(hass, achievement, **facts)
        await hass.async_block_till_done()
        found.append((facts, set(friend_script.fired())))
    assert found == UNLOCKED
    assert set(friend_script.recorders["any"].reasons) == {"unlocked_earlier"}
    quiet = await TriggerRecorder(hass, asks_why=False).attach(
        "achievement_unlocked", {"entity_id": achievement}
    )
    achieved(hass, achievement, late=True)
    await hass.async_block_till_done()
    assert quiet.told == []
    quiet.detach()


async def test_achievements_and_gaps(
    hass: HomeAssistant, friend_script: FriendScript, achievement: str
) -> None:
    """What comes back is no news, and of two at once none is lost."""
    hass.states.async_set(achievement, STATE_UNKNOWN)
    await friend_script.watch(
        now=("achievement_unlocked", {}), late=("achievement_unlocked", {"late": 1})
    )
    achieved(hass, achievement)
    achieved(hass, achievement, name="Another port")  # within the same turn of the loop
    assert (
        friend_script.fired() == {}
    )  # but not before everything else about the person is known, too
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
    """All facts are there; where Home Assistant has a word of its own, only below `achievement`."""
    hass.states.async_set(achievement, STATE_UNKNOWN)
    await friend_script.watch(any=("achievement_unlocked", {}))
    achieved(hass, achievement, rarity=4.5)
    await hass.async_block_till_done()
    [told] = friend_script.recorders["any"].told
    assert (
        told["description"] == f"{friend_script.friend.gamertag} unlocked Any port in Harbor Kings"
    )
    assert told["achievement"]["description"] == "Reach a harbor in a storm."
    assert (told["name"], told["rarity"], told["gamerscore"]) == ("Any port", 4.5, 15)
    assert (told["person"], told["title"]) == (friend_script.friend.gamertag, "Harbor Kings")


async def test_as_they_happen(friend_script: FriendScript) -> None:
    """What is unlocked while it is played fires; a restart fires nothing again; an outage makes it late."""
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
