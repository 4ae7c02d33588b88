"""People triggers: when they fire and their payload, script by script."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.automations.friend_script import FriendScript, friend_script_fixture  # noqa: F401  pytest finds it here
from tests.helpers.automations.triggers import TriggerRecorder, device_of, put_into_area
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.helpers.settling import settle
from tests.simulator import Simulator, Title
from tests.simulator.world.demo_world import (
    BRASS_OTTER,
    STARFALL_DRIFT,
)

KINDS = (
    *("came_online", "went_offline", "started_playing", "stopped_playing"),
    *("joined_party", "left_party"),
)
# Each row is a script and how often each trigger fires in it. A row begins in the state that the row before
# it has left.
ALL = [
    ("online", {"came_online": 1}),
    ("play video, stop", {}),
    ("play drift", {"started_playing": 1}),
    ("party", {"joined_party": 1}),
    ("play kings", {"stopped_playing": 1, "started_playing": 1}),
    ("alone", {"left_party": 1}),
    ("hide, wait 400, show, wait 60", {}),
    ("reload, wait 60", {}),
    ("restart, wait 60", {}),
    ("fail 503, wait 60, heal, wait 60", {}),
    ("fail 503, wait 400, gone, heal, wait 400", {}),
    ("fail 401, wait 400, gone, heal, wait 1300", {}),
    ("offline", {"stopped_playing": 1, "went_offline": 1}),  # written within one turn of the loop
    ("play drift", {"came_online": 1, "started_playing": 1}),
    ("remove, wait 20, add, wait 20", {}),
    ("fail 503, wait 20, offline, heal, wait 30", {"stopped_playing": 1, "went_offline": 1}),
]


async def test_all_events(friend_script: FriendScript) -> None:
    """Each event fires its trigger once; reloads, outages and hidden presence fire no trigger."""
    await friend_script.watch(**{kind: (kind, {}) for kind in KINDS})
    fired = [(script, await friend_script.play(script)) for script, _ in ALL]
    assert fired == ALL


FILTERS: dict[str, tuple[str, dict[str, Any]]] = {
    "drift": ("started_playing", {"title": " starfall DRIFT "}),
    "drift_by_id": ("started_playing", {"title": [int(STARFALL_DRIFT)]}),
    "both": ("started_playing", {"title": ["Harbor Kings", "", "Starfall Drift™"]}),
    "other": ("started_playing", {"title": "Starfall"}),
    "on_pc": ("started_playing", {"platform": "windows"}),
    "drift_on_pc": ("started_playing", {"platform": ["windows", "web"], "title": "Starfall Drift"}),
    "no_filter": ("started_playing", {"title": [" "], "platform": [], "console": []}),
    "came_on_pc": ("came_online", {"platform": "windows"}),
    "stopped_drift": ("stopped_playing", {"title": "Starfall Drift"}),
    "stopped_on_xbox": ("stopped_playing", {"platform": "xbox_series"}),
}
FILTERED = [
    ("online PC", {"came_on_pc": 1}),
    ("offline, online", {}),
    ("play drift", {"drift": 1, "drift_by_id": 1, "both": 1, "no_filter": 1}),
    ("play kings", {"both": 1, "no_filter": 1, "stopped_drift": 1, "stopped_on_xbox": 1}),
    ("stop", {"stopped_on_xbox": 1}),
    (
        "offline, play drift PC",
        dict.fromkeys(
            ("drift", "drift_by_id", "both", "no_filter", "on_pc", "drift_on_pc", "came_on_pc"), 1
        ),
    ),
    ("offline", {"stopped_drift": 1}),
]


async def test_filters(friend_script: FriendScript) -> None:
    """Titles are matched by name or id in any letter case, and platforms; one match of several is enough."""
    await friend_script.watch(**FILTERS)
    fired = [(script, await friend_script.play(script)) for script, _ in FILTERED]
    assert fired == FILTERED


FIVE = {"for": {"minutes": 5}}
LASTING: dict[str, tuple[str, dict[str, Any]]] = {
    "on": ("came_online", FIVE),
    "off": ("went_offline", {"for": 300}),
    "game": ("started_playing", {"for": "00:05:00"}),
    "kings": ("started_playing", {"title": "Harbor Kings", **FIVE}),
    "kings_for_long": ("started_playing", {"title": "Harbor Kings", "for": {"minutes": 10}}),
    "no_game": ("stopped_playing", FIVE),
    "no_drift": ("stopped_playing", {"title": "Starfall Drift", **FIVE}),
    "party": ("joined_party", FIVE),
    "alone": ("left_party", FIVE),
    "at_once": ("came_online", {"for": "00:00:00"}),
}
LASTED = [
    ("online, wait 280", {"at_once": 1}),
    ("wait 40", {"on": 1}),
    ("wait 600", {}),
    ("play drift, wait 120, play kings, wait 200", {}),  # neither of the two for five minutes
    ("wait 100", {"game": 1, "kings": 1, "no_drift": 1}),
    ("stop, wait 100, play kings, wait 20, stop, wait 280", {}),
    ("wait 40", {"no_game": 1}),
    ("offline, wait 100, online, wait 320", {"at_once": 1, "on": 1}),
    ("play drift, wait 320", {"game": 1}),
    ("party, wait 180, alone, wait 100, party, wait 200", {}),  # seen up to a minute later
    ("wait 120", {"party": 1}),
    ("alone, wait 320", {"alone": 1}),
    # unknown after five of the ten minutes
    (
        "stop, play kings, fail 503, wait 400, heal, wait 700",
        {"game": 1, "kings": 1, "no_drift": 1},
    ),
    ("stop, wait 20, play kings, wait 20, reload, wait 400", {}),
    ("stop, wait 20, play kings, wait 20, restart, wait 400", {}),
    ("stop, wait 20, play kings, wait 20, remove, wait 400", {}),
    ("add, wait 400", {}),
    (
        "stop, wait 20, play kings, wait 20, fail 503, wait 60, heal, wait 250",
        {"game": 1, "kings": 1},
    ),
    ("offline, wait 320", {"no_game": 1, "off": 1}),
]


async def test_lasting(friend_script: FriendScript) -> None:
    """With `for` a trigger fires once the state has lasted; another or an unknown state ends the wait."""
    await friend_script.watch(**LASTING)
    fired = [(script, await friend_script.play(script)) for script, _ in LASTED]
    assert fired == LASTED


async def test_title_of_unknown_kind(friend_script: FriendScript, poll: Poll) -> None:
    """`started_playing` fires when a new title becomes known as a game."""
    await friend_script.watch(started=("started_playing", {"title": "New Dawn"}))
    new = Title(title_id="1900000777", name="New Dawn", devices=["XboxSeries"])
    friend_script.simulator.world.add_titles([new])
    for host in (Service.TITLES, Service.PEOPLE):
        friend_script.simulator.fail(host, status=503, times=None)
    friend_script.friend.play(new.title_id)
    assert await friend_script.play("wait 40") == {}
    for host in (Service.TITLES, Service.PEOPLE):
        friend_script.simulator.heal(host)
    assert await friend_script.play("wait 120") == {"started": 1}


async def test_detached_while_waiting(friend_script: FriendScript) -> None:
    """A trigger that is detached during its wait does not fire and leaves no timer behind."""
    await friend_script.watch(**LASTING)
    assert await friend_script.play("online, play kings, wait 100") == {"at_once": 1}
    friend_script.close()
    assert await friend_script.play("wait 400") == {}


async def test_payload(friend_script: FriendScript) -> None:
    """The payload has the person, title, platform, console, and the states before and after."""
    await friend_script.watch(
        started=("started_playing", {"title": "Starfall Drift", "for": 10}), on=("came_online", {})
    )
    devices = dr.async_get(friend_script.hass)
    device_id = device_of(friend_script.hass, friend_script.entities.id("event.activity"))
    devices.async_update_device(device_id, name_by_user="Kid")
    friend_script.friend.play(STARFALL_DRIFT, "PC")
    await friend_script.poll(30)
    [on], [payload] = friend_script.recorders["on"].told, friend_script.recorders["started"].told
    assert on["title_id"] == STARFALL_DRIFT  # the title at the time of the event
    assert on["description"] == "Kid came online"
    assert payload["description"] == "Kid started playing Starfall Drift for 0:00:10"
    assert payload["platform"] == "xbox_network.started_playing"
    assert payload["entity_id"] == friend_script.entities.id("event.activity")
    assert payload["to_state"].attributes["event_type"] == "started_playing"
    assert payload["from_state"].attributes["event_type"] == "came_online"
    assert payload["for"].total_seconds() == 10
    facts = {key: payload[key] for key in ("person", "title", "title_id", "where", "console")}
    assert facts == {
        "person": "Kid",
        "title": "Starfall Drift",
        "title_id": STARFALL_DRIFT,
        "where": "windows",
        "console": None,
    }


async def test_targets(
    hass: HomeAssistant, friend_script: FriendScript, entry: ConfigEntry
) -> None:
    """Entities, devices, areas, floors and labels select people; other people fire no trigger."""
    await add_friends(hass, entry, BRASS_OTTER)
    otter = Entities(hass, BRASS_OTTER)
    quiet, brass = (
        device_of(hass, it.id("event.activity")) for it in (friend_script.entities, otter)
    )
    floor = fr.async_get(hass).async_create("Upstairs")
    area = ar.async_get(hass).async_create("Kids", floor_id=floor.floor_id)
    label = lr.async_get(hass).async_create("Family")
    put_into_area(hass, quiet, area.id)
    dr.async_get(hass).async_update_device(brass, labels={label.label_id})
    targets: dict[str, dict[str, Any]] = {
        "entity": {"entity_id": friend_script.entities.id("event.activity")},
        "device": {"device_id": brass},
        "two": {"device_id": [quiet, brass]},
        "area": {"area_id": area.id},
        "floor": {"floor_id": floor.floor_id},
        "label": {"label_id": label.label_id},
        "all_but": {"device_id": [quiet, brass], "exclude": {"area_id": area.id}},
        "not_yet": {"entity_id": "event.somebody_else"},
    }
    for name, target in targets.items():
        friend_script.recorders[name] = await TriggerRecorder(hass).attach(
            "came_online", target, {"for": 60}
        )
    other = friend_script.simulator.world.person(BRASS_OTTER)
    friend_script.friend.go_online()
    other.go_online()
    once = ("entity", "device", "area", "floor", "label", "all_but")
    assert await friend_script.play("wait 90") == dict.fromkeys(once, 1) | {"two": 2}
    friend_script.friend.go_offline()
    other.go_offline()
    await friend_script.play("wait 20")
    friend_script.friend.go_online()
    other.go_online()
    await friend_script.play("wait 20")
    put_into_area(hass, quiet, None)  # a person who has left the target is not waited for
    put_into_area(hass, brass, area.id)
    fired = await friend_script.play("wait 90")
    assert fired == {"entity": 1, "device": 1, "two": 2, "label": 1}


async def test_hidden_and_disabled(
    friend_script: FriendScript, entity_registry: er.EntityRegistry
) -> None:
    """A trigger on the device is deaf to a hidden or disabled event entity, one on a hidden entity is not."""
    event = friend_script.entities.id("event.activity")
    targets = {"device": {"device_id": device_of(friend_script.hass, event)}}
    targets["entity"] = {"entity_id": event}
    for name, target in targets.items():
        friend_script.recorders[name] = await TriggerRecorder(friend_script.hass).attach(
            "came_online", target
        )
    entity_registry.async_update_entity(event, hidden_by=er.RegistryEntryHider.USER)
    assert await friend_script.play("online") == {"entity": 1}
    entity_registry.async_update_entity(event, hidden_by=None)
    assert await friend_script.play("offline, online") == {"device": 1, "entity": 1}
    entity_registry.async_update_entity(event, disabled_by=er.RegistryEntryDisabler.USER)
    assert await friend_script.play("offline, online") == {}


async def test_empty_area(
    hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator, poll: Poll
) -> None:
    """A trigger on an area fires for a person who is added and moved in later."""
    area = ar.async_get(hass).async_create("Kids")
    friend_script = FriendScript(hass, entry, simulator, poll)
    friend_script.recorders["later"] = await TriggerRecorder(hass).attach(
        "came_online", {"area_id": area.id}
    )
    await friend_script.play("add, wait 20")
    put_into_area(hass, device_of(hass, friend_script.entities.id("event.activity")), area.id)
    assert await friend_script.play("online") == {"later": 1}
    friend_script.recorders["later"].detach()


async def test_attached_before_the_entry_is_loaded(
    hass: HomeAssistant, friend_script: FriendScript
) -> None:
    """A trigger attached before the account is loaded fires only for later events."""
    await hass.config_entries.async_unload(friend_script.entry.entry_id)
    await settle(hass)
    assert friend_script.entities("event.activity") == STATE_UNAVAILABLE
    await friend_script.watch(on=("came_online", {}), started=("started_playing", {}))
    friend_script.friend.go_online()
    await hass.config_entries.async_setup(friend_script.entry.entry_id)
    await settle(hass)
    assert await friend_script.play("wait 60") == {}
    assert await friend_script.play("play drift") == {"started": 1}
