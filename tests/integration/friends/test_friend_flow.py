"""Friend flow: the dialog that adds friends to track."""

import time
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry, UnknownEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData, UnknownFlow
from homeassistant.helpers import device_registry as dr, entity_registry as er

from custom_components.xbox_network.const import DOMAIN, SUBENTRY_FRIEND
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import SignIn
from tests.helpers.entities import BINARY_SENSORS, BUTTONS, EVENTS, IMAGES, NUMBERS, SENSORS
from tests.helpers.friend_dialog import (
    abort_of,
    add_by_gamertag,
    add_friends,
    error_of,
    offered,
    open_dialog,
    shown,
    submit,
    suggested,
    tracked,
)
from tests.simulator import Person, Simulator
from tests.simulator.world.many_friends import add_many_friends

QUIET_HARBOR = "2535400000000011"
BRASS_OTTER = "2535400000000012"
VELVET_COMET = "2535400000000013"
SIR_PICKLES = "2535400000000014"
LUMEN_FOX = "2535400000000015"
JUNIPER_VALE = "2535400000000002"


async def test_lists_friends_by_name(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person
) -> None:
    """The dialog offers the friends of the account by name, in alphabetical order."""
    befriended = simulator.world.add(Person("2535400000000096", "ember wolf"))
    simulator.world.befriend(owner, befriended)
    form = await open_dialog(hass, entry)
    assert list(offered(form).values()) == [
        "Brass Otter",
        "ember wolf",
        "Lumen Fox#7 (Lumen Fox7)",
        "Quiet Harbor#42 (Quiet Harbor42)",
        "Sir Pickles (VastQuill5521)",
        "Velvet Comet#3430 (Velvet Comet3430)",
    ]
    assert offered(form).keys() == owner.friends
    assert shown(form) == {}


