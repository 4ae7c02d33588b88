"""The rights of whoever calls an action or uses an entity.

Home Assistant checks them for the actions of entities; this is the same for the integration's own actions, and
the option that only administrators change limits. What an automation does by itself has no user: it may do all.
"""

from collections.abc import Iterable

from homeassistant.auth.models import User
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import Unauthorized, UnknownUser

from .const import DOMAIN
from .options import administrators_only
from .tracked import tracked_people


class LimitsUnauthorized(Unauthorized):
    """The error if somebody changes limits who is no administrator. Its text names the option."""

    def __init__(self, context: Context | None) -> None:
        """Add a text: `Unauthorized` takes none."""
        super().__init__(context=context)
        self.translation_domain = DOMAIN
        self.translation_key = "limits_need_administrator"
        self.generate_message = True


async def async_limited_user(hass: HomeAssistant, context: Context | None) -> User | None:
    """Return the user of a context, None if there is no user or it is an administrator: both may do all.

    Raises `UnknownUser`.
    """
    if context is None or not context.user_id:
        return None
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        raise UnknownUser(context=context)
    return None if user.is_admin else user


async def async_check_limits(
    hass: HomeAssistant, context: Context | None, people: Iterable[tuple[ConfigEntry, str]]
) -> None:
    """Raise `LimitsUnauthorized` if the caller may not change the limits of people, each by account and xuid."""
    limited = await async_limited_user(hass, context)
    if limited and any(_administrators_only(hass, entry, xuid) for entry, xuid in people):
        raise LimitsUnauthorized(context)


@callback
def _administrators_only(hass: HomeAssistant, of_entry: ConfigEntry, xuid: str) -> bool:
    """Return whether the option is on in this account, or in another one that has the person and is not disabled."""
    return any(
        administrators_only(entry)
        for entry in (of_entry, *hass.config_entries.async_entries(DOMAIN, include_disabled=False))
        if xuid in tracked_people(entry)
    )
