"""Compares the account in Home Assistant with the simulated network."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
from yarl import URL

from ..home_assistant import friend_dialog
from ..home_assistant.client import TIMEOUT, HomeAssistant
from ..home_assistant.sign_in import loaded_entry
from ..processes import Child, DemoError
from . import consoles, friends, playtime_and_achievements
from .friends import Arrivals
from .network import Account, Network
from .registry import Ids, Registry

COMPARED = {"friends", "followers", "following", "gamerscore", "now_playing", "online", "in_game"}
SHOWN = ("online", "now_playing", "platform", "gamerscore", "friends_online", "friend_requests")
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
STATE_AFTER = 90  # seconds within which each state must be seen
LEVEL = re.compile(r"^\S+ \S+ (WARNING|ERROR|CRITICAL) ")
EXPECTED_WARNING = re.compile(r"We found a custom integration xbox_network ")
OURS = re.compile(r"xbox_network|custom_components")


class Check:
    """Check of one account. `problems` has the results."""

    def __init__(self, home: HomeAssistant, network: Network, ids: Ids) -> None:
        """Store Home Assistant, the network, and the entities of the account's owner."""
        self._home = home
        self._network = network
        self.ids = ids
        self.problems: list[str] = []
        self.states: dict[str, dict[str, Any]] = {}

    async def run(self) -> None:
        """Check the values, a change, and the pictures."""
        await self._home.command("subscribe_events", event_type="state_changed")
        await self._compare()
        changed = await self._until_a_change()
        print(f"Changed by itself: {', '.join(sorted(changed)) or 'nothing'}")
        if not changed:
            self.problems.append(f"no state changed by itself within {STATE_AFTER} s")
        await self._pictures()

    async def _read(self) -> None:
        states = await self._home.command("get_states")
        self.states = {item["entity_id"]: item for item in states}

    def _state(self, platform: str, name: str) -> str | None:
        state = self.states.get(self.ids.get((platform, name), ""))
        return str(state["state"]) if state else None

    async def _until_a_change(self) -> set[str]:
        """Wait for a state that changes by itself. Return the changed entities."""
        changed: set[str] = set()
        try:
            async with asyncio.timeout(STATE_AFTER):
                while not changed:
                    event = (await self._home.event())["data"]
                    old, new = event["old_state"], event["new_state"]
                    known = event["entity_id"] in self.ids.values()
                    states = {it["state"] for it in (old, new) if it} - {"unknown", "unavailable"}
                    if known and len(states) == 2:
                        changed.add(event["entity_id"])
        except TimeoutError:
            pass
        return changed

    async def _compare(self) -> None:
        """Wait until each value has agreed once, because both sides keep changing."""
        wrong: dict[str, str] = {}
        agreed: set[str] = set()
        try:
            async with asyncio.timeout(STATE_AFTER):
                while True:
                    now = await self._network.account()
                    await self._read()
                    wrong = self._differences(now)
                    agreed |= COMPARED - set(wrong)
                    if agreed == COMPARED:
                        return
                    await asyncio.sleep(5)  # the network limits the requests of an account
        except TimeoutError:
            self.problems += [wrong.get(name, name) for name in sorted(COMPARED - agreed)]

    def _differences(self, now: Account) -> dict[str, str]:
        """Return the differences. `now_playing` cannot agree while no game is played."""
        expected = {
            ("sensor", "friends"): str(now.friends),
            ("sensor", "followers"): str(now.followers),
            ("sensor", "following"): str(now.following),
            ("sensor", "gamerscore"): str(now.gamerscore),
            ("sensor", "now_playing"): now.playing or "a game",
            ("binary_sensor", "online"): "on" if now.online else "off",
            ("binary_sensor", "in_game"): "on" if now.playing else "off",
        }
        return {
            name: f"{name} is {self._state(platform, name)}, the network says {expected_value}"
            for (platform, name), expected_value in expected.items()
            if self._state(platform, name) != expected_value
        }

    async def _pictures(self) -> None:
        """Load the pictures through Home Assistant. Wait for pictures that are not there yet."""
        for name in ("gamerpic", "now_playing"):
            entity = self.ids.get(("image", name))
            try:
                async with asyncio.timeout(STATE_AFTER):
                    size = await self._picture(entity) if entity else 0
            except TimeoutError:
                size = 0
            if size:
                print(f"Picture of {entity}: {size} bytes")
            else:
                self.problems.append(f"the picture {name} cannot be fetched")

    async def _picture(self, entity: str) -> int:
        while True:
            state = await self._home.request("GET", f"api/states/{entity}")
            if address := state["attributes"].get("entity_picture"):
                status, content = await self._home.bytes(address)
                if status == 200 and content.startswith(PICTURES):
                    return len(content)
            await asyncio.sleep(1)


