"""What is known of a console outlives its move to another account: its apps, and what commands have led to."""

import pytest

from tests.conftest import Poll
from tests.helpers.automations.triggers import TriggerRecorder
from tests.helpers.consoles import Actions
from tests.helpers.household import JUNIPER, Household, refuse

MINUTE = 60

pytestmark = pytest.mark.usefixtures("freezer")


@pytest.mark.parametrize("restarted", [False, True])
async def test_source_list_after_a_move(
    household: Household, poll: Poll, *, restarted: bool
) -> None:
    """The new account knows the installed apps, also before it has read them itself."""
    player = household.at_den.id("media_player")

    def sources() -> list[str]:
        state = household.hass.states.get(player)
        assert state
        found: list[str] = state.attributes["source_list"]
        return found

    before = sources()
    assert "Starfall Drift" in before
    refuse(household, "ThrottledTryAgain", "installedApps", xuid=JUNIPER)
    if restarted:
        await household.reload(household.second)
    await household.disable(household.first)
    await poll(MINUTE)
    assert household.owner is household.second
    assert sources() == before


@pytest.mark.parametrize("lag", [25, 60])
async def test_moved_right_after_a_command(
    household: Household, poll: Poll, actions: Actions, lag: float
) -> None:
    """What the service told before a command is old news to the new account, too."""
    household.den.lag = lag
    await poll(2 * MINUTE)
    [device] = household.devices
    recorders = {
        name: await TriggerRecorder(household.hass).attach(name, {"device_id": device.id})
        for name in ("console_turned_on", "console_turned_off")
    }
    await actions.call("media_player.turn_off", household.at_den.id("media_player"))
    await household.disable(household.first)
    await poll(2 * MINUTE)
    assert household.owner is household.second
    assert {name: len(it.told) for name, it in recorders.items()} == {
        "console_turned_on": 0,
        "console_turned_off": 1,
    }
    for recorder in recorders.values():
        recorder.detach()
