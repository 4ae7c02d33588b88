"""The command queue of a console: what is one command, whose turn it is, what waits, and what ends it."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.consoles.command_queue import (
    MOST_WAITING,
    CommandQueue,
)
from custom_components.xbox_network.xbox.consoles.command_runner import Outcome
from custom_components.xbox_network.xbox.consoles.macros import (
    MOST_MACROS,
)
from custom_components.xbox_network.xbox.endpoints import COMMANDS_BUDGET, Service
from custom_components.xbox_network.xbox.errors import (
    ConsoleProblem,
    XboxConnectionError,
    XboxConsoleError,
)
from custom_components.xbox_network.xbox.http.rate_limits import RESERVES, Purpose
from custom_components.xbox_network.xbox.models import commands
from custom_components.xbox_network.xbox.models.commands import (
    Command,
    launch,
    press,
    type_text,
    volume_down,
    volume_up,
)
from tests.client.conftest import CONSOLES, LUMEN_VIDEO, STARFALL_DRIFT
from tests.simulator import Console, Ending, Simulator

pytestmark = pytest.mark.usefixtures("loop_by_hand")

STEP = 0.1
# The seconds that xccs takes for a command.
LATENCY = 0.5
# Turns of the event loop in which a request gets its answer.
_TURNS = 40


async def turns() -> None:
    """Let everything happen that needs no time."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class Hand:
    """A hand that asks a queue for commands while time passes."""

    def __init__(
        self,
        client: XboxClient,
        simulator: Simulator,
        freezer: FrozenDateTimeFactory,
        console: Console,
    ) -> None:
        """Ask a queue of that console, which is known to be on if it is."""
        self.simulator = simulator
        self.console = console
        self.known_on = console.power == "On"
        self.shown: list[str] = []
        self._freezer = freezer
        self.queue = CommandQueue(
            client.consoles,
            console.console_id,
            is_on=lambda: self.known_on,
            on_done=lambda command: self.shown.append(command.name),
        )

    def ask(self, *wished: Command) -> list[asyncio.Task[Outcome]]:
        """Ask for commands at the same time, each by a caller of its own."""
        return [asyncio.create_task(self.queue.run(command)) for command in wished]

    async def ask_in_turn(self, first: Command, *others: Command) -> list[asyncio.Task[Outcome]]:
        """Ask for a command, and for others while xccs takes the first one."""
        calls = self.ask(first)
        await turns()
        return calls + self.ask(*others)

    def macro(self, *wished: Command, pause: float = 1.0) -> asyncio.Task[Outcome]:
        """Begin a macro."""
        return asyncio.create_task(self.queue.run_macro(wished, pause))

    async def pass_time(self, seconds: float) -> None:
        """Let time pass in small steps, also while requests are on their way."""
        until = time.monotonic() + seconds - 0.01
        await turns()
        while time.monotonic() < until:
            self._freezer.tick(STEP)
            await turns()

    async def results(self, calls: list[asyncio.Task[Outcome]]) -> list[Outcome | BaseException]:
        """Wait for all calls; return the outcome of each, or its error."""
        while not all(it.done() for it in calls):
            await self.pass_time(STEP)
        return await asyncio.gather(*calls, return_exceptions=True)

    async def outcomes(self, calls: list[asyncio.Task[Outcome]]) -> list[Outcome | ConsoleProblem]:
        """Wait for all calls and for the console; return the outcome of each, or its problem."""
        results = await self.results(calls)
        await self.pass_time(self.console.command_seconds)
        assert all(isinstance(it, Outcome | XboxConsoleError) for it in results), results
        return [
            it if isinstance(it, Outcome) else it.problem
            for it in results
            if isinstance(it, Outcome | XboxConsoleError)
        ]

    def paths(self) -> Counter[str]:
        """Return the number of requests by path."""
        return Counter(it.path for it in self.simulator.requests(CONSOLES))

    def done(self) -> list[str]:
        """Return what the console did: keys, texts, steps of the volume, names of other commands."""
        self.console.settle()
        return [
            it.parameters.get("keyType")
            or it.parameters.get("replacementString")
            or it.parameters.get("direction", it.name) + it.parameters.get("amount", "")
            for it in self.console.done
        ]


@pytest.fixture
async def hand(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory, den: Console
) -> AsyncIterator[Hand]:
    """Return a hand at the console that is on; xccs takes its time for each command."""
    den.answer_seconds = {None: LATENCY}
    hand = Hand(client, simulator, freezer, den)
    yield hand
    hand.queue.close()


@pytest.fixture
async def hand_at_bedroom(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory, bedroom: Console
) -> AsyncIterator[Hand]:
    """Return a hand at the console that sleeps."""
    hand = Hand(client, simulator, freezer, bedroom)
    yield hand
    hand.queue.close()


MUTE, UNMUTE = commands.MUTE, commands.UNMUTE
PLAY, PAUSE, NEXT = commands.PLAY, commands.PAUSE, commands.NEXT
HOME, OFF, WAKE = commands.GO_HOME, commands.TURN_OFF, commands.WAKE_UP
A, B = press("A"), press("B")


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


RESERVE = RESERVES[Service.CONSOLES, Purpose.COMMAND]


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


async def test_errors_of_the_network(hand: Hand, simulator: Simulator) -> None:
    """Any other error reaches the caller, and the next command is sent."""
    hand.console.answer_seconds.clear()
    simulator.fail(CONSOLES, cut=True, path="/commands")
    (lost,) = hand.ask(A)
    assert isinstance((await hand.results([lost]))[0], XboxConnectionError)
    assert await hand.outcomes(hand.ask(B)) == [Outcome.ACCEPTED]
    assert hand.done() == ["A", "B"], "only the answer was lost"


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
