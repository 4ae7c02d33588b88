"""People triggers with the option `console`: at which console a title is played."""

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, SignIn
from tests.helpers.automations.friend_script import FriendScript, friend_script_fixture  # noqa: F401  pytest finds it here
from tests.helpers.automations.triggers import TriggerRecorder, device_of
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_by_gamertag
from tests.simulator import Console, Person
from tests.simulator.world.demo_world import (
    HARBOR_KINGS,
    STARFALL_DRIFT,
)


@pytest.fixture(name="console_devices")
async def console_devices_fixture(
    hass: HomeAssistant, den: Console, bedroom: Console, friend_script: FriendScript
) -> dict[str, str]:
    """Return the device ids of the consoles by name."""
    names = {"den": den, "bedroom": bedroom}
    return {
        name: device_of(hass, ConsoleEntities(hass, console.console_id).id("media_player"))
        for name, console in names.items()
    }


async def test_console(
    den: Console,
    bedroom: Console,
    friend_script: FriendScript,
    console_devices: dict[str, str],
    poll: Poll,
) -> None:
    """A person plays at a console if known to play there, even if that is known a minute later."""
    await friend_script.watch(
        den=("started_playing", {"console": console_devices["den"]}),
        bedroom=("started_playing", {"console": console_devices["bedroom"]}),
        either=("started_playing", {"console": list(console_devices.values())}),
        kings_at_den=(
            "started_playing",
            {"console": console_devices["den"], "title": "Harbor Kings"},
        ),
        den_for_a_while=("started_playing", {"console": console_devices["den"], "for": 300}),
        stopped=("stopped_playing", {"console": console_devices["den"]}),
        stopped_elsewhere=("stopped_playing", {"console": console_devices["bedroom"]}),
        stopped_for=("stopped_playing", {"console": console_devices["den"], "for": 60}),
    )
    friend = friend_script.friend
    # on a console of the same kind in another house
    friend.play(STARFALL_DRIFT)
    assert await friend_script.play("wait 160, stop, wait 100, offline, wait 20") == {}
    assert friend_script.recorders["den"].reasons == ["not_seen_at_the_console"]
    # on the console in the den
    den.sit_down(friend)
    den.run(STARFALL_DRIFT)
    await poll(60)
    assert [payload["console"] for payload in friend_script.recorders["den"].told] == [
        console_devices["den"]
    ]
    assert friend_script.fired() == {"den": 1, "either": 1}
    assert await friend_script.play("wait 320") == {"den_for_a_while": 1}
    den.run(HARBOR_KINGS)
    await poll(30)
    assert [payload["console"] for payload in friend_script.recorders["stopped"].told] == [
        console_devices["den"]
    ]
    assert friend_script.fired() == {"den": 1, "either": 1, "kings_at_den": 1, "stopped": 1}
    assert await friend_script.play("wait 100") == {}  # still playing there
    den.stand_up(friend)
    assert await friend_script.play("wait 20") == {"stopped": 1}
    assert await friend_script.play("wait 60") == {"stopped_for": 1}


async def test_console_of_another_account(
    hass: HomeAssistant,
    den: Console,
    friend_script: FriendScript,
    console_devices: dict[str, str],
    sign_in: SignIn,
    poll: Poll,
) -> None:
    """The owner of one account can play at the console of another, as owner and as friend."""
    assert (await sign_in("alone"))["type"] is FlowResultType.CREATE_ENTRY
    await add_by_gamertag(hass, friend_script.entry, "Juniper Vale")
    nova, juniper = friend_script.entry.unique_id, friend_script.simulator.personas["alone"]
    for label, prefix in {"own": juniper.xuid, "as_friend": f"{nova}_{juniper.xuid}"}.items():
        target = {"entity_id": Entities(hass, prefix).id("event.activity")}
        options = {"console": console_devices["den"]}
        friend_script.recorders[label] = await TriggerRecorder(hass).attach(
            "started_playing", target, options
        )
    den.sit_down(friend_script.simulator.world.person(juniper.xuid))
    den.run(STARFALL_DRIFT)
    assert await friend_script.play("wait 60") == {"own": 1, "as_friend": 1}


@pytest.mark.parametrize(
    ("script", "fires"),
    [
        ("60", 1),
        ("70 for", 1),  # has lasted when the console becomes known
        ("160", 0),  # too late
        ("60 stop", 0),  # over when the console becomes known
        ("60 take", 0),
    ],
)
async def test_console_known_later(
    den: Console,
    friend_script: FriendScript,
    console_devices: dict[str, str],
    owner: Person,
    entities: Entities,
    poll: Poll,
    script: str,
    fires: int,
) -> None:
    """A trigger waits for the console for a limited time, and only while the game goes on."""
    seconds, *steps = script.split()
    duration = {"for": 60} if "for" in steps else {}
    recorder = await TriggerRecorder(friend_script.hass, asks_why=False).attach(
        "started_playing",
        {"entity_id": entities.id("event.activity")},
        {"console": console_devices["den"], **duration},
    )
    friend_script.simulator.fail(Service.CONSOLES, status=503, times=None)
    await poll(20)
    owner.play(STARFALL_DRIFT)
    await poll(float(seconds))
    assert recorder.told == []
    if "stop" in steps:
        owner.stop()
    if "take" in steps:
        recorder.detach()
    await poll()
    await friend_script.play("heal, wait 100")
    assert len(recorder.told) == fires
    recorder.detach()
