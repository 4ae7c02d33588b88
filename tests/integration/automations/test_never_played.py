"""Titles that nobody has played: the trace of an automation says so, and what the title may be."""

import json
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.automations.triggers import TriggerRecorder, device_of
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.helpers.settling import settle
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import (
    EMBER_VALE,
    HARBOR_KINGS,
    QUIET_HARBOR,
    STARFALL_DRIFT,
)

ADDED = "what was seen since the person was added"


def histories(simulator: Simulator) -> int:
    """Return the number of requests for the titles that a person has played."""
    asked = simulator.requests(Service.TITLES)
    return sum("titlehistory/decoration/achievement" in it.path for it in asked)


@pytest.fixture(name="recorder")
async def recorder_fixture(hass: HomeAssistant) -> Any:
    """Return a recorder that is detached at the end."""
    recorder = TriggerRecorder(hass)
    yield recorder
    recorder.detach()


@pytest.fixture(name="target")
def target_fixture(hass: HomeAssistant, entry: ConfigEntry, entities: Entities) -> dict[str, str]:
    """Return the owner as a target."""
    return {"device_id": device_of(hass, entities.id("event.activity"))}


async def traces(hass: HomeAssistant, socket: Any) -> list[dict[str, Any]]:
    """Return the traces of the automation "drift", as its page shows them."""
    await socket.send_json_auto_id(
        {"type": "trace/list", "domain": "automation", "item_id": "drift"}
    )
    found = []
    for short in (await socket.receive_json())["result"]:
        await socket.send_json_auto_id(
            {
                "type": "trace/get",
                "domain": "automation",
                "item_id": "drift",
                "run_id": short["run_id"],
            }
        )
        found.append((await socket.receive_json())["result"])
    return found


