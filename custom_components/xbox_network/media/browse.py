"""Browses and searches what there is to choose on a console."""

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
from .launchables import Launchable, Launchables

_CLASSES: Final = [MediaClass.GAME, MediaClass.APP]


class BrowseFolder(StrEnum):
    """Where choices lie."""

    ALL = "all"
    GAMES = "games"
    APPS = "apps"


_TITLES: Final = {
    BrowseFolder.ALL: "Games and apps",
    BrowseFolder.GAMES: "Games",
    BrowseFolder.APPS: "Apps",
}
_CLASS_ON: Final = {BrowseFolder.GAMES: MediaClass.GAME, BrowseFolder.APPS: MediaClass.APP}


def folder_of(media_id: str | None, error: type[HomeAssistantError]) -> BrowseFolder:
    """Return where somebody wants to look. Raises the error for what there is not."""
    try:
        return BrowseFolder(media_id or BrowseFolder.ALL)
    except ValueError:
        raise error(translation_domain=DOMAIN, translation_key="nothing_to_browse") from None


def in_folder(shelf: BrowseFolder, choices: Launchables) -> list[Launchable]:
    """Return what lies there: at the front of all shelves, what is of no kind."""
    if shelf is BrowseFolder.ALL:
        return [it for it in choices.listed if not it.product_id]
    games = shelf is BrowseFolder.GAMES
    return [it for it in choices.listed if it.product_id and it.is_game is games]


async def load_products(catalog: ProductCache, choices: Iterable[Launchable]) -> None:
    """Have the store tell what choices look like, as far as that is not known."""
    wanted = list(choices)
    await catalog.load(
        [it.product_id for it in wanted if it.product_id],
        [it.family for it in wanted if it.family and not it.product_id],
    )


def browse(shelf: BrowseFolder, choices: Launchables, catalog: ProductCache) -> BrowseMedia:
    """Return what lies on a shelf, and what lies on it in turn."""
    search_result = [_media(choice, catalog) for choice in in_folder(shelf, choices)]
    if shelf is BrowseFolder.ALL:
        search_result += [
            _shelf(it) for it in (BrowseFolder.GAMES, BrowseFolder.APPS) if in_folder(it, choices)
        ]
    return _shelf(shelf, search_result)


def search(
    query: SearchMediaQuery, choices: Launchables, catalog: ProductCache
) -> list[Launchable]:
    """Return what fits a query, the best first."""
    shelf = folder_of(query.media_content_id, SearchError)
    there = choices.listed if shelf is BrowseFolder.ALL else in_folder(shelf, choices)
    return [
        choice
        for choice in choices.search(query.search_query, lambda it: product_title(catalog, it))
        if choice in there and _is_wanted(choice, query.media_filter_classes)
    ]


def search_result(choices: Iterable[Launchable], catalog: ProductCache) -> SearchMedia:
    """Return what was found as Home Assistant shows it."""
    return SearchMedia(result=[_media(choice, catalog) for choice in choices])


def product_title(catalog: ProductCache, product_id: str) -> str | None:
    """Return what the store calls a product."""
    product = catalog.product(product_id)
    return product.title if product else None


def _is_wanted(choice: Launchable, classes: Iterable[MediaClass] | None) -> bool:
    return not classes or _media_class(choice) in classes


def _media_class(choice: Launchable) -> MediaClass:
    return MediaClass.GAME if choice.is_game else MediaClass.APP


def _media(choice: Launchable, catalog: ProductCache) -> BrowseMedia:
    art = picture(_address(_product(choice, catalog)))
    return BrowseMedia(
        media_class=_media_class(choice),
        media_content_id=choice.media_id,
        media_content_type=MediaType.GAME if choice.is_game else MediaType.APP,
        title=choice.name,
        can_play=True,
        can_expand=False,
        thumbnail=art.address if art else None,
    )


def _address(product: KnownProduct | None) -> str | None:
    return (product.browsing or product.square) if product else None


def _product(choice: Launchable, catalog: ProductCache) -> KnownProduct | None:
    if choice.product_id:
        return catalog.product(choice.product_id)
    return catalog.by_family(choice.family) if choice.family else None


def _shelf(shelf: BrowseFolder, children: list[BrowseMedia] | None = None) -> BrowseMedia:
    return BrowseMedia(
        media_class=MediaClass.DIRECTORY,
        media_content_id=shelf,
        media_content_type=MediaType.APPS,
        title=_TITLES[shelf],
        can_play=False,
        can_expand=True,
        can_search=True,
        search_media_classes=_CLASSES,
        children=children,
        children_media_class=_CLASS_ON.get(shelf, MediaClass.DIRECTORY),
    )
