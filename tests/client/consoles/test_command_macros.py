"""The command queue of a console: macros, and what ends them."""

import itertools

import pytest

from custom_components.xbox_network.xbox.consoles.command_runner import Outcome
from custom_components.xbox_network.xbox.consoles.macros import MOST_MACROS
from custom_components.xbox_network.xbox.errors import ConsoleProblem
from custom_components.xbox_network.xbox.models import commands
from custom_components.xbox_network.xbox.models.commands import (
    Command,
    press,
    volume_down,
    volume_up,
)
from tests.client.conftest import CONSOLES
from tests.client.consoles.hand import (
    HOME,
    LATENCY,
    MUTE,
    OFF,
    PAUSE,
    PLAY,
    WAKE,
    A,
    B,
    Hand,
    turns,
)

pytestmark = pytest.mark.usefixtures("loop_by_hand")


@pytest.mark.parametrize("pause", [0.0, 1.0])
async def test_macro(hand: Hand, pause: float) -> None:
    """A macro sends one command after the other, and follows the last one alone."""
    wished = [press(key) for key in ("Nexus", "Down", "Down")]
    assert await hand.outcomes([hand.macro(*wished, PLAY, PAUSE, pause=pause)]) == [Outcome.DONE]
    assert hand.done() == ["Nexus", "Down", "Down", "Play", "Pause"]
    assert hand.paths()["/opStatus"] == 1
    assert hand.shown == ["Pause"]
    times = [it.started for it in hand.simulator.requests(CONSOLES) if it.path == "/commands"]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(pause + LATENCY <= gap <= pause + 2 * LATENCY for gap in gaps)
    assert await hand.queue.run_macro([], pause) is Outcome.DONE


@pytest.mark.parametrize(
    ("pause", "done"),
    [(0.4, ["Up40"]), (1.0, ["Up1"] * 40)],
)
async def test_steps_of_a_macro(hand: Hand, pause: float, done: list[str]) -> None:
    """Steps in a row add up if the pause between them is short."""
    assert await hand.outcomes([hand.macro(*[volume_up()] * 40, pause=pause)]) == [Outcome.ACCEPTED]
    assert hand.done() == done


async def test_steps_between_other_commands(hand: Hand) -> None:
    """Steps add up across nothing; those that cancel each other out are not sent."""
    up, down = volume_up(), volume_down()
    await hand.outcomes([hand.macro(up, up, A, up, down, B, down, pause=0.4)])
    assert hand.done() == ["Up2", "A", "B", "Down1"]


async def test_macros_take_turns(hand: Hand) -> None:
    """One macro waits for the other; single commands go in between."""
    calls = [hand.macro(*[A] * 4), hand.macro(*[B] * 2)]
    await hand.pass_time(2)
    calls += hand.ask(MUTE)
    await hand.outcomes(calls)
    done = hand.done()
    assert [it for it in done if it != "Mute"] == ["A"] * 4 + ["B"] * 2
    assert done.index("Mute") <= 3


@pytest.mark.parametrize("command", [OFF, commands.REBOOT])
async def test_macros_end_with_the_power(hand: Hand, command: Command) -> None:
    """Macros end at once when their console is switched off, those that wait, too."""
    macros = [hand.macro(*[A] * 30), hand.macro(*[B] * 30)]
    await hand.pass_time(3)
    calls = hand.ask(command)
    await turns()
    assert all(it.done() for it in macros)
    assert await hand.outcomes(macros) == [ConsoleProblem.SWITCHED_OFF] * 2
    assert await hand.outcomes(calls) == [Outcome.DONE]
    await hand.pass_time(5)
    assert hand.done() == ["A", "A", command.name]


