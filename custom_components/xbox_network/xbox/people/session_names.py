"""The names under which titles are shown: one name from the start of a session to its end."""

from dataclasses import replace

from ..caches.titles import TitleCache
from ..models.titles import Title
from ..names import plain_name
from ..presence import Presence


class SessionNames:
    """The names of the titles that a person is in.

    A title has the name of titlehub, or that of presence if titlehub does not answer when the title begins.
    It keeps that name until it ends, whatever the services say meanwhile. A session that lasts over a restart
    keeps it, too: the first titles of a person may have begun before.
    """

    def __init__(self, titles: TitleCache) -> None:
        """Start without a title."""
        self._titles = titles
        self._names: dict[str, str] = {}
        self._foreign: set[str] = set()
        self._started = False

    def update(self, presence: Presence) -> None:
        """Choose the names of titles that have begun, and forget those of titles that have ended."""
        before = self._names
        self._names = {
            it.title_id: name
            for it in presence.titles
            if (name := self._name(it.title_id, it.name))
        }
        self._foreign = {it for it in self._foreign if self._titles.is_foreign(it)}
        self._started = self._started or presence.online is not None
        for title_id, name in self._names.items() - before.items():
            self._titles.set_shown_name(title_id, name)

    def named(self, presence: Presence) -> Presence:
        """Return the presence with the shown and all other names of each title."""
        if not presence.titles:
            return presence
        titles = (
            replace(
                it,
                name=self._name(it.title_id, it.name) or it.name,
                other_names=self._titles.names.of(it.title_id),
            )
            for it in presence.titles
        )
        return replace(presence, titles=tuple(titles))

    def title(self, title: Title | None) -> Title | None:
        """Return a title with its shown name."""
        name = self._names.get(title.title_id) if title else None
        return title.model_copy(update={"name": name}) if title and name else title

    def forget_words(self) -> None:
        """Take note that the language has changed: a title has its name until titlehub tells the new one."""
        self._foreign = set(self._names)

    def _name(self, title_id: str, presence_name: str | None) -> str | None:
        shown = None if self._started else self._titles.shown_name(title_id)
        is_outdated = title_id in self._foreign and not self._titles.is_foreign(title_id)
        names = (
            None if is_outdated else self._names.get(title_id),
            shown,
            self._titles.name(title_id),
            presence_name,
        )
        return next((it for it in names if plain_name(it)), None)
