"""Many commands to a console in a short time: taps, two automations at once, and off in between."""

import asyncio
import time
from collections import Counter
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.simulator import Console, Simulator

pytestmark = pytest.mark.usefixtures("den", "entry")

VOLUME = "media_player.volume_up"
DOWN = "media_player.volume_down"
MUTE = "media_player.volume_mute"
ON = "media_player.turn_on"
OFF = "media_player.turn_off"
PLAY = "media_player.media_play"
PAUSE = "media_player.media_pause"
NEXT = "media_player.media_next_track"
SOURCE = "media_player.select_source"
SEND = "remote.send_command"


class Taps:
    """Actions that begin while others are not done. `entity` is the media player or the remote."""

    def __init__(self, actions: Actions, entities: ConsoleEntities) -> None:
        """Act on the entities of a console."""
        self._actions = actions
        self._entities = entities
        self.calls: list[asyncio.Task[float]] = []

    def tap(self, action: str, **data: Any) -> asyncio.Task[float]:
        """Begin an action. Its task returns the moment of its end, or raises its error."""
        entity_id = self._entities.id(action.split(".", maxsplit=1)[0])

        async def call() -> float:
            await self._actions.begin(action, entity_id, **data)
            return time.monotonic()

        self.calls.append(asyncio.ensure_future(call()))
        return self.calls[-1]

    async def ends(self) -> list[float | BaseException]:
        """Wait for all actions. Return the end of each, or its error."""
        calls, self.calls = self.calls, []
        return await self._actions.wait_for(asyncio.gather(*calls, return_exceptions=True))

    async def no_error(self) -> float:
        """Wait for all actions, none of which fails. Return the end of the last one."""
        ends = await self.ends()
        errors = [it for it in ends if isinstance(it, BaseException)]
        assert errors == []
        return max(it for it in ends if isinstance(it, float))


@pytest.fixture(name="taps")
def taps_fixture(actions: Actions, den: Console, at_den: ConsoleEntities) -> Taps:
    """Return a hand that taps on the console that is on."""
    return Taps(actions, at_den)


async def did(console: Console, actions: Actions) -> list[str]:
    """Return what a console did, after the time that its last command takes."""
    await actions.pass_time(console.command_seconds)
    console.settle()
    return [it.name for it in console.done]


def sent(simulator: Simulator) -> int:
    """Return the number of commands that xccs got."""
    return len([it for it in simulator.requests(Service.CONSOLES) if it.path == "/commands"])


def keys_of(results: list[float | BaseException]) -> Counter[str | None]:
    """Return the translation keys of errors; None for each success."""
    assert all(isinstance(it, float | HomeAssistantError) for it in results), results
    return Counter(
        it.translation_key if isinstance(it, HomeAssistantError) else None for it in results
    )


@pytest.mark.parametrize("latency", [0.0, 0.08, 0.9])
async def test_twenty_taps(
    simulator: Simulator, den: Console, taps: Taps, actions: Actions, latency: float
) -> None:
    """Twenty quick steps of the volume are done at once, whatever xccs takes for each; off works right after."""
    den.answer_seconds = {None: latency}
    for _ in range(20):
        taps.tap(VOLUME)
        await actions.pass_time(0.2)
    last_tap = time.monotonic() - 0.2
    assert await taps.no_error() <= last_tap + 3
    await did(den, actions)
    assert den.volume == 40
    assert sent(simulator) <= 12
    off = time.monotonic()
    await actions.wait_for(taps.tap(OFF))
    assert den.power == "ConnectedStandby"
    assert time.monotonic() - off <= den.off_seconds + 2 + latency


async def test_off_in_a_macro(den: Console, taps: Taps, actions: Actions) -> None:
    """Off works at once in the middle of a long macro, which ends and says why."""
    macro = taps.tap(SEND, command=["down"], num_repeats=30, delay_secs=1)
    await actions.pass_time(3)
    off = time.monotonic()
    await actions.wait_for(taps.tap(OFF))
    assert time.monotonic() - off <= den.off_seconds + 2
    assert macro.done()
    assert keys_of(await taps.ends()) == {"console_switched_off": 1, None: 1}
    await actions.pass_time(10)
    assert len(den.keys) == 3


