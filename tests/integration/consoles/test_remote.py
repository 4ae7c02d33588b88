"""Remote of a console: power, keys, text."""

import asyncio
import itertools
from collections.abc import Callable

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.models.commands import BUTTONS
from tests.conftest import Poll
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.simulator import Console, Simulator

SEND = "remote.send_command"


def done(console: Console) -> list[str]:
    """Return what a console was told and did: keys and texts in words, else the command."""
    console.settle()
    return [
        it.parameters.get("keyType") or it.parameters.get("replacementString") or it.name
        for it in console.done
    ]


def sent(simulator: Simulator) -> int:
    """Return how many commands have been sent to consoles, whatever became of them."""
    return len([it for it in simulator.requests(Service.CONSOLES) if it.path == "/commands"])


async def test_shows_the_power(
    den: Console, bedroom: Console, entry: ConfigEntry, at_den: ConsoleEntities, poll: Poll
) -> None:
    """It is on or off with the console; a system update leaves it as it was."""
    assert at_den("remote") == STATE_ON
    den.power = "SystemUpdate"
    await poll()
    assert at_den("remote") == STATE_ON
    den.power = "ConnectedStandby"
    await poll(60)
    assert at_den("remote") == STATE_OFF
    den.power = "SystemUpdate"
    await poll(60)
    assert at_den("remote") == STATE_OFF
    den.power = "SomethingNew"
    await poll(60)
    assert at_den("remote") == STATE_UNKNOWN


async def test_on_and_off(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """Switching waits until the console has done it, and shows it at once."""
    remote = at_bedroom.id("remote")
    await actions.call("remote.turn_on", remote)
    assert bedroom.power == "On"
    assert at_bedroom("remote") == STATE_ON
    await actions.call("remote.turn_off", remote)
    assert bedroom.power == "ConnectedStandby"
    assert at_bedroom("remote") == STATE_OFF
    await actions.call("remote.toggle", remote)
    assert at_bedroom("remote") == STATE_ON


@pytest.mark.parametrize("change", [str.lower, str.upper])
async def test_each_button(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    freezer: FrozenDateTimeFactory,
    change: Callable[[str], str],
) -> None:
    """Each documented name does what it says, in any letter case."""
    words = [it for it in BUTTONS if it not in ("turn_off", "reboot")]
    for word in words:
        await actions.call(SEND, at_den.id("remote"), command=[change(word)])
        freezer.tick(15)  # so slowly that the network never asks for a pause
    wanted = [
        (word, it.type, it.name, dict(it.parameters)) for word in words if (it := BUTTONS[word])
    ]
    assert [
        (word, it.type, it.name, dict(it.parameters))
        for word, it in zip(words, den.done, strict=True)
    ] == wanted


async def test_text(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """Only what follows `text:` is typed, as it is written."""
    await actions.call(SEND, at_den.id("remote"), command=["text: Über 9, Home!", "TEXT:a"])
    assert den.texts == [" Über 9, Home!", "a"]
    assert den.keys == []


@pytest.mark.parametrize(
    ("word", "place"),
    [
        *((word, 0) for word in ("start", "text", "text:", "", "A B", "Hello", "wake-up")),
        *(("start", place) for place in (1, 2)),
    ],
)
async def test_unknown_word(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    word: str,
    place: int,
) -> None:
    """A word that is not known, wherever it stands, is an error, and nothing is sent."""
    words = ["a", "text:hi"]
    words.insert(place, word)
    with pytest.raises(ServiceValidationError) as raised:
        await actions.call(SEND, at_den.id("remote"), command=words)
    assert raised.value.translation_key == "unknown_command"
    assert raised.value.translation_placeholders == {
        "command": word,
        "commands": ", ".join(BUTTONS),
    }
    assert sent(simulator) == 0


async def test_repeats_and_delays(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """The whole list is repeated, with the delay between any two commands."""
    await actions.call(SEND, at_den.id("remote"), command=["up", "b"], num_repeats=3, delay_secs=2)
    assert den.keys == ["Up", "B"] * 3
    times = [it.started for it in simulator.requests(Service.CONSOLES) if it.path == "/commands"]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(2 <= gap < 3 for gap in gaps)


async def test_usual_delay(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """Without a delay it is Home Assistant's usual one."""
    await actions.call(SEND, at_den.id("remote"), command=["up", "up"])
    first, second = (
        it.started for it in simulator.requests(Service.CONSOLES) if it.path == "/commands"
    )
    assert 0.4 <= second - first < 1


@pytest.mark.parametrize("options", [{"num_repeats": 0}, {"command": []}])
async def test_nothing_to_send(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    options: dict[str, object],
) -> None:
    """No commands, or no repeats, are no error."""
    await actions.call(SEND, at_den.id("remote"), **{"command": ["a"], **options})
    assert sent(simulator) == 0


async def test_no_holding(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """A console cannot hold a button down: it says so instead of pressing it for a moment."""
    with pytest.raises(ServiceValidationError) as raised:
        await actions.call(SEND, at_den.id("remote"), command=["a"], hold_secs=2)
    assert raised.value.translation_key == "hold_not_supported"
    assert sent(simulator) == 0


async def test_refused_in_between(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """What comes after a refused command is not sent."""
    den.refuse("RemoteManagementDisabled", command="GoHome")
    with pytest.raises(HomeAssistantError) as raised:
        await actions.call(SEND, at_den.id("remote"), command=["a", "home", "b"])
    assert raised.value.translation_key == "console_remote_management_disabled"
    assert raised.value.translation_placeholders is not None
    assert raised.value.translation_placeholders["console"] == "Den"
    assert done(den) == ["A"]


async def test_asleep(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """A console that sleeps takes no buttons, and says so."""
    with pytest.raises(HomeAssistantError) as raised:
        await actions.call(SEND, at_bedroom.id("remote"), command="a")
    assert raised.value.translation_key == "console_console_off"


async def test_wakes_up_first(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """What follows `wake_up` waits until the console is awake."""
    await actions.call(SEND, at_bedroom.id("remote"), command=["wake_up", "a", "turn_off"])
    assert done(bedroom) == ["WakeUp", "A", "TurnOff"]
    assert at_bedroom("remote") == STATE_OFF


async def test_two_consoles(
    hass: HomeAssistant,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    actions: Actions,
) -> None:
    """A long macro on one console holds up the next one there, but nobody at another console."""
    bedroom.power = "On"
    long = asyncio.ensure_future(
        actions.call(SEND, at_den.id("remote"), command=["up"], num_repeats=20, delay_secs=5)
    )
    after = asyncio.ensure_future(actions.call(SEND, at_den.id("remote"), command=["a"]))
    while not den.keys:
        await actions.pass_time()
    await actions.call(SEND, at_bedroom.id("remote"), command=["b"])
    assert bedroom.keys == ["B"]
    assert 1 <= len(den.keys) < 5
    await asyncio.gather(long, after)
    assert den.keys == ["Up"] * 20 + ["A"]
