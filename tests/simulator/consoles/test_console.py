"""Tests of simulated consoles: power, apps, players, and failing operations."""

import pytest

from tests.helpers.simulator.xccs_client import XccsClient
from tests.simulator import Console, Ending, Person, Simulator, World, add_consoles
from tests.simulator.titles.title import HOME, IDLE, SYSTEM_AUMIDS
from tests.simulator.world.changes import Change, PresenceChanged
from tests.simulator.world.demo_world import (
    BEDROOM,
    DEN,
    EMBER_VALE,
    HARBOR_KINGS,
    LUMEN_VIDEO,
    STARFALL_DRIFT,
)
from tests.simulator.world.script import Script

from ..conftest import FRIEND, OWNER, ManualClock

type Consoles = tuple[Console, Console]
HOME_AUMID = SYSTEM_AUMIDS[HOME]


@pytest.fixture
def world(simulator: Simulator) -> World:
    """Return the simulator's world."""
    return simulator.world


@pytest.fixture
def owner(world: World) -> Person:
    """Return the owner of the consoles."""
    return world.person(OWNER)


async def operation_status(xccs_client: XccsClient, console: str, op_id: str) -> str:
    """Return the status of an operation."""
    status: str = (await xccs_client.operation(console, op_id))["operationStatus"]
    return status


async def test_waking_takes_time(
    xccs_client: XccsClient, consoles: Consoles, world: World, clock: ManualClock
) -> None:
    """While waking, the console stays in standby and the operation pending; then it shows home."""
    op_id = await xccs_client.accepted(BEDROOM, "Power", "WakeUp")
    clock.now += 9.5
    assert await operation_status(xccs_client, BEDROOM, op_id) == "Pending"
    record = await xccs_client.read(f"consoles/{BEDROOM}")
    assert record["powerState"] == "ConnectedStandby"
    assert record["focusAppAumid"] == world.titles[HARBOR_KINGS].aumid
    clock.now += 0.5
    assert await operation_status(xccs_client, BEDROOM, op_id) == "Succeeded"
    record = await xccs_client.read(f"consoles/{BEDROOM}")
    assert (record["powerState"], record["focusAppAumid"]) == ("On", HOME_AUMID)


@pytest.mark.parametrize(("saving", "state"), [(False, "ConnectedStandby"), (True, "Off")])
async def test_turning_off(
    xccs_client: XccsClient, consoles: Consoles, clock: ManualClock, saving: bool, state: str
) -> None:
    """Turning off ends in the console's own power mode and keeps the app."""
    den, _ = consoles
    den.power_saving = saving
    den.run("Starfall Drift")
    await xccs_client.accepted(DEN, "Power", "TurnOff")
    assert den.power == "On"
    clock.now += 2
    record = await xccs_client.read(f"consoles/{DEN}")
    assert record["powerState"] == state
    assert record["focusAppAumid"].startswith("Example.StarfallDrift")


async def test_reboot(xccs_client: XccsClient, consoles: Consoles, clock: ManualClock) -> None:
    """A reboot is off for a while, then on again."""
    den, _ = consoles
    await xccs_client.accepted(DEN, "Power", "Reboot")
    clock.now += 2
    assert den.power == "Off"
    clock.now += 25
    assert (den.power, den.focus) == ("On", HOME_AUMID)


@pytest.mark.parametrize("status", ["Error", "TimedOut", "OffConsoleError", "Paused"])
async def test_scripted_ends(
    xccs_client: XccsClient, consoles: Consoles, clock: ManualClock, status: str
) -> None:
    """A scripted ending fails the next operation without effect; the following one works."""
    _, bedroom = consoles
    bedroom.end_next("WakeUp", Ending(status=status, seconds=4, message="Not now"))
    op_id = await xccs_client.accepted(BEDROOM, "Power", "WakeUp")
    clock.now += 4
    operation = await xccs_client.operation(BEDROOM, op_id)
    assert (operation["operationStatus"], operation["succeeded"]) == (status, False)
    assert operation["message"] == "Not now"
    clock.now += 60
    assert bedroom.power == "ConnectedStandby"
    op_id = await xccs_client.accepted(BEDROOM, "Power", "WakeUp")
    clock.now += 10
    assert await operation_status(xccs_client, BEDROOM, op_id) == "Succeeded"


