"""Tests of a launch on a console with nobody signed in, and of what command answers tell of the system."""

import pytest

from tests.helpers.simulator.xccs_client import XccsClient
from tests.simulator import Console, Person, Simulator
from tests.simulator.world.demo_world import DEN, LUMEN_VIDEO, STARFALL_DRIFT

from ..conftest import OWNER, ManualClock

type Consoles = tuple[Console, Console]
START = "ActivateApplicationWithOneStoreProductId"


@pytest.fixture
def owner(simulator: Simulator) -> Person:
    """Return the owner of the consoles."""
    return simulator.world.person(OWNER)


@pytest.fixture
def den(consoles: Consoles) -> Console:
    """Return a console that asks who plays."""
    consoles[0].asks_who_plays = True
    return consoles[0]


async def launch(xccs_client: XccsClient, clock: ManualClock, den: Console, title_id: str) -> str:
    """Launch a title; return the status of the operation after two seconds."""
    product_id = den.app(title_id).product_id
    assert product_id
    parameters = {"oneStoreProductId": product_id}
    op_id = await xccs_client.accepted(DEN, "Shell", START, parameters)
    clock.now += 2
    status: str = (await xccs_client.operation(DEN, op_id))["operationStatus"]
    return status


async def test_waits_for_a_person(
    xccs_client: XccsClient, clock: ManualClock, den: Console, owner: Person
) -> None:
    """The operation succeeds, and the game runs once somebody answers, with that person."""
    before = den.focus
    assert await launch(xccs_client, clock, den, STARFALL_DRIFT) == "Succeeded"
    assert (den.focus, den.players) == (before, [])
    assert den.prompt == den.app(STARFALL_DRIFT).aumid
    assert not owner.devices
    clock.now += 600
    assert den.focus == before
    den.sit_down(owner)
    assert den.title is not None
    assert den.title.title_id == STARFALL_DRIFT
    assert owner.shows(den.device) is den.title
    assert den.prompt is None


@pytest.mark.parametrize("how", ["dismiss", "home", "off", "app"])
async def test_answered_otherwise(
    xccs_client: XccsClient, clock: ManualClock, den: Console, owner: Person, how: str
) -> None:
    """Who cancels, leaves or switches off answers, too: the game does not run when somebody comes later."""
    await launch(xccs_client, clock, den, STARFALL_DRIFT)
    match how:
        case "dismiss":
            den.dismiss()
        case "home":
            den.go_home()
        case "off":
            den.power = "ConnectedStandby"
        case "app":
            den.run(LUMEN_VIDEO)
    den.sit_down(owner)
    assert den.title is None or den.title.title_id != STARFALL_DRIFT


async def test_asks_nobody(
    xccs_client: XccsClient, clock: ManualClock, den: Console, owner: Person
) -> None:
    """An app starts without a person, and so does a game where somebody is signed in."""
    await launch(xccs_client, clock, den, LUMEN_VIDEO)
    assert den.title is not None
    assert den.title.title_id == LUMEN_VIDEO
    assert den.players == []
    den.sit_down(owner)
    await launch(xccs_client, clock, den, STARFALL_DRIFT)
    assert den.title.title_id == STARFALL_DRIFT
    assert owner.shows(den.device) is den.title


async def test_by_hand(den: Console) -> None:
    """A person who starts a game at the console has answered already."""
    den.run(STARFALL_DRIFT)
    assert den.title is not None
    assert den.title.title_id == STARFALL_DRIFT


async def test_system_version(xccs_client: XccsClient, den: Console) -> None:
    """The destination has the version under the chosen key, and may lack the switches."""
    response = await xccs_client.send(DEN, "Media", "Next")
    plain = (await response.json())["destination"]
    den.system_version, den.system_version_key = "10.0.26100.9426", "softwareVersion"
    den.destination_switches = False
    response = await xccs_client.send(DEN, "Media", "Next")
    changed = (await response.json())["destination"]
    assert plain.keys() - changed.keys() == {"remoteManagementEnabled", "consoleStreamingEnabled"}
    assert changed["softwareVersion"] == "10.0.26100.9426"
    assert changed.keys() - plain.keys() == {"softwareVersion"}
