"""Trust in push: polls are rare while it is reliable, and frequent the moment it is not."""

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
    """Let push announce enough to be relied on; the owner is offline again then."""
    for _ in range(2):
        owner.play(STARFALL_DRIFT)
        await until(lambda: entities("binary_sensor.in_game") == "on")
        await push_connection.wait(1.5)
        owner.go_offline()
        await until(lambda: entities("binary_sensor.online") == "off")
        await push_connection.wait(1.5)
    await push_connection.wait(9.0)


async def looked(simulator: Simulator, poll: Poll) -> int:
    """Return how often it is polled in ten minutes."""
    simulator.clear()
    await poll(TEN_MINUTES)
    return len(looks(simulator))


async def test_not_proved(
    push_connection: PushConnection, simulator: Simulator, poll: Poll
) -> None:
    """A connection alone proves nothing."""
    assert await looked(simulator, poll) == 60


@pytest.mark.usefixtures("proved")
async def test_proved(simulator: Simulator, entry: ConfigEntry, poll: Poll) -> None:
    """Once it has proved itself a poll only makes sure."""
    assert await looked(simulator, poll) == 4
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
    """Parties are not announced: who plays is looked at every minute nevertheless, and not more often."""
    owner.play(STARFALL_DRIFT)
    await until(lambda: entities("binary_sensor.in_game") == "on")
    await push_connection.wait(1.5)
    owner.join_party(3)
    await poll(70)
    assert entities("binary_sensor.in_party") == "on"
    simulator.clear()
    await poll(TEN_MINUTES)
    people = [it for it in simulator.requests(Service.PEOPLE) if "batch" in it.path]
    assert 8 <= len(people) <= 10
    assert len(looks(simulator)) == len(people)


@pytest.mark.usefixtures("proved")
async def test_in_a_game(
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    push_connection: PushConnection,
    poll: Poll,
) -> None:
    """The end of the game is announced, too."""
    owner.play(STARFALL_DRIFT)
    await until(lambda: entities("binary_sensor.in_game") == "on")
    await push_connection.wait(1.5)
    assert await looked(simulator, poll) < 11
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
    """Which game comes next nobody can announce who does not tell everything."""
    owner.go_online()
    await until(lambda: entities("binary_sensor.online") == "on")
    await push_connection.wait(1.5)
    assert await looked(simulator, poll) == 60


@pytest.mark.usefixtures("proved")
async def test_new_friend(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    push_connection: PushConnection,
    poll: Poll,
) -> None:
    """Somebody who is not listened to is polled, and so are all in the same request."""
    simulator.rta.refuse(r".*2535400000000011.*")
    await add_friends(hass, entry, "2535400000000011")
    await settle(hass)
    assert await looked(simulator, poll) == 60


@pytest.mark.usefixtures("proved")
async def test_missed(
    simulator: Simulator, owner: Person, entities: Entities, poll: Poll, entry: ConfigEntry
) -> None:
    """One change that was not announced ends the trust; two that are bring it back."""
    simulator.rta.delivers = False
    owner.go_online()
    await poll(160)
    assert entities("binary_sensor.online") == "on"
    owner.go_offline()
    await poll(20)
    assert entities("binary_sensor.online") == "off"
    assert await looked(simulator, poll) == 60
    assert entry.runtime_data.push.diagnostics()["missed_changes"] == 1


@pytest.mark.usefixtures("proved")
async def test_lost(
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    push_connection: PushConnection,
    poll: Poll,
) -> None:
    """Without a connection it is looked at once, and polled again as before."""
    simulator.fail("rta.xboxlive.com", status=503, times=None)
    simulator.clear()
    simulator.rta.delivers = False
    simulator.rta.drop()
    owner.go_online()
    await until(lambda: entities("binary_sensor.online") == "on")
    await settle(hass=push_connection.hass)
    assert await looked(simulator, poll) == 60


@pytest.mark.parametrize("accepted", [True, False])
async def test_everything_is_told(
    hass: HomeAssistant,
    simulator: Simulator,
    push_accepted: None,
    stored: ConfigEntry,
    accepted: bool,
) -> None:
    """The system health page says in a word how push is doing."""
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
