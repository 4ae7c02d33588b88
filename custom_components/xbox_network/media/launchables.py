"""What somebody can choose on a console: Home, TV, and the installed games and apps, by their names."""

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
# What the store calls a product. A name of twelve letters is no product id: those have a digit.
_PRODUCT_ID: Final = re.compile(r"(?=.*[0-9])[0-9A-Za-z]{12}")

type TitleOf = Callable[[str], str | None]
"""Returns what the store calls a product, by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launchable:
    """Something that a console can show; `name` is no other choice's.

    `own_name` is what it calls itself, `family` its package family, if that is known.
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
        """What a media player is told to play it by."""
        return self.product_id or self.name

    def is_focused(self, app: FocusedApp | None) -> bool:
        """Tell whether this is what a console shows."""
        if app is None:
            return False
        by_product = app.product is not None and app.product.product_id == self.product_id
        return by_product or same_family(app.aumid, self.aumid or self.family)


_HOME: Final = Launchable(
    name=HOME, own_name=HOME, command=GO_HOME, aumid=HOME_AUMID, family=HOME_FAMILY
)
_TV: Final = Launchable(name=TV, own_name=TV, command=SHOW_TV_GUIDE, family=LIVE_TV_FAMILY)


class Launchables:
    """What there is to choose on one console, in the order of a list to choose from.

    `television` says whether one is set up there; `hidden` are product ids that no list shows.
    """

    def __init__(
        self, apps: Iterable[InstalledApp], television: bool, hidden: Collection[str] = ()
    ) -> None:
        """Give each a name of its own."""
        self._all = (_HOME, _TV, *_named(_whole(apps)))
        self.listed = tuple(
            it for it in self._all if it.product_id not in hidden and (television or it is not _TV)
        )

    def find(self, wanted: str, title_of: TitleOf) -> tuple[Launchable, ...]:
        """Return what somebody means: nothing, one, or several of the same name.

        By its name in the list, its product id, what it calls itself, or what the store calls it, whatever
        the letter case. What is hidden or not known to be installed can be meant, too.
        """
        key = _key(wanted)
        for names in (_names, _product_ids, _own_names, _titles(title_of)):
            if found := tuple(it for it in self._all if key in map(_key, names(it))):
                return found
        if _PRODUCT_ID.fullmatch(wanted.strip()):
            return (_not_installed(wanted.strip().upper(), title_of),)
        return ()

    def search(self, words: str, title_of: TitleOf) -> list[Launchable]:
        """Return what has all the words in its name, the best fit first."""
        wanted = _key(words).split()
        found = []
        for choice in self.listed:
            names = [_key(name) for name in (choice.name, *_titles(title_of)(choice))]
            fits = [name for name in names if all(word in name for word in wanted)]
            if wanted and fits:
                found.append((min(_rank(name, " ".join(wanted)) for name in fits), choice))
        return [choice for _, choice in sorted(found, key=lambda it: it[0])]

    def focused(self, app: FocusedApp | None) -> Launchable | None:
        """Return the choice that a console shows, None for what nobody can choose."""
        if app is None:
            return None
        kind = system_kind(app.aumid)
        if kind is not None:
            return _HOME if kind is AppKind.HOME else None
        shown = [it for it in self._all if it.is_focused(app)]
        exact = (it for it in shown if it.aumid == app.aumid)
        return next(exact, None) or next(iter(shown), None)


def _whole(apps: Iterable[InstalledApp]) -> list[InstalledApp]:
    """Return what a person would look for, each product once."""
    found: dict[str, InstalledApp] = {}
    for app in apps:
        if app.launchable and app.one_store_product_id:
            known = found.setdefault(app.one_store_product_id, app)
            if app.aumid and not known.aumid:
                found[app.one_store_product_id] = app
    return list(found.values())


def _named(apps: Iterable[InstalledApp]) -> list[Launchable]:
    """Return the choices by name; who shares a name has the product id behind it."""
    called = [(" ".join((app.name or "").split()), app) for app in apps]
    count = Counter([_key(HOME), _key(TV), *(_key(name) for name, _ in called)])
    found = [
        _choice(
            name, app, name if count[_key(name)] == 1 else f"{name} ({app.one_store_product_id})"
        )
        for name, app in called
    ]
    return sorted(found, key=lambda it: (_key(it.name), it.name))


def _choice(called: str, app: InstalledApp, name: str) -> Launchable:
    product_id = app.one_store_product_id or ""
    return Launchable(
        name=name,
        own_name=called,
        command=launch(product_id, app.aumid),
        product_id=product_id,
        aumid=app.aumid,
        is_game=bool(app.game),
    )


def _not_installed(product_id: str, title_of: TitleOf) -> Launchable:
    """Return what the list of apps does not have: the console has the last word on it."""
    name = title_of(product_id) or product_id
    return Launchable(name=name, own_name=name, command=launch(product_id), product_id=product_id)


def _key(name: str) -> str:
    """Return what two names have in common that mean the same to a person."""
    return " ".join(name.translate(_MARKS).casefold().split())


def _rank(name: str, words: str) -> int:
    """Return how well a name fits, 0 best."""
    fits = (name == words, name.startswith(words), f" {words}" in name, words in name, True)
    return fits.index(True)


def _names(choice: Launchable) -> tuple[str, ...]:
    return (choice.name,)


def _product_ids(choice: Launchable) -> tuple[str, ...]:
    return (choice.product_id,) if choice.product_id else ()


def _own_names(choice: Launchable) -> tuple[str, ...]:
    return (choice.own_name,)


def _titles(title_of: TitleOf) -> Callable[[Launchable], tuple[str, ...]]:
    def titles(choice: Launchable) -> tuple[str, ...]:
        title = title_of(choice.product_id) if choice.product_id else None
        return (title,) if title else ()

    return titles
