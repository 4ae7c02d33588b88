"""The time until the entry is loaded, and its requests until then. In real time."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from homeassistant.core import HomeAssistant

from tests.simulator import RecordedRequest

from .environment import Environment, game

_AFTER_SECONDS = 3.0


@dataclass(frozen=True)
class Load:
    """The time from the start of the setup to the loaded entry, and the requests until and after then."""

    seconds: float
    round_trips: int
    requests: int
    bytes: int
    requests_after: int
    bytes_after: int


async def loads(it: Environment) -> dict[str, Load]:
    """Load with only an expired sign-in, then with everything that was stored."""
    it.people[0].play(game(0))
    it.friends[0].play(game(1))
    token = {**it.entry.data["token"], "expires_at": 0}
    it.hass.config_entries.async_update_entry(it.entry, data={**it.entry.data, "token": token})
    cold = await _load(it)
    await it.unload()
    stored = await _load(it)
    await it.unload()
    for person in it.people:
        person.go_offline()
    return {"cold, everything expired": cold, "stored tokens": stored}


async def _load(it: Environment) -> Load:
    it.simulator.clear()
    started = time.time()
    await it.load()
    loaded = time.time()
    _check_states(it.hass, it.entity_ids())
    await asyncio.sleep(_AFTER_SECONDS)
    requests = it.simulator.requests()
    before = [request for request in requests if request.started <= loaded]
    after = [request for request in requests if request.started > loaded]
    return Load(
        round(loaded - started, 3),
        round_trips(before),
        len(before),
        sum(request.sent for request in before),
        len(after),
        sum(request.sent for request in after),
    )


def _check_states(hass: HomeAssistant, entity_ids: frozenset[str]) -> None:
    """Raise RuntimeError if no entity has a state."""
    if not any(hass.states.get(entity_id) for entity_id in entity_ids):
        raise RuntimeError("the entry is loaded, but has no states")


def round_trips(requests: Sequence[RecordedRequest]) -> int:
    """Return the number of successive requests. Parallel requests count as one."""
    trips, free_at = 0, 0.0
    for request in sorted(requests, key=lambda one: one.started):
        if request.started >= free_at:
            trips += 1
            free_at = request.ended or request.started
    return trips
