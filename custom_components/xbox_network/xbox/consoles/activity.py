"""What a console does, in one word: a table over its power, its app and its playback.

Power goes first. A running game is being played, an app follows its media, the home screen and the
screensaver are idle (`xbox-services.md` 7.3).
"""

from enum import StrEnum

from ..models.consoles import Playback, Power


class AppKind(StrEnum):
    """What is in front on a console."""

    HOME = "home"
    IDLE_SCREEN = "idle_screen"
    GAME = "game"
    APP = "app"


class ConsoleActivity(StrEnum):
    """What a console does. `ON` is all that is known of an app whose media are stopped."""

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
    """Return what a console does, None if not even its power is known.

    `kind` is None while nothing is in front, or nobody knows what it is.
    """
    if power is not Power.ON:
        return _BY_POWER.get(power)
    if kind in _BY_KIND:
        return _BY_KIND[kind]
    return _BY_PLAYBACK.get(playback, ConsoleActivity.ON)
