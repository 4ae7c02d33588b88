"""Who plays on a console: the people of all accounts, as triggers and conditions know them, and never a guess."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, SignIn
from tests.helpers.automations.triggers import TriggerRecorder, set_up_condition
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_by_gamertag
from tests.helpers.household import JUNIPER, Household
from tests.simulator import Console, Person, Simulator
from tests.simulator.world.demo_world import BRASS_OTTER, HARBOR_KINGS, STARFALL_DRIFT

MINUTE = 60
PLAYER = "sensor.player"
CHILD = "2535400000000003"

pytestmark = pytest.mark.usefixtures("freezer")


@pytest.fixture(name="juniper")
def juniper_fixture(simulator: Simulator) -> Person:
    """Return the owner of the second account."""
    return simulator.world.person(JUNIPER)


@pytest.fixture(name="otter")
def otter_fixture(simulator: Simulator) -> Person:
    """Return a person whom an account may track."""
    return simulator.world.person(BRASS_OTTER)


@pytest.fixture(name="not_shared")
async def not_shared_fixture(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    sign_in: SignIn,
    poll: Poll,
) -> Household:
    """Return two accounts of which only the first one has the console."""
    second: ConfigEntry = (await sign_in("alone"))["result"]
    await poll(20)
    return Household(hass, simulator, den, entry, second)


def begin(console: Console, person: Person, title: str = STARFALL_DRIFT) -> None:
    """Let a person sit down at a console and start a title."""
    console.sit_down(person)
    console.run(title)


async def test_owner_of_the_other_account(
    household: Household, juniper: Person, poll: Poll
) -> None:
    """The owner of each account that has the console is named as soon as both show the same title."""
    begin(household.den, juniper)
    await household.reload(household.first, household.second)  # nobody saw how it began
    await poll(20)
    assert household.at_den(PLAYER) == "Juniper Vale"
    household.den.stand_up(juniper)
    await poll(20)
    assert household.at_den(PLAYER) == STATE_UNKNOWN


async def test_friend_of_the_other_account(household: Household, otter: Person, poll: Poll) -> None:
    """A friend whom only the other account tracks is named, once seen to begin a title there."""
    household.den.sit_down(otter)
    household.den.run(HARBOR_KINGS)
    await poll(20)
    await add_by_gamertag(household.hass, household.second, "Brass Otter")
    await poll(20)
    assert household.at_den(PLAYER) == STATE_UNKNOWN
    household.den.run(STARFALL_DRIFT)
    await poll(20)
    assert household.at_den(PLAYER) == "Brass Otter"


async def test_tracked_twice(household: Household, juniper: Person, poll: Poll) -> None:
    """A person whom both accounts track counts once."""
    await add_by_gamertag(household.hass, household.first, "Juniper Vale")
    begin(household.den, juniper)
    await poll(20)
    assert household.at_den(PLAYER) == "Juniper Vale"


@pytest.mark.parametrize("how", ["cloaked", "hidden"])
async def test_own_view_goes_first(
    household: Household, juniper: Person, poll: Poll, how: str
) -> None:
    """A person who hides from friends is known at the console: the own account says so."""
    await add_by_gamertag(household.hass, household.first, "Juniper Vale")
    begin(household.den, juniper)
    if how == "cloaked":
        juniper.cloak()
    juniper.hidden = how == "hidden"
    await poll(20)
    assert household.at_den(PLAYER) == "Juniper Vale"


async def test_friends_view_of_a_refused_account(
    household: Household, juniper: Person, poll: Poll
) -> None:
    """A person whose own account is refused is known as a friend: what is current goes before the own view."""
    await add_by_gamertag(household.hass, household.first, "Juniper Vale")
    household.simulator.xerr("alone", 2148916235)
    household.simulator.expire_xsts("alone")
    await poll(6 * MINUTE)
    begin(household.den, juniper)
    await poll(20)
    assert household.at_den(PLAYER) == "Juniper Vale"


async def test_both_owners(
    household: Household, owner: Person, juniper: Person, poll: Poll
) -> None:
    """Two people of two accounts in the same title leave the player unknown until one of them goes."""
    begin(household.den, juniper)
    owner.play(STARFALL_DRIFT)
    await poll(20)
    assert household.at_den(PLAYER) == STATE_UNKNOWN
    owner.go_offline()
    household.den.sit_down(juniper)
    household.den.run(STARFALL_DRIFT)
    await poll(20)
    assert household.at_den(PLAYER) == "Juniper Vale"


async def test_console_of_the_other_account(
    household: Household, simulator: Simulator, juniper: Person, poll: Poll
) -> None:
    """The same title on a console that only the other account has leaves the player unknown."""
    attic = Console(
        console_id="F400000000000009", owner=JUNIPER, name="Attic", apps=list(household.den.apps)
    )
    simulator.world.add_console(attic)
    await poll(11 * MINUTE)
    begin(household.den, juniper)
    await poll(20)
    assert household.at_den(PLAYER) == "Juniper Vale"
    attic.power = "On"
    attic.run(STARFALL_DRIFT)
    await poll(70)
    assert household.at_den(PLAYER) == STATE_UNKNOWN
    await household.hass.config_entries.async_unload(household.second.entry_id)
    await household.reload(household.second)
    await poll(20)
    assert household.at_den(PLAYER) == STATE_UNKNOWN


async def test_guest(not_shared: Household, juniper: Person, poll: Poll) -> None:
    """The owner of an account without the console is a guest: seen to begin a title there, or not named."""
    begin(not_shared.den, juniper)
    await poll(20)
    assert not_shared.at_den(PLAYER) == "Juniper Vale"
    await not_shared.reload(not_shared.second)
    await poll(20)
    assert not_shared.at_den(PLAYER) == STATE_UNKNOWN
    not_shared.den.run(HARBOR_KINGS)
    await poll(20)
    assert not_shared.at_den(PLAYER) == "Juniper Vale"


async def test_guest_elsewhere(not_shared: Household, juniper: Person, poll: Poll) -> None:
    """A guest who plays the same at a console elsewhere is not named."""
    not_shared.den.run(STARFALL_DRIFT)
    await poll(5 * MINUTE)
    juniper.play(STARFALL_DRIFT)
    await poll(MINUTE)
    assert not_shared.at_den(PLAYER) == STATE_UNKNOWN


async def test_unloaded(household: Household, juniper: Person, poll: Poll) -> None:
    """The people of an account that is not loaded are not known."""
    begin(household.den, juniper)
    await poll(20)
    await household.hass.config_entries.async_unload(household.second.entry_id)
    await poll(20)
    assert household.at_den(PLAYER) == STATE_UNKNOWN
    await household.reload(household.second)
    await poll(20)
    assert household.at_den(PLAYER) == "Juniper Vale"


async def test_outdated(household: Household, juniper: Person, poll: Poll) -> None:
    """A person of whom the own account knows nothing new is not named after five minutes."""
    begin(household.den, juniper)
    await poll(20)
    for host in (Service.PRESENCE, Service.PEOPLE):
        household.simulator.fail(host, status=503, times=None, asking=JUNIPER.encode())
    await poll(4 * MINUTE)
    assert household.at_den(PLAYER) == "Juniper Vale"
    await poll(3 * MINUTE)
    assert household.at_den(PLAYER) == STATE_UNKNOWN
    await add_by_gamertag(household.hass, household.first, "Juniper Vale")
    household.simulator.heal()
    await poll(70)
    assert household.at_den(PLAYER) == "Juniper Vale"


async def test_after_the_move(household: Household, owner: Person, poll: Poll) -> None:
    """People are known at a console that goes over to another account, those of the first one as guests."""
    household.den.owner, household.den.shared_with = JUNIPER, set()
    await poll(13 * MINUTE)
    assert household.owner is household.second
    begin(household.den, owner)
    await poll(20)
    assert household.at_den(PLAYER) == "Nova Kestrel"
    owner.go_offline()
    await poll(20)
    assert household.at_den(PLAYER) == STATE_UNKNOWN


async def test_name_in_home_assistant(household: Household, juniper: Person, poll: Poll) -> None:
    """The player has the name that was given to the person's device, in whichever account."""
    registry = dr.async_get(household.hass)
    own = registry.async_get_device_by_identifier((DOMAIN, JUNIPER), household.second.entry_id)
    assert own
    registry.async_update_device(own.id, name_by_user="Junie")
    begin(household.den, juniper)
    await poll(20)
    assert household.at_den(PLAYER) == "Junie"
    await add_by_gamertag(household.hass, household.first, "Juniper Vale")
    await poll(20)
    assert household.at_den(PLAYER) == "Junie"
    friend = registry.async_get_device_by_identifier((DOMAIN, JUNIPER), household.first.entry_id)
    assert friend
    registry.async_update_device(friend.id, name_by_user="My daughter")
    await poll(70)
    household.den.run(HARBOR_KINGS)
    await poll(20)
    assert household.at_den(PLAYER) == "My daughter"


