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

pytestmark = pytest.mark.usefixtures("freezer")  # a slow machine makes nothing due

type Item = dict[str, Any]


class MediaBrowser:
    """The media browser of one console."""

    def __init__(self, socket: MockHAClientWebSocket, entity_id: str) -> None:
        """Browse one console."""
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
        """Open a folder, or the first page."""
        keys = ("media_content_type", "media_content_id")
        data = {key: item[key] for key in keys} if item else {}
        result: Item = (await self.ask("browse_media", **data))["result"]
        return result

    async def open(self, title: str) -> Item:
        """Open a folder by its name."""
        first = await self.browse()
        return await self.browse(next(it for it in first["children"] if it["title"] == title))

    async def search(self, query: str, **data: Any) -> list[str]:
        """Return the names of the items that are found."""
        answer = await self.ask("search_media", search_query=query, **data)
        return item_names(answer["result"]["result"])


def item_names(items: list[Item]) -> list[str]:
    """Return the names of items."""
    return [it["title"] for it in items]


type OpenBrowser = Callable[[], Awaitable[MediaBrowser]]


@pytest.fixture(name="open_browser")
def open_browser_fixture(
    hass: HomeAssistant,
    den: Console,
    sign_in: SignIn,
    at_den: ConsoleEntities,
    hass_ws_client: WebSocketGenerator,
) -> OpenBrowser:
    """Return a function that signs in and opens the media browser of the console that is on."""

    async def open_browser() -> MediaBrowser:
        await sign_in("adult")
        return MediaBrowser(await hass_ws_client(hass), at_den.id("media_player"))

    return open_browser


@pytest.fixture(name="media_browser")
async def media_browser_fixture(open_browser: OpenBrowser) -> MediaBrowser:
    """Return the media browser of the console that is on."""
    return await open_browser()


async def test_first_page(media_browser: MediaBrowser) -> None:
    """Home and TV can be played at once; games and apps are folders."""
    page = await media_browser.browse()
    assert page["can_search"]
    items = {it["title"]: (it["can_play"], it["can_expand"]) for it in page["children"]}
    assert items == {
        "Home": (True, False),
        "TV": (True, False),
        "Games": (False, True),
        "Apps": (False, True),
    }


async def test_folders(media_browser: MediaBrowser) -> None:
    """Games and apps are sorted in their folders."""
    games = await media_browser.open("Games")
    assert item_names(games["children"]) == ["Harbor Kings", "Starfall Drift"]
    assert {it["media_class"] for it in games["children"]} == {"game"}
    apps = await media_browser.open("Apps")
    assert item_names(apps["children"]) == ["Grid Tuner", "Lumen Video"]
    assert {it["media_content_type"] for it in apps["children"]} == {"app"}


async def test_all_items_can_be_played(
    den: Console, media_browser: MediaBrowser, at_den: ConsoleEntities, actions: Actions
) -> None:
    """`play_media` starts each item of the browser."""
    items = [
        *(it for it in (await media_browser.browse())["children"] if it["can_play"]),
        *(await media_browser.open("Games"))["children"],
        *(await media_browser.open("Apps"))["children"],
    ]
    for item in items:
        keys = ("media_content_type", "media_content_id")
        data = {key: item[key] for key in keys}
        await actions.call("media_player.play_media", at_den.id("media_player"), **data)
        assert item["title"] in (at_den["media_player"].attributes["source"], "TV")
    assert len(den.done) == len(items) == 6


async def test_pictures(den: Console, media_browser: MediaBrowser) -> None:
    """Each item that the store knows has a picture that a browser can fetch: its poster, if it has one."""
    first = await media_browser.browse()
    games, apps = await media_browser.open("Games"), await media_browser.open("Apps")
    items = [*first["children"][:2], *games["children"], *apps["children"]]
    pictures = {it["title"]: it["thumbnail"] for it in items}
    assert pictures.pop("Grid Tuner") is None  # the store does not have it
    assert len(set(pictures.values())) == 5
    async with aiohttp.ClientSession() as session:
        for title, address in pictures.items():
            async with session.get(address) as answer:
                assert answer.status == 200
                assert answer.content_type == "image/png"
                content = await answer.read()
                width, height = (int.from_bytes(content[it : it + 4]) for it in (16, 20))
                assert title in ("Home", "TV") or (width, height) == (480, 720)


async def test_no_empty_folders(den: Console, open_browser: OpenBrowser) -> None:
    """An empty folder is not shown, nor TV where none is set up."""
    den.apps = [app for app in den.apps if app.content_type == "Game"]
    den.tv_configured = False
    media_browser = await open_browser()
    assert item_names((await media_browser.browse())["children"]) == ["Home", "Games"]


