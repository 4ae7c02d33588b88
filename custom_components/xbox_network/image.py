"""Images of a person: gamerpic, avatar, and the art of the title being played."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoredExtraData, RestoreEntity
from homeassistant.util import dt as dt_util

from .coordinator.people import PeopleCoordinator
from .data import XboxConfigEntry
from .entity.person import (
    PersonEntity,
    PersonEntityDescription,
    TrackedPerson,
    add_for_each_person,
    profile_current,
)
from .media import pictures
from .xbox.errors import XboxError, XboxNotFoundError
from .xbox.images import Picture, avatar, picture
from .xbox.people.person import PersonSnapshot

PARALLEL_UPDATES = 0

_LOGGER = logging.getLogger(__name__)

# Home Assistant renews the token of each image every five minutes. The token is a state attribute, so each
# renewal writes a state for nothing: 144 an hour for six people. The pictures are public art. A forgotten
# link gives away only one of them, until the picture has changed twice or for two days at most.
_TOKEN_LIFETIME = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class PersonImageDescription(PersonEntityDescription, ImageEntityDescription):
    """Describes an image of a person. `address_fn` returns the address that the network gives.

    `address_lasts` is whether the address stays the same when the picture changes.
    """

    address_fn: Callable[[PersonSnapshot], str | None]
    address_lasts: bool = False


def _art(key: str, *types: str) -> PersonImageDescription:
    """Describe an image of the title being played: the first of titlehub's `types` that exists."""
    return PersonImageDescription(
        key=key,
        entity_registry_enabled_default=False,
        address_fn=lambda person: person.title.image_address(*types) if person.title else None,
    )


DESCRIPTIONS = (
    PersonImageDescription(
        key="avatar",
        entity_registry_enabled_default=False,
        current_fn=profile_current,
        address_fn=lambda person: avatar(person.profile.gamertag) if person.profile else None,
        address_lasts=True,
    ),
    PersonImageDescription(
        key="gamerpic",
        current_fn=profile_current,
        address_fn=lambda person: person.profile.display_pic_raw if person.profile else None,
    ),
    PersonImageDescription(
        key="now_playing",
        address_fn=lambda person: person.title.square_image_address if person.title else None,
    ),
    _art("box_art", "BoxArt"),
    _art("hero_art", "SuperHeroArt", "TitledHeroArt", "Hero"),
    _art("key_art", "BrandedKeyArt"),
    _art("poster", "Poster"),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the images of each person."""
    people = entry.runtime_data.people
    await add_for_each_person(
        hass,
        entry,
        async_add_entities,
        lambda tracked: (PersonImage(hass, people, tracked, it) for it in DESCRIPTIONS),
    )


class PersonImage(PersonEntity, ImageEntity, RestoreEntity):
    """An image of a person. Its state is the time when the picture last changed."""

    entity_description: PersonImageDescription
    _token_until: datetime | None = None
    _outdated = False

    def __init__(
        self,
        hass: HomeAssistant,
        coordinator: PeopleCoordinator,
        tracked: TrackedPerson,
        description: PersonImageDescription,
    ) -> None:
        """Start with the present picture."""
        PersonEntity.__init__(self, coordinator, tracked, description)
        ImageEntity.__init__(self, hass)
        self._picture: Picture | None = None
        self._bytes: bytes | None = None
        self._fetching = asyncio.Lock()
        self._update_picture()

    @property
    @override
    def extra_restore_state_data(self) -> RestoredExtraData:
        """The digest of the picture, so that the time of an unchanged picture survives a restart."""
        return RestoredExtraData({"digest": self._digest})

    @property
    def _digest(self) -> str | None:
        return sha256(self._picture.target.encode()).hexdigest() if self._picture else None

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        state, extra = await self.async_get_last_state(), await self.async_get_last_extra_data()
        if state and extra and self._picture and extra.as_dict().get("digest") == self._digest:
            if restored := dt_util.parse_datetime(state.state):
                self._attr_image_last_updated = restored

    @callback
    @override
    def async_update_token(self) -> None:
        """Renew the token of the link if it is due. The previous token still works."""
        now = dt_util.utcnow()
        if self._token_until is None or now >= self._token_until:
            self._token_until = now + _TOKEN_LIFETIME
            self._outdated = self.entity_description.address_lasts
            super().async_update_token()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._update_picture()
        super()._handle_coordinator_update()

    @override
    async def async_update(self) -> None:
        """Ask for the person, and for a picture again that may have changed at the same address."""
        await super().async_update()
        if self.entity_description.address_lasts and self._bytes is not None:
            self._outdated = True
            await self.async_image()

    def _update_picture(self) -> None:
        new = picture(self.entity_description.address_fn(self.person))
        if new != self._picture:
            self._picture, self._bytes = new, None
            self._attr_image_last_updated = dt_util.utcnow() if new else None
            self._token_until = None
            self.async_update_token()

    @override
    async def async_image(self) -> bytes | None:
        """Return the picture. Simultaneous requests share one fetch."""
        async with self._fetching:
            if (self._bytes is None or self._outdated) and (current := self._picture):
                await self._fetch(current)
            return self._bytes

    async def _fetch(self, requested: Picture) -> None:
        try:
            fetched = await pictures.fetch(self.coordinator.client, requested)
        except XboxError as err:
            _LOGGER.debug("A picture could not be fetched: %s", err)
            if isinstance(err, XboxNotFoundError):
                self._bytes = None
            return
        if fetched and requested == self._picture:
            content, self._attr_content_type = fetched
            changed = self._bytes not in (None, content)
            self._bytes, self._outdated = content, False
            if changed:
                self._attr_image_last_updated = dt_util.utcnow()
                self.async_write_ha_state()
