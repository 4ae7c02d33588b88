"""Compare what Home Assistant shows with what the simulated network says."""

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

SAID = {"friends", "followers", "following", "gamerscore", "now_playing", "online", "in_game"}
SHOWN = ("online", "now_playing", "platform", "gamerscore", "friends_online", "friend_requests")
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
STATE_AFTER = 90  # seconds within which each thing has to be seen
LEVEL = re.compile(r"^\S+ \S+ (WARNING|ERROR|CRITICAL) ")
EXPECTED_WARNING = re.compile(r"We found a custom integration xbox_network ")
OURS = re.compile(r"xbox_network|custom_components")


class Check:
    """One account under examination; `problems` gathers what is wrong."""

    def __init__(self, home: HomeAssistant, network: Network, ids: Ids) -> None:
        """Take both sides, and the entities of the account's owner."""
        self._home = home
        self._network = network
        self.ids = ids
        self.problems: list[str] = []
        self.states: dict[str, dict[str, Any]] = {}

    async def run(self) -> None:
        """Examine everything that changes or has to be fetched."""
        await self._home.command("subscribe_events", event_type="state_changed")
        await self._compare()
        changed = await self._until_a_change()
        print(f"Changed by itself: {', '.join(sorted(changed)) or 'nothing'}")
        if not changed:
            self.problems.append(f"no state changed by itself within {STATE_AFTER} s")
        await self._pictures()

    async def _read(self) -> None:
        found = await self._home.command("get_states")
        self.states = {item["entity_id"]: item for item in found}

    def _state(self, platform: str, name: str) -> str | None:
        state = self.states.get(self.ids.get((platform, name), ""))
        return str(state["state"]) if state else None

    async def _until_a_change(self) -> set[str]:
        """Wait for states that change without anybody's doing; return their entities."""
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
        """Wait until each figure and the presence have agreed once; both sides move on meanwhile."""
        wrong: dict[str, str] = {}
        agreed: set[str] = set()
        try:
            async with asyncio.timeout(STATE_AFTER):
                while True:
                    now = await self._network.account()
                    await self._read()
                    wrong = self._differences(now)
                    agreed |= SAID - set(wrong)
                    if agreed == SAID:
                        return
                    await asyncio.sleep(5)  # the network limits how often an account asks
        except TimeoutError:
            self.problems += [wrong.get(name, name) for name in sorted(SAID - agreed)]

    def _differences(self, now: Account) -> dict[str, str]:
        """Return what does not agree; `now_playing` cannot while no game is played."""
        said = {
            ("sensor", "friends"): str(now.friends),
            ("sensor", "followers"): str(now.followers),
            ("sensor", "following"): str(now.following),
            ("sensor", "gamerscore"): str(now.gamerscore),
            ("sensor", "now_playing"): now.playing or "a game",
            ("binary_sensor", "online"): "on" if now.online else "off",
            ("binary_sensor", "in_game"): "on" if now.playing else "off",
        }
        return {
            name: f"{name} is {self._state(platform, name)}, the network says {wanted}"
            for (platform, name), wanted in said.items()
            if self._state(platform, name) != wanted
        }

    async def _pictures(self) -> None:
        """Fetch the pictures through Home Assistant; wait for what is not there yet."""
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
    """Return the lines of Home Assistant's log in which the integration is in trouble."""
    found = []
    for record in re.split(r"\n(?=\d{4}-\d\d-\d\d \d\d:)", log):
        trouble = LEVEL.match(record) or "Traceback" in record
        if trouble and OURS.search(record) and not EXPECTED_WARNING.search(record):
            found.append(record.strip())
    return found


@asynccontextmanager
async def signed_in(url: URL, persona: str) -> AsyncIterator[Network]:
    """Give a view of the network of its own."""
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        network = Network(session, url)
        await network.sign_in(persona)
        yield network


async def examine(home: HomeAssistant, simulator: URL, process: Child) -> None:
    """Check everything; raises DemoError with all that is wrong."""
    async with (
        signed_in(simulator, "adult") as network,
        AsyncExitStack() as stack,
    ):
        others = [await stack.enter_async_context(HomeAssistant(home.url)) for _ in range(4)]
        for other in others:
            await other.connect(process)
        told, problems = await asyncio.gather(
            consoles.examine(others.pop(), network), _examine(home, others, network)
        )
        problems += told
    problems += log_problems(process.text())
    if problems:
        raise DemoError("\n".join(["not as it should be:", *(f"  {item}" for item in problems)]))


async def _examine(
    home: HomeAssistant, others: Sequence[HomeAssistant], network: Network
) -> list[str]:
    """Return what is wrong; `others` are for what has to listen at the same time."""
    entry_id = (await loaded_entry(home))["entry_id"]
    owner = (await network.account()).xuid
    added = await friend_dialog.added(home, entry_id)
    subentries = {friend["unique_id"]: friend["subentry_id"] for friend in added}
    registry = Registry({owner: None, **subentries})
    await registry.read(home)
    if problems := registry.problems + await friends.dialog(home, entry_id, network):
        return problems  # the rest stands on these
    account = Check(home, network, registry.ids[owner])
    arrivals = Arrivals({xuid: registry.ids[xuid] for xuid in subentries})
    first, second, third = others
    _, _, told = await asyncio.gather(
        account.run(),
        arrivals.watch(first, network),
        playtime_and_achievements.examine(second, third, network, registry.ids),
    )
    problems += told
    problems += await friends.push(home, entry_id)
    problems += await _print_states(home, registry)
    return [*problems, *account.problems, *arrivals.problems]


async def _print_states(home: HomeAssistant, registry: Registry) -> list[str]:
    """Print how people are; return a complaint for each entity that is unavailable."""
    states = {item["entity_id"]: item["state"] for item in await home.command("get_states")}
    for ids in registry.ids.values():
        shown = {key: states[entity] for (_, key), entity in ids.items() if entity in states}
        print(f"  {ids['binary_sensor', 'online']}: {len(shown)} entities, of them")
        print("    " + ", ".join(f"{key} {shown[key]}" for key in SHOWN if key in shown))
    entities = [entity for ids in registry.ids.values() for entity in ids.values()]
    return [f"{it} is unavailable" for it in entities if states.get(it) == "unavailable"]
