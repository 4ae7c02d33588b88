"""Scripts of what a friend does, and the triggers that watch it."""

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
    """A tracked friend who does what a script says, and the triggers that watch."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator, poll: Poll
    ) -> None:
        """Begin without triggers."""
        super().__init__()
        self.hass = hass
        self.entry = entry
        self.simulator = simulator
        self.poll = poll
        self.friend = simulator.world.person(QUIET_HARBOR)

    @property
    def entities(self) -> Entities:
        """The entities of the friend."""
        return Entities(self.hass, QUIET_HARBOR)

    async def watch(self, **triggers: tuple[str, dict[str, Any]]) -> None:
        """Attach triggers: each by a name, with its options."""
        target = {"device_id": device_of(self.hass, self.entities.id("event.activity"))}
        for label, (name, options) in triggers.items():
            self.recorders[label] = await TriggerRecorder(self.hass).attach(name, target, options)

    @override
    async def _step(self, what: str, *how: str) -> None:
        if what == "wait":
            await self.poll(float(how[0]), step=20.0)
        elif what == "gone":
            assert self.entities("event.activity") == STATE_UNAVAILABLE
        elif what in ("party", "alone"):
            self._do(what)
            await self.poll(60)  # a profile is looked at each minute while somebody plays
        else:
            if what in ("reload", "restart", "remove", "add"):
                await self._change(what)
            elif what in ("fail", "heal"):
                self._network(*how)
            else:
                self._do(what, *how)
            await self.poll()

    def _do(self, what: str, *how: str) -> None:
        friend = self.friend
        match what:
            case "play":
                friend.play(GAMES[how[0]], *how[1:])
            case "online":
                friend.go_online(*how)
            case "offline":
                friend.go_offline()
            case "stop":
                friend.stop()
            case "party":
                friend.join_party(3)
            case "alone":
                friend.leave_party()
            case "hide" | "show":
                friend.hidden = what == "hide"
            case _:
                raise AssertionError(what)

    def _network(self, status: str | None = None) -> None:
        self.simulator.heal()
        self.simulator.fail(Service.REALTIME, status=403, times=None)
        if status:
            for host in (*SERVICES, Service.CONSOLES):
                self.simulator.fail(host, status=int(status), times=None)

    async def _change(self, what: str) -> None:
        match what:
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
    """Track the friend, who is offline."""
    await add_friends(hass, entry, QUIET_HARBOR)
    friend_script = FriendScript(hass, entry, simulator, poll)
    yield friend_script
    friend_script.close()
