"""The commands to a console that are documented and verified, and no others.

Source: `docs/network.md` S7.5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..errors import XboxCommandNameError
from .consoles import Playback, Power
from .system_apps import HOME_AUMID

TEXT_PREFIX: Final = "text:"
_SOURCE: Final = "com.microsoft.smartglass"
_LAUNCH: Final = "ActivateApplicationWithOneStoreProductId"
_PRESSES: Final = frozenset({"InjectKey", "InjectString"})
_STARTS: Final = frozenset({"GoHome", _LAUNCH})
_STATES: Final = frozenset({"Mute", "Unmute", "Play", "Pause"})


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    `leads_to` has the power states that the command may result in, `playback` is the resulting state of the media,
    `opens` the application id of the resulting app in front. A command that changes none of them leaves them empty.
    """

    type: str
    name: str
    parameters: tuple[tuple[str, str], ...] = ()
    leads_to: tuple[Power, ...] = ()
    playback: Playback | None = None
    opens: str | None = None

    @property
    def is_power(self) -> bool:
        """Whether it is about the power of the console."""
        return self.type == "Power"

    @property
    def is_audio(self) -> bool:
        """Whether it is about the volume, and not about what the console shows."""
        return self.type == "Audio"

    @property
    def is_press(self) -> bool:
        """Whether it presses a button of the controller or types a text."""
        return self.name in _PRESSES

    @property
    def starts(self) -> bool:
        """Whether it starts a game, an app or the home screen."""
        return self.name in _STARTS

    @property
    def is_state(self) -> bool:
        """Whether it leads to a state: to do it twice is to do it once."""
        return self.is_power or self.starts or self.name in _STATES

    @property
    def steps(self) -> int:
        """The steps of the volume, below zero for down; 0 for any other command."""
        if self.name != "Volume":
            return 0
        parameters = dict(self.parameters)
        return int(parameters["amount"]) * (1 if parameters["direction"] == "Up" else -1)

    def body(self, console_id: str, session_id: str) -> dict[str, object]:
        """Return the body of the request."""
        return {
            "destination": "Xbox",
            "type": self.type,
            "command": self.name,
            "sessionId": session_id,
            "sourceId": _SOURCE,
            "parameters": [dict(self.parameters)],
            "linkedXboxId": console_id,
        }


WAKE_UP: Final = Command("Power", "WakeUp", leads_to=(Power.ON,))
# The console goes to the power mode that is set there.
TURN_OFF: Final = Command("Power", "TurnOff", leads_to=(Power.STANDBY, Power.OFF))
REBOOT: Final = Command("Power", "Reboot")
MUTE: Final = Command("Audio", "Mute")
UNMUTE: Final = Command("Audio", "Unmute")
PLAY: Final = Command("Media", "Play", playback=Playback.PLAYING)
PAUSE: Final = Command("Media", "Pause", playback=Playback.PAUSED)
PREVIOUS: Final = Command("Media", "Previous")
NEXT: Final = Command("Media", "Next")
GO_HOME: Final = Command("Shell", "GoHome", opens=HOME_AUMID)
GO_BACK: Final = Command("Shell", "GoBack")
SHOW_GUIDE: Final = Command("Shell", "ShowGuideTab", (("tabName", "Guide"),))
SHOW_TV_GUIDE: Final = Command("TV", "ShowGuide")


def _volume(direction: str, amount: int) -> Command:
    # the amount is a text
    return Command("Audio", "Volume", (("direction", direction), ("amount", str(amount))))


def volume_up(amount: int = 1) -> Command:
    """Return the command that raises the volume; it works only if the console controls the television."""
    return _volume("Up", amount)


def volume_down(amount: int = 1) -> Command:
    """Return the command that lowers the volume."""
    return _volume("Down", amount)


def volume(steps: int) -> Command:
    """Return the command that moves the volume by some steps, below zero for down."""
    return volume_up(steps) if steps > 0 else volume_down(-steps)


def press(key: str) -> Command:
    """Return the press of a documented key. Raises `XboxCommandNameError` for any other name.

    Games ignore keys; the dashboard and apps take them.
    """
    if (known := _KEYS.get(key.casefold())) is None:
        raise XboxCommandNameError(key)
    return Command("Shell", "InjectKey", (("keyType", known),))


def type_text(text: str) -> Command:
    """Return the command that replaces the text in the focused field."""
    return Command("Shell", "InjectString", (("replacementString", text),))


def launch(product_id: str, aumid: str | None = None) -> Command:
    """Return the command that starts an installed game or app by its product id of the store.

    `aumid` is its application id, if known.
    """
    return Command(
        "Shell",
        _LAUNCH,
        (("oneStoreProductId", product_id),),
        opens=aumid,
    )


_KEYS: Final = {
    key.casefold(): key
    for key in (
        *("A", "B", "X", "Y", "Up", "Down", "Left", "Right"),
        *("Menu", "View", "Guide", "Nexus"),
    )
}

# The names that a remote control understands, in lower case. `nexus` is the Xbox button.
BUTTONS: Final[Mapping[str, Command]] = {
    **{name: press(name) for name in _KEYS},
    "home": GO_HOME,
    "back": GO_BACK,
    "guide_tab": SHOW_GUIDE,
    "tv_guide": SHOW_TV_GUIDE,
    "play": PLAY,
    "pause": PAUSE,
    "previous": PREVIOUS,
    "next": NEXT,
    "mute": MUTE,
    "unmute": UNMUTE,
    "volume_up": volume_up(),
    "volume_down": volume_down(),
    "wake_up": WAKE_UP,
    "turn_off": TURN_OFF,
    "reboot": REBOOT,
}


def parse(word: str) -> Command:
    """Return the command of a word of a remote control, in any letter case.

    Only the text after `text:` is typed. Raises `XboxCommandNameError` for any other word: a misspelt name must
    not end up as text on the screen.
    """
    if word[: len(TEXT_PREFIX)].casefold() == TEXT_PREFIX:
        if text := word[len(TEXT_PREFIX) :]:
            return type_text(text)
    elif command := BUTTONS.get(word.strip().casefold()):
        return command
    raise XboxCommandNameError(word)
