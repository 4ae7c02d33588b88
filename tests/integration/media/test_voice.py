"""Google and Alexa see a television with playback, volume and inputs, whatever the console does when it is found."""

from collections.abc import AsyncIterator, Awaitable
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component

from tests.conftest import Poll
from tests.helpers.consoles import Actions, ConsoleEntities, told
from tests.helpers.pages import page, rows, section, words
from tests.helpers.voice import Alexa, Google, say
from tests.simulator import Console, InstalledApp

STARFALL_DRIFT, LUMEN_VIDEO = "Starfall Drift", "Lumen Video"
SIEGE = "Tom Clancy’s Quiet Siege"
TRAITS = {
    "action.devices.traits.OnOff",
    "action.devices.traits.TransportControl",
    "action.devices.traits.MediaState",
    "action.devices.traits.Volume",
    "action.devices.traits.InputSelector",
    "action.devices.traits.Channel",
}
INTERFACES = {
    "Alexa",
    "Alexa.PowerController",
    "Alexa.StepSpeaker",
    "Alexa.PlaybackController",
    "Alexa.PlaybackStateReporter",
    "Alexa.InputController",
    "Alexa.ChannelController",
    "Alexa.EndpointHealth",
}


@pytest.fixture(autouse=True)
def _clock(freezer: FrozenDateTimeFactory) -> None:
    """Stop the clock between polls."""


@pytest.fixture(name="player")
def player_fixture(den: Console, sieged: None, entry: ConfigEntry, at_den: ConsoleEntities) -> str:
    """Return the id of a media player."""
    return at_den.id("media_player")


@pytest.fixture(name="sieged")
def sieged_fixture(den: Console) -> None:
    """Install a game with a typographer's name."""
    den.apps.append(
        InstalledApp(name=SIEGE, product_id="9SIM0000SIEG", aumid="Example.Siege_1!Game")
    )


async def each_state(den: Console, at_den: ConsoleEntities, poll: Poll) -> AsyncIterator[str]:
    """Lead a console through all states of its media player, and yield them."""
    for power, state in (
        ("On", "idle"),
        ("ConnectedStandby", "off"),
        ("Off", "off"),
        ("SystemUpdate", "off"),
        ("Hibernating", "unknown"),
        ("On", "idle"),
    ):
        den.power = power
        await poll(400 if state == "unknown" else 130)  # what says little is believed after a while
        assert at_den("media_player") == state
        yield state
    den.run(LUMEN_VIDEO)
    for playback, state in (("Playing", "playing"), ("Paused", "paused"), ("Stopped", "on")):
        den.playback = playback
        await poll(30)
        assert at_den("media_player") == state
        yield state
    den.refuse("DataAccessError", at="console", times=None)
    await poll(900)
    assert at_den("media_player") == "unavailable"
    yield "unavailable"


async def test_found(
    hass: HomeAssistant, den: Console, player: str, at_den: ConsoleEntities, poll: Poll
) -> None:
    """The same is found in each state: at Google, at Alexa, and in the features of the media player."""
    google, alexa = Google(hass, player), Alexa(hass, player)
    features = at_den["media_player"].attributes["supported_features"]
    kind, traits, attributes = google.found()
    assert (kind, traits) == ("action.devices.types.TV", TRAITS)
    assert {*attributes["transportControlSupportedCommands"]} == {
        "NEXT",
        "PREVIOUS",
        "PAUSE",
        "RESUME",
    }
    inputs = [it["key"] for it in attributes["availableInputs"]]
    assert inputs == at_den["media_player"].attributes["source_list"]
    assert attributes["volumeCanMuteAndUnmute"]
    categories, interfaces = alexa.found()
    assert (categories, {*interfaces}) == (["TV"], INTERFACES)
    assert interfaces["Alexa.InputController"]["inputs"] == [{"name": "TV"}]
    assert {*interfaces["Alexa.PlaybackController"]["supportedOperations"]} == {
        "Play",
        "Pause",
        "Next",
        "Previous",
    }
    async for state in each_state(den, at_den, poll):
        assert google.found() == (kind, traits, attributes), state
        assert alexa.found() == (categories, interfaces), state
        assert at_den["media_player"].attributes["supported_features"] == features
        assert at_den["media_player"].attributes["device_class"] == "tv"


async def test_google(
    hass: HomeAssistant,
    den: Console,
    player: str,
    at_den: ConsoleEntities,
    poll: Poll,
    actions: Actions,
) -> None:
    """Google's commands reach the console; to one that sleeps they fail with the reason."""
    google = Google(hass, player)
    orders: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("mediaPause", {}, "Pause"),
        ("mediaResume", {}, "Play"),
        ("mediaNext", {}, "Next"),
        ("mediaPrevious", {}, "Previous"),
        ("volumeRelative", {"relativeSteps": 1}, "Volume"),
        ("mute", {"mute": True}, "Mute"),
        ("SetInput", {"newInput": SIEGE}, "ActivateApplicationWithOneStoreProductId"),
        ("selectChannel", {"channelNumber": "tom clancys quiet siege"}, "ActivateApplication"),
        ("OnOff", {"on": False}, "TurnOff"),
        ("OnOff", {"on": True}, "WakeUp"),
    )
    for command, params, name in orders:
        await actions.wait_for(google.say(command, **params))
        await poll(30)
        assert told(den)[0].startswith(name[:19]), command
    assert google.query()["on"]
    den.power = "ConnectedStandby"
    await poll(30)
    assert google.query()["activityState"] == "INACTIVE"
    for command, params, _ in orders[:8]:
        await poll(30)
        await fails(actions, google.say(command, **params), "console_console_off")


