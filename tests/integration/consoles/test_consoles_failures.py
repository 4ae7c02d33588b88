"""Console devices when their service fails: no answer, and a refusal."""

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


async def test_one_console_fails(
    simulator: Simulator,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    entities: Entities,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """A failing console is unavailable after five minutes; the other devices are not affected."""
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


async def test_service_fails(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    entities: Entities,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """A failing service makes all consoles unavailable after five minutes, and no person."""
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
    """An account loads without its consoles and gets them when their service answers."""
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
    """An account that the console service refuses keeps its people and has one repair issue."""
    simulator.world.xccs_errors.add("gateway", at="devices", xuid=owner.xuid, times=None)
    await set_up(hass, stored)
    await poll(20)
    assert issues(issue_registry) == ["consoles_refused"]
    owner.play(STARFALL_DRIFT)
    await poll(LIST_SECONDS)
    assert entities("binary_sensor.in_game") == STATE_ON
    assert issues(issue_registry) == ["consoles_refused"]
    requests_before = len(simulator.requests(Service.CONSOLES))
    await poll(50 * MINUTE, step=60)
    assert len(simulator.requests(Service.CONSOLES)) <= requests_before + 1

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
    """A short refusal removes no known console and raises no issue."""
    before = at_den.all()
    simulator.world.xccs_errors.add("gateway", at="devices", xuid=owner.xuid)
    await poll(LIST_SECONDS + 10)
    assert at_den.all() == before
    await poll(2 * MINUTE)
    assert issues(issue_registry) == []
