"""The benchmark's figures as text and as JSON."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict

from .commands import Burst
from .consoles import ConsoleHour, PowerDelays
from .crowd import SIZES, Crowd
from .delay import Delays
from .environment import DELAY_SECONDS, FRIENDS, INSTALLED, TRACKED
from .hours import Hour
from .ledger import DAYS, PEOPLE, TITLES
from .playtime_and_achievements import FILES, SENSORS, Cost
from .targets import Figures, Verdict

SETTING = {
    "delay": f"{DELAY_SECONDS * 1_000:.0f} ms each request, half of it each event",
    "people": f"one account with {FRIENDS} friends, {TRACKED} of them tracked; one console,"
    f" with {INSTALLED} games, where its owner plays",
    "quiet": "an hour without acts: all six people are offline, the console is off",
    "two stay in games": "an hour in which two of the six stay in a game, one of them the console's"
    " owner, and nothing else happens",
    "playing": "an hour in which five of the six come online, play, join parties and leave, 90 times; one is offline",
    "quiet, so many consoles": "the same; a console that is on shows a game, and no person plays",
    "push proved": "/devices and /titles work; /richpresence is refused, as is probable",
    "hours": "on a clock that skips idle time; after an evening in which all people played",
    "bytes": "bodies of the answers, uncompressed; without push frames",
    "state_writes": "writes of changed states; state_reports are writes of unchanged states",
    "budgets": "the largest share of the rate limit within any 15 and any 300 seconds",
    "cpu_seconds": "of the process, minus the simulator's callbacks and minus an hour without"
    " the entry; the simulated clock costs a tenth of it",
    "bursts of commands": "to a console that is on; the requests are those to xccs until 40 seconds later",
    "family": "the additional cost of play time and achievements for each hour of play of one person, all"
    " with a limit: the difference to the same hour without them; state writes are those of play time,"
    " storage writes those of the whole hour",
    "year": f"the play time of {PEOPLE} people in {DAYS} days, two or three of {TITLES} games a day",
    "many people": "minimum of three rounds; CPU of the process for each person, minus the simulator's callbacks;"
    " a stall is the CPU of the loop's longest turn, in which nothing else can happen",
    "real time": "in real time, over sockets, with changes that topics announce",
    "skips idle time": "real code and sockets; a timer fires at once if everything waits for it",
    "memory": "private resident memory, in another process; it includes the simulator's share of an hour",
}
_HOUR_ROWS: dict[str, Callable[[Hour], str]] = {
    "requests": lambda it: str(it.requests),
    "MB of JSON": lambda it: f"{it.bytes / 1e6:.2f}",
    "changes in the network": lambda it: str(it.changes_in_network),
    "state writes": lambda it: str(it.state_writes),
    "state reports": lambda it: str(it.state_reports),
    "state writes, offline friend": lambda it: str(it.offline_friend_state_writes),
    "peak share of a budget": lambda it: f"{it.peak_share:.0%}",
    "requests refused": lambda it: str(it.refused),
    "CPU seconds": lambda it: f"{it.cpu_seconds:.2f}",
}
type _Row = Sequence[str]


def as_dict(figures: Figures, verdicts: Iterable[Verdict]) -> dict[str, object]:
    """Return everything for JSON."""
    return {
        "setting": SETTING,
        **asdict(figures),
        "verdicts": [{**asdict(verdict), "ok": verdict.ok} for verdict in verdicts],
    }


def as_text(figures: Figures, verdicts: Iterable[Verdict]) -> str:
    """Return the text for a person."""
    parts = [
        "\n".join(f"{name}: {meaning}" for name, meaning in SETTING.items()),
        _loads(figures),
        *(_hours(name, by_push) for name, by_push in figures.hours.items()),
        _console_hours(figures.consoles),
        _delays(figures.delays),
        _power(figures.power),
        _bursts(figures.bursts),
        _family(figures.family),
        _table(
            [("a year of play time", ""), *((k, str(v)) for k, v in asdict(figures.year).items())]
        ),
        _crowds(figures.crowds),
        _table([("memory", "MiB"), *((k, str(v)) for k, v in asdict(figures.memory).items())]),
        _verdicts(verdicts),
    ]
    return "\n\n".join(parts)


def _loads(figures: Figures) -> str:
    names = ("seconds", "round_trips", "requests", "bytes", "requests_after", "bytes_after")
    rows = [
        (label, *(str(asdict(load)[name]) for name in names))
        for label, load in figures.loads.items()
    ]
    return _table([("until loaded", *(name.replace("_", " ") for name in names)), *rows])


def _hours[T: str](name: str, by_column: Mapping[T, Hour]) -> str:
    hours = by_column.values()
    rows = [(label, *(show(hour) for hour in hours)) for label, show in _HOUR_ROWS.items()]
    services = dict.fromkeys(it for hour in hours for it in hour.requests_by_service)
    for service in services:
        counts = (str(hour.requests_by_service.get(service, 0)) for hour in hours)
        rows.append((f"  {service}", *counts))
    return _table([(f"an hour, {name}", *by_column), *rows])


def _console_hours(consoles: Iterable[ConsoleHour]) -> str:
    return _hours("quiet, so many consoles", {it.name: it.hour for it in consoles})


def _power(power: PowerDelays) -> str:
    head = ("ms until a console is seen", "changes", "median", "max")
    kinds = {**power.by_kind, "switched off, all of these": power.while_on}
    rows = [
        (kind, str(it["changes"]), str(it["median_ms"]), str(it["max_ms"]))
        for kind, it in kinds.items()
    ]
    return _table([head, *rows])


def _bursts(bursts: Iterable[Burst]) -> str:
    head = ("bursts of commands", "seconds", "done", "requests", "errors", "seconds until off")
    rows = [
        (it.name, *map(str, (it.seconds, it.done, it.requests, it.errors, it.off_seconds or "")))
        for it in bursts
    ]
    return _table([head, *rows])


def _family(costs: Sequence[Cost]) -> str:
    rows: list[_Row] = [
        ("hours played", *(str(it.hours_played) for it in costs)),
        ("requests", *(str(it.requests) for it in costs)),
    ]
    services = dict.fromkeys(service for it in costs for service in it.requests_by_service)
    rows += [
        (f"  {service}", *(str(it.requests_by_service.get(service, 0)) for it in costs))
        for service in services
    ]
    rows.append(("kB of JSON", *(f"{it.bytes / 1_000:.1f}" for it in costs)))
    rows.append(("state writes", *(str(it.state_writes) for it in costs)))
    rows += [(f"  {key}", *(str(it.state_writes_by_key[key]) for it in costs)) for key in SENSORS]
    rows.append(("CPU seconds", *(f"{it.cpu_seconds:.2f}" for it in costs)))
    for name in FILES:
        counts = (f"{it.storage_writes[name]} x {it.storage_bytes[name]} B" for it in costs)
        rows.append((f"the whole hour: file {name}", *counts))
    return _table([("an hour of play of one adds", *(it.name for it in costs)), *rows])


def _crowds(crowds: Sequence[Crowd]) -> str:
    rows: list[_Row] = []
    for act in dict.fromkeys(it.act for it in crowds):
        of_act = [it for it in crowds if it.act == act]
        rows.append((f"CPU ms for each, {act}", *(str(it.cpu_ms_each) for it in of_act)))
        rows.append((f"longest stall in ms, {act}", *(str(it.stall_ms) for it in of_act)))
    return _table([("many people", *(f"{size} people" for size in SIZES)), *rows])


def _delays(delays: Mapping[str, Delays]) -> str:
    head = ("ms until a change is seen", "changes", "min", "median", "p95", "max", "clock")
    rows: list[_Row] = []
    for name, it in delays.items():
        announced = (it.changes, it.min_ms, it.median_ms, it.p95_ms, it.max_ms, it.clock)
        rows.append((name, *map(str, announced)))
        if more := it.not_announced:
            unannounced = (more["changes"], "", more["median_ms"], "", more["max_ms"], it.clock)
            rows.append(("  that no topic announces", *map(str, unannounced)))
    return _table([head, *rows])


def _verdicts(verdicts: Iterable[Verdict]) -> str:
    rows = [
        (it.target, f"{it.most:g}", f"{it.measured:g}", "ok" if it.ok else "MISSED")
        for it in verdicts
    ]
    return _table([("target", "at most", "measured", ""), *rows])


def _table(rows: Sequence[_Row]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])
