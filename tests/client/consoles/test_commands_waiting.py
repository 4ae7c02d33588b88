"""The command queue of a console: what waits, for how long, and what is withdrawn."""

import asyncio
import time

import pytest

from custom_components.xbox_network.xbox.consoles.command_queue import MOST_WAITING
from custom_components.xbox_network.xbox.consoles.command_runner import Outcome
from custom_components.xbox_network.xbox.endpoints import COMMANDS_BUDGET, Service
from custom_components.xbox_network.xbox.errors import (
    ConsoleProblem,
    XboxConnectionError,
    XboxConsoleError,
)
from custom_components.xbox_network.xbox.http.rate_limits import RESERVES, Purpose
from custom_components.xbox_network.xbox.models import commands
from custom_components.xbox_network.xbox.models.commands import volume_up
from tests.client.conftest import CONSOLES
from tests.client.consoles.hand import HOME, MUTE, OFF, WAKE, A, B, Hand
from tests.simulator import Simulator

pytestmark = pytest.mark.usefixtures("loop_by_hand")

RESERVE = RESERVES[Service.CONSOLES, Purpose.COMMAND]


async def test_cancelled_caller(hand: Hand) -> None:
    """What a cancelled caller asked for is withdrawn, but not what others ask for, nor what is under way."""
    calls = hand.ask(A, B, volume_up(), volume_up(2), MUTE, MUTE, HOME)
    await hand.pass_time(0.2)
    for number in (0, 1, 2, 4, 6):
        calls[number].cancel()
    results = await hand.results(calls)
    assert [type(it) is Outcome for it in results] == [number in (3, 5) for number in range(7)]
    await hand.pass_time(1)
    assert hand.done() == ["A", "Up2", "Mute"]
    assert await hand.outcomes(hand.ask(B)) == [Outcome.ACCEPTED], "the queue goes on"


async def test_nobody_asks_for_the_end_any_more(hand: Hand) -> None:
    """A start whose caller has gone is no longer followed."""
    hand.console.command_seconds = 9
    (call,) = hand.ask(HOME)
    await hand.pass_time(1.5)
    call.cancel()
    asked = hand.paths()["/opStatus"]
    await hand.pass_time(10)
    assert hand.paths()["/opStatus"] == asked
    assert hand.done() == ["GoHome"]


async def test_too_many_wait(hand: Hand) -> None:
    """What is one too many fails at once; the power finds its place all the same."""
    calls = hand.ask(*[A] * (MOST_WAITING + 3), volume_up(), OFF)
    await hand.pass_time(0.1)
    ended = [it for it in calls if it.done()]
    errors = [it.exception() for it in ended]
    assert len(ended) == 3
    assert {it.problem for it in errors if isinstance(it, XboxConsoleError)} == {
        ConsoleProblem.OVERLOADED
    }
    outcomes = await hand.outcomes(calls)
    assert outcomes[-1] is Outcome.DONE


async def test_waits_too_long(hand: Hand) -> None:
    """What waits for more than a minute fails, and is not sent any more."""
    hand.console.end_next(None, "Pending", times=5)
    calls = hand.ask(*[OFF, commands.REBOOT] * 2, OFF, A)
    outcomes = await hand.outcomes(calls)
    assert outcomes == [ConsoleProblem.TIMED_OUT] * 5 + [ConsoleProblem.OVERLOADED]
    assert b'"A"' not in b"".join(it.body for it in hand.simulator.requests(CONSOLES))


async def test_burst_is_delayed(hand: Hand, simulator: Simulator) -> None:
    """More presses than our budget has for a moment are late, in order, and not lost; off goes first."""
    hand.console.answer_seconds.clear()
    simulator.budgets.limits["consoles"] = (COMMANDS_BUDGET.burst, COMMANDS_BUDGET.sustained)
    keys = [A, B] * ((COMMANDS_BUDGET.burst - RESERVE) // 2 + 5)
    calls: list[asyncio.Task[Outcome]] = []
    for key in keys:
        calls += hand.ask(key)
        await hand.pass_time(0.25)
    assert not all(it.done() for it in calls)
    assert all(isinstance(it, Outcome) for it in await hand.outcomes(calls))
    assert hand.console.keys == ["A", "B"] * (len(keys) // 2)
    assert 429 not in {it.status for it in simulator.requests(CONSOLES)}


async def test_off_while_the_budget_is_spent(hand: Hand, simulator: Simulator) -> None:
    """The power has a part of the budget of its own, which is enough to wake a console and switch it off."""
    hand.console.answer_seconds.clear()
    calls = hand.ask(*[A, B] * 20)
    await hand.pass_time(0.5)
    calls += hand.ask(*[A, B] * 10)
    await hand.pass_time(0.5)
    assert not calls[-1].done()
    began = time.monotonic()
    assert await hand.outcomes(hand.ask(OFF)) == [Outcome.DONE]
    assert time.monotonic() - began <= 4
    assert await hand.outcomes(hand.ask(WAKE)) == [Outcome.DONE]


async def test_budget_is_spent_for_long(hand: Hand, simulator: Simulator) -> None:
    """Where our budget would delay a command for long, it fails at once as our own limit, and is not sent."""
    hand.console.answer_seconds.clear()
    calls: list[asyncio.Task[Outcome]] = []
    while not calls or not calls[-1].done() or not calls[-1].exception():
        calls = hand.ask(A)
        await hand.pass_time(0.5)
        assert len(simulator.requests(CONSOLES)) < COMMANDS_BUDGET.sustained
    assert await hand.outcomes(calls) == [ConsoleProblem.OVERLOADED]
    sent = [it.started for it in simulator.requests(CONSOLES)]
    assert len(sent) == COMMANDS_BUDGET.sustained - RESERVE
    assert await hand.outcomes(hand.ask(OFF)) == [Outcome.DONE]


async def test_pause_of_the_service(hand: Hand, simulator: Simulator) -> None:
    """A command waits for a short pause that the service asks for, and fails for a long one with that reason."""
    hand.console.answer_seconds.clear()
    simulator.fail(CONSOLES, status=429, headers={"Retry-After": "4"}, path="/commands")
    assert await hand.outcomes(hand.ask(A, B)) == [Outcome.ACCEPTED] * 2
    assert hand.done() == ["A", "B"]
    simulator.fail(CONSOLES, status=429, headers={"Retry-After": "100"}, path="/commands")
    assert await hand.outcomes(hand.ask(A, B)) == [ConsoleProblem.THROTTLED] * 2
    assert hand.done() == ["A", "B"]


async def test_throttled_in_the_middle(hand: Hand) -> None:
    """A throttled command keeps its place; what comes behind it is not sent before it."""
    hand.console.refuse("ThrottledTryAgain", times=2)
    assert await hand.outcomes(hand.ask(A, B, volume_up())) == [Outcome.ACCEPTED] * 3
    assert hand.done() == ["A", "B", "Up1"]


async def test_errors_of_the_network(hand: Hand, simulator: Simulator) -> None:
    """Any other error reaches the caller, and the next command is sent."""
    hand.console.answer_seconds.clear()
    simulator.fail(CONSOLES, cut=True, path="/commands")
    (lost,) = hand.ask(A)
    assert isinstance((await hand.results([lost]))[0], XboxConnectionError)
    assert await hand.outcomes(hand.ask(B)) == [Outcome.ACCEPTED]
    assert hand.done() == ["A", "B"], "only the answer was lost"