async def test_scripted_times_and_wrong_status(
    xccs_client: XccsClient, consoles: Consoles, clock: ManualClock
) -> None:
    """Scripted endings count for any command; one stays pending, one works despite its status."""
    den, _ = consoles
    den.end_next(None, "TimedOut", times=2)
    den.end_next(None, "Pending")
    den.end_next(None, Ending(status="TimedOut", works=True))
    sent = [await xccs_client.accepted(DEN, "Audio", "Mute") for _ in range(4)]
    assert not den.muted
    clock.now += 3_600
    ends = [await operation_status(xccs_client, DEN, op_id) for op_id in sent]
    assert ends == ["TimedOut", "TimedOut", "Pending", "TimedOut"]
    assert den.muted


@pytest.mark.parametrize(
    ("power", "status"),
    [
        ("ConnectedStandby", "OffConsoleError"),
        ("SystemUpdate", "TimedOut"),
        ("Unknown", "TimedOut"),
    ],
)
async def test_commands_to_a_console_that_is_not_on(
    xccs_client: XccsClient, consoles: Consoles, clock: ManualClock, power: str, status: str
) -> None:
    """A console that is not on accepts commands, but they fail."""
    den, _ = consoles
    den.power = power
    op_id = await xccs_client.accepted(DEN, "Audio", "Mute")
    clock.now += 30
    assert await operation_status(xccs_client, DEN, op_id) == status
    assert (den.power, den.muted) == (power, False)


async def test_impossible_commands(
    xccs_client: XccsClient, consoles: Consoles, clock: ManualClock
) -> None:
    """Launching a missing app, and live TV without a tuner, end with an error."""
    den, _ = consoles
    den.tv_configured = False
    name = "ActivateApplicationWithOneStoreProductId"
    launch = await xccs_client.accepted(DEN, "Shell", name, {"oneStoreProductId": "9SIM00000000"})
    guide = await xccs_client.accepted(DEN, "TV", "ShowGuide")
    clock.now += 1
    assert (
        await operation_status(xccs_client, DEN, launch)
        == await operation_status(xccs_client, DEN, guide)
        == "Error"
    )
    assert den.focus == HOME_AUMID


async def test_media_and_remote(
    xccs_client: XccsClient, consoles: Consoles, clock: ManualClock
) -> None:
    """A media app follows play and pause, a game does not. Keys, texts and volume are recorded."""
    den, _ = consoles
    den.command_seconds = 0
    den.run("Lumen Video")
    await xccs_client.accepted(DEN, "Media", "Play")
    assert (await xccs_client.read(f"consoles/{DEN}"))["playbackState"] == "Playing"
    await xccs_client.accepted(DEN, "Media", "Pause")
    assert den.playback == "Paused"
    await xccs_client.accepted(DEN, "Shell", "GoHome")
    assert (den.focus, den.playback) == (HOME_AUMID, "Stopped")
    den.run("Starfall Drift")
    await xccs_client.accepted(DEN, "Media", "Play")
    assert den.playback == "Stopped"
    for key in ("Up", "A"):
        await xccs_client.accepted(DEN, "Shell", "InjectKey", {"keyType": key})
    await xccs_client.accepted(DEN, "Shell", "InjectString", {"replacementString": "Drift"})
    assert (den.keys, den.texts) == (["Up", "A"], ["Drift"])
    for direction, amount in (("Up", "3"), ("Down", "1")):
        await xccs_client.accepted(
            DEN, "Audio", "Volume", {"direction": direction, "amount": amount}
        )
    await xccs_client.accepted(DEN, "Audio", "Mute")
    assert (den.volume, den.muted) == (22, True)
    await xccs_client.accepted(DEN, "TV", "ShowGuide")
    assert den.title is not None
    assert den.title.name == "Live TV"


