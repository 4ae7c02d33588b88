"""Many commands to a console in a short time: taps, two automations at once, and off in between."""

import asyncio
import time
from collections import Counter
from typing import Any

import pytest
from homeassistant.exceptions import HomeAssistantError

from custom_components.xbox_network.xbox.endpoints import Service
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
    simulator.fail(Service.CONSOLES, delay=latency, path="/commands", times=None)
    for _ in range(20):
        taps.tap(VOLUME)
        await actions.pass_time(0.2)
    last_tap = time.monotonic() - 0.2
    assert await taps.no_error() <= last_tap + 3
    await actions.pass_time(den.command_seconds)
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
