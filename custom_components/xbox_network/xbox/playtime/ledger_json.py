"""A ledger as JSON. What is odd in it costs itself alone."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from ..models.base import TitleId
from .counters import MinutesCounter
from .gaps import Gap
from .ledger import Ledger
from .observations import Instant, Observation, Seconds
from .sessions import Ending, Session

_SIGHT = TypeAdapter(Observation)
_SESSION = TypeAdapter(Session)
_GAP = TypeAdapter(Gap)
_METER = TypeAdapter(MinutesCounter)
_ENDING = TypeAdapter(Ending)
_USUAL = {
    kind: [(it.name, it.default) for it in fields(kind)]
    for kind in (Observation, Instant, Session, Gap, MinutesCounter, Ending)
}
_SECONDS = TypeAdapter[float](Seconds)
_REVISION = TypeAdapter[int](Annotated[int, Field(ge=0, le=2**62)])
_TITLE_ID = TypeAdapter[str](TitleId)


def stored(ledger: Ledger, since: int | None = None) -> dict[str, Any]:
    """Return a ledger with all its days, in whole seconds, and all its meters.

    Or with what of them has changed since a revision of its book; a meter that was dropped is None then.
    """
    book, last = ledger.book, ledger.last
    return {
        "days": book.closed() if since is None else book.changed(since),
        "last": _compact(last) if last else None,
        "clock": _rounded(ledger.clock),
        "revision": ledger.revision + book.revision,
        "run": _rounded(ledger.run),
        "hidden": ledger.hidden,
        "session": _compact(ledger.session),
        "gaps": [_compact(gap) for gap in ledger.gaps],
        "meters": {it: _compact(meter) if meter else None for it, meter in _meters(ledger, since)},
        "endings": {key: _compact(ending) for key, ending in ledger.endings.items()},
    }


def restore(ledger: Ledger, data: object, *, changed: bool = False) -> None:
    """Take over what was kept of a ledger by an earlier process.

    `changed` is whether it has only the days and meters that are not kept elsewhere. What is older than what is
    there counts as nothing: it would count again what has been counted since.
    """
    content: dict[Any, Any] = data if isinstance(data, dict) else {}
    revision = _read(_REVISION, content.get("revision")) or 0
    known = ledger.revision + ledger.book.revision
    if revision < known:
        return
    ledger.revision = revision - ledger.book.revision
    ledger.book.from_store(content.get("days"), changed=changed)
    ledger.last = _read(_SIGHT, content.get("last"))
    ledger.restarted = True
    ledger.clock = _read(_SECONDS, content.get("clock")) or 0.0
    ledger.run = _read(_SECONDS, content.get("run")) or 0.0
    ledger.hidden = content.get("hidden") is True
    ledger.session = _read(_SESSION, content.get("session")) or Session()
    gaps = content.get("gaps")
    found = (_read(_GAP, it) for it in (gaps if isinstance(gaps, list) else ()))
    ledger.gaps = [gap for gap in found if gap is not None]
    if not changed:
        ledger.meters = {}
    for title_id, meter in _by_title(_METER, content.get("meters")):
        ledger.meters.pop(title_id, None)  # what was kept of it elsewhere is over
        if meter is not None:
            ledger.meters[title_id] = meter
        if changed:
            ledger.meter_changed(title_id)
    endings = _by_title(_ENDING, content.get("endings"))
    ledger.endings = {title_id: ending for title_id, ending in endings if ending is not None}


def _meters(ledger: Ledger, since: int | None) -> Iterator[tuple[str, MinutesCounter | None]]:
    """Return all meters, or those that have changed since, in the order in which they were used."""
    if since is None:
        yield from ledger.meters.items()
        return
    changed = {it for it, revision in ledger.meter_revisions.items() if revision > since}
    yield from ((it, None) for it in sorted(changed - ledger.meters.keys()))
    yield from ((it, meter) for it, meter in ledger.meters.items() if it in changed)


def _by_title[T](adapter: TypeAdapter[T], data: object) -> Iterator[tuple[str, T | None]]:
    """Return what is about titles; None for what is nothing that can be read."""
    for key, content in data.items() if isinstance(data, dict) else ():
        if (title_id := _read(_TITLE_ID, key)) is not None:
            yield title_id, _read(adapter, content)


def _read[T](adapter: TypeAdapter[T], data: object) -> T | None:
    try:
        return adapter.validate_python(data)
    except ValidationError:
        return None


def _compact(
    item: Observation | Instant | Session | Gap | MinutesCounter | Ending,
) -> dict[str, Any]:
    """Return what is worth a place: nothing that goes without saying, and no more than milliseconds."""
    return {
        name: value
        for name, usual in _USUAL[type(item)]
        if (value := _rounded(getattr(item, name))) != usual and value not in ([], {})
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
