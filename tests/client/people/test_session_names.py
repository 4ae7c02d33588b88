"""The name of a title: one from the start of a session to its end, whatever the services say meanwhile."""

import json

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.people.changes import ChangeDetector, ChangeKind
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from custom_components.xbox_network.xbox.people.person import PersonSnapshot
from tests.client.conftest import FRIEND, HARBOR_KINGS, OWNER, STARFALL_DRIFT, WATCHED
from tests.simulator import Person, Simulator, Title

SHORT, LONG = "Starfall Drift", "Starfall Drift for Xbox Series X|S"


class Watch:
    """An observer of people, and what it shows of one of them."""

    def __init__(self, observer: PeopleObserver, freezer: FrozenDateTimeFactory) -> None:
        """Watch the owner."""
        self.observer = observer
        self._freezer = freezer
        self._detector: ChangeDetector | None = None
        self.people: dict[str, PersonSnapshot] = {}

    async def see(self, seconds: float = 10.0) -> list[tuple[ChangeKind, str | None]]:
        """Let time pass and refresh; return the changes of games with their names."""
        self._freezer.tick(seconds)
        self.people = await self.observer.refresh()
        person = self.people[OWNER]
        if self._detector is None:
            self._detector = ChangeDetector(person)
        changes = self._detector.update(person)
        return [(it.kind, it.title) for it in changes if it.title_id]

    def names(self, xuid: str = OWNER) -> tuple[str | None, str | None]:
        """Return the name of the active title in presence and as a title."""
        person = self.people[xuid]
        active = person.presence.active
        return active.name if active else None, person.title.name if person.title else None


@pytest.fixture(name="title")
def title_fixture(simulator: Simulator) -> Title:
    """Return a title with a short name in presence."""
    title = simulator.world.titles[STARFALL_DRIFT]
    title.name, title.presence_name = LONG, SHORT
    return title


@pytest.fixture(name="watching")
def watching_fixture(observer: PeopleObserver, freezer: FrozenDateTimeFactory) -> Watch:
    """Return a watch of the owner."""
    return Watch(observer, freezer)


STARTED, STOPPED = ChangeKind.STARTED_PLAYING, ChangeKind.STOPPED_PLAYING


async def test_name_of_titlehub(title: Title, watching: Watch, owner: Person) -> None:
    """Titlehub names a title from the start on; presence has all names beside it."""
    owner.go_online()
    await watching.see()
    owner.play(STARFALL_DRIFT)
    assert await watching.see() == [(STARTED, LONG)]
    assert watching.names() == (LONG, LONG)
    active = watching.people[OWNER].presence.active
    assert active
    assert set(active.other_names) == {SHORT, LONG}
    owner.stop()
    assert (STOPPED, LONG) in await watching.see()


async def test_titlehub_answers_later(
    title: Title, watching: Watch, simulator: Simulator, owner: Person
) -> None:
    """A title that began under the name of presence keeps it; the next session has that of titlehub."""
    owner.go_online()
    await watching.see()
    simulator.fail(Service.TITLES, status=503, times=None)
    owner.play(STARFALL_DRIFT)
    started = await watching.see()
    for _ in range(30):
        started += await watching.see()
    assert (STARTED, SHORT) in started
    assert watching.names()[0] == SHORT
    simulator.heal(Service.TITLES)
    for _ in range(10):
        assert await watching.see() == []
        assert watching.names()[0] == SHORT
    assert watching.names() == (SHORT, SHORT)
    owner.stop()
    assert (STOPPED, SHORT) in await watching.see()
    owner.play(STARFALL_DRIFT)
    assert await watching.see() == [(STARTED, LONG)]


async def test_names_that_change(title: Title, watching: Watch, owner: Person) -> None:
    """A title that is renamed while somebody plays it keeps its name, also on a second device."""
    owner.go_online()
    await watching.see()
    owner.play(STARFALL_DRIFT)
    assert await watching.see() == [(STARTED, LONG)]
    title.name, title.presence_name = "Sternensturz", "Drift"
    owner.play(STARFALL_DRIFT, "PC")
    for _ in range(40):
        assert await watching.see() == []
    assert watching.names() == (LONG, LONG)
    owner.go_offline("Scarlett")
    assert await watching.see() == []
    owner.play(HARBOR_KINGS, "PC")
    assert await watching.see() == [(STOPPED, LONG), (STARTED, "Harbor Kings")]
    owner.play(STARFALL_DRIFT, "PC")
    assert (STARTED, "Sternensturz") in await watching.see()


