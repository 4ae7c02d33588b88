"""The time that has passed between two instants, by three clocks of which any may be wrong.

Two of them have to agree. The monotonic clock goes first, as nobody can set it. But it stands still while the
machine is suspended, and begins anew with each start of the machine.
"""

from dataclasses import dataclass
from typing import Final

from .observations import SAME_TITLE_SECONDS, Instant

# Stored times are rounded.
_ROUNDED_SECONDS: Final = 0.01
# If the clocks of two processes agree within this many seconds, the machine has not restarted between them.
_SAME_START_SECONDS: Final = 5.0
# The network tells its time in whole seconds, and the answer may take some.
_NETWORK_SECONDS: Final = 30.0
# A shorter sleep of the machine is none.
_SLEEP_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The `seconds` that have certainly passed.

    `exact` is whether no more have passed, `agreed` whether two clocks say so.
    """

    seconds: float
    exact: bool = True
    agreed: bool = True


def elapsed(old: Instant, new: Instant) -> Elapsed:
    """Return the time between two instants of one process."""
    tick, wall = new.tick - old.tick, new.wall - old.wall
    network = _network_seconds(old, new)
    if network is not None:
        slept = min(wall, network) - tick > _SLEEP_SECONDS
        both = abs(wall - network) <= _NETWORK_SECONDS
        return Elapsed(min(wall, network) if slept and both else tick)
    # where the network has never told its time it will not tell it now
    return Elapsed(tick, agreed=old.network is None or abs(wall - tick) <= _SLEEP_SECONDS)


def elapsed_over_restart(old: Instant, new: Instant) -> Elapsed:
    """Return the time since an instant of another process.

    The monotonic clock counts from the start of the machine: it either continued, or started again after `old`.
    """
    tick, wall = new.tick - old.tick, new.wall - old.wall
    network = _network_seconds(old, new)
    started_again = tick < -_ROUNDED_SECONDS
    least = new.tick if started_again else max(0.0, tick)
    if not started_again and abs(wall - tick) < _SAME_START_SECONDS:
        return Elapsed(least)
    if network is None:
        complete = 0 < wall <= SAME_TITLE_SECONDS
        return Elapsed(min(least, wall) if complete else least, complete, agreed=False)
    if not started_again and abs(network - tick) <= _NETWORK_SECONDS:
        return Elapsed(least)
    if abs(network - wall) <= _NETWORK_SECONDS:
        return Elapsed(max(0.0, min(network, wall)))
    return Elapsed(least, exact=False, agreed=False)


def real_time(old: Instant, new: Instant, passed: Elapsed) -> float:
    """Return the best known real time of an instant, in seconds since 1970.

    The time of the network needs one of the others to agree with it: the wall clock, or the time that goes on
    since `old`. Where no two agree it is the earlier one that can be: a later one would make play of a record
    that is older.
    """
    if old.network is None:
        return new.real
    carried = old.network + passed.seconds
    told = [new.wall] if new.network is None else [new.wall, new.network]
    if not passed.exact:
        return min((it for it in told if it >= carried - _NETWORK_SECONDS), default=carried)
    if new.network is None:
        return carried
    confirmed = any(abs(new.network - it) <= _NETWORK_SECONDS for it in (carried, new.wall))
    return new.network if confirmed else carried


def _network_seconds(old: Instant, new: Instant) -> float | None:
    if old.network is None or new.network is None:
        return None
    return new.network - old.network
