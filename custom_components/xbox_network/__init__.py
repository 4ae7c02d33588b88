"""Xbox Network: people and consoles of the Xbox network as entities."""

from . import minimum_version  # noqa: F401  first: an older Home Assistant lacks what follows

# isort: split
import asyncio
from collections.abc import Coroutine, Iterable
from functools import partial
from typing import Any

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.config_entry_oauth2_flow import (
    OAuth2Session,
    async_get_config_entry_implementation,
)
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import ConfigType

from .api import EntryTokens, forget_account, locale, release_shared
from .const import DOMAIN
from .coordinator.achievements import AchievementsCoordinator
from .coordinator.consoles import WOKEN_AT, ConsolesCoordinator
from .coordinator.friends import FriendsCoordinator
from .coordinator.household import forget_household, household_of
from .coordinator.now_playing import NowPlaying
from .coordinator.people import PeopleCoordinator
from .coordinator.played_titles import PlayedTitles
from .coordinator.playtime import PlaytimeCoordinator
from .coordinator.push import Push
from .coordinator.sign_in import end_dialogs
from .data import XboxConfigEntry, XboxRuntimeData, is_active
from .entity.unique_ids import reassign_unique_ids
from .issues import delete_issues
from .language import follow_language
from .lights import async_forget_lights, lender_of
from .services import async_setup_services
from .storage.caches import CacheKind, CacheStore
from .storage.removal import remove_files, remove_orphans
from .storage.tokens import TokenStore
from .xbox.client import XboxClient

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.MEDIA_PLAYER,
    Platform.NUMBER,
    Platform.REMOTE,
    Platform.SENSOR,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, which all accounts share, and go on with the lights that are borrowed."""
    await lender_of(hass).load()
    async_setup_services(hass)
    await remove_orphans(hass)

    @callback
    def entry_changed(_: ConfigEntryChange, entry: ConfigEntry) -> None:
        # also of an account that could not be set up, which is not unloaded
        if entry.domain == DOMAIN and entry.disabled_by:
            delete_issues(hass, entry)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, entry_changed)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: XboxConfigEntry) -> None:
    """Set up one account."""
    owner = str(entry.unique_id)
    tokens = await _tokens(hass, entry, owner)
    client = XboxClient(tokens, locale(hass))
    people = PeopleCoordinator(hass, entry, client, owner)
    consoles = ConsolesCoordinator(hass, entry, people)
    achievements = AchievementsCoordinator(hass, entry, people)
    titles, names, products, apps = _caches(hass, people, consoles)
    caches = (titles, names, products, apps, achievements.store)
    playtime = PlaytimeCoordinator(hass, entry, people)
    await _read_and_look(
        people, consoles, tokens.load(), (playtime.load(), *(cache.load() for cache in caches))
    )
    friends = FriendsCoordinator(hass, entry, people)
    push = Push(hass, entry, people, friends, achievements)
    now_playing = NowPlaying(hass, people, consoles)
    entry.runtime_data = XboxRuntimeData(
        client=client,
        people=people,
        playtime=playtime,
        friends=friends,
        consoles=consoles,
        push=push,
        achievements=achievements,
        caches=caches,
        now_playing=now_playing,
        played_titles=PlayedTitles(people, playtime),
    )
    follow_language(hass, entry)
    reassign_unique_ids(hass, entry)
    now_playing.start()
    playtime.start()
    entry.async_on_unload(entry.add_update_listener(_async_entry_updated))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    _save_with(people, titles, names)
    _save_with(consoles, products, apps)
    friends.start()
    consoles.start()
    achievements.start()
    push.start()
    await people.sync_subentries()  # friends may have been added meanwhile


async def _tokens(hass: HomeAssistant, entry: XboxConfigEntry, owner: str) -> EntryTokens:
    """Return the tokens of an account; the stored ones are not loaded yet."""
    implementation = await async_get_config_entry_implementation(hass, entry)
    store = TokenStore(hass, owner)
    entry.async_on_unload(store.close)
    return EntryTokens(hass, OAuth2Session(hass, entry, implementation), store)


def _caches(
    hass: HomeAssistant, people: PeopleCoordinator, consoles: ConsolesCoordinator
) -> tuple[CacheStore, CacheStore, CacheStore, CacheStore]:
    """Return the caches of titles, their names, products, and installed apps.

    All but the names are in the client's language.
    """
    titles, products = people.observer.titles, consoles.observer.products
    owner, client = people.owner, people.client

    def language() -> str:
        return client.language

    return (
        CacheStore(hass, owner, CacheKind.TITLES, titles, language=language),
        CacheStore(hass, owner, CacheKind.NAMES, titles.names),
        CacheStore(hass, owner, CacheKind.PRODUCTS, products, language=language),
        CacheStore(
            hass, owner, CacheKind.APPS, consoles.observer.installed_apps, language=language
        ),
    )


def _save_with(coordinator: PeopleCoordinator | ConsolesCoordinator, *caches: CacheStore) -> None:
    """Save what is new in caches now, and whenever a coordinator has news."""
    for cache in caches:
        coordinator.config_entry.async_on_unload(coordinator.async_add_listener(cache.save_soon))
        cache.save_soon()


async def _read_and_look(
    people: PeopleCoordinator,
    consoles: ConsolesCoordinator,
    load_tokens: Coroutine[Any, Any, None],
    load_files: Iterable[Coroutine[Any, Any, None]],
) -> None:
    """Read all files side by side, and look at the network meanwhile: a look needs nothing but the tokens.

    What it finds waits for the files. Only a failure of the people is raised.
    """
    hass, entry = people.hass, people.config_entry

    async def load_all() -> None:
        with people.client.transport.holding_answers():
            await asyncio.gather(*load_files)

    start = partial(entry.async_create_background_task, hass)
    tokens = start(load_tokens, f"{DOMAIN} tokens")  # the first in line
    files = start(load_all(), f"{DOMAIN} files")
    try:
        await tokens
        await _first_refresh(people, consoles)
        await files
    except BaseException:
        tokens.cancel()
        files.cancel()
        raise


async def _first_refresh(people: PeopleCoordinator, consoles: ConsolesCoordinator) -> None:
    """Refresh people, and consoles that are this account's, in parallel. Only a failure of the people is raised."""
    consoles.join_household()
    refresh = people.config_entry.async_create_background_task(
        people.hass, consoles.async_refresh(), f"{consoles.name} first refresh"
    )
    try:
        await people.async_config_entry_first_refresh()
    except BaseException:
        refresh.cancel()
        raise
    await refresh


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: XboxConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Let the user delete a console that is no longer linked to any account.

    One that is linked to another account goes over to that account by itself.
    """
    if entry.state is not ConfigEntryState.LOADED:
        return False
    data = entry.runtime_data
    ids = {it for domain, it in device.identifiers if domain == DOMAIN}
    if ids & data.people.tracked().keys() or any(map(household_of(hass).lists, ids)):
        return False
    for console_id in ids:
        data.consoles.forget(console_id)
    return True


async def _async_entry_updated(hass: HomeAssistant, entry: XboxConfigEntry) -> None:
    """Take over changed friends and options. A refreshed Live token also calls this, without effect.

    Many friends may be added or renamed at a time: the first call takes over all of them.
    """
    changed = entry.runtime_data.changed
    if changed.is_set():
        return
    changed.set()
    await asyncio.sleep(0)
    changed.clear()
    if not is_active(entry):
        return
    entry.runtime_data.consoles.async_update_listeners()
    entry.runtime_data.friends.sync_names()
    entry.runtime_data.playtime.sync_options()
    await entry.runtime_data.people.sync_subentries()


async def async_unload_entry(hass: HomeAssistant, entry: XboxConfigEntry) -> None:
    """Unload one account. A friend removed just before is in none of the files."""
    entry.runtime_data.people.forget_removed()
    await hass.config_entries.async_unload_platforms_or_raise(entry, PLATFORMS)
    for store in entry.runtime_data.caches:
        await store.save()
    await entry.runtime_data.playtime.save()


async def async_remove_entry(hass: HomeAssistant, entry: XboxConfigEntry) -> None:
    """Delete the stored data of a removed account, and with the last one what all accounts share."""
    owner = str(entry.unique_id)
    household_of(hass).entry_removed(entry)
    end_dialogs(hass, entry)
    forget_account(hass, owner)
    await remove_files(hass, owner)
    if not hass.config_entries.async_entries(DOMAIN):
        release_shared(hass)
        forget_household(hass)
        await async_forget_lights(hass)
        hass.data.pop(WOKEN_AT, None)