async def test_fallback(title: Title, watching: Watch, simulator: Simulator, owner: Person) -> None:
    """The name stays when the friend list stands in for presence."""
    owner.go_online()
    await watching.see()
    owner.play(STARFALL_DRIFT)
    await watching.see()
    title.presence_name = "Drift"
    simulator.fail(Service.PRESENCE, status=503, times=None)
    for _ in range(20):
        assert await watching.see() == []
        assert watching.names() == (LONG, LONG)
    assert "Drift" in watching.observer.titles.names.of(STARFALL_DRIFT)
    simulator.heal(Service.PRESENCE)
    owner.stop()
    # the first word of a service that takes over only confirms
    told = [*await watching.see(60), *await watching.see()]
    assert (STOPPED, LONG) in told


@pytest.mark.parametrize("blank", ["", " ", "\u200b"])
async def test_blank_names(
    title: Title, watching: Watch, simulator: Simulator, owner: Person, blank: str
) -> None:
    """A blank name is none: the first name that can be seen is kept."""
    simulator.spoil(
        Service.PRESENCE,
        lambda answer: (
            [
                it.update(name=blank)
                for record in answer
                for device in record.get("devices", ())
                for it in device.get("titles", ())
            ]
            and None
        ),
        times=None,
    )
    simulator.fail(Service.TITLES, status=503, times=None)
    owner.play(STARFALL_DRIFT)
    await watching.see()
    assert (
        watching.names()[0] == blank or watching.names()[0] == SHORT
    )  # the friend list has a name
    simulator.heal(Service.TITLES)
    await watching.see(90)
    assert watching.names()[0] == LONG


async def test_two_people(
    title: Title, watching: Watch, simulator: Simulator, owner: Person, friend: Person
) -> None:
    """Each person keeps the name of their own session, and nothing is written again and again."""
    owner.go_online()
    await watching.see()
    simulator.fail(Service.TITLES, status=503, times=None)
    owner.play(STARFALL_DRIFT)
    await watching.see()
    simulator.heal(Service.TITLES)
    await watching.see(90)
    friend.play(STARFALL_DRIFT)
    await watching.see()
    assert (watching.names()[0], watching.names(FRIEND)[0]) == (SHORT, LONG)
    version = watching.observer.titles.version
    for _ in range(5):
        await watching.see()
    assert watching.observer.titles.version == version


async def test_over_a_restart(
    title: Title,
    watching: Watch,
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
) -> None:
    """A session that lasts over a restart keeps its name; one that begins after it has the best."""
    owner.go_online()
    await watching.see()
    simulator.fail(Service.TITLES, status=503, times=None)
    owner.play(STARFALL_DRIFT)
    await watching.see()
    simulator.heal(Service.TITLES)
    await watching.see(90)
    kept = json.loads(json.dumps(watching.observer.titles.to_store()))
    later = Watch(PeopleObserver(client, WATCHED), freezer)
    later.observer.titles.from_store(kept)
    simulator.fail(Service.PRESENCE, status=503, times=1)
    simulator.fail(Service.PEOPLE, status=503, times=1)
    simulator.fail(Service.PRESENCE, status=503, times=1)
    with pytest.raises(Exception, match="503"):
        await later.see()
    await later.see(60)
    assert later.names() == (SHORT, SHORT)
    owner.stop()
    assert (STOPPED, SHORT) in await later.see()
    owner.play(STARFALL_DRIFT)
    # the kind of the title was told once before the restart: it is believed with the second answer
    assert [*await later.see(), *await later.see()] == [(STARTED, LONG)]


async def test_person_who_leaves(
    title: Title, watching: Watch, simulator: Simulator, owner: Person
) -> None:
    """A person who is not watched any more is forgotten, with the names of the session."""
    owner.go_online()
    await watching.see()
    simulator.fail(Service.TITLES, status=503, times=None)
    owner.play(STARFALL_DRIFT)
    await watching.see()
    simulator.heal(Service.TITLES)
    await watching.see(90)
    watching.observer.watch([FRIEND])
    watching.observer.titles.set_shown_name(STARFALL_DRIFT, LONG)
    watching.observer.watch([FRIEND, OWNER])
    await watching.see()
    assert watching.names()[0] == LONG
