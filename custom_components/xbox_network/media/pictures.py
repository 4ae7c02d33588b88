"""Fetches pictures that Home Assistant shows as its own.

Home Assistant would fetch an address itself, but writes it into the log when that fails, and with it what
somebody plays.
"""

import logging

from ..xbox.client import XboxClient
from ..xbox.errors import XboxError
from ..xbox.images import Picture

_LOGGER = logging.getLogger(__name__)

# Home Assistant shows them as its own, so nothing that a browser would run: no image/svg+xml.
CONTENT_TYPES = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})


async def fetch(client: XboxClient, wanted: Picture) -> tuple[bytes, str] | None:
    """Return a picture and its content type, None for what is no picture. Raises any `XboxError`."""
    content, content_type = await client.fetch(wanted)
    kind = content_type.partition(";")[0].strip().lower()
    return (content, kind) if content and kind in CONTENT_TYPES else None


async def fetch_quietly(client: XboxClient, wanted: Picture) -> tuple[bytes, str] | None:
    """Return a picture and its content type, None if it cannot be had now."""
    try:
        return await fetch(client, wanted)
    except XboxError as err:
        _LOGGER.debug("A picture could not be fetched: %s", err)
        return None
