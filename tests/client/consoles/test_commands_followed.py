"""The command queue of a console: which commands are followed to their end, and what ends the following."""

import time

import pytest

from custom_components.xbox_network.xbox.consoles.command_runner import Outcome
from custom_components.xbox_network.xbox.errors import ConsoleProblem
from custom_components.xbox_network.xbox.models import commands
from custom_components.xbox_network.xbox.models.commands import (
    Command,
    launch,
    type_text,
    volume_down,
    volume_up,
)
from tests.client.conftest import CONSOLES, LUMEN_VIDEO, STARFALL_DRIFT
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
    Hand,
    turns,
)
from tests.simulator import Ending, Simulator

pytestmark = pytest.mark.usefixtures("loop_by_hand")


@pytest.mark.parametrize(
    ("command", "followed"),
    [
        (A, False),
        (type_text("Nova"), False),
        (volume_up(), False),
        (MUTE, False),
        (PAUSE, True),
        (NEXT, True),
        (commands.SHOW_GUIDE, True),
        (HOME, True),
        (commands.REBOOT, True),
    ],
    ids=lambda it: it.name if isinstance(it, Command) else "",
)
@pytest.mark.parametrize("told", [True, False])
async def test_what_is_followed(
    hand: Hand, simulator: Simulator, command: Command, followed: bool, told: bool
) -> None:
    """Where there is nothing to wait for, no end is asked for, if the answer or the status say that it is on."""
    if not told:
        hand.console.answer_seconds.clear()
        body = b'{"status": {"errorCode": "OK"}, "destination": null, "opId": "x"}'
        simulator.fail(CONSOLES, path="/commands", body=body)
    hand.known_on = not told
    outcomes = await hand.outcomes(hand.ask(command))
    assert bool(hand.paths()["/opStatus"]) is followed
    assert (outcomes == [Outcome.DONE]) is (followed and told)


@pytest.mark.parametrize("command", [A, volume_up(), UNMUTE, PLAY, HOME], ids=lambda it: it.name)
@pytest.mark.parametrize("known_on", [True, False])
async def test_console_is_off(hand_at_bedroom: Hand, command: Command, known_on: bool) -> None:
    """A command to a sleeping console fails with the reason, even if it was taken for one that is on."""
    hand_at_bedroom.known_on = known_on
    assert await hand_at_bedroom.outcomes(hand_at_bedroom.ask(command)) == [
        ConsoleProblem.CONSOLE_OFF
    ]
    assert hand_at_bedroom.shown == []


async def test_console_is_off_and_no_end_is_told(
    hand_at_bedroom: Hand, simulator: Simulator
) -> None:
    """Without operations the status tells that a console is off; steps that add up to none ask it, too."""
    hand = hand_at_bedroom
    simulator.fail(CONSOLES, status=403, path="/opStatus", times=None)
    off = ConsoleProblem.CONSOLE_OFF
    assert await hand.outcomes(hand.ask(A)) == [off]
    assert await hand.outcomes(hand.ask(volume_up(), volume_down())) == [off] * 2
    simulator.fail(CONSOLES, status=500, path="/consoles/.*", times=None)
    assert await hand.outcomes(hand.ask(A)) == [Outcome.ACCEPTED], "nobody tells"


async def test_only_the_last_is_followed(hand: Hand) -> None:
    """Of many commands in a row only the end of the last one is asked for, and shown."""
    outcomes = await hand.outcomes(await hand.ask_in_turn(PLAY, PAUSE, PLAY, PAUSE, volume_up()))
    assert outcomes[:4] == [*[Outcome.ACCEPTED] * 3, Outcome.DONE]
    assert hand.paths()["/opStatus"] == 1
    assert [it for it in hand.shown if it != "Volume"] == ["Pause"]


async def test_later_one_ends_the_following(hand: Hand) -> None:
    """A command is followed no longer once another one is sent, and its state is not shown then."""
    hand.console.command_seconds = 4
    calls = hand.ask(PLAY)
    await hand.pass_time(2)
    calls += hand.ask(PAUSE)
    assert await hand.outcomes(calls) == [Outcome.ACCEPTED, Outcome.DONE]
    assert hand.shown == ["Pause"]


