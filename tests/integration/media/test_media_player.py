"""Media player of a console: state, current title, picture."""

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.pictures import PNG, Browser, fetched, look
from tests.simulator import Console, Simulator

STARFALL_DRIFT, HARBOR_KINGS, LUMEN_VIDEO = "Starfall Drift", "Harbor Kings", "Lumen Video"
GRID_TUNER = "Grid Tuner"
HOME_AUMID = "Xbox.Dashboard_8wekyb3d8bbwe!Xbox.Dashboard.Application"
IDLE_AUMID = "Xbox.IdleScreen_8wekyb3d8bbwe!Xbox.IdleScreen.Application"
SETTINGS_AUMID = "Microsoft.Xbox.Settings_8wekyb3d8bbwe!Xbox.Settings.Application"


@pytest.fixture(autouse=True)
def _clock(freezer: FrozenDateTimeFactory) -> None:
    """Stop the clock between polls."""


def set_console(den: Console, power: str, app: str | None, playback: str) -> None:
    """Set power, app and playback of a console; the app is a name or an id."""
    den.power = power
    if app:
        den.focus = app if "!" in app else den.app(app).aumid
    den.playback = playback


@pytest.mark.parametrize(
    ("power", "app", "playback", "state", "activity"),
    [
        ("Off", STARFALL_DRIFT, "Playing", "off", "off"),
        ("Off", None, "Stopped", "off", "off"),
        ("ConnectedStandby", STARFALL_DRIFT, "Playing", "off", "off"),
        ("ConnectedStandby", LUMEN_VIDEO, "Paused", "off", "off"),
        ("On", STARFALL_DRIFT, "Stopped", "playing", "playing"),
        ("On", STARFALL_DRIFT, "Paused", "playing", "playing"),
        ("On", STARFALL_DRIFT, "Unknown", "playing", "playing"),
        ("On", LUMEN_VIDEO, "Playing", "playing", "playing"),
        ("On", LUMEN_VIDEO, "Paused", "paused", "paused"),
        ("On", LUMEN_VIDEO, "Stopped", "on", "on"),
        ("On", LUMEN_VIDEO, "Unknown", "on", "on"),
        ("On", LUMEN_VIDEO, "Buffering", "on", "on"),
        ("On", GRID_TUNER, "Playing", "playing", "playing"),
        ("On", SETTINGS_AUMID, "Stopped", "on", "on"),
        ("On", "Someone.NewApp_0a1b2c3d4e5f6!App", "Paused", "paused", "paused"),
        ("On", HOME_AUMID, "Stopped", "idle", "idle"),
        ("On", HOME_AUMID, "Playing", "idle", "idle"),
        ("On", IDLE_AUMID, "Stopped", "idle", "idle"),
        ("SystemUpdate", STARFALL_DRIFT, "Playing", "on", "updating"),
        ("Unknown", STARFALL_DRIFT, "Playing", "unknown", None),
        ("Hibernating", STARFALL_DRIFT, "Playing", "unknown", None),
    ],
)
async def test_state(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    power: str,
    app: str | None,
    playback: str,
    state: str,
    activity: str | None,
) -> None:
    """The state follows from the power, then the app, then its playback. The console was on before.

    A power that is not known counts after the grace time.
    """
    set_console(den, power, app, playback)
    await poll(320 if state == "unknown" else 10)
    assert at_den("media_player") == state
    assert at_den["media_player"].attributes["activity"] == activity


async def test_app_without_an_id(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, poll: Poll
) -> None:
    """A console that is on without an app id, twice, is `on`."""
    for app_id in ("", None):
        den.focus = app_id
        await poll(20)
        player = at_den["media_player"]
        assert player.state == "on"
        assert not {"media_title", "app_id", "app_name", "source"} & set(player.attributes)


