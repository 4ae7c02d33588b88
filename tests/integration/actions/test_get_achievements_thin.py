"""Action `get_achievements`: answers that leave out a name, and times that cannot be true."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.integration.actions.test_get_achievements import ask_title
from tests.simulator import Person, Simulator
from tests.simulator.people.person import NO_MOMENT, Progress
from tests.simulator.world.demo_world import HARBOR_KINGS, STARFALL_DRIFT


@pytest.mark.parametrize("name", [None, "", " ", "\u200b"])
@pytest.mark.parametrize("query", ["harbor kings", "Harbor", HARBOR_KINGS, None])
async def test_name_left_out(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    poll: Poll,
    name: str | None,
    query: str | None,
) -> None:
    """A title that titlehub leaves nameless is found by the names that are known of it, and called so."""
    owner.play(HARBOR_KINGS)
    await poll(20)

    def change(answer: Any) -> None:
        for it in answer["titles"]:
            it["name"] = name

    simulator.spoil(Service.TITLES, change, times=None)
    asked = {} if query is None else {"title": query}
    found = await ask_title(hass, **asked)
    assert (found["title_id"], found["title"]) == (HARBOR_KINGS, "Harbor Kings")


@pytest.mark.parametrize("at", [NO_MOMENT, 1_000.0, 2_240_000_000.0, 1_000_000_000.0])
async def test_impossible_times(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person, at: float
) -> None:
    """A time that cannot be true is no time; the achievement is unlocked."""
    owner.progress = {STARFALL_DRIFT: Progress(3, 75, simulator.world.clock() - 400_000)}
    owner.progress[STARFALL_DRIFT].unlocked[2] = at
    found = await ask_title(hass, title=STARFALL_DRIFT)
    assert found["unlocked"] == 3
    moments = [it["unlocked_at"] for it in found["achievements"] if it["unlocked"]]
    assert [it is None for it in moments] == [False, False, True]
