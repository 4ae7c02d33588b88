"""Faults of a random day: failing services, refused tokens, lost or silent push."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from custom_components.xbox_network.xbox.endpoints import Service
from tests.simulator import Simulator

HOUR = 3600.0

# No person should notice a fault that ends within 300 s.
_SHORTEST, _LONGEST = 15.0, 290.0
# After a refusal without a named pause the client pauses for a minute. The fault lasts for up to
# this time more.
_LONGEST_UNNAMED = 225.0
# The client repeats a failed request within about a minute. Only after that the next fault starts.
_RECOVERY = 90.0
_SERVICES = (Service.PRESENCE, Service.PEOPLE, Service.TITLES, Service.ACHIEVEMENTS)
_SIGN_IN = (Service.LIVE, Service.USER_AUTH, Service.XSTS)


@dataclass(frozen=True)
class TimedFault:
    """A fault from one moment to another, in seconds since the day began."""

    name: str
    at: float
    until: float
    begin: Callable[[], object]
    end: Callable[[], object]


type Fault = Callable[[float], dict[str, Any]]

_FAULTS: dict[str, Fault] = {
    "429": lambda _: {"status": 429},
    "429 with a pause": lambda seconds: _pause(429, seconds),
    "500": lambda _: {"status": 500},
    "502": lambda _: {"status": 502},
    "503": lambda _: {"status": 503},
    "503 with a pause": lambda seconds: _pause(503, seconds),
    "web page": lambda _: {"garbage": True},
    "cut": lambda _: {"cut": True},
    "empty": lambda _: {"empty": True},
    "made up": lambda _: {"headers": {"x-xbl-servicedefault": "true"}},
}


def _pause(status: int, seconds: float) -> dict[str, Any]:
    """Refuse once, with a pause. A client that keeps the pause gets no other refusal."""
    return {"status": status, "headers": {"Retry-After": str(int(seconds))}, "times": 1}


def random_faults(simulator: Simulator, seed: object, end: float) -> list[TimedFault]:
    """Return the faults until the end of the day, the same for the same seed."""
    all_faults = [
        *_sequence(
            partial(_service_or_token_fault, simulator), Random(f"{seed} services"), end, 600.0
        ),
        *_sequence(partial(_push_fault, simulator), Random(f"{seed} push"), end, 3000.0),
    ]
    return sorted(all_faults, key=lambda it: it.at)


type _Make = Callable[[Random, float], TimedFault]


def _sequence(make: _Make, rng: Random, end: float, pause: float) -> Iterator[TimedFault]:
    now = 300.0
    while True:
        now += _RECOVERY + rng.expovariate(1 / pause)
        fault = make(rng, now)
        if fault.until > end:
            return
        yield fault
        now = fault.until


def _service_or_token_fault(simulator: Simulator, rng: Random, at: float) -> TimedFault:
    kind = rng.random()
    if kind < 0.7:
        return _service_fault(simulator, rng, at)
    return _token_fault(simulator, rng, at)


def _service_fault(simulator: Simulator, rng: Random, at: float) -> TimedFault:
    hosts = rng.sample(_SERVICES, rng.choice((1, 1, 1, 2, 3, 4)))
    return _timed_fault(simulator, rng, at, {host: rng.choice(list(_FAULTS)) for host in hosts})


def _token_fault(simulator: Simulator, rng: Random, at: float) -> TimedFault:
    """Expire the tokens so far; sometimes the sign-in fails at the same time."""
    hosts = [host for host in _SIGN_IN if rng.random() < 0.4]
    faults = {host: rng.choice(_FAULTS_OF_SIGN_IN) for host in hosts}
    return _timed_fault(simulator, rng, at, faults, *rng.choice(_EXPIRED))


def _timed_fault(
    simulator: Simulator,
    rng: Random,
    at: float,
    faults: Mapping[Service, str],
    *expire: Callable[[Simulator], None],
) -> TimedFault:
    seconds = rng.uniform(_SHORTEST, _LONGEST_UNNAMED if "429" in faults.values() else _LONGEST)

    def begin() -> None:
        for step in expire:
            step(simulator)
        for host, fault in faults.items():
            _fail(simulator, host, fault, seconds)

    def end() -> None:
        for host in faults:
            simulator.heal(host)

    names = [it.__name__ for it in expire] + [f"{host}: {it}" for host, it in faults.items()]
    return TimedFault(", ".join(names), at, at + seconds, begin, end)


_EXPIRED: tuple[tuple[Callable[[Simulator], None], ...], ...] = (
    (Simulator.expire_xsts,),
    (Simulator.expire_xsts, Simulator.expire_user_tokens),
    (Simulator.expire_xsts, Simulator.expire_user_tokens, Simulator.expire_live),
    (Simulator.expire_live,),
)
_FAULTS_OF_SIGN_IN = [name for name in _FAULTS if name != "made up"]


def _fail(simulator: Simulator, host: str, fault: str, seconds: float) -> None:
    details = {"times": None, **_FAULTS[fault](seconds)}
    if fault == "made up":
        details["body"] = _lost_data(simulator, host)
    simulator.fail(host, **details)


def _lost_data(simulator: Simulator, host: str) -> bytes:
    """Return the answer of a service that has lost its data."""
    xuids = list(simulator.world.people)
    bodies: dict[str, object] = {
        Service.PRESENCE: [{"xuid": xuid, "state": "Offline"} for xuid in xuids],
        Service.PEOPLE: {"people": [{"xuid": xuid, "gamerScore": "0"} for xuid in xuids]},
    }
    return json.dumps(bodies.get(host, {})).encode()


def _push_fault(simulator: Simulator, rng: Random, at: float) -> TimedFault:
    return rng.choice(_PUSH)(simulator, rng, at)


def _momentary(name: str, at: float, begin: Callable[[], object]) -> TimedFault:
    return TimedFault(name, at, at, begin, lambda: None)


def _dropped(simulator: Simulator, _: Random, at: float) -> TimedFault:
    return _momentary("dropped", at, simulator.rta.drop)


def _closed(simulator: Simulator, rng: Random, at: float) -> TimedFault:
    code = rng.choice((1000, 1001, 1008, 1011, 1012, 4000))
    return _momentary(f"closed with {code}", at, lambda: simulator.rta.close(code))


def _resync(simulator: Simulator, _: Random, at: float) -> TimedFault:
    return _momentary("resync", at, simulator.rta.resync)


def _odd_frame(simulator: Simulator, rng: Random, at: float) -> TimedFault:
    text = rng.choice(("", "{}", "[3]", "[3,1]", "[1,7,0,99]", '[3,"a",{}]', "[4,4,4]", "nonsense"))
    return _momentary(f"odd frame {text}", at, lambda: simulator.rta.send_text(text))


def _muted(simulator: Simulator, rng: Random, at: float) -> TimedFault:
    pings, seconds = rng.random() < 0.5, rng.uniform(30, 900)
    begin = partial(simulator.rta.mute, pings=pings)
    end = rng.choice((simulator.rta.unmute, simulator.rta.drop))
    return TimedFault(f"zombie, {pings=}", at, at + seconds, begin, end)


def _silent(simulator: Simulator, rng: Random, at: float) -> TimedFault:
    def delivers(does: bool) -> None:
        simulator.rta.delivers = does

    seconds = rng.uniform(60, 1800)
    return TimedFault("silent", at, at + seconds, partial(delivers, False), partial(delivers, True))


def _refused(simulator: Simulator, rng: Random, at: float) -> TimedFault:
    """Refuse connections, sometimes for longer than the lifetime of two hours of the last one."""
    seconds = rng.choice((rng.uniform(30, 600), rng.uniform(600, 1.5 * HOUR)))
    details = rng.choice(
        (
            {"status": 503},
            {"status": 429},
            {"status": 500},
            {"cut": True},
            {"status": 503, "headers": {"Retry-After": "120"}},
            {"status": 429, "headers": {"Retry-After": "60"}},
        )
    )
    drops = rng.random() < 0.5

    def begin() -> None:
        simulator.fail(Service.REALTIME, times=None, **details)
        if drops:
            simulator.rta.drop()

    end = partial(simulator.heal, Service.REALTIME)
    return TimedFault(f"connections refused: {details}", at, at + seconds, begin, end)


def _throttled(simulator: Simulator, rng: Random, at: float) -> TimedFault:
    status, times = rng.choice((1001, 1002)), rng.randint(1, 20)

    def begin() -> None:
        simulator.rta.refuse(".*", status, times)
        simulator.rta.drop()

    return _momentary(f"{times} subscribes refused with {status}", at, begin)


def _late(simulator: Simulator, rng: Random, at: float) -> TimedFault:
    def late(seconds: float, repeats: int) -> None:
        simulator.rta.delay, simulator.rta.repeats = seconds, repeats

    begin = partial(late, rng.uniform(0, 8), rng.randint(1, 3))
    return TimedFault(
        "late and repeated", at, at + rng.uniform(60, 1800), begin, partial(late, 0, 1)
    )


_PUSH = (
    _dropped,
    _dropped,
    _closed,
    _resync,
    _odd_frame,
    _muted,
    _muted,
    _silent,
    _refused,
    _refused,
    _throttled,
    _late,
)
