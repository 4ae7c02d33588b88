"""Compares friends in Home Assistant with the simulated network: the dialog, push, and changes."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..home_assistant import friend_dialog
from ..home_assistant.client import HomeAssistant
from .network import Network
from .registry import Ids

CHANGES = 2  # changes to wait for; without push, a poll finds each within 10 s
WITHIN = (
    3  # seconds within which Home Assistant must show a change, including time for a slow machine
)
LONGEST = 90  # seconds for all changes


async def dialog(home: HomeAssistant, entry_id: str, network: Network) -> list[str]:
    """Return the problems of the dialog that added friends, and of the friends that it still offers."""
    known = {name: xuid for xuid, name in (await network.friends()).items()}
    added = sorted(friend["title"] for friend in await friend_dialog.added(home, entry_id))
    problems = []
    if added != sorted(friend_dialog.CHOSEN):
        problems.append(f"added were {added}, not {list(friend_dialog.CHOSEN)}")
    rest = {name: xuid for name, xuid in known.items() if name not in friend_dialog.CHOSEN}
    if (offered := await friend_dialog.offered(home, entry_id)) != rest:
        problems.append(f"the dialog offers {sorted(offered)}, left are {sorted(rest)}")
    return problems


async def push(home: HomeAssistant, entry_id: str) -> list[str]:
    """Return the problems of push, from the diagnostics."""
    report = await home.request("GET", f"api/diagnostics/config_entry/{entry_id}")
    state, events = (report["data"]["push"][key] for key in ("state", "events"))
    print(f"Push is {state}, {events} events so far")
    works = state in ("connected", "proved") and events
    return [] if works else [f"push is {state} and brought {events} events"]


@dataclass
class Change:
    """A friend comes online or goes offline, with the times of announcement, state and event."""

    xuid: str
    online: bool
    announced: float
    seen: float | None = None
    fired: float | None = None


class Arrivals:
    """Friends come online and go offline: each announced change must show soon, as state and event."""

    def __init__(self, ids: Mapping[str, Ids]) -> None:
        """Store the friends' entities by xuid."""
        self._names = {xuid: it["binary_sensor", "online"] for xuid, it in ids.items()}
        self._presences = {it["binary_sensor", "online"]: xuid for xuid, it in ids.items()}
        self._activities = {it["event", "activity"]: xuid for xuid, it in ids.items()}
        self._changes: list[Change] = []
        self.problems: list[str] = []

    async def watch(self, home: HomeAssistant, network: Network) -> None:
        """Watch until enough changes are complete, at least one of a friend who comes online."""
        await home.command("subscribe_events", event_type="state_changed")
        listening = asyncio.create_task(self._listen(network))
        try:
            async with asyncio.timeout(LONGEST):
                while not self._enough:
                    self._process((await home.event())["data"])
        except TimeoutError:
            self.problems.append(f"too few changes of friends were seen within {LONGEST} s")
        finally:
            listening.cancel()
            (failure,) = await asyncio.gather(listening, return_exceptions=True)
        if isinstance(failure, Exception):
            self.problems.append(f"listening to the network failed: {failure!r}")
        for change in self._changes:
            self._check_delay(change)

    @property
    def _enough(self) -> bool:
        complete = [change for change in self._changes if change.seen and change.fired]
        return len(complete) >= CHANGES and any(change.online for change in complete)

    async def _listen(self, network: Network) -> None:
        async for xuid, online in network.online_changes(list(self._names)):
            self._changes.append(Change(xuid, online, time.monotonic()))

    def _process(self, data: dict[str, Any]) -> None:
        """Store the time if a state or an event shows an announced change."""
        entity, new = data["entity_id"], data["new_state"] or {"state": None, "attributes": {}}
        for change in self._changes:
            kind = "came_online" if change.online else "went_offline"
            if self._presences.get(entity) == change.xuid and not change.seen:
                if new["state"] == ("on" if change.online else "off"):
                    change.seen = time.monotonic()
            elif self._activities.get(entity) == change.xuid and not change.fired:
                if new["attributes"].get("event_type") == kind:
                    change.fired = time.monotonic()

    def _check_delay(self, change: Change) -> None:
        age = time.monotonic() - change.announced
        label = f"{self._names[change.xuid]} {'on' if change.online else 'off'}"
        if change.seen and change.fired:
            delay = max(change.seen, change.fired) - change.announced
            print(f"{label}: as state and event {delay:.2f} s after the network had announced it")
        elif (delay := age) > WITHIN:
            print(
                f"{label}: announced {age:.1f} s ago, but no {'event' if change.seen else 'state'}"
            )
        if delay > WITHIN:
            self.problems.append(f"{label} took longer than {WITHIN} s; push is faster")
