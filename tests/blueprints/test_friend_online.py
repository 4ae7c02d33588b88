"""Tests of blueprint friend_online: one message per friend, quiet hours, and a cool-down."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.blueprints.conftest import Automate, Clock, Live
from tests.conftest import restart
from tests.helpers.blueprints.files import device_of
from tests.helpers.fake_devices import Telephone
from tests.helpers.friend_dialog import add_friends
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import BRASS_OTTER, HARBOR_KINGS, QUIET_HARBOR, STARFALL_DRIFT

MINUTE = 60
NAME = "friend_online"
OTTER_ONLINE = "Brass Otter is online."
HARBOR_ONLINE = "Quiet Harbor#42 is online."

type Announce = Callable[..., Awaitable[None]]


@pytest.fixture(name="friends")
async def friends_fixture(
    hass: HomeAssistant, simulator: Simulator, clock: Clock, entry: ConfigEntry
) -> list[Person]:
    """Return two tracked friends, at 18:00."""
    clock("18:00")
    await add_friends(hass, entry, BRASS_OTTER, QUIET_HARBOR)
    return [simulator.world.person(it) for it in (BRASS_OTTER, QUIET_HARBOR)]


@pytest.fixture(name="announce")
def announce_fixture(
    hass: HomeAssistant,
    entry: ConfigEntry,
    friends: list[Person],
    automate: Automate,
    telephone: Telephone,
) -> Announce:
    """Return a function that creates the automation, by default with these friends and the phone."""
    people = [device_of(hass, entry, it.xuid) for it in friends]
    defaults = {"people": people, "notify": [telephone.entity_id]}

    async def announce(**inputs: Any) -> None:
        await automate(NAME, **(defaults | inputs))

    return announce


async def test_cool_down(
    friends: list[Person],
    announce: Announce,
    live: Live,
    telephone: Telephone,
    hass: HomeAssistant,
) -> None:
    """Each friend has their own message, and no other one for half an hour."""
    otter, harbor = friends
    await announce()
    otter.go_online()
    harbor.go_online()
    await live(20)
    assert telephone.read() == [OTTER_ONLINE, HARBOR_ONLINE]
    otter.play(STARFALL_DRIFT)
    markers = hass.states.async_entity_ids("scene")
    assert len(markers) == 2
    await live(10 * MINUTE, step=60)
    otter.go_offline()
    await live(60)
    otter.go_online()
    await live(60)
    harbor.go_offline()
    await live(20 * MINUTE, step=60)
    assert telephone.read() == []
    assert hass.states.async_entity_ids("scene") == []
    harbor.go_online()
    await live(20)
    assert telephone.read() == [HARBOR_ONLINE]
    [marker] = hass.states.async_entity_ids("scene")
    target = {
        "entity_id": marker
    }  # without its marker a friend is announced again, and nothing fails
    await hass.services.async_call("scene", "delete", {}, True, target=target)
    harbor.go_offline()
    await live(60)
    harbor.go_online()
    await live(31 * MINUTE, step=60)
    assert telephone.read() == [HARBOR_ONLINE]


async def test_games(
    friends: list[Person],
    announce: Announce,
    live: Live,
    telephone: Telephone,
    hass: HomeAssistant,
) -> None:
    """Games are announced, on request only some; a friend who comes online in a game counts once."""
    otter, harbor = friends
    calls = async_mock_service(hass, "test", "say")
    facts = "{{ person }}/{{ occasion }}/{{ title }}/{{ where }}: {{ message }}"
    say = {"action": "test.say", "data": {"text": facts}}
    await announce(occasions=["playing"], titles=["Starfall Drift"], cool_down=0)
    otter.go_online()
    await live(20)
    otter.play(HARBOR_KINGS)
    await live(20)
    assert telephone.read() == []
    for _ in range(2):
        otter.play(STARFALL_DRIFT)
        await live(20)
        assert telephone.read() == ["Brass Otter plays Starfall Drift."]
        otter.stop()
        await live(20)
    await announce(
        notify=[],
        occasions=["online", "playing"],
        message="Look: {{ person }}",
        actions=[say],
    )
    harbor.play(STARFALL_DRIFT, "WindowsOneCore")
    await live(40)
    [call] = calls
    assert (
        call.data["text"] == "Quiet Harbor#42/online/Starfall Drift/windows: Look: Quiet Harbor#42"
    )
    otter.play(STARFALL_DRIFT)
    await live(20)
    expected = "Brass Otter/playing/Starfall Drift/xbox_series: Look: Brass Otter"
    assert [it.data["text"] for it in calls] == [call.data["text"], expected]
    assert telephone.read() == []


async def test_without_a_game(
    friends: list[Person], announce: Announce, live: Live, telephone: Telephone, hass: HomeAssistant
) -> None:
    """A message that names the game says "a game" of a friend who is online in none."""
    calls = async_mock_service(hass, "test", "say")
    say = {"action": "test.say", "data": {"text": "{{ title }}"}}
    await announce(message="{{ person }}: {{ title }}", actions=[say])
    friends[0].go_online()
    await live(20)
    assert telephone.read() == ["Brass Otter: a game"]
    assert [it.data["text"] for it in calls] == ["a game"]


@pytest.mark.parametrize(
    ("time", "quiet", "expected"),
    [
        ("21:58", (), True),
        ("22:00", (), False),
        ("02:00", (), False),
        ("06:59", (), False),
        ("07:00", (), True),
        ("13:30", ("13:00:00", "14:00:00"), False),
        ("22:00", ("13:00:00", "14:00:00"), True),
        ("02:00", ("00:00:00", "00:00:00"), True),
    ],
)
async def test_quiet(
    clock: Clock,
    friends: list[Person],
    announce: Announce,
    live: Live,
    telephone: Telephone,
    time: str,
    quiet: tuple[str, ...],
    expected: bool,
) -> None:
    """In the quiet hours, which can include midnight, there is no message, and none afterwards."""
    hours = zip(("quiet_from", "quiet_until"), quiet, strict=False)
    await announce(**dict(hours))
    clock(time)
    await live(20)
    friends[0].go_online()
    await live(20)
    assert telephone.read() == ([OTTER_ONLINE] if expected else [])
    clock("12:00")
    await live(30)
    assert telephone.read() == []


async def test_restart(
    hass: HomeAssistant,
    entry: ConfigEntry,
    friends: list[Person],
    announce: Announce,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """A friend who is online at a restart is not announced."""
    friends[0].go_online()
    await announce()
    await live(20)
    assert telephone.read() == [OTTER_ONLINE]
    await automate()
    await restart(hass, entry)
    await announce()
    await live(5 * MINUTE, step=60)
    assert telephone.read() == []


async def test_run_by_hand(
    hass: HomeAssistant,
    friends: list[Person],
    announce: Announce,
    live: Live,
    telephone: Telephone,
) -> None:
    """Running the automation from its menu sends a message."""
    await announce()
    await hass.services.async_call(
        "automation", "trigger", {"entity_id": f"automation.{NAME}"}, blocking=False
    )
    await live(10)
    assert telephone.read() == ["Somebody is online."]
    friends[0].go_online()
    await live(20)
    assert telephone.read() == [OTTER_ONLINE]
