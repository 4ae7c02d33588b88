"""The command queue of a console: what is one command, and whose turn it is."""

import asyncio

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.consoles.command_runner import Outcome
from custom_components.xbox_network.xbox.errors import ConsoleProblem
from custom_components.xbox_network.xbox.models import commands
from custom_components.xbox_network.xbox.models.commands import (
    Command,
    type_text,
    volume_down,
    volume_up,
)
from tests.client.consoles.hand import (
    HOME,
    LATENCY,
    MUTE,
    NEXT,
    OFF,
    PAUSE,
    PLAY,
    UNMUTE,
    WAKE,
    A,
    B,
    Hand,
)
from tests.simulator import Console, Simulator

pytestmark = pytest.mark.usefixtures("loop_by_hand")


@pytest.mark.parametrize(
    ("wished", "done"),
    [
        ([volume_up()] * 5, ["Up1", "Up4"]),
        ([volume_up(), volume_up(), volume_down(), volume_up(3)], ["Up1", "Up3"]),
        ([volume_up(), volume_down(), volume_down()], ["Up1", "Down2"]),
        ([A, volume_up(), volume_down()], ["A"]),
        ([volume_up(), *[volume_up(60)] * 2], ["Up1", "Up60", "Up60"]),
        ([volume_up(), MUTE, volume_up(), volume_up()], ["Up1", "Mute", "Up2"]),
        ([volume_up(), volume_up(), A, volume_up(), B], ["Up1", "Up2", "A", "B"]),
        ([A, MUTE, MUTE, UNMUTE, MUTE], ["A", "Mute", "Unmute", "Mute"]),
        ([A, PLAY, PLAY, PAUSE, PLAY], ["A", "Play", "Pause", "Play"]),
        ([A, PAUSE, MUTE, PAUSE], ["A", "Pause", "Mute"]),
        ([A, PAUSE, B, PAUSE], ["A", "Pause", "B", "Pause"]),
        ([A, A, A], ["A", "A", "A"]),
        ([type_text("x")] * 2, ["x", "x"]),
        ([NEXT, NEXT, commands.PREVIOUS, commands.PREVIOUS], ["Next"] * 2 + ["Previous"] * 2),
        ([commands.GO_BACK] * 2, ["GoBack"] * 2),
        ([commands.SHOW_GUIDE] * 2, ["ShowGuideTab"] * 2),
        ([A, HOME, HOME, B], ["A", "GoHome", "B"]),
        ([HOME, HOME], ["GoHome", "GoHome"]),
    ],
    ids=str,
)
async def test_what_is_one_command(hand: Hand, wished: list[Command], done: list[str]) -> None:
    """What waits and is one wish is one command; the first one is under way already."""
    outcomes = await hand.outcomes(await hand.ask_in_turn(*wished))
    assert len(outcomes) == len(wished)
    assert all(isinstance(it, Outcome) for it in outcomes)
    assert hand.done() == done
    assert hand.paths()["/commands"] == len(done)


async def test_quick_steps_add_up(hand: Hand, simulator: Simulator) -> None:
    """Quick steps add up however fast xccs is; keys pass them, and nothing else about the volume does."""
    hand.console.answer_seconds.clear()
    calls: list[asyncio.Task[Outcome]] = []
    for _ in range(10):
        calls += hand.ask(volume_up())
        await hand.pass_time(0.1)
    calls += hand.ask(A)
    await hand.outcomes(calls)
    assert hand.done() == ["Up1", "Up4", "Up5", "A"]
    await hand.outcomes(await hand.ask_in_turn(volume_up(), volume_up(), MUTE))
    assert hand.done()[4:] == ["Up1", "Up1", "Mute"]


async def test_merged_wish_fails_for_all(hand: Hand) -> None:
    """All callers of one command get its error."""
    hand.console.refuse("RemoteManagementDisabled", command="Mute")
    outcomes = await hand.outcomes(await hand.ask_in_turn(A, MUTE, MUTE, B))
    disabled = ConsoleProblem.REMOTE_MANAGEMENT_DISABLED
    assert outcomes == [Outcome.ACCEPTED, disabled, disabled, Outcome.ACCEPTED]
    assert hand.done() == ["A", "B"]


@pytest.mark.parametrize("command", [OFF, commands.REBOOT])
async def test_power_goes_first(hand: Hand, command: Command) -> None:
    """What waits behind the power is not sent to a console that was switched off."""
    calls = await hand.ask_in_turn(A, B, volume_up(), HOME, command)
    dropped = [ConsoleProblem.SWITCHED_OFF] * 3
    assert await hand.outcomes(calls) == [Outcome.ACCEPTED, *dropped, Outcome.DONE]
    assert hand.done() == ["A", command.name]
    assert hand.paths()["/commands"] == 2


async def test_off_and_on_again(hand: Hand) -> None:
    """What waits is sent when the console is switched on again right after."""
    assert await hand.outcomes(await hand.ask_in_turn(A, B, OFF, WAKE)) == [
        Outcome.ACCEPTED,
        Outcome.ACCEPTED,
        Outcome.DONE,
        Outcome.DONE,
    ]
    assert hand.done() == ["A", "TurnOff", "WakeUp", "B"]
    assert hand.shown == ["InjectKey", "TurnOff", "WakeUp", "InjectKey"]


async def test_off_that_fails(hand: Hand) -> None:
    """What waits is sent when the console could not be switched off."""
    hand.console.end_next("TurnOff", "Error")
    assert await hand.outcomes(await hand.ask_in_turn(A, B, OFF)) == [
        Outcome.ACCEPTED,
        Outcome.ACCEPTED,
        ConsoleProblem.FAILED,
    ]
    assert hand.done() == ["A", "B"]


async def test_wake_twice(hand_at_bedroom: Hand) -> None:
    """A console that is being woken is not told to wake again; what comes later waits for it."""
    hand = hand_at_bedroom
    calls = hand.ask(WAKE)
    await hand.pass_time(3)
    calls += hand.ask(WAKE, A, WAKE)
    assert await hand.outcomes(calls) == [*[Outcome.DONE] * 2, Outcome.ACCEPTED, Outcome.DONE]
    assert hand.done() == ["WakeUp", "A"]
    assert hand.shown == ["WakeUp", "InjectKey"]


async def test_on_off_on(hand_at_bedroom: Hand) -> None:
    """Opposite wishes about the power are done in their order."""
    hand = hand_at_bedroom
    calls = hand.ask(WAKE)
    await hand.pass_time(1)
    calls += hand.ask(OFF, WAKE, WAKE)
    assert await hand.outcomes(calls) == [Outcome.DONE] * 4
    assert hand.done() == ["WakeUp", "TurnOff", "WakeUp"]


async def test_two_consoles(
    hand: Hand, client: XboxClient, freezer: FrozenDateTimeFactory, bedroom: Console
) -> None:
    """The queues of two consoles do not wait for each other."""
    bedroom.power = "On"
    other = Hand(client, hand.simulator, freezer, bedroom)
    calls = [*hand.ask(A, B, A, B), *other.ask(A)]
    await hand.pass_time(2 * LATENCY)
    assert calls[-1].done()
    assert not calls[3].done()
    await hand.outcomes(calls)
    assert other.done() == ["A"]
    other.queue.close()
