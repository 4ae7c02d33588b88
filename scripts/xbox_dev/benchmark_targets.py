"""The targets of the design, and whether the figures meet them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from custom_components.xbox_network.xbox.observer import POLL_SECONDS

from .benchmark_delay import Delays
from .benchmark_hours import Hour
from .benchmark_load import Load
from .benchmark_memory import Memory
from .benchmark_scene import Push

# What a console that is switched off will ask for of each allowance: its state once a minute, the list of
# consoles every ten minutes.
_CONSOLE_REQUESTS = 66
_LOOK_MS = 300.0
_POLL_MS = 1_000 * POLL_SECONDS


@dataclass(frozen=True)
class Verdict:
    """A target, the most that it allows, and what was measured."""

    target: str
    most: float
    measured: float

    @property
    def ok(self) -> bool:
        """Whether it is met."""
        return self.measured <= self.most


@dataclass(frozen=True)
class Figures:
    """All that was measured; hours by what happens in them and by push."""

    loads: Mapping[str, Load]
    hours: Mapping[str, Mapping[Push, Hour]]
    delays: Mapping[str, Delays]
    memory: Memory
    cpu_seconds_without: float


def verdicts(figures: Figures) -> list[Verdict]:
    """Return each target with what was measured."""
    loaded = figures.loads["stored tokens"].round_trips
    return [
        Verdict("round trips until loaded, with stored tokens", 3, loaded),
        *_of_delays(figures.delays),
        *_of_quiet_hours(figures.hours["quiet"]),
        *_of_all_hours(figures),
        Verdict(
            "MiB of memory, where something else has loaded pydantic",
            10,
            round(figures.memory.total_mib - figures.memory.pydantic_mib, 2),
        ),
        Verdict("MiB of memory, pydantic loaded for us alone", 10, figures.memory.total_mib),
    ]


def _of_delays(delays: Mapping[str, Delays]) -> Iterator[Verdict]:
    for name, measured in delays.items():
        if name == Push.REFUSED:
            what = f"ms until a change is seen, {name}, the longest: a poll and a look"
            yield Verdict(what, _POLL_MS + _LOOK_MS, measured.max_ms)
            continue
        what = f"ms until a change is seen, {name}, {measured.clock}"
        yield Verdict(f"{what}, median", _LOOK_MS, measured.median_ms)
        yield Verdict(f"{what}, p95", _LOOK_MS, measured.p95_ms)
        if longest := measured.not_announced.get("max_ms"):
            what = f"ms until one that no topic announces is seen, {name}, the longest: a poll and a look"
            yield Verdict(what, _POLL_MS + _LOOK_MS, longest)


def _of_quiet_hours(hours: Mapping[Push, Hour]) -> Iterator[Verdict]:
    for push, hour in hours.items():
        requests, mbytes = (480, 2.0) if push is Push.REFUSED else (120, 0.5)
        part = f"{requests} less {_CONSOLE_REQUESTS} for a console that is off"
        yield Verdict(
            f"requests, quiet, {push}: {part}", requests - _CONSOLE_REQUESTS, hour.requests
        )
        yield Verdict(f"MB of JSON, quiet, {push}", mbytes, round(hour.bytes / 1e6, 3))
        yield Verdict(f"state writes, quiet, {push}", 60, hour.state_writes)
        yield Verdict(f"CPU seconds, quiet, {push}", 1, hour.cpu_seconds)


def _of_all_hours(figures: Figures) -> Iterator[Verdict]:
    hours = [hour for by_push in figures.hours.values() for hour in by_push.values()]
    writes = max(hour.offline_friend_state_writes for hour in hours)
    yield Verdict("state writes of a friend who stays offline, any hour", 0, writes)
    yield Verdict("share of a budget at its peak, any hour", 1, max(it.peak_share for it in hours))
    yield Verdict("requests refused as too many, any hour", 0, max(it.refused for it in hours))
