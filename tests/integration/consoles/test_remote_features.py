"""A console whose remote features are off: one repair that says what to switch on, and goes by itself."""

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryDisabler
from homeassistant.const import STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, issue_registry as ir

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.account import issues
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.helpers.settling import settle
from tests.simulator import Console, Person, Simulator
from tests.simulator.world.demo_world import DEN

OFF = "RemoteManagementDisabled"
KEY = "remote_features_off"


def names(issue_registry: ir.IssueRegistry) -> list[str]:
    """Return the names of the consoles in the repairs."""
    found = [it for it in issue_registry.issues.values() if it.translation_key == KEY and it.active]
    return sorted((it.translation_placeholders or {})["plain_console"] for it in found)


def clear(console: Console) -> None:
    """Switch the remote features of all consoles on again."""
    assert console.world is not None
    console.world.xccs_errors.clear()


async def test_comes_and_goes(
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """One console has a repair with its name while the service refuses it, and none once it answers."""
    den.refuse(OFF, at="console", times=None)
    await poll(30)
    assert issues(issue_registry) == [KEY]
    assert names(issue_registry) == ["Den"]
    await poll(400)
    assert at_den("remote") == STATE_UNAVAILABLE
    assert names(issue_registry) == ["Den"]
    clear(den)
    await poll(70)
    assert at_den("remote") == STATE_ON
    assert issues(issue_registry) == []


async def test_no_secret(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """The id of the repair names neither the console nor a person."""
    den.refuse(OFF, at="console", times=None)
    await poll(30)
    ((_, issue_id),) = issue_registry.issues
    assert DEN not in issue_id
    assert "Den" not in issue_id


async def test_each_console(
    den: Console, bedroom: Console, entry: ConfigEntry, poll: Poll, issue_registry: ir.IssueRegistry
) -> None:
    """Two consoles have two repairs, and each goes for itself."""
    den.refuse(OFF, at="console", times=None)
    bedroom.refuse(OFF, at="console", times=None)
    await poll(80)
    assert names(issue_registry) == ["Bedroom", "Den"]
    clear(den)
    bedroom.refuse(OFF, at="console", times=None)
    await poll(130)
    assert names(issue_registry) == ["Bedroom"]


async def test_once_is_a_hiccup(
    den: Console, entry: ConfigEntry, poll: Poll, issue_registry: ir.IssueRegistry
) -> None:
    """One refusal alone makes no repair."""
    den.refuse(OFF, at="console")
    for _ in range(6):
        await poll(10)
        assert issues(issue_registry) == []


async def test_flag_is_a_hint(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """The flag alone makes no repair: it was seen false although the features were on."""
    den.remote_management = False
    await poll(700)
    assert issues(issue_registry) == []
    assert at_den("remote") == STATE_ON


async def test_command_names_the_same(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions
) -> None:
    """A command that is refused for it says what to switch on, with the console's name."""
    den.refuse(OFF, at="commands", times=None)
    with pytest.raises(HomeAssistantError) as raised:
        await actions.call("media_player.turn_off", at_den.id("media_player"))
    assert raised.value.translation_key == "console_remote_management_disabled"
    text = str(raised.value)
    assert "Den" in text
    assert "Devices & connections, Remote features" in text


async def test_outage_changes_nothing(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """An outage neither makes a repair nor takes one away."""
    simulator.fail(Service.CONSOLES, status=503, times=None)
    await poll(100)
    assert issues(issue_registry) == []
    simulator.heal()
    den.refuse(OFF, at="console", times=None)
    await poll(120)
    simulator.fail(Service.CONSOLES, status=503, times=None)
    await poll(400)
    assert names(issue_registry) == ["Den"]


async def test_one_cause_one_repair(
    simulator: Simulator,
    owner: Person,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """While the whole account is refused, the account has the only repair."""
    den.refuse(OFF, at="console", times=None)
    bedroom.refuse(OFF, at="console", times=None)
    simulator.world.xccs_errors.add(OFF, at="devices", xuid=owner.xuid, times=None)
    await poll(700)
    assert issues(issue_registry) == ["consoles_refused"]


async def test_gone(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """The repair goes with a console that is no longer linked to the account."""
    den.refuse(OFF, at="console", times=None)
    await poll(30)
    assert names(issue_registry) == ["Den"]
    del simulator.world.consoles[DEN]
    await poll(1000)
    assert issues(issue_registry) == []


@pytest.mark.parametrize("how", ["disable", "remove", "device"])
async def test_without_account(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    device_registry: dr.DeviceRegistry,
    how: str,
) -> None:
    """The repair goes with the account or the device that is disabled or removed."""
    den.refuse(OFF, at="console", times=None)
    await poll(30)
    if how == "disable":
        await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    elif how == "remove":
        await hass.config_entries.async_remove(entry.entry_id)
    else:
        device = device_registry.async_get_device_by_identifier((DOMAIN, DEN), entry.entry_id)
        assert device
        device_registry.async_update_device(device.id, disabled_by=dr.DeviceEntryDisabler.USER)
    await settle(hass)
    await poll(70)
    shown = [it for it in issue_registry.issues.values() if not issue_registry.async_is_hidden(it)]
    assert shown == []


async def test_reload(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """The repair stays over a reload while its cause does, and goes if it went meanwhile."""
    den.refuse(OFF, at="console", times=None)
    await poll(30)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    assert names(issue_registry) == ["Den"]
    await poll(30)
    assert names(issue_registry) == ["Den"]
    clear(den)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    await poll(10)
    assert names(issue_registry) == []


async def test_name_of_the_user(
    den: Console,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    """The repair has the name that the device has in Home Assistant."""
    device = device_registry.async_get_device_by_identifier((DOMAIN, DEN), entry.entry_id)
    assert device
    device_registry.async_update_device(device.id, name_by_user="Playroom")
    den.refuse(OFF, at="console", times=None)
    await poll(30)
    assert names(issue_registry) == ["Playroom"]
