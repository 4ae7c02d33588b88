"""Automations that name a console that is gone: it is a console at which nobody plays."""

from typing import Any

import probatio
import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryDisabler
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.xbox_network import async_remove_config_entry_device
from custom_components.xbox_network.condition import async_get_conditions
from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.trigger import async_get_triggers
from tests.conftest import Poll, SignIn
from tests.helpers.automations.triggers import TriggerRecorder, device_of, set_up_condition
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.entities import Entities
from tests.helpers.settling import settle
from tests.simulator import Console, Person, Simulator
from tests.simulator.world.demo_world import STARFALL_DRIFT

ACTIVITY = "event.nova_kestrel_activity"
NEVER_THERE = "0123456789abcdef0123456789abcdef"
UNLISTED_SECONDS = 720
LISTED_SECONDS = 610
ENTITY_DOMAINS = {
    "console_turned_off": "media_player",
    "console_turned_on": "media_player",
    "is_console_on": "media_player",
    "playtime_limit_approaching": "sensor",
    "playtime_limit_reached": "sensor",
}

pytestmark = pytest.mark.usefixtures("consoles", "freezer")


class Consoles:
    """The consoles of an account, which come and go."""

    def __init__(
        self, hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
    ) -> None:
        """Remember the device ids by console id."""
        self.hass = hass
        self.entry = entry
        self._simulator = simulator
        self._poll = poll
        self.device_ids = {
            it: device_of(hass, ConsoleEntities(hass, it).id("media_player"))
            for it in simulator.world.consoles
        }

    async def delete(self, *consoles: Console) -> None:
        """Take consoles out of the account and delete their devices, as a user does."""
        for console in consoles:
            self._simulator.world.remove_console(console)
        await self._poll(UNLISTED_SECONDS, step=60)
        devices = dr.async_get(self.hass)
        for console in consoles:
            device = devices.async_get(self.device_ids[console.console_id])
            assert device
            assert await async_remove_config_entry_device(self.hass, self.entry, device)
            devices.async_remove_device(device.id)
        await settle(self.hass)

    async def bring_back(self, console: Console) -> None:
        """Link a console again. Its device gets the id that it had."""
        self._simulator.world.add_console(console)
        await self._poll(LISTED_SECONDS, step=60)
        assert self.is_there(console)

    def is_there(self, console: Console) -> bool:
        """Return whether the device of a console is there, with its id."""
        found = dr.async_get(self.hass).async_get_devices(
            identifiers={(DOMAIN, console.console_id)}
        )
        return [it.id for it in found] == [self.device_ids[console.console_id]]


