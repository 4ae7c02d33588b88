"""Mutations of answers: every way to spoil one place, and the part that may be lost by it."""

import json
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

type Path = tuple[str | int, ...]

DROPPED = object()
_SPOILED: tuple[object, ...] = (
    DROPPED,
    None,
    7,
    10**400,
    "odd",
    "",
    [],
    ["odd"],
    {},
    {"odd": 1},
    True,
)


def places(document: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each field and item of a document, at any depth."""
    children: Any = ()
    if isinstance(document, dict):
        children = document.items()
    elif isinstance(document, list):
        children = enumerate(document)
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


def spoil(document: Any) -> Iterator[tuple[Path, object, Any]]:
    """Yield the path, the new value and the document; the document is whole again after each step."""
    for path in list(places(document)):
        parent = at(document, path[:-1])
        before = parent[path[-1]]
        order = list(parent) if isinstance(parent, dict) else None
        for value in _SPOILED:
            if type(value) is type(before) and value == before:
                continue
            if value is DROPPED:
                del parent[path[-1]]
            else:
                parent[path[-1]] = value
            yield path, value, document
            if order is None and value is DROPPED:
                parent.insert(path[-1], before)
            else:
                parent[path[-1]] = before
        if order is not None:
            for key in order:  # the dropped key went to the end
                parent[key] = parent.pop(key)


def at(document: Any, path: Path) -> Any:
    """Return the value at a path."""
    for key in path:
        document = document[key]
    return document


def read_path(kind: Any, path: Path) -> tuple[Path, Path | None] | None:
    """Return the path in the model of a path in an answer, None if the model does not know it.

    The second path is that of the item (or the whole) that is lost with that place, if it needs it.
    """
    found: Path = ()
    item: Path = ()
    needed = False
    for key in path:
        if isinstance(key, int):
            kind, *_ = get_args(kind)
            found = item = (*found, key)
            needed = True
        elif (model := _model(kind)) is None:
            break
        elif (field := _field(model, key)) is None:
            return None
        else:
            name, info = field
            needed = info.is_required() and item == found
            found, kind = (*found, name), info.annotation
    return found, item if needed else None


def without(dump: Any, path: Path) -> Any:
    """Return a dump without the item."""
    if not path:
        return None
    key, *rest = path
    if isinstance(dump, dict):
        return {**dump, key: without(dump[key], tuple(rest))}
    changed = list(dump)
    if rest:
        changed[int(key)] = without(changed[int(key)], tuple(rest))
    else:
        del changed[int(key)]
    return tuple(changed)


def differences(one: Any, other: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the paths at which two dumps differ, as deep as possible."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() | other.keys():
            yield from differences(one.get(key), other.get(key), (*path, key))
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for index, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, (*path, index))
    elif one != other:
        yield path


def described(path: Path, value: object) -> str:
    """Return the name of a spoiled place for the message of a failing test."""
    shown = "dropped" if value is DROPPED else json.dumps(value)[:20]
    return f"{'.'.join(map(str, path))} = {shown}"


def _field(model: type[BaseModel], key: str) -> tuple[str, FieldInfo] | None:
    for name, info in model.model_fields.items():
        alias = info.validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
        if key in choices or key == name:
            return name, info
    return None


def _model(kind: Any) -> type[BaseModel] | None:
    kinds = [kind, *get_args(kind)]
    return next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), None)
