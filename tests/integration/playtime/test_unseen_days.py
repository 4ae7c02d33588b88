"""Play that nobody saw, with a midnight in between: today gets only what is certainly of today, and no limit ends by it."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from tests.conftest import Poll
from tests.helpers.entities import Entities
from tests.helpers.playtime import HARBOR_KINGS, STARFALL_DRIFT
from tests.helpers.unseen_play import HOUR, MINUTE, REASONS, Blindness, Child
from tests.simulator import Person, Simulator

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)

pytestmark = pytest.mark.freeze_time("2026-11-23T14:30:00Z")  # half past three in Berlin


class Life:
    """What the child does, in sight or not."""

    def __init__(self, owner: Person, freezer: FrozenDateTimeFactory, poll: Poll) -> None:
        """Begin."""
        self._owner, self._freezer, self.poll = owner, freezer, poll

    async def show(self, minutes: float, title_id: str = STARFALL_DRIFT) -> None:
        """Play in sight."""
        self._owner.play(title_id)
        await self.poll(minutes * MINUTE, step=20)

    async def show_end(self, hours: float = 1.0) -> None:
        """Sign out in sight, for some time."""
        self._owner.go_offline()
        await self.poll(hours * HOUR, step=60)

    def wait(self, hours: float) -> Life:
        """Let time pass that nobody sees."""
        self._freezer.tick(timedelta(hours=hours))
        return self

    def play(self, hours: float, title_id: str = STARFALL_DRIFT) -> Life:
        """Play while nobody sees it."""
        self.start(title_id).wait(hours)
        self._owner.go_offline()
        return self

    def start(self, title_id: str = STARFALL_DRIFT) -> Life:
        """Begin to play while nobody sees it."""
        self._owner.play(title_id)
        return self

    def stop(self) -> Life:
        """Sign out while nobody sees it."""
        self._owner.go_offline()
        return self


@pytest.fixture(name="life")
def life_fixture(owner: Person, freezer: FrozenDateTimeFactory, poll: Poll) -> Life:
    """Return the life of the account's owner, who is the child."""
    return Life(owner, freezer, poll)


@pytest.fixture(name="child")
async def child_fixture(
    hass: HomeAssistant, entry: ConfigEntry, entities: Entities
) -> AsyncIterator[Child]:
    """Return the child with a limit of an hour, in Berlin."""
    await hass.config.async_update(time_zone="Europe/Berlin", country="DE")
    child = Child(hass, entities)
    await child.agree(60)
    yield child
    child.end()


@pytest.fixture(name="unseen")
def unseen_fixture(
    request: pytest.FixtureRequest,
    hass: HomeAssistant,
    entry: ConfigEntry,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    poll: Poll,
    monkeypatch: pytest.MonkeyPatch,
) -> Blindness:
    """Return a function that lets something happen while nobody looks."""
    reason = getattr(request, "param", "unloaded")
    return Blindness(reason, hass, entry, simulator, poll, monkeypatch)


def because(*reasons: str) -> pytest.MarkDecorator:
    """Run a test for some reasons why nobody looks."""
    return pytest.mark.parametrize("unseen", reasons, indirect=True)


each_reason = because(*REASONS)


@each_reason
async def test_evening_before(child: Child, unseen: Blindness, life: Life) -> None:
    """Two hours of yesterday evening and ten minutes of this morning are no two hours of today (M1)."""
    await life.show(10)
    await life.show_end()
    await unseen(lambda: life.wait(2).play(2).wait(11).play(1 / 6).wait(1 / 3))
    await life.poll(3 * HOUR, step=60)
    assert child.today <= 12
    assert (child.left, child.fired) == (60, (0, 0))
    assert sum(await child.days(MONDAY, TUESDAY)) in (139, 140)


@because("outage", "stopped")
async def test_in_the_middle_of_a_game(child: Child, unseen: Blindness, life: Life) -> None:
    """A game that was running before and was the last one this morning was not played all night."""
    await life.show(10)
    await unseen(lambda: life.wait(1.5).stop().wait(12).play(1 / 6).wait(1 / 3))
    assert child.today <= 12
    await life.poll(3 * HOUR, step=60)
    assert child.today <= 12
    assert (child.left, child.fired) == (60, (0, 0))
    assert sum(await child.days(MONDAY, TUESDAY)) in range(105, 113)


@because("suspended")
async def test_another_game(child: Child, unseen: Blindness, life: Life) -> None:
    """So it is with a game that was found in the list of the titles played last."""
    await life.show(10, HARBOR_KINGS)
    await life.show(10)
    await life.show_end()
    await unseen(
        lambda: life.wait(2).play(2, HARBOR_KINGS).wait(11).play(1 / 6, HARBOR_KINGS).wait(1)
    )
    await life.poll(3 * HOUR, step=60)
    assert child.today <= 12
    assert (child.left, child.fired) == (60, (0, 0))
    assert sum(await child.days(MONDAY, TUESDAY)) in (149, 150)


