"""The activity of a console in one word, from its power, its app and its playback.

The power goes first. A running game counts as playing, an app as the state of its media, the home screen and the
screensaver as idle (`docs/network.md` S7.3).
"""

from enum import StrEnum

from ..models.consoles import Playback, Power


class AppKind(StrEnum):
    """The kind of the app in front on a console."""

    HOME = "home"
    IDLE_SCREEN = "idle_screen"
    GAME = "game"
    APP = "app"


class ConsoleActivity(StrEnum):
    """The activity of a console. `ON` is that of an app without running media."""

    OFF = "off"
    UPDATING = "updating"
    IDLE = "idle"
    PLAYING = "playing"
    PAUSED = "paused"
    ON = "on"


_BY_POWER = {
    Power.OFF: ConsoleActivity.OFF,
    Power.STANDBY: ConsoleActivity.OFF,
    Power.UPDATING: ConsoleActivity.UPDATING,
}
_BY_KIND = {
    AppKind.HOME: ConsoleActivity.IDLE,
    AppKind.IDLE_SCREEN: ConsoleActivity.IDLE,
    AppKind.GAME: ConsoleActivity.PLAYING,
}
_BY_PLAYBACK = {
    Playback.PLAYING: ConsoleActivity.PLAYING,
    Playback.PAUSED: ConsoleActivity.PAUSED,
}


def activity(
    power: Power, kind: AppKind | None = None, playback: Playback = Playback.UNKNOWN
) -> ConsoleActivity | None:
    """Return the activity of a console, None if its power is unknown.

    `kind` is None without an app in front, or while its kind is unknown.
    """
    if power is not Power.ON:
        return _BY_POWER.get(power)
    if kind in _BY_KIND:
        return _BY_KIND[kind]
    return _BY_PLAYBACK.get(playback, ConsoleActivity.ON)