def log_problems(log: str) -> list[str]:
    """Return the lines of Home Assistant's log with problems of the integration."""
    lines = []
    for record in re.split(r"\n(?=\d{4}-\d\d-\d\d \d\d:)", log):
        is_problem = LEVEL.match(record) or "Traceback" in record
        if is_problem and OURS.search(record) and not EXPECTED_WARNING.search(record):
            lines.append(record.strip())
    return lines


@asynccontextmanager
async def signed_in(url: URL, persona: str) -> AsyncIterator[Network]:
    """Return a separate, signed-in client of the network."""
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        network = Network(session, url)
        await network.sign_in(persona)
        yield network


async def examine(home: HomeAssistant, simulator: URL, process: Child) -> None:
    """Check everything. Raises DemoError with all problems."""
    async with (
        signed_in(simulator, "adult") as network,
        AsyncExitStack() as stack,
    ):
        others = [await stack.enter_async_context(HomeAssistant(home.url)) for _ in range(4)]
        for other in others:
            await other.connect(process)
        more_problems, problems = await asyncio.gather(
            consoles.examine(others.pop(), network), _examine(home, others, network)
        )
        problems += more_problems
    problems += log_problems(process.text())
    if problems:
        raise DemoError(
            "\n".join(["the check found problems:", *(f"  {item}" for item in problems)])
        )


async def _examine(
    home: HomeAssistant, others: Sequence[HomeAssistant], network: Network
) -> list[str]:
    """Return the problems. `others` are connections for parallel listeners."""
    entry_id = (await loaded_entry(home))["entry_id"]
    owner = (await network.account()).xuid
    added = await friend_dialog.added(home, entry_id)
    subentries = {friend["unique_id"]: friend["subentry_id"] for friend in added}
    registry = Registry({owner: None, **subentries})
    await registry.read(home)
    if problems := registry.problems + await friends.dialog(home, entry_id, network):
        return problems  # the other checks need these
    account = Check(home, network, registry.ids[owner])
    arrivals = Arrivals({xuid: registry.ids[xuid] for xuid in subentries})
    first, second, third = others
    _, _, more_problems = await asyncio.gather(
        account.run(),
        arrivals.watch(first, network),
        playtime_and_achievements.examine(second, third, network, registry.ids),
    )
    problems += more_problems
    problems += await friends.push(home, entry_id)
    problems += await _print_states(home, registry)
    return [*problems, *account.problems, *arrivals.problems]


async def _print_states(home: HomeAssistant, registry: Registry) -> list[str]:
    """Print the states of people. Return a problem for each unavailable entity."""
    states = {item["entity_id"]: item["state"] for item in await home.command("get_states")}
    for ids in registry.ids.values():
        shown = {key: states[entity] for (_, key), entity in ids.items() if entity in states}
        print(f"  {ids['binary_sensor', 'online']}: {len(shown)} entities, of them")
        print("    " + ", ".join(f"{key} {shown[key]}" for key in SHOWN if key in shown))
    entities = [entity for ids in registry.ids.values() for entity in ids.values()]
    return [f"{it} is unavailable" for it in entities if states.get(it) == "unavailable"]
