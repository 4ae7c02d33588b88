"""Answers that leave something out: no state changes, no event and no trigger fires."""

from functools import partial
from random import Random
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.people.changes import ChangeKind
from tests.conftest import Poll
from tests.helpers.automations.triggers import TriggerRecorder
from tests.helpers.entities import Entities, counts_minutes
from tests.helpers.friend_dialog import add_friends
from tests.helpers.push import PushConnection, looks
from tests.helpers.random_traces import TRACES, random_traces
from tests.helpers.settling import settle, until
from tests.helpers.thinning import Thinning
from tests.simulator import Person, Simulator

STARFALL_DRIFT, HARBOR_KINGS, LUMEN_VIDEO = "1900000001", "1900000002", "1900000900"
FRIEND = "2535400000000011"


def flapped(states: list[str]) -> bool:
    """Tell whether a state has come back, or was unknown for a moment."""
    return len(set(states)) < len(states) or STATE_UNKNOWN in states[1:-1]


class States:
    """The states of each entity, and the types of each person's events, since the last look."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start to record."""
        self._hass = hass
        self._last = {state.entity_id: state.state for state in hass.states.async_all()}
        self.events: dict[str, list[str]] = {}
        self._seen: dict[str, list[str]] = {}
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._on_change)

    @callback
    def _on_change(self, event: Event[EventStateChangedData]) -> None:
        entity_id, new = event.data["entity_id"], event.data["new_state"]
        old = event.data["old_state"]
        if new is None or (old and old.state == new.state) or counts_minutes(entity_id):
            return
        if entity_id.startswith("event."):
            if event_type := new.attributes.get("event_type"):
                self.events.setdefault(entity_id, []).append(event_type)
        else:
            before = [old.state] if old else []
            self._seen.setdefault(entity_id, before).append(new.state)

    def take_changes(self) -> dict[str, list[str]]:
        """Return the states that each changed entity has had, and forget them."""
        seen, self._seen = self._seen, {}
        return seen

    def take_events(self, entity_id: str) -> list[str]:
        """Return the types of an entity's events, and forget them."""
        return self.events.pop(entity_id, [])


def devices(*listed: dict[str, Any]) -> Any:
    """Return a change of the presences of all people who are online."""

    def change(records: list[dict[str, Any]]) -> None:
        for record in records:
            if "devices" in record:
                record["devices"] = list(listed)

    return change


def bare(answer: dict[str, list[dict[str, Any]]]) -> None:
    """Leave out most of the profiles."""
    for person in answer["people"]:
        person.update(multiplayerSummary={}, detail={"friendCount": None}, displayPicRaw=None)


def looks_more(simulator: Simulator, before: int) -> bool:
    """Tell whether there are more requests for presences than before."""
    return len(looks(simulator)) > before


THIN = (
    devices({"type": "Scarlett", "titles": []}),
    devices({"type": "Scarlett"}),
    devices({"titles": [{"id": HARBOR_KINGS}]}),
    devices(),
)


