"""Tokens of an account: requested rarely and kept over a restart."""

import asyncio
import json
from http import HTTPStatus
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.friend_flow import FRIENDS
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, set_up
from tests.helpers.account import asked, expire_everything, flows, state
from tests.helpers.entities import Entities, counts_minutes
from tests.helpers.friend_dialog import open_dialog
from tests.helpers.privacy import found_in, personal
from tests.helpers.settling import settle, until
from tests.simulator import Person, Simulator

STARFALL_DRIFT = "1900000001"
FRIEND = "2535400000000011"
HOUR = 3600
DAY = 24 * HOUR


def holds_tokens(file: str) -> bool:
    """Return whether a storage file is the one with tokens."""
    return file.startswith(DOMAIN) and file.count(".") == 1


async def test_live_token_refresh(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person, poll: Poll
) -> None:
    """A new Live token changes no state and reloads nothing."""
    owner.play(STARFALL_DRIFT)
    await poll()
    simulator.clear()
    expire_everything(simulator)
    token, runtime_data = entry.data["token"], entry.runtime_data
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)

    await poll(60)

    assert len(simulator.requests(Service.LIVE)) == 1
    assert entry.data["token"] != token
    assert entry.runtime_data is runtime_data
    assert state(entry) is ConfigEntryState.LOADED
    assert [it for it in changes if not counts_minutes(it.data["entity_id"])] == []


async def test_restart(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, entities: Entities
) -> None:
    """A restart uses the stored tokens and requests none."""
    simulator.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    assert state(entry) is ConfigEntryState.LOADED
    assert asked(simulator) == (0, 0, 0)
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_restart_with_renewed_tokens(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """Renewed tokens are stored, too."""
    expire_everything(simulator)
    await poll()
    simulator.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    assert asked(simulator) == (0, 0, 0)


async def test_restart_after_the_xsts_token_has_expired(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator, entry: ConfigEntry
) -> None:
    """The time while Home Assistant is off counts for the expiry of a token."""
    await hass.config_entries.async_unload(entry.entry_id)
    simulator.clear()
    freezer.tick(17 * HOUR)
    await set_up(hass, entry)
    assert state(entry) is ConfigEntryState.LOADED
    assert asked(simulator) == (0, 0, 1)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"user_token": None},
        {"user_token": 5, "xsts_token": {"token": ""}},
        {"xsts_token": []},
        [1],
        "x",
        5,
        None,
    ],
    ids=["nothing", "null", "odd", "list", "only-list", "only-text", "only-number", "only-null"],
)
async def test_restart_with_odd_tokens(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    entry: ConfigEntry,
    data: object,
) -> None:
    """An invalid stored token counts as none."""
    await hass.config_entries.async_unload(entry.entry_id)
    [store] = [store for key, store in hass_storage.items() if holds_tokens(key)]
    store["data"] = data
    simulator.clear()
    await set_up(hass, entry)
    assert state(entry) is ConfigEntryState.LOADED
    assert asked(simulator) == (0, 1, 1)


