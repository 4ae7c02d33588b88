"""Rights of users in the integration's actions: the same as in the actions of Home Assistant's entities."""

from typing import Any

import pytest
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component

from tests.helpers.limits import CHANGES, LEFT, LIMIT, UNCHANGED, Home
from tests.helpers.users import (
    CONTROL,
    READ,
    Caller,
    Target,
    administrator,
    child,
    guest,
    limited,
    only_administrators,
)
from tests.simulator.world.demo_world import BRASS_OTTER, DEN, QUIET_HARBOR

ALL = {"entity_id": "all"}
NOTHING: dict[str, Any] = {}
NOVA, QUIET, BRASS = "Nova Kestrel", "Quiet Harbor#42", "Brass Otter"


@pytest.fixture(name="open_home")
def open_home_fixture(hass: HomeAssistant, home: Home) -> Home:
    """Return the home, where the option does not protect limits, so that only permissions do."""
    only_administrators(hass, home.entry, False)
    return home


async def refused(caller: Caller, action: str, target: Target, **data: Any) -> Unauthorized:
    """Call an action that the caller has no permission for. Return the error."""
    with pytest.raises(Unauthorized) as raised:
        await caller(action, target, **data)
    assert type(raised.value) is Unauthorized
    assert raised.value.context
    assert raised.value.user_id == caller.user_id
    return raised.value


async def test_read_only(hass: HomeAssistant, open_home: Home) -> None:
    """A user who may only read gets answers, and changes nothing by any action or target."""
    home, reader = open_home, await guest(hass)
    for action, entity, fields, _ in CHANGES:
        err = await refused(reader, action, home.nova.id(entity), **fields)
        assert (err.entity_id, err.permission) == (home.nova.id(entity), POLICY_CONTROL)
    for action in ("set_limit", "add_bonus_time"):
        for target in (ALL, {"device_id": home.device(QUIET_HARBOR)}):
            err = await refused(reader, action, target, minutes=90)
            assert err.permission == POLICY_CONTROL
    await refused(reader, "set_limit", ALL, remove=True)
    await refused(reader, "set_limit", home.nova.id(LEFT))  # before the fields are looked at
    await refused(reader, "add_bonus_time", home.nova.id(LEFT), minutes=0)
    await refused(reader, "launch", home.console.id("media_player"), name="Home")
    assert home.rules() == [UNCHANGED] * 3

    assert await reader.names(NOTHING) == await reader.names(ALL) == [BRASS, NOVA, QUIET]
    assert await reader.names(home.nova.id(LEFT)) == [NOVA]
    report = await reader("get_achievements", home.nova.id(LEFT))
    assert [it["name"] for it in report["people"]] == [NOVA]


async def test_everything_permitted(hass: HomeAssistant, open_home: Home) -> None:
    """An administrator and, without the option, an ordinary user may do everything; so may an automation."""
    home = open_home
    for caller in (await administrator(hass), await child(hass), Caller(hass, None)):
        for action, entity, fields, after in CHANGES:
            await caller(action, home.nova.id(entity), **fields)
            assert home.rules() == [after, UNCHANGED, UNCHANGED]
            await home.reset()
        await caller("set_limit", ALL, minutes=61)
        assert home.rules() == [(61, 0, None)] * 3
        await home.reset()
        assert await caller.names(NOTHING) == [BRASS, NOVA, QUIET]
        assert (await caller("get_achievements", home.nova.id(LEFT)))["people"]
        with pytest.raises(ServiceValidationError) as raised:
            await caller("launch", home.console.id("media_player"))
        assert raised.value.translation_key == "launch_what"


async def test_unknown_user(hass: HomeAssistant, open_home: Home) -> None:
    """A user who does not exist, or no longer, gets nothing."""
    home = open_home
    gone = await administrator(hass)
    user = await hass.auth.async_get_user(str(gone.user_id))
    assert user
    await hass.auth.async_remove_user(user)
    calls: list[tuple[str, Target, dict[str, Any]]] = [
        *((action, home.nova.id(entity), fields) for action, entity, fields, _ in CHANGES),
        ("set_limit", ALL, {"minutes": 30}),
        ("set_limit", {"device_id": "nothing"}, {"minutes": 30}),
        ("get_playtime", NOTHING, {}),
        ("get_achievements", home.nova.id(LEFT), {}),
        ("launch", home.console.id("media_player"), {"name": "Home"}),
    ]
    for caller in (gone, Caller(hass, "never existed")):
        for action, target, fields in calls:
            with pytest.raises(UnknownUser) as raised:
                await caller(action, target, **fields)
            assert raised.value.user_id == caller.user_id
    assert home.rules() == [UNCHANGED] * 3


