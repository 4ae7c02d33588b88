"""The known commands of consoles (`docs/network.md` S7.5), and their effects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..network import Json
from .console import OFF, ON, STANDBY, Console
from .operation import Command

KEYS = frozenset(
    {"Guide", "Menu", "View", "A", "B", "X", "Y", "Up", "Down", "Left", "Right", "Nexus"}
)

type Parameters = Mapping[str, str]
type Effect = Callable[[Console, Parameters], bool]
"""Effect of a command on a console. Returns False if the console cannot do it."""


@dataclass(frozen=True)
class Kind:
    """A kind of command: its effect, its parameters with a check of each, and its duration."""

    effect: Effect
    parameters: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)
    seconds: Callable[[Console], float] = lambda console: console.command_seconds


def kind_of(type_: Json, name: Json, parameters: Json) -> Kind | None:
    """Return the kind of a command, None if the type, the name or a parameter is not known."""
    kind = COMMANDS.get((type_, name)) if isinstance(type_, str) and isinstance(name, str) else None
    if kind is None or not isinstance(parameters, dict) or set(parameters) != set(kind.parameters):
        return None
    for key, check in kind.parameters.items():
        value = parameters[key]
        if not isinstance(value, str) or not check(value):
            return None
    return kind


def begin(console: Console, command: Command, kind: Kind) -> str:
    """Start a command on a console. Return the id of the operation."""
    effect = lambda: kind.effect(console, command.parameters)  # noqa: E731
    return console.accept(command, kind.seconds(console), effect).op_id


def _wake(console: Console, _: Parameters) -> bool:
    console.power = ON
    return True


def _turn_off(console: Console, _: Parameters) -> bool:
    console.power = OFF if console.power_saving else STANDBY
    return True


def _reboot(console: Console, parameters: Parameters) -> bool:
    console.power = OFF
    console.later(console.restart_seconds, lambda: _wake(console, parameters))
    return True


def _mute(muted: bool) -> Effect:
    def effect(console: Console, _: Parameters) -> bool:
        console.muted = muted
        return True

    return effect


def _volume(console: Console, parameters: Parameters) -> bool:
    step = int(parameters["amount"]) * (1 if parameters["direction"] == "Up" else -1)
    console.volume = min(max(console.volume + step, 0), 100)
    return True


def _playback(state: str) -> Effect:
    def effect(console: Console, _: Parameters) -> bool:
        title = console.title
        if title is not None and not title.is_game and not title.system:
            console.playback = state
        return True

    return effect


def _home(console: Console, _: Parameters) -> bool:
    console.go_home()
    return True


def _nothing(console: Console, _: Parameters) -> bool:
    return True


def _launch(console: Console, parameters: Parameters) -> bool:
    try:
        console.launch(parameters["oneStoreProductId"])
    except LookupError:
        return False
    return True


def _television(console: Console, _: Parameters) -> bool:
    if console.tv_configured:
        console.watch_tv()
    return console.tv_configured


def _amount(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text) <= 100


COMMANDS: dict[tuple[str, str], Kind] = {
    ("Power", "WakeUp"): Kind(
        _wake,
        seconds=lambda console: (
            console.command_seconds if console.power == ON else console.wake_seconds
        ),
    ),
    ("Power", "TurnOff"): Kind(_turn_off, seconds=lambda console: console.off_seconds),
    ("Power", "Reboot"): Kind(_reboot, seconds=lambda console: console.off_seconds),
    ("Audio", "Mute"): Kind(_mute(True)),
    ("Audio", "Unmute"): Kind(_mute(False)),
    ("Audio", "Volume"): Kind(
        _volume, {"direction": lambda text: text in ("Up", "Down"), "amount": _amount}
    ),
    ("Media", "Play"): Kind(_playback("Playing")),
    ("Media", "Pause"): Kind(_playback("Paused")),
    ("Media", "Previous"): Kind(_nothing),
    ("Media", "Next"): Kind(_nothing),
    ("Shell", "GoHome"): Kind(_home),
    ("Shell", "GoBack"): Kind(_nothing),
    ("Shell", "ShowGuideTab"): Kind(_nothing, {"tabName": lambda text: text == "Guide"}),
    ("Shell", "InjectKey"): Kind(_nothing, {"keyType": lambda text: text in KEYS}),
    ("Shell", "InjectString"): Kind(_nothing, {"replacementString": bool}),
    ("Shell", "ActivateApplicationWithOneStoreProductId"): Kind(
        _launch, {"oneStoreProductId": bool}
    ),
    ("TV", "ShowGuide"): Kind(_television),
}
