"""Action `get_achievements`: the unlocked and the locked achievements of a title."""

import json
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.achievement_events import did
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.simulator import Person, Simulator
from tests.simulator.people.person import Progress

STARFALL_DRIFT, HARBOR_KINGS = "1900000001", "1900000002"
EMBER_VALE, LUMEN_VIDEO = "1900000360", "1900000900"
QUIET_HARBOR = "2535400000000011"


async def ask(hass: HomeAssistant, **data: Any) -> list[dict[str, Any]]:
    """Return the answer of the action about each person, as JSON without a xuid."""
    answer = await hass.services.async_call(
        DOMAIN, "get_achievements", data, blocking=True, return_response=True
    )
    assert answer
    text = json.dumps(answer)
    assert "25354" not in text  # no xuid
    result: list[dict[str, Any]] = json.loads(text)["people"]
    return result


async def ask_title(hass: HomeAssistant, **data: Any) -> dict[str, Any]:
    """Return the answer about the only title of the only person."""
    [person] = await ask(hass, **data)
    [title] = person["titles"]
    result: dict[str, Any] = title
    return result


def entity_of(entities: Entities) -> str:
    """Return the entity id of one of a person's sensors."""
    return entities.id("sensor.gamerscore")


async def test_modern(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, entities: Entities
) -> None:
    """Unlocked achievements come first, the latest in front; `include_secret` shows locked secret ones."""
    simulator.clear()
    [person] = await ask(hass, entity_id=entity_of(entities), title=STARFALL_DRIFT)
    device_id = er.async_get(hass).entities[entity_of(entities)].device_id
    assert (person["name"], person["device_id"]) == ("Nova Kestrel", device_id)
    [title] = person["titles"]
    achievements = title.pop("achievements")
    assert title == {
        "title": "Starfall Drift",
        "title_id": STARFALL_DRIFT,
        "unlocked": 12,
        "total": 40,
        "gamerscore": 300,
        "total_gamerscore": 1000,
    }
    assert [it["unlocked"] for it in achievements] == [True] * 12 + [False] * 28
    assert [it["description"] for it in achievements[:2]] == [did(12), did(11)]
    moments = [it["unlocked_at"] for it in achievements]
    assert moments[:12] == sorted(moments[:12], reverse=True)
    assert set(moments[12:]) == {None}
    assert achievements[0]["progress"] == 100.0
    assert (achievements[12]["progress"], achievements[13]["progress"]) == (0.0, 0.0)
    assert achievements[0]["rarity_category"] == "common"
    assert (
        achievements[0]["icon_url"].partition("?")[0].endswith("images-eds-ssl.xboxlive.com/image")
    )
    secret = [it for it in achievements if it["secret"]]
    assert [(it["name"], it["icon_url"] is None) for it in secret] == [
        ("Silent Harvest", False),
        *((None, True),) * 3,
    ]
    shown = await ask_title(
        hass, entity_id=entity_of(entities), title=STARFALL_DRIFT, include_secret=True
    )
    assert {it["name"] for it in shown["achievements"] if it["secret"] and not it["unlocked"]} == {
        "Secret achievement"
    }
    assert len(simulator.requests(Service.ACHIEVEMENTS)) == 2


async def test_xbox_360(hass: HomeAssistant, entry: ConfigEntry, entities: Entities) -> None:
    """An Xbox 360 title has the same fields; a value that its service does not have is null."""
    title = await ask_title(hass, entity_id=entity_of(entities), title="ember vale")
    assert (title["unlocked"], title["total"], title["gamerscore"]) == (10, 40, 250)
    first, last = title["achievements"][0], title["achievements"][-2]
    assert (first["unlocked"], first["progress"], first["icon_url"]) == (True, 100.0, None)
    assert (last["unlocked"], last["progress"], last["unlocked_at"]) == (False, None, None)
    assert (last["name"], last["secret"]) == ("Long Signal", False)
    assert first["rarity"] > last["rarity"]


async def test_more_than_a_page(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, entities: Entities, owner: Person
) -> None:
    """All achievements are in the answer, even if they take several pages; there may be none."""
    simulator.world.titles[STARFALL_DRIFT].achievements = 450
    assert (await ask_title(hass, title=STARFALL_DRIFT))["total"] == 450
    simulator.world.titles[LUMEN_VIDEO].type = "Game"
    owner.play(LUMEN_VIDEO)
    assert (await ask_title(hass, title=LUMEN_VIDEO))["achievements"] == []


