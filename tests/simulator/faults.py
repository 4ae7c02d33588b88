"""Faults: the errors that a test orders from a host."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

type JsonChange = Callable[[Any], Any]
"""A change of the JSON of a real answer: in place, or by returning what takes its place."""

GARBAGE = (
    b"<!DOCTYPE html><html><body><h1>Our services aren't available right now</h1></body></html>"
)


@dataclass
class Fault:
    """A fault of a host, for `times` calls, or until healed if `times` is None.

    Without a status or body the host gives its real answer: late (`delay`), with more `headers`, with
    a `change` of its JSON, or `cut` in half.
    """

    host: str
    status: int | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int | None = 1
    delay: float = 0.0
    hang: bool = False
    cut: bool = False
    garbage: bool = False
    empty: bool = False
    path: str | None = None
    asking: bytes | None = None
    """Bytes that the body of a call must contain to meet this fault."""
    change: JsonChange | None = None

    @property
    def replaces(self) -> bool:
        """Return whether the fault replaces the host's own answer."""
        return self.garbage or self.empty or self.status is not None or self.body is not None

    def fits(self, host: str, path: str, body: bytes) -> bool:
        """Return whether a call meets this fault."""
        if self.host != host or (self.asking is not None and self.asking not in body):
            return False
        return self.path is None or bool(re.search(self.path, path))


class Faults:
    """The pending faults."""

    def __init__(self) -> None:
        """Start without faults."""
        self._pending: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Add a fault after the pending faults."""
        self._pending.append(fault)

    def heal(self, host: str | None = None) -> None:
        """Remove the faults of a host, or all."""
        self._pending = [fault for fault in self._pending if host and fault.host != host]

    def take(self, host: str, path: str, body: bytes) -> Fault | None:
        """Return the fault that a call meets, or None, and count down its times."""
        for fault in self._pending:
            if fault.fits(host, path, body):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._pending.remove(fault)
                return fault
        return None


def changed_json(body: bytes, change: JsonChange) -> bytes:
    """Return a body with its JSON changed; a body that is no JSON stays as it is."""
    try:
        content = json.loads(body)
    except ValueError:
        return body
    replaced = change(content)
    content = content if replaced is None else replaced
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
