"""Images that are disabled by default: more art of the current title, and the avatar."""

import json
import logging
from http import HTTPStatus

import pytest
from homeassistant.components.image import DOMAIN as IMAGE_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, set_up
from tests.helpers.entities import IMAGES, IMAGES_OFF, Entities
from tests.helpers.pictures import PNG, Browser, fetched, look
from tests.simulator import Person, Simulator
from tests.simulator.titles.title import IMAGE_TYPES

STARFALL_DRIFT = "1900000001"
EMBER_VALE = "1900000360"
AVATARS = "avatar-ssl.xboxlive.com"
ART_HOST = "store-images.s-microsoft.com"
STORE = f"http://{ART_HOST}/image/"
DAY = 24 * 60 * 60

ART = {
    "box_art": ["BoxArt"],
    "hero_art": ["SuperHeroArt", "TitledHeroArt", "Hero"],
    "key_art": ["BrandedKeyArt"],
    "poster": ["Poster"],
}
"""The image types of titlehub for each picture, the best first."""

ODD_ADDRESSES: tuple[object, ...] = (
    *("", " ", None, 5, {}, "odd", "https://", "https://[", "/image/apps.1", "data:image/png,a"),
    *(
        "https://example.com/image/a",
        "http://127.0.0.1:8123/api",
        "ftp://store-images.microsoft.com/",
    ),
    "https://store-images.s-microsoft.com@example.com/a",
)


def set_images(simulator: Simulator, title_id: str, images: object) -> None:
    """Let titlehub answer with these images of a title."""
    title = {"titleId": title_id, "name": "Starfall Drift", "type": "Game", "images": images}
    body = json.dumps({"titles": [title]}).encode()
    simulator.fail(Service.TITLES, body=body, times=None, path=rf"titleid\({title_id}\)")


def images(*types: str, **addresses: object) -> list[dict[str, object]]:
    """Return images of these types as titlehub does; `addresses` replaces single addresses."""
    return [{"type": it, "url": addresses.get(it, f"{STORE}{it}")} for it in types]


async def test_disabled_by_default(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entity_registry: er.EntityRegistry
) -> None:
    """The images that few people use are disabled by default."""
    disabled_by = {
        it.unique_id.removeprefix(f"{owner.xuid}_"): it.disabled_by
        for it in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if it.domain == IMAGE_DOMAIN and it.unique_id.startswith(owner.xuid)
    }
    assert disabled_by == {
        **dict.fromkeys(IMAGES, None),
        **dict.fromkeys(IMAGES_OFF, er.RegistryEntryDisabler.INTEGRATION),
    }


@pytest.mark.usefixtures("everything_enabled")
@pytest.mark.parametrize("key", ART)
async def test_art(
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    poll: Poll,
    browser: Browser,
    key: str,
) -> None:
    """Each picture is the one of its type, while the title is played."""
    assert entities(f"image.{key}") == STATE_UNKNOWN
    owner.play(STARFALL_DRIFT)
    await poll()
    assert fetched(simulator) == []
    status, content, content_type = await look(browser, entities, f"image.{key}")
    assert (status, content_type) == (HTTPStatus.OK, "image/png")
    assert content.startswith(PNG)
    image_url = simulator.world.titles[STARFALL_DRIFT].image_url(IMAGE_TYPES.index(ART[key][0]))
    assert simulator.requests(image_url.split("/")[2])[-1].path == "/" + image_url.split("/", 3)[3]

    owner.stop()
    await poll()
    assert entities(f"image.{key}") == STATE_UNKNOWN


@pytest.mark.usefixtures("everything_enabled")
@pytest.mark.parametrize("image_type", ART["hero_art"])
async def test_best_image_type(
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    poll: Poll,
    browser: Browser,
    image_type: str,
) -> None:
    """The best type that a title has is used."""
    index = ART["hero_art"].index(image_type)
    set_images(
        simulator, STARFALL_DRIFT, images("Logo", *reversed(ART["hero_art"][index:]), "BoxArt")
    )
    simulator.fail(ART_HOST, body=PNG, headers={"Content-Type": "image/png"})
    owner.play(STARFALL_DRIFT)
    await poll()
    assert (await look(browser, entities, "image.hero_art"))[0] == HTTPStatus.OK
    assert [it.path for it in simulator.requests(ART_HOST)] == [f"/image/{image_type}"]


@pytest.mark.usefixtures("everything_enabled")
@pytest.mark.parametrize("address", ODD_ADDRESSES, ids=ascii)
async def test_odd_address(
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    address: object,
) -> None:
    """An empty, odd or foreign address makes that picture unknown; the others are shown."""
    for number, key in enumerate(ART):
        title_id = f"190000000{number + 1}"
        types = ["Tile", *(types[0] for types in ART.values())]
        set_images(simulator, title_id, images(*types, **{ART[key][0]: address}))
        owner.play(title_id)
        await poll()
        unknown = {
            name for name in ("now_playing", *ART) if entities(f"image.{name}") == STATE_UNKNOWN
        }
        assert unknown == {key}
        assert entities.being(STATE_UNAVAILABLE) == set()
    assert fetched(simulator) == []


