"""Scripts of a friend's acts, and the triggers that watch the friend."""

from collections.abc import AsyncIterator
from typing import Any, override

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart
from tests.helpers.automations.trigger_script import TriggerScript
from tests.helpers.automations.triggers import TriggerRecorder, device_of
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.helpers.settling import settle
from tests.simulator import Simulator
from tests.simulator.world.demo_world import HARBOR_KINGS, LUMEN_VIDEO, QUIET_HARBOR, STARFALL_DRIFT

SERVICES = (Service.PRESENCE, Service.PEOPLE)
GAMES = {"drift": STARFALL_DRIFT, "kings": HARBOR_KINGS, "video": LUMEN_VIDEO}


class FriendScript(TriggerScript):
    """A tracked friend who acts as a script says, and triggers that watch the friend."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator, poll: Poll
    ) -> None:
        """Start without triggers."""
        super().__init__()
        self.hass = hass
        self.entry = entry
        self.simulator = simulator
        self.poll = poll
        self.friend = simulator.world.person(QUIET_HARBOR)

    @property
    def entities(self) -> Entities:
        """Return the entities of the friend."""
        return Entities(self.hass, QUIET_HARBOR)

    async def watch(self, **triggers: tuple[str, dict[str, Any]]) -> None:
        """Attach triggers, each under a name, with its options."""
        target = {"device_id": device_of(self.hass, self.entities.id("event.activity"))}
        for label, (name, options) in triggers.items():
            self.recorders[label] = await TriggerRecorder(self.hass).attach(name, target, options)

    @override
    async def _step(self, act: str, *args: str) -> None:
        if act == "wait":
            await self.poll(float(args[0]), step=20.0)
        elif act == "gone":
            assert self.entities("event.activity") == STATE_UNAVAILABLE
        elif act in ("party", "alone"):
            self._do(act)
            await self.poll(60)  # a profile is read every minute while its person plays
        else:
            if act in ("reload", "restart", "remove", "add"):
                await self._change(act)
            elif act in ("fail", "heal"):
                self._network(*args)
            else:
                self._do(act, *args)
            await self.poll()

    def _do(self, act: str, *args: str) -> None:
        friend = self.friend
        match act:
            case "play":
                friend.play(GAMES[args[0]], *args[1:])
            case "online":
                friend.go_online(*args)
            case "offline":
                friend.go_offline()
            case "stop":
                friend.stop()
            case "party":
                friend.join_party(3)
            case "alone":
                friend.leave_party()
            case "hide" | "show":
                friend.hidden = act == "hide"
            case _:
                raise AssertionError(act)

    def _network(self, status: str | None = None) -> None:
        self.simulator.heal()
        self.simulator.fail(Service.REALTIME, status=403, times=None)
        if status:
            for host in (*SERVICES, Service.CONSOLES):
                self.simulator.fail(host, status=int(status), times=None)

    async def _change(self, act: str) -> None:
        match act:
            case "reload":
                await self.hass.config_entries.async_reload(self.entry.entry_id)
                await settle(self.hass)
            case "restart":
                await restart(self.hass, self.entry)
            case "remove":
                [subentry] = self.entry.subentries.values()
                self.hass.config_entries.async_remove_subentry(self.entry, subentry.subentry_id)
                await settle(self.hass)
            case "add":
                await add_friends(self.hass, self.entry, QUIET_HARBOR)


@pytest.fixture(name="friend_script")
async def friend_script_fixture(
    hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator, poll: Poll
) -> AsyncIterator[FriendScript]:
    """Return the script of a tracked friend, who is offline."""
    await add_friends(hass, entry, QUIET_HARBOR)
    friend_script = FriendScript(hass, entry, simulator, poll)
    yield friend_script
    friend_script.close()