async def test_which_title(
    hass: HomeAssistant, entry: ConfigEntry, entities: Entities, owner: Person, poll: Poll
) -> None:
    """Without a title it is the current game, else the last one; a part of a name is enough."""
    owner.play(HARBOR_KINGS)
    await poll(30)
    assert (await ask_title(hass))["title"] == "Harbor Kings"
    owner.play(LUMEN_VIDEO)
    await poll(30)
    assert (await ask_title(hass))["title"] == "Harbor Kings"
    for name in ("Starfall Drift", " starfall-drift ", "DRIFT", STARFALL_DRIFT):
        assert (await ask_title(hass, title=name))["title"] == "Starfall Drift"


async def test_several_people(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry
) -> None:
    """Each person has their own progress."""
    await add_friends(hass, entry, QUIET_HARBOR)
    people = await ask(hass, title="Harbor Kings")
    assert [(it["name"], it["titles"][0]["unlocked"]) for it in people] == [
        ("Nova Kestrel", 4),
        ("Quiet Harbor#42", 3),
    ]


async def test_one_person_hides_titles(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry
) -> None:
    """A person who hides titles has a problem text, and the others have their achievements."""
    await add_friends(hass, entry, QUIET_HARBOR)
    simulator.world.person(QUIET_HARBOR).hides_titles = True
    nova, harbor = await ask(hass, title="Harbor Kings")
    assert nova["titles"][0]["unlocked"] == 4
    assert "problem" not in nova
    assert (harbor["name"], harbor["titles"]) == ("Quiet Harbor#42", [])
    assert harbor["problem"].startswith("Quiet Harbor#42 does not let this account see")
    with pytest.raises(ServiceValidationError, match="that Nova Kestrel has played"):
        await ask(hass, title="Starfal Drif")


@pytest.mark.parametrize(
    ("title", "key", "nearest"),
    [
        ("Starfal Drif", "achievements_no_such_title", "Starfall Drift"),
        ("r", "achievements_no_such_title", "Starfall Drift, Harbor Kings, Ember Vale"),
        ("7", "achievements_no_such_title", "Starfall Drift, Harbor Kings, Ember Vale"),
    ],
)
async def test_no_such_title(
    hass: HomeAssistant, entry: ConfigEntry, title: str, key: str, nearest: str
) -> None:
    """An unknown title is an error that names the nearest titles."""
    with pytest.raises(ServiceValidationError) as raised:
        await ask(hass, title=title)
    assert raised.value.translation_key == key
    assert raised.value.translation_placeholders == {
        "person": "Nova Kestrel",
        "title": title,
        "nearest": nearest,
    }


async def test_nothing_played(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, entities: Entities
) -> None:
    """A person who has played no game is an error."""
    owner.progress = {LUMEN_VIDEO: Progress(0, 0, 1_000_000_000.0)}
    for data in ({}, {"title": "7"}):
        if data:
            owner.progress.clear()
        with pytest.raises(ServiceValidationError) as raised:
            await ask(hass, **data)
        assert raised.value.translation_key == "achievements_nothing_played"


@pytest.mark.parametrize(
    ("host", "status", "key"),
    [
        (Service.ACHIEVEMENTS, 403, "achievements_hidden"),
        (Service.TITLES, 403, "achievements_hidden"),
        (Service.ACHIEVEMENTS, 404, "achievements_hidden"),
        (Service.ACHIEVEMENTS, 401, "achievements_no_answer"),
        (Service.ACHIEVEMENTS, 503, "achievements_no_answer"),
        (Service.ACHIEVEMENTS, 429, "achievements_busy"),
    ],
)
async def test_service_errors(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    host: str,
    status: int,
    key: str,
) -> None:
    """Each kind of failure has its own error."""
    simulator.fail(host, status=status, times=None)
    with pytest.raises(HomeAssistantError) as raised:
        await ask(hass, title="Starfall Drift")
    assert raised.value.translation_key == key
    assert set(raised.value.translation_placeholders or {}) <= {
        *("person", "seconds", "service", "status", "documentation_url")
    }


async def test_sign_in(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry) -> None:
    """A sign-in that has ended is an error that asks for a new one."""
    simulator.expire_xsts()
    simulator.expire_user_tokens()
    simulator.expire_live("adult")
    simulator.revoke_refresh("adult")
    with pytest.raises(HomeAssistantError) as raised:
        await ask(hass, title="Starfall Drift")
    assert raised.value.translation_key == "sign_in_again"


async def test_odd_calls(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """An empty title and a target without people are errors."""
    with pytest.raises(Exception, match="length"):
        await ask(hass, title=" ")
    with pytest.raises(ServiceValidationError) as raised:
        await ask(hass, entity_id="sensor.unknown")
    assert raised.value.translation_key == "nobody_targeted"
