"""A family in tests whose play time is limited: two accounts, the first one with a friend."""

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from custom_components.xbox_network.const import DOMAIN
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.helpers.settling import settle
from tests.helpers.users import Caller

NOVA, JUNIPER, QUIET_HARBOR = "2535400000000001", "2535400000000002", "2535400000000011"
LEFT, LIMIT = "sensor.time_left", "number.daily_limit"


class LimitedFamily:
    """Two accounts, the first one with a friend."""

    def __init__(self, hass: HomeAssistant, first: ConfigEntry, second: ConfigEntry) -> None:
        """Use loaded accounts."""
        self._hass = hass
        self.first = first
        self.second = second
        self.nova, self.quiet, self.juniper = (
            Entities(hass, it) for it in (NOVA, QUIET_HARBOR, JUNIPER)
        )
        self.act = Caller(hass, None)
        self.all = {"device_id": [self.device(it) for it in (NOVA, QUIET_HARBOR, JUNIPER)]}

    def device(self, xuid: str) -> str:
        """Return the device id of a person."""
        entry = self.second if xuid == JUNIPER else self.first
        device = dr.async_get(self._hass).async_get_device_by_identifier(
            (DOMAIN, xuid), entry.entry_id
        )
        assert device
        return device.id

    async def load(self) -> None:
        """Load the second account, whatever it needs."""
        if self.second.disabled_by:
            await self._hass.config_entries.async_set_disabled_by(self.second.entry_id, None)
        elif self.second.state is not ConfigEntryState.LOADED:
            await self._hass.config_entries.async_reload(self.second.entry_id)
        await settle(self._hass)
        assert self.second.state is ConfigEntryState.LOADED

    def limits(self) -> list[str]:
        """Return the limit of each person of a loaded account."""
        people = (self.nova, self.quiet, self.juniper)
        loaded = self.second.state is ConfigEntryState.LOADED
        return [it(LIMIT) for it in (people if loaded else people[:2])]

    def bonuses(self) -> list[int]:
        """Return the bonus of each person."""
        return [it[LEFT].attributes["bonus"] for it in (self.nova, self.quiet, self.juniper)]


async def limited_family(
    hass: HomeAssistant, first: ConfigEntry, second: ConfigEntry
) -> LimitedFamily:
    """Return the family of two loaded accounts, with an hour a day for each."""
    await hass.auth.async_create_user("Owner")
    await add_friends(hass, first, QUIET_HARBOR)
    family = LimitedFamily(hass, first, second)
    await family.act("set_limit", family.all, minutes=60)
    assert family.limits() == ["60"] * 3
    return family