@because("disabled", "stopped")
async def test_many_days(child: Child, unseen: Blindness, life: Life) -> None:
    """The amount of many days is shared among all of them but today."""
    await life.show(10)
    await life.show_end()

    def happens() -> None:
        for _ in range(5):
            life.wait(21).play(3)

    await unseen(happens)
    await life.poll(3 * HOUR, step=60)
    first, *others, today = await child.days(MONDAY, MONDAY + timedelta(days=5))
    assert today == child.today == 0
    assert first in range(60, 100)
    assert all(minutes in range(180, 220) for minutes in others)
    assert first + sum(others) in range(905, 911)
    assert (child.left, child.fired) == (60, (0, 0))


@because("outage", "suspended")
async def test_goes_on_after_midnight(child: Child, unseen: Blindness, life: Life) -> None:
    """Of a game that still runs the network tells when it began: that is of today, and counts."""
    await life.show(10)
    await life.show_end()
    await unseen(lambda: life.wait(2).play(2).wait(3.5).start().wait(0.75))
    await life.poll(5 * MINUTE, step=20)
    assert child.today in range(49, 53)
    assert child.left in range(7, 12)
    life.stop()
    await life.poll(HOUR, step=60)
    assert child.today in range(49, 53)
    assert child.fired == (0, 0)
    assert sum(await child.days(MONDAY, TUESDAY)) in range(177, 183)


@because("unloaded", "stopped")
async def test_same_day(child: Child, unseen: Blindness, life: Life) -> None:
    """An amount of today is part of today. It uses up nothing, but what is seen afterwards does."""
    await life.show(10)
    await life.show_end()
    await unseen(lambda: life.wait(0.2).play(2).wait(0.2))
    await life.poll(HOUR, step=60)
    assert child.today in (129, 130)
    assert child.left in (50, 51)
    assert child.fired == (0, 0)
    await life.show(52)
    assert child.today in range(180, 184)
    assert (child.left, child.fired) == (0, (1, 1))


@pytest.mark.freeze_time("2026-11-23T21:30:00Z")
async def test_certainly_of_today(child: Child, unseen: Blindness, life: Life) -> None:
    """What has no room before midnight was played today; but no limit ends by an amount."""
    await life.show(10)
    await life.show_end(0.25)  # it is five to eleven
    await unseen(lambda: life.wait(1 / 60).play(4).wait(0.5))
    await life.poll(HOUR, step=60)
    assert child.today in range(170, 181)
    assert (child.left, child.fired) == (60, (0, 0))
    assert (await child.days(MONDAY, MONDAY))[0] in range(70, 76)


@pytest.mark.freeze_time("2026-11-23T22:30:00Z")
async def test_some_minutes_around_midnight(child: Child, unseen: Blindness, life: Life) -> None:
    """So it is with a quarter of an hour."""
    await life.show(10)
    await life.show_end(1 / 6)  # it is ten to twelve
    await unseen(lambda: life.wait(1 / 12).play(1 / 10).wait(1 / 12))
    await life.poll(HOUR, step=60)
    assert child.today == 0
    assert (await child.days(MONDAY, MONDAY))[0] in (15, 16)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(date(2026, 10, 24), marks=pytest.mark.freeze_time("2026-10-24T13:30:00Z")),
        pytest.param(date(2026, 3, 28), marks=pytest.mark.freeze_time("2026-03-28T14:30:00Z")),
    ],
    ids=str,
)
async def test_night_of_a_change_of_the_clock(
    child: Child, unseen: Blindness, life: Life, first: date
) -> None:
    """So it is if the clocks change in that night."""
    await life.show(10)
    await life.show_end()
    await unseen(lambda: life.wait(2).play(2).wait(11).play(1 / 6).wait(1 / 3))
    await life.poll(3 * HOUR, step=60)
    assert child.today <= 12
    assert (child.left, child.fired) == (60, (0, 0))
    assert sum(await child.days(first, first + timedelta(days=1))) in (139, 140)


async def test_week_in_which_nobody_slept(child: Child, unseen: Blindness, life: Life) -> None:
    """No day gets implausibly much, whatever a counter says."""
    await life.show(10)
    await life.show_end()
    await unseen(lambda: life.wait(1).play(90).wait(1))
    await life.poll(3 * HOUR, step=60)
    days = await child.days(MONDAY, MONDAY + timedelta(days=4))
    assert max(days) <= 16 * 60
    assert (child.left, child.fired) == (60, (0, 0))