async def test_one_thin_answer(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """A device without titles, a device less, a bare profile: nothing moves."""
    owner.play(STARFALL_DRIFT)
    owner.join_party(3)
    await poll(130)
    recorder = States(hass)
    for change in THIN:
        simulator.spoil(Service.PRESENCE, change)
        simulator.spoil(Service.PEOPLE, bare, r"/batch")
        await poll(70)
    assert entities("binary_sensor.in_party") == "on"
    assert (recorder.take_changes(), recorder.events) == ({}, {})


async def test_one_thin_answer_after_push(
    hass: HomeAssistant,
    simulator: Simulator,
    push_connection: PushConnection,
    owner: Person,
    entities: Entities,
) -> None:
    """What an answer leaves out is a gap although push has announced a change; the next one comes soon."""
    owner.play(STARFALL_DRIFT)
    await until(lambda: entities("binary_sensor.in_game") == "on")
    for _ in range(2):
        await push_connection.wait(1.5)
    recorder = States(hass)
    for number, change in enumerate(THIN):
        simulator.spoil(Service.PRESENCE, change)
        before = len(looks(simulator))
        owner.go_offline("iOS") if number % 2 else owner.go_online("iOS")
        await until(partial(looks_more, simulator, before))
        await push_connection.wait(2.1)
        assert len(looks(simulator)) >= before + 2
        await push_connection.wait(3)
    assert (recorder.take_changes(), recorder.events) == ({}, {})


async def test_two_thin_answers(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """What two answers in a row leave out is believed, within seconds; plain words are believed at once."""
    owner.play(STARFALL_DRIFT)
    await poll(20)
    recorder = States(hass)
    simulator.spoil(Service.PRESENCE, devices({"type": "Scarlett", "titles": []}), times=2)
    await poll(10)
    assert entities("binary_sensor.in_game") == "on"
    await poll(3, step=1)
    assert entities("binary_sensor.in_game") == "off"
    await poll(10)
    events = recorder.take_events(entities.id("event.activity"))
    assert events == ["stopped_playing", "started_playing"]
    owner.stop()
    await poll(10)
    assert recorder.take_events(entities.id("event.activity")) == ["stopped_playing"]


def _act(rng: Random, person: Person) -> list[str]:
    """Let a person do one thing; return the events that it is told by."""
    playing = any(it.title.is_game for _, it in person.activities())
    stopped = ["stopped_playing"] if playing else []
    if not person.devices:
        person.play(STARFALL_DRIFT)
        return ["came_online", "started_playing"]
    match rng.randrange(4):
        case 0:
            person.go_offline()
            return [*stopped, "went_offline"]
        case 1:
            person.stop()
            return stopped
        case 2:
            person.play(LUMEN_VIDEO)
            return stopped
        case _:
            shown = person.shows("Scarlett")
            other = STARFALL_DRIFT if shown and shown.title_id == HARBOR_KINGS else HARBOR_KINGS
            person.play(other, rich_presence=rng.choice((None, "Lap 2")))
            return [*stopped, "started_playing"]


@pytest.mark.random_traces
async def test_random_thin_answers(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    poll: Poll,
) -> None:
    """Each event and trigger is one that somebody caused, none is missing, and no state comes back.

    Any answer may be thinned as `Thinning` says: of two answers in a row to one question about one person (of
    titlehub: about one title of one person) at most one is, otherwise it is believed. One trace in ten.
    """
    await add_friends(hass, entry, FRIEND)
    people = [owner, simulator.world.person(FRIEND)]
    for person in people:
        person.play(STARFALL_DRIFT)
    # titles are known: the first picture of a title may be a lesser one, if its first answer is thinned
    for title_id in (HARBOR_KINGS, LUMEN_VIDEO, STARFALL_DRIFT):
        for person in people:
            person.play(title_id)
        await poll(30)
    activities = {it.xuid: Entities(hass, it.xuid).id("event.activity") for it in people}
    triggers = {
        kind: await TriggerRecorder(hass).attach(kind, {"entity_id": list(activities.values())})
        for kind in ChangeKind
    }
    recorder = States(hass)
    for rng in random_traces("thin answers through states", 0, min(TRACES, 10)):
        thinning = Thinning(rng)
        simulator.heal(Service.PRESENCE)
        simulator.heal(Service.PEOPLE)
        simulator.heal(Service.TITLES)
        thinning.attach(simulator)
        caused = {person.xuid: _act(rng, person) for person in people}
        await poll(70)
        thinning.active = False
        await poll(20)
        told = {xuid: recorder.take_events(entity) for xuid, entity in activities.items()}
        assert told == caused
        fired = [it for kind in ChangeKind for it in [kind] * len(triggers[kind].told)]
        assert sorted(fired) == sorted(it for kinds in caused.values() for it in kinds)
        changes = recorder.take_changes()
        assert {it: states for it, states in changes.items() if flapped(states)} == {}
        for trigger in triggers.values():
            trigger.told.clear()
    for trigger in triggers.values():
        trigger.detach()
    await settle(hass)
