"""Names of sources: any way to write one finds it, and what stays ambiguous is named."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.xbox_network.const import DOMAIN, OPTION_HIDDEN_APPS
from tests.conftest import Poll
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.simulator import Console, InstalledApp, Person, Simulator, app_of
from tests.simulator.world.demo_world import EMBER_VALE

APPS = {
    "Tom Clancy’s Quiet Siege": "9SIM0000SIEG",
    "Lantern – Remastered": "9SIM0000LANT",
    "STAR LAMPS Jedi: Survivor™": "9SIM0000JED1",
    "Rhythm & Blues": "9SIM000BLUES",
    "Final Ⅷ": "9SIM0000VIII",
    "Pokémon Ｓtadium": "9SIM0000POKE",
    "N+": "9SIM000NPLUS",
    "N++": "9SIM00NPLUS2",
    "Twin: Lamps": "9SIM0000TW1N",
    "Twin Lamps": "9SIM0000TW1M",
    "!!!": "9SIM000MARKS",
    "原神": "9SIM00GENSH1",
}
FOUND = [
    ("Tom Clancy's Quiet Siege", "Tom Clancy’s Quiet Siege"),
    ("tom clancys quiet siege", "Tom Clancy’s Quiet Siege"),
    ("Tom Clancy`s\u00a0Quiet\u200b Siege®", "Tom Clancy’s Quiet Siege"),
    ("Lantern - Remastered", "Lantern – Remastered"),
    ("LANTERN REMASTERED", "Lantern – Remastered"),
    ("star lamps jedi survivor", "STAR LAMPS Jedi: Survivor™"),
    ("rhythm and blues", "Rhythm & Blues"),
    ("final viii", "Final Ⅷ"),
    ("pokemon stadium", "Pokémon Ｓtadium"),
    ("N++", f"N++ ({APPS['N++']})"),
    ("n+", f"N+ ({APPS['N+']})"),
    ("Twin Lamps", f"Twin Lamps ({APPS['Twin Lamps']})"),
    ("Twin: Lamps", f"Twin: Lamps ({APPS['Twin: Lamps']})"),
    ("！！！", "!!!"),
    ("原神", "原神"),
    (" home! ", "Home"),
]
AMBIGUOUS = [
    ("twin lamps", f"Twin Lamps ({APPS['Twin Lamps']}), Twin: Lamps ({APPS['Twin: Lamps']})"),
    ("n", f"N+ ({APPS['N+']}), N++ ({APPS['N++']})"),
    ("N!", f"N+ ({APPS['N+']}), N++ ({APPS['N++']})"),
]
UNKNOWN = ["???", "🔥", "\u200b", "Final Ⅶ", "Quiet Siege", "原"]


@pytest.fixture(name="many_names")
async def many_names_fixture(den: Console, sign_in: Any) -> None:
    """Install games with names as stores write them, then sign in."""
    den.apps += [
        InstalledApp(name=name, product_id=product_id, aumid=f"Example.{product_id}_1!Game")
        for name, product_id in APPS.items()
    ]
    await sign_in()


@pytest.mark.usefixtures("many_names")
async def test_found(
    den: Console, at_den: ConsoleEntities, actions: Actions, freezer: FrozenDateTimeFactory
) -> None:
    """`select_source` finds a source however its name is written."""
    player = at_den.id("media_player")
    for typed, source in FOUND:
        freezer.tick(30)  # Xbox takes few commands at a time
        await actions.call("media_player.select_source", player, source=typed)
        assert at_den["media_player"].attributes["source"] == source, typed


@pytest.mark.usefixtures("many_names")
async def test_other_actions(
    den: Console, at_den: ConsoleEntities, actions: Actions, freezer: FrozenDateTimeFactory
) -> None:
    """`play_media` and `launch` follow the same rule."""
    player = at_den.id("media_player")
    for typed, source in FOUND[1:12:3]:
        data: dict[str, Any] = {"media_content_type": "game", "media_content_id": typed}
        await actions.call("media_player.play_media", player, **data)
        assert at_den["media_player"].attributes["source"] == source, typed
    freezer.tick(60)
    for typed, source in FOUND[:12:3]:
        await actions.call(f"{DOMAIN}.launch", player, name=typed, wait=0)
        assert at_den["media_player"].attributes["source"] == source, typed


@pytest.mark.usefixtures("many_names")
async def test_not_found(den: Console, at_den: ConsoleEntities, actions: Actions) -> None:
    """What several are called is an error that names them; another name is unknown, also one of symbols."""
    player = at_den.id("media_player")
    for typed, names in AMBIGUOUS:
        for action, field in (
            ("media_player.select_source", "source"),
            (f"{DOMAIN}.launch", "name"),
        ):
            with pytest.raises(ServiceValidationError) as raised:
                await actions.call(action, player, **{field: typed})
            assert raised.value.translation_key == "ambiguous_app", typed
            assert raised.value.translation_placeholders
            assert raised.value.translation_placeholders["names"] == names
    for typed in UNKNOWN:
        with pytest.raises(ServiceValidationError) as raised:
            await actions.call("media_player.select_source", player, source=typed)
        assert raised.value.translation_key == "unknown_app", typed
    assert den.done == []


@pytest.mark.usefixtures("many_names")
async def test_search(
    hass: HomeAssistant, at_den: ConsoleEntities, hass_ws_client: WebSocketGenerator
) -> None:
    """The search finds words however they are written, the best match first."""
    socket = await hass_ws_client(hass)
    for query, found in {
        "clancys siege": ["Tom Clancy’s Quiet Siege"],
        "tom clancy's": ["Tom Clancy’s Quiet Siege"],
        "blues & rhythm": ["Rhythm & Blues"],
        "pokemon": ["Pokémon Ｓtadium"],
        "survivor": ["STAR LAMPS Jedi: Survivor™"],
        "!!!": ["!!!"],
        "lamps": [
            f"Twin: Lamps ({APPS['Twin: Lamps']})",
            f"Twin Lamps ({APPS['Twin Lamps']})",
            "STAR LAMPS Jedi: Survivor™",
        ],
        "\u200b": [],
    }.items():
        await socket.send_json_auto_id(
            {
                "type": "media_player/search_media",
                "entity_id": at_den.id("media_player"),
                "search_query": query,
            }
        )
        answer = await socket.receive_json()
        assert sorted(it["title"] for it in answer["result"]["result"]) == sorted(found), query


async def test_name_of_presence(
    simulator: Simulator,
    den: Console,
    owner: Person,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
) -> None:
    """A game is found by the name that presence has for it; the name of another app goes before that."""
    title = simulator.world.titles[EMBER_VALE]
    title.presence_name = "Ember"
    den.apps.append(app_of(title))
    owner.play(EMBER_VALE, "PC")
    await poll(70)
    player = at_den.id("media_player")
    await actions.call("media_player.select_source", player, source="ember")
    assert at_den["media_player"].attributes["source"] == "Ember Vale"
    title.presence_name = "Harbor Kings"
    await poll()
    await actions.call("media_player.select_source", player, source="harbor kings")
    assert at_den["media_player"].attributes["source"] == "Harbor Kings"


async def test_options(hass: HomeAssistant, den: Console, bedroom: Console, sign_in: Any) -> None:
    """Two products of one name on two consoles are told apart in the options."""
    den.apps.append(InstalledApp(name="Twin Lamps", product_id="9SIM0000TW1N"))
    bedroom.apps.append(InstalledApp(name="TWIN lamps™", product_id="9SIM0000TW1M"))
    entry = (await sign_in())["result"]
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["data_schema"]
    choices = form["data_schema"].schema[OPTION_HIDDEN_APPS].config["options"]
    labels = {it["value"]: it["label"] for it in choices}
    assert labels["9SIM0000TW1N"] == "Twin Lamps (9SIM0000TW1N)"
    assert labels["9SIM0000TW1M"] == "TWIN lamps™ (9SIM0000TW1M)"
