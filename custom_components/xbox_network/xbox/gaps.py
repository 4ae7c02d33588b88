"""One rule for what an answer leaves out: once it is a gap and changes nothing, twice in a row it is believed.

It holds for each field, item and block, at any depth. What is left out is null, empty, absent or unreadable.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, cast

from .models.base import XboxModel

# Seconds until a gap is looked at again.
SECOND_LOOK_SECONDS: Final = 2.0


@dataclass(slots=True)
class Gap:
    """Whether the answers of a service have a gap now, and since which of them (`time.monotonic`)."""

    since: float | None = None

    def update(self, is_gap: bool, now: float) -> None:
        """Take note of whether an answer has a gap."""
        if not is_gap:
            self.since = None
        elif self.since is None:
            self.since = now

    def begins_at(self, now: float) -> bool:
        """Tell whether the answer of that moment has the first gap in a row: the next one comes soon."""
        return self.since == now


def is_left_out(value: object) -> bool:
    """Tell whether a value says nothing. False and 0 say something."""
    return value is None or value == () or (isinstance(value, str) and not value.strip())


def fill_gaps[ModelT: XboxModel](
    answer: ModelT, last: ModelT | None, *, skip: Collection[str] = ()
) -> ModelT:
    """Return an answer with what it leaves out, and the answer before it had; the same object without a gap.

    `last` is the answer before as it came: what it had left out, too, is believed to be gone. The fields in
    `skip` stay as they are.
    """
    if last is None:
        return answer
    fields = [name for name in type(answer).model_fields if name not in skip]
    filled = {name: _filled(getattr(answer, name), getattr(last, name)) for name in fields}
    changes = {name: it for name, it in filled.items() if it is not getattr(answer, name)}
    return answer.model_copy(update=changes) if changes else answer


def fill_items[ModelT: XboxModel](
    items: tuple[ModelT, ...], last: tuple[ModelT, ...]
) -> tuple[ModelT, ...]:
    """Return a list with what it leaves out, and the list before had, in that order; the same object without a gap."""
    return in_order_of(last, items, cast("tuple[ModelT, ...]", _filled(items, last)))


def in_order_of[ModelT: XboxModel](
    last: tuple[ModelT, ...], items: tuple[ModelT, ...], filled: tuple[ModelT, ...]
) -> tuple[ModelT, ...]:
    """Return a filled list in the order of the one before, what is new at its end; the same object without a gap."""
    if filled is items:
        return items
    places = {_name(it): place for place, it in enumerate(last)}
    return tuple(sorted(filled, key=lambda it: places.get(_name(it), len(last))))


def _filled(value: object, last: object) -> object:
    if is_left_out(last):
        return value
    if is_left_out(value):
        return last
    if isinstance(value, XboxModel):
        return fill_gaps(value, cast(XboxModel, last))
    if isinstance(value, tuple):
        return _filled_list(value, cast("tuple[object, ...]", last))
    return value


def _filled_list(items: tuple[object, ...], last: tuple[object, ...]) -> tuple[object, ...]:
    if isinstance(last[0], XboxModel) and type(last[0]).identity:
        return _filled_items(
            cast("tuple[XboxModel, ...]", items), cast("tuple[XboxModel, ...]", last)
        )
    # nothing names the items: a list that says only a part of what the last one said has a gap
    return last if items != last and _is_part(items, last) else items


def _filled_items(
    items: tuple[XboxModel, ...], last: tuple[XboxModel, ...]
) -> tuple[XboxModel, ...]:
    """Fill each item by its name, and keep the missing ones whose place no other has taken."""
    known = {name: it for it in last if (name := _name(it))}
    all_named = all(_name(it) for it in last)
    filled = [
        fill_gaps(it, known.get(name) if name else None)
        for it in items
        if (name := _name(it)) or not all_named
    ]
    named = {_name(it): it for it in filled}
    in_front = {name for name, it in known.items() if it.is_in_front}
    taken = any(it.is_in_front and name not in in_front for name, it in named.items())
    missing = [
        it for name, it in known.items() if name not in named and not (taken and name in in_front)
    ]
    result = (*filled, *missing)
    same = len(result) == len(items) and all(a is b for a, b in zip(result, items, strict=True))
    return items if same else result


def _name(item: XboxModel) -> tuple[object, ...] | None:
    """Return what names an item in its list, None if the item leaves it out."""
    values = tuple(getattr(item, name) for name in type(item).identity)
    return None if any(is_left_out(value) for value in values) else values


def _is_part(value: object, whole: object) -> bool:
    """Tell whether a value says nothing that the whole does not say."""
    if is_left_out(value):
        return True
    if isinstance(value, XboxModel) and isinstance(whole, XboxModel):
        fields = type(value).model_fields
        return all(_is_part(getattr(value, name), getattr(whole, name)) for name in fields)
    if isinstance(value, tuple) and isinstance(whole, tuple):
        return all(any(_is_part(item, other) for other in whole) for item in value)
    return value == whole