async def test_name_in_the_own_account(
    not_shared: Household, simulator: Simulator, juniper: Person, sign_in: SignIn, poll: Poll
) -> None:
    """At the console of a third account a person has the name that the own account gives, not that of a friend."""
    await add_by_gamertag(not_shared.hass, not_shared.first, "Juniper Vale")
    registry = dr.async_get(not_shared.hass)
    for entry, name in ((not_shared.first, "My daughter"), (not_shared.second, "Junie")):
        device = registry.async_get_device_by_identifier((DOMAIN, JUNIPER), entry.entry_id)
        assert device
        registry.async_update_device(device.id, name_by_user=name)
    attic = Console(console_id="F400000000000009", owner=CHILD, name="Attic")
    attic.apps = list(not_shared.den.apps)
    simulator.world.add_console(attic)
    attic.power = "On"
    simulator.xerr("child", None)
    await sign_in("child")
    await poll(20)
    begin(attic, juniper)
    await poll(20)
    assert ConsoleEntities(not_shared.hass, attic.console_id)(PLAYER) == "Junie"


async def test_as_triggers_and_conditions_have_it(
    household: Household, juniper: Person, poll: Poll
) -> None:
    """Triggers and conditions with the option `console` know the owner of the other account, too."""
    [device] = household.devices
    own = Entities(household.hass, JUNIPER)
    options = {"console": [device.id]}
    began, ended = [
        await TriggerRecorder(household.hass).attach(
            name, {"entity_id": own.id("event.activity")}, options
        )
        for name in ("started_playing", "stopped_playing")
    ]
    plays = await set_up_condition(
        household.hass, "is_playing", {"entity_id": own.id("binary_sensor.in_game")}, options
    )
    assert not plays.async_check()
    begin(household.den, juniper)
    await poll(30)
    assert household.at_den(PLAYER) == "Juniper Vale"
    assert plays.async_check()
    assert [it["console"] for it in began.told] == [device.id]
    household.den.stand_up(juniper)
    await poll(20)
    assert not plays.async_check()
    assert [it["console"] for it in ended.told] == [device.id]
    for recorder in (began, ended):
        recorder.detach()
    plays.async_unload()


@pytest.mark.parametrize("whose", ["owner", "friend"])
async def test_arrival(
    not_shared: Household,
    bedroom: Console,
    juniper: Person,
    otter: Person,
    at_bedroom: ConsoleEntities,
    poll: Poll,
    actions: Actions,
    whose: str,
) -> None:
    """A person of any account who appears at a console has it read at once."""
    if whose == "friend":
        await add_by_gamertag(not_shared.hass, not_shared.second, "Brass Otter")
    await poll(2 * MINUTE)
    assert at_bedroom("remote") == STATE_OFF
    bedroom.sit_down(juniper if whose == "owner" else otter)
    await poll(10)
    await actions.pass_time(1)
    assert at_bedroom("remote") == STATE_ON


async def test_newly_known(not_shared: Household, juniper: Person, poll: Poll) -> None:
    """People of an account that is loaded have not just arrived: no console is read for them."""
    juniper.go_online(not_shared.den.device)
    await poll(20)
    await not_shared.hass.config_entries.async_unload(not_shared.second.entry_id)
    await poll(2 * MINUTE)
    not_shared.simulator.clear()
    await not_shared.reload(not_shared.second)
    assert not_shared.reads() == {"status": 0, "apps": 0}
