"""Faults on demand: what a test wants a host to do wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

GARBAGE = (
    b"<!DOCTYPE html><html><body><h1>Our services aren't available right now</h1></body></html>"
)


@dataclass
class Fault:
    """One fault: `times` calls long, or until healed when None.

    Without a status or body the real answer is given, late (`delay`), with more `headers` or
    `cut` in half.
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
    """What the body of a call has in it that meets this fault."""

    @property
    def replaces(self) -> bool:
        """Whether the host's own answer is not asked for."""
        return self.garbage or self.empty or self.status is not None or self.body is not None

    def fits(self, host: str, path: str, body: bytes) -> bool:
        """Return whether a call meets this fault."""
        if self.host != host or (self.asking is not None and self.asking not in body):
            return False
        return self.path is None or bool(re.search(self.path, path))


class Faults:
    """The faults that wait to happen."""

    def __init__(self) -> None:
        """Start healthy."""
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let a fault happen after those that wait already."""
        self._waiting.append(fault)

    def heal(self, host: str | None = None) -> None:
        """Remove the faults of a host, or all."""
        self._waiting = [fault for fault in self._waiting if host and fault.host != host]

    def take(self, host: str, path: str, body: bytes) -> Fault | None:
        """Return the fault that a call meets, one time less of it left."""
        for fault in self._waiting:
            if fault.fits(host, path, body):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                return fault
        return None
