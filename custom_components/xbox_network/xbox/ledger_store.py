"""A ledger as JSON. What is odd in it costs itself alone."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from .gaps import Gap
from .ledger import Ledger
from .meters import Meter
from .models.base import TitleId
from .sessions import Ending, Session
from .sights import Moment, Seconds, Sight

_SIGHT = TypeAdapter(Sight)
_SESSION = TypeAdapter(Session)
_GAP = TypeAdapter(Gap)
_METER = TypeAdapter(Meter)
_ENDING = TypeAdapter(Ending)
_USUAL = {
    kind: [(it.name, it.default) for it in fields(kind)]
    for kind in (Sight, Moment, Session, Gap, Meter, Ending)
}
_SECONDS = TypeAdapter[float](Seconds)
_REVISION = TypeAdapter[int](Annotated[int, Field(ge=0, le=2**62)])
_TITLE_ID = TypeAdapter[str](TitleId)


def stored(ledger: Ledger, since: int | None = None) -> dict[str, Any]:
    """Return a ledger with all its days in whole seconds, or with those changed since a revision of its book."""
    book, last = ledger.book, ledger.last
    return {
        "days": book.closed() if since is None else book.changed(since),
        "last": _compact(last) if last else None,
        "clock": round(ledger.clock, 3),
        "revision": ledger.revision + book.revision,
        "run": round(ledger.run, 3),
        "hidden": ledger.hidden,
        "session": _compact(ledger.session),
        "gaps": [_compact(gap) for gap in ledger.gaps],
        "meters": {key: _compact(meter) for key, meter in ledger.meters.items()},
        "endings": {key: _compact(ending) for key, ending in ledger.endings.items()},
    }


def restore(ledger: Ledger, data: object, *, changed: bool = False) -> None:
    """Take over what was kept of a ledger by an earlier process.

    `changed` is whether its days are not kept elsewhere. What is older than what is there counts as nothing:
    it would count again what has been counted since.
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
    ledger.meters = dict(_by_title(_METER, content.get("meters")))
    ledger.endings = dict(_by_title(_ENDING, content.get("endings")))


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


def _compact(item: Sight | Moment | Session | Gap | Meter | Ending) -> dict[str, Any]:
    """Return what is worth a place: nothing that goes without saying, and no more than milliseconds."""
    return {
        name: _rounded(value)
        for name, usual in _USUAL[type(item)]
        if (value := getattr(item, name)) != usual and value not in ([], {})
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, Moment):
        return _compact(value)
    if isinstance(value, dict):
        return {key: _rounded(it) for key, it in value.items()}
    return [_rounded(it) for it in value] if isinstance(value, list | tuple) else value
