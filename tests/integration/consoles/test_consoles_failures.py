"""Console devices, failing service: no answer, and a refusal."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart, set_up
from tests.helpers.account import issues
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.entities import Entities
from tests.simulator import Console, Person, Simulator
from tests.simulator.world.demo_world import DEN, STARFALL_DRIFT

LIST_SECONDS = 600
MINUTE = 60


async def test_one_in_trouble(
    simulator: Simulator,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    entities: Entities,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """One console's failure leaves the others alone, and is not seen for five minutes."""
    before = at_den.all()
    simulator.fail(Service.CONSOLES, status=503, path=f"/consoles/{DEN}", times=None)
    await poll(290)
    assert at_den.all() == before
    bedroom.power = "On"
    await poll(80)
    assert set(at_den.all().values()) == {STATE_UNAVAILABLE}
    assert at_bedroom("remote") == STATE_ON
    assert STATE_UNAVAILABLE not in at_bedroom.all().values()
    assert entities.being(STATE_UNAVAILABLE) == set()

    simulator.heal()
    await poll(70)
    assert at_den.all() == before


async def test_service_in_trouble(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    entities: Entities,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """When none of them answers the people do not notice, and all comes back by itself."""
    before = at_den.all(), at_bedroom.all()
    simulator.fail(Service.CONSOLES, status=503, times=None)
    await poll(290)
    assert (at_den.all(), at_bedroom.all()) == before
    await poll(2 * MINUTE)
    assert set(at_den.all().values()) | set(at_bedroom.all().values()) == {STATE_UNAVAILABLE}
    assert entities.being(STATE_UNAVAILABLE) == set()
    simulator.heal()
    await poll(70)
    assert (at_den.all(), at_bedroom.all()) == before


async def test_down_at_the_start(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    stored: MockConfigEntry,
    entities: Entities,
    at_den: ConsoleEntities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """An account starts without its consoles; they come when their service is back."""
    simulator.fail(Service.CONSOLES, status=503, times=None)
    await set_up(hass, stored)
    assert entities.being(STATE_UNAVAILABLE) == set()
    assert issues(issue_registry) == []
    simulator.heal()
    await poll(70)
    assert at_den("remote") == STATE_ON

    before = at_den.all()
    simulator.fail(Service.CONSOLES, status=503, times=None)
    await restart(hass, stored)
    assert set(at_den.all().values()) == {STATE_UNAVAILABLE}
    simulator.heal()
    await poll(70)
    assert at_den.all() == before


async def test_refused(
    simulator: Simulator,
    owner: Person,
    den: Console,
    stored: MockConfigEntry,
    hass: HomeAssistant,
    entities: Entities,
    at_den: ConsoleEntities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """An account that the console service refuses keeps its people and gets one repair issue."""
    simulator.world.xccs_errors.add("gateway", at="devices", xuid=owner.xuid, times=None)
    await set_up(hass, stored)
    await poll(20)
    assert issues(issue_registry) == ["consoles_refused"]
    owner.play(STARFALL_DRIFT)
    await poll(LIST_SECONDS)
    assert entities("binary_sensor.in_game") == STATE_ON
    assert issues(issue_registry) == ["consoles_refused"]
    asked_before = len(simulator.requests(Service.CONSOLES))
    await poll(50 * MINUTE, step=60)
    assert len(simulator.requests(Service.CONSOLES)) <= asked_before + 1

    simulator.world.xccs_errors.clear()
    await poll(65 * MINUTE, step=60)
    assert issues(issue_registry) == []
    assert at_den("remote") == STATE_ON


async def test_refused_for_a_moment(
    simulator: Simulator,
    owner: Person,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A refusal of consoles that are known already takes none of them away."""
    before = at_den.all()
    simulator.world.xccs_errors.add("gateway", at="devices", xuid=owner.xuid)
    await poll(LIST_SECONDS + 10)
    assert at_den.all() == before
    await poll(2 * MINUTE)
    assert issues(issue_registry) == []