async def test_volume_ends_no_following(hand: Hand) -> None:
    """A step of the volume, and a macro that wants the same, leave the end of a command to its caller."""
    hand.console.command_seconds = 3
    calls = await hand.ask_in_turn(A, PAUSE)
    await turns()
    macro = hand.macro(PAUSE, MUTE)
    await hand.pass_time(2)
    calls += hand.ask(volume_up())
    assert await hand.outcomes(calls) == [Outcome.ACCEPTED, Outcome.DONE, Outcome.ACCEPTED]
    assert await hand.outcomes([macro]) == [Outcome.ACCEPTED]
    assert hand.done().count("Pause") == 1


async def test_start_is_followed_beside_others(hand: Hand, simulator: Simulator) -> None:
    """A start does not keep the turn; it is followed to its end, whatever is sent meanwhile."""
    product = simulator.world.titles[STARFALL_DRIFT].product_id
    hand.console.command_seconds = 5
    start = hand.ask(launch(product))
    await hand.pass_time(1)
    began = time.monotonic()
    assert await hand.outcomes(hand.ask(A)) == [Outcome.ACCEPTED]
    assert time.monotonic() - began <= 1 + LATENCY + hand.console.command_seconds
    assert await hand.outcomes(start) == [Outcome.DONE]


async def test_superseded_start_is_not_shown(hand: Hand, simulator: Simulator) -> None:
    """A start that ends after a later one was sent is not shown."""
    product = simulator.world.titles[LUMEN_VIDEO].product_id
    hand.console.end_next("ActivateApplicationWithOneStoreProductId", Ending(seconds=6))
    outcomes = await hand.outcomes(hand.ask(launch(product, "Video!App"), HOME))
    assert outcomes == [Outcome.DONE] * 2
    assert hand.shown == ["GoHome"]


async def test_start_after_waking_keeps_the_turn(
    hand_at_bedroom: Hand, simulator: Simulator
) -> None:
    """Right after waking, what follows a start waits for its end."""
    hand = hand_at_bedroom
    await hand.outcomes(hand.ask(WAKE))
    hand.console.command_seconds = 3
    hand.known_on = True
    calls = hand.ask(HOME)
    await hand.pass_time(1)
    await hand.outcomes([*calls, *hand.ask(A)])
    start, *_, key = [it for it in simulator.requests(CONSOLES) if it.path == "/commands"][1:]
    assert key.started - start.started >= 3
    await hand.pass_time(30)
    simulator.clear()
    await hand.outcomes(hand.ask(HOME, A))
    start, key = [it for it in simulator.requests(CONSOLES) if it.path == "/commands"]
    assert key.started - start.started < 3


@pytest.mark.parametrize("woken", [True, False])
async def test_off_during_a_start(hand_at_bedroom: Hand, simulator: Simulator, woken: bool) -> None:
    """The power waits for no start, not even right after waking; the start ends with the reason."""
    hand = hand_at_bedroom
    await hand.outcomes(hand.ask(WAKE))
    await hand.pass_time(0 if woken else 40)
    hand.console.command_seconds = 12
    start = hand.ask(HOME)
    await hand.pass_time(1)
    began = time.monotonic()
    assert await hand.outcomes(hand.ask(OFF)) == [Outcome.DONE]
    assert time.monotonic() - began <= hand.console.off_seconds + 2 + 12
    assert await hand.outcomes(start) == [ConsoleProblem.SWITCHED_OFF]
    off = next(it for it in simulator.requests(CONSOLES) if b"TurnOff" in it.body)
    assert off.started - began <= 0.5


async def test_off_while_a_start_is_sent(hand_at_bedroom: Hand) -> None:
    """Off that comes while a start is being sent, right after waking, follows it at once."""
    hand = hand_at_bedroom
    await hand.outcomes(hand.ask(WAKE))
    hand.console.command_seconds = 12
    hand.console.answer_seconds = {None: LATENCY}
    calls = hand.ask(HOME)
    await turns()
    calls += hand.ask(OFF)
    began = time.monotonic()
    assert (await hand.results(calls))[1] is Outcome.DONE
    assert time.monotonic() - began <= 2 * LATENCY + hand.console.off_seconds + 2
