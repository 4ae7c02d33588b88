"""The media player of a console: its activity, the app in front, and commands to the console."""

import asyncio
import logging
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, override

from homeassistant.components.media_player import (
    ATTR_MEDIA_ANNOUNCE,
    ATTR_MEDIA_ENQUEUE,
    ATTR_MEDIA_EXTRA,
    BrowseError,
    BrowseMedia,
    MediaPlayerDeviceClass,
    MediaPlayerEnqueue,
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
    SearchMedia,
    SearchMediaQuery,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .actions.launch import resolve
from .const import DOMAIN
from .coordinator.consoles import ConsolesCoordinator
from .data import XboxConfigEntry
from .entity.console import ConsoleEntity, add_for_each_console
from .error_texts import caller_error
from .media import browse as console_media, homekit_keys, pictures
from .media.launchables import Launchable, Launchables
from .xbox.consoles.activity import AppKind, ConsoleActivity
from .xbox.consoles.demand import Fact
from .xbox.consoles.focused_app import FocusedApp
from .xbox.images import Picture, picture
from .xbox.models import commands
from .xbox.models.commands import Command
from .xbox.models.consoles import Power

_LOGGER = logging.getLogger(__name__)

# The coordinator queues the commands to one console. Commands to different consoles run in parallel.
PARALLEL_UPDATES = 0

# The state of any other activity is unknown. For an update see `ConsolePlayer.state`.
STATES = {
    ConsoleActivity.OFF: MediaPlayerState.OFF,
    ConsoleActivity.IDLE: MediaPlayerState.IDLE,
    ConsoleActivity.PLAYING: MediaPlayerState.PLAYING,
    ConsoleActivity.PAUSED: MediaPlayerState.PAUSED,
    ConsoleActivity.ON: MediaPlayerState.ON,
}
# The same whatever the console does: Alexa, Google and HomeKit read them once, and HomeKit rebuilds a television
# whose features change. If the console is off, its own error explains better than Home Assistant's why nothing happens.
FEATURES = (
    MediaPlayerEntityFeature.TURN_ON
    | MediaPlayerEntityFeature.TURN_OFF
    | MediaPlayerEntityFeature.SELECT_SOURCE
    | MediaPlayerEntityFeature.PLAY_MEDIA
    | MediaPlayerEntityFeature.BROWSE_MEDIA
    | MediaPlayerEntityFeature.SEARCH_MEDIA
    | MediaPlayerEntityFeature.PLAY
    | MediaPlayerEntityFeature.PAUSE
    | MediaPlayerEntityFeature.PREVIOUS_TRACK
    | MediaPlayerEntityFeature.NEXT_TRACK
    | MediaPlayerEntityFeature.VOLUME_STEP
    | MediaPlayerEntityFeature.VOLUME_MUTE
)
# The types of `play_media`. A channel is what voice assistants make of "change the channel to" and a name.
_MEDIA_TYPES = (MediaType.GAME, MediaType.APP, MediaType.CHANNEL)
# Maximum seconds that a list waits for its pictures. It may lack pictures, but not be late.
_PICTURES_WAIT_SECONDS = 3.0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the media player of each console."""
    consoles = entry.runtime_data.consoles
    add_for_each_console(
        hass, entry, async_add_entities, lambda console_id: [ConsolePlayer(consoles, console_id)]
    )


class ConsolePlayer(ConsoleEntity, MediaPlayerEntity):
    """The media player of a console."""

    _attr_translation_key = "console"
    demanded = (Fact.STATUS, Fact.APPS)
    _attr_device_class = MediaPlayerDeviceClass.TV
    _attr_supported_features = FEATURES

    def __init__(self, coordinator: ConsolesCoordinator, console_id: str) -> None:
        """Start with the present power state of the console."""
        super().__init__(coordinator, console_id)
        self._was_on: bool | None = None
        self._fetched: tuple[Picture, tuple[bytes, str] | None] | None = None
        self._fetching = asyncio.Lock()
        self._update_power()

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        event = homekit_keys.EVENT_KEY_PRESSED
        self.async_on_remove(self.hass.bus.async_listen(event, self._on_homekit_key))

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._update_power()
        super()._handle_coordinator_update()

    def _update_power(self) -> None:
        """Keep the last on or off during an update. Clear the mute state of a console that is off."""
        is_on = self.console.power.is_on
        self._was_on = self._was_on if self.console.power is Power.UPDATING else is_on
        if is_on is False:
            self._attr_is_volume_muted = None

    @property
    @override
    def state(self) -> MediaPlayerState | None:
        """The state of the console. An update keeps the last on or off: it does not switch the console."""
        activity = self.console.activity
        if activity is ConsoleActivity.UPDATING:
            states = {True: MediaPlayerState.ON, False: MediaPlayerState.OFF}
            return None if self._was_on is None else states[self._was_on]
        return STATES.get(activity) if activity else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """The activity of the console, which can also be an update."""
        return {"activity": self.console.activity}

    @property
    def _app(self) -> FocusedApp | None:
        return self.console.app

    @property
    @override
    def media_title(self) -> str | None:
        return self._app.name if self._app else None

    @property
    @override
    def app_name(self) -> str | None:
        return self._app.name if self._app else None

    @property
    @override
    def app_id(self) -> str | None:
        return self._app.aumid if self._app else None

    @property
    @override
    def media_content_type(self) -> MediaType | None:
        if self._app is None:
            return None
        return MediaType.GAME if self._app.kind is AppKind.GAME else MediaType.APP

    @property
    @override
    def media_content_id(self) -> str | None:
        """The media id with which `play_media` starts the app in front again."""
        if launchable := self._launchables.focused(self._app):
            return launchable.media_id
        return self._app.product.product_id if self._app and self._app.product else None

    @property
    @override
    def source(self) -> str | None:
        launchable = self._launchables.source(self._app)
        return launchable.name if launchable else None

    @property
    @override
    def source_list(self) -> list[str]:
        return [launchable.name for launchable in self._launchables.listed]

    @property
    def _launchables(self) -> Launchables:
        return self.coordinator.launchables(self.console_id)

    @property
    def _picture(self) -> Picture | None:
        product = self._app.product if self._app else None
        return picture(product.square) if product else None

    @property
    @override
    def media_image_hash(self) -> str | None:
        art = self._picture
        return sha256(art.target.encode()).hexdigest()[:16] if art else None

    @override
    async def async_get_media_image(self) -> tuple[bytes | None, str | None]:
        """Return the picture of the app in front. Simultaneous requests share one fetch."""
        async with self._fetching:
            if (current := self._picture) is None:
                return None, None
            if self._fetched is None or self._fetched[0] != current or self._fetched[1] is None:
                client = self.coordinator.people.client
                self._fetched = (current, await pictures.fetch_quietly(client, current))
            return self._fetched[1] or (None, None)

    async def _command(self, command: Command) -> None:
        await self.coordinator.command(self.console_id, command)

    async def _on_homekit_key(self, event: Event) -> None:
        """Press a key of HomeKit's remote control. Nobody waits for an error, so it is logged."""
        command = homekit_keys.COMMANDS.get(event.data.get(homekit_keys.ATTR_KEY_NAME, ""))
        if command is None or event.data.get(ATTR_ENTITY_ID) != self.entity_id:
            return
        try:
            await self._command(command)
        except HomeAssistantError as err:  # its text has the name of the console
            _LOGGER.warning("A key of HomeKit did not reach a console: %s", err.translation_key)

    @override
    async def async_turn_on(self) -> None:
        await self._command(commands.WAKE_UP)

    @override
    async def async_turn_off(self) -> None:
        await self._command(commands.TURN_OFF)

    @override
    async def async_media_play(self) -> None:
        await self._command(commands.PLAY)

    @override
    async def async_media_pause(self) -> None:
        await self._command(commands.PAUSE)

    @override
    async def async_media_previous_track(self) -> None:
        await self._command(commands.PREVIOUS)

    @override
    async def async_media_next_track(self) -> None:
        await self._command(commands.NEXT)

    @override
    async def async_volume_up(self) -> None:
        await self._command(commands.volume_up())

    @override
    async def async_volume_down(self) -> None:
        await self._command(commands.volume_down())

    @override
    async def async_mute_volume(self, mute: bool) -> None:
        """Mute or unmute. The console does not report the result, so the last command sets the state."""
        await self._command(commands.MUTE if mute else commands.UNMUTE)
        self._attr_is_volume_muted = mute
        self.async_write_ha_state()

    @override
    async def async_select_source(self, source: str) -> None:
        await self._command((await resolve(self.coordinator, self.console_id, source)).command)

    @override
    async def async_play_media(
        self, media_type: MediaType | str, media_id: str, **kwargs: Any
    ) -> None:
        if media_type.casefold() not in _MEDIA_TYPES:
            raise caller_error("unsupported_media_type")
        if unused := _unused_fields(kwargs):
            raise caller_error("play_media_fields", fields=", ".join(unused))
        await self._command((await resolve(self.coordinator, self.console_id, media_id)).command)

    @override
    async def async_browse_media(
        self,
        media_content_type: MediaType | str | None = None,
        media_content_id: str | None = None,
    ) -> BrowseMedia:
        folder = console_media.folder_of(media_content_id, BrowseError)
        await self._load_pictures(console_media.in_folder(folder, self._launchables))
        return console_media.browse(folder, self._launchables, self.coordinator.observer.products)

    @override
    async def async_search_media(self, query: SearchMediaQuery) -> SearchMedia:
        products = self.coordinator.observer.products
        matches = console_media.search(query, self._launchables, self.coordinator.names_of)
        await self._load_pictures(matches)
        return console_media.search_result(matches, products)

    async def _load_pictures(self, launchables: list[Launchable]) -> None:
        """Load the pictures of launchables, but wait for them only a few seconds."""
        task = self.coordinator.config_entry.async_create_background_task(
            self.hass, self.coordinator.load_products(launchables), f"{DOMAIN} pictures"
        )
        await asyncio.wait([task], timeout=_PICTURES_WAIT_SECONDS)


def _unused_fields(fields: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields that ask `play_media` for more than to start something at once."""
    at_once = (None, MediaPlayerEnqueue.PLAY, MediaPlayerEnqueue.REPLACE)
    asks = {
        ATTR_MEDIA_ANNOUNCE: fields.get(ATTR_MEDIA_ANNOUNCE),
        ATTR_MEDIA_ENQUEUE: fields.get(ATTR_MEDIA_ENQUEUE) not in at_once,
        ATTR_MEDIA_EXTRA: fields.get(ATTR_MEDIA_EXTRA),
    }
    return [name for name, asked in asks.items() if asked]
