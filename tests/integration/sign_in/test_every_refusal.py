"""Each pair of status, body, service and moment of a failure: what the person is asked, and when all is back."""

import itertools
import random
from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.sign_in.public_application import store
from custom_components.xbox_network.sign_in_way import auth_domain, is_public
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart, set_up
from tests.helpers.account import expire_everything, flows, issues, state
from tests.helpers.entities import Entities
from tests.simulator import PUBLIC_CLIENT_ID, Person, Simulator

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
# Entra gives a number for a fault of the application.
NUMBER = b'{"error": "invalid_client", "error_codes": [7000218]}'
LATER_STEPS = (Service.USER_AUTH, Service.XSTS)
FAMILIES = (Service.LIVE, Service.ENTRA)
CHAIN = (*FAMILIES, *LATER_STEPS)
SERVICES = (
    Service.LIVE,
    *LATER_STEPS,
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
        return "xerr" in self.body and self.service in LATER_STEPS

    @property
    def numbered(self) -> bool:
        """Whether Microsoft names a fault of the application."""
        number = self.body == "known number" and self.service == Service.ENTRA
        return number and self.status < 500 and self.status != 429

    @property
    def withdrawn(self) -> bool:
        """Whether Microsoft names the end of the sign-in."""
        word = self.body == "known word" and self.service in FAMILIES
        return word and self.status < 500 and self.status != 429

    @property
    def flows(self) -> list[str]:
        """Return the prompts that the person sees after a minute of the failure."""
        bare = self.body in ("empty", "odd json") or (
            self.service in FAMILIES and "xerr" in self.body
        )
        word = "known" in self.body.split() and self.service in LATER_STEPS and not self.refuses
        refused = {
            Service.LIVE: (400, 401),
            Service.ENTRA: (400, 401),
            Service.USER_AUTH: (400, 401, 403),
            Service.XSTS: (400, 401),
        }.get(self.service, ())
        asks = self.withdrawn or ((bare or word) and self.status in refused)
        return [SOURCE_REAUTH] if asks else []

    @property
    def issues(self) -> list[str]:
        """Return the repair issues after a minute of the failure."""
        if self.numbered:
            return ["application_not_public"]
        if not self.refuses:
            return []
        return ["account_unexpected" if self.body == "unknown xerr" else "account_banned"]

    @property
    def longest_pause(self) -> int:
        """Return the seconds after the failure until the next try at the latest."""
        if self.moment == "set-up":
            return 90  # Home Assistant's own pace
        if self.service not in CHAIN:
            return 140  # the pause of the service, and then that of what waits for it
        named = self.withdrawn or self.numbered or (self.refuses and self.body != "unknown xerr")
        return 310 if named else 70


def pairs_of(case: Case) -> set[tuple[object, ...]]:
    """Return the pairs of values of a case."""
    return set(itertools.combinations(enumerate(case), 2))


def pairwise(bodies: Iterable[str], services: Iterable[Service]) -> list[Case]:
    """Return cases so that each pair of two values is in one, by a greedy choice."""
    every = [Case(*values) for values in itertools.product(STATUSES, bodies, services, MOMENTS)]
    chance = random.Random(12)
    chance.shuffle(every)
    missing = set().union(*map(pairs_of, every))
    chosen = []
    while missing:
        best = max(
            chance.sample(every, 60),
            key=lambda it: len(pairs_of(it) & missing),
        )
        if gained := pairs_of(best) & missing:
            missing -= gained
            chosen.append(best)
    return chosen


ENTRA_BODIES = {**BODIES, "known number": NUMBER}
TABLES = {
    Service.LIVE: (BODIES, SERVICES),
    Service.ENTRA: (ENTRA_BODIES, (Service.ENTRA, *LATER_STEPS)),
}
CASES = {family: pairwise(*table) for family, table in TABLES.items()}
PARTS = 8


def repairs(issue_registry: ir.IssueRegistry) -> list[str | None]:
    """Return the repair issues about the account; that about its consoles has a pace of its own."""
    return [it for it in issues(issue_registry) if it != "consoles_refused"]


async def fail(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, case: Case) -> None:
    """Let the failure begin at its moment."""
    if case.moment == "set-up":
        await hass.config_entries.async_unload(entry.entry_id)
    elif case.moment == "after a restart":
        await restart(hass, entry)
    body = ENTRA_BODIES[case.body]
    headers = {} if body is not None else {"X-Err": "2148916227"}
    simulator.fail(case.service, status=case.status, body=body, headers=headers, times=None)
    expire_everything(simulator)
    if case.moment == "set-up":
        await set_up(hass, entry)


@pytest.fixture(name="entry", params=FAMILIES)
async def entry_fixture(
    hass: HomeAssistant, stored: MockConfigEntry, simulator: Simulator, request: Any
) -> MockConfigEntry:
    """Return the loaded entry of the adult, with a token of each family."""
    if request.param is Service.ENTRA:
        await store(hass, PUBLIC_CLIENT_ID)
        token = simulator.entra_token()
        implementation = auth_domain(PUBLIC_CLIENT_ID)
        data = {"auth_implementation": implementation, "token": token}
        hass.config_entries.async_update_entry(stored, data=data)
    await set_up(hass, stored)
    return stored


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
    family = Service.ENTRA if is_public(entry.data["token"]) else Service.LIVE
    for number, case in enumerate(CASES[family][part::PARTS]):
        title = STARFALL_DRIFT if number % 2 == 0 else None
        await fail(hass, simulator, entry, case)
        await poll(80)
        assert flows(hass) == case.flows, case
        assert repairs(issue_registry) == case.issues, case
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
        assert repairs(issue_registry) == [], case


@pytest.mark.parametrize("family", FAMILIES)
def test_table_is_complete(family: Service) -> None:
    """Each pair of two values occurs."""
    every = itertools.product(STATUSES, *TABLES[family], MOMENTS)
    wanted = set().union(*(pairs_of(Case(*values)) for values in every))
    assert set().union(*map(pairs_of, CASES[family])) == wanted
