"""Names that a first answer after a restart leaves out, or that consist of odd characters."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends, subentry_of
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import BRASS_OTTER, STARFALL_DRIFT

OWL, CLASSIC = "Ночная Сова", "DustyOtter8812"


def without(*fields: str) -> Any:
    """Return a change that takes fields out of all people."""

    def change(answer: Any) -> None:
        for person in answer["people"]:
            for field in fields:
                person[field] = None

    return change


@pytest.mark.parametrize(
    "fields",
    [
        ("uniqueModernGamertag",),
        ("uniqueModernGamertag", "modernGamertag", "modernGamertagSuffix"),
        ("uniqueModernGamertag", "gamertag"),
        ("gamertag",),
    ],
)
async def test_modern_gamertag_left_out_after_a_restart(
    hass: HomeAssistant,
    simulator: Simulator,
    owner: Person,
    device_registry: dr.DeviceRegistry,
    poll: Poll,
    sign_in: Any,
    fields: tuple[str, ...],
) -> None:
    """People keep their names when the first answer after a restart leaves one of them out."""
    owner.rename(OWL, classic=CLASSIC)
    otter = simulator.world.person(BRASS_OTTER)
    otter.rename("Выдра", "7", classic="PlainPebble31")
    entry: ConfigEntry = (await sign_in("adult"))["result"]
    await add_friends(hass, entry, BRASS_OTTER)
    names: list[str] = []

    def look() -> None:
        devices = [it for it in device_registry.devices if it.entry_type]
        names.extend(str(it.name) for it in devices)
        names.extend([entry.title, subentry_of(entry, BRASS_OTTER).title])

    look()
    before = set(names)
    simulator.spoil(Service.PEOPLE, without(*fields), r"/batch")
    await restart(hass, entry)
    look()
    await poll(310)
    look()
    assert set(names) == before


@pytest.mark.usefixtures("everything_enabled")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u200b", STATE_UNKNOWN),
        ("\u200e \u200f\ufe0f", STATE_UNKNOWN),
        ("\u200funknown\u200b", "“unknown”"),
        ("un\u00adavailable", "“unavailable”"),
        ("ＵＮＫＮＯＷＮ", "ＵＮＫＮＯＷＮ"),
        ("🏁", "🏁"),
        ("off", "off"),
        ("None", "None"),
        ("“unknown”", "“unknown”"),
        ("unavailable" + " " * 300, "“unavailable”"),
        (" " * 300 + "Lap 2", "Lap 2"),
    ],
    ids=ascii,
)
async def test_odd_rich_presence(
    entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll, text: str, shown: str
) -> None:
    """What nobody sees of a rich presence is no state, and makes no other state of one."""
    owner.play(STARFALL_DRIFT, rich_presence=text)
    await poll(20)
    assert entities("sensor.rich_presence") == shown
    assert entities("sensor.platform") == "xbox_series"
