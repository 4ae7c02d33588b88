"""Count what one account costs: round trips and bytes to load it, requests and bytes an hour.

Home Assistant runs in this process, beside the simulator and over real sockets. Loading takes real time,
with a delay at each request; an hour is simulated, so that it takes seconds.
"""

import conftest  # noqa: F401  Home Assistant first, with what its test plugin misses in it

# isort: split
import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass

from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from homeassistant import loader
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_test_home_assistant,
)

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox import endpoints
from tests.settling import settle
from tests.simulator import CLIENT_ID, CLIENT_SECRET, RecordedRequest, Simulator, redirect

DELAY_SECONDS = 0.08
STEP_SECONDS = 5.0
HOUR_SECONDS = 3600.0


@dataclass(frozen=True)
class Load:
    """What it takes from the start of the set-up to the loaded entry."""

    seconds: float
    round_trips: int
    requests: int
    bytes: int


@dataclass(frozen=True)
class Hour:
    """What an hour costs; the share is that of the tightest budget at its peak.

    Home Assistant itself renews the token of each image every five minutes: counted apart.
    """

    requests: int
    bytes: int
    requests_by_service: dict[str, int]
    state_writes: int
    image_token_writes: int
    peak_budget_share: float
    refused: int


@asynccontextmanager
async def home_assistant(folder: str) -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant that finds the integration."""
    async with async_test_home_assistant(config_dir=folder) as hass:
        hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
        await async_setup_component(hass, "application_credentials", {})
        await async_import_client_credential(
            hass, DOMAIN, ClientCredential(CLIENT_ID, CLIENT_SECRET), DOMAIN
        )
        try:
            yield hass
        finally:
            await hass.async_stop(force=True)


def account(simulator: Simulator) -> MockConfigEntry:
    """Return the entry of the adult as a sign-in leaves it."""
    persona = simulator.personas["adult"]
    token = simulator.live_token(persona.key)
    return MockConfigEntry(
        domain=DOMAIN,
        title=persona.name,
        unique_id=persona.xuid,
        data={"auth_implementation": DOMAIN, "token": token},
    )


async def load(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry) -> Load:
    """Load the entry and count."""
    simulator.clear()
    started = time.perf_counter()
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    seconds = time.perf_counter() - started
    if entry.state is not ConfigEntryState.LOADED:
        raise RuntimeError(f"the entry is {entry.state}: {entry.reason}")
    asked = simulator.requests()
    return Load(round(seconds, 3), round_trips(asked), len(asked), sum(r.sent for r in asked))


def round_trips(requests: Sequence[RecordedRequest]) -> int:
    """Count the requests that had to wait for another: those under way together are one."""
    trips, free_at = 0, 0.0
    for request in sorted(requests, key=lambda one: one.started):
        if request.started >= free_at:
            trips += 1
            free_at = request.ended or request.started
    return trips


async def hour(hass: HomeAssistant, simulator: Simulator, frozen: FrozenDateTimeFactory) -> Hour:
    """Let an hour pass and count."""
    simulator.clear()
    writes: Counter[str] = Counter()

    @callback
    def count(event: Event[EventStateChangedData]) -> None:
        writes[_kind_of_write(event.data)] += 1

    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, count)
    for _ in range(int(HOUR_SECONDS / STEP_SECONDS)):
        frozen.tick(STEP_SECONDS)
        async_fire_time_changed(hass)
        await settle(hass)
    stop()
    asked = simulator.requests()
    return Hour(
        len(asked),
        sum(request.sent for request in asked),
        dict(Counter(request.host for request in asked)),
        writes["state"],
        writes["image token"],
        round(peak_share(asked), 3),
        sum(1 for request in asked if request.status == 429),
    )


def _kind_of_write(change: EventStateChangedData) -> str:
    old, new = change["old_state"], change["new_state"]
    renewed = {"access_token", "entity_picture"}

    def kept(state: State | None) -> tuple[object, ...]:
        if state is None:
            return ()
        return state.state, {k: v for k, v in state.attributes.items() if k not in renewed}

    return "image token" if kept(old) == kept(new) else "state"


def peak_share(requests: Sequence[RecordedRequest]) -> float:
    """Return the largest share of any budget that any of its windows saw."""
    times: dict[endpoints.Budget, list[float]] = {}
    for request in requests:
        if budget := endpoints.BUDGETS.get(request.host):
            times.setdefault(budget, []).append(request.started)
    return max(
        (
            sum(1 for other in sent if start <= other < start + seconds) / allowed
            for budget, sent in times.items()
            for seconds, allowed in ((15.0, budget.burst), (300.0, budget.sustained))
            for start in sent
        ),
        default=0.0,
    )


async def measure() -> dict[str, object]:
    """Measure everything; each part starts from an entry of its own."""
    simulator = Simulator()
    await simulator.start()
    try:
        with redirect(endpoints, simulator.url), tempfile.TemporaryDirectory() as folder:
            return await _measure(simulator, folder)
    finally:
        await simulator.stop()


async def _measure(simulator: Simulator, folder: str) -> dict[str, object]:
    owner = simulator.world.person(simulator.personas["adult"].xuid)
    owner.play("1900000001")
    result: dict[str, object] = {"delay_seconds": DELAY_SECONDS}
    async with home_assistant(folder) as hass:
        entry = account(simulator)
        entry.add_to_hass(hass)
        simulator.delay = DELAY_SECONDS
        result["load_after_sign_in_expired"] = asdict(await _load_expired(hass, simulator, entry))
        await hass.config_entries.async_unload(entry.entry_id)
        result["load_with_stored_tokens"] = asdict(await load(hass, simulator, entry))
        await hass.config_entries.async_unload(entry.entry_id)
        simulator.delay = 0.0
        with freeze_time() as frozen:
            if not isinstance(frozen, FrozenDateTimeFactory):
                raise TypeError("the clock is not frozen")
            await load(hass, simulator, entry)
            result["playing_hour"] = asdict(await hour(hass, simulator, frozen))
            owner.go_offline()
            await hour(hass, simulator, frozen)
            result["quiet_hour"] = asdict(await hour(hass, simulator, frozen))
    return result


async def _load_expired(hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry) -> Load:
    """Load with nothing stored and a Live token that has to be refreshed: the longest way."""
    token = {**entry.data["token"], "expires_at": 0}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})
    return await load(hass, simulator, entry)


def table(result: dict[str, object]) -> str:
    """Return the result as text."""
    lines: list[str] = []
    for name, values in result.items():
        lines.append(name.replace("_", " "))
        pairs = values.items() if isinstance(values, dict) else (("", values),)
        lines += [f"  {key.replace('_', ' '):<22} {value}" for key, value in pairs]
    return "\n".join(lines)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/benchmark", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args()
    logging.disable(logging.WARNING)
    result = asyncio.run(measure())
    print(json.dumps(result, indent=2) if args.json else table(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