async def test_a_launch_shows_in_presence(
    xccs_client: XccsClient, consoles: Consoles, owner: Person, world: World, clock: ManualClock
) -> None:
    """A launched app shows in the player's presence, reported once. Turning off ends it."""
    den, _ = consoles
    den.sit_down(owner)
    assert owner.shows("Scarlett") is world.titles[HOME]
    changes: list[Change] = []
    world.listeners.append(changes.append)
    drift = world.titles[STARFALL_DRIFT]
    await xccs_client.accepted(
        DEN,
        "Shell",
        "ActivateApplicationWithOneStoreProductId",
        {"oneStoreProductId": drift.product_id},
    )
    clock.now += 1
    await xccs_client.read("lists/devices")
    assert owner.shows("Scarlett") is drift
    await xccs_client.accepted(DEN, "Power", "TurnOff")
    clock.now += 2
    await xccs_client.read("lists/devices")
    assert (owner.state, den.players) == ("Offline", [])
    assert [type(change) for change in changes] == [PresenceChanged, PresenceChanged]


def test_played_title_shows_on_the_console(consoles: Consoles, owner: Person, world: World) -> None:
    """A player's title shows on the console, and in the presence of the other players there."""
    den, _ = consoles
    friend = world.person(FRIEND)
    den.sit_down(owner)
    den.sit_down(friend)
    friend.play(HARBOR_KINGS, "Scarlett")
    assert den.title is owner.shows("Scarlett") is world.titles[HARBOR_KINGS]
    owner.stop()
    assert den.focus == HOME_AUMID
    assert friend.shows("Scarlett") is world.titles[HOME]
    friend.play(EMBER_VALE, "Scarlett")
    den.stand_up(friend)
    assert (den.title, den.players) == (world.titles[EMBER_VALE], [owner])
    den.stand_up(owner)
    assert (den.power, den.focus, den.players) == ("On", HOME_AUMID, [])


def test_regular_player_signs_in_at_once(consoles: Consoles, owner: Person, world: World) -> None:
    """A regular player's activity switches the console on and signs the player in there."""
    den, _ = consoles
    den.power = "ConnectedStandby"
    owner.play(STARFALL_DRIFT, "Scarlett")
    assert (den.power, den.players) == ("On", [owner])
    assert den.title is world.titles[STARFALL_DRIFT]


def test_from_one_console_to_the_other(consoles: Consoles, owner: Person, world: World) -> None:
    """A person plays on one console of a kind, but can play on two kinds at once."""
    den, bedroom = consoles
    attic = world.add_console(Console(console_id="F400000000000003", owner=OWNER))
    den.sit_down(owner)
    bedroom.sit_down(owner)
    assert bedroom.power == "On"
    assert list(owner.devices) == ["Scarlett", "XboxOne"]
    attic.sit_down(owner)
    assert (den.players, bedroom.players, attic.players) == ([], [owner], [owner])
    owner.play(STARFALL_DRIFT, "Scarlett")
    assert attic.title is world.titles[STARFALL_DRIFT]
    assert den.focus == bedroom.focus == HOME_AUMID


def test_deleted_accounts(consoles: Consoles, owner: Person, world: World) -> None:
    """A deleted account is removed from players and regulars."""
    den, _ = consoles
    den.sit_down(owner)
    world.delete(owner)
    assert den.players == den.regulars == []


def test_apps_without_a_title(consoles: Consoles, owner: Person, world: World) -> None:
    """For an app without a title presence shows home. The screensaver is a title."""
    den, _ = consoles
    den.sit_down(owner)
    den.run("Starfall Drift")
    den.run("Grid Tuner")
    assert den.focus == "Example.GridTuner_5f6g7h8i9j0k1!App"
    assert owner.shows("Scarlett") is world.titles[HOME]
    den.idle()
    assert owner.shows("Scarlett") is world.titles[IDLE]
    den.watch_tv()
    assert den.title is owner.shows("Scarlett")
    den.go_home()
    assert den.focus == HOME_AUMID
    assert owner.shows("Scarlett") is world.titles[HOME]


