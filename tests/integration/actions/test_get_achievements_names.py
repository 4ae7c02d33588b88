"""Action `get_achievements`: the title by any of its names, in any spelling."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from tests.conftest import Poll
from tests.integration.actions.test_get_achievements import ask_title
from tests.simulator import Person, Simulator
from tests.simulator.people.person import Progress
from tests.simulator.world.demo_world import HARBOR_KINGS, MOSS_AND_MACHINE, STARFALL_DRIFT

LONG = "Starfall Drift for Xbox Series X|S"


async def test_any_name(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person, poll: Poll
) -> None:
    """The name in presence counts as well as that of titlehub, as a whole or in part."""
    title = simulator.world.titles[STARFALL_DRIFT]
    title.name, title.presence_name = LONG, "Sternen’sturz"
    owner.play(STARFALL_DRIFT)
    await poll()
    for name in ("sternen sturz", "Sternen'sturz™", "STERNEN", LONG, "drift xbox series x/s"[6:]):
        assert (await ask_title(hass, title=name))["title"] == LONG, name


async def test_own_name_first(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person, poll: Poll
) -> None:
    """A title's own name goes before the same name that another title has somewhere else."""
    title = simulator.world.titles[STARFALL_DRIFT]
    title.name, title.presence_name = LONG, "Harbor Kings"
    owner.play(STARFALL_DRIFT)
    await poll()
    assert (await ask_title(hass, title="harbor kings"))["title_id"] == HARBOR_KINGS


@pytest.mark.parametrize(
    ("names", "query", "nearest"),
    [
        (("N+", "N++"), "n", ["N++", "N+"]),
        (("N+", "N++"), "N!", ["N++", "N+"]),
        (("Drift", "Drift"), "rift", [f"Drift ({HARBOR_KINGS})", f"Drift ({STARFALL_DRIFT})"]),
        (("Drift", "DRIFT™"), "rif", [f"DRIFT™ ({HARBOR_KINGS})", f"Drift ({STARFALL_DRIFT})"]),
        (("Drift", "Drifter"), "drif", ["Drifter", "Drift"]),
        (("Pokémon Sky", "Kings"), "pokemon skye", ["Pokémon Sky"]),
        (("Drift", "Kings"), "\u200b", ["Kings", "Drift"]),
    ],
    ids=str,
)
async def test_ambiguous(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    names: tuple[str, str],
    query: str,
    nearest: list[str],
) -> None:
    """What stays ambiguous is named with something to tell it apart; the latest goes first."""
    owner.progress = {
        STARFALL_DRIFT: Progress(1, 10, 1_000_000_000.0),
        HARBOR_KINGS: Progress(1, 10, 1_000_000_100.0),
    }
    simulator.world.titles[STARFALL_DRIFT].name, simulator.world.titles[HARBOR_KINGS].name = names
    with pytest.raises(ServiceValidationError) as raised:
        await ask_title(hass, title=query)
    assert raised.value.translation_placeholders
    assert raised.value.translation_placeholders["nearest"] == ", ".join(nearest)


async def test_exact(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person
) -> None:
    """Symbols and letter case decide where several titles are called nearly the same."""
    names = {STARFALL_DRIFT: "N+", HARBOR_KINGS: "N++", MOSS_AND_MACHINE: "n++"}
    for number, (title_id, name) in enumerate(names.items()):
        simulator.world.titles[title_id].name = name
        owner.progress[title_id] = Progress(1, 10, 1_900_000_000.0 + number)
    assert (await ask_title(hass, title="n+"))["title_id"] == STARFALL_DRIFT
    assert (await ask_title(hass, title="N++"))["title_id"] == HARBOR_KINGS
    # both are spelled alike: the one played last
    assert (await ask_title(hass, title="N ++"))["title_id"] == MOSS_AND_MACHINE
