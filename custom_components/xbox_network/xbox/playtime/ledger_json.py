"""The state of a ledger as JSON. An odd value in it costs that value alone."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, StrictBool, TypeAdapter, ValidationError

from ..models.base import TitleId
from .counters import MinutesCounter
from .daily_totals import DayTotals
from .endings import Ending
from .gaps import Gap
from .ledger_state import LedgerState
from .observations import Instant, Observation, Seconds
from .sessions import Session

_LONGEST_DAY: Final = 25 * 3600.0
_ENDLESS: Final = 2**62
_ESTIMATED: Final = "estimated"
_UNSEEN: Final = "unseen"
_CONFIRMED: Final = "confirmed"
# Each stored state has all of them.
_KEYS: Final = frozenset(
    ("days", "last", "clock", "revision", "run", "hidden", "session", "gaps", "meters", "endings")
)

# All that is read here.
KEYS: Final = _KEYS | {_CONFIRMED}


def _checked[T: (Gap, Ending)](item: T) -> T:
    if not item.is_valid:
        raise ValueError("the values contradict each other")
    return item


_SECONDS = TypeAdapter[float](Seconds)
_REVISION = TypeAdapter[int](Annotated[int, Field(ge=0, le=_ENDLESS)])
_TITLE_ID = TypeAdapter[str](TitleId)
_LAST = TypeAdapter[Observation | None](Observation | None)
_HIDDEN = TypeAdapter[bool](StrictBool)
_SESSION = TypeAdapter(Session)
_GAP = TypeAdapter[Gap](Annotated[Gap, AfterValidator(_checked)])
_COUNTER = TypeAdapter[MinutesCounter | None](MinutesCounter | None)
_ENDING = TypeAdapter[Ending](Annotated[Ending, AfterValidator(_checked)])

type _Item = Observation | Instant | Session | Gap | MinutesCounter | Ending
_DEFAULTS: Final[Mapping[type[_Item], list[tuple[str, Any]]]] = {
    kind: [(it.name, it.default) for it in fields(kind)]
    for kind in (Observation, Instant, Session, Gap, MinutesCounter, Ending)
}


def state_to_json(state: LedgerState) -> dict[str, Any]:
    """Return a state as JSON: a partial one with milliseconds, a full one with days in whole seconds."""
    return {
        "days": _partial_days(state.days) if state.partial else _whole_days(state.days),
        "last": _compact(state.last) if state.last else None,
        "clock": _rounded(state.clock),
        "revision": state.revision,
        "run": _rounded(state.run),
        "hidden": state.hidden,
        "session": _compact(state.session),
        "gaps": [_compact(gap) for gap in state.gaps],
        "meters": {it: known and _compact(known) for it, known in state.counters.items()},
        "endings": {it: _compact(ending) for it, ending in state.endings.items()},
        **_confirmed(state),
    }


def state_from_json(data: object, *, partial: bool = False) -> LedgerState:
    """Return the state that was stored. `partial` is whether it was a partial one."""
    reader = _Reader()
    content = reader.mapping(data)
    reader.odd |= not content.keys() >= _KEYS
    days = reader.days(content.get("days"), partial=partial)
    return LedgerState(
        days=reader.with_confirmed(days, content.get(_CONFIRMED, {})),
        last=reader.value(_LAST, content.get("last")),
        clock=reader.value(_SECONDS, content.get("clock")) or 0.0,
        revision=reader.value(_REVISION, content.get("revision")) or 0,
        run=reader.value(_SECONDS, content.get("run")) or 0.0,
        hidden=reader.value(_HIDDEN, content.get("hidden")) or False,
        session=reader.value(_SESSION, content.get("session")) or Session(),
        gaps=tuple(reader.gaps(content.get("gaps"))),
        counters=dict(reader.by_title(_COUNTER, content.get("meters"))),
        endings={
            title_id: ending
            for title_id, ending in reader.by_title(_ENDING, content.get("endings"))
            if ending is not None
        },
        partial=partial,
        odd=reader.odd,
    )


class _Reader:
    """Reads a state value by value. `odd` is whether one made no sense."""

    def __init__(self) -> None:
        self.odd = False

    def value[T](self, adapter: TypeAdapter[T], data: object) -> T | None:
        """Return a value, None if it makes no sense."""
        try:
            return adapter.validate_python(data)
        except ValidationError:
            self.odd = True
            return None

    def mapping(self, data: object) -> dict[Any, Any]:
        """Return an object, an empty one if it is none."""
        self.odd |= not isinstance(data, dict)
        return data if isinstance(data, dict) else {}

    def by_title[T](self, adapter: TypeAdapter[T], data: object) -> Iterator[tuple[str, T | None]]:
        """Yield items with their title ids; None for an item that makes no sense."""
        for key, content in self.mapping(data).items():
            if (title_id := self.value(_TITLE_ID, key)) is not None:
                yield title_id, self.value(adapter, content)

    def gaps(self, data: object) -> Iterator[Gap]:
        """Yield the gaps."""
        self.odd |= not isinstance(data, list)
        for it in data if isinstance(data, list) else ():
            if (gap := self.value(_GAP, it)) is not None:
                yield gap

    def days(self, data: object, *, partial: bool) -> dict[date, DayTotals]:
        """Return the days. Only a partial state has empty ones."""
        found: dict[date, DayTotals] = {}
        for key, content in self.mapping(data).items():
            day = _date(key)
            if day is None or not isinstance(content, str) or not (content or partial):
                self.odd = True
            else:
                found[day] = self._day(content)
        return found

    def with_confirmed(self, days: dict[date, DayTotals], data: object) -> dict[date, DayTotals]:
        """Return the days with the confirmed part of their estimated seconds; of other days there is none."""
        for key, content in self.mapping(data).items():
            seconds = self.value(_SECONDS, content)
            if (day := _date(key)) is None or day not in days or seconds is None:
                self.odd = True
            else:
                totals = days[day]
                days[day] = replace(totals, confirmed=min(seconds, totals.estimated))
        return days

    def _day(self, text: str) -> DayTotals:
        known = dict(self._seconds(text))
        titles = {name: seconds for name, seconds in known.items() if name.isdecimal()}
        # of rounded numbers, the estimated part may be a little more than all of them
        estimated = min(known.get(_ESTIMATED, 0.0), sum(titles.values()))
        return DayTotals(titles, estimated, unseen=known.get(_UNSEEN, 0.0))

    def _seconds(self, text: str) -> Iterator[tuple[str, float]]:
        for pair in text.split():
            name, _, number = pair.partition(":")
            seconds = _number(number)
            known = name.isdecimal() or name in (_ESTIMATED, _UNSEEN)
            self.odd |= not known or not 0 <= seconds <= _LONGEST_DAY
            if known and 0 < seconds < _ENDLESS:
                yield name, min(seconds, _LONGEST_DAY)


def _compact(item: _Item) -> dict[str, Any]:
    """Return the values that are not the defaults, rounded to milliseconds."""
    return {
        name: value
        for name, default in _DEFAULTS[type(item)]
        if (value := _rounded(getattr(item, name))) != default and value not in ([], {})
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        rounded = round(value, 3)
        return int(rounded) if rounded.is_integer() else rounded
    if isinstance(value, Instant):
        return _compact(value)
    if isinstance(value, dict):
        return {key: _rounded(it) for key, it in value.items()}
    return [_rounded(it) for it in value] if isinstance(value, list | tuple) else value


# A day is one text like `1910000001:3600 1910000002:59.5 estimated:60 unseen:30`: seconds by title id.
# Home Assistant writes each value of an object into a line of its own: years of days would be long files.


def _partial_days(days: Mapping[date, DayTotals]) -> dict[str, str]:
    """Return days with milliseconds. An empty day is an empty text."""
    return {
        day.isoformat(): " ".join(f"{it}:{round(seconds, 3)}" for it, seconds in _parts(totals))
        for day, totals in sorted(days.items())
    }


def _whole_days(days: Mapping[date, DayTotals]) -> dict[str, str]:
    """Return days in whole seconds, without empty ones."""
    texts = {
        day.isoformat(): " ".join(f"{it}:{int(sec)}" for it, sec in _parts(totals) if sec >= 1)
        for day, totals in sorted(days.items())
    }
    return {day: text for day, text in texts.items() if text}


def _confirmed(state: LedgerState) -> dict[str, Any]:
    """Return the confirmed seconds by day beside the days: earlier versions read the days, and leave this out."""
    days = {
        day.isoformat(): _rounded(it.confirmed if state.partial else float(int(it.confirmed)))
        for day, it in sorted(state.days.items())
    }
    found = {day: seconds for day, seconds in days.items() if seconds}
    return {_CONFIRMED: found} if found else {}


def _parts(totals: DayTotals) -> Iterable[tuple[str, float]]:
    yield from totals.titles.items()
    for name, seconds in ((_ESTIMATED, totals.estimated), (_UNSEEN, totals.unseen)):
        if seconds > 0:
            yield name, seconds


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _date(key: object) -> date | None:
    try:
        return date.fromisoformat(key) if isinstance(key, str) else None
    except ValueError:
        return None
