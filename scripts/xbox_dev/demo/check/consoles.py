"""Compares consoles in Home Assistant with the simulated network, and sends commands to one."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tests.simulator.world.demo_world import BEDROOM

from ..home_assistant.client import HomeAssistant
from ..home_assistant.devices import Console, consoles
from ..processes import DemoError
from .network import Network
from .registry import missing

CONSOLE = {
    "binary_sensor": {"storage_problem"},
    "button": {"guide", "home", "reboot"},
    "media_player": {""},
    "remote": {""},
    "sensor": {"player"},
}
DISK = ("storage_free_", "storage_total_")
GAME, APP_NAME = "Harbor Kings", "HarborKings"
WITHIN = 10  # seconds within which the state must follow a command
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")


async def examine(home: HomeAssistant, network: Network) -> list[str]:
    """Return the problems of the consoles."""
    home_consoles, network_names = await consoles(home), await network.consoles()
    if sorted(console.name for console in home_consoles) != sorted(network_names.values()):
        names = [console.name for console in home_consoles]
        return [f"consoles are {names}, the network has {list(network_names.values())}"]
    problems = [problem for console in home_consoles for problem in await _entities(home, console)]
    in_standby = next(
        console for console in home_consoles if console.name == network_names[BEDROOM]
    )
    try:
        await _wake(home, network, in_standby)
        await _start(home, network, in_standby)
        await _browse(home, network, in_standby)
    except DemoError as err:
        problems.append(f"{in_standby.name}: {err}")
    return problems


async def _entities(home: HomeAssistant, console: Console) -> list[str]:
    """Print the state of a console. Return missing and unavailable entities."""
    problems = list(missing(CONSOLE, console.ids))
    problems += [f"{console.name} has no {key}" for key in DISK if not console.all("sensor", key)]
    states = {item["entity_id"]: item["state"] for item in await home.command("get_states")}
    shown = {entity: states.get(entity) for entity in console.ids.values()}
    print(f"Console {console.name}: {len(shown)} entities, {states.get(_player(console))}")
    return [*problems, *(f"{it} is unavailable" for it in shown if shown[it] == "unavailable")]


def _player(console: Console) -> str:
    return console.ids["media_player", ""]


async def _wake(home: HomeAssistant, network: Network, console: Console) -> None:
    """Turn the console on in Home Assistant. Raises DemoError if it stays off."""
    await _expect(home, console, "off", "state")
    started = time.monotonic()
    await _call(home, console, "turn_on")
    if (now := await network.console(BEDROOM)).power != "On":
        raise DemoError(f"it was switched on, but the network says {now.power}")
    await _expect(home, console, "idle", "state")
    print(f"{_player(console)} is on {time.monotonic() - started:.1f} s after it was told to be")


async def _start(home: HomeAssistant, network: Network, console: Console) -> None:
    """Select a game by name. Raises DemoError if it does not run."""
    await _call(home, console, "select_source", source=GAME)
    if APP_NAME not in (now := await network.console(BEDROOM)).app:
        raise DemoError(f"{GAME} was started, but the network says {now.app}")
    await _expect(home, console, "playing", "state")
    await _expect(home, console, GAME, "source")
    print(f"{_player(console)} runs {GAME}")


async def _browse(home: HomeAssistant, network: Network, console: Console) -> None:
    """Browse the installed games. Raises DemoError if games or the current app have no pictures."""
    folder = {"media_content_type": "apps", "media_content_id": "games"}
    games = await home.command("media_player/browse_media", entity_id=_player(console), **folder)
    addresses = [game["thumbnail"] for game in games["children"] if game["thumbnail"]]
    if not addresses:
        raise DemoError(f"no game has a picture: {games['children']}")
    pictures = [await network.picture(address) for address in addresses]
    front = str(await _until(home, console, "entity_picture", bool))
    for status, content in (*pictures, await home.bytes(front)):
        if status != 200 or not content.startswith(PICTURES):
            raise DemoError(f"a picture cannot be fetched ({status})")
    print(f"{len(games['children'])} games to choose from, {len(pictures)} pictures")


async def _call(home: HomeAssistant, console: Console, service: str, **data: Any) -> None:
    target = {"entity_id": _player(console)}
    fields = {"domain": "media_player", "service": service, "service_data": data}
    await home.command("call_service", **fields, target=target)


async def _expect(home: HomeAssistant, console: Console, expected: str, attribute: str) -> None:
    await _until(home, console, attribute, lambda value: value == expected)


async def _until(
    home: HomeAssistant, console: Console, attribute: str, expected: Callable[[object], bool]
) -> object:
    """Wait until the state or an attribute has an expected value. Raises DemoError if it never has."""
    value: object = None
    for _ in range(WITHIN * 5):
        state = await home.request("GET", f"api/states/{_player(console)}")
        value = state["state"] if attribute == "state" else state["attributes"].get(attribute)
        if expected(value):
            return value
        await asyncio.sleep(0.2)
    raise DemoError(f"its {attribute} is still {value}")