async def test_mixed_taps(den: Console, taps: Taps, actions: Actions) -> None:
    """Up, down, mute and keys at the same time: each is done, none twice, keys in their order."""
    for number in range(8):
        taps.tap(SEND, command=["a" if number % 2 else "b"])
        taps.tap(DOWN if number % 4 == 3 else VOLUME)
        await actions.pass_time(0.1)
    taps.tap(MUTE, is_volume_muted=True)
    await taps.no_error()
    await did(den, actions)
    assert den.volume == 24
    assert den.keys == ["B", "A"] * 4
    assert den.muted


async def test_mute_toggles(
    den: Console, taps: Taps, actions: Actions, at_den: ConsoleEntities
) -> None:
    """Of many toggles of the mute the last one counts, at the console and in the state."""
    for number in range(15):
        taps.tap(MUTE, is_volume_muted=number % 2 == 0)
        await actions.pass_time(0.1)
    await taps.no_error()
    await did(den, actions)
    assert den.muted
    assert at_den["media_player"].attributes["is_volume_muted"] is True


async def test_two_automations(simulator: Simulator, den: Console, taps: Taps) -> None:
    """Two automations that want the same at the same moment send it once; both get its end."""
    product = den.app("Starfall Drift").product_id
    for _ in range(2):
        taps.tap(SOURCE, source="Starfall Drift")
    ends = await taps.ends()
    assert ends[0] == ends[1]
    assert sent(simulator) == 1
    assert den.done[-1].parameters == {"oneStoreProductId": product}


async def test_two_automations_and_one_reason(den: Console, taps: Taps) -> None:
    """Both get the reason for which it was not done."""
    den.end_next("Pause", "Error")
    taps.tap(PAUSE)
    taps.tap(PAUSE)
    assert keys_of(await taps.ends()) == {"console_failed": 2}


async def test_impatient_fingers(
    simulator: Simulator, den: Console, taps: Taps, actions: Actions, at_den: ConsoleEntities
) -> None:
    """Play and pause in turns by impatient fingers end in what was wanted last; next is never skipped."""
    den.run("Lumen Video")
    for _ in range(5):
        for action in (PLAY, NEXT, PAUSE):
            taps.tap(action)
            await actions.pass_time(0.1)
    last = time.monotonic()
    assert await taps.no_error() <= last + 3
    assert den.playback == "Paused"
    assert [it.name for it in den.done] == ["Play", "Next", "Pause"] * 5
    assert at_den("media_player") == "paused"
    followed = [it for it in simulator.requests(Service.CONSOLES) if it.path == "/opStatus"]
    assert len(followed) <= 4


async def test_single_presses_tell_the_truth(den: Console, taps: Taps) -> None:
    """Of presses in a row the last one fails with the reason of the console."""
    den.end_next("Play", "Error")
    den.end_next("Pause", "OffConsoleError")
    taps.tap(PLAY)
    taps.tap(PAUSE)
    assert keys_of(await taps.ends()) == {None: 1, "console_console_off": 1}


