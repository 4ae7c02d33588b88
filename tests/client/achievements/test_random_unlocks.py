"""Random lives: nothing old is told as new, nothing is told twice, and nothing that is watched is lost."""

from collections import Counter

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.helpers.client.unlock_life import TITLES, UnlockLife
from tests.helpers.random_traces import random_traces
from tests.simulator import Person, Simulator

PARTS = 4


@pytest.mark.random_traces
@pytest.mark.parametrize("part", range(PARTS))
async def test_random_lives(
    client: XboxClient,
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    part: int,
) -> None:
    """With odd lists, refusals, restarts and wrong clocks, each watched unlock is told once, and no other."""
    for title_id in TITLES:
        owner.play(title_id)
        await observer.refresh()
    for rng in random_traces("unlocks", part, PARTS):
        simulator.clear()
        life = UnlockLife(rng, client, observer, simulator, freezer)
        if rng.random() < 0.3:
            life.odd_answer()
        await life.go_on(10)
        for _ in range(10):
            if rng.random() < 0.08:
                await life.restart(rng.choice((5, 700)))
            life.act()()
            await life.go_on(rng.choice((5, 30, 200, 500)))
        await life.end()
        told = Counter(key for key, _ in life.told)
        assert not told.keys() & life.old, "an old unlock was told"
        assert max(told.values(), default=1) == 1, "an unlock was told twice"
        assert life.must <= told.keys(), "a watched unlock was lost"
        assert told.keys() <= life.must | life.may
