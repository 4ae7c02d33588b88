"""The targets, and whether the figures meet them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from custom_components.xbox_network.storage.playtime import File
from custom_components.xbox_network.xbox.consoles.console import OFF_SECONDS, ON_SECONDS
from custom_components.xbox_network.xbox.people.observer import PRESENCE_POLL_SECONDS

from .commands import ASKED, Burst
from .consoles import SEEN_ARRIVING, UNSEEN_ARRIVING, UNSEEN_LEAVING, ConsoleHour, PowerDelays
from .crowd import AGAIN, SET_UP, SIZES, Crowd
from .delay import Delays
from .entry_load import Load
from .environment import Push
from .hours import Hour
from .ledger import Year
from .memory import Memory
from .playtime_and_achievements import FILES, SENSORS, SERVICES, Cost

# For each console that is on or off, and for all requests with that many consoles off.
_EACH = {True: 370, False: 70}
_ALL_OFF = {1: 120, 3: 240}
# For each burst of commands. Most of the requests are the regular ones of 40 seconds.
_BURST_SECONDS, _BURST_REQUESTS = 3.0, 20
# Requests and state writes that an hour of play of one person may add. More changes need more of
# both.
_ADDED = {"two stay in games": (40, 240), "playing": (60, 300)}
# The people of a large family with friends, and how long they may stop everything else.
_CROWD, _STALL_MS = 30, 50.0
_GROWTH = 1.2
_REFRESH_MS = 300.0
_POLL_MS = 1_000 * PRESENCE_POLL_SECONDS


@dataclass(frozen=True)
class Verdict:
    """A target, its limit, and the measured figure."""

    target: str
    most: float
    measured: float

    @property
    def ok(self) -> bool:
        """Return whether the target is met."""
        return self.measured <= self.most


@dataclass(frozen=True)
class Figures:
    """All figures. Hours by activity and by push."""

    loads: Mapping[str, Load]
    hours: Mapping[str, Mapping[Push, Hour]]
    delays: Mapping[str, Delays]
    consoles: Sequence[ConsoleHour]
    power: PowerDelays
    bursts: Sequence[Burst]
    family: Sequence[Cost]
    year: Year
    crowds: Sequence[Crowd]
    memory: Memory
    cpu_seconds_without: float


def verdicts(figures: Figures) -> list[Verdict]:
    """Return each target with its measured figure."""
    loaded = figures.loads["stored tokens"].round_trips
    return [
        Verdict("round trips until loaded, with stored tokens", 3, loaded),
        *_of_delays(figures.delays),
        *_of_quiet_hours(figures.hours["quiet"]),
        *_of_consoles(figures.consoles),
        *_of_power(figures.power),
        *_of_bursts(figures.bursts),
        *_of_family(figures),
        *_of_year(figures),
        *_of_crowds(figures.crowds),
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
            text = f"ms until a change is seen, {name}, the longest: a poll and a refresh"
            yield Verdict(text, _POLL_MS + _REFRESH_MS, measured.max_ms)
            continue
        text = f"ms until a change is seen, {name}, {measured.clock}"
        yield Verdict(f"{text}, median", _REFRESH_MS, measured.median_ms)
        yield Verdict(f"{text}, p95", _REFRESH_MS, measured.p95_ms)
        if longest := measured.not_announced.get("max_ms"):
            text = f"ms until one that no topic announces is seen, {name}, the longest: a poll and a refresh"
            yield Verdict(text, _POLL_MS + _REFRESH_MS, longest)


def _of_quiet_hours(hours: Mapping[Push, Hour]) -> Iterator[Verdict]:
    for push, hour in hours.items():
        requests, mbytes = (480, 2.0) if push is Push.REFUSED else (120, 0.5)
        yield Verdict(f"requests, quiet, {push}, one console off", requests, hour.requests)
        yield Verdict(f"MB of JSON, quiet, {push}", mbytes, round(hour.bytes / 1e6, 3))
        yield Verdict(f"state writes, quiet, {push}", 60, hour.state_writes)
        yield Verdict(f"CPU seconds, quiet, {push}", 1, hour.cpu_seconds)


def _of_consoles(hours: Sequence[ConsoleHour]) -> Iterator[Verdict]:
    for it in hours:
        text = f"{it.name}, {Push.PROVED}"
        yield Verdict(f"requests for each console, {text}", _EACH[it.on], it.each)
        if not it.on:
            yield Verdict(
                f"requests, all together, {text}", _ALL_OFF[it.consoles], it.hour.requests
            )


def _of_power(power: PowerDelays) -> Iterator[Verdict]:
    text = "ms until a console is seen"
    half = "half of the time a tracked person is there"
    yield Verdict(f"{text} switched off, {half}, median", 5_000, power.while_on["median_ms"])
    arriving = power.by_kind[SEEN_ARRIVING]["median_ms"]
    yield Verdict(f"{text} {SEEN_ARRIVING}, median", 1_000, arriving)
    for kind, seconds in ((UNSEEN_LEAVING, ON_SECONDS), (UNSEEN_ARRIVING, OFF_SECONDS)):
        longest = power.by_kind[kind]["max_ms"]
        most = 1_000 * seconds + _REFRESH_MS
        yield Verdict(f"{text} {kind}, the longest: a poll and a refresh", most, longest)


def _of_bursts(bursts: Sequence[Burst]) -> Iterator[Verdict]:
    for it in bursts:
        yield Verdict(f"seconds until done, {it.name}", _BURST_SECONDS, it.seconds)
        yield Verdict(f"failed actions, {it.name}", 0, it.errors)
        yield Verdict(
            f"steps or keys too many or too few, {it.name}", 0, abs(it.done - ASKED[it.name])
        )
        yield Verdict(f"requests to xccs, {it.name}", _BURST_REQUESTS, it.requests)
        if it.off_seconds is not None:
            yield Verdict(f"seconds until switched off, {it.name}", _BURST_SECONDS, it.off_seconds)


def _of_family(figures: Figures) -> Iterator[Verdict]:
    quiet = figures.hours["quiet"].values()
    most_requests = max(sum(it.requests_by_service.get(one, 0) for one in SERVICES) for it in quiet)
    yield Verdict("requests for play time and achievements, quiet, any push", 0, most_requests)
    written = max(sum(it.state_writes_by_key.get(key, 0) for key in SENSORS) for it in quiet)
    yield Verdict("state writes of play time, quiet, any push", 0, written)
    saved = max(sum(it.storage_writes.get(name, 0) for name in FILES) for it in quiet)
    # the evening before is saved once, an hour after the last save
    yield Verdict("storage writes of play time and achievements, quiet, any push", 1, saved)
    for it in figures.family:
        requests, writes = _ADDED[it.life]
        yield Verdict(f"requests added by an hour of play of one, {it.name}", requests, it.requests)
        text = f"state writes of play time in an hour of play of one, {it.name}"
        yield Verdict(text, writes, it.state_writes)
    often = max(it.storage_writes[File.CURRENT] for it in figures.family)
    yield Verdict("storage writes of what is being played, any hour of play", 61, often)
    rarely = max(it.storage_writes[File.HISTORY] for it in figures.family)
    yield Verdict("storage writes of all days, any hour of play", 2, rarely)


def _of_year(figures: Figures) -> Iterator[Verdict]:
    text = "five people after a year"
    yield Verdict(f"kB of the file of all days, {text}", 200, figures.year.history_kb)
    yield Verdict(f"kB of the file of what is being played, {text}", 10, figures.year.current_kb)


def _of_crowds(crowds: Sequence[Crowd]) -> Iterator[Verdict]:
    for it in crowds:
        if it.people == _CROWD:
            text = f"ms of CPU, the longest stall of the loop, {it.people} people, {it.act}"
            yield Verdict(text, _STALL_MS, it.stall_ms)
    fewest, most = min(SIZES), max(SIZES)
    each = {(it.people, it.act): it.cpu_ms_each for it in crowds}
    for act in (SET_UP, AGAIN):
        text = f"CPU for each of {most} people as a multiple of that for each of {fewest}, {act}"
        yield Verdict(text, _GROWTH, round(each[most, act] / each[fewest, act], 2))


def _of_all_hours(figures: Figures) -> Iterator[Verdict]:
    hours = [hour for by_push in figures.hours.values() for hour in by_push.values()]
    hours += [it.hour for it in figures.consoles]
    writes = max(hour.offline_friend_state_writes for hour in hours)
    yield Verdict("state writes of a friend who stays offline, any hour", 0, writes)
    yield Verdict("share of a budget at its peak, any hour", 1, max(it.peak_share for it in hours))
    yield Verdict("requests refused as too many, any hour", 0, max(it.refused for it in hours))
