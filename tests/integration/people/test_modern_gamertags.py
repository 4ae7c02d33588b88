"""Modern gamertags: people are called as on Xbox wherever they are named, and nothing else of them changes."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, SignIn, fails_with, set_up
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import (
    add_by_gamertag,
    add_friends,
    offered,
    open_dialog,
    subentry_of,
    tracked,
)
from tests.helpers.privacy import found_in, personal
from tests.simulator import Console, Person, Simulator
from tests.simulator.world.demo_world import BRASS_OTTER, QUIET_HARBOR, STARFALL_DRIFT

OWL = "Ночная Сова"
STAR = "ほし#77"
EVERY_FIVE_MINUTES = 310


@pytest.fixture(name="owl")
def owl_fixture(owner: Person) -> Person:
    """Return the account's owner, whose modern gamertag is unlike the classic one. Name it before `entry`."""
    owner.rename(OWL, classic="DustyOtter8812")
    return owner


@pytest.fixture(name="star")
def star_fixture(simulator: Simulator) -> Person:
    """Return a friend whose modern gamertag has a suffix and is unlike the classic one."""
    star = simulator.world.person(QUIET_HARBOR)
    star.rename("ほし", "77", classic="PlainPebble31")
    return star


@pytest.fixture(name="device_name")
def device_name_fixture(
    device_registry: dr.DeviceRegistry, request: pytest.FixtureRequest
) -> Callable[[str], str | None]:
    """Return a function that returns the name of a person's device, without the user's own name."""

    def device_name(xuid: str) -> str | None:
        [device] = [it for it in device_registry.devices if (DOMAIN, xuid) in it.identifiers]
        return device.name

    return device_name


def only_classic(answer: Any) -> None:
    """Take the modern gamertags out of an answer of peoplehub."""
    for person in answer["people"]:
        for key in ("modernGamertag", "modernGamertagSuffix", "uniqueModernGamertag"):
            del person[key]


async def test_everywhere(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    owl: Person,
    star: Person,
    den: Console,
    entry: ConfigEntry,
    entities: Entities,
    at_den: ConsoleEntities,
    poll: Poll,
    device_name: Callable[[str], str | None],
) -> None:
    """Account, dialog, devices, entities, player, online friends and reports have the modern gamertag."""
    assert entry.title == device_name(owl.xuid) == OWL
    assert entities["event.activity"].name == f"{OWL} Activity"
    assert entities.id("sensor.gamerscore") == "sensor.nochnaia_sova_gamerscore"
    form = await open_dialog(hass, entry)
    assert offered(form)[star.xuid] == "ほし#77 (PlainPebble31)"
    await add_friends(hass, entry, star.xuid)
    assert tracked(entry) == {star.xuid: STAR}
    assert device_name(star.xuid) == STAR

    star.go_online()
    owl.play(STARFALL_DRIFT)
    await poll(20)
    assert at_den("sensor.player") == OWL
    await poll(600, step=30)
    assert entities["sensor.friends_online"].attributes["tracked"] == [STAR]
    for action in ("get_achievements", "get_playtime"):
        answer: Any = await hass.services.async_call(
            DOMAIN, action, {}, blocking=True, return_response=True
        )
        assert [it["name"] for it in answer["people"]] == [OWL, STAR]

    assert await async_setup_component(hass, "diagnostics", {})
    browser = await hass_client()
    report = await browser.get(f"/api/diagnostics/config_entry/{entry.entry_id}")
    data = json.dumps((await report.json())["data"], ensure_ascii=False)
    assert {OWL, STAR, "ほし", "DustyOtter8812", "PlainPebble31"} <= personal(simulator)
    assert found_in(data, personal(simulator)) == set()