async def test_hidden(hass: HomeAssistant, media_browser: MediaBrowser) -> None:
    """A hidden app is neither shown nor found."""
    [entry] = hass.config_entries.async_entries(DOMAIN)
    hass.config_entries.async_update_entry(entry, options={OPTION_HIDDEN_APPS: ["9SIM713FB301"]})
    await settle(hass)
    assert item_names((await media_browser.open("Games"))["children"]) == ["Harbor Kings"]
    assert await media_browser.search("starfall") == []


async def test_unknown_folder(media_browser: MediaBrowser) -> None:
    """An unknown folder is an error, not an empty page."""
    for kind, data in (("browse_media", {}), ("search_media", {"search_query": "a"})):
        answer = await media_browser.ask(
            kind, media_content_type="apps", media_content_id="elsewhere", **data
        )
        assert not answer["success"]


@pytest.mark.parametrize(
    ("query", "expected"),
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
async def test_search(media_browser: MediaBrowser, query: str, expected: list[str]) -> None:
    """All words of a query have to be in the name, in any order and letter case."""
    assert await media_browser.search(query) == expected


async def test_best_fit_first(den: Console, open_browser: OpenBrowser) -> None:
    """The whole name comes first, then a beginning, then a word, then a part of a word."""
    den.apps = [
        InstalledApp(name=name, product_id=f"9SIM0000STA{number}")
        for number, name in enumerate(("A Star", "Upstart", "Starlight", "Star"))
    ]
    media_browser = await open_browser()
    assert await media_browser.search("star") == ["Star", "Starlight", "A Star", "Upstart"]


async def test_search_in_a_folder_and_by_class(media_browser: MediaBrowser) -> None:
    """A search is limited to its folder and to its media classes."""
    games = {"media_content_type": "apps", "media_content_id": "games"}
    assert await media_browser.search("i", **games) == ["Harbor Kings", "Starfall Drift"]
    assert await media_browser.search("i", media_filter_classes=["app"]) == [
        "Grid Tuner",
        "Lumen Video",
    ]
    assert await media_browser.search("i", media_filter_classes=["music"]) == []


async def test_search_has_pictures(media_browser: MediaBrowser) -> None:
    """A search result has a picture, even if it was not browsed before."""
    answer = await media_browser.ask("search_media", search_query="drift")
    [item] = answer["result"]["result"]
    assert item["thumbnail"]


async def test_store_is_down(simulator: Simulator, open_browser: OpenBrowser) -> None:
    """Without the store the items have names and no pictures."""
    simulator.fail(Service.CATALOG, status=503, times=None)
    games = await (await open_browser()).open("Games")
    assert item_names(games["children"]) == ["Harbor Kings", "Starfall Drift"]
    assert {it["thumbnail"] for it in games["children"]} == {None}


async def test_slow_store(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    media_browser: MediaBrowser,
) -> None:
    """A folder does not wait long for its pictures; they are there the next time."""
    simulator.fail(Service.CATALOG, delay=8, times=None)
    requests_before = len(simulator.requests(Service.CATALOG))
    opening = asyncio.ensure_future(media_browser.open("Games"))
    started = time.monotonic()
    while not opening.done():
        await asyncio.sleep(0)
        freezer.tick(0.01)
    assert item_names((await opening)["children"]) == ["Harbor Kings", "Starfall Drift"]
    assert time.monotonic() - started < 7.5  # the first page and the folder
    await until(lambda: len(simulator.requests(Service.CATALOG)) > requests_before)
    simulator.heal(Service.CATALOG)
    freezer.tick(10)
    await settle(hass)


async def test_650_games(
    hass: HomeAssistant, simulator: Simulator, den: Console, open_browser: OpenBrowser
) -> None:
    """A folder of 650 games opens soon the first time and at once later (in CPU time), with all pictures."""
    install_games(den, 650)
    media_browser = await open_browser()
    simulator.clear()
    started = time.process_time()
    games = (await media_browser.open("Games"))["children"]
    assert time.process_time() - started < 10
    assert len(games) == 652
    assert all(it["thumbnail"] for it in games)
    requests = simulator.requests(Service.CATALOG)
    assert len(requests) <= 35
    assert all(len(it.query.get("bigIds", "").split(",")) <= 20 for it in requests)
    simulator.clear()
    started = time.process_time()
    assert len((await media_browser.open("Games"))["children"]) == 652
    assert await media_browser.search("amberlight ferry") == ["Amberlight Ferry"]
    assert time.process_time() - started < 2
    [entry] = hass.config_entries.async_entries(DOMAIN)
    await restart(hass, entry)
    assert all(it["thumbnail"] for it in (await media_browser.open("Games"))["children"])
    assert simulator.requests(Service.CATALOG) == []
