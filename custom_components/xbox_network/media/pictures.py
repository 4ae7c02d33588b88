"""Fetch the pictures that Home Assistant serves from its own address.

Home Assistant can fetch an address itself. But it logs the address of a failed fetch, which reveals the
title that a person plays.
"""

import logging

from ..xbox.client import XboxClient
from ..xbox.errors import XboxError
from ..xbox.images import Picture

_LOGGER = logging.getLogger(__name__)

# Home Assistant serves the pictures as its own, so no type that a browser would run: no image/svg+xml.
CONTENT_TYPES = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})


async def fetch(client: XboxClient, picture: Picture) -> tuple[bytes, str] | None:
    """Return a picture and its content type, None if the answer is no picture. Raises any `XboxError`."""
    content, content_type = await client.fetch(picture)
    media_type = content_type.partition(";")[0].strip().lower()
    return (content, media_type) if content and media_type in CONTENT_TYPES else None


async def fetch_quietly(client: XboxClient, picture: Picture) -> tuple[bytes, str] | None:
    """Return a picture and its content type, None if it cannot be fetched now."""
    try:
        return await fetch(client, picture)
    except XboxError as err:
        _LOGGER.debug("A picture could not be fetched: %s", err)
        return None
