"""A ledger as JSON. What is odd in it costs itself alone."""

from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import date, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from .gaps import Gap
from .ledger import Ledger
from .localdays import LocalDays
from .meters import Meter
from .models.base import TitleId
from .sessions import Ending, Session
from .sights import Seconds, Sight

_SIGHT = TypeAdapter(Sight)
_SESSION = TypeAdapter(Session)
_GAP = TypeAdapter(Gap)
_METER = TypeAdapter(Meter)
_ENDING = TypeAdapter(Ending)
_SECONDS = TypeAdapter[float](Seconds)
_TITLE_ID = TypeAdapter[str](TitleId)


def stored(ledger: Ledger, since: int, days: LocalDays) -> dict[str, Any]:
    """Return all of a ledger but the days that have not changed since a revision of its book.

    With it every day that may still change: whoever reads it puts them in the place of older ones.
    """
    last = ledger.last
    return {
        "days": ledger.book.to_store(_days(ledger, since, days)),
        "last": _compact(last) if last else None,
        "clock": round(ledger.clock, 3),
        "run": round(ledger.run, 3),
        "hidden": ledger.hidden,
        "session": _compact(ledger.session),
        "gaps": [_compact(gap) for gap in ledger.gaps],
        "meters": {key: _compact(meter) for key, meter in ledger.meters.items()},
        "endings": {key: _compact(ending) for key, ending in ledger.endings.items()},
    }


def restore(ledger: Ledger, data: object) -> None:
    """Take over what was kept of a ledger by an earlier process."""
    content: dict[Any, Any] = data if isinstance(data, dict) else {}
    ledger.book.from_store(content.get("days"), changed=True)
    ledger.last = _read(_SIGHT, content.get("last"))
    ledger.restarted = True
    ledger.clock = _read(_SECONDS, content.get("clock")) or 0.0
    ledger.run = _read(_SECONDS, content.get("run")) or 0.0
    ledger.hidden = content.get("hidden") is True
    ledger.session = _read(_SESSION, content.get("session")) or Session()
    gaps = content.get("gaps")
    found = (_read(_GAP, it) for it in (gaps if isinstance(gaps, list) else ()))
    ledger.gaps = [gap for gap in found if gap is not None]
    ledger.meters = dict(_by_title(_METER, content.get("meters")))
    ledger.endings = dict(_by_title(_ENDING, content.get("endings")))


def _days(ledger: Ledger, since: int, days: LocalDays) -> set[date]:
    """Return the days that have changed since then, or may still change."""
    book = ledger.book
    found = {day for day, entry in book.days.items() if entry.revision > since}
    for wall, seconds in _open(ledger):
        first, last = days.day_of(max(0.0, wall - seconds)), days.day_of(wall)
        found |= {first + timedelta(days=number) for number in range((last - first).days + 1)}
    return found


def _open(ledger: Ledger) -> Iterator[tuple[float, float]]:
    """Yield the times that may still be credited, or taken back: their end, and the seconds."""
    if ledger.last is not None:
        yield ledger.last.at.wall, 0.0
    for gap in ledger.gaps:
        yield gap.wall, gap.length
    for ending in ledger.endings.values():
        yield ending.wall, ending.room


def _by_title[T](adapter: TypeAdapter[T], data: object) -> Iterator[tuple[str, T]]:
    for key, content in data.items() if isinstance(data, dict) else ():
        title_id, item = _read(_TITLE_ID, key), _read(adapter, content)
        if title_id is not None and item is not None:
            yield title_id, item


def _read[T](adapter: TypeAdapter[T], data: object) -> T | None:
    try:
        return adapter.validate_python(data)
    except ValidationError:
        return None


def _compact(item: Sight | Session | Gap | Meter | Ending) -> dict[str, Any]:
    """Return what is worth a place: nothing that goes without saying, and no more than milliseconds."""
    usual = {it.name: it.default for it in fields(item)}
    return {
        name: _rounded(value)
        for name, value in asdict(item).items()
        if value != usual[name] and value not in ([], {})
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(it) for key, it in value.items()}
    return [_rounded(it) for it in value] if isinstance(value, list | tuple) else value
