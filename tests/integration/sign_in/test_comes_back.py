"""A sign-in that is refused comes back by itself, at a pace, whatever the network says."""

import pytest
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, set_up
from tests.helpers.account import expire_everything, flows, issues, state
from tests.helpers.entities import Entities
from tests.helpers.recovery import STARFALL_DRIFT, is_back
from tests.simulator import Person, Simulator

INVALID_GRANT = b'{"error": "invalid_grant"}'
NO_PROFILE = 2148916233


def times(simulator: Simulator, host: str, since: float) -> list[float]:
    """Return the times of the requests to a host, in seconds since a moment."""
    return [round(request.started - since) for request in simulator.requests(host)]


async def test_moment_of_no_at_xsts(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """A 401 of XSTS without a word, for one look, is over two minutes later, and nobody was asked."""
    simulator.fail(Service.XSTS, status=401, times=3)
    simulator.expire_xsts()
    await poll(20)
    owner.play(STARFALL_DRIFT)
    for _ in range(10):
        await poll()
        assert flows(hass) == []
    assert is_back(entities, owner)


@pytest.mark.parametrize("status", [400, 401])
async def test_moment_of_no_at_live(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    status: int,
) -> None:
    """A refusal of Live without a word, once, is over a minute later, and nobody was asked."""
    simulator.fail(Service.LIVE, status=status)
    expire_everything(simulator)
    await poll(20)
    owner.play(STARFALL_DRIFT)
    await poll(60)
    assert is_back(entities, owner)
    assert flows(hass) == []


@pytest.mark.parametrize(
    ("host", "status", "body", "asks"),
    [
        (Service.XSTS, 401, b"", True),
        (Service.XSTS, 400, b'{"odd": 1}', True),
        (Service.USER_AUTH, 403, b"", True),
        (Service.LIVE, 400, b"[]", True),
        (Service.LIVE, 401, b'{"error": "something new"}', True),
        (Service.LIVE, 400, b"<html>", False),
        (Service.XSTS, 401, b"<html>", False),
        (Service.LIVE, 400, INVALID_GRANT, True),
        (Service.XSTS, 404, b"", False),
        (Service.USER_AUTH, 500, b"", False),
    ],
)
async def test_refused_at_the_set_up(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    host: str,
    status: int,
    body: bytes,
    asks: bool,
) -> None:
    """Whatever the reason, the set-up is tried again by Home Assistant, and the prompt is taken back."""
    expire_everything(simulator)
    simulator.fail(host, status=status, body=body, times=None)
    await set_up(hass, stored)
    await poll(120)
    assert state(stored) is ConfigEntryState.SETUP_RETRY
    assert flows(hass) == [SOURCE_REAUTH] * asks
    assert issues(issue_registry) == []
    assert len(simulator.requests(host)) <= 8, "one request a step and try"
    simulator.heal()
    await poll(80)
    assert state(stored) is ConfigEntryState.LOADED
    assert flows(hass) == []


async def test_page_of_something_in_between(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A page in place of an answer of user.auth blames neither the registration nor the sign-in."""
    page = b"<html>blocked</html>"
    simulator.fail(Service.USER_AUTH, status=403, body=page, garbage=True, times=None)
    expire_everything(simulator)
    for _ in range(12):
        await poll()
        assert issues(issue_registry) == []
        assert flows(hass) == []
    simulator.heal()
    owner.play(STARFALL_DRIFT)
    await poll(20)
    assert is_back(entities, owner)


async def test_services_refuse_at_the_set_up(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, poll: Poll
) -> None:
    """Services that refuse the tokens of a sign-in that works are down: the set-up is tried again."""
    hosts = (Service.PRESENCE, Service.PEOPLE, Service.TITLES, Service.CONSOLES)
    for host in hosts:
        simulator.fail(host, status=401, times=None)
    await set_up(hass, stored)
    await poll(30, step=5)
    assert state(stored) is ConfigEntryState.SETUP_RETRY
    assert flows(hass) == []
    simulator.heal()
    await poll(40)
    assert state(stored) is ConfigEntryState.LOADED


async def test_pace_with_a_reason(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """A withdrawn sign-in asks at once and is tried after 1, 5, 15 and 60 minutes; then it is back."""
    expire_everything(simulator)
    simulator.fail(Service.LIVE, status=400, body=INVALID_GRANT, times=None)
    simulator.clear()
    await poll()
    assert flows(hass) == [SOURCE_REAUTH]
    [first] = simulator.requests(Service.LIVE)
    await poll(9000, step=20)
    asked = times(simulator, Service.LIVE, first.started)
    assert len(asked) == 6
    for seconds, wanted in zip(asked, (0, 60, 360, 1260, 4860, 8460), strict=True):
        assert wanted <= seconds <= wanted + 60
    assert len(simulator.requests(Service.PRESENCE)) <= 3 * len(asked)
    assert flows(hass) == [SOURCE_REAUTH]
    simulator.heal()
    owner.play(STARFALL_DRIFT)
    await poll(3600, step=60)
    assert is_back(entities, owner)
    assert flows(hass) == []


async def test_pace_without_a_reason(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """An unnamed refusal is tried each minute for ten minutes, then every five, and asks the second time."""
    simulator.expire_xsts()
    simulator.fail(Service.XSTS, status=401, times=None)
    await poll()
    simulator.clear()
    await poll(50)
    assert simulator.requests(Service.XSTS) == []
    assert flows(hass) == []
    await poll(20)
    assert flows(hass) == [SOURCE_REAUTH]
    await poll(470)
    assert len(simulator.requests(Service.XSTS)) == 9
    simulator.clear()
    await poll(3600, step=20)
    # at most every ten minutes the tokens before are renewed, too
    assert len(simulator.requests(Service.XSTS)) - len(simulator.requests(Service.LIVE)) * 2 <= 12


async def test_retry_after_of_a_refusal(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A refusal that says when to come back is not asked before, and at once then."""
    simulator.expire_xsts()
    simulator.fail(Service.XSTS, status=401, headers={"Retry-After": "400"}, times=None)
    await poll()
    simulator.clear()
    simulator.heal()
    owner.play(STARFALL_DRIFT)
    await poll(380)
    assert simulator.requests(Service.XSTS) == []
    await poll(30)
    assert is_back(entities, owner)


async def test_bad_token_once(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A token that no service accepts is replaced once two have said so, however well the last one worked."""
    owner.play(STARFALL_DRIFT)
    await poll(61)
    for times_bad in (1, 2):
        simulator.expire_xsts()
        simulator.spoil(Service.XSTS, lambda json: json.update(Token="bad"), times=times_bad)
        owner.stop()
        await poll(70 * times_bad)
        assert is_back(entities, owner)
        owner.play(STARFALL_DRIFT)
        await poll(20)


@pytest.mark.parametrize("times_bad", [3, 5])
async def test_bad_tokens(
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    times_bad: int,
) -> None:
    """After several bad tokens a new one is asked for each minute."""
    owner.play(STARFALL_DRIFT)
    await poll(61)
    simulator.expire_xsts()
    simulator.spoil(Service.XSTS, lambda json: json.update(Token="bad"), times=times_bad)
    owner.stop()
    await poll(60 * (times_bad - 1))
    assert is_back(entities, owner)


async def test_bad_user_tokens(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A user token that XSTS does not know is replaced at each try, one request a step."""
    await poll(30)
    expire_everything(simulator)
    simulator.spoil(Service.USER_AUTH, lambda json: json.update(Token="bad"), times=4)
    simulator.clear()
    owner.play(STARFALL_DRIFT)
    await poll(200)
    assert is_back(entities, owner)
    assert issues(issue_registry) == []
    assert len(simulator.requests(Service.XSTS)) <= 8


@pytest.mark.parametrize("seconds", [300, 700, 2000])
async def test_all_services_refuse_and_then_a_new_token_is_needed(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    seconds: int,
) -> None:
    """Services that refuse every token get a new one at the pace of the sign-in, and nobody is asked."""
    hosts = (Service.PRESENCE, Service.PEOPLE, Service.TITLES, Service.CONSOLES, Service.STATS)
    for host in hosts:
        simulator.fail(host, status=401, times=None)
    simulator.clear()
    await poll(seconds, step=20)
    assert len(simulator.requests(Service.XSTS)) <= 4 + seconds / 50
    assert flows(hass) == []
    for host in hosts:
        simulator.heal(host)
    simulator.expire_xsts()
    owner.play(STARFALL_DRIFT)
    await poll(380 if seconds > 600 else 130)
    assert is_back(entities, owner)


async def test_small_retry_after(simulator: Simulator, entry: ConfigEntry, poll: Poll) -> None:
    """A refusal that asks to come back in a second is no reason to do so for ever."""
    expire_everything(simulator)
    headers = {"Retry-After": "1"}
    simulator.fail(Service.LIVE, status=400, body=INVALID_GRANT, headers=headers, times=None)
    simulator.clear()
    await poll(600, step=2)
    assert len(simulator.requests(Service.LIVE)) <= 4
