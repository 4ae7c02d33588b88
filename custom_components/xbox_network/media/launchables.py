"""The launchables of a console: Home, TV, and the installed games and apps, found by name or product id."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
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


class Launchables:
    """The launchables of one console, in the order of its source list.

    `television` is whether a television is configured. `hidden` has the product ids that no list shows.
    """

    def __init__(
        self, apps: Iterable[InstalledApp], television: bool, hidden: Collection[str] = ()
    ) -> None:
        """Give each launchable a unique name."""
        self._all = (_HOME, _TV, *_named(_startable(apps)))
        self.listed = tuple(
            it for it in self._all if it.product_id not in hidden and (television or it is not _TV)
        )

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
        """Return the listed launchables with all words of the query in a name, the best match first."""
        words = plain_words(query)
        ranked = []
        for launchable in self.listed:
            names = (launchable.name, *names_of(launchable.product_id, launchable.title_id))
            ranks = [rank for it in names if (rank := _rank(plain_words(it), words)) is not None]
            if words and ranks:
                ranked.append((min(ranks), launchable))
        return [launchable for _, launchable in sorted(ranked, key=lambda it: it[0])]

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
    count = Counter(map(spelled_name, (HOME, TV, *(name for name, _ in named_apps))))
    launchables = [
        _launchable(
            name,
            app,
            name if count[spelled_name(name)] == 1 else _with_id(name, app.one_store_product_id),
        )
        for name, app in named_apps
    ]
    return sorted(launchables, key=lambda it: (plain_words(it.name), it.name))


def _with_id(name: str, product_id: str | None) -> str:
    return f"{name} ({product_id})"


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
