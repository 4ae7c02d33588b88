"""Users of Home Assistant with different rights, and the actions that they call."""

from typing import Any

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.auth.models import Group, User
from homeassistant.auth.permissions.models import PermissionLookup
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from custom_components.xbox_network.const import DOMAIN, OPTION_ADMINISTRATORS_ONLY

READ, CONTROL = {"read": True}, {"read": True, "control": True}

type Target = dict[str, Any] | str
"""The target of an action; a text is an entity id."""

_WITH_RESPONSE = {"get_achievements", "get_limits", "get_playtime", "launch"}


class Caller:
    """Somebody who calls actions. Without a user, it is an automation."""

    def __init__(self, hass: HomeAssistant, user_id: str | None) -> None:
        """Call as that user."""
        self._hass = hass
        self.user_id = user_id

    async def __call__(self, action: str, target: Target, **data: Any) -> Any:
        """Call an action, one of this integration unless it says, for a target."""
        name = action.rpartition(".")[2]
        return await self._hass.services.async_call(
            action.rpartition(".")[0] or DOMAIN,
            name,
            {**({"entity_id": target} if isinstance(target, str) else target), **data},
            blocking=True,
            context=Context(user_id=self.user_id),
            return_response=name in _WITH_RESPONSE,
        )

    async def names(self, target: Target) -> list[str]:
        """Return the names of the people whose play time the caller gets."""
        report = await self("get_playtime", target)
        return sorted(it["name"] for it in report["people"])


async def caller(hass: HomeAssistant, group_id: str) -> Caller:
    """Return a new user in a group of Home Assistant."""
    user = await hass.auth.async_create_user("Somebody", group_ids=[group_id])
    return Caller(hass, user.id)


async def administrator(hass: HomeAssistant) -> Caller:
    """Return a new administrator."""
    return await caller(hass, GROUP_ID_ADMIN)


async def child(hass: HomeAssistant) -> Caller:
    """Return a new ordinary user."""
    return await caller(hass, GROUP_ID_USER)


async def guest(hass: HomeAssistant) -> Caller:
    """Return a new user who may only read."""
    return await caller(hass, GROUP_ID_READ_ONLY)


async def limited(hass: HomeAssistant, **policy: Any) -> Caller:
    """Return a new user with permissions for some entities only, as Home Assistant stores them."""
    user: User = await hass.auth.async_create_user("Somebody")
    user.perm_lookup = PermissionLookup(er.async_get(hass), dr.async_get(hass))
    user.groups = [Group(name="Some entities", policy={"entities": policy})]
    return Caller(hass, user.id)


def only_administrators(hass: HomeAssistant, entry: ConfigEntry, only: bool) -> None:
    """Switch the option of an account on or off: only administrators change limits."""
    options = {**entry.options, OPTION_ADMINISTRATORS_ONLY: only}
    hass.config_entries.async_update_entry(entry, options=options)
