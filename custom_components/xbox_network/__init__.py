"""Xbox Network: people of the Xbox network as entities."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.config_entry_oauth2_flow import (
    OAuth2Session,
    async_get_config_entry_implementation,
)

from .api import EntryTokens, TokenStore, forget_limits, locale
from .claims import take_claims
from .const import DOMAIN
from .coordinator import PeopleCoordinator, XboxConfigEntry, XboxRuntimeData
from .friends import FriendsCoordinator
from .push import Push
from .titles import TitleStore, forget_titles
from .xbox.client import XboxClient

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = [Platform.BINARY_SENSOR, Platform.EVENT, Platform.IMAGE, Platform.SENSOR]


async def async_setup_entry(hass: HomeAssistant, entry: XboxConfigEntry) -> None:
    """Set up one account."""
    implementation = await async_get_config_entry_implementation(hass, entry)
    owner = str(entry.unique_id)
    store = TokenStore(hass, owner)
    entry.async_on_unload(store.close)
    tokens = EntryTokens(hass, OAuth2Session(hass, entry, implementation), store)
    await store.load(tokens)
    client = XboxClient(tokens, locale(hass))
    people = PeopleCoordinator(hass, entry, client, owner)
    titles = TitleStore(hass, owner, people.observer.library)
    await titles.load()
    await people.async_config_entry_first_refresh()
    friends = FriendsCoordinator(hass, entry, people)
    push = Push(hass, entry, people, friends)
    entry.runtime_data = XboxRuntimeData(client, people, friends, push, titles)
    take_claims(hass, entry)
    entry.async_on_unload(entry.add_update_listener(_async_entry_updated))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    entry.async_on_unload(people.async_add_listener(titles.save_soon))
    titles.save_soon()
    friends.start()
    push.start()
    await people.follow_subentries()  # somebody may have been added meanwhile


async def _async_entry_updated(hass: HomeAssistant, entry: XboxConfigEntry) -> None:
    """Follow added and removed friends. A refreshed Live token comes by here, too, and changes nothing."""
    entry.runtime_data.friends.follow_names()
    await entry.runtime_data.people.follow_subentries()


async def async_unload_entry(hass: HomeAssistant, entry: XboxConfigEntry) -> None:
    """Unload one account."""
    await hass.config_entries.async_unload_platforms_or_raise(entry, PLATFORMS)
    await entry.runtime_data.titles.save()


async def async_remove_entry(hass: HomeAssistant, entry: XboxConfigEntry) -> None:
    """Forget what was kept for an account that is removed."""
    owner = str(entry.unique_id)
    forget_limits(hass, owner)
    await TokenStore(hass, owner).remove()
    await forget_titles(hass, owner)
