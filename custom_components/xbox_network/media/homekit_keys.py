"""The keys of the remote control that HomeKit shows for a television, and what each does at a console.

Home Assistant's `homekit` fires an event for each key but play and pause, for which it calls the media player.
"""

from collections.abc import Mapping
from typing import Final

from ..xbox.models.commands import GO_HOME, NEXT, PREVIOUS, Command, press

EVENT_KEY_PRESSED: Final = "homekit_tv_remote_key_pressed"
ATTR_KEY_NAME: Final = "key_name"

# There is no command to rewind, or to go forward.
COMMANDS: Final[Mapping[str, Command]] = {
    "arrow_up": press("up"),
    "arrow_down": press("down"),
    "arrow_left": press("left"),
    "arrow_right": press("right"),
    "select": press("a"),
    "back": press("b"),
    "information": press("nexus"),
    "exit": GO_HOME,
    "next_track": NEXT,
    "previous_track": PREVIOUS,
}
