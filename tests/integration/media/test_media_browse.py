"""Media browser of a console: folders, search, pictures."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.xbox_network.const import DOMAIN, OPTION_HIDDEN_APPS
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import SignIn, restart
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.helpers.settling import settle, until
from tests.simulator import Console, InstalledApp, Simulator, install_games

type Item = dict[str, Any]


class Shelves:
    """Somebody who looks through the media browser."""

    def __init__(self, socket: MockHAClientWebSocket, entity_id: str) -> None:
        """Look at one console."""
        self._socket = socket
        self._entity_id = entity_id

    async def ask(self, kind: str, **data: Any) -> Item:
        """Send a request and return the whole answer."""
        await self._socket.send_json_auto_id(
            {"type": f"media_player/{kind}", "entity_id": self._entity_id, **data}
        )
        answer: Item = await self._socket.receive_json()
        return answer

    async def browse(self, item: Item | None = None) -> Item:
        """Open a shelf, the first page without one."""
        keys = ("media_content_type", "media_content_id")
        data = {key: item[key] for key in keys} if item else {}
        found: Item = (await self.ask("browse_media", **data))["result"]
        return found

    async def open(self, title: str) -> Item:
        """Open a shelf by what it is called."""
        first = await self.browse()
        return await self.browse(next(it for it in first["children"] if it["title"] == title))

    async def search(self, words: str, **data: Any) -> list[str]:
        """Return the titles that are found."""
        answer = await self.ask("search_media", search_query=words, **data)
        return titles(answer["result"]["result"])


def titles(items: list[Item]) -> list[str]:
    """Return what items are called."""
    return [it["title"] for it in items]


type LookThrough = Callable[[], Awaitable[Shelves]]


@pytest.fixture(name="look_through")
def look_through_fixture(
    hass: HomeAssistant,
    den: Console,
    sign_in: SignIn,
    at_den: ConsoleEntities,
    hass_ws_client: WebSocketGenerator,
) -> LookThrough:
    """Sign in, and look through what is installed on the console that is on."""

    async def look_through() -> Shelves:
        await sign_in("adult")
        return Shelves(await hass_ws_client(hass), at_den.id("media_player"))

    return look_through


@pytest.fixture(name="shelves")
async def shelves_fixture(look_through: LookThrough) -> Shelves:
    """Return somebody who looks through what is installed."""
    return await look_through()


async def test_first_page(shelves: Shelves) -> None:
    """Home and the television can be played at once; games and apps are shelves."""
    page = await shelves.browse()
    assert page["can_search"]
    found = {it["title"]: (it["can_play"], it["can_expand"]) for it in page["children"]}
    assert found == {
        "Home": (True, False),
        "TV": (True, False),
        "Games": (False, True),
        "Apps": (False, True),
    }


async def test_shelves(shelves: Shelves) -> None:
    """Games and apps lie sorted on their shelves."""
    games = await shelves.open("Games")
    assert titles(games["children"]) == ["Harbor Kings", "Starfall Drift"]
    assert {it["media_class"] for it in games["children"]} == {"game"}
    apps = await shelves.open("Apps")
    assert titles(apps["children"]) == ["Grid Tuner", "Lumen Video"]
    assert {it["media_content_type"] for it in apps["children"]} == {"app"}


async def test_everything_found_can_be_played(
    den: Console, shelves: Shelves, at_den: ConsoleEntities, actions: Actions
) -> None:
    """Whatever the browser offers, `play_media` starts it."""
    items = [
        *(it for it in (await shelves.browse())["children"] if it["can_play"]),
        *(await shelves.open("Games"))["children"],
        *(await shelves.open("Apps"))["children"],
    ]
    for item in items:
        keys = ("media_content_type", "media_content_id")
        data = {key: item[key] for key in keys}
        await actions.call("media_player.play_media", at_den.id("media_player"), **data)
        assert item["title"] in (at_den["media_player"].attributes["source"], "TV")
    assert len(den.done) == len(items) == 6


async def test_pictures(den: Console, shelves: Shelves) -> None:
    """All that the store knows has a picture that can be fetched by a browser."""
    first = await shelves.browse()
    games, apps = await shelves.open("Games"), await shelves.open("Apps")
    items = [*first["children"][:2], *games["children"], *apps["children"]]
    pictures = {it["title"]: it["thumbnail"] for it in items}
    assert pictures.pop("Grid Tuner") is None  # the store does not have it
    assert len(set(pictures.values())) == 5
    async with aiohttp.ClientSession() as session:
        for address in pictures.values():
            async with session.get(address) as answer:
                assert answer.status == 200
                assert answer.content_type == "image/png"


async def test_only_what_there_is(den: Console, look_through: LookThrough) -> None:
    """A shelf with nothing on it is not shown."""
    den.apps = [app for app in den.apps if app.content_type == "Game"]
    den.tv_configured = False
    shelves = await look_through()
    assert titles((await shelves.browse())["children"]) == ["Home", "Games"]


async def test_hidden(hass: HomeAssistant, shelves: Shelves) -> None:
    """What somebody hides is not there, and is not found either."""
    [entry] = hass.config_entries.async_entries(DOMAIN)
    hass.config_entries.async_update_entry(entry, options={OPTION_HIDDEN_APPS: ["9SIM713FB301"]})
    await settle(hass)
    assert titles((await shelves.open("Games"))["children"]) == ["Harbor Kings"]
    assert await shelves.search("starfall") == []


async def test_no_such_shelf(shelves: Shelves) -> None:
    """What there is not is an error, not an empty page."""
    for kind, data in (("browse_media", {}), ("search_media", {"search_query": "a"})):
        answer = await shelves.ask(
            kind, media_content_type="apps", media_content_id="elsewhere", **data
        )
        assert not answer["success"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("starfall", ["Starfall Drift"]),
        ("DRIFT star", ["Starfall Drift"]),
        ("i", ["Grid Tuner", "Harbor Kings", "Lumen Video", "Starfall Drift"]),
        ("king", ["Harbor Kings"]),
        ("home", ["Home"]),
        ("tv", ["TV"]),
        ("nothing like it", []),
        ("", []),
        ("  ", []),
    ],
)
async def test_search(shelves: Shelves, words: str, found: list[str]) -> None:
    """All the words have to be in the name, in any order and letter case."""
    assert await shelves.search(words) == found


async def test_best_fit_first(den: Console, look_through: LookThrough) -> None:
    """The very name goes before a beginning, that before a word, that before a part of one."""
    den.apps = [
        InstalledApp(name=name, product_id=f"9SIM0000STA{number}")
        for number, name in enumerate(("A Star", "Upstart", "Starlight", "Star"))
    ]
    shelves = await look_through()
    assert await shelves.search("star") == ["Star", "Starlight", "A Star", "Upstart"]


async def test_search_on_a_shelf_and_by_class(shelves: Shelves) -> None:
    """A search keeps to where somebody looks, and to what is asked for."""
    games = {"media_content_type": "apps", "media_content_id": "games"}
    assert await shelves.search("i", **games) == ["Harbor Kings", "Starfall Drift"]
    assert await shelves.search("i", media_filter_classes=["app"]) == ["Grid Tuner", "Lumen Video"]
    assert await shelves.search("i", media_filter_classes=["music"]) == []


async def test_found_with_pictures(shelves: Shelves) -> None:
    """What is found has its picture, also when nobody has browsed before."""
    answer = await shelves.ask("search_media", search_query="drift")
    [item] = answer["result"]["result"]
    assert item["thumbnail"]


async def test_store_is_down(simulator: Simulator, look_through: LookThrough) -> None:
    """Without the store there are names and no pictures."""
    simulator.fail(Service.CATALOG, status=503, times=None)
    games = await (await look_through()).open("Games")
    assert titles(games["children"]) == ["Harbor Kings", "Starfall Drift"]
    assert {it["thumbnail"] for it in games["children"]} == {None}


async def test_slow_store(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory, shelves: Shelves
) -> None:
    """A list does not wait for its pictures for long; they are there the next time."""
    simulator.fail(Service.CATALOG, delay=8, times=None)
    asked = len(simulator.requests(Service.CATALOG))
    opening = asyncio.ensure_future(shelves.open("Games"))
    started = time.monotonic()
    while not opening.done():
        await asyncio.sleep(0)
        freezer.tick(0.01)
    assert titles((await opening)["children"]) == ["Harbor Kings", "Starfall Drift"]
    assert time.monotonic() - started < 7.5  # the first page and the shelf
    await until(lambda: len(simulator.requests(Service.CATALOG)) > asked)
    simulator.heal(Service.CATALOG)
    freezer.tick(10)
    await settle(hass)


async def test_650_games(
    hass: HomeAssistant, simulator: Simulator, den: Console, look_through: LookThrough
) -> None:
    """A shelf of 650 games opens soon the first time and at once from then on, with all its pictures."""
    install_games(den, 650)
    shelves = await look_through()
    simulator.clear()
    started = time.perf_counter()
    games = (await shelves.open("Games"))["children"]
    assert time.perf_counter() - started < 10
    assert len(games) == 652
    assert all(it["thumbnail"] for it in games)
    asked = simulator.requests(Service.CATALOG)
    assert len(asked) <= 35
    assert all(len(it.query.get("bigIds", "").split(",")) <= 20 for it in asked)
    simulator.clear()
    started = time.perf_counter()
    assert len((await shelves.open("Games"))["children"]) == 652
    assert await shelves.search("amberlight ferry") == ["Amberlight Ferry"]
    assert time.perf_counter() - started < 2
    [entry] = hass.config_entries.async_entries(DOMAIN)
    await restart(hass, entry)
    assert all(it["thumbnail"] for it in (await shelves.open("Games"))["children"])
    assert simulator.requests(Service.CATALOG) == []
