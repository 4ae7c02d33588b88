"""The installed apps of the account's consoles, kept over a restart: the source lists are there before an answer."""

from collections.abc import Collection, Set as AbstractSet
from typing import Any, Final

from ..models.base import Items, XboxModel
from ..models.consoles import ConsoleId, InstalledApp

# More consoles than an account can have in use.
MOST_CONSOLES: Final = 50


class _KeptConsole(XboxModel):
    console_id: ConsoleId
    apps: Items[InstalledApp] = ()


class _Kept(XboxModel):
    consoles: Items[_KeptConsole] = ()


class InstalledApps:
    """The known apps of each console, by its id. `version` changes whenever there is something new to keep."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self.version = 0
        self._apps: dict[str, tuple[InstalledApp, ...]] = {}
        self._foreign: set[str] = set()

    @property
    def console_ids(self) -> AbstractSet[str]:
        """The ids of the consoles with known apps."""
        return self._apps.keys()

    def of(self, console_id: str) -> tuple[InstalledApp, ...]:
        """Return the known apps of a console."""
        return self._apps.get(console_id, ())

    def keep(self, console_id: str, apps: tuple[InstalledApp, ...]) -> None:
        """Keep the apps of a console in place of those before."""
        self._apps[console_id] = apps
        self._foreign.discard(console_id)
        self.version += 1

    def forget_words(self) -> None:
        """Take note that the language has changed: names stay until there are new ones, but are not stored."""
        self._foreign = set(self._apps)
        self.version += 1

    def forget(self, console_ids: Collection[str]) -> None:
        """Forget the apps of consoles."""
        known = self._apps.keys() & set(console_ids)
        for console_id in known:
            del self._apps[console_id]
        self.version += bool(known)

    def to_store(self) -> dict[str, Any]:
        """Return the known apps as JSON, to keep over a restart."""
        kept = _Kept(
            consoles=tuple(
                _KeptConsole(console_id=console_id, apps=apps)
                for console_id, apps in self._apps.items()
                if console_id not in self._foreign
            )
        )
        return kept.model_dump(mode="json", exclude_defaults=True)

    def from_store(self, data: object) -> None:
        """Take over the kept apps. Unreadable data count as none; a newer answer wins."""
        try:
            kept = _Kept.model_validate(data).consoles
        except ValueError:
            return
        found = {it.console_id: tuple(it.apps) for it in kept[:MOST_CONSOLES] if it.apps}
        self._apps = found | self._apps