async def test_trace_of_an_automation(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    target: dict[str, str],
    poll: Poll,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The page of the automation shows why a misspelled trigger and condition do nothing."""
    misspelled = {"title": ["Starfal Drif"]}
    await async_setup_component(hass, "trace", {})
    await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "id": "drift",
                "trigger": [
                    {
                        "trigger": f"{DOMAIN}.started_playing",
                        "target": target,
                        "options": misspelled,
                    },
                    {"trigger": f"{DOMAIN}.stopped_playing", "target": target},
                ],
                "condition": {
                    "condition": f"{DOMAIN}.is_playing",
                    "target": target,
                    "options": misspelled,
                },
                "action": [],
            }
        },
    )
    await settle(hass)
    socket = await hass_ws_client(hass)
    owner.play(STARFALL_DRIFT)
    await poll()
    [trace] = await traces(hass, socket)
    assert trace["not_triggered"]
    said = {
        "title": ["Starfal Drif"],
        "nearest": ["Starfall Drift"],
        "known_from": "title history",
    }
    [step] = trace["trace"]["trigger/0"]
    assert step["result"] == {"reason": "title_never_played", "data": said}
    owner.stop()
    await poll()
    [run] = [it for it in await traces(hass, socket) if not it.get("not_triggered")]
    [step] = run["trace"]["condition/0"]
    assert step["result"]["result"] is False
    assert step["result"]["title_never_played"] == said
    assert owner.xuid not in json.dumps(step["result"])


@pytest.mark.parametrize(
    ("titles", "reported"),
    [
        (["Harbor King"], True),
        (["!!!", "1900000099"], True),
        (["harbor-kings™"], False),  # played before
        (["Nothing", "Ember Vale"], False),
        ([EMBER_VALE], False),
        (["Starfall Drift"], False),
        ([], False),
    ],
    ids=str,
)
async def test_what_is_reported(
    simulator: Simulator,
    owner: Person,
    target: dict[str, str],
    recorder: TriggerRecorder,
    poll: Poll,
    titles: list[str],
    reported: bool,
) -> None:
    """Only titles that match nothing at all are reported: not those that were played years ago."""
    await recorder.attach("started_playing", target, {"title": titles})
    owner.play(STARFALL_DRIFT)
    await poll()
    owner.stop()
    await poll()
    assert recorder.reasons == (["title_never_played"] if reported else [])
    assert histories(simulator) <= 1


async def test_other_triggers(
    owner: Person,
    target: dict[str, str],
    recorder: TriggerRecorder,
    hass: HomeAssistant,
    poll: Poll,
) -> None:
    """The end of a game and an achievement leave a trace, too; going online does not."""
    other = TriggerRecorder(hass)
    await recorder.attach("stopped_playing", target, {"title": "Sky"})
    await other.attach("achievement_unlocked", target, {"title": "Sky"})
    owner.play(STARFALL_DRIFT)
    await poll(60)
    assert recorder.reasons == other.reasons == []
    owner.unlock(STARFALL_DRIFT)
    await poll(120)
    owner.stop()
    await poll()
    assert recorder.reasons == other.reasons == ["title_never_played"]
    assert recorder.infos[0].data == {
        "title": ["Sky"],
        "nearest": [],
        "known_from": "title history",
    }
    other.detach()


async def test_who_asks_for_no_reasons(
    simulator: Simulator, owner: Person, hass: HomeAssistant, target: dict[str, str], poll: Poll
) -> None:
    """Where no trace is kept, nothing is requested."""
    recorders = [
        await TriggerRecorder(hass, asks_why=False).attach(kind, target, {"title": "Sky"})
        for kind in ("started_playing", "achievement_unlocked")
    ]
    simulator.clear()
    owner.play(STARFALL_DRIFT)
    await poll(60)
    owner.unlock(STARFALL_DRIFT)
    await poll(120)
    assert histories(simulator) == 0
    for recorder in recorders:
        recorder.detach()


async def test_history_is_read_rarely(
    simulator: Simulator,
    owner: Person,
    target: dict[str, str],
    recorder: TriggerRecorder,
    poll: Poll,
) -> None:
    """The history is read once a day; after a failure, what was seen here is the base for an hour."""
    owner.go_online()
    await recorder.attach("started_playing", target, {"title": "Sky"})
    simulator.fail(Service.TITLES, status=503, path="titlehistory", times=None)
    sources = []

    async def start(seconds: float) -> int:
        await poll(seconds, step=600)
        simulator.clear()
        owner.play(HARBOR_KINGS)
        await poll()
        owner.stop()
        await poll()
        assert recorder.infos[-1].data
        sources.append(recorder.infos[-1].data["known_from"])
        return histories(simulator)

    assert [await start(it) for it in (0, 60, 3400, 200)] == [1, 0, 0, 1]
    simulator.heal(Service.TITLES)
    assert [await start(it) for it in (3400, 200, 60)] == [0, 1, 0]
    assert sources == [*[ADDED] * 5, *["title history"] * 2]
    assert [await start(it) for it in (85_800, 600)] == [0, 1]


async def test_hidden_history(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    recorder: TriggerRecorder,
    poll: Poll,
) -> None:
    """Of a person who hides the history, what was seen here counts."""
    await add_friends(hass, entry, QUIET_HARBOR)
    friend = simulator.world.person(QUIET_HARBOR)
    friend.hides_titles = True
    target = {"device_id": device_of(hass, Entities(hass, QUIET_HARBOR).id("event.activity"))}
    await recorder.attach("started_playing", target, {"title": ["Harbor Kings"]})
    friend.play(STARFALL_DRIFT)
    await poll(130)
    assert recorder.reasons == ["title_never_played"]
    assert recorder.infos[0].data
    assert recorder.infos[0].data["known_from"] == ADDED
    friend.play(HARBOR_KINGS)
    await poll(20)
    friend.play(STARFALL_DRIFT)
    await poll(20)
    assert recorder.reasons == ["title_never_played"]
    assert len(recorder.told) == 1
