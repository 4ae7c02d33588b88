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
from ..xbox.caches.products import Catalog, KnownProduct
from ..xbox.images import picture
from .launchables import Choice, Choices

_CLASSES: Final = [MediaClass.GAME, MediaClass.APP]


class Shelf(StrEnum):
    """Where choices lie."""

    ALL = "all"
    GAMES = "games"
    APPS = "apps"


_TITLES: Final = {Shelf.ALL: "Games and apps", Shelf.GAMES: "Games", Shelf.APPS: "Apps"}
_CLASS_ON: Final = {Shelf.GAMES: MediaClass.GAME, Shelf.APPS: MediaClass.APP}


def shelf_of(media_id: str | None, error: type[HomeAssistantError]) -> Shelf:
    """Return where somebody wants to look. Raises the error for what there is not."""
    try:
        return Shelf(media_id or Shelf.ALL)
    except ValueError:
        raise error(translation_domain=DOMAIN, translation_key="nothing_to_browse") from None


def on(shelf: Shelf, choices: Choices) -> list[Choice]:
    """Return what lies there: at the front of all shelves, what is of no kind."""
    if shelf is Shelf.ALL:
        return [it for it in choices.listed if not it.product_id]
    games = shelf is Shelf.GAMES
    return [it for it in choices.listed if it.product_id and it.is_game is games]


async def learn(catalog: Catalog, choices: Iterable[Choice]) -> None:
    """Have the store tell what choices look like, as far as that is not known."""
    wanted = list(choices)
    await catalog.learn(
        [it.product_id for it in wanted if it.product_id],
        [it.family for it in wanted if it.family and not it.product_id],
    )


def browse(shelf: Shelf, choices: Choices, catalog: Catalog) -> BrowseMedia:
    """Return what lies on a shelf, and what lies on it in turn."""
    found = [_media(choice, catalog) for choice in on(shelf, choices)]
    if shelf is Shelf.ALL:
        found += [_shelf(it) for it in (Shelf.GAMES, Shelf.APPS) if on(it, choices)]
    return _shelf(shelf, found)


def search(query: SearchMediaQuery, choices: Choices, catalog: Catalog) -> list[Choice]:
    """Return what fits a query, the best first."""
    shelf = shelf_of(query.media_content_id, SearchError)
    there = choices.listed if shelf is Shelf.ALL else on(shelf, choices)
    return [
        choice
        for choice in choices.search(query.search_query, lambda it: title(catalog, it))
        if choice in there and _is_wanted(choice, query.media_filter_classes)
    ]


def found(choices: Iterable[Choice], catalog: Catalog) -> SearchMedia:
    """Return what was found as Home Assistant shows it."""
    return SearchMedia(result=[_media(choice, catalog) for choice in choices])


def title(catalog: Catalog, product_id: str) -> str | None:
    """Return what the store calls a product."""
    product = catalog.product(product_id)
    return product.title if product else None


def _is_wanted(choice: Choice, classes: Iterable[MediaClass] | None) -> bool:
    return not classes or _media_class(choice) in classes


def _media_class(choice: Choice) -> MediaClass:
    return MediaClass.GAME if choice.is_game else MediaClass.APP


def _media(choice: Choice, catalog: Catalog) -> BrowseMedia:
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


def _product(choice: Choice, catalog: Catalog) -> KnownProduct | None:
    if choice.product_id:
        return catalog.product(choice.product_id)
    return catalog.of_family(choice.family) if choice.family else None


def _shelf(shelf: Shelf, children: list[BrowseMedia] | None = None) -> BrowseMedia:
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
