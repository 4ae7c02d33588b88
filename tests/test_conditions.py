"""Conditions: what people and consoles do against what is true."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers.condition import ConditionChecker

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.consoles import ConsoleEntities
from tests.entities import Entities
from tests.friend_dialog import add_friends
from tests.scene import Scene, scene_fixture  # noqa: F401  pytest finds it here
from tests.simulator import Console, Person
from tests.simulator.cast import BRASS_OTTER, HARBOR_KINGS, STARFALL_DRIFT
from tests.traps import device_of, judge, put_into_area

FIVE = {"for": {"minutes": 5}}


class Judges:
    """Conditions at work, each by a name."""

    def __init__(self, hass: HomeAssistant, target: dict[str, Any]) -> None:
        """Begin without conditions, about that target."""
        self._hass = hass
        self._target = target
        self._checkers: dict[str, ConditionChecker] = {}

    async def add(self, label: str, name: str, options: dict[str, Any]) -> ConditionChecker:
        """Set up a condition."""
        self._checkers[label] = await judge(self._hass, name, self._target, options)
        return self._checkers[label]

    def true(self) -> set[str]:
        """Return those that are true now."""
        return {label for label, checker in self._checkers.items() if checker.async_check()}

    def leave(self) -> None:
        """Unload all."""
        for checker in self._checkers.values():
            checker.async_unload()


@pytest.fixture(name="judges")
async def judges_fixture(hass: HomeAssistant, scene: Scene) -> AsyncIterator[Judges]:
    """Return conditions about the friend."""
    judges = Judges(hass, {"device_id": device_of(hass, scene.entities.id("event.activity"))})
    yield judges
    judges.leave()


CONDITIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "online": ("is_online", {}),
    "online_all": ("is_online", {"behavior": "all"}),
    "online_for": ("is_online", FIVE),
    "playing": ("is_playing", {}),
    "playing_for": ("is_playing", FIVE),
    "drift": ("is_playing", {"title": "starfall drift"}),
    "drift_for": ("is_playing", {"title": [STARFALL_DRIFT], **FIVE}),
    "either_for": ("is_playing", {"title": ["Harbor Kings", "Starfall Drift"], **FIVE}),
    "pc": ("is_playing", {"platform": "windows", "behavior": "all"}),
}
ONLINE = {"online", "online_all"}
LONG = {"online", "online_all", "online_for"}
ROWS = [
    ("wait 20", set()),
    ("online", ONLINE),
    ("wait 320", LONG),
    ("play video", LONG),
    ("play drift", LONG | {"playing", "drift"}),
    ("wait 320", LONG | {"playing", "playing_for", "drift", "drift_for", "either_for"}),
    ("play kings", LONG | {"playing", "playing_for", "either_for"}),
    ("hide, wait 400", set()),
    ("show", ONLINE | {"playing"}),
    ("wait 320", LONG | {"playing", "playing_for", "either_for"}),
    ("fail 503, wait 60", LONG | {"playing", "playing_for", "either_for"}),
    ("wait 400, gone", set()),
    ("heal, wait 20", ONLINE | {"playing"}),
    ("stop, play drift PC, wait 20", ONLINE | {"playing", "drift", "pc"}),
    ("reload", ONLINE | {"playing", "drift", "pc"}),
    ("wait 320", LONG | {"playing", "playing_for", "drift", "drift_for", "either_for", "pc"}),
    ("restart", ONLINE | {"playing", "drift", "pc"}),
    ("remove, wait 20", set()),
    ("add, wait 20", ONLINE | {"playing", "drift", "pc"}),
    ("offline", set()),
]


async def test_people(scene: Scene, judges: Judges) -> None:
    """Who is online and who plays what and for how long; what is not known is never true."""
    for label, (name, options) in CONDITIONS.items():
        await judges.add(label, name, options)
    for script, expected in ROWS:
        await scene.play(script)
        assert (script, judges.true()) == (script, expected)


async def test_two_people(hass: HomeAssistant, scene: Scene, poll: Poll) -> None:
    """One of several, or all of them; who is not known is left out, and nobody is not everybody."""
    await add_friends(hass, scene.entry, BRASS_OTTER)
    area = ar.async_get(hass).async_create("Kids")
    for entities in (scene.entities, Entities(hass, BRASS_OTTER)):
        put_into_area(hass, device_of(hass, entities.id("event.activity")), area.id)
    judges = Judges(hass, {"area_id": area.id})
    await judges.add("any", "is_playing", {"title": "Starfall Drift"})
    await judges.add("all", "is_playing", {"title": "Starfall Drift", "behavior": "all"})
    other = scene.simulator.world.person(BRASS_OTTER)
    assert judges.true() == set()
    scene.friend.play(STARFALL_DRIFT)
    other.play(HARBOR_KINGS)
    await poll()
    assert judges.true() == {"any"}
    other.play(STARFALL_DRIFT)
    await poll()
    assert judges.true() == {"any", "all"}
    other.hidden = True
    await poll(400)
    assert judges.true() == {"any", "all"}
    scene.friend.hidden = True
    await poll(400)
    assert judges.true() == set()
    judges.leave()


async def test_console(
    hass: HomeAssistant, den: Console, scene: Scene, judges: Judges, poll: Poll
) -> None:
    """At a console plays who is known to play there now, since what was begun there."""
    console = device_of(hass, ConsoleEntities(hass, den.console_id).id("media_player"))
    await judges.add("den", "is_playing", {"console": console})
    await judges.add("den_for", "is_playing", {"console": console, **FIVE})
    scene.friend.play(STARFALL_DRIFT)
    await poll(60)
    assert judges.true() == set()
    scene.friend.go_offline()
    await poll()
    den.sit_down(scene.friend)
    den.run(STARFALL_DRIFT)
    await poll(60)
    assert judges.true() == {"den"}
    await poll(320)
    assert judges.true() == {"den", "den_for"}
    scene.simulator.fail(Service.CONSOLES, status=503, times=None)
    await poll(600)
    assert judges.true() == set()
    scene.simulator.heal(Service.CONSOLES)
    await poll(600)
    den.run(HARBOR_KINGS)
    await poll(60)
    assert judges.true() == {"den", "den_for"}
    den.stand_up(scene.friend)
    await poll(20)
    assert judges.true() == set()


async def test_console_is_on(
    hass: HomeAssistant,
    consoles: tuple[Console, Console],
    scene: Scene,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """Consoles, too: on is all that is not off, and known."""
    both = [it.id("media_player") for it in (at_den, at_bedroom)]
    judges = Judges(hass, {"entity_id": both})
    for behavior in ("any", "all"):
        await judges.add(behavior, "is_console_on", {"behavior": behavior})
    await judges.add("for", "is_console_on", FIVE)
    assert judges.true() == {"any"}
    consoles[0].run("Starfall Drift")
    await poll(320)
    assert judges.true() == {"any", "for"}
    consoles[1].power = "On"
    await poll(70)
    assert judges.true() == {"any", "all", "for"}
    scene.simulator.fail(Service.CONSOLES, status=503, times=None)
    await poll(700)
    assert judges.true() == set()
    judges.leave()


async def test_changes_are_announced(scene: Scene, judges: Judges, owner: Person) -> None:
    """Who shows a condition learns when it may have become something else, and another game is that."""
    drift = await judges.add("drift", "is_playing", {"title": "Starfall Drift"})
    long = await judges.add("long", "is_playing", {"title": "Starfall Drift", **FIVE})
    assert (drift.needs_polling, long.needs_polling) == (False, True)
    found: list[bool | None] = []
    stop = await drift.async_track_changes(lambda: found.append(drift.async_check()))
    await scene.play("play drift")
    assert found[-1:] == [True]
    await scene.play("play kings")
    assert found[-1:] == [False]
    stop()
    before = len(found)
    await scene.play("play drift")
    assert len(found) == before
