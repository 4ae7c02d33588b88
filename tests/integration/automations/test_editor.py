"""Automation editor: the triggers and conditions that it offers, and the options that are accepted."""

from collections.abc import Awaitable, Callable
from typing import Any

import probatio
import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.icon import async_get_icons
from homeassistant.helpers.translation import async_get_translations
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.xbox_network.condition import async_get_conditions
from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.trigger import async_get_triggers
from custom_components.xbox_network.xbox.presence import DevicePlatform
from tests.conftest import Poll
from tests.helpers.automations.triggers import TriggerRecorder, device_of, set_up_condition
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.entities import Entities
from tests.helpers.settling import settle
from tests.simulator import Console, Person
from tests.simulator.world.demo_world import STARFALL_DRIFT

ON_PEOPLE = {
    "xbox_network.achievement_unlocked",
    "xbox_network.came_online",
    "xbox_network.joined_party",
    "xbox_network.left_party",
    "xbox_network.started_playing",
    "xbox_network.stopped_playing",
    "xbox_network.went_offline",
}
ON_CONSOLES = {"xbox_network.console_turned_off", "xbox_network.console_turned_on"}
ON_LIMITS = {"xbox_network.playtime_limit_approaching", "xbox_network.playtime_limit_reached"}
CONDITIONS = {"xbox_network.is_console_on", "xbox_network.is_online", "xbox_network.is_playing"}
KINDS = ("triggers", "conditions")

type Ask = Callable[..., Awaitable[Any]]


def ours(names: Any) -> set[str]:
    """Return the names that belong to this integration."""
    return {it for it in names if it.startswith(f"{DOMAIN}.")}


