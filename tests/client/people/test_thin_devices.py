"""Several devices, of one type or of none, in answers that leave something out."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.people.changes import ChangeDetector
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import HARBOR_KINGS, LUMEN_VIDEO, OWNER, PRESENCE, STARFALL_DRIFT, see
from tests.simulator import Simulator


def title(title_id: str, placement: str = "Full", **fields: Any) -> dict[str, Any]:
    """Return a title of a device."""
    return {
        "id": title_id,
        "name": f"Title {title_id}",
        "placement": placement,
        "state": "Active",
        "lastModified": "2031-03-01T08:00:00",
        **fields,
    }


HOME = title("750323071")
GAME, OTHER = title(STARFALL_DRIFT), title(HARBOR_KINGS)


def device(kind: str | None, *titles: dict[str, Any]) -> dict[str, Any]:
    """Return a device."""
    return {"type": kind, "titles": list(titles)}


class Said:
    """What userpresence says of the owner's devices."""

    def __init__(self, simulator: Simulator, *devices: dict[str, Any]) -> None:
        """Say that for good."""
        self.devices: tuple[dict[str, Any], ...] = devices
        simulator.spoil(PRESENCE, self._change, times=None)

    def _change(self, answer: Any) -> None:
        for record in answer:
            if record["xuid"] == OWNER:
                record.pop("lastSeen", None)
                record.update(state="Online", devices=list(self.devices))


@pytest.mark.parametrize(
    "thin",
    [
        [device("Scarlett", HOME)],
        [device("Scarlett"), device("Scarlett", HOME)],
        [device("Scarlett", HOME), device("Scarlett")],
        [device("Scarlett", HOME), device(None, GAME)],
        [device("Scarlett", HOME), device("Scarlett", {**GAME, "id": None})],
        [device("Scarlett")],
    ],
    ids=str,
)
@pytest.mark.parametrize("turned", [False, True])
async def test_two_consoles_of_one_type(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    thin: list[dict[str, Any]],
    turned: bool,
) -> None:
    """Of two consoles of one type, one plays and one is at home: an answer that leaves one out changes nothing."""
    both = [device("Scarlett", HOME), device("Scarlett", GAME)]
    said = Said(simulator, *(both[::-1] if turned else both))
    detector = ChangeDetector(await see(observer))
    freezer.tick(10)
    before = await see(observer)
    detector.update(before)
    assert before.presence.active
    whole, said.devices = said.devices, tuple(thin)
    freezer.tick(10)
    assert detector.update(await see(observer)) == []
    said.devices = whole
    freezer.tick(2)
    after = await see(observer)
    assert detector.update(after) == []
    assert (after.presence.active, after.in_game) == (before.presence.active, True)


async def test_one_of_two_consoles_of_one_type_stops(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """The game ends when its console plainly shows the home screen, and when it is left out twice."""
    said = Said(simulator, device("Scarlett", GAME), device("Scarlett", HOME))
    detector = ChangeDetector(await see(observer))
    said.devices = (device("Scarlett", HOME),)
    seen = []
    for wait in (10, 2, 10):
        freezer.tick(wait)
        seen.append([it.kind.value for it in detector.update(await see(observer))])
    assert seen == [[], ["stopped_playing"], []]


@pytest.mark.parametrize(
    "thin",
    [
        [device("Scarlett", GAME)],
        [device("WindowsOneCore", title(LUMEN_VIDEO))],
        [device("Scarlett", GAME), device("WindowsOneCore")],
        [device("WindowsOneCore", title(LUMEN_VIDEO)), device(None)],
        [device("Scarlett", {**GAME, "placement": None}), device("WindowsOneCore")],
        [device("Scarlett", {**GAME, "state": None, "name": None})],
        [device("Scarlett", {**GAME, "placement": "Background"}), device("WindowsOneCore", HOME)],
    ],
    ids=str,
)
async def test_two_kinds_of_devices(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    thin: list[dict[str, Any]],
) -> None:
    """A game on a console goes on, whatever one answer leaves out of the console or the computer."""
    said = Said(simulator, device("Scarlett", GAME), device("WindowsOneCore", title(LUMEN_VIDEO)))
    await see(observer)
    freezer.tick(10)
    before = await see(observer)
    detector = ChangeDetector(before)
    whole, said.devices = said.devices, tuple(thin)
    freezer.tick(10)
    assert detector.update(await see(observer)) == []
    said.devices = whole
    freezer.tick(2)
    assert detector.update(await see(observer)) == []
