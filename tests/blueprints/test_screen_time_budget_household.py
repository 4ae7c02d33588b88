"""Blueprint screen_time_budget for a child with an own account, at a console of a parent's account."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from tests.blueprints.conftest import Automate, Live
from tests.conftest import SignIn
from tests.helpers.blueprints.family import Family
from tests.helpers.consoles import ConsoleEntities, told
from tests.helpers.fake_devices import Telephone
from tests.helpers.household import JUNIPER
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import STARFALL_DRIFT

MINUTE = 60


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "parents-only"])
async def test_child_with_own_account(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    telephone: Telephone,
    at_den: ConsoleEntities,
    automate: Automate,
    live: Live,
    sign_in: SignIn,
    shared: bool,
) -> None:
    """The console of the parent's account goes off for a child who is nobody's friend here."""
    if shared:
        den.shared_with.add(JUNIPER)
    own: ConfigEntry = (await sign_in("alone"))["result"]
    child = simulator.world.person(JUNIPER)
    family = Family(hass, own, child, telephone, console_entry=entry)
    await family.agree(6)
    await automate("screen_time_budget", **family.chosen, consoles=family.den, grace_minutes=2)
    await live(20)
    den.sit_down(child)
    den.run(STARFALL_DRIFT)
    await live(2 * MINUTE)
    assert at_den("sensor.player") == "Juniper Vale"
    await live(5 * MINUTE)
    assert told(den) == []
    await live(3 * MINUTE)
    assert told(den) == ["TurnOff"]
    assert telephone.read()[-1].startswith("Juniper Vale")
