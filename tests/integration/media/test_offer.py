"""Which games and apps lists offer, and in which order; what is in front is in the list, or is no source."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.xbox_network.const import (
    DOMAIN,
    OPTION_FAVORITE_APPS,
    OPTION_HIDDEN_APPS,
    OPTION_ONLY_FAVORITES,
)
from tests.conftest import Poll
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.helpers.options import choose
from tests.helpers.settling import settle
from tests.simulator import Console

ALL = ["Home", "TV", "Grid Tuner", "Harbor Kings", "Lumen Video", "Starfall Drift"]
SETTINGS_AUMID = "Microsoft.Xbox.Settings_8wekyb3d8bbwe!Xbox.Settings.Application"


@pytest.fixture(autouse=True)
def _clock(freezer: FrozenDateTimeFactory) -> None:
    """Stop the clock between polls."""


@pytest.fixture(name="ids")
def ids_fixture(den: Console, bedroom: Console) -> dict[str, str]:
    """Return the product ids of the installed games and apps by name, and the media id of the television."""
    return {str(it.name): str(it.product_id) for it in (*bedroom.apps, *den.apps)} | {"TV": "TV"}


def offered(console: ConsoleEntities) -> list[str]:
    """Return the source list."""
    source_list: list[str] = console["media_player"].attributes["source_list"]
    return source_list


@pytest.mark.parametrize(
    ("favorites", "only", "hidden", "expected"),
    [
        ([], False, [], ALL),
        ([], True, [], ALL),
        (
            ["Starfall Drift", "Grid Tuner"],
            False,
            [],
            ["Home", "Starfall Drift", "Grid Tuner", "TV", "Harbor Kings", "Lumen Video"],
        ),
        (["TV", "Lumen Video"], True, [], ["Home", "TV", "Lumen Video"]),
        (["Lumen Video", "TV"], True, ["TV"], ["Home", "Lumen Video"]),
        (
            ["Lumen Video"],
            False,
            ["TV", "Lumen Video"],
            ["Home", "Grid Tuner", "Harbor Kings", "Starfall Drift"],
        ),
        (["Ember Vale"], True, [], ["Home"]),
        (["Ember Vale", "Harbor Kings"], True, ["Starfall Drift"], ["Home", "Harbor Kings"]),
    ],
    ids=str,
)
async def test_list(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    ids: dict[str, str],
    at_den: ConsoleEntities,
    favorites: list[str],
    only: bool,
    hidden: list[str],
    expected: list[str],
) -> None:
    """Home, then the favourites in their order, then all others, unless only favourites are wanted."""
    options: dict[str, Any] = {
        OPTION_FAVORITE_APPS: [ids[it] for it in favorites],
        OPTION_ONLY_FAVORITES: only,
        OPTION_HIDDEN_APPS: [ids[it] for it in hidden],
    }
    choose(hass, entry, **options)
    await settle(hass)
    assert offered(at_den) == expected


@pytest.mark.parametrize(
    "options",
    [
        {},
        {OPTION_HIDDEN_APPS: ["Starfall Drift", "TV"]},
        {OPTION_FAVORITE_APPS: ["Lumen Video"], OPTION_ONLY_FAVORITES: True},
        {OPTION_FAVORITE_APPS: ["Starfall Drift"]},
    ],
    ids=str,
)
@pytest.mark.parametrize("television", [True, False])
async def test_source(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    ids: dict[str, str],
    at_den: ConsoleEntities,
    poll: Poll,
    options: dict[str, Any],
    television: bool,
) -> None:
    """The source is always in the source list, or there is none; the list does not follow what is in front."""
    den.tv_configured = television
    given = {
        key: [ids[it] for it in value] if isinstance(value, list) else value
        for key, value in options.items()
    }
    choose(hass, entry, **given)
    await poll(610)
    before = offered(at_den)
    sources = set()
    for app in ("Starfall Drift", "Lumen Video", "Grid Tuner", "TV", SETTINGS_AUMID, "Home"):
        if app == "TV":
            den.watch_tv()
        elif app == "Home":
            den.go_home()
        elif "!" in app:
            den.focus = app
        else:
            den.run(app)
        await poll(20)
        attributes = at_den["media_player"].attributes
        source = attributes.get("source")
        assert source == (app if app in before else None)
        assert offered(at_den) == before
        assert attributes["media_title"]
        sources.add(source)
    assert "Home" in sources


async def test_not_in_the_list(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    ids: dict[str, str],
    at_den: ConsoleEntities,
    actions: Actions,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """What lists leave out can be started by its name; the search finds it, unless it is hidden."""
    choose(
        hass,
        entry,
        **{
            OPTION_FAVORITE_APPS: [ids["Lumen Video"]],
            OPTION_ONLY_FAVORITES: True,
            OPTION_HIDDEN_APPS: [ids["Grid Tuner"]],
        },
    )
    await settle(hass)
    player = at_den.id("media_player")
    socket = await hass_ws_client(hass)

    async def ask(kind: str, **data: Any) -> Any:
        await socket.send_json_auto_id(
            {"type": f"media_player/{kind}", "entity_id": player, **data}
        )
        return (await socket.receive_json())["result"]

    page = await ask("browse_media")
    assert [it["title"] for it in page["children"]] == ["Home", "Apps"]
    found = await ask("search_media", search_query="r")
    assert [it["title"] for it in found["result"]] == ["Harbor Kings", "Starfall Drift"]
    apps = {"media_content_type": "apps", "media_content_id": "apps"}
    found = await ask("search_media", search_query="r", **apps)
    assert found["result"] == []
    for name in ("Grid Tuner", "Starfall Drift", "TV"):
        await actions.call("media_player.select_source", player, source=name)
    await actions.call(f"{DOMAIN}.launch", player, name="grid tuner", wait=0)
    assert at_den["media_player"].attributes["media_title"] == "Grid Tuner"


async def test_form(
    hass: HomeAssistant,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    ids: dict[str, str],
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
) -> None:
    """The dialog keeps the order of the favourites, and what is chosen but no longer installed."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    favorites = [ids[it] for it in ("Lumen Video", "Ember Vale", "Harbor Kings")]
    result = await hass.config_entries.options.async_configure(
        form["flow_id"], {OPTION_FAVORITE_APPS: favorites, OPTION_HIDDEN_APPS: ["TV"]}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass)
    assert entry.options[OPTION_FAVORITE_APPS] == favorites
    assert not entry.options[OPTION_ONLY_FAVORITES]
    assert offered(at_den)[:3] == ["Home", "Lumen Video", "Harbor Kings"]
    assert offered(at_bedroom) == ["Home", "Lumen Video", "Ember Vale", "Harbor Kings"]
    await hass.config_entries.async_unload(entry.entry_id)
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["data_schema"]
    choices = form["data_schema"].schema[OPTION_FAVORITE_APPS].config["options"]
    assert {it["value"] for it in choices} == {*favorites, "TV"}
