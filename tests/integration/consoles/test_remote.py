"""Remote of a console: power, keys and text."""

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
    """Return the commands that a console has done: the keys and texts, else the name of the command."""
    console.settle()
    return [
        it.parameters.get("keyType") or it.parameters.get("replacementString") or it.name
        for it in console.done
    ]


def command_count(simulator: Simulator) -> int:
    """Return the number of commands sent to consoles, done or not."""
    return len([it for it in simulator.requests(Service.CONSOLES) if it.path == "/commands"])


async def test_state(
    den: Console, bedroom: Console, entry: ConfigEntry, at_den: ConsoleEntities, poll: Poll
) -> None:
    """The state is the power of the console; a system update leaves it as it was."""
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
    assert at_den("remote") == STATE_OFF
    await poll(320)
    assert at_den("remote") == STATE_UNKNOWN


async def test_on_and_off(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """A power action waits until the console has done it, and its state follows at once."""
    remote = at_bedroom.id("remote")
    await actions.call("remote.turn_on", remote)
    assert bedroom.power == "On"
    assert at_bedroom("remote") == STATE_ON
    await actions.call("remote.turn_off", remote)
    assert bedroom.power == "ConnectedStandby"
    assert at_bedroom("remote") == STATE_OFF
    await actions.call("remote.toggle", remote)
    assert at_bedroom("remote") == STATE_ON


@pytest.mark.parametrize("letter_case", [str.lower, str.upper])
async def test_each_button(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    freezer: FrozenDateTimeFactory,
    letter_case: Callable[[str], str],
) -> None:
    """Each documented name sends its command, in any letter case."""
    words = [it for it in BUTTONS if it not in ("turn_off", "reboot")]
    for word in words:
        await actions.call(SEND, at_den.id("remote"), command=[letter_case(word)])
        freezer.tick(15)  # slow enough for the rate limit
    expected = [
        (word, it.type, it.name, dict(it.parameters)) for word in words if (it := BUTTONS[word])
    ]
    assert [
        (word, it.type, it.name, dict(it.parameters))
        for word, it in zip(words, den.done, strict=True)
    ] == expected


async def test_text(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """Only the text after `text:` is typed, unchanged."""
    await actions.call(SEND, at_den.id("remote"), command=["text: Über 9, Home!", "TEXT:a"])
    await actions.pass_time(den.command_seconds)
    assert den.texts == [" Über 9, Home!", "a"]
    assert den.keys == []


@pytest.mark.parametrize(
    ("word", "position"),
    [
        *((word, 0) for word in ("start", "text", "text:", "", "A B", "Hello", "wake-up")),
        *(("start", position) for position in (1, 2)),
    ],
)
async def test_unknown_word(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    word: str,
    position: int,
) -> None:
    """An unknown word at any position is an error, and no command is sent."""
    words = ["a", "text:hi"]
    words.insert(position, word)
    with pytest.raises(ServiceValidationError) as raised:
        await actions.call(SEND, at_den.id("remote"), command=words)
    assert raised.value.translation_key == "unknown_command"
    assert raised.value.translation_placeholders == {
        "command": word,
        "commands": ", ".join(BUTTONS),
    }
    assert command_count(simulator) == 0


async def test_repeats_and_delays(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """The whole list is repeated, with the delay between any two commands."""
    await actions.call(SEND, at_den.id("remote"), command=["up", "b"], num_repeats=3, delay_secs=2)
    await actions.pass_time(den.command_seconds)
    assert den.keys == ["Up", "B"] * 3
    times = [it.started for it in simulator.requests(Service.CONSOLES) if it.path == "/commands"]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(2 <= gap < 3 for gap in gaps)


async def test_default_delay(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """Without a delay it is Home Assistant's default."""
    await actions.call(SEND, at_den.id("remote"), command=["up", "up"])
    first, second = (
        it.started for it in simulator.requests(Service.CONSOLES) if it.path == "/commands"
    )
    assert 0.4 <= second - first < 1


async def test_too_many(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """More than a hundred commands, or more than ten minutes of delays, are refused; nothing is sent."""
    for options in (
        {"num_repeats": 20_000_000},
        {"num_repeats": 101},
        {"command": ["up", "b"], "num_repeats": 51},
        {"command": ["up"] * 101},
        {"num_repeats": 2, "delay_secs": 601},
        {"num_repeats": 62, "delay_secs": 10},
        {"command": ["up", "b"], "delay_secs": float("inf")},
    ):
        with pytest.raises(ServiceValidationError) as raised:
            await actions.call(SEND, at_den.id("remote"), **{"command": ["a"], **options})
        assert raised.value.translation_key == "too_many_commands"
        assert raised.value.translation_placeholders == {"commands": "100", "minutes": "10"}
    assert command_count(simulator) == 0


async def test_just_not_too_many(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """A hundred commands and ten minutes of delays are begun; one command has no delay."""
    for options in (
        {"num_repeats": 100},
        {"num_repeats": 61, "delay_secs": 10},
        {"num_repeats": 2, "delay_secs": 600},
    ):
        simulator.fail(Service.CONSOLES, status=400, path="/commands")
        with pytest.raises(HomeAssistantError) as raised:
            await actions.call(SEND, at_den.id("remote"), **{"command": ["a"], **options})
        assert raised.value.translation_key != "too_many_commands"
    assert command_count(simulator) == 3
    await actions.call(SEND, at_den.id("remote"), command=["b"], delay_secs=10_000)
    await actions.pass_time(den.command_seconds)
    assert den.keys == ["B"]


@pytest.mark.parametrize("options", [{"num_repeats": 0}, {"command": []}])
async def test_nothing_to_send(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    options: dict[str, object],
) -> None:
    """No commands or no repeats are no error."""
    await actions.call(SEND, at_den.id("remote"), **{"command": ["a"], **options})
    assert command_count(simulator) == 0


async def test_no_holding(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
) -> None:
    """Holding a button down is an error, because a console cannot do it."""
    with pytest.raises(ServiceValidationError) as raised:
        await actions.call(SEND, at_den.id("remote"), command=["a"], hold_secs=2)
    assert raised.value.translation_key == "hold_not_supported"
    assert command_count(simulator) == 0


async def test_refused_in_between(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """The commands after a refused one are not sent."""
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
    """A command to a sleeping console is an error."""
    with pytest.raises(HomeAssistantError) as raised:
        await actions.call(SEND, at_bedroom.id("remote"), command="a")
    assert raised.value.translation_key == "console_console_off"


@pytest.mark.parametrize("command", ["a", "volume_up", "mute"])
async def test_asleep_while_on_is_merely_held(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
    command: str,
) -> None:
    """So it is where an answer without the power has left the console on, and the command's answer tells nothing."""
    await poll(20)
    path = f"/consoles/{den.console_id}"
    thin = b'{"status": {"errorCode": "OK"}, "powerState": "Unknown"}'
    simulator.clear()
    simulator.fail(Service.CONSOLES, path=path, body=thin)
    while not simulator.requests(Service.CONSOLES):
        await poll(1, step=1)
    den.power = "ConnectedStandby"
    assert at_den("remote") == STATE_ON
    accepted = b'{"status": {"errorCode": "OK"}, "destination": null, "opId": "x"}'
    simulator.fail(Service.CONSOLES, path="/commands", body=accepted)
    with pytest.raises(HomeAssistantError) as raised:
        await actions.call(SEND, at_den.id("remote"), command=command)
    assert raised.value.translation_key == "console_console_off"


async def test_wakes_up_first(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, actions: Actions
) -> None:
    """The commands after `wake_up` wait until the console is awake."""
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
    """A long list on one console delays no single command there, and none on another console."""
    bedroom.power = "On"
    long = asyncio.ensure_future(
        actions.call(SEND, at_den.id("remote"), command=["up"], num_repeats=20, delay_secs=5)
    )
    after = asyncio.ensure_future(actions.call(SEND, at_den.id("remote"), command=["a"]))
    while not den.keys:
        await actions.pass_time()
    await actions.call(SEND, at_bedroom.id("remote"), command=["b"])
    await actions.pass_time(bedroom.command_seconds)
    assert bedroom.keys == ["B"]
    assert sorted(den.keys) == ["A", "Up"]
    await asyncio.gather(long, after)
    await actions.pass_time(den.command_seconds)
    assert sorted(den.keys) == ["A"] + ["Up"] * 20
    assert den.keys.index("A") < 2