async def test_on_twice(
    bedroom: Console, taps: Taps, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """A console that is switched on by two at once is woken once; keys wait until it is awake."""
    hand = Taps(actions, at_bedroom)
    hand.tap(ON)
    await actions.pass_time(2)
    hand.tap("remote.turn_on")
    hand.tap(SEND, command=["a"])
    hand.tap(ON)
    await hand.no_error()
    assert await did(bedroom, actions) == ["WakeUp", "InjectKey"]


async def test_off_during_a_launch(
    hass: HomeAssistant,
    bedroom: Console,
    at_bedroom: ConsoleEntities,
    actions: Actions,
) -> None:
    """Off works at once while a game is being started on a console that was just woken."""
    hand = Taps(actions, at_bedroom)
    launch = asyncio.ensure_future(
        hass.services.async_call(
            "xbox_network",
            "launch",
            {"entity_id": at_bedroom.id("media_player"), "name": "Harbor Kings", "turn_on": True},
            blocking=True,
        )
    )
    bedroom.command_seconds = 10
    await actions.pass_time(13)
    assert bedroom.power == "On"
    off = time.monotonic()
    hand.tap(OFF)
    assert await hand.no_error() - off <= bedroom.off_seconds + 2
    with pytest.raises(HomeAssistantError) as raised:
        await actions.wait_for(launch)
    assert raised.value.translation_key == "console_switched_off"


async def test_home_app(bedroom: Console, at_bedroom: ConsoleEntities, actions: Actions) -> None:
    """The burst of a Home app, which switches on, chooses an input and sends keys at once."""
    hand = Taps(actions, at_bedroom)
    hand.tap(ON)
    hand.tap(ON)
    hand.tap(SOURCE, source="Home")
    for _ in range(3):
        hand.tap(SEND, command=["volume_up"])
        hand.tap(SEND, command=["down"])
    await hand.no_error()
    done = await did(bedroom, actions)
    assert [it for it in done if it != "Volume"] == ["WakeUp", "GoHome", *["InjectKey"] * 3]
    assert bedroom.volume == 23


async def test_two_consoles_are_independent(
    simulator: Simulator,
    den: Console,
    bedroom: Console,
    taps: Taps,
    at_bedroom: ConsoleEntities,
    actions: Actions,
) -> None:
    """While one console wakes up, taps at the other one are done."""
    other = Taps(actions, at_bedroom)
    other.tap(ON)
    await actions.pass_time(1)
    for _ in range(20):
        taps.tap(SEND, command=["down"])
        await actions.pass_time(0.2)
    last_tap = time.monotonic() - 0.2
    assert await taps.no_error() <= last_tap + 1
    await did(den, actions)
    assert len(den.keys) == 20
    assert bedroom.power == "ConnectedStandby"
    await other.no_error()
    assert bedroom.power == "On"


async def test_throttled_in_the_middle(den: Console, taps: Taps, actions: Actions) -> None:
    """A pause of xccs in the middle of many taps delays them, and no tap is lost."""
    for number in range(12):
        if number == 5:
            den.refuse("ThrottledTryAgain", times=2)
        taps.tap(VOLUME)
        taps.tap(SEND, command=["down"])
        await actions.pass_time(0.2)
    await taps.no_error()
    await did(den, actions)
    assert (den.volume, len(den.keys)) == (32, 12)


async def test_limit_of_xccs(
    simulator: Simulator, den: Console, taps: Taps, actions: Actions
) -> None:
    """Should xccs have a limit, those whom it meets get its reason, and the others are done."""
    simulator.budgets.limits["commands"] = (30, 150)
    for _ in range(40):
        taps.tap(SEND, command=["down"])
        await actions.pass_time(0.2)
    results = keys_of(await taps.ends())
    assert set(results) <= {None, "console_throttled"}
    assert results[None] >= 30
    await actions.pass_time(15)
    assert len(den.keys) == results[None]
    await actions.wait_for(taps.tap(OFF))
    assert den.power == "ConnectedStandby"


async def test_our_budget_is_spent(
    simulator: Simulator,
    den: Console,
    taps: Taps,
    actions: Actions,
    at_den: ConsoleEntities,
    poll: Poll,
) -> None:
    """Keys for minutes end with our own limit, not that of Xbox; the status is read all the same, and off works."""
    den.run("Starfall Drift")
    results: Counter[str | None] = Counter()
    while not results["console_overloaded"]:
        for _ in range(20):
            taps.tap(SEND, command=["down"])
            await actions.pass_time(0.3)
        results += keys_of(await taps.ends())
    assert set(results) == {None, "console_overloaded"}
    assert results[None] > 200
    assert at_den["media_player"].attributes["source"] == "Starfall Drift"
    den.go_home()
    await poll(10)
    assert at_den["media_player"].attributes["source"] == "Home"
    await actions.wait_for(taps.tap(OFF))
    assert den.power == "ConnectedStandby"
    await actions.wait_for(taps.tap(ON))
    assert den.power == "On"


async def test_cancelled_callers(den: Console, taps: Taps, actions: Actions) -> None:
    """What a stopped caller waits for is withdrawn, but not what another one wants, too."""
    den.refuse("ThrottledTryAgain")
    first = taps.tap(SEND, command=["a"])
    await actions.pass_time(0.2)
    stopped = [taps.tap(SEND, command=["b"]), taps.tap(PAUSE), taps.tap(VOLUME)]
    kept = [taps.tap(PAUSE), taps.tap(VOLUME)]
    await actions.pass_time(0.2)
    for call in stopped:
        call.cancel()
    await actions.wait_for(asyncio.gather(first, *kept))
    assert sorted(await did(den, actions)) == ["InjectKey", "Pause", "Volume"]
    assert den.volume == 21