@pytest.mark.usefixtures("everything_enabled")
@pytest.mark.parametrize(
    "answer", [None, [], {}, "odd", 5, [None, 5, {}, {"url": 5}, {"type": []}]]
)
async def test_no_images(
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    answer: object,
) -> None:
    """A title without art is shown like any other."""
    set_images(simulator, STARFALL_DRIFT, answer)
    owner.play(STARFALL_DRIFT)
    await poll()
    assert entities("sensor.now_playing") == "Starfall Drift"
    assert {entities(f"image.{key}") for key in ("now_playing", *ART)} == {STATE_UNKNOWN}


@pytest.mark.usefixtures("everything_enabled")
async def test_avatar(
    simulator: Simulator, owner: Person, entities: Entities, browser: Browser
) -> None:
    """The avatar is fetched on the first view only, without a token."""
    first = await look(browser, entities, "image.avatar")
    assert first == await look(browser, entities, "image.avatar")
    status, content, content_type = first
    assert (status, content_type) == (HTTPStatus.OK, "image/png")
    assert content.startswith(PNG)
    [request] = simulator.requests(AVATARS)
    assert "Authorization" not in request.headers
    assert entities("image.avatar") != STATE_UNKNOWN


@pytest.mark.usefixtures("everything_enabled")
async def test_no_avatar(
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    browser: Browser,
    poll: Poll,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A missing avatar is logged for debugging only, without a name, and makes nothing unavailable."""
    owner.avatars = 0
    owner.rename("Kestrel")
    await poll(310)
    caplog.clear()
    status, content, _ = await look(browser, entities, "image.avatar")
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert PNG not in content
    assert simulator.requests(AVATARS)[-1].status == HTTPStatus.NOT_FOUND
    assert entities.being(STATE_UNAVAILABLE) == set()
    ours = [it for it in caplog.records if "xbox_network" in it.name]
    assert {it.levelno for it in ours} <= {logging.DEBUG}
    assert all("kestrel" not in it.getMessage().casefold() for it in ours)

    owner.change_avatar()
    assert (await look(browser, entities, "image.avatar"))[0] == HTTPStatus.OK


@pytest.mark.usefixtures("everything_enabled")
async def test_avatar_of_another_day(
    simulator: Simulator, owner: Person, entities: Entities, browser: Browser, poll: Poll
) -> None:
    """An avatar is fetched again each day, because its address stays; its state is the time of a change."""
    _, old, _ = await look(browser, entities, "image.avatar")
    before = entities("image.avatar")
    await poll(DAY + 600, step=3600)
    assert (await look(browser, entities, "image.avatar"))[1] == old
    assert len(simulator.requests(AVATARS)) == 2
    assert entities("image.avatar") == before

    owner.change_avatar()
    await poll(DAY + 600, step=3600)
    simulator.fail(AVATARS, status=503)
    assert (await look(browser, entities, "image.avatar"))[1] == old
    _, new, _ = await look(browser, entities, "image.avatar")
    assert new != old
    assert entities("image.avatar") > before
    assert (await look(browser, entities, "image.avatar"))[1] == new
    assert len(simulator.requests(AVATARS)) == 4

    owner.avatars = 0
    await poll(DAY + 600, step=3600)
    assert (await look(browser, entities, "image.avatar"))[0] == HTTPStatus.INTERNAL_SERVER_ERROR


@pytest.mark.usefixtures("everything_enabled")
@pytest.mark.parametrize("gamertag", ["", None, {}, []], ids=ascii)
async def test_no_gamertag(
    hass: HomeAssistant,
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    stored: MockConfigEntry,
    gamertag: object,
) -> None:
    """Without a gamertag there is no avatar; the gamerpic is shown."""
    person = {"xuid": owner.xuid, "gamertag": gamertag, "displayPicRaw": owner.gamerpic_url}
    body = json.dumps({"people": [person]}).encode()
    simulator.fail(Service.PEOPLE, body=body, times=None)
    await set_up(hass, stored)
    assert entities("image.avatar") == STATE_UNKNOWN
    assert entities("image.gamerpic") not in (STATE_UNKNOWN, STATE_UNAVAILABLE)


@pytest.mark.usefixtures("everything_enabled")
async def test_art_of_an_xbox_360_title(
    entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """An Xbox 360 title has one picture only."""
    owner.play(EMBER_VALE)
    await poll()
    assert {entities(f"image.{key}") for key in ART} == {STATE_UNKNOWN}
    assert entities("image.now_playing") != STATE_UNKNOWN
