"""The routines of the demo's people: visible acts that repeat."""

from collections.abc import Callable

from ..people.person import Person
from .demo_world import (
    BRASS_OTTER,
    COPPER_FINCH,
    EMBER_VALE,
    HARBOR_KINGS,
    LUMEN_FOX,
    LUMEN_VIDEO,
    MOSS_AND_MACHINE,
    QUIET_HARBOR,
    STARFALL_DRIFT,
    TINY_TURBINES,
    VELVET_COMET,
)

type Act = Callable[[Person], object]


def _online(device: str) -> Act:
    return lambda person: person.go_online(device)


def _play(title_id: str, device: str, text: str | None = None) -> Act:
    return lambda person: person.play(title_id, device, text)


def _party(size: int, restriction: str = "followed") -> Act:
    return lambda person: person.join_party(size, restriction)


def _unlock(title_id: str) -> Act:
    return lambda person: person.unlock(title_id)


OWNER: tuple[Act, ...] = (
    _online("Scarlett"),
    _play(STARFALL_DRIFT, "Scarlett", "In the hangar"),
    _play(STARFALL_DRIFT, "Scarlett", "Sector 7"),
    _party(3),
    _unlock(STARFALL_DRIFT),
    _play(STARFALL_DRIFT, "Scarlett", "Sector 8, last lap"),
    _party(4, "local"),
    _play(MOSS_AND_MACHINE, "WindowsOneCore", "Building a mill"),
    lambda owner: owner.stop("Scarlett"),
    Person.leave_party,
    _play(MOSS_AND_MACHINE, "WindowsOneCore", "The mill turns"),
    _unlock(MOSS_AND_MACHINE),
    lambda owner: owner.go_offline("WindowsOneCore"),
    _play(LUMEN_VIDEO, "Scarlett"),
    Person.stop,
    Person.go_offline,
)

FRIENDS: dict[str, tuple[Act, ...]] = {
    QUIET_HARBOR: (
        _online("XboxOne"),
        _play(HARBOR_KINGS, "XboxOne", "Year 12, 31 ships"),
        _party(2),
        _unlock(HARBOR_KINGS),
        _play(HARBOR_KINGS, "XboxOne", "Year 13, 40 ships"),
        Person.go_offline,
    ),
    BRASS_OTTER: (
        _play(MOSS_AND_MACHINE, "WindowsOneCore", "Draining the marsh"),
        _unlock(MOSS_AND_MACHINE),
        Person.stop,
        Person.go_offline,
        _online("WindowsOneCore"),
    ),
    VELVET_COMET: (
        _party(4),
        _play(STARFALL_DRIFT, "WindowsOneCore", "Sector 8, third lap"),
        Person.leave_party,
        Person.go_offline,
        _online("WindowsOneCore"),
        _play(STARFALL_DRIFT, "WindowsOneCore", "In the hangar"),
    ),
    LUMEN_FOX: (
        Person.go_offline,
        _online("Android"),
        _play(TINY_TURBINES, "Android"),
        _unlock(TINY_TURBINES),
        _play(LUMEN_VIDEO, "XboxOne"),
        Person.stop,
    ),
    COPPER_FINCH: (
        Person.go_offline,
        _online("Xbox360"),
        _play(EMBER_VALE, "Xbox360", "In the burning forest"),
        _unlock(EMBER_VALE),
        _play(EMBER_VALE, "Xbox360", "At the gate"),
    ),
}
"""The acts of each friend by xuid. A routine starts so that it continues OPENING."""

OPENING: dict[str, Act] = {
    BRASS_OTTER: _online("WindowsOneCore"),
    VELVET_COMET: _play(STARFALL_DRIFT, "WindowsOneCore", "Sector 8, second lap"),
    LUMEN_FOX: _play(LUMEN_VIDEO, "XboxOne"),
    COPPER_FINCH: _play(EMBER_VALE, "Xbox360", "At the river"),
}
"""The acts of some friends before the first step."""