async def test_one_light(hass: HomeAssistant, open_home: Home) -> None:
    """Who may see one light, but nobody's entity, gets no answer about anybody."""
    home = open_home
    for policy in ({"domains": {"light": True}}, {"entity_ids": {"light.lamp": True}}, {}):
        stranger = await limited(hass, **policy)
        for target in (NOTHING, ALL, home.nova.id(LEFT), {"device_id": home.device(QUIET_HARBOR)}):
            for action in ("get_playtime", "get_achievements"):
                err = await refused(stranger, action, target)
                assert err.permission == POLICY_READ
        await refused(stranger, "set_limit", ALL, minutes=30)
        await refused(stranger, "add_bonus_time", home.quiet.id(LEFT), minutes=30)
        await refused(stranger, "launch", home.console.id("media_player"), name="Home")
    assert home.rules() == [UNCHANGED] * 3


async def test_one_device(hass: HomeAssistant, open_home: Home) -> None:
    """Who may control one person, and read another, may do just that, whatever selects them."""
    home = open_home
    quiet, brass = home.device(QUIET_HARBOR), home.device(BRASS_OTTER)
    nova = home.device(str(home.entry.unique_id))
    parent = await limited(hass, device_ids={quiet: CONTROL, brass: READ})

    await parent("set_limit", {"device_id": quiet}, minutes=30)
    await parent("add_bonus_time", home.quiet.id("event.activity"), minutes=5)
    assert home.rules() == [UNCHANGED, (30, 5, None), UNCHANGED]
    await parent("set_limit", ALL, minutes=31)
    await parent("set_limit", {**ALL, "exclude": {"device_id": [brass]}}, bedtime="20:00")
    assert home.rules() == [UNCHANGED, (31, 5, "20:00"), UNCHANGED]
    with pytest.raises(ServiceValidationError) as raised:
        await parent(
            "set_limit", {**ALL, "exclude": {"device_id": [quiet, nova, brass]}}, minutes=1
        )
    assert raised.value.translation_key == "nobody_targeted"
    den = home.device(DEN)
    for target in (
        {"device_id": [quiet, brass]},
        {"device_id": [quiet, den]},
        {"entity_id": [home.brass.id(LEFT)]},
    ):
        await refused(parent, "set_limit", target, minutes=32)
    await refused(parent, "set_limit", {**ALL, "exclude": {"device_id": quiet}}, minutes=32)
    assert home.rules() == [UNCHANGED, (31, 5, "20:00"), UNCHANGED]

    assert await parent.names(NOTHING) == await parent.names(ALL) == [BRASS, QUIET]
    assert await parent.names({"device_id": [quiet, brass]}) == [BRASS, QUIET]
    await refused(parent, "get_playtime", {"device_id": [quiet, nova]})
    err = await refused(parent, "get_playtime", {"entity_id": [home.quiet.id(LEFT), "light.lamp"]})
    assert err.entity_id == "light.lamp"
    without_nova = {"device_id": [quiet, nova], "exclude": {"entity_id": [home.nova.id(LEFT)]}}
    assert await parent.names(without_nova) == [QUIET]
    report = await parent("get_achievements", NOTHING)
    assert sorted(it["name"] for it in report["people"]) == [BRASS, QUIET]


async def test_one_area(hass: HomeAssistant, open_home: Home) -> None:
    """Permissions by area hold for areas, floors, labels and groups, too."""
    home = open_home
    floor = fr.async_get(hass).async_create("Upstairs").floor_id
    kids = ar.async_get(hass).async_create("Kids", floor_id=floor).id
    label = lr.async_get(hass).async_create("Family").label_id
    devices = dr.async_get(hass)
    devices.async_update_device(home.device(QUIET_HARBOR), area_id=kids, labels={label})
    groups = {
        "one": {"entities": [home.quiet.id(LEFT)]},
        "two": {"entities": [home.quiet.id(LEFT), home.nova.id(LEFT)]},
    }
    assert await async_setup_component(hass, "group", {"group": groups})
    parent = await limited(hass, area_ids={kids: CONTROL})
    targets: list[dict[str, Any]] = [
        {"area_id": [kids]},
        {"floor_id": [floor]},
        {"label_id": [label]},
        {"entity_id": ["group.one"]},
        ALL,
    ]
    for minutes, target in enumerate(targets):
        await parent("set_limit", target, minutes=minutes)
        assert home.rules() == [UNCHANGED, (minutes, 0, None), UNCHANGED]
        assert await parent.names(target) == [QUIET]
    devices.async_update_device(home.device(BRASS_OTTER), labels={label})
    for target in ({"label_id": [label]}, {"entity_id": ["group.two"]}):
        await refused(parent, "set_limit", target, minutes=30)
        await refused(parent, "get_playtime", target)
    devices.async_update_device(home.device(QUIET_HARBOR), area_id=None)
    for target in targets[2:]:
        await refused(parent, "set_limit", target, minutes=30)
    assert home.rules() == [UNCHANGED, (len(targets) - 1, 0, None), UNCHANGED]


