"""Many people: their entities are added in steps, and each person costs the same."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sized
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.const import SUBENTRY_FRIEND
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import set_up
from tests.helpers.entities import Entities
from tests.helpers.settling import settle
from tests.simulator import Person, Simulator, add_many_friends

ATTR_RESTORED = "restored"
OTHER_DOMAINS = ("media_player", "remote")


@pytest.fixture(name="friends")
def friends_fixture(simulator: Simulator, owner: Person) -> list[Person]:
    """Return six friends, each with a gamerscore: one of zero waits for a second answer."""
    return add_many_friends(simulator.world, owner, 7)[1:]


def track(hass: HomeAssistant, entry: ConfigEntry, friends: list[Person]) -> None:
    """Add friends at once, as the dialog does."""
    for friend in friends:
        subentry = ConfigSubentry(
            data=MappingProxyType({}),
            subentry_type=SUBENTRY_FRIEND,
            title=friend.gamertag,
            unique_id=friend.xuid,
        )
        hass.config_entries.async_add_subentry(entry, subentry)


def untrack(hass: HomeAssistant, entry: ConfigEntry, friends: list[Person]) -> None:
    """Remove friends at once."""
    xuids = {friend.xuid for friend in friends}
    for subentry in [it for it in entry.subentries.values() if it.unique_id in xuids]:
        hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)


def entity_count(hass: HomeAssistant, entry: ConfigEntry, person: Person) -> int:
    """Return the number of a person's entities, with those that are disabled."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return sum(it.unique_id.startswith(f"{person.xuid}_") for it in entities)


@contextmanager
def first_states(hass: HomeAssistant) -> Iterator[dict[int, Counter[tuple[str, str]]]]:
    """Yield by turn of the loop how many entities begin in it, by domain and person."""
    turn, begun = 0, dict[int, Counter[tuple[str, str]]]()

    @callback
    def count_turn() -> None:
        nonlocal turn
        turn += 1
        handles[:] = [hass.loop.call_soon(count_turn)]

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        entity = er.async_get(hass).async_get(event.data["entity_id"])
        begins = (old is None or ATTR_RESTORED in old.attributes) and new is not None
        if entity and new and begins and ATTR_RESTORED not in new.attributes:
            xuid = entity.unique_id.partition("_")[0]
            begun.setdefault(turn, Counter())[entity.domain, xuid] += 1

    handles = [hass.loop.call_soon(count_turn)]
    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    yield begun
    stop()
    handles[0].cancel()


async def test_steps(
    hass: HomeAssistant, stored: MockConfigEntry, friends: list[Person], owner: Person
) -> None:
    """A turn of the loop adds the entities of one person on one platform: set up, reloaded, added."""

    async def added_at_once() -> None:
        untrack(hass, stored, friends)
        await settle(hass)
        track(hass, stored, friends)

    track(hass, stored, friends)
    reload = partial(hass.config_entries.async_reload, stored.entry_id)
    acts: list[tuple[Callable[[], Awaitable[object]], list[Person]]] = [
        (partial(set_up, hass, stored), [owner, *friends]),
        (reload, [owner, *friends]),
        (added_at_once, friends),
    ]
    for act, people in acts:
        with first_states(hass) as begun:
            await act()
            await settle(hass)
        xuids = {person.xuid for person in people}
        steps = [
            [step for step in counts if step[1] in xuids and step[0] not in OTHER_DOMAINS]
            for counts in begun.values()
        ]
        assert max(map(len, steps)) == 1
        of_people = Counter(xuid for _, xuid in {step for turn in steps for step in turn})
        # each person has entities on all six platforms
        assert of_people == dict.fromkeys(xuids, 6)


