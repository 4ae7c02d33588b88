"""Console commands: their bodies and their names."""

import pytest

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.errors import XboxCommandNameError, XboxError
from custom_components.xbox_network.xbox.models import commands
from custom_components.xbox_network.xbox.models.commands import BUTTONS, Command, parse
from tests.client.conftest import CONSOLES, STARFALL_DRIFT
from tests.simulator import Console, Simulator

# `docs/network.md` S7.5
DOCUMENTED: list[tuple[Command, str, str, dict[str, str]]] = [
    (commands.WAKE_UP, "Power", "WakeUp", {}),
    (commands.TURN_OFF, "Power", "TurnOff", {}),
    (commands.REBOOT, "Power", "Reboot", {}),
    (commands.MUTE, "Audio", "Mute", {}),
    (commands.UNMUTE, "Audio", "Unmute", {}),
    (commands.volume_up(), "Audio", "Volume", {"direction": "Up", "amount": "1"}),
    (commands.volume_down(5), "Audio", "Volume", {"direction": "Down", "amount": "5"}),
    (commands.PLAY, "Media", "Play", {}),
    (commands.PAUSE, "Media", "Pause", {}),
    (commands.PREVIOUS, "Media", "Previous", {}),
    (commands.NEXT, "Media", "Next", {}),
    (commands.GO_HOME, "Shell", "GoHome", {}),
    (commands.GO_BACK, "Shell", "GoBack", {}),
    (commands.SHOW_GUIDE, "Shell", "ShowGuideTab", {"tabName": "Guide"}),
    (commands.press("a"), "Shell", "InjectKey", {"keyType": "A"}),
    (commands.press("NEXUS"), "Shell", "InjectKey", {"keyType": "Nexus"}),
    (commands.type_text("Löwe 1"), "Shell", "InjectString", {"replacementString": "Löwe 1"}),
    (
        commands.launch("9SIM71414001"),
        "Shell",
        "ActivateApplicationWithOneStoreProductId",
        {"oneStoreProductId": "9SIM71414001"},
    ),
    (commands.SHOW_TV_GUIDE, "TV", "ShowGuide", {}),
]
KEYS = ["A", "B", "X", "Y", "Up", "Down", "Left", "Right", "Menu", "View", "Guide", "Nexus"]


@pytest.mark.parametrize(
    ("command", "kind", "name", "parameters"), DOCUMENTED, ids=lambda value: str(value)[:30]
)
def test_body(command: Command, kind: str, name: str, parameters: dict[str, str]) -> None:
    """The body of each command is the documented one."""
    assert command.body("F400000000000001", "5b0b9a76-6a3c-4f0e-9a54-0123456789ab") == {
        "destination": "Xbox",
        "type": kind,
        "command": name,
        "sessionId": "5b0b9a76-6a3c-4f0e-9a54-0123456789ab",
        "sourceId": "com.microsoft.smartglass",
        "parameters": [parameters],
        "linkedXboxId": "F400000000000001",
    }


async def test_console_accepts_all_commands(
    client: XboxClient, simulator: Simulator, den: Console
) -> None:
    """Each command is accepted, in one session, with the headers that the firewall needs."""
    den.command_seconds = den.off_seconds = den.restart_seconds = den.wake_seconds = 0
    installed = commands.launch(simulator.world.titles[STARFALL_DRIFT].product_id)
    for command, *_ in DOCUMENTED:
        den.power = "On"
        answer = await client.consoles.send(
            den.console_id, installed if command.name == installed.name else command
        )
        assert answer.op_id
    assert {command.session_id for command in den.done} == {den.done[0].session_id}
    sent = {(command.type, command.name) for command in den.done}
    assert sent == {(kind, name) for _, kind, name, _ in DOCUMENTED}
    for request in simulator.requests(CONSOLES):
        assert request.headers["skillplatform"] == "RemoteManagement"
        assert request.headers["Content-Type"] == "application/json"


def test_buttons_are_documented() -> None:
    """Each button is a documented command, and each documented key has a button."""
    known = {(kind, name) for _, kind, name, _ in DOCUMENTED}
    assert {(command.type, command.name) for command in BUTTONS.values()} <= known
    pressed = [dict(it.parameters)["keyType"] for it in BUTTONS.values() if it.name == "InjectKey"]
    assert sorted(pressed) == sorted(KEYS)
    assert all(name == name.lower() for name in BUTTONS)


@pytest.mark.parametrize("name", [*BUTTONS, "WAKE_UP", "Volume_Up", " Home ", "nEXUS"])
def test_names(name: str) -> None:
    """The letter case of a name does not matter."""
    assert parse(name) == BUTTONS[name.strip().lower()]


@pytest.mark.parametrize(
    ("name", "text"),
    [("text:Nova", "Nova"), ("TEXT: home ", " home "), ("Text:text:a", "text:a"), ("text: ", " ")],
)
def test_text(name: str, text: str) -> None:
    """The text after the prefix is typed unchanged."""
    assert parse(name) == commands.type_text(text)


@pytest.mark.parametrize("name", ["", "homee", "text", "text:", "A B", "vol", "WakeUp", "textA"])
def test_unknown_name(name: str) -> None:
    """An unknown name is never typed, and its error does not show it: it may be a password."""
    with pytest.raises(XboxCommandNameError) as caught:
        parse(name)
    assert caught.value.name == name
    assert isinstance(caught.value, XboxError)
    assert isinstance(caught.value, ValueError)
    assert str(caught.value) == "There is no such command"


@pytest.mark.parametrize("key", ["Home", "", "AA"])
def test_unknown_key(key: str) -> None:
    """Only documented keys are accepted."""
    with pytest.raises(XboxCommandNameError):
        commands.press(key)