async def fails(actions: Actions, order: Awaitable[Any], key: str) -> None:
    """Check that an order fails, and the key of the reason."""
    with pytest.raises(HomeAssistantError) as raised:
        await actions.wait_for(order)
    assert raised.value.translation_key == key


async def test_alexa(
    hass: HomeAssistant, den: Console, player: str, poll: Poll, actions: Actions
) -> None:
    """Alexa's directives reach the console."""
    alexa = Alexa(hass, player)
    channel = {"channel": {}, "channelMetadata": {"name": "starfall drift"}}
    orders: tuple[tuple[str, str, dict[str, Any], str], ...] = (
        ("PlaybackController", "Pause", {}, "Pause"),
        ("PlaybackController", "Play", {}, "Play"),
        ("PlaybackController", "Next", {}, "Next"),
        ("PlaybackController", "Previous", {}, "Previous"),
        ("StepSpeaker", "AdjustVolume", {"volumeSteps": 1, "volumeStepsDefault": False}, "Volume"),
        ("StepSpeaker", "SetMute", {"mute": True}, "Mute"),
        ("InputController", "SelectInput", {"input": "TV"}, "ShowGuide"),
        ("ChannelController", "ChangeChannel", channel, "ActivateApplication"),
        ("PowerController", "TurnOff", {}, "TurnOff"),
        ("PowerController", "TurnOn", {}, "WakeUp"),
    )
    for interface, name, payload, command in orders:
        answer = await actions.wait_for(alexa.say(interface, name, **payload))
        assert answer == "Response", name
        await actions.pass_time(30)
        await poll(10)
        assert told(den)[0].startswith(command), name
    assert await alexa.say("InputController", "SelectInput", input="HDMI 7") == (
        "ErrorResponse INVALID_VALUE"
    )


LAUNCH = "ActivateApplicationWithOneStoreProductId"
PLAYING, ERROR = "Sorry, no device is playing", "An unexpected error occurred"
# what is said: to each state of the media player the answer, and the command that the console has done
SENTENCES: dict[str, dict[str, tuple[str, str | None]]] = {
    "turn on the Den": {
        "idle off unknown": ("Turned on the media player", "WakeUp"),
    },
    "turn off Den": {
        "idle playing": ("Turned off the media player", "TurnOff"),
        "off": ("Turned off the media player", None),
    },
    "pause the Den": {
        "playing": ("Paused", "Pause"),
        "idle off unknown": (PLAYING, None),
    },
    "resume Den": {"idle playing": ("Resumed", "Play")},
    "next on the Den": {
        "playing": ("Playing next", "Next"),
        "idle off": (PLAYING, None),
    },
    "mute Den": {"idle playing": ("Muted", "Mute")},
    "unmute the Den": {"idle": ("Unmuted", "Unmute")},
    "turn up the Den volume": {
        "idle": ("Sorry, no device supports the required features", None),  # it wants a level
    },
    "play Starfall Drift on the Den": {
        "idle playing": ("Playing media", LAUNCH),
        "off unknown": (ERROR, None),
    },
    "play Tom Clancy's Quiet Siege on Den": {"idle": ("Playing media", LAUNCH)},
    "play Nothing Like It on Den": {"idle": (ERROR, None)},
}
STATES = {
    "idle": ("On", None),
    "playing": ("On", LUMEN_VIDEO),
    "off": ("ConnectedStandby", None),
    "unknown": ("Hibernating", None),
}


def test_page() -> None:
    """The sentences on the page are those that are tested here."""
    table = rows(section(page("voice-and-homekit"), "Assist"))
    told_there = {sentence for row in table for sentence in words(row[0])}
    assert told_there <= SENTENCES.keys()
    assert len(told_there) > 8


async def test_assist(
    hass: HomeAssistant,
    den: Console,
    player: str,
    at_den: ConsoleEntities,
    poll: Poll,
    actions: Actions,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Sentences to Assist, in each state: what the console does, and what Assist says."""
    for component in ("homeassistant", "conversation", "intent"):
        assert await async_setup_component(hass, component, {})
    caplog.set_level("CRITICAL", "homeassistant.components.conversation.default_agent")
    for sentence, by_state in SENTENCES.items():
        for states, (answer, command) in by_state.items():
            for state in states.split():
                den.power, app = STATES[state]
                den.run(app) if app else den.idle()
                den.playback = "Playing"
                await poll(400 if state == "unknown" else 130)
                assert at_den("media_player") == state
                told(den)
                said = await actions.wait_for(say(hass, sentence))
                await actions.pass_time(30)
                assert (said, told(den)) == (answer, [command] if command else []), (
                    sentence,
                    state,
                )
