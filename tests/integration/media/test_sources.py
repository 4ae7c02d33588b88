"""Sources of a media player: the titles that can be started, and their names."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from custom_components.xbox_network.const import (
    OPTION_FAVORITE_APPS,
    OPTION_HIDDEN_APPS,
    OPTION_ONLY_FAVORITES,
)
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.helpers.settling import settle
from tests.simulator import Console, InstalledApp, Simulator, app_of
from tests.simulator.titles.title import HOME, LIVE_TV, SYSTEM_AUMIDS
from tests.simulator.world.demo_world import EMBER_VALE

DRIFT = "9SIM713FB301"


def sources(at_den: ConsoleEntities) -> list[str]:
    """Return the source list."""
    source_list: list[str] = at_den["media_player"].attributes["source_list"]
    return source_list


def installed_apps_requests(simulator: Simulator) -> int:
    """Return the number of requests for the installed apps."""
    requests = simulator.requests(Service.CONSOLES)
    return len([it for it in requests if it.path == "/lists/installedApps"])


async def play(
    actions: Actions, at_den: ConsoleEntities, media_id: str, media_type: str = "game"
) -> None:
    """Call `play_media`."""
    data = {"media_content_type": media_type, "media_content_id": media_id}
    await actions.call("media_player.play_media", at_den.id("media_player"), **data)


async def select(actions: Actions, at_den: ConsoleEntities, source: str) -> None:
    """Call `select_source`."""
    player = at_den.id("media_player")
    await actions.call("media_player.select_source", player, source=source)


@pytest.mark.parametrize(
    "name", ["Starfall Drift", "starfall drift", "  STARFALL  Drift ", "Starfall Drift™", DRIFT]
)
async def test_by_name(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions, name: str
) -> None:
    """A source is found by its name in any spelling, or by its product id."""
    await select(actions, at_den, name)
    assert den.focus == den.app("Starfall Drift").aumid
    assert at_den("media_player") == "playing"
    assert at_den["media_player"].attributes["source"] == "Starfall Drift"


@pytest.mark.parametrize(
    ("media_type", "media_id", "title"),
    [
        ("game", "Starfall Drift", "Starfall Drift"),
        ("game", DRIFT, "Starfall Drift"),
        ("game", DRIFT.lower(), "Starfall Drift"),
        ("GAME", "harbor kings", "Harbor Kings"),
        ("app", "Lumen Video", "Lumen Video"),
        ("game", "Lumen Video", "Lumen Video"),
        ("app", "Grid Tuner", "Grid Tuner"),
        ("app", "Home", "Home"),
        ("app", "home", "Home"),
        ("app", "TV", "Live TV"),
        ("game", "tv", "Live TV"),
    ],
)
async def test_play_media(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
    media_type: str,
    media_id: str,
    title: str,
) -> None:
    """`play_media` takes a product id, a name, Home or TV."""
    den.run("Lumen Video" if title != "Lumen Video" else "Grid Tuner")
    await poll()
    await play(actions, at_den, media_id, media_type)
    await poll(20)
    assert at_den["media_player"].attributes["media_title"] == title
    assert den.title is None or den.title.name == title


async def test_play_media_by_own_attributes(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions, poll: Poll
) -> None:
    """The content id and type of a media player start the same title again, as scenes do."""
    for aumid in (den.app("Starfall Drift").aumid, SYSTEM_AUMIDS[LIVE_TV], SYSTEM_AUMIDS[HOME]):
        den.focus = aumid
        await poll(20)
        attributes = at_den["media_player"].attributes
        content = (attributes["media_content_id"], attributes["media_content_type"])
        den.idle()
        await poll()
        await play(actions, at_den, *content)
        assert den.focus == aumid


@pytest.mark.parametrize("media_type", ["music", "video", "url", "audio/mpeg", ""])
async def test_other_media(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions, media_type: str
) -> None:
    """Files are an error, because a console does not play them."""
    with pytest.raises(ServiceValidationError) as raised:
        await play(actions, at_den, "Starfall Drift", media_type)
    assert raised.value.translation_key == "unsupported_media_type"
    assert den.done == []


async def test_unknown_name(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
) -> None:
    """An unknown name is an error; the installed apps are read again for it first, but not each time."""
    await poll(70)
    simulator.clear()
    for _ in range(3):
        with pytest.raises(ServiceValidationError) as raised:
            await select(actions, at_den, "Starfall Drifter")
        assert raised.value.translation_key == "unknown_app"
        assert raised.value.translation_placeholders == {
            "name": "Starfall Drifter",
            "console": "Den",
            "names": "",
        }
    assert den.done == []
    assert installed_apps_requests(simulator) == 1


async def test_just_installed(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
) -> None:
    """A title that was just installed can be started, and is a source from then on."""
    await poll(70)
    den.apps.append(app_of(simulator.world.titles[EMBER_VALE]))
    assert "Ember Vale" not in sources(at_den)
    await select(actions, at_den, "Ember Vale")
    assert den.title is simulator.world.titles[EMBER_VALE]
    assert "Ember Vale" in sources(at_den)


async def test_installed_and_started_at_the_console(
    simulator: Simulator, den: Console, entry: ConfigEntry, at_den: ConsoleEntities, poll: Poll
) -> None:
    """A title that is installed and started at the console is a source soon."""
    den.apps.append(app_of(simulator.world.titles[EMBER_VALE]))
    den.run("Ember Vale")
    await poll(20)
    assert at_den["media_player"].attributes["source"] == "Ember Vale"
    assert "Ember Vale" in sources(at_den)


async def test_read_once_an_hour(
    simulator: Simulator, den: Console, bedroom: Console, entry: ConfigEntry, poll: Poll
) -> None:
    """The installed apps are read once an hour while a console is on, and not while it sleeps."""
    simulator.clear()
    await poll(2 * 3600, step=60)
    assert installed_apps_requests(simulator) == 2


async def test_same_names(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions, poll: Poll
) -> None:
    """Titles with the same name are separate sources; the name alone is an error."""
    den.apps += [
        InstalledApp(name="Starfall Drift", product_id="9SIM0000TW1N", aumid="Example.Twin_1!Game"),
        InstalledApp(name="Home", product_id="9SIM0000H0ME", aumid="Example.Home_1!App"),
    ]
    await poll(3610, step=60)
    assert sources(at_den) == [
        "Home",
        "TV",
        "Grid Tuner",
        "Harbor Kings",
        "Home (9SIM0000H0ME)",
        "Lumen Video",
        "Starfall Drift (9SIM0000TW1N)",
        f"Starfall Drift ({DRIFT})",
    ]
    with pytest.raises(ServiceValidationError) as raised:
        await select(actions, at_den, "Starfall Drift")
    assert raised.value.translation_key == "ambiguous_app"
    assert raised.value.translation_placeholders is not None
    assert DRIFT in raised.value.translation_placeholders["names"]
    assert den.done == []
    await select(actions, at_den, "Starfall Drift (9SIM0000TW1N)")
    assert den.focus == "Example.Twin_1!Game"
    assert at_den["media_player"].attributes["source"] == "Starfall Drift (9SIM0000TW1N)"
    await select(actions, at_den, "Home")
    assert at_den["media_player"].attributes["source"] == "Home"


async def test_one_game_on_two_disks(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions, poll: Poll
) -> None:
    """A game on two disks is one source."""
    twin = InstalledApp(
        name="Starfall Drift", product_id=DRIFT, storage_id=den.storage[1].storage_id
    )
    den.apps.insert(0, twin)
    await poll(3610, step=60)
    assert sources(at_den).count("Starfall Drift") == 1
    await select(actions, at_den, "Starfall Drift")
    assert at_den["media_player"].attributes["source"] == "Starfall Drift"


async def test_not_installed(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """The console decides whether a product can be started."""
    with pytest.raises(HomeAssistantError) as raised:
        await play(actions, at_den, "9SIM0NOTHERE")
    assert raised.value.translation_key == "console_failed"


async def test_no_television(
    bedroom: Console,
    entry: ConfigEntry,
    at_bedroom: ConsoleEntities,
    actions: Actions,
    poll: Poll,
) -> None:
    """Where no television is set up, TV is no source and cannot be started."""
    bedroom.power = "On"
    await poll(60)
    assert "TV" not in sources(at_bedroom)
    with pytest.raises(HomeAssistantError) as raised:
        await play(actions, at_bedroom, "TV")
    assert raised.value.translation_key == "console_failed"


async def test_asleep(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """A sleeping console starts no title and shows no source."""
    with pytest.raises(HomeAssistantError) as raised:
        await select(actions, at_bedroom, "Harbor Kings")
    assert raised.value.translation_key == "console_console_off"
    assert at_bedroom("media_player") == "off"
    assert "source" not in at_bedroom["media_player"].attributes


async def test_installed_apps_unknown(
    simulator: Simulator, den: Console, at_den: ConsoleEntities, actions: Actions, sign_in: Any
) -> None:
    """While the installed apps are unknown, Home and a product id can be started, but no name."""
    den.refuse("DataAccessError", at="installedApps", times=None)
    await sign_in()
    assert sources(at_den) == ["Home", "TV"]
    with pytest.raises(ServiceValidationError) as raised:
        await select(actions, at_den, "Starfall Drift")
    assert raised.value.translation_key == "no_apps_known"
    await play(actions, at_den, DRIFT)
    assert den.title is not None
    assert den.title.name == "Starfall Drift"


async def test_hidden(
    hass: HomeAssistant,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """A hidden app leaves the list without a reload, and can still be started by name."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["type"] is FlowResultType.FORM
    assert form["data_schema"] is not None
    choices = form["data_schema"].schema[OPTION_HIDDEN_APPS].config["options"]
    labels = {choice["label"]: choice["value"] for choice in choices}
    assert sorted(labels) == [
        "Ember Vale",
        "Grid Tuner",
        "Harbor Kings",
        "Lumen Video",
        "Starfall Drift",
        "TV",
    ]
    chosen = {OPTION_HIDDEN_APPS: [DRIFT, labels["Grid Tuner"]]}
    result = await hass.config_entries.options.async_configure(form["flow_id"], chosen)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass)
    assert sources(at_den) == ["Home", "TV", "Harbor Kings", "Lumen Video"]
    await select(actions, at_den, "Starfall Drift")
    attributes = at_den["media_player"].attributes
    assert attributes["media_title"] == "Starfall Drift"
    assert "source" not in attributes
    den.apps = [app for app in den.apps if app.product_id != DRIFT]
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["data_schema"] is not None
    values = [
        it["value"] for it in form["data_schema"].schema[OPTION_HIDDEN_APPS].config["options"]
    ]
    assert DRIFT in values


async def test_nothing_to_hide(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Without a console there is no option to choose apps."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["data_schema"] is not None
    options = {OPTION_FAVORITE_APPS, OPTION_ONLY_FAVORITES, OPTION_HIDDEN_APPS}
    assert options.isdisjoint(form["data_schema"].schema)
