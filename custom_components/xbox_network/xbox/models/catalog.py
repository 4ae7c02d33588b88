"""Products in the answers of the store's catalog (`docs/network.md` S10). Keys are PascalCase."""

from collections.abc import Callable
from typing import Final

from ..images import picture
from .base import Count, Items, ThingName, XboxModel, names_game
from .consoles import ProductId

# The picture types for an entity, and for a list to choose from; the first available one is used (S10.4). The media
# browser has a frame of 2:3 for a game, which a poster fills: a square is taken only where there is nothing upright.
_SQUARE: Final = ("FeaturePromotionalSquareArt", "Tile", "Logo", "BoxArt")
_BROWSING: Final = ("Poster", "BrandedKeyArt", "BoxArt", "Tile")
_LEAST_PIXELS: Final = 300


class ProductImage(XboxModel):
    """A picture of a product."""

    image_purpose: str | None = None
    uri: str | None = None
    width: Count | None = None
    height: Count | None = None

    @property
    def is_square(self) -> bool:
        """Whether it is a square that is large enough for an entity."""
        return self.width == self.height and (self.width or 0) >= _LEAST_PIXELS

    @property
    def is_wide(self) -> bool:
        """Whether it is known to be no higher than wide."""
        return 0 < (self.height or 0) <= (self.width or 0)


class LocalizedProperties(XboxModel):
    """The texts and pictures of a product in one language."""

    product_title: ThingName = None
    images: Items[ProductImage] = ()


class Product(XboxModel):
    """A game or an app in the store."""

    product_id: ProductId
    product_kind: str | None = None
    localized_properties: Items[LocalizedProperties] = ()

    @property
    def title(self) -> str | None:
        """Its name."""
        return next((it.product_title for it in self.localized_properties), None) or None

    @property
    def is_game(self) -> bool | None:
        """Whether it is a game, None if that is unknown."""
        return names_game(self.product_kind)

    @property
    def square(self) -> str | None:
        """The address of a square picture from a known host."""
        return self._picture(_SQUARE, lambda image: image.is_square)

    @property
    def browsing(self) -> str | None:
        """The address of a picture from a known host, for a list to choose from."""
        upright = self._picture(_BROWSING, lambda image: not image.is_wide)
        return upright or self._picture(_BROWSING, lambda _: True)

    def _picture(
        self, purposes: tuple[str, ...], fits: Callable[[ProductImage], bool]
    ) -> str | None:
        for purpose in purposes:
            for image in self._images:
                same = (image.image_purpose or "").casefold() == purpose.casefold()
                if same and fits(image) and picture(image.uri):
                    return image.uri
        return None

    @property
    def _images(self) -> tuple[ProductImage, ...]:
        return next((it.images for it in self.localized_properties), ())


class ProductsAnswer(XboxModel):
    """A list of products."""

    products: Items[Product] = ()


class Suggestion(XboxModel):
    """A product that matches a search text."""

    product_id: ProductId
    title: ThingName = None
    type: str | None = None
    icon: str | None = None

    @property
    def launchable(self) -> bool:
        """Whether it can be started: it is neither an addition to a game nor a currency in it."""
        return (self.type or "").casefold() in ("game", "application")


class SuggestedFamily(XboxModel):
    """Products of a family; an answer may have a family several times."""

    products: Items[Suggestion] = ()


class SuggestionsAnswer(XboxModel):
    """The results of a search."""

    results: Items[SuggestedFamily] = ()
