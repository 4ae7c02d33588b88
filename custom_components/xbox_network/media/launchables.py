"""The launchables of a console: Home, TV, and the installed games and apps, found by name or product id."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from ..xbox.consoles.activity import AppKind
from ..xbox.consoles.focused_app import FocusedApp, same_family, system_kind
from ..xbox.models.commands import GO_HOME, SHOW_TV_GUIDE, Command, launch
from ..xbox.models.consoles import InstalledApp
from ..xbox.models.system_apps import HOME_AUMID, HOME_FAMILY, LIVE_TV_FAMILY
from ..xbox.names import best_matches, plain_words, spelled_name

HOME: Final = "Home"
TV: Final = "TV"

# A product id of the store. It has a digit, so a name of twelve letters is no product id.
_PRODUCT_ID: Final = re.compile(r"(?=.*[0-9])[0-9A-Za-z]{12}")
# HomeKit takes names of so many characters, and these characters for one and the same.
_HOMEKIT_LENGTH: Final = 64
_HOMEKIT_SAME: Final = re.compile(r"""[-_ !"$%()*+/:;<=>?@\[\\\]^`{|}~\x00\n\r\x7f]""")

type NamesOf = Callable[[str | None, str | None], Iterable[str]]
"""Returns the names that the network has for a product id and a title id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launchable:
    """A game, an app or a screen that a console can start. `name` is unique on the console.

    `own_name` is the name without an appended product id. `family` is the package family, if known.
    """

    name: str
    own_name: str
    command: Command
    product_id: str | None = None
    title_id: str | None = None
    aumid: str | None = None
    family: str | None = None
    is_game: bool = False

    @property
    def distinct_name(self) -> str:
        """A name that no other launchable can have."""
        if not self.product_id or self.name != self.own_name:
            return self.name
        return _with_id(self.name, self.product_id)

    @property
    def media_id(self) -> str:
        """The media id for `play_media`: the product id, else the name."""
        return self.product_id or self.name

    def is_focused(self, app: FocusedApp | None) -> bool:
        """Return whether this is the app in front on a console."""
        if app is None:
            return False
        by_product = app.product is not None and app.product.product_id == self.product_id
        return by_product or same_family(app.aumid, self.aumid or self.family)


_HOME: Final = Launchable(
    name=HOME, own_name=HOME, command=GO_HOME, aumid=HOME_AUMID, family=HOME_FAMILY
)
_TV: Final = Launchable(name=TV, own_name=TV, command=SHOW_TV_GUIDE, family=LIVE_TV_FAMILY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The choice of what lists offer, by media ids: the favourites first and in their order, nothing hidden.

    `only_favorites` leaves out all others, as soon as there is a favourite. Home is always offered, as the first:
    HomeKit shows the first input while it knows of none that is in front.
    """

    favorites: tuple[str, ...] = ()
    only_favorites: bool = False
    hidden: tuple[str, ...] = ()

    def place(self, launchable: Launchable) -> int:
        """Return the place of a launchable: 0 for Home, and one behind all favourites for any other."""
        if launchable is _HOME:
            return 0
        try:
            return self.favorites.index(launchable.media_id) + 1
        except ValueError:
            return len(self.favorites) + 1

    def has(self, launchable: Launchable) -> bool:
        """Return whether lists have a launchable that is not hidden."""
        only = self.only_favorites and bool(self.favorites)
        return not only or self.place(launchable) <= len(self.favorites)

    def hides(self, launchable: Launchable) -> bool:
        """Return whether a launchable is hidden, from the search, too."""
        return launchable is not _HOME and launchable.media_id in self.hidden


