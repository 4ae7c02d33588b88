"""Faults of a random day: services that fail, tokens that are refused, push that is lost or silent."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from custom_components.xbox_network.xbox.endpoints import Service
from tests.simulator import Simulator

HOUR = 3600.0

# Nobody at home should notice a fault that is over within 300 s.
_SHORTEST, _LONGEST = 15.0, 290.0
# Who is refused without a pause being named makes one of a minute: for as long the fault goes on.
_LONGEST_UNNAMED = 225.0
# Who asks in vain asks again within a minute or so: only after that the next fault is another one.
_RECOVERY = 90.0
_SERVICES = (Service.PRESENCE, Service.PEOPLE, Service.TITLES, Service.ACHIEVEMENTS)
_SIGN_IN = (Service.LIVE, Service.USER_AUTH, Service.XSTS)


@dataclass(frozen=True)
class TimedFault:
    """Something that is wrong from one moment to another, in seconds since the day began."""

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
    """Ask for a pause once: who keeps it meets no other refusal."""
    return {"status": status, "headers": {"Retry-After": str(int(seconds))}, "times": 1}


def random_faults(simulator: Simulator, seed: object, end: float) -> list[TimedFault]:
    """Return what goes wrong until the end of the day, the same for the same seed."""
    found = [
        *_in_turn(partial(_at_services, simulator), Random(f"{seed} services"), end, 600.0),
        *_in_turn(partial(_at_push, simulator), Random(f"{seed} push"), end, 3000.0),
    ]
    return sorted(found, key=lambda it: it.at)


type _Make = Callable[[Random, float], TimedFault]


def _in_turn(make: _Make, chance: Random, end: float, pause: float) -> Iterator[TimedFault]:
    now = 300.0
    while True:
        now += _RECOVERY + chance.expovariate(1 / pause)
        fault = make(chance, now)
        if fault.until > end:
            return
        yield fault
        now = fault.until


def _at_services(simulator: Simulator, chance: Random, at: float) -> TimedFault:
    kind = chance.random()
    if kind < 0.7:
        return _of_services(simulator, chance, at)
    return _of_tokens(simulator, chance, at)


def _of_services(simulator: Simulator, chance: Random, at: float) -> TimedFault:
    hosts = chance.sample(_SERVICES, chance.choice((1, 1, 1, 2, 3, 4)))
    return _broken(simulator, chance, at, {host: chance.choice(list(_FAULTS)) for host in hosts})


def _of_tokens(simulator: Simulator, chance: Random, at: float) -> TimedFault:
    """Refuse what was issued so far; perhaps the sign-in is in trouble just then."""
    hosts = [host for host in _SIGN_IN if chance.random() < 0.4]
    faults = {host: chance.choice(_FAULTS_OF_SIGN_IN) for host in hosts}
    return _broken(simulator, chance, at, faults, *chance.choice(_EXPIRED))


def _broken(
    simulator: Simulator,
    chance: Random,
    at: float,
    faults: Mapping[Service, str],
    *expire: Callable[[Simulator], None],
) -> TimedFault:
    seconds = chance.uniform(_SHORTEST, _LONGEST_UNNAMED if "429" in faults.values() else _LONGEST)

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
        details["body"] = _made_up(simulator, host)
    simulator.fail(host, **details)


def _made_up(simulator: Simulator, host: str) -> bytes:
    """Return what a service says that has lost what stands behind it."""
    everybody = list(simulator.world.people)
    bodies: dict[str, object] = {
        Service.PRESENCE: [{"xuid": xuid, "state": "Offline"} for xuid in everybody],
        Service.PEOPLE: {"people": [{"xuid": xuid, "gamerScore": "0"} for xuid in everybody]},
    }
    return json.dumps(bodies.get(host, {})).encode()


def _at_push(simulator: Simulator, chance: Random, at: float) -> TimedFault:
    return chance.choice(_PUSH)(simulator, chance, at)


def _now(name: str, at: float, begin: Callable[[], object]) -> TimedFault:
    return TimedFault(name, at, at, begin, lambda: None)


def _dropped(simulator: Simulator, _: Random, at: float) -> TimedFault:
    return _now("dropped", at, simulator.rta.drop)


def _closed(simulator: Simulator, chance: Random, at: float) -> TimedFault:
    code = chance.choice((1000, 1001, 1008, 1011, 1012, 4000))
    return _now(f"closed with {code}", at, lambda: simulator.rta.close(code))


def _resync(simulator: Simulator, _: Random, at: float) -> TimedFault:
    return _now("resync", at, simulator.rta.resync)


def _odd(simulator: Simulator, chance: Random, at: float) -> TimedFault:
    text = chance.choice(
        ("", "{}", "[3]", "[3,1]", "[1,7,0,99]", '[3,"a",{}]', "[4,4,4]", "nonsense")
    )
    return _now(f"odd frame {text}", at, lambda: simulator.rta.send_text(text))


def _zombie(simulator: Simulator, chance: Random, at: float) -> TimedFault:
    pings, seconds = chance.random() < 0.5, chance.uniform(30, 900)
    begin = partial(simulator.rta.mute, pings=pings)
    end = chance.choice((simulator.rta.unmute, simulator.rta.drop))
    return TimedFault(f"zombie, {pings=}", at, at + seconds, begin, end)


def _silent(simulator: Simulator, chance: Random, at: float) -> TimedFault:
    def delivers(does: bool) -> None:
        simulator.rta.delivers = does

    seconds = chance.uniform(60, 1800)
    return TimedFault("silent", at, at + seconds, partial(delivers, False), partial(delivers, True))


def _refused(simulator: Simulator, chance: Random, at: float) -> TimedFault:
    """Refuse connections, sometimes beyond the two hours after which the service ends the last one."""
    seconds = chance.choice((chance.uniform(30, 600), chance.uniform(600, 1.5 * HOUR)))
    details = chance.choice(
        (
            {"status": 503},
            {"status": 429},
            {"status": 500},
            {"cut": True},
            {"status": 503, "headers": {"Retry-After": "120"}},
            {"status": 429, "headers": {"Retry-After": "60"}},
        )
    )
    drops = chance.random() < 0.5

    def begin() -> None:
        simulator.fail(Service.REALTIME, times=None, **details)
        if drops:
            simulator.rta.drop()

    end = partial(simulator.heal, Service.REALTIME)
    return TimedFault(f"connections refused: {details}", at, at + seconds, begin, end)


def _throttled(simulator: Simulator, chance: Random, at: float) -> TimedFault:
    status, times = chance.choice((1001, 1002)), chance.randint(1, 20)

    def begin() -> None:
        simulator.rta.refuse(".*", status, times)
        simulator.rta.drop()

    return _now(f"{times} subscribes refused with {status}", at, begin)


def _late(simulator: Simulator, chance: Random, at: float) -> TimedFault:
    def late(seconds: float, repeats: int) -> None:
        simulator.rta.delay, simulator.rta.repeats = seconds, repeats

    begin = partial(late, chance.uniform(0, 8), chance.randint(1, 3))
    return TimedFault(
        "late and repeated", at, at + chance.uniform(60, 1800), begin, partial(late, 0, 1)
    )


_PUSH = (
    _dropped,
    _dropped,
    _closed,
    _resync,
    _odd,
    _zombie,
    _zombie,
    _silent,
    _refused,
    _refused,
    _throttled,
    _late,
)
