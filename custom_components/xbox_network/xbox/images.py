"""Addresses of pictures, repaired and restricted to known hosts (`docs/network.md` S12)."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from yarl import URL

from .endpoints import IMAGE_HOSTS, has_pictures, locate

# These hosts answer on https under another name only.
_SECURE_NAMES: Final = {
    "images-eds.xboxlive.com": "images-eds-ssl.xboxlive.com",
    "dlassets.xboxlive.com": "dlassets-ssl.xboxlive.com",
}
# images-eds-ssl answers 400 to these; they only ask for a border.
_REFUSED_KEYS: Final = frozenset({"mode", "background"})
# An address is not encoded again, so it must have no blanks, no line ends and no letters beyond ASCII.
_WRITABLE: Final = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Picture:
    """The address of a picture: one of the known hosts, and the path with its query."""

    host: str
    target: str

    @property
    def address(self) -> str:
        """The whole address, for a browser."""
        return str(locate(self.host, self.target))


def picture(address: str | None) -> Picture | None:
    """Return the safe address of a picture, None for an empty, odd or foreign address.

    Only scheme, host and the named query keys change; the rest is kept byte for byte, because the long `url=`
    value does not survive another encoding.
    """
    if not address or not _WRITABLE.fullmatch(address):
        return None
    text = f"https:{address}" if address.startswith("//") else address
    try:
        url = URL(text, encoded=True)
        host = _SECURE_NAMES.get(url.host or "", url.host or "")
    except ValueError:
        return None
    # the known hosts answer on https, too; of another one only that address is known
    schemes = ("http", "https") if host in IMAGE_HOSTS else ("https",)
    if not has_pictures(host) or url.scheme not in schemes:
        return None
    query = url.raw_query_string
    if host == "images-eds-ssl.xboxlive.com":
        query = "&".join(
            part for part in query.split("&") if part.partition("=")[0].lower() not in _REFUSED_KEYS
        )
    return Picture(host, f"{url.raw_path}?{query}" if query else url.raw_path)


def avatar(gamertag: str | None) -> str | None:
    """Return the address of a person's avatar, None without a gamertag.

    The answer for a person without an avatar is 404. The address stays the same when the avatar changes.
    """
    if not gamertag:
        return None
    name = quote(gamertag, safe="", errors="replace")
    return f"https://avatar-ssl.xboxlive.com/avatar/{name}/avatar-body.png"