async def test_leaves_out_tracked_friends(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """A tracked friend is not offered."""
    await add_friends(hass, entry, QUIET_HARBOR, BRASS_OTTER)
    form = await open_dialog(hass, entry)
    assert list(offered(form)) == [LUMEN_FOX, SIR_PICKLES, VELVET_COMET]


async def test_several_at_once(
    hass: HomeAssistant,
    entry: ConfigEntry,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Each friend becomes a subentry with a device and all entities of a person."""
    chosen = await add_friends(hass, entry, VELVET_COMET, QUIET_HARBOR, BRASS_OTTER)
    assert {(it.subentry_type, it.title, it.unique_id) for it in chosen} == {
        (SUBENTRY_FRIEND, "Velvet Comet#3430", VELVET_COMET),
        (SUBENTRY_FRIEND, "Quiet Harbor#42", QUIET_HARBOR),
        (SUBENTRY_FRIEND, "Brass Otter", BRASS_OTTER),
    }
    keys = {
        f"{platform}.{key}"
        for platform, names in {
            "binary_sensor": BINARY_SENSORS,
            "sensor": SENSORS,
            "event": EVENTS,
            "image": IMAGES,
            "button": BUTTONS,
            "number": NUMBERS,
        }.items()
        for key in names
    }
    for subentry in chosen:
        device = device_registry.async_get_device_by_identifier(
            (DOMAIN, str(subentry.unique_id)), entry.entry_id
        )
        assert device is not None
        assert device.name == subentry.title
        assert device.config_subentry_id == subentry.subentry_id
        entities = er.async_entries_for_device(entity_registry, device.id)
        assert {it.config_subentry_id for it in entities} == {subentry.subentry_id}
        assert {
            f"{it.domain}.{it.unique_id.removeprefix(f'{subentry.unique_id}_')}" for it in entities
        } == keys
        assert all(hass.states.get(it.entity_id) for it in entities)


@pytest.mark.usefixtures("freezer")  # otherwise a later request may come in between
async def test_several_cost_one_refresh(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person
) -> None:
    """Adding several friends costs one request to each service."""
    form = await open_dialog(hass, entry)
    simulator.clear()
    await submit(hass, form, list(owner.friends))
    assert len(tracked(entry)) == 5
    assert len(simulator.requests(Service.PRESENCE)) == 1
    assert len(simulator.requests(Service.PEOPLE)) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "Juniper Vale",
        "juniper vale",
        "  Juniper   Vale\n",
        "\ufeffJuniper\u00a0Va\u200ble",
        "\u202aJuni\u00adper\t\u2060Vale\u202c\u2028",
        "Velvet Comet3430",
        "Velvet Comet#3430",
        "Velvet Comet # 3430 ",
        "Velvet\u3000Comet\u200d#\u200b34\u200f30",
        "Ünïque Пётр",
    ],
)
async def test_by_gamertag(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, typed: str
) -> None:
    """A person is added by a gamertag in any spelling, and called by the proper one."""
    simulator.world.add(Person("2535400000000099", "Ünïque Пётр"))
    subentry = await add_by_gamertag(hass, entry, typed)
    person = simulator.world.person(str(subentry.unique_id))
    assert subentry.title == person.unique_gamertag
    assert person.gamertag.casefold()[:4] == typed.strip(" \ufeff\u202a").casefold()[:4]


async def test_modern_gamertag_that_only_the_classic_form_finds(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry
) -> None:
    """A gamertag that is not found with the sign before its suffix is looked up without it."""
    simulator.fail(Service.PROFILE, status=404, path=r".*%23.*|.*#.*")
    subentry = await add_by_gamertag(hass, entry, "Velvet Comet#3430")
    assert subentry.unique_id == VELVET_COMET


async def test_friends_and_a_gamertag_together(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Chosen friends and a gamertag are added together; the same person twice is added once."""
    form = await open_dialog(hass, entry)
    await submit(hass, form, [QUIET_HARBOR], gamertag="Juniper Vale")
    assert tracked(entry).keys() == {QUIET_HARBOR, JUNIPER_VALE}
    form = await open_dialog(hass, entry)
    await submit(hass, form, [BRASS_OTTER], gamertag="Brass Otter")
    assert tracked(entry).keys() == {QUIET_HARBOR, JUNIPER_VALE, BRASS_OTTER}


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Nobody Has This", "unknown_gamertag"),
        ("a/b?c#d(e)%", "unknown_gamertag"),
        ("Nova Kestrel", "own_gamertag"),
        ("Quiet Harbor#42", "already_tracked"),
    ],
)
async def test_gamertag_that_cannot_be_added(
    hass: HomeAssistant, entry: ConfigEntry, typed: str, key: str
) -> None:
    """The form comes again with the reason and the input, and no friend is added yet."""
    await add_friends(hass, entry, QUIET_HARBOR)
    form = await open_dialog(hass, entry)
    form = await submit(hass, form, [BRASS_OTTER, VELVET_COMET], gamertag=typed)
    assert error_of(form) == key
    assert suggested(form) == {"friends": [BRASS_OTTER, VELVET_COMET], "gamertag": typed}
    assert tracked(entry).keys() == {QUIET_HARBOR}

    await submit(hass, form, [BRASS_OTTER, VELVET_COMET], gamertag="")
    assert tracked(entry).keys() == {QUIET_HARBOR, BRASS_OTTER, VELVET_COMET}


async def test_invalid_gamertag(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry
) -> None:
    """A gamertag that the service refuses is unknown."""
    simulator.fail(Service.PROFILE, status=400)
    form = await submit(hass, await open_dialog(hass, entry), gamertag="???")
    assert error_of(form) == "unknown_gamertag"


@pytest.mark.parametrize(
    "typed",
    [{}, {"gamertag": "  "}, {"gamertag": "\u200b\u00a0\ufeff"}],
    ids=["nothing", "blanks", "nothing-seen"],
)
async def test_nobody_chosen(
    hass: HomeAssistant, entry: ConfigEntry, typed: dict[str, Any]
) -> None:
    """An empty form is an error; the friends are offered again without a request."""
    form = await submit(hass, await open_dialog(hass, entry), **typed)
    assert error_of(form, "base") == "nobody_chosen"
    assert len(offered(form)) == 5


async def test_no_friends(hass: HomeAssistant, sign_in: SignIn) -> None:
    """Without friends the dialog asks for a gamertag alone."""
    entry = (await sign_in("alone"))["result"]
    form = await open_dialog(hass, entry)
    assert form["step_id"] == "gamertag"
    assert shown(form) == {}
    assert offered(form) == {}
    form = await submit(hass, form)
    assert error_of(form, "base") == "nobody_chosen"
    result = await submit(hass, form, gamertag="Brass Otter")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert tracked(entry) == {BRASS_OTTER: "Brass Otter"}


