"""Tests of blueprint idle_console_off: an idle console goes off at night, a used one does not."""

from collections.abc import Callable

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.xbox_network.xbox.endpoints import Service
from tests.blueprints.conftest import Automate, Clock, Live
from tests.helpers.consoles import ConsoleEntities, told
from tests.helpers.fake_devices import Telephone
from tests.simulator import Console, Person, Simulator
from tests.simulator.world.demo_world import STARFALL_DRIFT

MINUTE = 60
NAME = "idle_console_off"
WARNING = "Den goes off in 5 min."

pytestmark = pytest.mark.usefixtures("evening")


@pytest.fixture(name="evening")
def evening_fixture(clock: Clock) -> None:
    """Start at 21:30, before everything else."""
    clock("21:30")


def went_off(den: Console) -> bool:
    """Return whether the console was turned off since the last call."""
    names = told(den)
    assert names in ([], ["TurnOff"])
    return bool(names)


async def test_idle_console(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """A console idle before the night has a warning when the night begins, and is off five minutes later."""
    off_calls, warned = (
        async_mock_service(hass, "test", "off"),
        async_mock_service(hass, "test", "warn"),
    )
    warning = {
        "action": "test.warn",
        "data": {"text": "{{ message }} {{ minutes }} {{ console_name }}"},
    }
    await automate(
        NAME,
        console=at_den.id("media_player"),
        notify=[telephone.entity_id],
        warn_actions=[warning],
        off_actions=[{"action": "test.off"}],
    )
    await live(29 * MINUTE, step=60)
    assert telephone.read() == []
    await live(2 * MINUTE, step=60)
    assert telephone.read() == [WARNING]
    assert [it.data["text"] for it in warned] == [f"{WARNING} 5 Den"]
    await live(3 * MINUTE, step=60)
    assert not went_off(den)
    await live(2 * MINUTE)
    assert went_off(den)
    assert at_den("media_player") == "off"
    assert len(off_calls) == 1
    await live(40 * MINUTE, step=60)
    assert not went_off(den)
    assert telephone.read() == []


@pytest.mark.parametrize(
    ("time", "turned_off"),
    [("22:00", True), ("02:00", True), ("05:57", True), ("06:00", False), ("12:00", False)],
)
async def test_only_at_night(
    clock: Clock,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    automate: Automate,
    live: Live,
    telephone: Telephone,
    time: str,
    turned_off: bool,
) -> None:
    """It happens only at night, which can include midnight."""
    console = at_den.id("media_player")
    await automate(
        NAME, console=console, idle_minutes=2, warn_minutes=0, notify=[telephone.entity_id]
    )
    den.run("Lumen Video")
    await live(20)
    clock(time)
    await live(20)
    den.go_home()
    await live(2 * MINUTE)
    assert not went_off(den)
    await live(MINUTE)
    assert went_off(den) == turned_off
    assert telephone.read() == []


async def test_situations(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    at_den: ConsoleEntities,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """Home, the screensaver and on request apps count as idle; games, playback and updates do not."""

    def at_home() -> None:
        den.go_home()

    def screensaver() -> None:
        den.idle()

    def game() -> None:
        den.sit_down(owner)
        owner.play(STARFALL_DRIFT)

    def plays() -> None:
        den.run("Lumen Video")
        den.playback = "Playing"

    def paused() -> None:
        plays()
        den.playback = "Paused"

    def app() -> None:
        den.run("Grid Tuner")

    def updating() -> None:
        den.go_home()
        den.power = "SystemUpdate"

    rows: list[tuple[Callable[[], None], bool, bool]] = [
        # situation, turned off, turned off with "also apps"
        (at_home, True, True),
        (screensaver, True, True),
        (game, False, False),
        (plays, False, False),
        (paused, False, True),
        (app, False, True),
        (updating, False, False),
    ]
    common = {
        "from_time": "00:00:00",
        "until_time": "00:00:00",
        "idle_minutes": 2,
        "warn_minutes": 1,
    }
    for situation, *expected in rows:
        for also_apps, off in zip((False, True), expected, strict=True):
            den.power = "On"
            den.run("Lumen Video")
            await live(20)
            await automate(
                NAME,
                console=at_den.id("media_player"),
                also_apps=also_apps,
                notify=[telephone.entity_id],
                **common,
            )
            situation()
            await live(4 * MINUTE)
            assert went_off(den) == off, (situation.__name__, also_apps)
            assert bool(telephone.read()) == off
            owner.go_offline()

    den.power = "On"
    await automate(NAME, console=at_den.id("media_player"), **(common | {"idle_minutes": 8}))
    den.run("Lumen Video")
    await live(20)
    den.go_home()
    await live(20)
    simulator.fail(Service.CONSOLES, status=503, times=None)
    await live(12 * MINUTE, step=60)
    assert at_den("media_player") == "unavailable"
    assert simulator.requests(Service.CONSOLES)[-1].path != "/commands"
    simulator.heal(Service.CONSOLES)
    await live(2 * MINUTE, step=60)
    assert not went_off(den)


async def test_update_after_the_warning(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    automate: Automate,
    live: Live,
) -> None:
    """An update after the warning keeps the console on, though the entity's state is the same."""
    warned = async_mock_service(hass, "test", "warn")
    await automate(
        NAME,
        console=at_den.id("media_player"),
        from_time="21:00:00",
        idle_minutes=2,
        also_apps=True,
        warn_actions=[{"action": "test.warn"}],
    )
    den.run("Grid Tuner")
    await live(3 * MINUTE)
    assert len(warned) == 1
    den.power = "SystemUpdate"
    await live(5 * MINUTE)
    assert at_den["media_player"].attributes["activity"] == "updating"
    assert not went_off(den)


async def test_used_again(
    clock: Clock,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """Use after the warning keeps the console on. When idle again, there is another warning."""
    await automate(
        NAME,
        console=at_den.id("media_player"),
        from_time="21:00:00",
        idle_minutes=5,
        warn_minutes=2,
        also_apps=True,
        notify=[telephone.entity_id],
        message="Soon.",
    )
    den.run("Lumen Video")
    await live()
    den.go_home()
    await live(6 * MINUTE)
    assert telephone.read() == ["Soon."]
    den.run("Grid Tuner")
    await live(4 * MINUTE)
    assert telephone.read() == []
    await live(2 * MINUTE)
    assert telephone.read() == ["Soon."]
    den.run("Lumen Video")  # no playback: the entity's state is the same
    await live(4 * MINUTE)
    assert telephone.read() == []
    assert not went_off(den)
    await live(4 * MINUTE)
    assert telephone.read() == ["Soon."]
    assert went_off(den)