def test_automatic_sign_in(consoles: Consoles, owner: Person) -> None:
    """A console can sign a person in when it wakes up."""
    _, bedroom = consoles
    bedroom.auto_sign_in = owner
    bedroom.power = "On"
    assert (bedroom.players, list(owner.devices)) == ([owner], ["XboxOne"])


def test_unknown_power_state(consoles: Consoles, owner: Person) -> None:
    """An unknown power state keeps the players; an update signs them out."""
    den, _ = consoles
    den.sit_down(owner)
    owner.play(LUMEN_VIDEO, "Scarlett")
    den.power = "Unknown"
    den.power = "On"
    assert (den.players, den.focus) == ([owner], "Example.LumenVideo_4e5f6g7h8i9j0!App")
    den.power = "SystemUpdate"
    assert (den.players, owner.state) == ([], "Offline")


def test_demo_script_shows_on_the_console(simulator: Simulator) -> None:
    """The demo's console always shows the owner's activity on it."""
    world = simulator.world
    den, _ = add_consoles(world)
    owner, script = world.person(OWNER), Script(world)
    titles = set()
    for _ in range(80):
        script.step()
        shown = owner.shows("Scarlett")
        assert den.title is (shown or world.titles[HOME])
        assert den.players == ([owner] if shown else [])
        titles.add(den.title.name if den.title else None)
    assert {"Home", "Starfall Drift", "Lumen Video"} <= titles


def test_console_outside_of_a_world() -> None:
    """A console needs a world."""
    with pytest.raises(LookupError):
        Console(console_id="F400000000000009", owner=OWNER).go_home()


def test_removing_signs_out(consoles: Consoles, owner: Person, world: World) -> None:
    """Removing a console signs its players out."""
    den, bedroom = consoles
    den.sit_down(owner)
    world.remove_console(den)
    assert owner.state == "Offline"
    assert list(world.consoles.values()) == [bedroom]


async def test_late_effect(xccs_client: XccsClient, consoles: Consoles, clock: ManualClock) -> None:
    """The effect of one command is told late; the next one is not, and takes its place."""
    den, _ = consoles
    den.delay_next("TurnOff", 25)
    await xccs_client.accepted(DEN, "Power", "TurnOff")
    clock.now += 2
    den.settle()
    assert (den.power, den.told.power) == ("ConnectedStandby", "On")
    clock.now += 24.9
    assert (await xccs_client.read(f"consoles/{DEN}"))["powerState"] == "On"
    clock.now += 0.1
    assert (await xccs_client.read(f"consoles/{DEN}"))["powerState"] == "ConnectedStandby"
    den.power = "On"
    assert den.told.power == "On"
    await xccs_client.accepted(DEN, "Power", "TurnOff")
    clock.now += 2
    assert den.told.power == "ConnectedStandby"


async def test_late_effects_of_any_command(
    xccs_client: XccsClient, consoles: Consoles, clock: ManualClock
) -> None:
    """Effects of any commands are told late as often as wished; what is done by hand takes their place."""
    den, _ = consoles
    den.delay_next("WakeUp", 99)
    den.delay_next(None, 60, times=2)
    for title in (STARFALL_DRIFT, HARBOR_KINGS):
        app = den.app(title)
        await xccs_client.accepted(
            DEN,
            "Shell",
            "ActivateApplicationWithOneStoreProductId",
            {"oneStoreProductId": app.product_id},
        )
        clock.now += 1
        assert (den.focus, den.told.focus) == (app.aumid, HOME_AUMID)
    den.run(LUMEN_VIDEO)
    assert den.told.focus == den.app(LUMEN_VIDEO).aumid
    clock.now += 100
    assert den.told.focus == den.app(LUMEN_VIDEO).aumid