async def test_all_tracked(hass: HomeAssistant, entry: ConfigEntry, owner: Person) -> None:
    """With all friends tracked the dialog asks for a gamertag alone."""
    await add_friends(hass, entry, *owner.friends)
    form = await open_dialog(hass, entry)
    assert form["step_id"] == "gamertag"
    assert offered(form) == {}


async def test_odd_friends(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry) -> None:
    """A friend without a name or xuid is not offered; the others are."""
    body = (
        b'{"people": [null, {"gamertag": "No Xuid"}, {"xuid": "2535400000000098"},'
        b'{"xuid": "2535400000000097", "gamertag": ""},'
        b'{"xuid": "2535400000000012", "gamertag": "Brass Otter"}]}'
    )
    simulator.fail(Service.PEOPLE, body=body)
    assert offered(await open_dialog(hass, entry)) == {BRASS_OTTER: "Brass Otter"}


@pytest.mark.usefixtures("freezer")
async def test_a_thousand_friends(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person
) -> None:
    """A thousand friends are listed in order, in one request and within two seconds of CPU time."""
    friends = add_many_friends(simulator.world, owner, 995)
    simulator.clear()
    started = time.process_time()
    form = await open_dialog(hass, entry)
    assert time.process_time() - started < 2
    names = list(offered(form).values())
    assert len(names) == 1_000
    assert names == sorted(names, key=str.casefold)
    assert len(simulator.requests()) == 1

    await submit(hass, form, [friend.xuid for friend in friends[:3]])
    assert tracked(entry).keys() == {friend.xuid for friend in friends[:3]}


async def test_only_offered_friends(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """A person who is not offered cannot be chosen."""
    form = await open_dialog(hass, entry)
    with pytest.raises(InvalidData):
        await submit(hass, form, [JUNIPER_VALE])


async def test_unfriended_meanwhile(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person
) -> None:
    """A person who has ended the friendship since the list was shown is still added."""
    form = await open_dialog(hass, entry)
    simulator.world.unfriend(owner, simulator.world.person(QUIET_HARBOR))
    result = await submit(hass, form, [QUIET_HARBOR])
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert tracked(entry) == {QUIET_HARBOR: "Quiet Harbor#42"}


async def test_two_dialogs(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """A friend who was added in another dialog meanwhile is skipped; the others are added."""
    first, second = await open_dialog(hass, entry), await open_dialog(hass, entry)
    await submit(hass, first, [QUIET_HARBOR, VELVET_COMET])
    result = await submit(hass, second, [VELVET_COMET, BRASS_OTTER, QUIET_HARBOR])
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert tracked(entry).keys() == {QUIET_HARBOR, VELVET_COMET, BRASS_OTTER}


async def test_two_dialogs_with_the_same_friend(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """The second dialog ends without a friend if none is left to add."""
    first, second = await open_dialog(hass, entry), await open_dialog(hass, entry)
    await submit(hass, first, [QUIET_HARBOR])
    assert abort_of(await submit(hass, second, [QUIET_HARBOR])) == "already_configured"
    assert tracked(entry).keys() == {QUIET_HARBOR}


async def test_two_dialogs_one_with_a_mistake(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """A form that comes again no longer offers a friend added meanwhile."""
    first, second = await open_dialog(hass, entry), await open_dialog(hass, entry)
    await submit(hass, first, [QUIET_HARBOR])
    form = await submit(hass, second, [QUIET_HARBOR, BRASS_OTTER], gamertag="Nobody Has This")
    assert QUIET_HARBOR not in offered(form)
    assert suggested(form)["friends"] == [BRASS_OTTER]


async def test_account_removed_meanwhile(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """The dialog of a removed account ends."""
    form = await open_dialog(hass, entry)
    await hass.config_entries.async_remove(entry.entry_id)
    with pytest.raises((UnknownFlow, UnknownEntry)):
        await submit(hass, form, [QUIET_HARBOR])
