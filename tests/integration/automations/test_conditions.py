"""Conditions: which are true while people and consoles change."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers.condition import ConditionChecker

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.automations.friend_script import FriendScript, friend_script_fixture  # noqa: F401  pytest finds it here
from tests.helpers.automations.triggers import device_of, put_into_area, set_up_condition
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.simulator import Console, Person
from tests.simulator.world.demo_world import BRASS_OTTER, HARBOR_KINGS, STARFALL_DRIFT

FIVE = {"for": {"minutes": 5}}


class Conditions:
    """Conditions with a label each, all about one target."""

    def __init__(self, hass: HomeAssistant, target: dict[str, Any]) -> None:
        """Begin without conditions."""
        self._hass = hass
        self._target = target
        self._checkers: dict[str, ConditionChecker] = {}

    async def add(self, label: str, name: str, options: dict[str, Any]) -> ConditionChecker:
        """Set up a condition."""
        self._checkers[label] = await set_up_condition(self._hass, name, self._target, options)
        return self._checkers[label]

    def true_labels(self) -> set[str]:
        """Return the labels of the conditions that are true now."""
        return {label for label, checker in self._checkers.items() if checker.async_check()}

    def unload(self) -> None:
        """Unload all conditions."""
        for checker in self._checkers.values():
            checker.async_unload()


@pytest.fixture(name="conditions")
async def conditions_fixture(
    hass: HomeAssistant, friend_script: FriendScript
) -> AsyncIterator[Conditions]:
    """Return conditions about the friend."""
    conditions = Conditions(
        hass, {"device_id": device_of(hass, friend_script.entities.id("event.activity"))}
    )
    yield conditions
    conditions.unload()


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


async def test_people(friend_script: FriendScript, conditions: Conditions) -> None:
    """Conditions follow presence, game, platform and duration; an unknown state makes them false."""
    for label, (name, options) in CONDITIONS.items():
        await conditions.add(label, name, options)
    for script, expected in ROWS:
        await friend_script.play(script)
        assert (script, conditions.true_labels()) == (script, expected)


async def test_two_people(hass: HomeAssistant, friend_script: FriendScript, poll: Poll) -> None:
    """`any` needs one person and `all` each known person; without a known person both are false."""
    await add_friends(hass, friend_script.entry, BRASS_OTTER)
    area = ar.async_get(hass).async_create("Kids")
    for entities in (friend_script.entities, Entities(hass, BRASS_OTTER)):
        put_into_area(hass, device_of(hass, entities.id("event.activity")), area.id)
    conditions = Conditions(hass, {"area_id": area.id})
    await conditions.add("any", "is_playing", {"title": "Starfall Drift"})
    await conditions.add("all", "is_playing", {"title": "Starfall Drift", "behavior": "all"})
    other = friend_script.simulator.world.person(BRASS_OTTER)
    assert conditions.true_labels() == set()
    friend_script.friend.play(STARFALL_DRIFT)
    other.play(HARBOR_KINGS)
    await poll()
    assert conditions.true_labels() == {"any"}
    other.play(STARFALL_DRIFT)
    await poll()
    assert conditions.true_labels() == {"any", "all"}
    other.hidden = True
    await poll(400)
    assert conditions.true_labels() == {"any", "all"}
    friend_script.friend.hidden = True
    await poll(400)
    assert conditions.true_labels() == set()
    conditions.unload()


async def test_console(
    hass: HomeAssistant,
    den: Console,
    friend_script: FriendScript,
    conditions: Conditions,
    poll: Poll,
) -> None:
    """A person plays at a console while seen there; `for` counts from the first game there."""
    console = device_of(hass, ConsoleEntities(hass, den.console_id).id("media_player"))
    await conditions.add("den", "is_playing", {"console": console})
    await conditions.add("den_for", "is_playing", {"console": console, **FIVE})
    friend_script.friend.play(STARFALL_DRIFT)
    await poll(60)
    assert conditions.true_labels() == set()
    friend_script.friend.go_offline()
    await poll()
    den.sit_down(friend_script.friend)
    den.run(STARFALL_DRIFT)
    await poll(60)
    assert conditions.true_labels() == {"den"}
    await poll(320)
    assert conditions.true_labels() == {"den", "den_for"}
    friend_script.simulator.fail(Service.CONSOLES, status=503, times=None)
    await poll(600)
    assert conditions.true_labels() == set()
    friend_script.simulator.heal(Service.CONSOLES)
    await poll(600)
    den.run(HARBOR_KINGS)
    await poll(60)
    assert conditions.true_labels() == {"den", "den_for"}
    den.stand_up(friend_script.friend)
    await poll(20)
    assert conditions.true_labels() == set()


async def test_console_is_on(
    hass: HomeAssistant,
    consoles: tuple[Console, Console],
    friend_script: FriendScript,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """A console is on in each known state but off."""
    both = [it.id("media_player") for it in (at_den, at_bedroom)]
    conditions = Conditions(hass, {"entity_id": both})
    for behavior in ("any", "all"):
        await conditions.add(behavior, "is_console_on", {"behavior": behavior})
    await conditions.add("for", "is_console_on", FIVE)
    assert conditions.true_labels() == {"any"}
    consoles[0].run("Starfall Drift")
    await poll(320)
    assert conditions.true_labels() == {"any", "for"}
    consoles[1].power = "On"
    await poll(70)
    assert conditions.true_labels() == {"any", "all", "for"}
    friend_script.simulator.fail(Service.CONSOLES, status=503, times=None)
    await poll(700)
    assert conditions.true_labels() == set()
    conditions.unload()


async def test_changes_are_announced(
    friend_script: FriendScript, conditions: Conditions, owner: Person
) -> None:
    """A listener is called when the condition may have changed, also for another game."""
    drift = await conditions.add("drift", "is_playing", {"title": "Starfall Drift"})
    long = await conditions.add("long", "is_playing", {"title": "Starfall Drift", **FIVE})
    assert (drift.needs_polling, long.needs_polling) == (False, True)
    results: list[bool | None] = []
    stop = await drift.async_track_changes(lambda: results.append(drift.async_check()))
    await friend_script.play("play drift")
    assert results[-1:] == [True]
    await friend_script.play("play kings")
    assert results[-1:] == [False]
    stop()
    before = len(results)
    await friend_script.play("play drift")
    assert len(results) == before
