"""Titles of the simulated world: games, apps, and system titles."""

import functools
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

HOME = "750323071"
IDLE = "851275400"
LIVE_TV = "371594669"
SETTINGS = "1837352387"
XBOX_APP_PC = "328178078"
XBOX_APP_MOBILE = "1016898439"

SYSTEM_TITLES = {
    "750323071": "Home",
    "1022622766": "Online",
    "328178078": "Xbox App",
    "1016898439": "Xbox",
    "851275400": "Idle screen",
    "1837352387": "Settings",
    "371594669": "Live TV",
    "1864271209": "Store",
    "1052052983": "Guide",
    "2019308066": "TV settings",
    "758407307": "Xbox devices",
    "1614319806": "Network troubleshooter",
}
"""The system's own titles, by title id."""

SYSTEM_AUMIDS = {
    HOME: "Xbox.Dashboard_8wekyb3d8bbwe!Xbox.Dashboard.Application",
    IDLE: "Xbox.IdleScreen_8wekyb3d8bbwe!Xbox.IdleScreen.Application",
    LIVE_TV: "Microsoft.Xbox.LiveTV_8wekyb3d8bbwe!Microsoft.Xbox.LiveTV.Application",
    SETTINGS: "Microsoft.Xbox.Settings_8wekyb3d8bbwe!Xbox.Settings.Application",
}
"""The app ids (AUMID) of the consoles' own apps, by title id."""

SYSTEM_PRODUCTS = {
    HOME: ("9SIM00000H0M", "7b3ca835-5ef5-4d96-bc84-c1d8b5084236"),
    LIVE_TV: ("9SIM00000T0V", "71e7df12-89e0-4dc7-a5ff-a182fc2df94f"),
}
"""Product id (invented) and legacy id of the system apps in the store, by title id."""

IMAGE_TYPES = (
    "Screenshot",
    "Logo",
    "Tile",
    "BoxArt",
    "Poster",
    "SuperHeroArt",
    "TitledHeroArt",
    "BrandedKeyArt",
    "Hero",
    "Tile",
)

CATALOG_TYPES = (*IMAGE_TYPES, "FeaturePromotionalSquareArt")
"""The image types of the catalog."""


@functools.cache
def picture_token(*parts: str) -> str:
    """Return a token for `url=` at images-eds: long, with `.`, `_` and `-` in it."""
    digest = hashlib.sha512("/".join(parts).encode()).hexdigest()
    return f"{digest[:40]}.{digest[40:70]}_{digest[70:100]}-{digest[100:]}-"


@functools.cache
def _image_path(title_id: str, number: int) -> str:
    first = uuid.uuid5(uuid.NAMESPACE_URL, f"{title_id}/{number}")
    second = uuid.uuid5(uuid.NAMESPACE_URL, title_id)
    size = 10_000 + int(title_id) % 9_000 * 5 + number
    return f"/image/apps.{size}.{first.int % 10**17:017d}.{first}.{second}"


@dataclass(kw_only=True)
class Title:
    """A title. `gamerscore` and `achievements` are the numbers that a person can reach."""

    title_id: str
    name: str
    type: str = "Game"
    devices: list[str] = field(default_factory=lambda: ["XboxSeries"])
    pfn: str | None = None
    gamerscore: int = 1000
    achievements: int = 40
    source_version: int = 2
    media_item_type: str = "Application"
    modern_title_id: str | None = None
    developer: str = "Lantern Works"
    publisher: str = "Lantern Works"
    description: str = "A game of the simulated Xbox network."
    genres: list[str] = field(default_factory=lambda: ["Action & adventure"])
    min_age: int | None = 7
    names: Mapping[str, str] = field(default_factory=dict)
    presence_name: str | None = None
    """The name in presence, if it is another one than everywhere else."""
    game_pass: bool = False
    streamable: bool = False
    system: bool = False
    in_store: bool = True
    minutes: bool = True
    """Whether userstats counts the minutes, if it is a game for newer devices than the Xbox 360."""

    @property
    def counts_minutes(self) -> bool:
        """Return whether userstats has the minutes of this title."""
        return self.minutes and self.is_game and self.source_version != 1

    @property
    def product_id(self) -> str:
        """Return the title's id at the store: 12 characters."""
        if self.title_id in SYSTEM_PRODUCTS:
            return SYSTEM_PRODUCTS[self.title_id][0]
        return f"9SIM{int(self.title_id):08X}"

    @property
    def legacy_id(self) -> str:
        """Return the title's older id at the store."""
        if self.title_id in SYSTEM_PRODUCTS:
            return SYSTEM_PRODUCTS[self.title_id][1]
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"legacy/{self.title_id}"))

    @property
    def aumid(self) -> str:
        """Return the app id of consoles: package family name, `!`, name in the package."""
        if self.title_id in SYSTEM_AUMIDS:
            return SYSTEM_AUMIDS[self.title_id]
        package = self.pfn or f"Example.Title{self.title_id}_0z9y8x7w6v5u4"
        return f"{package}!{'Game' if self.is_game else 'App'}"

    @property
    def is_game(self) -> bool:
        """Return whether presence calls the title a game."""
        return self.type == "Game"

    @property
    def is_xbox_360(self) -> bool:
        """Return whether it is an Xbox 360 title: with another image host and no package."""
        return self.media_item_type == "Xbox360Game"

    @property
    def scid(self) -> str:
        """Return the service config id that the network derives from the title id."""
        return f"00000000-0000-0000-0000-0000{int(self.title_id):08x}"

    @property
    def image_address(self) -> str:
        """Return the token of the title's image at images-eds."""
        return picture_token("title", self.title_id)

    @property
    def display_image(self) -> str:
        """Return the URL of the main image: http, as the service sends it."""
        if self.is_xbox_360:
            return f"http://images-eds.xboxlive.com/image?url={self.image_address}"
        return self.image_url(IMAGE_TYPES.index("BoxArt"))

    def image_url(self, number: int) -> str:
        """Return the URL of one of the title's images at the store."""
        host = "store-images.microsoft.com" if number == 1 else "store-images.s-microsoft.com"
        return f"http://{host}{_image_path(self.title_id, number)}"

    def image_at(self, path: str) -> str | None:
        """Return the type of the image at a path of the store, None if it is not the title's."""
        for number, kind in enumerate(() if self.is_xbox_360 else CATALOG_TYPES):
            if _image_path(self.title_id, number) == path:
                return kind
        return None

    @property
    def images(self) -> list[dict[str, str]]:
        """Return the images as titlehub lists them: none for a 360 title."""
        if self.is_xbox_360:
            return []
        return [
            {"url": self.image_url(number), "type": kind} for number, kind in enumerate(IMAGE_TYPES)
        ]

    def named_in_presence(self, language: str) -> str:
        """Return the name that presence and the friend list have for the title."""
        return self.presence_name or self.named(language)

    def named(self, language: str) -> str:
        """Return the title's name in the first language of an Accept-Language value."""
        first = language.split(",", maxsplit=1)[0].split(";", maxsplit=1)[0].strip().lower()
        return self.names.get(first) or self.names.get(first.split("-")[0]) or self.name


def system_titles() -> list[Title]:
    """Return the titles that every device has."""
    return [
        Title(
            title_id=title_id,
            name=name,
            type="Application",
            gamerscore=0,
            achievements=0,
            source_version=0,
            system=True,
        )
        for title_id, name in SYSTEM_TITLES.items()
    ]
