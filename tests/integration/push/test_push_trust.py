"""Trust in push: polls are rare while push is reliable, and frequent once it is not."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.helpers.push import PushConnection, looks
from tests.helpers.settling import settle, until
from tests.integration.diagnostics.test_system_health import lines
from tests.simulator import Person, Simulator

STARFALL_DRIFT = "1900000001"
TEN_MINUTES = 600.0


@pytest.fixture(name="proved")
async def proved_fixture(
    push_connection: PushConnection, owner: Person, entities: Entities
) -> None:
    """Let push announce enough changes to be trusted; the owner is offline after that."""
    for _ in range(2):
        owner.play(STARFALL_DRIFT)
        await until(lambda: entities("binary_sensor.in_game") == "on")
        await push_connection.wait(1.5)
        owner.go_offline()
        await until(lambda: entities("binary_sensor.online") == "off")
        await push_connection.wait(1.5)
    await push_connection.wait(9.0)


async def poll_count(simulator: Simulator, poll: Poll) -> int:
    """Return the number of polls in ten minutes."""
    simulator.clear()
    await poll(TEN_MINUTES)
    return len(looks(simulator))


async def test_not_proved(
    push_connection: PushConnection, simulator: Simulator, poll: Poll
) -> None:
    """A connection alone is no proof that push is reliable."""
    assert await poll_count(simulator, poll) == 60


@pytest.mark.usefixtures("proved")
async def test_proved(simulator: Simulator, entry: ConfigEntry, poll: Poll) -> None:
    """With trusted push polls are rare."""
    assert await poll_count(simulator, poll) == 4
    report = entry.runtime_data.push.diagnostics()
    assert (report["state"], report["missed_changes"]) == ("proved", 0)


@pytest.mark.usefixtures("proved")
async def test_party_while_proved(
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    push_connection: PushConnection,
    poll: Poll,
) -> None:
    """A person in a game is refreshed once a minute, because parties are not announced."""
    owner.play(STARFALL_DRIFT)
    await until(lambda: entities("binary_sensor.in_game") == "on")
    await push_connection.wait(1.5)
    owner.join_party(3)
    await poll(70)
    assert entities("binary_sensor.in_party") == "on"
    simulator.clear()
    await poll(TEN_MINUTES)
    profile_requests = [it for it in simulator.requests(Service.PEOPLE) if "batch" in it.path]
    assert 8 <= len(profile_requests) <= 10
    assert len(looks(simulator)) == len(profile_requests)


@pytest.mark.usefixtures("proved")
async def test_in_a_game(
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    push_connection: PushConnection,
    poll: Poll,
) -> None:
    """Polls stay rare in a game, because its end is announced, too."""
    owner.play(STARFALL_DRIFT)
    await until(lambda: entities("binary_sensor.in_game") == "on")
    await push_connection.wait(1.5)
    assert await poll_count(simulator, poll) < 11
    owner.stop()
    await until(lambda: entities("binary_sensor.in_game") == "off")


@pytest.mark.usefixtures("proved")
async def test_online_without_a_game(
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    push_connection: PushConnection,
    poll: Poll,
) -> None:
    """A person online outside a game is polled as before, because the next game may not be announced."""
    owner.go_online()
    await until(lambda: entities("binary_sensor.online") == "on")
    await push_connection.wait(1.5)
    assert await poll_count(simulator, poll) == 60


@pytest.mark.usefixtures("proved")
async def test_new_friend(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    push_connection: PushConnection,
    poll: Poll,
) -> None:
    """A friend without a subscription is polled, and all people with the same request."""
    simulator.rta.refuse(r".*2535400000000011.*")
    await add_friends(hass, entry, "2535400000000011")
    await settle(hass)
    assert await poll_count(simulator, poll) == 60


@pytest.mark.usefixtures("proved")
async def test_missed(
    simulator: Simulator, owner: Person, entities: Entities, poll: Poll, entry: ConfigEntry
) -> None:
    """One change that was not announced ends the trust."""
    simulator.rta.delivers = False
    owner.go_online()
    await poll(160)
    assert entities("binary_sensor.online") == "on"
    owner.go_offline()
    await poll(20)
    assert entities("binary_sensor.online") == "off"
    assert await poll_count(simulator, poll) == 60
    assert entry.runtime_data.push.diagnostics()["missed_changes"] == 1


@pytest.mark.usefixtures("proved")
async def test_lost(
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    push_connection: PushConnection,
    poll: Poll,
) -> None:
    """A lost connection causes a refresh at once, and polls as before."""
    simulator.fail("rta.xboxlive.com", status=503, times=None)
    simulator.clear()
    simulator.rta.delivers = False
    simulator.rta.drop()
    owner.go_online()
    await until(lambda: entities("binary_sensor.online") == "on")
    await settle(hass=push_connection.hass)
    assert await poll_count(simulator, poll) == 60


@pytest.mark.parametrize("accepted", [True, False])
async def test_state_in_system_health(
    hass: HomeAssistant,
    simulator: Simulator,
    push_accepted: None,
    stored: ConfigEntry,
    accepted: bool,
) -> None:
    """The system health page has the state of push."""
    if not accepted:
        simulator.rta.refuse(".*")
    await hass.config_entries.async_setup(stored.entry_id)
    push = stored.runtime_data.push
    await until(lambda: push.state != "connecting")
    info = await lines(hass)
    assert info["push"] == ("connected" if accepted else "refused")
    assert push.diagnostics()["topics"] == (
        {"devices: 0": 1, "friends: 0": 1, "richpresence: 3": 1}
        if accepted
        else {"devices: 3": 1, "friends: 3": 1, "richpresence: 3": 1}
    )
