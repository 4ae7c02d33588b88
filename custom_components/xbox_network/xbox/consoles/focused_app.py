"""The app in front on a console: its application id, and the known facts about it.

An application id (AUMID) is `<package family name>!<app>` (`docs/network.md` S0.8 and S7.3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..caches.products import KnownProduct
from ..models.consoles import InstalledApp
from ..models.system_apps import HOME_FAMILY, IDLE_SCREEN_FAMILY
from .activity import AppKind

_SYSTEM: Final = {
    HOME_FAMILY.casefold(): AppKind.HOME,
    IDLE_SCREEN_FAMILY.casefold(): AppKind.IDLE_SCREEN,
}
_SYSTEM_NAMES: Final = {AppKind.HOME: "Home", AppKind.IDLE_SCREEN: "Idle screen"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusedApp:
    """The app in front on a console. `kind` is None while it is unknown."""

    aumid: str
    name: str
    kind: AppKind | None = None
    title_id: str | None = None
    product: KnownProduct | None = None

    @property
    def family(self) -> str:
        """The package family name."""
        return family_of(self.aumid)


def family_of(aumid: str) -> str:
    """Return the package family name of an application id."""
    return aumid.partition("!")[0]


def same_family(one: str | None, other: str | None) -> bool:
    """Tell whether two application ids belong to one package family."""
    return bool(one and other and family_of(one).casefold() == family_of(other).casefold())


def short_name(aumid: str) -> str:
    """Return the name in an application id, without the company: `Netflix` of `4DF9E0F8.Netflix_mcm4njqhnhss8!App`."""
    name = family_of(aumid).rpartition("_")[0] or family_of(aumid)
    return name.rpartition(".")[2] or name


def system_kind(aumid: str) -> AppKind | None:
    """Return the kind of a system screen, None for an installed app."""
    return _SYSTEM.get(family_of(aumid).casefold())


def focused(
    aumid: str | None, installed: Iterable[InstalledApp], product: KnownProduct | None
) -> FocusedApp | None:
    """Return the app in front with the known facts, None without one; `product` is its product in the store."""
    if not aumid:
        return None
    app = installed_of(aumid, installed)
    if kind := system_kind(aumid):
        name = _SYSTEM_NAMES[kind]
    else:
        name = (product and product.title) or (app and app.name) or short_name(aumid)
    return FocusedApp(
        aumid=aumid,
        name=name,
        kind=kind or _kind(app, product),
        title_id=app.title_id if app else None,
        product=product,
    )


def installed_of(aumid: str, installed: Iterable[InstalledApp]) -> InstalledApp | None:
    """Return the installed package of an app: of the same application id, else of the same family."""
    same = [app for app in installed if same_family(app.aumid, aumid)]
    exact = (app for app in same if (app.aumid or "").casefold() == aumid.casefold())
    return next(exact, None) or next(iter(same), None)


def _kind(app: InstalledApp | None, product: KnownProduct | None) -> AppKind | None:
    is_game = app.game if app and app.game is not None else product.is_game if product else None
    return {True: AppKind.GAME, False: AppKind.APP, None: None}[is_game]
