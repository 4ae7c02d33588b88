"""The device of a console: the version of its system, and the page to visit."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from custom_components.xbox_network.const import DOMAIN
from tests.conftest import Poll, restart
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.simulator import Console
from tests.simulator.world.demo_world import DEN

VERSION = "10.0.26100.9426"


@pytest.fixture(name="version")
def version_fixture(device_registry: dr.DeviceRegistry) -> object:
    """Return an object whose text is the version that the console's device has."""

    class Version:
        def __str__(self) -> str:
            (device,) = device_registry.async_get_devices(identifiers={(DOMAIN, DEN)})
            return str(device.sw_version)

    return Version()


async def press(actions: Actions, console: ConsoleEntities) -> None:
    """Send any command."""
    await actions.call("remote.send_command", console.id("remote"), command=["a"])


@pytest.mark.parametrize(
    "key",
    [
        "osVersion",
        "OsVersion",
        "osversion",
        "systemVersion",
        "softwareVersion",
        "consoleOsVersion",
        "osBuildNumber",
        "version",
        "os_version",
    ],
)
async def test_names(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    version: object,
    key: str,
) -> None:
    """A command answer tells the version, under any name that looks like it."""
    assert str(version) == "None"
    den.system_version, den.system_version_key = VERSION, key
    await press(actions, at_den)
    assert str(version) == VERSION


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("osVersion", "unknown"),
        ("osVersion", ""),
        ("osVersion", 10.0),
        ("osVersion", 100262009426),
        ("osVersion", True),
        ("osVersion", {"major": 10}),
        ("osVersion", [VERSION]),
        ("osVersion", "10.0.26100"),
        ("osVersion", f"{VERSION}; beta"),
        ("osVersion", "1" * 40 + ".0.0.0"),
        ("appVersion", VERSION),
        ("latestOsVersion", VERSION),
        ("controllerFirmwareVersion", VERSION),
        ("apiVersion", VERSION),
        ("ipAddress", "10.0.26.94"),
    ],
)
async def test_strange_values(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    version: object,
    key: str,
    value: object,
) -> None:
    """A strange value, or that of something else, is ignored; the command works."""
    den.system_version, den.system_version_key = value, key
    await press(actions, at_den)
    await actions.pass_time(den.command_seconds)
    assert den.keys == ["A"]
    assert str(version) == "None"


async def test_stays(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
    version: object,
) -> None:
    """The version stays over answers without it, a reload and a restart, and follows an update."""
    den.system_version = VERSION
    await press(actions, at_den)
    den.system_version = None
    await press(actions, at_den)
    await poll(700)
    assert str(version) == VERSION
    await hass.config_entries.async_reload(entry.entry_id)
    await poll(10)
    assert str(version) == VERSION
    await restart(hass, entry)
    await poll(10)
    assert str(version) == VERSION
    den.system_version = "10.0.26200.1"
    await press(actions, at_den)
    assert str(version) == "10.0.26200.1"


async def test_without_switches(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, actions: Actions, version: object
) -> None:
    """An answer that has the version and lacks the switches is as good."""
    den.destination_switches, den.system_version = False, VERSION
    await press(actions, at_den)
    await actions.pass_time(den.command_seconds)
    assert den.keys == ["A"]
    assert str(version) == VERSION


async def test_visit(den: Console, entry: ConfigEntry, device_registry: dr.DeviceRegistry) -> None:
    """The link leads to the devices of the account, and names no console."""
    device = device_registry.async_get_device_by_identifier((DOMAIN, DEN), entry.entry_id)
    assert device
    assert device.configuration_url == "https://account.microsoft.com/devices"
