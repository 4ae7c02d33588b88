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

HOME: Final = "Home"
TV: Final = "TV"

_MARKS: Final = str.maketrans(dict.fromkeys("™®©"))
# A product id of the store. It has a digit, so a name of twelve letters is no product id.
_PRODUCT_ID: Final = re.compile(r"(?=.*[0-9])[0-9A-Za-z]{12}")

type TitleOf = Callable[[str], str | None]
"""Returns the name of a product in the store by its product id, None if it is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launchable:
    """A game, an app or a screen that a console can start. `name` is unique on the console.

    `own_name` is the name without an appended product id. `family` is the package family, if known.
    """

    name: str
    own_name: str
    command: Command
    product_id: str | None = None
    aumid: str | None = None
    family: str | None = None
    is_game: bool = False

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

    def find(self, name_or_id: str, title_of: TitleOf) -> tuple[Launchable, ...]:
        """Return the launchables with a name or a product id: none, one, or several with the same name.

        The first of these that matches wins: name in the list, product id, own name, name in the store. The
        letter case does not matter. Hidden launchables and product ids of missing apps match, too.
        """
        key = _key(name_or_id)
        for names in (_names, _product_ids, _own_names, _store_names(title_of)):
            if matches := tuple(it for it in self._all if key in map(_key, names(it))):
                return matches
        if _PRODUCT_ID.fullmatch(name_or_id.strip()):
            return (_not_installed(name_or_id.strip().upper(), title_of),)
        return ()

    def search(self, query: str, title_of: TitleOf) -> list[Launchable]:
        """Return the listed launchables with all words of the query in a name, the best match first."""
        words = _key(query).split()
        ranked = []
        for launchable in self.listed:
            names = [_key(name) for name in (launchable.name, *_store_names(title_of)(launchable))]
            matches = [name for name in names if all(word in name for word in words)]
            if words and matches:
                ranked.append((min(_rank(name, " ".join(words)) for name in matches), launchable))
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
    count = Counter([_key(HOME), _key(TV), *(_key(name) for name, _ in named_apps)])
    launchables = [
        _launchable(
            name, app, name if count[_key(name)] == 1 else f"{name} ({app.one_store_product_id})"
        )
        for name, app in named_apps
    ]
    return sorted(launchables, key=lambda it: (_key(it.name), it.name))


def _launchable(own_name: str, app: InstalledApp, name: str) -> Launchable:
    product_id = app.one_store_product_id or ""
    return Launchable(
        name=name,
        own_name=own_name,
        command=launch(product_id, app.aumid),
        product_id=product_id,
        aumid=app.aumid,
        is_game=bool(app.game),
    )


def _not_installed(product_id: str, title_of: TitleOf) -> Launchable:
    """Return a launchable that is not in the list of apps: the console decides whether it starts."""
    name = title_of(product_id) or product_id
    return Launchable(name=name, own_name=name, command=launch(product_id), product_id=product_id)


def _key(name: str) -> str:
    """Return the key of a name. Names that a person reads as the same have the same key."""
    return " ".join(name.translate(_MARKS).casefold().split())


def _rank(name: str, query: str) -> int:
    """Return the rank of a name for a query; 0 is the best."""
    matches = (name == query, name.startswith(query), f" {query}" in name, query in name, True)
    return matches.index(True)


def _names(launchable: Launchable) -> tuple[str, ...]:
    return (launchable.name,)


def _product_ids(launchable: Launchable) -> tuple[str, ...]:
    return (launchable.product_id,) if launchable.product_id else ()


def _own_names(launchable: Launchable) -> tuple[str, ...]:
    return (launchable.own_name,)


def _store_names(title_of: TitleOf) -> Callable[[Launchable], tuple[str, ...]]:
    def store_names(launchable: Launchable) -> tuple[str, ...]:
        name = title_of(launchable.product_id) if launchable.product_id else None
        return (name,) if name else ()

    return store_names
