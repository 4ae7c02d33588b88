"""Images of a person: the gamerpic and the art of the current title."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.xbox_network.xbox.endpoints import IMAGE_HOSTS, Service
from tests.conftest import Poll, restart, set_up
from tests.helpers.entities import Entities
from tests.helpers.pictures import PNG, Browser, fetched, look
from tests.simulator import Person, Simulator

STARFALL_DRIFT = "1900000001"
HARBOR_KINGS = "1900000002"
EMBER_VALE = "1900000360"
GAMERPICS = "images-eds-ssl.xboxlive.com"
ART = "store-images.s-microsoft.com"


@pytest.mark.freeze_time("2031-03-01T08:00:00Z")
@pytest.mark.usefixtures("everything_enabled")
async def test_platform(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    stored: MockConfigEntry,
    owner: Person,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    """Names, ids and attributes match the snapshot."""
    monkeypatch.setattr("custom_components.xbox_network.PLATFORMS", [Platform.IMAGE])
    monkeypatch.setattr("random.SystemRandom.getrandbits", lambda *_: 1)
    owner.play(STARFALL_DRIFT)
    await set_up(hass, stored)
    await snapshot_platform(hass, entity_registry, snapshot, stored.entry_id)


@pytest.mark.parametrize("style", ["ssl", "plain", "padding"])
async def test_gamerpic(
    simulator: Simulator,
    hass: HomeAssistant,
    stored: MockConfigEntry,
    owner: Person,
    entities: Entities,
    hass_client: ClientSessionGenerator,
    style: str,
) -> None:
    """Each form of address leads to the picture, which is fetched on the first view only."""
    owner.picture_style = style
    await set_up(hass, stored)
    assert fetched(simulator) == []
    browser = await hass_client()
    first = await look(browser, entities, "image.gamerpic")
    assert first == await look(browser, entities, "image.gamerpic")
    status, content, content_type = first
    assert (status, content_type) == (HTTPStatus.OK, "image/png")
    assert content.startswith(PNG)
    assert fetched(simulator) == [GAMERPICS]


@pytest.mark.parametrize(
    ("title", "host"),
    [(STARFALL_DRIFT, ART), (EMBER_VALE, GAMERPICS)],
    ids=["today", "xbox-360"],
)
async def test_art(
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    poll: Poll,
    browser: Browser,
    title: str,
    host: str,
) -> None:
    """The art of a title is shown while the title is played."""
    assert entities("image.now_playing") == STATE_UNKNOWN
    owner.play(title)
    await poll()
    status, content, _ = await look(browser, entities, "image.now_playing")
    assert status == HTTPStatus.OK
    assert content.startswith(PNG)
    assert fetched(simulator) == [host]

    owner.stop()
    await poll()
    assert entities("image.now_playing") == STATE_UNKNOWN
    status, content, _ = await look(browser, entities, "image.now_playing")
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert PNG not in content


async def test_pictures_differ(
    owner: Person, entities: Entities, poll: Poll, browser: Browser
) -> None:
    """Another title has another picture and another time."""
    seen = set()
    for title in (STARFALL_DRIFT, HARBOR_KINGS):
        owner.play(title)
        await poll()
        _, content, _ = await look(browser, entities, "image.now_playing")
        seen |= {content, entities("image.now_playing").encode()}
    assert len(seen) == 4


async def test_state_is_the_time_of_the_picture(
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    browser: Browser,
) -> None:
    """The state changes when the picture changes, and only then."""
    owner.play(STARFALL_DRIFT)
    await poll()
    before = entities("image.gamerpic"), entities("image.now_playing")
    _, old, _ = await look(browser, entities, "image.gamerpic")
    owner.unlock(STARFALL_DRIFT)
    await poll(600)
    assert before == (entities("image.gamerpic"), entities("image.now_playing"))

    owner.change_gamerpic()
    await poll(60)
    assert entities("image.gamerpic") > before[0]
    assert entities("image.now_playing") == before[1]
    status, new, _ = await look(browser, entities, "image.gamerpic")
    assert status == HTTPStatus.OK
    assert new != old


@pytest.mark.parametrize("changes", [False, True], ids=["same", "another"])
async def test_time_over_a_restart(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    changes: bool,
) -> None:
    """The time stays over a restart, unless the picture has changed meanwhile."""
    owner.play(STARFALL_DRIFT)
    await poll()
    before = entities("image.gamerpic"), entities("image.now_playing")
    await poll(60)
    if changes:
        owner.change_gamerpic()
    await restart(hass, entry)
    assert (entities("image.gamerpic") != before[0]) is changes
    assert entities("image.now_playing") == before[1]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"status": 404}, id="404"),
        pytest.param({"status": 400}, id="400"),
        pytest.param({"status": 503}, id="503"),
        pytest.param({"status": 302, "headers": {"Location": "http://127.0.0.1/"}}, id="302"),
        pytest.param({"cut": True}, id="cut"),
        pytest.param({"garbage": True}, id="html"),
        pytest.param({"empty": True}, id="empty"),
        pytest.param(
            {"body": b"", "headers": {"Content-Type": "image/png"}}, id="picture-of-no-bytes"
        ),
        pytest.param(
            {
                "body": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
                "headers": {"Content-Type": "image/svg+xml"},
            },
            id="script",
        ),
        pytest.param({"headers": {"Content-Type": "text/html"}}, id="html-by-name"),
        pytest.param({"headers": {"Content-Type": ""}}, id="no-name"),
    ],
)
async def test_invalid_picture(
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    poll: Poll,
    browser: Browser,
    fault: Mapping[str, Any],
) -> None:
    """An invalid picture is an error of that picture alone, and is fetched again on the next view."""
    owner.play(STARFALL_DRIFT)
    await poll()
    simulator.fail(GAMERPICS, times=None, **fault)
    status, _, _ = await look(browser, entities, "image.gamerpic")
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    status, content, _ = await look(browser, entities, "image.now_playing")
    assert status == HTTPStatus.OK
    assert content.startswith(PNG)
    assert entities.being(STATE_UNAVAILABLE) == set()
    await poll()
    assert entities.being(STATE_UNAVAILABLE) == set()

    simulator.heal()
    status, content, _ = await look(browser, entities, "image.gamerpic")
    assert status == HTTPStatus.OK
    assert content.startswith(PNG)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("image/png; charset=utf-8", "image/png"),
        ("IMAGE/PNG", "image/png"),
        (" image/jpeg ;q=1", "image/jpeg"),
        ("image/webp", "image/webp"),
        ("image/gif", "image/gif"),
    ],
)
async def test_content_type(
    simulator: Simulator, entities: Entities, browser: Browser, header: str, expected: str
) -> None:
    """The content type is read in any letter case, with or without parameters."""
    simulator.fail(GAMERPICS, headers={"Content-Type": header})
    status, content, content_type = await look(browser, entities, "image.gamerpic")
    assert (status, content_type) == (HTTPStatus.OK, expected)
    assert content.startswith(PNG)


async def test_several_browsers_at_once(
    simulator: Simulator, entities: Entities, browser: Browser
) -> None:
    """A picture that several browsers request at once is fetched once."""
    simulator.delay = 0.05
    answers = await asyncio.gather(*(look(browser, entities, "image.gamerpic") for _ in range(4)))
    assert {status for status, _, _ in answers} == {HTTPStatus.OK}
    assert fetched(simulator) == [GAMERPICS]


async def test_pause_of_a_picture_host(
    simulator: Simulator, entities: Entities, poll: Poll, browser: Browser
) -> None:
    """A host of pictures that asks for a pause gets no request in it."""
    simulator.fail(GAMERPICS, status=429, headers={"Retry-After": "120"})
    for _ in range(3):
        status, _, _ = await look(browser, entities, "image.gamerpic")
        assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert fetched(simulator) == [GAMERPICS]
    await poll(130)
    status, _, _ = await look(browser, entities, "image.gamerpic")
    assert status == HTTPStatus.OK


async def test_no_token_for_pictures(
    simulator: Simulator, owner: Person, entities: Entities, poll: Poll, browser: Browser
) -> None:
    """A request for a picture has neither a token nor a cookie."""
    owner.play(STARFALL_DRIFT)
    await poll()
    await look(browser, entities, "image.gamerpic")
    await look(browser, entities, "image.now_playing")
    requests = [it for it in simulator.requests() if it.host in IMAGE_HOSTS]
    assert len(requests) == 2
    for request in requests:
        assert request.status == HTTPStatus.OK
        assert "Authorization" not in request.headers
        assert "Cookie" not in request.headers


async def test_picture_while_the_network_is_down(
    simulator: Simulator, entities: Entities, poll: Poll, browser: Browser
) -> None:
    """A picture that was fetched before is shown without the network."""
    first = await look(browser, entities, "image.gamerpic")
    for host in (*IMAGE_HOSTS & {GAMERPICS, ART}, Service.PEOPLE, Service.PRESENCE):
        simulator.fail(host, status=503, times=None)
    await poll(120)
    assert await look(browser, entities, "image.gamerpic") == first
