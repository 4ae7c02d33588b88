"""Each pair of status, body, service and moment of a failure: what the person is asked, and when all is back."""

import itertools
import random
from typing import NamedTuple

import pytest
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart, set_up
from tests.helpers.account import expire_everything, flows, issues, state
from tests.helpers.entities import Entities
from tests.simulator import Person, Simulator

STARFALL_DRIFT = "1900000001"

STATUSES = (400, 401, 403, 404, 429, 500, 503)
BODIES: dict[str, bytes | None] = {
    "empty": b"",
    "html": b"<html>no</html>",
    "odd json": b'{"odd": [1]}',
    "known word": b'{"error": "invalid_grant"}',
    "known xerr": b'{"XErr": 2148916227}',
    "unknown xerr": b'{"XErr": 7}',
    "odd xerr": b'{"xerr": "0x8015DC03"}',
    "xerr in header": None,
}
CHAIN = (Service.LIVE, Service.USER_AUTH, Service.XSTS)
SERVICES = (
    *CHAIN,
    Service.REALTIME,
    Service.PRESENCE,
    Service.PEOPLE,
    Service.TITLES,
    Service.CONSOLES,
    Service.ACHIEVEMENTS,
    Service.STATS,
)
MOMENTS = ("set-up", "running", "after a restart")


class Case(NamedTuple):
    """One failure."""

    status: int
    body: str
    service: Service
    moment: str

    @property
    def refuses(self) -> bool:
        """Whether Xbox names a reason about the account."""
        return "xerr" in self.body and self.service in (Service.USER_AUTH, Service.XSTS)

    @property
    def withdrawn(self) -> bool:
        """Whether Microsoft names the end of the sign-in."""
        word = self.body == "known word" and self.service == Service.LIVE
        return word and self.status < 500 and self.status != 429

    @property
    def flows(self) -> list[str]:
        """Return the prompts that the person sees after a minute of the failure."""
        bare = self.body in ("empty", "odd json") or (
            self.service == Service.LIVE and "xerr" in self.body
        )
        word = self.body == "known word" and self.service in (Service.USER_AUTH, Service.XSTS)
        refused = {
            Service.LIVE: (400, 401),
            Service.USER_AUTH: (400, 401, 403),
            Service.XSTS: (400, 401),
        }.get(self.service, ())
        asks = self.withdrawn or ((bare or word) and self.status in refused)
        return [SOURCE_REAUTH] if asks else []

    @property
    def issues(self) -> list[str]:
        """Return the repair issues after a minute of the failure."""
        if not self.refuses:
            return []
        return ["account_unexpected" if self.body == "unknown xerr" else "account_banned"]

    @property
    def longest_pause(self) -> int:
        """Return the seconds after the failure until the next try at the latest."""
        if self.moment == "set-up":
            return 90  # Home Assistant's own pace
        if self.service not in CHAIN:
            return 130  # the pause of the service, and then that of what waits for it
        named = self.withdrawn or (self.refuses and self.body != "unknown xerr")
        return 310 if named else 70


def pairs_of(case: Case) -> set[tuple[object, ...]]:
    """Return the pairs of values of a case."""
    return set(itertools.combinations(enumerate(case), 2))


def pairwise() -> list[Case]:
    """Return cases so that each pair of two values is in one, by a greedy choice."""
    every = [Case(*values) for values in itertools.product(STATUSES, BODIES, SERVICES, MOMENTS)]
    random.Random(12).shuffle(every)
    missing = set().union(*map(pairs_of, every))
    chosen = []
    while missing:
        best = max(
            random.Random(len(missing)).sample(every, 60),
            key=lambda it: len(pairs_of(it) & missing),
        )
        if gained := pairs_of(best) & missing:
            missing -= gained
            chosen.append(best)
    return chosen


CASES = pairwise()
PARTS = 8


async def fail(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, case: Case) -> None:
    """Let the failure begin at its moment."""
    if case.moment == "set-up":
        await hass.config_entries.async_unload(entry.entry_id)
    elif case.moment == "after a restart":
        await restart(hass, entry)
    body = BODIES[case.body]
    headers = {} if body is not None else {"X-Err": "2148916227"}
    simulator.fail(case.service, status=case.status, body=body, headers=headers, times=None)
    expire_everything(simulator)
    if case.moment == "set-up":
        await set_up(hass, entry)


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_pair(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    part: int,
) -> None:
    """After 80 seconds of a failure, and after its end, all is as the table says, without a person."""
    for number, case in enumerate(CASES[part::PARTS]):
        title = STARFALL_DRIFT if number % 2 == 0 else None
        await fail(hass, simulator, entry, case)
        await poll(80)
        assert flows(hass) == case.flows, case
        assert issues(issue_registry) == case.issues, case
        simulator.heal()
        simulator.fail(Service.REALTIME, status=403, times=None)
        if title:
            owner.play(title)
        else:
            owner.stop()
        shown = "Starfall Drift" if title else "unknown"
        waited = 0
        while not (
            state(entry) is ConfigEntryState.LOADED
            and entities.being(STATE_UNAVAILABLE) == set()
            and entities("sensor.now_playing") == shown
        ):
            await poll()
            waited += 10
            assert waited <= case.longest_pause, case
        await poll(60)
        assert flows(hass) == [], case
        assert issues(issue_registry) == [], case


def test_table_is_complete() -> None:
    """Each pair of two values occurs."""
    every = itertools.product(STATUSES, BODIES, SERVICES, MOMENTS)
    wanted = set().union(*(pairs_of(Case(*values)) for values in every))
    assert set().union(*map(pairs_of, CASES)) == wanted
