"""Names in the dialog that adds friends: a friend is found however the name is written."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.xbox_network.xbox.endpoints import Service
from tests.helpers.friend_dialog import add_friends, error_of, open_dialog, shown, submit, tracked
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import BRASS_OTTER, QUIET_HARBOR, SIR_PICKLES

OWL, OTHER_OWL = "2535400000000096", "2535400000000097"


async def test_spelled_in_another_way(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person
) -> None:
    """A name that Xbox does not know is that of a friend who is called the same."""
    simulator.world.befriend(owner, simulator.world.add(Person(OWL, "Nächt Öwl")))
    for typed, xuid in (
        ("brass-otter", BRASS_OTTER),
        ("Quiet Hárbor 42", QUIET_HARBOR),
        ("vast quill 5521!", SIR_PICKLES),
        ("NACHT OWL", OWL),
    ):
        result = await submit(hass, await open_dialog(hass, entry), gamertag=typed)
        assert result["type"] is FlowResultType.CREATE_ENTRY, typed
        assert list(tracked(entry))[-1] == xuid
    assert tracked(entry)[OWL] == "Nächt Öwl"


async def test_errors(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person
) -> None:
    """Nobody, several people, and somebody who is there already are errors of the field."""
    for xuid, name in ((OWL, "Nächt Öwl"), (OTHER_OWL, "Nacht Owl")):
        simulator.world.befriend(owner, simulator.world.add(Person(xuid, name)))
    await add_friends(hass, entry, BRASS_OTTER)
    form = await open_dialog(hass, entry)
    for typed, error in (("brass-otter", "already_tracked"), ("nobody at all", "unknown_gamertag")):
        form = await submit(hass, form, gamertag=typed)
        assert form["errors"] == {"gamertag": error}, typed
    form = await submit(hass, form, gamertag="nacht-owl")
    assert error_of(form) == "several_friends"
    assert "called that: Nacht Owl, Nächt Öwl. Choose" in shown(form)["gamertag"]


async def test_without_a_list(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry
) -> None:
    """While the friends are not known, only the gamertag counts."""
    simulator.fail(Service.PEOPLE, status=503, times=None)
    form = await open_dialog(hass, entry)
    form = await submit(hass, form, gamertag="brass-otter")
    assert form["errors"] == {"gamertag": "unknown_gamertag"}