async def test_known_by_classic_gamertags(
    hass: HomeAssistant,
    simulator: Simulator,
    owl: Person,
    star: Person,
    stored: MockConfigEntry,
    entities: Entities,
    poll: Poll,
    device_registry: dr.DeviceRegistry,
    device_name: Callable[[str], str | None],
) -> None:
    """People who were added under classic gamertags get the modern ones; entity ids and the user's names stay."""
    hass.config_entries.async_update_entry(stored, title="DustyOtter8812")
    simulator.spoil(Service.PEOPLE, only_classic, times=None)
    await set_up(hass, stored)
    await add_friends(hass, stored, star.xuid, BRASS_OTTER)
    subentry = subentry_of(stored, BRASS_OTTER)
    hass.config_entries.async_update_subentry(stored, subentry, title="Mara")
    otter = simulator.world.person(BRASS_OTTER)
    otter.rename("Выдра", classic=otter.gamertag)
    device = device_registry.async_get_device_by_identifier((DOMAIN, star.xuid), stored.entry_id)
    assert device
    device_registry.async_update_device(device.id, name_by_user="Living room")
    stars = Entities(hass, star.xuid)
    await poll(EVERY_FIVE_MINUTES)
    assert stored.title == device_name(owl.xuid) == "DustyOtter8812"
    before = {it.id("sensor.gamerscore") for it in (entities, stars)}

    simulator.heal(Service.PEOPLE)
    await poll(EVERY_FIVE_MINUTES)
    assert stored.title == device_name(owl.xuid) == OWL
    assert {it.unique_id: it.title for it in stored.subentries.values()} == {
        star.xuid: STAR,
        BRASS_OTTER: "Mara",
    }
    assert device_name(star.xuid) == STAR
    assert device_name(BRASS_OTTER) == "Выдра"
    assert stars["sensor.gamerscore"].name == "Living room Gamerscore"
    assert {it.id("sensor.gamerscore") for it in (entities, stars)} == before
    assert "sensor.dustyotter8812_gamerscore" in before


async def test_modern_gamertag_changes(
    owl: Person, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """A new modern gamertag renames; so does a suffix, and the classic gamertag changes nothing."""
    for classic, modern, suffix, name in (
        ("DustyOtter8812", "Лиса", "", "Лиса"),
        ("DustyOtter8812", "Лиса", "9", "Лиса#9"),
        ("PlainPebble31", "Лиса", "9", "Лиса#9"),
    ):
        owl.rename(modern, suffix, classic)
        await poll(EVERY_FIVE_MINUTES)
        assert entry.title == name
        assert entities["sensor.gamerscore"].name == f"{name} Gamerscore"
    assert entities.id("sensor.gamerscore") == "sensor.nochnaia_sova_gamerscore"


async def test_added_while_peoplehub_is_out(
    simulator: Simulator,
    owl: Person,
    sign_in: SignIn,
    poll: Poll,
    device_name: Callable[[str], str | None],
) -> None:
    """An account is added although nobody tells the modern gamertag, and renamed once it is known."""
    simulator.fail(Service.PEOPLE, status=503, times=None)
    entry = (await sign_in("adult"))["result"]
    assert entry.title == device_name(owl.xuid) == "DustyOtter8812"
    simulator.heal(Service.PEOPLE)
    await poll(120)
    assert entry.title == device_name(owl.xuid) == OWL


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"umg": "Сова из токена", "gtg": "Owl"}, "Сова из токена"),
        ({"umg": " ", "gtg": "Owl"}, "Owl"),
        ({"umg": None, "gtg": "\u200b"}, OWL),
    ],
)
async def test_names_in_the_token(
    simulator: Simulator, owl: Person, sign_in: SignIn, claims: dict[str, object], name: str
) -> None:
    """A token that names the person needs no request for the name."""
    simulator.spoil(
        Service.XSTS, lambda answer: answer["DisplayClaims"]["xui"][0].update(claims), times=None
    )
    simulator.fail(Service.PRESENCE, status=503, times=None)
    result = await sign_in("adult")
    assert result["title"] == name
    assert len(simulator.requests(Service.PEOPLE)) == (2 if name == OWL else 1)


async def test_name_of_a_new_account_stays_without_a_device(
    hass: HomeAssistant, owl: Person, stored: MockConfigEntry
) -> None:
    """A title that is not the classic gamertag is the user's, even if there is no device yet."""
    hass.config_entries.async_update_entry(stored, title="My account")
    await set_up(hass, stored)
    assert stored.title == "My account"


@pytest.mark.parametrize("typed", ["ночная лиса#5", "DustyFox12", "\u200eНочная\u00a0Лиса#5\u200b"])
async def test_found_by_either(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, typed: str
) -> None:
    """Somebody is found by the modern and by the classic gamertag, and called by the modern one."""
    simulator.world.add(Person("2535400000000097", "Ночная Лиса", "5", classic="DustyFox12"))
    subentry = await add_by_gamertag(hass, entry, typed)
    assert (subentry.unique_id, subentry.title) == ("2535400000000097", "Ночная Лиса#5")


async def test_account_that_is_there_already(
    hass: HomeAssistant, simulator: Simulator, owl: Person, entry: ConfigEntry, sign_in: SignIn
) -> None:
    """A second sign-in of an account tells the name that it has here, without a request."""
    hass.config_entries.async_update_entry(entry, title="Our *account*")
    simulator.clear()
    text = fails_with(await sign_in("adult"), "already_configured")
    assert r"The account Our \*account\* has been added" in text
    assert simulator.requests(Service.PEOPLE) == []