@pytest.fixture(name="ask")
async def ask_fixture(
    hass: HomeAssistant,
    consoles: tuple[Console, Console],
    entry: ConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> Ask:
    """Return a function that sends a command as the editor does and returns the result."""
    client = await hass_ws_client(hass)

    async def ask(command: str, **data: Any) -> Any:
        await client.send_json_auto_id({"type": command, **data})
        answer = await client.receive_json()
        assert answer["success"], answer
        if command.endswith("/subscribe"):
            return (await client.receive_json())["event"]
        return answer["result"]

    return ask


async def test_descriptions(hass: HomeAssistant, ask: Ask) -> None:
    """The editor gets all triggers and conditions, each with its target and fields."""
    triggers = await ask("trigger_platforms/subscribe")
    conditions = await ask("condition_platforms/subscribe")
    assert ours(triggers) == ON_PEOPLE | ON_CONSOLES | ON_LIMITS
    assert ours(conditions) == CONDITIONS
    assert ours(triggers) == {f"{DOMAIN}.{name}" for name in await async_get_triggers(hass)}
    assert ours(conditions) == {f"{DOMAIN}.{name}" for name in await async_get_conditions(hass)}
    for name in ours(triggers) | ours(conditions):
        [entity] = (triggers | conditions)[name]["target"]["entity"]
        assert entity["integration"] == DOMAIN
        assert len(entity["domain"]) == 1
    game = triggers["xbox_network.started_playing"]["fields"]
    assert set(game) == {"title", "platform", "console", "for"}
    assert set(game["platform"]["selector"]["select"]["options"]) == set(DevicePlatform)
    condition = conditions["xbox_network.is_playing"]["fields"]
    assert condition["platform"]["selector"] == game["platform"]["selector"]


async def test_offers(hass: HomeAssistant, ask: Ask, owner: Person, entities: Entities) -> None:
    """The editor offers the triggers and conditions that fit a device or entity."""
    person = device_of(hass, entities.id("event.activity"))
    console = device_of(hass, ConsoleEntities(hass, "F400000000000001").id("media_player"))

    async def offered(kind: str, **target: str) -> set[str]:
        return ours(await ask(f"get_{kind}_for_target", target=target))

    assert await offered("triggers", device_id=person) >= ON_PEOPLE
    assert not await offered("triggers", device_id=person) & ON_CONSOLES
    assert await offered("triggers", entity_id=entities.id("event.activity")) == ON_PEOPLE
    assert await offered("triggers", device_id=console) == ON_CONSOLES
    assert await offered("conditions", device_id=person) == {
        "xbox_network.is_online",
        "xbox_network.is_playing",
    }
    assert "xbox_network.is_console_on" in await offered("conditions", device_id=console)


async def test_texts_and_icons(hass: HomeAssistant, ask: Ask) -> None:
    """Each trigger, condition, field and option has its texts, and each trigger and condition an icon."""
    selectors = await async_get_translations(hass, "en", "selector", {DOMAIN})
    for kind in KINDS:
        descriptions = await ask(f"{kind[:-1]}_platforms/subscribe")
        texts = await async_get_translations(hass, "en", kind, {DOMAIN})
        icons = (await async_get_icons(hass, kind, {DOMAIN}))[DOMAIN]
        expected = set()
        for key in ours(descriptions):
            name = key.partition(".")[2]
            prefix = f"component.{DOMAIN}.{kind}.{name}"
            expected |= {f"{prefix}.name", f"{prefix}.description"}
            assert icons[name][kind[:-1]].startswith("mdi:")
            for field, described in descriptions[key]["fields"].items():
                expected |= {f"{prefix}.fields.{field}.{it}" for it in ("name", "description")}
                if select := described["selector"].get("select"):
                    for option in select["options"]:
                        assert selectors[
                            f"component.{DOMAIN}.selector.{select['translation_key']}"
                            f".options.{option}"
                        ]
        assert set(texts) == expected


async def test_fields_are_options(
    hass: HomeAssistant, ask: Ask, entities: Entities, den: Console
) -> None:
    """Each field of the editor is accepted as an option, and an unknown option is refused."""
    console = device_of(hass, ConsoleEntities(hass, den.console_id).id("media_player"))
    values: dict[str, Any] = {
        "behavior": "all",
        "console": [console],
        "for": {"hours": 0, "minutes": 5, "seconds": 0},
        "late": True,
        "max_rarity": 5.5,
        "min_gamerscore": 50,
        "minutes": 20,
        "platform": ["windows", "cloud"],
        "rare": True,
        "title": ["Starfall Drift"],
    }
    target = {"device_id": device_of(hass, entities.id("event.activity"))}
    for kind in KINDS:
        descriptions = await ask(f"{kind[:-1]}_platforms/subscribe")
        for key in sorted(ours(descriptions)):
            name = key.partition(".")[2]
            options = {field: values[field] for field in descriptions[key]["fields"]}
            if kind == "triggers":
                (await TriggerRecorder(hass).attach(name, target)).detach()
                (await TriggerRecorder(hass).attach(name, target, options)).detach()
                with pytest.raises(probatio.Invalid, match="unknown"):
                    await TriggerRecorder(hass).attach(name, target, {"unknown": 1})
            else:
                (await set_up_condition(hass, name, target)).async_unload()
                (await set_up_condition(hass, name, target, options)).async_unload()
                with pytest.raises(probatio.Invalid, match="unknown"):
                    await set_up_condition(hass, name, target, {"unknown": 1})


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("started_playing", {"title": [{}]}, "title"),
    ("started_playing", {"platform": "xbox"}, "a platform is one of xbox_series"),
    ("started_playing", {"for": -1}, "for"),
    ("came_online", {"title": "Starfall Drift"}, "title"),
    ("achievement_unlocked", {"max_rarity": 101}, "max_rarity"),
    ("achievement_unlocked", {"min_gamerscore": -1}, "min_gamerscore"),
    ("playtime_limit_approaching", {"minutes": 0}, "minutes"),
    ("console_turned_on", {"behavior": "some"}, "behavior"),
    ("is_playing", {"behavior": "each"}, "behavior"),
    ("is_playing", {"platform": ["windows", "xbox"]}, "a platform is one of xbox_series"),
]


async def validate(hass: HomeAssistant, name: str, target: Any, options: Any = None) -> None:
    """Check a configuration. Raises `probatio.Invalid`."""
    if name.startswith("is_"):
        (await set_up_condition(hass, name, target, options)).async_unload()
    else:
        (await TriggerRecorder(hass).attach(name, target, options)).detach()