async def test_some_entities(hass: HomeAssistant, open_home: Home) -> None:
    """Permissions by entity: a device or an area needs the permission for each entity that it means."""
    home = open_home
    online = home.quiet.id("binary_sensor.online")
    quiet = {"device_id": home.device(QUIET_HARBOR)}
    some = await limited(hass, entity_ids={online: CONTROL, home.brass.id(LIMIT): READ})
    await some("set_limit", online, minutes=30)
    await some("set_limit", ALL, bedtime="21:00")
    assert home.rules() == [UNCHANGED, (30, 0, "21:00"), UNCHANGED]
    assert await some.names(NOTHING) == [BRASS, QUIET]
    err = await refused(some, "set_limit", quiet, minutes=31)
    assert err.entity_id != online
    await refused(some, "get_playtime", quiet)
    await refused(some, "set_limit", {"entity_id": [online, home.quiet.id(LEFT)]}, minutes=31)
    # as in Home Assistant, a device means neither its diagnostic entities nor the disabled ones
    entries = er.async_entries_for_device(er.async_get(hass), quiet["device_id"])
    primary = {it.entity_id: CONTROL for it in entries if it.entity_category is None}
    assert len(primary) < len(entries)
    most = await limited(hass, entity_ids=primary)
    await most("set_limit", quiet, minutes=32)
    assert home.rules()[1] == (32, 0, "21:00")


async def test_hidden_entities(hass: HomeAssistant, open_home: Home) -> None:
    """Hiding or moving each entity of a device opens it to nobody; the permission for the device is enough."""
    home = open_home
    registry = er.async_get(hass)
    quiet = home.device(QUIET_HARBOR)
    kids = ar.async_get(hass).async_create("Kids").id
    elsewhere = ar.async_get(hass).async_create("Elsewhere").id
    dr.async_get(hass).async_update_device(quiet, area_id=kids)
    reader, stranger = await guest(hass), await limited(hass, domains={"light": True})
    parent = await limited(hass, device_ids={quiet: True})
    changes: list[dict[str, Any]] = [
        {"hidden_by": er.RegistryEntryHider.USER, "area_id": None},
        {"hidden_by": None, "area_id": elsewhere},
    ]
    for minutes, change in enumerate(changes):
        for it in er.async_entries_for_device(registry, quiet, include_disabled_entities=True):
            registry.async_update_entity(it.entity_id, **change)
        for target in ({"device_id": quiet}, {"area_id": kids}):
            await refused(reader, "set_limit", target, minutes=30)
            await refused(stranger, "get_playtime", target)
            await parent("set_limit", target, minutes=minutes)
            assert home.rules() == [UNCHANGED, (minutes, 0, None), UNCHANGED]
    for it in er.async_entries_for_device(registry, quiet):
        registry.async_update_entity(it.entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await refused(reader, "set_limit", {"device_id": quiet}, minutes=30)
    await refused(stranger, "get_playtime", {"device_id": quiet})
    assert await parent.names({"device_id": quiet}) == [QUIET]


async def test_consoles(hass: HomeAssistant, open_home: Home) -> None:
    """A permission for a console is none for people; starting a game needs just that one."""
    home = open_home
    player = home.console.id("media_player")
    owner_of_console = await limited(hass, device_ids={home.device(DEN): True})
    await refused(owner_of_console, "set_limit", ALL, minutes=30)
    await refused(owner_of_console, "get_playtime", NOTHING)
    with pytest.raises(ServiceValidationError) as raised:
        await owner_of_console("launch", player)
    assert raised.value.translation_key == "launch_what"
    with pytest.raises(ServiceValidationError) as raised:
        await owner_of_console("set_limit", player, minutes=30)
    assert raised.value.translation_key == "nobody_targeted"
