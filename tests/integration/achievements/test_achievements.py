"""Achievement events: each unlock fires once, found by push, a poll or the gamerscore."""

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from tests.conftest import Poll, SignIn
from tests.helpers.achievement_events import (  # noqa: F401  pytest finds the fixtures here
    AchievementEvents,
    achievement_events_fixture,
    did,
    friend_fixture,
    latest,
)
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_by_gamertag, add_friends
from tests.helpers.push import PushConnection
from tests.helpers.settling import until
from tests.simulator import Person, Simulator
from tests.simulator.people.person import NO_MOMENT, Progress
from tests.simulator.world.demo_world import (
    EMBER_VALE,
    HARBOR_KINGS,
    LUMEN_VIDEO,
    MOSS_AND_MACHINE,
    QUIET_HARBOR,
    STARFALL_DRIFT,
)

JUNIPER_VALE = "2535400000000002"
HOUR = 3600.0


async def test_event_attributes(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    achievement_events: AchievementEvents,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """The event has all documented attributes; the game and gamerscore sensors follow within 80 seconds."""
    assert entities("event.achievement") == STATE_UNKNOWN
    owner.play(STARFALL_DRIFT)
    await poll(60)
    before = int(entities("sensor.game_achievements"))
    moment = freezer().replace(microsecond=0)
    owner.unlock(STARFALL_DRIFT, at=moment.timestamp())
    await poll(80)
    [facts] = achievement_events.of(owner.xuid)
    icon = facts.pop("icon_url")
    assert "images-eds-ssl.xboxlive.com/image?url=" in icon
    assert facts.pop("entity_picture") == icon
    assert "icon" not in facts
    assert {it: facts[it] for it in facts if it not in ("event_types", "friendly_name")} == {
        "event_type": "unlocked",
        "name": "Burning Storm",
        "description": did(13),
        "gamerscore": 25,
        "rarity": 36.98,
        "rarity_category": "common",
        "title": "Starfall Drift",
        "title_id": STARFALL_DRIFT,
        "unlocked_at": moment.isoformat() + "+00:00",
        "late": False,
    }
    assert int(entities("sensor.game_achievements")) == before + 1
    assert entities("sensor.gamerscore") == str(owner.gamerscore)


@pytest.mark.parametrize("role", ["owner", "friend"])
@pytest.mark.parametrize(
    ("title_id", "gamerscore"),
    [(MOSS_AND_MACHINE, 1000), (MOSS_AND_MACHINE, 0), (EMBER_VALE, 1000), (EMBER_VALE, 0)],
    ids=["modern", "worth-nothing", "xbox-360", "xbox-360-worth-nothing"],
)
async def test_without_push(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    friend: Person,
    poll: Poll,
    title_id: str,
    gamerscore: int,
    role: str,
) -> None:
    """Without push a new gamerscore shows an unlock at once; a poll finds one that is worth nothing."""
    person = owner if role == "owner" else friend
    if role == "friend":
        await add_friends(hass, entry, QUIET_HARBOR)
    achievement_events = AchievementEvents(hass)
    title = simulator.world.titles[title_id]
    title.gamerscore = gamerscore
    person.progress[title_id] = Progress(3, 0, 1_000_000_000.0)
    person.play(title_id)
    await poll(90)
    assert achievement_events.of(person.xuid) == []
    person.unlock(title_id)
    await poll(70 if gamerscore else 310)
    expected = [(did(4, title.name), False)]
    assert achievement_events.texts(person.xuid) == expected
    person.go_offline()
    await poll(HOUR, step=30)
    assert achievement_events.texts(person.xuid) == expected


async def test_by_push(
    hass: HomeAssistant,
    push_connection: PushConnection,
    owner: Person,
    entities: Entities,
    simulator: Simulator,
) -> None:
    """A pushed unlock fires before time passes, and later polls fire no event for it."""
    achievement_events = AchievementEvents(hass)
    owner.play(STARFALL_DRIFT)
    topic = f"https://achievements.xboxlive.com/users/xuid({owner.xuid})/achievements/"
    await until(lambda: any(it.startswith(topic) for it in simulator.rta.subscriptions))
    await push_connection.wait(1.5)
    simulator.rta.repeats = 2
    owner.unlock(STARFALL_DRIFT)
    await until(lambda: bool(achievement_events.of(owner.xuid)))
    owner.unlock(STARFALL_DRIFT, 2)
    for _ in range(100):
        await push_connection.wait(10)
    assert achievement_events.texts(owner.xuid) == [(did(it), False) for it in (13, 14, 15)]
    assert entities("sensor.game_achievements") == "15"


async def test_many_at_once(
    achievement_events: AchievementEvents, owner: Person, poll: Poll, simulator: Simulator
) -> None:
    """Each of many unlocks fires once, the oldest first, even if unfinished achievements are listed first."""
    simulator.world.begun_first = True
    owner.play(HARBOR_KINGS)
    await poll(20)
    now = simulator.world.clock()
    for second in range(44):
        owner.unlock(HARBOR_KINGS, at=now + second / 2)
    owner.play(STARFALL_DRIFT)
    owner.unlock(STARFALL_DRIFT, at=now - 5)
    await poll(600)
    expected = [(did(13), False), *((did(5 + it, "Harbor Kings"), False) for it in range(44))]
    assert sorted(achievement_events.texts(owner.xuid)) == sorted(expected)
    harbor = [it for it in achievement_events.texts(owner.xuid) if "Harbor" in it[0]]
    assert harbor == expected[1:]


async def test_unlocks_that_arrive_later(
    achievement_events: AchievementEvents, owner: Person, poll: Poll, simulator: Simulator
) -> None:
    """An unlock that arrives with an old time is late; one without a time is not."""
    owner.play(STARFALL_DRIFT)
    await poll(60)
    owner.unlock(STARFALL_DRIFT)
    await poll(120)
    owner.unlock(STARFALL_DRIFT, at=simulator.world.clock() - 7200)
    await poll(120)
    owner.unlock(STARFALL_DRIFT, at=NO_MOMENT)
    await poll(700)
    assert achievement_events.texts(owner.xuid) == [
        (did(13), False),
        (did(14), True),
        (did(15), False),
    ]
    assert achievement_events.of(owner.xuid)[-1]["unlocked_at"] is None


async def test_outside_a_game(
    achievement_events: AchievementEvents, owner: Person, poll: Poll
) -> None:
    """Outside a game the gamerscore alone finds an unlock, of any title."""
    await poll(60)
    owner.unlock(STARFALL_DRIFT)
    await poll(320)
    assert achievement_events.texts(owner.xuid) == [(did(13), False)]
    owner.unlock(EMBER_VALE)
    owner.progress[EMBER_VALE].last_played = 2_000_000_000.0
    await poll(700)
    assert [it for it, _ in achievement_events.texts(owner.xuid)] == [
        did(13),
        did(11, "Ember Vale"),
    ]


async def test_hidden(
    hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator, friend: Person, poll: Poll
) -> None:
    """A friend who hides titles costs one request an hour while playing; old unlocks fire no event later."""
    friend.hides_titles = True
    await add_friends(hass, entry, QUIET_HARBOR)
    achievement_events = AchievementEvents(hass)
    simulator.clear()
    friend.play(HARBOR_KINGS)
    for _ in range(3):
        friend.unlock(HARBOR_KINGS)
        await poll(HOUR, step=30)
    assert 2 <= len(latest(simulator, QUIET_HARBOR)) <= 4
    friend.hides_titles = False
    await poll(2 * HOUR, step=30)
    assert achievement_events.of(QUIET_HARBOR) == []
    friend.unlock(HARBOR_KINGS)
    await poll(130)
    assert achievement_events.texts(QUIET_HARBOR) == [(did(7, "Harbor Kings"), False)]


async def test_requests_of_an_hour(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person, poll: Poll
) -> None:
    """An hour takes no requests outside games, 30 in a game and 12 in an Xbox 360 game."""
    await add_friends(hass, entry, *owner.friends)
    await poll(60)
    hours: list[int] = []
    without_achievements = simulator.world.titles[MOSS_AND_MACHINE]
    without_achievements.source_version = without_achievements.achievements = 0
    for title_id in (None, LUMEN_VIDEO, MOSS_AND_MACHINE, STARFALL_DRIFT, EMBER_VALE):
        if title_id:
            owner.play(title_id)
        await poll(30)
        simulator.clear()
        await poll(HOUR, step=30)
        hours.append(len(latest(simulator)))
        owner.go_offline()
        await poll(120)
    assert hours == [0, 0, 0, 30, 12]


async def test_requests_of_an_hour_with_push(
    hass: HomeAssistant, simulator: Simulator, push_connection: PushConnection, owner: Person
) -> None:
    """Once push has announced an unlock, an hour in a game takes six requests."""
    owner.play(STARFALL_DRIFT)
    for _ in range(6):
        await push_connection.wait(10)
    owner.unlock(STARFALL_DRIFT)
    for _ in range(13):
        await push_connection.wait(10)
    simulator.clear()
    for _ in range(120):
        await push_connection.wait(30)
    assert len(latest(simulator)) == 6


async def test_two_accounts(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    sign_in: SignIn,
    poll: Poll,
) -> None:
    """A person in two accounts has an event in each account."""
    await add_by_gamertag(hass, entry, "Juniper Vale")
    assert (await sign_in("alone"))["type"] is FlowResultType.CREATE_ENTRY
    achievement_events = AchievementEvents(hass)
    juniper = simulator.world.person(JUNIPER_VALE)
    juniper.play(STARFALL_DRIFT)
    await poll(30)
    juniper.unlock(STARFALL_DRIFT)
    await poll(130)
    for prefix in (JUNIPER_VALE, f"{entry.unique_id}_{JUNIPER_VALE}"):
        assert achievement_events.texts(prefix) == [(did(1), False)]
