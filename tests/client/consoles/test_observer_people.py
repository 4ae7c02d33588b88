"""The consoles observer, people: the effect of their presence on a console."""

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from custom_components.xbox_network.xbox.consoles.player import find_player
from custom_components.xbox_network.xbox.models.consoles import Power
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from custom_components.xbox_network.xbox.presence import Presence
from tests.client.conftest import (
    CONSOLES,
    FRIEND,
    HARBOR_KINGS,
    OWNER,
    STARFALL_DRIFT,
    asked,
)
from tests.helpers.client.consoles_observer import (
    STATE_OF_BEDROOM,
    STATE_OF_DEN,
    keep_looking,
    look,
    reads,
)
from tests.simulator import Console, Person, Simulator
from tests.simulator.world.demo_world import BEDROOM, DEN


async def presences(observer: PeopleObserver) -> dict[str, Presence]:
    """Return the presences of the tracked people."""
    return {xuid: person.presence for xuid, person in (await observer.refresh()).items()}


@pytest.fixture
async def known(
    consoles_observer: ConsolesObserver, observer: PeopleObserver, den: Console
) -> None:
    """Refresh both consoles once, both off."""
    den.power = "ConnectedStandby"
    await consoles_observer.refresh()
    assert not consoles_observer.update_people(await presences(observer), OWNER)


