"""Tests of blueprint achievement_celebration: which achievements are celebrated, each once."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.xbox_network.xbox.endpoints import Service
from tests.blueprints.conftest import Automate, Live
from tests.conftest import restart
from tests.helpers.blueprints.files import device_of
from tests.helpers.fake_devices import Lamp, Telephone, add_devices
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import HARBOR_KINGS, STARFALL_DRIFT

MINUTE = 60
NAME = "achievement_celebration"
FACTS = [
    "person",
    "name",
    "description",
    "gamerscore",
    "rarity",
    "rarity_category",
    "title",
    "title_id",
    "unlocked_at",
    "late",
    "icon_url",
    "message",
]


async def test_celebration(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """A celebration has a message, colored lights and an action with all data. Several follow each other."""
    lamps = [Lamp("Desk", 120), Lamp("Sofa")]
    await add_devices(hass, "light", *lamps)
    before = [lamp.looks() for lamp in lamps]
    party = async_mock_service(hass, "test", "party")
    data = {fact: f"{{{{ {fact} }}}}" for fact in FACTS}
    await automate(
        NAME,
        people=[device_of(hass, entry, owner.xuid)],
        notify=[telephone.entity_id],
        lights=["light.desk", "light.sofa"],
        celebration=[{"action": "test.party", "data": data}],
    )
    owner.play(STARFALL_DRIFT)
    await live(MINUTE)
    owner.unlock(STARFALL_DRIFT, 2)
    await live(80, step=10)
    assert telephone.read() == [
        "Nova Kestrel unlocked Burning Storm in Starfall Drift (25 G).",
        "Nova Kestrel unlocked Hidden Light in Starfall Drift (25 G).",
    ]
    facts: dict[str, Any] = party[0].data
    assert set(facts) == set(FACTS)
    assert None not in facts.values()
    assert facts["rarity_category"] == "common"
    assert facts["late"] is False
    assert facts["message"].startswith("Nova Kestrel unlocked")
    assert [lamp.looks() for lamp in lamps] == before
    assert [it.get("rgb_color") for it in lamps[0].told].count((255, 200, 0)) == 2
    assert hass.states.async_entity_ids("scene") == []

    party.clear()
    people = [device_of(hass, entry, owner.xuid)]
    await automate(NAME, people=people, celebration=[{"action": "test.party"}])
    owner.unlock(STARFALL_DRIFT)
    await live(80, step=10)
    assert len(party) == 1
    assert telephone.read() == []


async def test_chosen_achievements(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """Only chosen achievements are celebrated, late ones on request, and no earlier ones."""
    chosen = {"people": [device_of(hass, entry, owner.xuid)], "notify": [telephone.entity_id]}
    owner.play(STARFALL_DRIFT)
    await live(MINUTE)
    rows: list[tuple[dict[str, Any], bool]] = [
        ({"rare": True}, False),
        ({"min_gamerscore": 26}, False),
        ({"min_gamerscore": 25}, True),
        ({"titles": ["Harbor Kings"]}, False),
        ({"titles": ["starfall drift"], "message": "{{ name }}!", "lights": []}, True),
    ]
    for options, celebrated in rows:
        await automate(NAME, **chosen, **options)
        owner.unlock(STARFALL_DRIFT)
        await live(2 * MINUTE)
        assert len(telephone.read()) == celebrated, options

    for late in (False, True):
        await automate(NAME, **chosen, late=late)
        simulator.fail(Service.PRESENCE, status=503, times=None)
        simulator.fail(Service.PEOPLE, status=503, times=None)
        simulator.fail(Service.ACHIEVEMENTS, status=503, times=None)
        owner.unlock(STARFALL_DRIFT)
        await live(20 * MINUTE, step=60)
        simulator.heal()
        simulator.fail(Service.REALTIME, status=403, times=None)
        await live(5 * MINUTE)
        assert len(telephone.read()) == late
    await automate()
    await restart(hass, entry)
    await automate(NAME, **chosen)
    owner.play(HARBOR_KINGS)
    await live(3 * MINUTE)
    assert telephone.read() == []


async def test_failing_devices(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    automate: Automate,
    live: Live,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A phone, a speaker or a lamp that fails does not affect the rest."""
    lamps = [Lamp("Desk", 120), Lamp("Shelf", 120)]
    lamps[0].broken = True
    await add_devices(hass, "light", *lamps)
    off = HomeAssistantError("it is off")
    for domain, action in (("notify", "send_message"), ("test", "say")):
        async_mock_service(hass, domain, action, raise_exception=off)
    before = lamps[1].looks()
    await automate(
        NAME,
        people=[device_of(hass, entry, owner.xuid)],
        notify=["notify.phone"],
        lights=["light.desk", "light.shelf"],
        celebration=[{"action": "test.say"}],
    )
    owner.play(STARFALL_DRIFT)
    await live(MINUTE)
    owner.unlock(STARFALL_DRIFT)
    await live(80, step=10)
    assert [it.get("rgb_color") for it in lamps[1].told].count((255, 200, 0)) == 1
    assert lamps[1].looks() == before
    assert hass.states.async_entity_ids("scene") == []
    caplog.clear()  # the log says what failed


async def test_run_by_hand(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """Running the automation from its menu shows a celebration."""
    lamp = Lamp("Desk", 120)
    await add_devices(hass, "light", lamp)
    people = [device_of(hass, entry, owner.xuid)]
    await automate(NAME, people=people, notify=[telephone.entity_id], lights=["light.desk"])
    await hass.services.async_call(
        "automation", "trigger", {"entity_id": f"automation.{NAME}"}, blocking=False
    )
    await live(10)
    assert telephone.read() == ["Somebody unlocked an achievement."]
    assert [it.get("rgb_color") for it in lamp.told] == [(255, 200, 0), (255, 200, 100)]
