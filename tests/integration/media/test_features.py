"""What a media player offers: the same in each state of the console, which itself says why nothing happens."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.media_player import MediaPlayerEntityFeature as Feature
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from tests.conftest import Poll, restart
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.simulator import Console

FEATURES = (
    Feature.TURN_ON
    | Feature.TURN_OFF
    | Feature.PLAY
    | Feature.PAUSE
    | Feature.NEXT_TRACK
    | Feature.PREVIOUS_TRACK
    | Feature.VOLUME_STEP
    | Feature.VOLUME_MUTE
    | Feature.SELECT_SOURCE
    | Feature.PLAY_MEDIA
    | Feature.BROWSE_MEDIA
    | Feature.SEARCH_MEDIA
)


@pytest.fixture(autouse=True)
def _clock(freezer: FrozenDateTimeFactory) -> None:
    """Stop the clock between polls."""


def assert_television(player: ConsoleEntities) -> None:
    """Check what a media player offers."""
    attributes = player["media_player"].attributes
    assert attributes["supported_features"] == FEATURES
    assert attributes["device_class"] == "tv"
    assert attributes["source_list"]


async def test_each_power(
    hass: HomeAssistant,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """Features and kind do not follow the power, nor a restart, an outage or the end of the account's set-up."""
    for power in ("Off", "ConnectedStandby", "SystemUpdate", "Unknown", "Hibernating", "On"):
        for console in (den, bedroom):
            console.power = power
        await poll(130)
        assert_television(at_den)
        assert_television(at_bedroom)
        await restart(hass, entry)
        assert_television(at_den)
        assert_television(at_bedroom)
    den.refuse("DataAccessError", at="console", times=None)
    await poll(900)
    assert at_den("media_player") == "unavailable"
    assert_television(at_den)
    await hass.config_entries.async_unload(entry.entry_id)
    assert_television(at_den)


ORDERS: dict[str, dict[str, Any]] = {
    "media_play": {},
    "media_pause": {},
    "media_play_pause": {},
    "media_next_track": {},
    "media_previous_track": {},
    "volume_up": {},
    "volume_down": {},
    "volume_mute": {"is_volume_muted": True},
    "select_source": {"source": "Harbor Kings"},
    "play_media": {"media_content_type": "game", "media_content_id": "Harbor Kings"},
}
POWERS: dict[str, tuple[str, str]] = {
    "ConnectedStandby": ("off", "console_console_off"),
    "Off": ("off", "console_unreachable"),
}


@pytest.mark.parametrize("power", POWERS)
async def test_off(
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_bedroom: ConsoleEntities,
    actions: Actions,
    poll: Poll,
    power: str,
) -> None:
    """Each command to a console that is off fails with the console's reason, and changes nothing."""
    bedroom.power = power
    state, key = POWERS[power]
    await poll(70)
    player = at_bedroom.id("media_player")
    for name, data in ORDERS.items():
        await poll(60)
        with pytest.raises(HomeAssistantError) as raised:
            await actions.call(f"media_player.{name}", player, **data)
        err = raised.value
        assert (err.translation_domain, err.translation_key) == ("xbox_network", key), name
        assert err.translation_placeholders
        assert err.translation_placeholders["console"] == "Bedroom"
        assert at_bedroom("media_player") == state
        assert "is_volume_muted" not in at_bedroom["media_player"].attributes
    assert bedroom.done == []
