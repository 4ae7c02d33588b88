"""What somebody asks for out of turn: facts of one console, each with a request of its own."""

from enum import StrEnum
from typing import NamedTuple

from ..http.backoff import Backoff
from .console import WatchedConsole


class Fact(StrEnum):
    """What is known of a console, by the answer that tells it."""

    STATUS = "status"
    DISKS = "disks"
    APPS = "apps"


class Demanded(NamedTuple):
    """A fact of a console that somebody asks for."""

    console_id: str
    fact: Fact

    def may_ask(self, console: WatchedConsole | None, of_list: Backoff, now: float) -> bool:
        """Tell whether it may be asked for now. `of_list` are the failures of the list, which tells the disks."""
        if self.fact is Fact.DISKS:
            return of_list.may_ask(now)
        if console is None or console.unread:
            return False
        if self.fact is Fact.APPS:
            return console.apps_allowed_at() <= now
        return console.backoff.may_ask(now)