@pytest.mark.parametrize(
    "version",
    [{"version": 2}, {"version": 0}, {"minor_version": 2}],
    ids=["newer", "older", "minor"],
)
async def test_restart_with_tokens_of_another_version(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    version: dict[str, int],
) -> None:
    """Tokens stored by another version are replaced if they cannot be read."""
    await hass.config_entries.async_unload(entry.entry_id)
    [store] = [store for key, store in hass_storage.items() if holds_tokens(key)]
    store |= version
    simulator.clear()
    await set_up(hass, entry)
    assert state(entry) is ConfigEntryState.LOADED
    readable = "minor_version" in version
    assert asked(simulator) == ((0, 0, 0) if readable else (0, 1, 1))

    simulator.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    assert asked(simulator) == (0, 0, 0)
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_file_names(
    hass: HomeAssistant, entry: ConfigEntry, hass_storage: dict[str, Any], simulator: Simulator
) -> None:
    """No file name identifies a person, because Home Assistant logs file names."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    stores = [key for key in hass_storage if key.startswith(DOMAIN)]
    assert len(stores) >= 4
    assert found_in(" ".join(stores), personal(simulator)) == set()


@pytest.mark.parametrize("expired", ["refused", "run-out"])
async def test_xsts_token_expires(
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    expired: str,
) -> None:
    """A new XSTS token costs one request."""
    simulator.clear()
    if expired == "refused":
        simulator.expire_xsts()
    else:
        freezer.tick(16 * HOUR)
    await poll(60)
    assert asked(simulator) == (0, 0, 1)
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_user_token_expires(
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
) -> None:
    """After two weeks each step is requested once."""
    simulator.clear()
    freezer.tick(14 * DAY)
    await poll(60)
    assert asked(simulator) == (1, 1, 1)
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_user_token_withdrawn(
    simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """A user token that XSTS calls expired is replaced once."""
    simulator.clear()
    simulator.expire_user_tokens()
    simulator.expire_xsts()
    await poll(60)
    assert asked(simulator) == (0, 1, 2)
    assert entities.being(STATE_UNAVAILABLE) == set()


@pytest.mark.parametrize(
    ("expired", "steps"),
    [("run-out", (1, 1, 1)), ("refused", (1, 2, 2))],
    ids=["run-out", "refused"],
)
async def test_twenty_at_once(
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    expired: str,
    steps: tuple[int, int, int],
) -> None:
    """Any number of parallel requests costs one request a step.

    A token that is refused early is found out one step later, so that step is tried twice.
    """
    client = entry.runtime_data.client
    simulator.clear()
    if expired == "run-out":
        freezer.tick(15 * DAY)
    else:
        expire_everything(simulator)
    answers = await asyncio.gather(
        *(client.presence.batch([owner.xuid]) for _ in range(14)),
        *(client.people.batch([owner.xuid]) for _ in range(4)),
        *(client.titles.info(owner.xuid, STARFALL_DRIFT) for _ in range(2)),
    )
    assert all(answers)
    assert asked(simulator) == steps


async def test_no_refresh_token(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator, credentials: None
) -> None:
    """A token that cannot be refreshed starts a sign-in flow once it has expired."""
    token = simulator.live_token("adult")
    del token["refresh_token"]
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=simulator.personas["adult"].xuid,
        data={"auth_implementation": DOMAIN, "token": token},
    )
    entry.add_to_hass(hass)
    freezer.tick(2 * HOUR)
    await set_up(hass, entry)
    assert flows(hass) == [SOURCE_REAUTH]
    assert simulator.requests() == []


async def test_refresh_token_stays(
    simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """An answer without a new refresh token leaves the old one in use."""
    old, new = entry.data["token"], simulator.live_token("adult")
    answer = {key: new[key] for key in ("access_token", "expires_in", "token_type")}
    simulator.expire_user_tokens()
    simulator.expire_xsts()
    simulator.fail(Service.USER_AUTH, status=401)
    simulator.fail(Service.LIVE, body=json.dumps(answer).encode())
    await poll()
    assert entry.data["token"]["access_token"] == new["access_token"]
    assert entry.data["token"]["refresh_token"] == old["refresh_token"]
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_account_removed_while_a_token_is_renewed(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    hass_storage: dict[str, Any],
) -> None:
    """A token that arrives after its account was removed is not stored."""
    form = await open_dialog(hass, entry)
    simulator.expire_xsts()
    simulator.fail(Service.XSTS, delay=0.1)
    # the removed friend is not renamed either
    friend = simulator.world.person(FRIEND)
    friend.rename("Night Owl", classic=friend.unique_gamertag)
    await hass.config_entries.subentries.async_configure(form["flow_id"], {FRIENDS: [FRIEND]})
    requests_before = simulator.requests(Service.XSTS)
    await until(lambda: len(simulator.requests(Service.XSTS)) > len(requests_before))
    await hass.config_entries.async_remove(entry.entry_id)
    await settle(hass)
    assert simulator.requests(Service.XSTS)[-1].status == HTTPStatus.OK
    assert [file for file in hass_storage if file.startswith(DOMAIN)] == []
