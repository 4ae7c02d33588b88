"""The state of a ledger: the schema that is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from .counters import MinutesCounter
from .daily_totals import DayTotals
from .endings import Ending
from .gaps import Gap
from .observations import Observation
from .sessions import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerState:
    """All that a ledger knows about one person.

    `last` is the last observation, `clock` the ledger's clock at that time in seconds, `run` for how
    many seconds the title has been played since the last change of titles. `revision` grows with each
    change. `hidden` is whether the person was hidden since the last observation. `counters` and
    `endings` are by title id.

    A `partial` state has only the days and counters that have changed since another state was stored.
    A counter that was removed since is None.

    `odd` is whether something that was stored made no sense, and is left out.
    """

    days: Mapping[date, DayTotals] = field(default_factory=dict)
    last: Observation | None = None
    clock: float = 0.0
    revision: int = 0
    run: float = 0.0
    hidden: bool = False
    session: Session = field(default_factory=Session)
    gaps: tuple[Gap, ...] = ()
    counters: Mapping[str, MinutesCounter | None] = field(default_factory=dict)
    endings: Mapping[str, Ending] = field(default_factory=dict)
    partial: bool = False
    odd: bool = False
