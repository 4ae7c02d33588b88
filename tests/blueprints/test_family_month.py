"""A family lives for a month by a script, which tells every minute, every message and each end of the console."""

import logging
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from tests.blueprints.conftest import Automate
from tests.conftest import SignIn
from tests.helpers.blueprints.files import device_of
from tests.helpers.blueprints.interruptions import Home
from tests.helpers.blueprints.month import CHILDREN, Day, Minutes, Script, script_of
from tests.helpers.blueprints.month_life import Life
from tests.helpers.household import JUNIPER
from tests.helpers.random_traces import TRACES
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import BRASS_OTTER, DEN

_SCRIPTS: Final = Path(__file__).parent / "scripts"
# The days that the suite has: from the Monday before the clocks go back, and from the Saturday before they go forward.
_AUTUMN, _SPRING = slice(14, 24), slice(0, 2)


def _script(name: str, days: slice) -> object:
    """Return the parameter of a test with days of a script, which begins in the night before them.

    Only `scripts/test --long` plays all of its days.
    """
    script = script_of(_SCRIPTS / f"{name}.txt")
    chosen = Script(script.rules, script.days[slice(None) if TRACES > 1000 else days])
    night = pytest.mark.freeze_time(f"{chosen.days[0].date}T03:00:00Z")
    return pytest.param(chosen, id=name, marks=night)


@pytest.fixture(name="afternoon")
async def afternoon_fixture(hass: HomeAssistant, den: Console) -> None:
    """Live in Berlin, and share the console, before any account is added."""
    await hass.config.async_update(time_zone="Europe/Berlin", country="DE")
    den.shared_with.add(JUNIPER)
    den.regulars.clear()


@pytest.fixture(name="life")
async def life_fixture(
    hass: HomeAssistant,
    simulator: Simulator,
    home: Home,
    sign_in: SignIn,
    automate: Automate,
    caplog: pytest.LogCaptureFixture,
) -> Life:
    """Return the family: two accounts with a child each, who share the console in the den."""
    caplog.set_level(logging.WARNING)
    second: ConfigEntry = (await sign_in("alone"))["result"]
    home.more_entries.append(second)
    accounts = {"nova": home.entry, "juniper": second}
    xuids = {"nova": home.owner.xuid, "juniper": JUNIPER, "guest": BRASS_OTTER}
    people = {who: simulator.world.person(xuid) for who, xuid in xuids.items()}
    children = [device_of(hass, accounts[it], xuids[it]) for it in CHILDREN]
    inputs = {
        "notify": [home.telephone.entity_id],
        "consoles": [device_of(hass, home.entry, DEN)],
    }
    report = {"people": children, "notify": [home.telephone.entity_id]}
    limits = {
        f"screen_time_budget {number}": {"child": child, **inputs}
        for number, child in enumerate(children)
    }
    await home.set_up(automate, **limits, weekly_report=report)
    return Life(home, people, accounts)


@pytest.mark.random_traces
@pytest.mark.parametrize(
    "script",
    [_script("october", _AUTUMN), _script("march", _SPRING)],
)
async def test_month(life: Life, script: Script) -> None:
    """Each day has the minutes, the messages and the ends that the script tells, and no others."""
    wrong: list[str] = []
    for _, child, *words in script.rules:
        await life.agree(child, *words)
    await life.sleep()
    for day in script.days:
        if not life.running and not day.starts_by_script:
            await life.begin(day)
            wrong += _wrong_sensors(life, Day(day.date))
        await life.live_through(day)
        if life.running:
            wrong += _wrong_sensors(life, day)
        await life.end(day)
        if life.running:
            wrong += _wrong_sensors(life, Day(day.date + timedelta(days=1)))
    wrong += _wrong_words(life, script)
    await life.wake()
    answer = await life.minutes(script.days)
    wrong += _wrong_days(answer, script)
    assert wrong == [], "\n".join(["", *wrong])


def _wrong_sensors(life: Life, day: Day) -> list[str]:
    """Return the children whose sensor shows another number than the script. A day begins without minutes."""
    shown = {it: int(life.entities(it)("sensor.playtime_today")) for it in CHILDREN}
    return [
        f"{day.date} {child}: the sensor shows {minutes} minutes"
        for child, minutes in shown.items()
        if not day.told(child, minutes)
    ]


def _wrong_words(life: Life, script: Script) -> list[str]:
    """Return what was not heard in its minute, and what was heard for no reason."""
    heard = Counter(map(str, life.heard))
    expected = Counter(str(it) for day in script.days for it in day.expected)
    wrong = {f"{it} MISSING": count for it, count in (expected - heard).items()}
    wrong |= {f"{it} FOR NO REASON": count for it, count in (heard - expected).items()}
    return [f"{it} ({count})" for it, count in wrong.items()]


def _wrong_days(answer: dict[str, list[Minutes]], script: Script) -> list[str]:
    """Return what the report of play time tells otherwise: of each day, and of the month, by child and game."""
    wrong: list[str] = []
    told, played, about = (Counter[tuple[str, str]]() for _ in range(3))
    for number, day in enumerate(script.days):
        answered = {key: it for child in CHILDREN for key, it in answer[child][number].items()}
        told.update(answered)
        played.update(day.minutes)
        about.update(day.about)
        wrong += _differences(f"{day.date}", answered, day.minutes, day.about)
    return wrong + _differences("the month", told, played, about)


def _differences(when: str, told: Minutes, played: Minutes, about: Minutes) -> list[str]:
    found = {it: (told.get(it, 0), played.get(it, 0)) for it in sorted({*told, *played})}
    return [
        f"{when} {it}: {counted} minutes instead of {right}"
        for it, (counted, right) in found.items()
        if abs(counted - right) > about.get(it, 0)
    ]
