"""Titles of triggers and conditions: every name of a title counts, in any spelling, and one name is told."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart
from tests.helpers.automations.triggers import TriggerRecorder, device_of, set_up_condition
from tests.helpers.entities import Entities
from tests.helpers.settling import settle
from tests.simulator import Console, InstalledApp, Person, Simulator, Title, app_of
from tests.simulator.world.demo_world import HARBOR_KINGS, MOSS_AND_MACHINE, STARFALL_DRIFT

SHORT, LONG = "Starfall Drift", "Starfall Drift for Xbox Series X|S"
MATCHING = {
    "short": SHORT,
    "long": LONG,
    "spelled": "STARFALL‑drift for Xbox™ Series X/S!",
    "id": STARFALL_DRIFT,
    "number": int(STARFALL_DRIFT),
    "several": ["Harbor King", "starfall\u00a0drift"],
}
OTHER = {
    "part": "Starfall",
    "longer": "Starfall Drift for Xbox",
    "other_id": "1900000007",
    "invisible": ["\u200b", "Harbor Kings"],
}


class Automations:
    """Triggers and conditions about the owner."""

    def __init__(self, hass: HomeAssistant, entities: Entities) -> None:
        """Start without any."""
        self._hass = hass
        self._entities = entities
        self.triggers: dict[str, TriggerRecorder] = {}
        self.conditions: dict[str, Any] = {}

    async def watch(self, titles: dict[str, Any], kind: str = "started_playing") -> None:
        """Attach a trigger for each title, and set up a condition."""
        event = "achievement" if kind == "achievement_unlocked" else "activity"
        target = {"device_id": device_of(self._hass, self._entities.id(f"event.{event}"))}
        for label, title in titles.items():
            options = {"title": title}
            self.triggers[label] = await TriggerRecorder(self._hass).attach(kind, target, options)
            self.conditions[label] = await set_up_condition(
                self._hass, "is_playing", target, options
            )

    def fired(self) -> dict[str, list[str]]:
        """Return the titles that each trigger has told since the last call."""
        told = {
            label: [it["title"] for it in recorder.told]
            for label, recorder in self.triggers.items()
            if recorder.told
        }
        for recorder in self.triggers.values():
            recorder.told.clear()
        return told

    def true(self) -> set[str]:
        """Return the conditions that are true."""
        return {label for label, checker in self.conditions.items() if checker.async_check()}


@pytest.fixture(name="title")
def title_fixture(simulator: Simulator) -> Title:
    """Return a title with a short name in presence. Name it before `entry`."""
    title = simulator.world.titles[STARFALL_DRIFT]
    title.name, title.presence_name = LONG, SHORT
    return title


@pytest.fixture(name="automations")
async def automations_fixture(
    hass: HomeAssistant, title: Title, entry: ConfigEntry, entities: Entities
) -> Any:
    """Return the triggers and conditions about the owner."""
    automations = Automations(hass, entities)
    yield automations
    for recorder in automations.triggers.values():
        recorder.detach()
    for checker in automations.conditions.values():
        checker.async_unload()


async def test_both_names(
    automations: Automations, owner: Person, entities: Entities, poll: Poll
) -> None:
    """Either name of a title fires at each start and is a condition; the events tell one of them."""
    await automations.watch(MATCHING | OTHER)
    for _ in range(3):
        owner.play(STARFALL_DRIFT)
        await poll()
        assert automations.fired() == {label: [LONG] for label in MATCHING}
        assert automations.true() == set(MATCHING)
        assert entities("sensor.now_playing") == LONG
        owner.stop()
        await poll()
        assert automations.fired() == {}
        assert automations.true() == set()


async def test_one_name_from_start_to_stop(
    hass: HomeAssistant,
    simulator: Simulator,
    automations: Automations,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """While titlehub fails at first, the whole session has the name of presence, also over a restart."""
    await automations.watch({"start": LONG, "start_short": SHORT})
    await automations.watch({"stop": LONG, "stop_short": SHORT}, "stopped_playing")
    simulator.fail(Service.TITLES, status=503, times=None)
    owner.play(STARFALL_DRIFT)
    shown = []
    for _ in range(9):
        await poll()
        shown.append(entities("sensor.now_playing"))
    simulator.heal(Service.TITLES)
    for _ in range(9):
        await poll()
        shown.append(entities("sensor.now_playing"))
    await restart(hass, entry)
    await poll()
    shown.append(entities("sensor.now_playing"))
    assert set(shown) == {SHORT}
    assert automations.fired()["start_short"] == [SHORT]
    assert automations.true() == {"start", "start_short", "stop", "stop_short"}
    owner.stop()
    await poll()
    assert automations.fired() == {"stop": [SHORT], "stop_short": [SHORT]}
    owner.play(STARFALL_DRIFT)
    await poll()
    assert automations.fired() == {"start": [LONG], "start_short": [LONG]}


async def test_spellings(
    simulator: Simulator, automations: Automations, title: Title, owner: Person, poll: Poll
) -> None:
    """A title is known in any spelling; symbols count only where they tell two titles apart."""
    title.name, title.presence_name = "No Man’s Sky", None
    simulator.world.titles[HARBOR_KINGS].name = "N+"
    simulator.world.titles[MOSS_AND_MACHINE].name = "N++"
    await automations.watch(
        {"sky": ["No Man's Sky"], "sky_plain": "no mans sky™", "n": "n", "n+": "N+", "n++": "n++"}
    )
    owner.play(STARFALL_DRIFT)
    await poll()
    assert automations.fired() == {"sky": ["No Man’s Sky"], "sky_plain": ["No Man’s Sky"]}
    owner.play(HARBOR_KINGS)
    await poll()
    # nobody has heard of N++ yet
    assert automations.fired() == {"n": ["N+"], "n+": ["N+"], "n++": ["N+"]}
    owner.play(MOSS_AND_MACHINE)
    await poll()
    assert automations.fired() == {"n": ["N++"], "n++": ["N++"]}
    owner.play(HARBOR_KINGS)
    await poll()
    assert automations.fired() == {"n": ["N+"], "n+": ["N+"]}
    assert automations.true() == {"n", "n+"}


async def test_names_of_other_services(
    simulator: Simulator,
    den: Console,
    automations: Automations,
    title: Title,
    owner: Person,
    entry: ConfigEntry,
    hass: HomeAssistant,
    poll: Poll,
) -> None:
    """The name in the source list, one in another language, and a former name count, too."""
    app = app_of(title)
    den.apps = [
        *(it for it in den.apps if it.title_id != STARFALL_DRIFT),
        InstalledApp(
            name="Drift: Console Edition", product_id=app.product_id, title_id=app.title_id
        ),
        InstalledApp(name="Nameless"),
    ]
    await poll(3700, step=60)
    hass.config.language = "de"
    title.presence_name = None
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    await automations.watch(
        {
            "app": "drift console edition",
            "german": "STERNENSTURZ",
            "english": LONG,
            "short": SHORT,
            "store": "9SIM",
        }
    )
    owner.play(STARFALL_DRIFT)
    await poll()
    known = ("app", "german", "english", "short")
    assert automations.fired() == {label: ["Sternensturz"] for label in known}
    owner.stop()
    await poll()
    hass.config.language = "en"
    title.presence_name = SHORT
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    owner.play(STARFALL_DRIFT)
    await poll()
    assert automations.fired() == {label: [LONG] for label in known}
    simulator.fail(Service.TITLES, status=503, times=None)
    owner.stop()
    title.name = title.presence_name = "Drift Reborn"
    await restart(hass, entry)
    automations.fired()
    owner.play(STARFALL_DRIFT)
    await poll(20)
    assert automations.fired().keys() == set(known)


async def test_achievements(automations: Automations, owner: Person, poll: Poll) -> None:
    """The trigger on achievements knows each name of the title."""
    await automations.watch(MATCHING | OTHER, "achievement_unlocked")
    owner.play(STARFALL_DRIFT)
    await poll(60)
    owner.unlock(STARFALL_DRIFT)
    await poll(120)
    assert automations.fired() == {label: [LONG] for label in MATCHING}
