"""The state of a ledger as JSON. An odd value in it costs that value alone."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

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


def _checked[T: (Gap, Ending)](item: T) -> T:
    if not item.is_valid:
        raise ValueError("the values contradict each other")
    return item


_SECONDS = TypeAdapter[float](Seconds)
_REVISION = TypeAdapter[int](Annotated[int, Field(ge=0, le=_ENDLESS)])
_TITLE_ID = TypeAdapter[str](TitleId)
_OBSERVATION = TypeAdapter(Observation)
_SESSION = TypeAdapter(Session)
_GAP = TypeAdapter[Gap](Annotated[Gap, AfterValidator(_checked)])
_COUNTER = TypeAdapter(MinutesCounter)
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
    }


def state_from_json(data: object, *, partial: bool = False) -> LedgerState:
    """Return the state that was stored. `partial` is whether it was a partial one."""
    content: dict[Any, Any] = data if isinstance(data, dict) else {}
    gaps = content.get("gaps")
    found = (_read(_GAP, it) for it in (gaps if isinstance(gaps, list) else ()))
    counters = _by_title(_COUNTER, content.get("meters"))
    endings = _by_title(_ENDING, content.get("endings"))
    return LedgerState(
        days=_days(content.get("days")),
        last=_read(_OBSERVATION, content.get("last")),
        clock=_read(_SECONDS, content.get("clock")) or 0.0,
        revision=_read(_REVISION, content.get("revision")) or 0,
        run=_read(_SECONDS, content.get("run")) or 0.0,
        hidden=content.get("hidden") is True,
        session=_read(_SESSION, content.get("session")) or Session(),
        gaps=tuple(gap for gap in found if gap is not None),
        counters=dict(counters),
        endings={title_id: ending for title_id, ending in endings if ending is not None},
        partial=partial,
    )


def _by_title[T](adapter: TypeAdapter[T], data: object) -> Iterator[tuple[str, T | None]]:
    """Yield items with their title ids; None for an item that cannot be read."""
    for key, content in data.items() if isinstance(data, dict) else ():
        if (title_id := _read(_TITLE_ID, key)) is not None:
            yield title_id, _read(adapter, content)


def _read[T](adapter: TypeAdapter[T], data: object) -> T | None:
    try:
        return adapter.validate_python(data)
    except ValidationError:
        return None


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


def _parts(totals: DayTotals) -> Iterable[tuple[str, float]]:
    yield from totals.titles.items()
    for name, seconds in ((_ESTIMATED, totals.estimated), (_UNSEEN, totals.unseen)):
        if seconds > 0:
            yield name, seconds


def _days(data: object) -> dict[date, DayTotals]:
    """Return the stored days without the odd ones."""
    return {
        day: _day_totals(content)
        for key, content in (data.items() if isinstance(data, dict) else ())
        if (day := _date(key)) is not None and isinstance(content, str)
    }


def _day_totals(text: str) -> DayTotals:
    known = {
        name: min(seconds, _LONGEST_DAY) for name, seconds in _pairs(text) if 0 < seconds < _ENDLESS
    }
    titles = {name: seconds for name, seconds in known.items() if name.isdecimal()}
    estimated = min(known.get(_ESTIMATED, 0.0), sum(titles.values()))
    return DayTotals(titles, estimated, known.get(_UNSEEN, 0.0))


def _pairs(text: str) -> Iterator[tuple[str, float]]:
    for pair in text.split():
        name, _, seconds = pair.partition(":")
        with contextlib.suppress(ValueError):
            yield name, float(seconds)


def _date(key: object) -> date | None:
    try:
        return date.fromisoformat(key) if isinstance(key, str) else None
    except ValueError:
        return None