async def test_macro_ends_with_a_status(hand: Hand) -> None:
    """A macro ends when the status says that somebody has switched the console off, once that is news."""
    macro = hand.macro(*[A] * 30)
    for is_on in (True, None, True):
        hand.queue.update_power(is_on)
    await hand.pass_time(2)
    assert not macro.done()
    hand.queue.update_power(None)
    hand.queue.update_power(False)
    assert await hand.outcomes([macro]) == [ConsoleProblem.SWITCHED_OFF]
    assert len(hand.done()) <= 2
    later = hand.macro(A, B)
    hand.queue.update_power(False)
    assert await hand.outcomes([later]) == [Outcome.ACCEPTED]


async def test_macro_that_has_woken_its_console(hand_at_bedroom: Hand) -> None:
    """A macro that has switched its console on ends when somebody switches it off."""
    hand = hand_at_bedroom
    hand.queue.update_power(False)
    macro = hand.macro(WAKE, *[A] * 30)
    await hand.pass_time(13)
    hand.queue.update_power(True)
    hand.queue.update_power(False)
    assert await hand.outcomes([macro]) == [ConsoleProblem.SWITCHED_OFF]


async def test_macro_that_switches(hand: Hand) -> None:
    """A macro may switch its console off and on itself, and others off."""
    macro = hand.macro(A, OFF, WAKE, B)
    hand.queue.update_power(True)
    await hand.pass_time(2.5)
    hand.queue.update_power(False)
    other = hand.macro(A, A)
    await hand.pass_time(12)
    hand.queue.update_power(True)
    assert await hand.outcomes([macro]) == [Outcome.ACCEPTED]
    assert await hand.outcomes([other]) == [Outcome.ACCEPTED]
    assert hand.done() == ["A", "TurnOff", "WakeUp", "B", "A", "A"]


@pytest.mark.parametrize("end", ["close", "end_macros"])
async def test_macro_ends(hand: Hand, end: str) -> None:
    """A macro ends at once with its remote control, and everything with the queue."""
    macro = hand.macro(*[A] * 30)
    await hand.pass_time(3)
    single = hand.ask(HOME, B)
    await hand.pass_time(0.1)
    getattr(hand.queue, end)()
    stopped = ConsoleProblem.STOPPED
    assert await hand.outcomes([macro]) == [stopped]
    closed = end == "close"
    assert (await hand.outcomes(single) == [stopped] * 2) is closed
    asked = len(hand.simulator.requests(CONSOLES))
    await hand.pass_time(5)
    assert len(hand.simulator.requests(CONSOLES)) == asked
    again = await hand.outcomes([*hand.ask(A), hand.macro(A, B)])
    assert (again == [stopped] * 2) is closed


async def test_cancelled_macro(hand: Hand) -> None:
    """A macro whose caller was cancelled ends, and the next one begins."""
    macro, following = hand.macro(*[A] * 30), hand.macro(B, B)
    await hand.pass_time(2)
    macro.cancel()
    assert await hand.outcomes([following]) == [Outcome.ACCEPTED]
    assert macro.cancelled()
    assert hand.done() == ["A", "A", "B", "B"]


async def test_failing_macro(hand: Hand) -> None:
    """A refused command ends the macro, and the next one begins."""
    hand.simulator.fail(CONSOLES, status=403, path="/commands", asking=b'"B"')
    calls = [hand.macro(A, B, A), hand.macro(A, A)]
    assert (await hand.outcomes(calls))[1] is Outcome.ACCEPTED


async def test_too_many_macros(hand: Hand) -> None:
    """Only some macros wait, and for a minute at most."""
    calls = [hand.macro(*[A] * 90), *(hand.macro(B, B) for _ in range(MOST_MACROS))]
    outcomes = await hand.outcomes(calls)
    assert outcomes[0] is Outcome.ACCEPTED
    assert outcomes[-1] is ConsoleProblem.OVERLOADED
    assert outcomes[1:-1] == [ConsoleProblem.SEQUENCE_RUNS] * (MOST_MACROS - 1)
    assert hand.done() == ["A"] * 90
