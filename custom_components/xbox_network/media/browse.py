"""Browse and search the games and apps of a console, as Home Assistant's media browser shows them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from homeassistant.components.media_player import (
    BrowseMedia,
    MediaClass,
    MediaType,
    SearchError,
    SearchMedia,
    SearchMediaQuery,
)
from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN
from ..xbox.caches.products import KnownProduct, ProductCache
from ..xbox.images import picture
from .launchables import Launchable, Launchables, NamesOf

_CLASSES: Final = [MediaClass.GAME, MediaClass.APP]


class BrowseFolder(StrEnum):
    """A folder of games and apps. Its value is its media id."""

    ALL = "all"
    GAMES = "games"
    APPS = "apps"


_FOLDER_NAMES: Final = {
    BrowseFolder.ALL: "Games and apps",
    BrowseFolder.GAMES: "Games",
    BrowseFolder.APPS: "Apps",
}
_FOLDER_CLASSES: Final = {BrowseFolder.GAMES: MediaClass.GAME, BrowseFolder.APPS: MediaClass.APP}


def folder_of(media_id: str | None, error: type[HomeAssistantError]) -> BrowseFolder:
    """Return the folder with a media id. Raises `error` if there is no such folder."""
    try:
        return BrowseFolder(media_id or BrowseFolder.ALL)
    except ValueError:
        raise error(translation_domain=DOMAIN, translation_key="nothing_to_browse") from None


def in_folder(folder: BrowseFolder, launchables: Launchables) -> list[Launchable]:
    """Return the launchables directly in a folder. `ALL` has those without a product id: Home and TV."""
    return [it for it in launchables.listed if _folder(it) is folder]


async def load_products(products: ProductCache, launchables: Iterable[Launchable]) -> None:
    """Load the products of launchables from the store, unless they are known already."""
    items = list(launchables)
    await products.load(
        [it.product_id for it in items if it.product_id],
        [it.family for it in items if it.family and not it.product_id],
    )


def browse(folder: BrowseFolder, launchables: Launchables, products: ProductCache) -> BrowseMedia:
    """Return a folder with its games and apps. `ALL` also has the other folders, unless they are empty."""
    children = [_media(launchable, products) for launchable in in_folder(folder, launchables)]
    if folder is BrowseFolder.ALL:
        children += [
            _folder_media(it)
            for it in (BrowseFolder.GAMES, BrowseFolder.APPS)
            if in_folder(it, launchables)
        ]
    return _folder_media(folder, children)


def search(
    query: SearchMediaQuery, launchables: Launchables, names_of: NamesOf
) -> list[Launchable]:
    """Return the launchables that match a query, the best match first."""
    folder = folder_of(query.media_content_id, SearchError)
    matches = launchables.search(query.search_query, names_of)
    classes = query.media_filter_classes
    return [
        it
        for it in matches
        if folder in (BrowseFolder.ALL, _folder(it)) and _has_class(it, classes)
    ]


def search_result(launchables: Iterable[Launchable], products: ProductCache) -> SearchMedia:
    """Return launchables as a search result of Home Assistant."""
    return SearchMedia(result=[_media(launchable, products) for launchable in launchables])


def product_title(products: ProductCache, product_id: str) -> str | None:
    """Return the name of a product in the store, None if it is unknown."""
    product = products.product(product_id)
    return product.title if product else None


def _folder(launchable: Launchable) -> BrowseFolder:
    if not launchable.product_id:
        return BrowseFolder.ALL
    return BrowseFolder.GAMES if launchable.is_game else BrowseFolder.APPS


def _has_class(launchable: Launchable, classes: Iterable[MediaClass] | None) -> bool:
    return not classes or _media_class(launchable) in classes


def _media_class(launchable: Launchable) -> MediaClass:
    return MediaClass.GAME if launchable.is_game else MediaClass.APP


def _media(launchable: Launchable, products: ProductCache) -> BrowseMedia:
    art = picture(_picture_address(_product(launchable, products)))
    return BrowseMedia(
        media_class=_media_class(launchable),
        media_content_id=launchable.media_id,
        media_content_type=MediaType.GAME if launchable.is_game else MediaType.APP,
        title=launchable.name,
        can_play=True,
        can_expand=False,
        thumbnail=art.address if art else None,
    )


def _picture_address(product: KnownProduct | None) -> str | None:
    return (product.browsing or product.square) if product else None


def _product(launchable: Launchable, products: ProductCache) -> KnownProduct | None:
    if launchable.product_id:
        return products.product(launchable.product_id)
    return products.by_family(launchable.family) if launchable.family else None


def _folder_media(folder: BrowseFolder, children: list[BrowseMedia] | None = None) -> BrowseMedia:
    return BrowseMedia(
        media_class=MediaClass.DIRECTORY,
        media_content_id=folder,
        media_content_type=MediaType.APPS,
        title=_FOLDER_NAMES[folder],
        can_play=False,
        can_expand=True,
        can_search=True,
        search_media_classes=_CLASSES,
        children=children,
        children_media_class=_FOLDER_CLASSES.get(folder, MediaClass.DIRECTORY),
    )