async def test_wrong_options(hass: HomeAssistant, ask: Ask, entities: Entities) -> None:
    """An invalid option is refused, and the message names it."""
    target = {"device_id": device_of(hass, entities.id("event.activity"))}
    for name, options, message in WRONG:
        with pytest.raises(probatio.Invalid, match=message):
            await validate(hass, name, target, options)


async def test_wrong_targets(hass: HomeAssistant, ask: Ask, entities: Entities) -> None:
    """An entity that would never fire is refused, and the message names the right one."""
    activity, online = entities.id("event.activity"), entities.id("binary_sensor.online")
    device_id = device_of(hass, activity)
    player = ConsoleEntities(hass, "F400000000000001").id("media_player")
    er.async_get(hass).async_get_or_create("event", "other", "1", suggested_object_id="bell")
    for name, entity_id, message in (
        ("came_online", online, f"{online} is not the event entity .* Target {activity}, or the"),
        ("came_online", "event.bell", "event.bell is not .* Target a device or an entity of xbox"),
        ("came_online", "light.lamp", "light.lamp is not the event entity for the activity"),
        ("came_online", player, "Target a device or an entity of xbox_network"),
        ("achievement_unlocked", activity, "is not the event entity for the achievements"),
        ("console_turned_on", activity, "is not the media player of a console"),
        ("playtime_limit_reached", online, "is not the sensor for the time that a person has left"),
        ("is_online", activity, f"is not the binary sensor .* Target {online}, or the device"),
        ("is_playing", [online], "is not the binary sensor that tells whether a person is in a"),
        ("is_console_on", online, "is not the media player of a console"),
    ):
        with pytest.raises(probatio.Invalid, match=message):
            await validate(hass, name, {"entity_id": entity_id})
    for name in ("went_offline", "is_online"):
        empty_targets: list[dict[str, Any]] = [{}, {"entity_id": []}]
        for target in empty_targets:
            with pytest.raises(probatio.Invalid, match="the target is empty"):
                await validate(hass, name, target)
        await validate(hass, name, {"device_id": device_id})
    await validate(hass, "is_online", {"entity_id": "binary_sensor.not_there_yet"})


AUTOMATION: dict[str, Any] = {
    "alias": "Notice",
    "triggers": [
        {
            "trigger": "xbox_network.started_playing",
            "target": {},
            "options": {"title": "Starfall Drift"},
        }
    ],
    "conditions": [{"condition": "xbox_network.is_playing", "target": {}}],
    "actions": [
        {
            "event": "noticed",
            "event_data": {"text": "{{ trigger.person }} {{ trigger.title }} {{ trigger.where }}"},
        }
    ],
}


async def test_automation(
    hass: HomeAssistant, ask: Ask, entry: ConfigEntry, entities: Entities, owner: Person, poll: Poll
) -> None:
    """An automation runs before and after a reload; one without a target is unavailable."""
    target = {"device_id": device_of(hass, entities.id("event.activity"))}
    good: dict[str, Any] = {
        **AUTOMATION,
        "triggers": [{**AUTOMATION["triggers"][0], "target": target}],
        "conditions": [{**AUTOMATION["conditions"][0], "target": target}],
    }
    bad = {**AUTOMATION, "alias": "Nobody"}
    assert await async_setup_component(hass, "automation", {"automation": [good, bad]})
    await hass.async_block_till_done()
    states = (hass.states.get(f"automation.{name}") for name in ("notice", "nobody"))
    assert [state.state for state in states if state] == ["on", "unavailable"]
    noticed = async_capture_events(hass, "noticed")
    for times in (1, 2):
        owner.play(STARFALL_DRIFT)
        await poll()
        assert [it.data["text"] for it in noticed] == [
            "Nova Kestrel Starfall Drift xbox_series"
        ] * times
        owner.go_offline()
        await poll()
        await hass.config_entries.async_reload(entry.entry_id)
        await settle(hass)