class Launchables:
    """The launchables of one console. `listed` has those of its source list, in their order.

    `television` is whether a television is configured.
    """

    def __init__(
        self, apps: Iterable[InstalledApp], television: bool, offer: Offer | None = None
    ) -> None:
        """Give each launchable a unique name."""
        choice = offer or Offer()
        self._all = (_HOME, _TV, *_named(_startable(apps)))
        shown = [it for it in self._all if not choice.hides(it) and (television or it is not _TV)]
        self._searched = sorted(shown, key=choice.place)
        self.listed = tuple(it for it in self._searched if choice.has(it))

    def find(self, name_or_id: str, names_of: NamesOf) -> tuple[Launchable, ...]:
        """Return the launchables with a name or a product id: none, one, or several with the same name.

        The exact name goes before the same name in another spelling (`xbox/names.py`). Of equally close names
        the first of these goes first: name in the list, product id, own name, a name that the network has for
        it. Hidden launchables and product ids of missing apps match, too.
        """
        query, every = name_or_id.strip(), self._all
        matches = best_matches(
            query,
            [(it, (it.name,)) for it in every],
            [(it, (it.product_id,)) for it in every if it.product_id],
            [(it, (it.own_name,)) for it in every],
            [(it, names_of(it.product_id, it.title_id)) for it in every],
        )
        if matches:
            return tuple(matches)
        if _PRODUCT_ID.fullmatch(query):
            return (_not_installed(query.upper(), names_of),)
        return ()

    def search(self, query: str, names_of: NamesOf) -> list[Launchable]:
        """Return the launchables with all words of the query in a name, the best match first.

        Those that the lists leave out in favour of favourites are found, hidden ones are not.
        """
        words = plain_words(query)
        ranked = []
        for launchable in self._searched:
            names = (launchable.name, *names_of(launchable.product_id, launchable.title_id))
            ranks = [rank for it in names if (rank := _rank(plain_words(it), words)) is not None]
            if words and ranks:
                ranked.append((min(ranks), launchable))
        return [launchable for _, launchable in sorted(ranked, key=lambda it: it[0])]

    def source(self, app: FocusedApp | None) -> Launchable | None:
        """Return the listed launchable in front on a console.

        The list does not grow for one that is not listed: HomeKit rebuilds a television when its inputs change.
        """
        launchable = self.focused(app)
        return launchable if launchable in self.listed else None

    def focused(self, app: FocusedApp | None) -> Launchable | None:
        """Return the launchable in front on a console, None for an app that is no launchable."""
        if app is None:
            return None
        kind = system_kind(app.aumid)
        if kind is not None:
            return _HOME if kind is AppKind.HOME else None
        matches = [it for it in self._all if it.is_focused(app)]
        exact = (it for it in matches if it.aumid == app.aumid)
        return next(exact, None) or next(iter(matches), None)


def _startable(apps: Iterable[InstalledApp]) -> list[InstalledApp]:
    """Return the apps that can be started, one per product, preferably one with an application id."""
    by_product: dict[str, InstalledApp] = {}
    for app in apps:
        if app.launchable and app.one_store_product_id:
            first = by_product.setdefault(app.one_store_product_id, app)
            if app.aumid and not first.aumid:
                by_product[app.one_store_product_id] = app
    return list(by_product.values())


def _named(apps: Iterable[InstalledApp]) -> list[Launchable]:
    """Return the launchables of apps, sorted by name. The product id follows a name that is not unique."""
    named_apps = [(" ".join((app.name or "").split()), app) for app in apps]
    names = [HOME, TV, *(name for name, _ in named_apps)]
    spelled, at_homekit = Counter(map(spelled_name, names)), Counter(map(_homekit_name, names))
    launchables = []
    for name, app in named_apps:
        unique = spelled[spelled_name(name)] == 1 == at_homekit[_homekit_name(name)]
        full_name = name if unique else _with_id(name, app.one_store_product_id)
        launchables.append(_launchable(name, app, full_name))
    return sorted(launchables, key=lambda it: (plain_words(it.name), it.name))


def _homekit_name(name: str) -> str:
    """Return what is left of a name in HomeKit. Of two inputs with the same one, it would lose one."""
    return _HOMEKIT_SAME.sub("-", name).lstrip("-")[:_HOMEKIT_LENGTH].rstrip("-")


def _with_id(name: str, product_id: str | None) -> str:
    """Return a name with a product id. A long name is cut, so that HomeKit does not cut off the product id."""
    room = _HOMEKIT_LENGTH - len(f" ({product_id})")
    shown = name if len(name) <= room else f"{name[: room - 1].rstrip()}…"
    return f"{shown} ({product_id})"


def _launchable(own_name: str, app: InstalledApp, name: str) -> Launchable:
    product_id = app.one_store_product_id or ""
    return Launchable(
        name=name,
        own_name=own_name,
        command=launch(product_id, app.aumid),
        product_id=product_id,
        title_id=app.title_id,
        aumid=app.aumid,
        is_game=bool(app.game),
    )


def _not_installed(product_id: str, names_of: NamesOf) -> Launchable:
    """Return a launchable that is not in the list of apps: the console decides whether it starts."""
    name = next(iter(names_of(product_id, None)), product_id)
    return Launchable(name=name, own_name=name, command=launch(product_id), product_id=product_id)


def _rank(name: tuple[str, ...], query: tuple[str, ...]) -> int | None:
    """Return the rank of a name for a query by their words; 0 is the best, None for no match."""
    joined, wanted = "".join(name), "".join(query)
    starts = ("".join(name[number:]).startswith(wanted) for number in range(len(name)))
    ranks = (
        joined == wanted,
        joined.startswith(wanted),
        any(starts),
        wanted in joined,
        all(word in joined for word in query),
    )
    return ranks.index(True) if any(ranks) else None