@pytest.mark.usefixtures("known")
class TestArrivals:
    """People who arrive at an Xbox, or leave it."""

    async def test_owner_arrives(
        self,
        consoles_observer: ConsolesObserver,
        observer: PeopleObserver,
        simulator: Simulator,
        freezer: FrozenDateTimeFactory,
        den: Console,
        owner: Person,
    ) -> None:
        """The console of the owner's device type is asked at once, and no other; it is on."""
        freezer.tick(30)
        den.sit_down(owner)
        den.run(STARFALL_DRIFT)
        people = await presences(observer)
        simulator.clear()
        assert consoles_observer.update_people(people, OWNER)
        assert consoles_observer.seconds_until_refresh == 0
        console = await look(consoles_observer)
        assert console.power is Power.ON
        assert [request.path for request in simulator.requests(CONSOLES)] == [STATE_OF_DEN]
        assert consoles_observer.evidence.people_at(console.console_id) == {OWNER}
        assert (
            find_player(console, consoles_observer.snapshots().values(), people, {OWNER}).xuid
            == OWNER
        )

    async def test_service_is_late(
        self,
        consoles_observer: ConsolesObserver,
        observer: PeopleObserver,
        simulator: Simulator,
        freezer: FrozenDateTimeFactory,
        bedroom: Console,
        friend: Person,
    ) -> None:
        """A console that the service still reports as asleep is asked again soon."""
        freezer.tick(30)
        bedroom.lag = 8
        bedroom.sit_down(friend)
        assert consoles_observer.update_people(await presences(observer), OWNER)
        simulator.clear()
        assert (await look(consoles_observer, BEDROOM)).power is Power.STANDBY
        consoles = await keep_looking(consoles_observer, freezer, 16)
        assert consoles[BEDROOM].power is Power.ON
        assert reads(simulator, STATE_OF_BEDROOM) == [0, 5, 15]

    async def test_person_leaves(
        self,
        consoles_observer: ConsolesObserver,
        observer: PeopleObserver,
        simulator: Simulator,
        freezer: FrozenDateTimeFactory,
        den: Console,
        owner: Person,
    ) -> None:
        """When a person leaves, the console is asked: it may have been switched off."""
        den.sit_down(owner)
        consoles_observer.update_people(await presences(observer), OWNER)
        freezer.tick(60)
        await consoles_observer.refresh()
        den.power = "ConnectedStandby"
        freezer.tick(7)
        assert consoles_observer.update_people(await presences(observer), OWNER)
        assert (await look(consoles_observer)).power is Power.STANDBY

    async def test_person_on_another_device(
        self,
        consoles_observer: ConsolesObserver,
        observer: PeopleObserver,
        freezer: FrozenDateTimeFactory,
        owner: Person,
        friend: Person,
    ) -> None:
        """A person on a phone or a PC is no reason to ask a console."""
        freezer.tick(30)
        owner.play(HARBOR_KINGS, "WindowsOneCore")
        friend.go_online("iOS")
        assert not consoles_observer.update_people(await presences(observer), OWNER)
        assert consoles_observer.seconds_until_refresh == 30

    async def test_many_changes_in_a_row(
        self,
        consoles_observer: ConsolesObserver,
        observer: PeopleObserver,
        simulator: Simulator,
        freezer: FrozenDateTimeFactory,
        friend: Person,
    ) -> None:
        """Many changes of a presence cost at most one request every five seconds."""
        freezer.tick(30)
        simulator.clear()
        for number in range(20):
            if number % 2:
                friend.go_offline("Scarlett")
            else:
                friend.go_online("Scarlett")
            consoles_observer.update_people(await presences(observer), OWNER)
            await keep_looking(consoles_observer, freezer, 1)
        assert 3 <= len(reads(simulator, STATE_OF_DEN)) <= 6

    async def test_other_title(
        self,
        consoles_observer: ConsolesObserver,
        observer: PeopleObserver,
        freezer: FrozenDateTimeFactory,
        den: Console,
        owner: Person,
    ) -> None:
        """A person who starts a title is a reason to ask the console."""
        den.sit_down(owner)
        consoles_observer.update_people(await presences(observer), OWNER)
        await consoles_observer.refresh()
        freezer.tick(30)
        await consoles_observer.refresh()
        freezer.tick(6)
        den.run(HARBOR_KINGS)
        assert consoles_observer.update_people(await presences(observer), OWNER)
        console = await look(consoles_observer)
        assert console.app
        assert console.app.name == "Harbor Kings"

    async def test_console_is_gone(
        self,
        consoles_observer: ConsolesObserver,
        observer: PeopleObserver,
        simulator: Simulator,
        freezer: FrozenDateTimeFactory,
        den: Console,
        friend: Person,
    ) -> None:
        """A console that is gone is not asked when a person arrives."""
        simulator.world.remove_console(den)
        assert (await keep_looking(consoles_observer, freezer, 130))[DEN].gone
        friend.go_online("Scarlett")
        assert not consoles_observer.update_people(await presences(observer), OWNER)

    async def test_no_change(
        self,
        consoles_observer: ConsolesObserver,
        observer: PeopleObserver,
        simulator: Simulator,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        """The same presences again are no reason to ask."""
        before = consoles_observer.seconds_until_refresh
        assert not consoles_observer.update_people(await presences(observer), OWNER)
        assert consoles_observer.seconds_until_refresh == before

    async def test_outage(
        self,
        consoles_observer: ConsolesObserver,
        observer: PeopleObserver,
        simulator: Simulator,
        freezer: FrozenDateTimeFactory,
        den: Console,
        owner: Person,
    ) -> None:
        """While the service fails, the owner's presence shows that the console is on."""
        simulator.fail(CONSOLES, status=500, times=None)
        freezer.tick(60)
        den.sit_down(owner)
        assert consoles_observer.update_people(await presences(observer), OWNER)
        console = await look(consoles_observer)
        assert (console.power, console.app, console.current) == (Power.ON, None, True)
        assert consoles_observer.snapshots()[BEDROOM].power is Power.STANDBY
        consoles = await keep_looking(consoles_observer, freezer, 600)
        assert (consoles[DEN].current, consoles[BEDROOM].current) == (True, False)


async def test_people_before_consoles(
    client: XboxClient, observer: PeopleObserver, simulator: Simulator
) -> None:
    """Without consoles a presence is no reason to ask."""
    consoles_observer = ConsolesObserver(client)
    assert not consoles_observer.update_people({}, OWNER)
    people = await presences(observer)
    simulator.clear()
    assert not consoles_observer.update_people(people, OWNER)
    assert not consoles_observer.update_people(
        {**people, FRIEND: Presence(True, (), ("Scarlett",))}, OWNER
    )
    assert asked(simulator) == []