@pytest.fixture(name="linked")
def linked_fixture(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> Consoles:
    """Return the consoles of the account."""
    return Consoles(hass, simulator, entry, poll)


@pytest.fixture(name="activity")
def activity_fixture(linked: Consoles, entities: Entities) -> dict[str, Any]:
    """Return the owner's activity as a target."""
    return {"entity_id": entities.id("event.activity")}


async def automate(hass: HomeAssistant, *consoles: str, **more: Any) -> list[Event]:
    """Set up an automation on the owner's games at consoles. Return the events that it fires."""
    fired: list[Event] = async_capture_events(hass, "fired")
    automation = {
        "alias": "At the console",
        "triggers": {
            "trigger": f"{DOMAIN}.started_playing",
            "target": {"entity_id": ACTIVITY},
            "options": {"console": list(consoles)},
        },
        "actions": {"event": "fired"},
        **more,
    }
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    await settle(hass)
    [state] = hass.states.async_all("automation")
    assert state.state == "on"
    return fired


async def play(console: Console, person: Person, poll: Poll) -> None:
    """Let a person leave all games, then play at a console for a while."""
    person.stop()
    await poll(70)
    console.sit_down(person)
    console.run(STARFALL_DRIFT)
    await poll(160)


async def test_one_of_two_is_gone(
    hass: HomeAssistant,
    den: Console,
    bedroom: Console,
    linked: Consoles,
    owner: Person,
    poll: Poll,
) -> None:
    """The automation is there after the next start, and fires for the console that is there."""
    await linked.delete(bedroom)
    fired = await automate(hass, *linked.device_ids.values())
    await play(den, owner, poll)
    assert len(fired) == 1


async def test_in_a_condition(
    hass: HomeAssistant,
    den: Console,
    bedroom: Console,
    linked: Consoles,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """The same in the condition of an automation: it follows the console that is there."""
    await linked.delete(bedroom)
    fired = await automate(
        hass,
        linked.device_ids[den.console_id],
        conditions={
            "condition": f"{DOMAIN}.is_playing",
            "target": {"entity_id": entities.id("binary_sensor.in_game")},
            "options": {"console": [linked.device_ids[bedroom.console_id], NEVER_THERE]},
        },
    )
    await play(den, owner, poll)
    assert fired == []


@pytest.mark.parametrize("gone", ["deleted", "never there"])
async def test_all_are_gone(
    den: Console,
    bedroom: Console,
    linked: Consoles,
    owner: Person,
    entities: Entities,
    activity: dict[str, Any],
    poll: Poll,
    gone: str,
) -> None:
    """No trigger fires and no condition is true: none of them means any console."""
    named = [NEVER_THERE]
    if gone == "deleted":
        named = list(linked.device_ids.values())
        await linked.delete(den, bedroom)
    options = {"console": named}
    recorders = [
        await TriggerRecorder(linked.hass).attach(name, activity, {**options, **more})
        for name in ("started_playing", "stopped_playing")
        for more in ({}, {"for": 20})
    ]
    in_game = {"entity_id": entities.id("binary_sensor.in_game")}
    conditions = [
        await set_up_condition(linked.hass, "is_playing", in_game, {**options, **more})
        for more in ({}, {"behavior": "all"}, {"for": 20})
    ]
    if gone == "deleted":
        owner.play(STARFALL_DRIFT)
        await poll(200)
    else:
        await play(den, owner, poll)
    assert entities("binary_sensor.in_game") == "on"
    assert [it.async_check() for it in conditions] == [False] * 3
    owner.stop()
    await poll(100)
    assert [it.told for it in recorders] == [[]] * 4
    assert recorders[0].reasons == ["not_seen_at_the_console"]
    for recorder in recorders:
        recorder.detach()


@pytest.mark.parametrize("deleted", ["before the start", "while it runs"])
async def test_comes_back(
    hass: HomeAssistant,
    den: Console,
    linked: Consoles,
    owner: Person,
    entities: Entities,
    poll: Poll,
    deleted: str,
) -> None:
    """A console that is linked again counts again, without a change to the automation."""
    device_id = linked.device_ids[den.console_id]
    if deleted == "before the start":
        await linked.delete(den)
    fired = await automate(hass, device_id)
    in_game = {"entity_id": entities.id("binary_sensor.in_game")}
    condition = await set_up_condition(hass, "is_playing", in_game, {"console": device_id})
    if deleted == "while it runs":
        await linked.delete(den)
    owner.play(STARFALL_DRIFT)
    await poll(160)
    assert not condition.async_check()
    assert fired == []
    await linked.bring_back(den)
    await play(den, owner, poll)
    assert len(fired) == 1
    assert condition.async_check()


@pytest.mark.parametrize("started", ["before", "meanwhile"])
async def test_account_set_up_again(
    hass: HomeAssistant,
    den: Console,
    linked: Consoles,
    owner: Person,
    poll: Poll,
    sign_in: SignIn,
    started: str,
) -> None:
    """The console of an account that was removed and is added again is the same console."""
    named = linked.device_ids[den.console_id]
    fired = await automate(hass, named) if started == "before" else []
    await hass.config_entries.async_remove(linked.entry.entry_id)
    await settle(hass)
    if started == "meanwhile":
        fired = await automate(hass, named)
    await sign_in("adult")
    assert linked.is_there(den)
    await play(den, owner, poll)
    assert len(fired) == 1


async def test_account_disabled(
    hass: HomeAssistant, den: Console, linked: Consoles, owner: Person, poll: Poll
) -> None:
    """The console of an account that is disabled is one at which nobody plays, until it is enabled."""
    entry_id = linked.entry.entry_id
    await hass.config_entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
    await settle(hass)
    fired = await automate(hass, linked.device_ids[den.console_id])
    await play(den, owner, poll)
    assert fired == []
    await hass.config_entries.async_set_disabled_by(entry_id, None)
    await settle(hass)
    await poll(100)
    await play(den, owner, poll)
    assert len(fired) == 1


async def test_without_its_entities(
    hass: HomeAssistant, den: Console, linked: Consoles, owner: Person, poll: Poll
) -> None:
    """A console whose entities were deleted while its account was not loaded is a console all the same."""
    await hass.config_entries.async_unload(linked.entry.entry_id)
    registry = er.async_get(hass)
    for entity in er.async_entries_for_device(registry, linked.device_ids[den.console_id]):
        registry.async_remove(entity.entity_id)
    fired = await automate(hass, linked.device_ids[den.console_id])
    await hass.config_entries.async_setup(linked.entry.entry_id)
    await settle(hass)
    await poll()
    await play(den, owner, poll)
    assert len(fired) == 1


async def test_deleted_meanwhile(
    den: Console, linked: Consoles, owner: Person, activity: dict[str, Any], poll: Poll
) -> None:
    """What has to last at a console does not last at one that is deleted meanwhile."""
    options = {"console": linked.device_ids[den.console_id], "for": 1200}
    recorder = await TriggerRecorder(linked.hass).attach("started_playing", activity, options)
    await play(den, owner, poll)
    await linked.delete(den)
    owner.play(STARFALL_DRIFT)
    await poll(1500, step=60)
    assert recorder.told == []
    recorder.detach()


async def test_no_console_named(
    den: Console,
    linked: Consoles,
    owner: Person,
    entities: Entities,
    activity: dict[str, Any],
    poll: Poll,
) -> None:
    """An empty list, as the editor leaves it, is no filter."""
    recorder = await TriggerRecorder(linked.hass).attach(
        "started_playing", activity, {"console": []}
    )
    condition = await set_up_condition(
        linked.hass,
        "is_playing",
        {"entity_id": entities.id("binary_sensor.in_game")},
        {"console": []},
    )
    owner.play(STARFALL_DRIFT, "PC")
    await poll()
    assert len(recorder.told) == 1
    assert condition.async_check()
    recorder.detach()


@pytest.mark.parametrize("kind", ["person", "other"])
async def test_no_console(
    hass: HomeAssistant, linked: Consoles, entities: Entities, activity: dict[str, Any], kind: str
) -> None:
    """A device that is there and is no console is refused, alone or beside one that is gone."""
    device_id = device_of(hass, entities.id("event.activity"))
    if kind == "other":
        other = MockConfigEntry(domain="other")
        other.add_to_hass(hass)
        device_id = (
            dr.async_get(hass)
            .async_get_or_create(config_entry_id=other.entry_id, identifiers={("other", "tv")})
            .id
        )
    in_game = {"entity_id": entities.id("binary_sensor.in_game")}
    for named in ([device_id], [NEVER_THERE, device_id]):
        with pytest.raises(probatio.Invalid, match="is not a console of xbox_network"):
            await TriggerRecorder(hass).attach("started_playing", activity, {"console": named})
        with pytest.raises(probatio.Invalid, match="is not a console of xbox_network"):
            await set_up_condition(hass, "is_playing", in_game, {"console": named})


@pytest.mark.parametrize("domain", ["trigger", "condition"])
@pytest.mark.parametrize("key", ["entity_id", "device_id", "area_id", "label_id"])
async def test_targets(hass: HomeAssistant, linked: Consoles, domain: str, key: str) -> None:
    """Whatever else is named as a target and is gone takes no automation with it."""
    names = await (async_get_triggers if domain == "trigger" else async_get_conditions)(hass)
    for name in names:
        entity_domain = ENTITY_DOMAINS.get(
            name, "event" if domain == "trigger" else "binary_sensor"
        )
        target = {key: f"{entity_domain}.gone" if key == "entity_id" else "gone"}
        if domain == "trigger":
            (await TriggerRecorder(hass).attach(name, target)).detach()
        else:
            condition = await set_up_condition(hass, name, target, {"behavior": "all"})
            assert not condition.async_check()


async def test_targets_beside_a_console(
    den: Console, bedroom: Console, linked: Consoles, at_den: ConsoleEntities, poll: Poll
) -> None:
    """Of several consoles those count that are there, also for the first, the last and all of them."""
    player = at_den.id("media_player")
    ids = {"entity_id": [player, "media_player.bedroom"]}
    devices = {"device_id": list(linked.device_ids.values())}
    await linked.delete(bedroom)
    recorders = [
        await TriggerRecorder(linked.hass).attach(
            f"console_turned_{name}", target, {"behavior": behavior}
        )
        for target in (ids, devices)
        for name in ("on", "off")
        for behavior in ("each", "first", "all")
    ]
    condition = await set_up_condition(linked.hass, "is_console_on", ids, {"behavior": "all"})
    assert condition.async_check()
    den.power = "ConnectedStandby"
    await poll(90)
    assert not condition.async_check()
    den.power = "On"
    await poll(90)
    assert [len(it.told) for it in recorders] == [1] * 12
    for recorder in recorders:
        recorder.detach()