async def test_each_person_costs_the_same(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    friends: list[Person],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many people there are, no set-up walks all entities of the account for each of them."""
    walked: Counter[str] = Counter()
    for name in ("async_entries_for_config_entry", "async_entries_for_device"):
        monkeypatch.setattr(er, name, counted(getattr(er, name), walked, name))
    track(hass, stored, friends[:1])
    await set_up(hass, stored)
    costs = []
    for more in (friends[1:2], friends[2:3], friends[3:6]):
        track(hass, stored, more)
        await settle(hass)
        walked.clear()
        await hass.config_entries.async_reload(stored.entry_id)
        await settle(hass)
        costs.append(Counter(walked))
    of_account = [cost["async_entries_for_config_entry"] for cost in costs]
    of_people = [cost["async_entries_for_device"] for cost in costs]
    assert of_account[0] == of_account[1] == of_account[2]
    each = of_people[1] - of_people[0]
    assert of_people[2] - of_people[1] == 3 * each
    assert 0 < each < 600


def counted[**P, T: Sized](walk: Callable[P, T], walked: Counter[str], name: str) -> Callable[P, T]:
    """Return a walk that counts the entities that it visits, and itself."""

    def walk_and_count(*args: P.args, **kwargs: P.kwargs) -> T:
        visited = walk(*args, **kwargs)
        walked[name] += 1 + len(visited)
        return visited

    return walk_and_count


async def test_changes_at_once(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, friends: list[Person]
) -> None:
    """Several friends added at once are taken over once: in one refresh, with one look at the rest."""

    async def cost(added: list[Person]) -> tuple[int, int]:
        simulator.clear()
        looks = 0

        @callback
        def look() -> None:
            nonlocal looks
            looks += 1

        stop = entry.runtime_data.consoles.async_add_listener(look)
        track(hass, entry, added)
        await settle(hass)
        stop()
        return looks, len(simulator.requests(Service.PRESENCE))

    one = await cost(friends[:1])
    assert await cost(friends[1:]) == one
    assert one[1] == 1


@contextmanager
def at_first_entity(
    hass: HomeAssistant, friends: list[Person], act: Callable[[], object]
) -> Iterator[None]:
    """Do an act once, in the turn in which the first entity of any of these friends is registered."""
    xuids = tuple(friend.xuid for friend in friends)
    done = False

    @callback
    def note(event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        nonlocal done
        entity = er.async_get(hass).async_get(event.data["entity_id"])
        if not done and entity and entity.unique_id.startswith(xuids):
            done = True
            hass.loop.call_soon(act)

    stop = hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, note)
    yield
    stop()
    assert done


async def test_unloaded_while_adding(
    hass: HomeAssistant, entry: ConfigEntry, friends: list[Person]
) -> None:
    """An account that is unloaded while it adds friends adds no more, and the rest when it is loaded."""

    def unload() -> None:
        hass.async_create_task(hass.config_entries.async_unload(entry.entry_id))

    with at_first_entity(hass, friends, unload):
        track(hass, entry, friends)
        await settle(hass)
    assert entry.state is ConfigEntryState.NOT_LOADED
    counts = [entity_count(hass, entry, friend) for friend in friends]
    assert 0 < sum(map(bool, counts)) < len(friends)
    ours = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    states = [state for it in ours if (state := hass.states.get(it.entity_id))]
    assert {state.state for state in states} == {STATE_UNAVAILABLE}

    await set_up(hass, entry)
    assert {entity_count(hass, entry, friend) for friend in friends} == {
        entity_count(hass, entry, friends[0])
    }
    for friend in friends:
        assert Entities(hass, friend.xuid)("sensor.gamerscore") == str(friend.gamerscore)


async def test_removed_while_adding(
    hass: HomeAssistant, entry: ConfigEntry, friends: list[Person]
) -> None:
    """Friends who are removed while they are being added get no entities; the others get all of theirs."""
    kept, removed = friends[0::2], friends[1::2]
    with at_first_entity(hass, friends, lambda: untrack(hass, entry, removed)):
        track(hass, entry, friends)
        await settle(hass)
    assert [entity_count(hass, entry, friend) for friend in removed] == [0, 0, 0]
    for friend in kept:
        assert Entities(hass, friend.xuid)("sensor.gamerscore") == str(friend.gamerscore)


async def test_replaced(hass: HomeAssistant, entry: ConfigEntry, friends: list[Person]) -> None:
    """A friend who is removed and added again in one go has all entities again."""
    track(hass, entry, friends[:2])
    await settle(hass)
    before = [entity_count(hass, entry, friend) for friend in friends]
    untrack(hass, entry, friends[:1])
    track(hass, entry, friends[:1])
    await settle(hass)
    assert [entity_count(hass, entry, friend) for friend in friends] == before
    for friend in friends[:2]:
        assert Entities(hass, friend.xuid)("sensor.gamerscore") == str(friend.gamerscore)


async def test_changed_while_unloading(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, friends: list[Person]
) -> None:
    """A friend who is added just before the account is unloaded is asked about when it is loaded."""
    simulator.clear()
    track(hass, entry, friends[:1])
    await hass.config_entries.async_unload(entry.entry_id)
    await settle(hass)
    assert simulator.requests(Service.PRESENCE) == []
    await set_up(hass, entry)
    assert Entities(hass, friends[0].xuid)("sensor.gamerscore") == str(friends[0].gamerscore)
