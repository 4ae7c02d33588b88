"""What is given to an action is used, or refused with the reason: nothing is dropped silently."""

import pytest
from homeassistant.components.remote import RemoteEntityFeature
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from tests.conftest import Poll
from tests.helpers.consoles import Actions, ConsoleEntities, told
from tests.simulator import Console
from tests.simulator.titles.title import HOME

START = "ActivateApplicationWithOneStoreProductId"


@pytest.mark.parametrize("action", ["remote.turn_on", "remote.toggle"])
@pytest.mark.parametrize("activity", ["Lumen Video", "lumen video", "9SIMLUMENV01"])
async def test_starts(
    bedroom: Console,
    entry: ConfigEntry,
    at_bedroom: ConsoleEntities,
    actions: Actions,
    action: str,
    activity: str,
) -> None:
    """A console that is off is switched on, and the activity is started."""
    if activity.startswith("9SIM"):
        activity = str(bedroom.app("Lumen Video").product_id)
    await actions.call(action, at_bedroom.id("remote"), activity=activity)
    assert at_bedroom("remote") == STATE_ON
    assert told(bedroom) == ["WakeUp", START]
    assert bedroom.title is not None
    assert bedroom.title.name == "Lumen Video"
    assert at_bedroom["media_player"].attributes["source"] == "Lumen Video"


async def test_starts_on_a_console_that_is_on(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """A console that is on is not switched on again."""
    await actions.call("remote.turn_on", at_den.id("remote"), activity="Starfall Drift")
    assert told(den) == [START]


async def test_home(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """The screens have names, too."""
    await actions.call("remote.turn_on", at_bedroom.id("remote"), activity="Home")
    assert bedroom.title is not None
    assert bedroom.title.title_id == HOME


async def test_waits_until_it_is_ready(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """The start is repeated while a console that has just woken up refuses it."""
    bedroom.end_next(START, "OffConsoleError", times=2)
    await actions.call("remote.turn_on", at_bedroom.id("remote"), activity="Lumen Video")
    assert bedroom.title is not None
    assert bedroom.title.name == "Lumen Video"


@pytest.mark.parametrize(
    ("activity", "key"),
    [("Gone Game", "unknown_app"), ("", "unknown_app"), ("Twins", "ambiguous_app")],
)
async def test_unknown_or_ambiguous(
    bedroom: Console,
    entry: ConfigEntry,
    at_bedroom: ConsoleEntities,
    actions: Actions,
    poll: Poll,
    activity: str,
    key: str,
) -> None:
    """What is unknown or ambiguous is an error that says so, and the console stays off."""
    for app, product_id in zip(bedroom.apps[:2], ("9SIM713FB391", "9SIM713FB392"), strict=True):
        app.name, app.product_id = "Twins", product_id
    await poll(4000, step=60)
    with pytest.raises(ServiceValidationError) as raised:
        await actions.call("remote.turn_on", at_bedroom.id("remote"), activity=activity)
    assert raised.value.translation_key == key
    assert at_bedroom("remote") == STATE_OFF
    assert told(bedroom) == []


@pytest.mark.parametrize("action", ["remote.turn_off", "remote.toggle"])
async def test_no_activity_to_turn_off(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions, action: str
) -> None:
    """Nothing ends a single activity: who gives one is told, and nothing is switched off."""
    with pytest.raises(ServiceValidationError) as raised:
        await actions.call(action, at_den.id("remote"), activity="Lumen Video")
    assert raised.value.translation_key == "turn_off_activity"
    assert told(den) == []


async def test_no_second_television(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities
) -> None:
    """The field is taken without the feature, which makes a second television in HomeKit."""
    features = at_den["remote"].attributes["supported_features"]
    assert not features & RemoteEntityFeature.ACTIVITY


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("remote.send_command", {"command": ["a"], "device": "tv"}, "device_not_supported"),
        ("remote.send_command", {"command": ["a"], "hold_secs": 0.5}, "hold_not_supported"),
        ("remote.learn_command", {"command": ["a"]}, "learning_not_supported"),
        ("remote.learn_command", {}, "learning_not_supported"),
        ("remote.delete_command", {"command": ["a"]}, "learning_not_supported"),
    ],
)
async def test_remote_refuses(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    action: str,
    data: dict[str, object],
    key: str,
) -> None:
    """What a console cannot do is refused with the reason, and nothing is sent."""
    with pytest.raises(ServiceValidationError) as raised:
        await actions.call(action, at_den.id("remote"), **data)
    assert raised.value.translation_key == key
    assert told(den) == []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"announce": True}, "announce"),
        ({"enqueue": "add"}, "enqueue"),
        ({"enqueue": "next"}, "enqueue"),
        ({"extra": {"volume": 20}}, "extra"),
    ],
)
async def test_play_media_refuses(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    data: dict[str, object],
    field: str,
) -> None:
    """A console has no queue, makes no announcements and takes nothing more about a title."""
    with pytest.raises(ServiceValidationError) as raised:
        await actions.call(
            "media_player.play_media",
            at_den.id("media_player"),
            media_content_type="game",
            media_content_id="Starfall Drift",
            **data,
        )
    assert raised.value.translation_key == "play_media_fields"
    assert raised.value.translation_placeholders == {"fields": field}
    assert told(den) == []


@pytest.mark.parametrize(
    "data", [{"announce": False}, {"enqueue": "play"}, {"enqueue": "replace"}, {"extra": {}}]
)
async def test_play_media_at_once(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    data: dict[str, object],
) -> None:
    """What means "now" is what a console does anyway."""
    await actions.call(
        "media_player.play_media",
        at_den.id("media_player"),
        media_content_type="game",
        media_content_id="Starfall Drift",
        **data,
    )
    assert told(den) == [START]


async def test_does_not_wake(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """A console that cannot be switched on is an error, not a silence."""
    bedroom.power = "Off"
    with pytest.raises(HomeAssistantError) as raised:
        await actions.call("remote.turn_on", at_bedroom.id("remote"), activity="Lumen Video")
    assert raised.value.translation_key == "console_does_not_wake"
