"""Compare what Home Assistant shows with what the simulated network says."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from yarl import URL

from .client import TIMEOUT, HomeAssistant
from .dashboard import key, our_entities
from .network import Account, Network
from .processes import Child, DemoError

EXPECTED = {
    "binary_sensor": {"online", "in_game", "in_party"},
    "image": {"gamerpic", "now_playing"},
    "sensor": {
        "now_playing",
        "platform",
        "last_online",
        "gamerscore",
        "friends",
        "followers",
        "following",
        "party_size",
    },
}
OFF = {"sensor": {"rich_presence", "party_join_restriction"}}
SAID = {"friends", "followers", "following", "gamerscore", "now_playing", "online", "in_game"}
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
STATE_AFTER = 90  # seconds within which each thing has to be seen
LEVEL = re.compile(r"^\S+ \S+ (WARNING|ERROR|CRITICAL) ")
EXPECTED_WARNING = re.compile(r"We found a custom integration xbox_network ")
OURS = re.compile(r"xbox_network|custom_components")


class Check:
    """One account under examination; `problems` gathers what is wrong."""

    def __init__(self, home: HomeAssistant, network: Network) -> None:
        """Take both sides."""
        self._home = home
        self._network = network
        self.problems: list[str] = []
        self.ids: dict[tuple[str, str], str] = {}
        self.states: dict[str, dict[str, Any]] = {}

    async def run(self) -> None:
        """Examine everything; print the table of entities."""
        await self._find()
        await self._compare()
        changed = await self._until_a_change()
        await self._read()
        self._print()
        print(f"Changed by itself: {', '.join(sorted(changed)) or 'nothing'}")
        if not changed:
            self.problems.append(f"no state changed by itself within {STATE_AFTER} s")
        await self._pictures()

    async def _find(self) -> None:
        """Match the entity registry with the contract of names."""
        xuid = (await self._network.account()).xuid
        for entity in await our_entities(self._home):
            platform = entity["entity_id"].partition(".")[0]
            owner, name = str(entity["unique_id"]).partition("_")[0], key(entity)
            if owner != xuid:
                self.problems.append(f"{entity['entity_id']} is not of the account")
            off = name in OFF.get(platform, set())
            if off != (entity["disabled_by"] == "integration"):
                state = "disabled" if off else "enabled"
                self.problems.append(f"{entity['entity_id']} is not {state} by default")
            self.ids[platform, name] = entity["entity_id"]
        for platform, names in EXPECTED.items():
            for name in sorted(names | OFF.get(platform, set())):
                if (platform, name) not in self.ids:
                    self.problems.append(f"there is no {platform} {name}")

    async def _read(self) -> None:
        found = await self._home.command("get_states")
        self.states = {item["entity_id"]: item for item in found}

    def _state(self, platform: str, name: str) -> str | None:
        state = self.states.get(self.ids.get((platform, name), ""))
        return str(state["state"]) if state else None

    async def _until_a_change(self) -> set[str]:
        """Wait for states that change without anybody's doing; return their entities."""
        await self._home.command("subscribe_events", event_type="state_changed")
        changed: set[str] = set()
        try:
            async with asyncio.timeout(STATE_AFTER):
                while len(changed) < 2:
                    event = (await self._home.event())["data"]
                    old, new = event["old_state"], event["new_state"]
                    known = event["entity_id"] in self.ids.values()
                    if known and old and new and old["state"] != new["state"]:
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

    def _print(self) -> None:
        width = max((len(item) for item in self.ids.values()), default=0)
        for entity in self.ids.values():
            state = self.states.get(entity)
            print(f"  {entity:<{width}}  {state['state'] if state else '(disabled)'}")
            if state and state["state"] == "unavailable":
                self.problems.append(f"{entity} is unavailable")

    async def _pictures(self) -> None:
        """Fetch the pictures through Home Assistant; wait for what is not there yet."""
        for name in sorted(EXPECTED["image"]):
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
    async with signed_in(simulator, "adult") as network:
        check = Check(home, network)
        await check.run()
    problems = [*check.problems, *log_problems(process.text())]
    if problems:
        raise DemoError("\n".join(["not as it should be:", *(f"  {item}" for item in problems)]))
