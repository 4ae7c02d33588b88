"""The counters of all titles of one person."""

from collections.abc import Mapping
from typing import Final

from .counters import MinutesCounter
from .revisions import Revisions

_MAX_COUNTERS: Final = 100


class CounterBook:
    """The counters of one person by title id, the one that was used last at the end.

    The counters that were used long ago are removed. Each change gets a number of `revisions`.
    """

    def __init__(self, revisions: Revisions) -> None:
        """Start without counters."""
        self._revisions = revisions
        self._counters: dict[str, MinutesCounter] = {}
        self._changed: dict[str, int] = {}

    @property
    def counters(self) -> Mapping[str, MinutesCounter]:
        """A copy of the counters."""
        return dict(self._counters)

    def changed_since(self, revision: int) -> Mapping[str, MinutesCounter | None]:
        """Return the counters that have changed since a revision; None for those that were removed."""
        changed = {it for it, latest in self._changed.items() if latest > revision}
        removed = dict.fromkeys(sorted(changed - self._counters.keys()))
        return removed | {it: known for it, known in self._counters.items() if it in changed}

    def restore(self, counters: Mapping[str, MinutesCounter | None], *, partial: bool) -> None:
        """Replace all counters. With `partial` replace only these, as a change; None removes one."""
        if not partial:
            self._counters = {}
        for title_id, counter in counters.items():
            self._counters.pop(title_id, None)
            if counter is not None:
                self._counters[title_id] = counter
            if partial:
                self._mark_changed(title_id)

    def get(self, title_id: str) -> MinutesCounter | None:
        """Return the counter of a title."""
        return self._counters.get(title_id)

    def due(self, clock: float) -> list[str]:
        """Return the titles of which the counters are to be read."""
        counters = self._counters.items()
        return [it for it, known in counters if known.due is not None and known.due <= clock]

    def put(self, title_id: str, counter: MinutesCounter) -> None:
        """Replace the counter of a title, and leave it in its place."""
        self._counters[title_id] = counter
        self._mark_changed(title_id)

    def credit(self, title_id: str, seconds: float) -> None:
        """Add credited seconds of a title, or take them back if they are negative."""
        self._use(title_id, self._get_or_new(title_id).credit(seconds))

    def start_title(self, title_id: str, clock: float, *, wanted: bool) -> None:
        """Note that a title has started; `wanted` is whether a gap wants its counter."""
        self._use(title_id, self._get_or_new(title_id).start_title(clock, wanted=wanted))

    def end_title(self, title_id: str, clock: float) -> None:
        """Note that a title has ended."""
        self._use(title_id, self._get_or_new(title_id).end_title(clock))

    def schedule(self, title_id: str, clock: float) -> None:
        """Let the counter of a title be read."""
        self._use(title_id, self._get_or_new(title_id).schedule(clock))

    def settle(self, title_id: str, minutes: float, clock: float) -> None:
        """Let a counter count from a reading long after the end of the title, if it has followed."""
        self.put(title_id, self._counters[title_id].settle(minutes, clock))

    def _get_or_new(self, title_id: str) -> MinutesCounter:
        return self._counters.get(title_id) or MinutesCounter()

    def _use(self, title_id: str, counter: MinutesCounter) -> None:
        """Replace the counter of a title, and put it last."""
        self._counters.pop(title_id, None)
        self.put(title_id, counter)
        if len(self._counters) > _MAX_COUNTERS:
            oldest = next(iter(self._counters))
            del self._counters[oldest]
            self._mark_changed(oldest)

    def _mark_changed(self, title_id: str) -> None:
        self._changed[title_id] = self._revisions.next()
