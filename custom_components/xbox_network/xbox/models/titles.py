"""A title as titlehub tells it, contract 2 (`docs/network.md` S4.3)."""

from ..images import picture
from .base import Count, Items, Percentage, TitleId, UtcTime, XboxModel, names_game

type PersonTitle = tuple[str, str]
"""A person's xuid and a title id."""


class TitleImage(XboxModel):
    """A picture of a title. Several of one type occur."""

    url: str | None = None
    type: str | None = None

    @property
    def is_usable(self) -> bool:
        """Whether it can be fetched."""
        return picture(self.url) is not None


class TitleAchievement(XboxModel):
    """Progress of one person in a title.

    `total_achievements` is 0 for every title newer than Xbox 360 (`source_version` 2): it is unknown.
    """

    current_achievements: Count | None = None
    total_achievements: Count | None = None
    current_gamerscore: Count | None = None
    total_gamerscore: Count | None = None
    progress_percentage: Percentage | None = None
    source_version: Count | None = None


class TitleHistory(XboxModel):
    """The time when a title was last played: it gives the order, not the end (`docs/network.md` S4.6)."""

    last_time_played: UtcTime = None


class Title(XboxModel):
    """A title, with the progress of the requested person."""

    title_id: TitleId
    name: str | None = None
    type: str | None = None
    service_config_id: str | None = None
    devices: Items[str] = ()
    display_image: str | None = None
    achievement: TitleAchievement | None = None
    images: Items[TitleImage] = ()
    title_history: TitleHistory | None = None

    @property
    def is_game(self) -> bool | None:
        """Whether it is a game and not an app, None if the service does not say, or in a word that is not known."""
        return names_game(self.type)

    def image_address(self, *types: str) -> str | None:
        """Return the address of the first picture of the types, in their order, that can be fetched."""
        for wanted in types:
            for image in self.images:
                if (image.type or "").casefold() == wanted.casefold() and image.is_usable:
                    return image.url
        return None

    @property
    def square_image_address(self) -> str | None:
        """The address of a picture for an entity."""
        return self.image_address("Tile", "Logo", "BoxArt") or self.display_image


class TitlesAnswer(XboxModel):
    """A list of titles, with or without the progress of a person."""

    titles: Items[Title] = ()
