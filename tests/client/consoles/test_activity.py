"""The activity of a console: one row for each combination of power, app and playback."""

import itertools

import pytest

from custom_components.xbox_network.xbox.consoles.activity import AppKind, ConsoleActivity, activity
from custom_components.xbox_network.xbox.models.consoles import ConsoleStatus, Playback, Power

OFF, UPDATING, IDLE = ConsoleActivity.OFF, ConsoleActivity.UPDATING, ConsoleActivity.IDLE
PLAYING, PAUSED, ON = ConsoleActivity.PLAYING, ConsoleActivity.PAUSED, ConsoleActivity.ON
SCREENS = (AppKind.HOME, AppKind.IDLE_SCREEN)

ROWS: list[tuple[str, AppKind | None, str, ConsoleActivity | None]] = [
    *(("Off", kind, "Playing", OFF) for kind in (None, *AppKind)),
    *(("ConnectedStandby", kind, "Playing", OFF) for kind in (None, *AppKind)),
    *(("SystemUpdate", kind, "Playing", UPDATING) for kind in (None, *AppKind)),
    *(("Unknown", kind, "Playing", None) for kind in (None, *AppKind)),
    *(("SomethingNew", kind, "Playing", None) for kind in (None, *AppKind)),
    *(("On", *row, IDLE) for row in itertools.product(SCREENS, [*Playback, "SomethingNew"])),
    *(("On", AppKind.GAME, playback, PLAYING) for playback in (*Playback, "SomethingNew")),
    ("On", AppKind.APP, "Playing", PLAYING),
    ("On", AppKind.APP, "Paused", PAUSED),
    ("On", AppKind.APP, "Stopped", ON),
    ("On", AppKind.APP, "Unknown", ON),
    ("On", AppKind.APP, "SomethingNew", ON),
    ("On", None, "Playing", PLAYING),
    ("On", None, "Paused", PAUSED),
    ("On", None, "Stopped", ON),
    ("On", None, "Unknown", ON),
]


@pytest.mark.parametrize(("power", "kind", "playback", "expected"), ROWS)
def test_row(
    power: str, kind: AppKind | None, playback: str, expected: ConsoleActivity | None
) -> None:
    """Power goes before the app, and the app before its playback."""
    status = ConsoleStatus.model_validate({"powerState": power, "playbackState": playback})
    assert activity(status.power, kind, status.playback) is expected


def test_states_in_any_letter_case() -> None:
    """States are read in any letter case, because the network has changed the case before."""
    status = ConsoleStatus.model_validate({"powerState": "on", "playbackState": "PAUSED"})
    assert (status.power, status.playback) == (Power.ON, Playback.PAUSED)


@pytest.mark.parametrize("power", Power)
def test_is_on(power: Power) -> None:
    """During an update it is unknown whether the console is on."""
    known = {Power.ON: True, Power.OFF: False, Power.STANDBY: False}
    assert power.is_on is known.get(power)
