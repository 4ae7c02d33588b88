"""The table of the triggers; each is implemented in `automations/`."""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .automations.achievement_trigger import AchievementTrigger
from .automations.activity_trigger import (
    CameOnlineTrigger,
    JoinedPartyTrigger,
    LeftPartyTrigger,
    StartedPlayingTrigger,
    StoppedPlayingTrigger,
    WentOfflineTrigger,
)
from .automations.console_trigger import ConsoleTurnedOffTrigger, ConsoleTurnedOnTrigger
from .automations.limit_trigger import LimitApproachingTrigger, LimitReachedTrigger

_TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "achievement_unlocked": AchievementTrigger,
    "came_online": CameOnlineTrigger,
    "console_turned_off": ConsoleTurnedOffTrigger,
    "console_turned_on": ConsoleTurnedOnTrigger,
    "joined_party": JoinedPartyTrigger,
    "left_party": LeftPartyTrigger,
    "playtime_limit_approaching": LimitApproachingTrigger,
    "playtime_limit_reached": LimitReachedTrigger,
    "started_playing": StartedPlayingTrigger,
    "stopped_playing": StoppedPlayingTrigger,
    "went_offline": WentOfflineTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return _TRIGGERS
