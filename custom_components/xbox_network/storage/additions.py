"""What a later minor version of the integration has added to a file: this version keeps it, and writes it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# Stands for each key of an object.
ANY: Final = "*"

type Known = Mapping[str, Known] | list[Known] | None
"""What this version reads: the keys of an object, the one kind of item in a list, None for a value as a whole."""


@dataclass(slots=True)
class Additions:
    """The keys of stored content that this version does not know, at any depth.

    `values` has those of the object itself, `below` those in its values, or in the items of a list.
    """

    values: dict[str, Any] = field(default_factory=dict)
    below: dict[str | int, Additions] = field(default_factory=dict)

    def added_to(self, content: Any) -> Any:
        """Return a copy of content with the additions, where there still is a place for them."""
        if isinstance(content, list):
            return [self._below(index, it) for index, it in enumerate(content)]
        if isinstance(content, dict):
            return {**self.values, **{key: self._below(key, it) for key, it in content.items()}}
        return content

    def _below(self, key: str | int, content: Any) -> Any:
        found = self.below.get(key)
        return found.added_to(content) if found else content


def additions_of(content: object, known: Known) -> Additions:
    """Return what is in stored content that is not known."""
    found = Additions()
    if isinstance(known, list) and isinstance(content, list):
        found.below = _not_empty(
            {index: additions_of(it, known[0]) for index, it in enumerate(content)}
        )
    elif isinstance(known, Mapping) and isinstance(content, dict):
        if ANY not in known:
            found.values = {key: it for key, it in content.items() if key not in known}
        rest = content.keys() - found.values.keys()
        found.below = _not_empty(
            {key: additions_of(content[key], known.get(key, known.get(ANY))) for key in rest}
        )
    return found


def _not_empty(below: Mapping[Any, Additions]) -> dict[str | int, Additions]:
    return {key: it for key, it in below.items() if it.values or it.below}