async def test_update_while_off(
    hass: HomeAssistant,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """A console that is off stays off during a system update."""
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    for power in ("SystemUpdate", "ConnectedStandby", "SystemUpdate", "Off"):
        bedroom.power = power
        await poll(60)
        assert at_bedroom("media_player") == "off"
        assert (at_bedroom["media_player"].attributes["activity"] == "updating") is (
            power == "SystemUpdate"
        )
    states = {
        change.data["new_state"].state
        for change in changes
        if change.data["entity_id"] == at_bedroom.id("media_player")
    }
    assert states == {"off"}


async def test_update_from_the_start(
    bedroom: Console,
    entry: ConfigEntry,
    hass: HomeAssistant,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """The state is unknown if a system update runs when Home Assistant starts."""
    bedroom.power = "SystemUpdate"
    await hass.config_entries.async_reload(entry.entry_id)
    await poll()
    assert at_bedroom("media_player") == "unknown"
    assert at_bedroom["media_player"].attributes["activity"] == "updating"


@pytest.mark.parametrize(
    ("app", "title", "content_type", "content_id", "source"),
    [
        (STARFALL_DRIFT, "Starfall Drift", "game", "9SIM713FB301", "Starfall Drift"),
        (LUMEN_VIDEO, "Lumen Video", "app", "9SIM713FB684", "Lumen Video"),
        (GRID_TUNER, "Grid Tuner", "app", "9SIMGRIDTUN1", "Grid Tuner"),
        (HOME_AUMID, "Home", "app", "Home", "Home"),
        (SETTINGS_AUMID, "Settings", "app", None, None),
        ("4DF9E0F8.Sundial_mcm4njqhnhss8!App", "Sundial", "app", None, None),
    ],
)
async def test_current_title(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    app: str,
    title: str,
    content_type: str,
    content_id: str | None,
    source: str | None,
) -> None:
    """The current title has name, type and ids; one unknown to the store has its own short name."""
    den.run(LUMEN_VIDEO)
    await poll()
    set_console(den, "On", app, "Stopped")
    await poll()
    attributes = at_den["media_player"].attributes
    assert attributes["media_title"] == attributes["app_name"] == title
    assert attributes["media_content_type"] == content_type
    assert attributes["app_id"] == den.focus
    assert attributes.get("media_content_id") == content_id
    assert attributes.get("source") == source


async def test_live_television(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, poll: Poll
) -> None:
    """Live TV has its name and picture from the store, by another id."""
    den.watch_tv()
    await poll()
    await poll()
    attributes = at_den["media_player"].attributes
    assert attributes["media_title"] == "Live TV"
    assert attributes["source"] == attributes["media_content_id"] == "TV"
    assert attributes["entity_picture"]


async def test_no_title_while_off(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities
) -> None:
    """A console that is off shows no title, although the service still reports the last one."""
    assert bedroom.focus
    attributes = at_bedroom["media_player"].attributes
    assert not {"media_title", "app_name", "app_id", "source", "entity_picture"} & set(attributes)


async def test_picture(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    browser: Browser,
) -> None:
    """The picture comes through Home Assistant, is fetched once, and changes with the title."""
    den.run(STARFALL_DRIFT)
    await poll()
    await poll()
    address = at_den["media_player"].attributes["entity_picture"]
    assert address.startswith("/api/media_player_proxy/")
    simulator.clear()
    for _ in range(2):
        status, content, content_type = await look(browser, at_den, "media_player")
        assert (status, content_type) == (200, "image/png")
        assert content.startswith(PNG)
    assert len(fetched(simulator)) == 1
    den.run(LUMEN_VIDEO)
    await poll()
    await poll()
    assert at_den["media_player"].attributes["entity_picture"] != address
    assert (await look(browser, at_den, "media_player"))[1] != content


async def test_picture_that_fails(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    browser: Browser,
) -> None:
    """A picture that fails is missing for now, and is fetched again on the next view."""
    den.run(STARFALL_DRIFT)
    await poll()
    await poll()
    for failure in (
        {"status": 503},
        {"body": b"<svg/>", "headers": {"Content-Type": "image/svg+xml"}},
    ):
        simulator.fail("store-images.s-microsoft.com", times=None, **failure)
        assert (await look(browser, at_den, "media_player"))[0] == 404
        simulator.heal("store-images.s-microsoft.com")
    assert (await look(browser, at_den, "media_player"))[0] == 200


async def test_no_picture(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, poll: Poll
) -> None:
    """A title that the store does not know has no picture, not even that of the last title."""
    den.run(STARFALL_DRIFT)
    await poll(20)
    den.run(GRID_TUNER)
    await poll(20)
    assert "entity_picture" not in at_den["media_player"].attributes


async def test_store_is_down(
    simulator: Simulator, den: Console, entry: ConfigEntry, at_den: ConsoleEntities, poll: Poll
) -> None:
    """Without the store a title has its name from the console; state and type do not need the store."""
    simulator.fail(Service.CATALOG, status=503, times=None)
    den.run(STARFALL_DRIFT)
    await poll(20)
    player = at_den["media_player"]
    assert player.state == "playing"
    assert player.attributes["media_title"] == "Starfall Drift"
    assert "entity_picture" not in player.attributes
    simulator.heal(Service.CATALOG)
    await poll(130)
    assert at_den["media_player"].attributes["entity_picture"]


async def test_one_store_request_per_product(
    simulator: Simulator, den: Console, entry: ConfigEntry, poll: Poll
) -> None:
    """The store is asked once about each product."""
    for _ in range(3):
        den.run(STARFALL_DRIFT)
        await poll(20)
        den.run(LUMEN_VIDEO)
        await poll(20)
    queries = [str(sorted(it.query.items())) for it in simulator.requests(Service.CATALOG)]
    assert len(queries) == len(set(queries)) == 3  # Home, and the two


async def test_sources(
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
) -> None:
    """Home and a television that is set up come first, then the installed games and apps, sorted."""
    assert at_den["media_player"].attributes["source_list"] == [
        "Home",
        "TV",
        "Grid Tuner",
        "Harbor Kings",
        "Lumen Video",
        "Starfall Drift",
    ]
    assert at_bedroom["media_player"].attributes["source_list"] == [
        "Home",
        "Ember Vale",
        "Harbor Kings",
        "Lumen Video",
    ]


async def test_unplugged_disk(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, poll: Poll
) -> None:
    """The titles of an unplugged disk are no sources after an hour at most."""
    den.unplug(den.storage[1].storage_id)
    await poll(3610)
    assert HARBOR_KINGS not in at_den["media_player"].attributes["source_list"]


async def test_a_failing_console_leaves_the_other_alone(
    simulator: Simulator,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """A failing console does not affect another one, and recovers by itself."""
    den.refuse("DataAccessError", at="console", times=None)
    bedroom.power = "On"
    await poll(60)
    assert at_den("media_player") == "idle"
    assert at_bedroom("media_player") == "idle"
    await poll(400)
    assert at_den("media_player") == "unavailable"
    assert at_bedroom("media_player") == "idle"
    simulator.world.xccs_errors.clear()
    await poll(90)
    assert at_den("media_player") == "idle"
