"""The names of titles. The services have different names for one title, and other ones in each language."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Annotated, Any, Final

from pydantic import StringConstraints

from ..models.base import Items, TitleId, XboxModel
from ..names import plain_name

MOST_TITLES: Final = 1000
MOST_NAMES: Final = 12
LONGEST_NAME: Final = 200


class _KnownNames(XboxModel):
    title_id: TitleId
    names: Items[Annotated[str, StringConstraints(max_length=LONGEST_NAME)]] = ()


class _Kept(XboxModel):
    titles: Items[_KnownNames] = ()


class TitleNames:
    """All names that the network has ever given to a title id, in any language. Nothing in them is about a person.

    `version` changes whenever there is something new to keep.
    """

    def __init__(self) -> None:
        """Start with nothing known."""
        self.version = 0
        self._names: dict[str, tuple[str, ...]] = {}

    def of(self, title_id: str) -> tuple[str, ...]:
        """Return the names of a title, the oldest first."""
        return self._names.get(title_id, ())

    def all(self) -> Mapping[str, tuple[str, ...]]:
        """Return the names of all titles by title id."""
        return self._names

    def learn(self, title_id: str, *names: str | None) -> None:
        """Take over names of a title. A name that is no name, or too long for one, is left out."""
        known = self._names.pop(title_id, ())
        new = (it for it in names if it and len(it) <= LONGEST_NAME and plain_name(it))
        found = tuple(dict.fromkeys((*known, *new)))[-MOST_NAMES:]
        if found:
            self._names[title_id] = found  # at the end: the titles that were met last are kept
        if found != known:
            self.version += 1
            self._drop_the_oldest()

    def to_store(self) -> dict[str, Any]:
        """Return the names as JSON, to keep over a restart."""
        known = (_KnownNames(title_id=it, names=names) for it, names in self._names.items())
        return _Kept(titles=tuple(known)).model_dump(mode="json")

    def from_store(self, data: object) -> None:
        """Take over kept names, as older ones than those that are known. Unreadable data count as none."""
        try:
            kept = _Kept.model_validate(data).titles
        except ValueError:
            return
        newer, self._names = self._names, {}
        self._learn_all((it.title_id, it.names) for it in kept)
        self._learn_all(newer.items())

    def _learn_all(self, names: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        for title_id, found in names:
            self.learn(title_id, *found)

    def _drop_the_oldest(self) -> None:
        for title_id in list(islice(self._names, max(0, len(self._names) - MOST_TITLES))):
            del self._names[title_id]
