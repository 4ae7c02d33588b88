"""Stored files of play time of an earlier version: they are read, and written back unchanged.

Commit 7ad91a7 has written them, in three simulated days of three people of the simulator:
`playtime.json` (the history), and later `playtime_now.json` (the changes since).
`playtime_merged.json` is the history that the same commit returned after it had read both.
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.playtime.ledger_json import (
    state_from_json,
    state_to_json,
)
from custom_components.xbox_network.xbox.playtime.summary import DayPlaytime
from tests.client.conftest import FRIEND, HARBOR_KINGS, OWNER, STARFALL_DRIFT
from tests.helpers.client.manual_ledger import GAME, LedgerDriver
from tests.helpers.client.playtime_runner import PlaytimeRunner
from tests.simulator.world.demo_world import MOSS_AND_MACHINE

_FOLDER = Path(__file__).parent / "stored"
HISTORY, CURRENT, MERGED = (
    (_FOLDER / f"{name}.json").read_text()
    for name in ("playtime", "playtime_now", "playtime_merged")
)
STORED_AT = json.loads(CURRENT)["people"][OWNER]["last"]["at"]["wall"]


def without_revisions(text: str) -> str:
    """Return JSON as compact text, without the revisions, which grow with each reading."""
    content: dict[str, Any] = json.loads(text)
    for person in content["people"].values():
        assert person.pop("revision") > 0
    return json.dumps(content)


def test_files_have_all_fields() -> None:
    """The files have all fields, also the rare ones."""
    people = [it for text in (HISTORY, CURRENT) for it in json.loads(text)["people"].values()]
    names = {name for person in people for name in json.dumps(person).split('"')[1::2]}
    assert {"tick", "wall", "network"} <= names
    assert {"title_id", "certain", "on_windows", "beside", "since"} <= names
    assert {"last_seen", "last_title", "seconds", "began", "idle"} <= names
    assert {"real", "length", "before", "free", "assumed", "until", "wants", "others"} <= names
    assert {"base", "credited", "played", "due", "asked", "silent"} <= names
    assert {"room", "taken", "waited"} <= names
    days = " ".join(text for person in people for text in person["days"].values())
    assert "estimated:" in days
    assert "unseen:" in days


async def test_history_is_unchanged(playtime_runner: PlaytimeRunner) -> None:
    """The history is written back unchanged."""
    playtime_runner.start(HISTORY)
    assert playtime_runner.kept()[0] == json.dumps(json.loads(HISTORY))


async def test_changes_are_unchanged(playtime_runner: PlaytimeRunner) -> None:
    """The changes since the history are written back unchanged."""
    playtime_runner.start(HISTORY, CURRENT)
    assert without_revisions(playtime_runner.kept()[1]) == without_revisions(CURRENT)


async def test_merged_history(playtime_runner: PlaytimeRunner) -> None:
    """The next history has the content of both files."""
    playtime_runner.start(HISTORY, CURRENT)
    assert playtime_runner.kept()[0] == json.dumps(json.loads(MERGED))


async def test_nothing_is_odd(playtime_runner: PlaytimeRunner) -> None:
    """Nothing in the files of an earlier version counts as damaged."""
    tracker = playtime_runner.tracker
    assert tracker.history.from_store(json.loads(HISTORY)) == set()
    assert tracker.current.from_store(json.loads(CURRENT)) == set()


async def test_play_time(playtime_runner: PlaytimeRunner, freezer: FrozenDateTimeFactory) -> None:
    """The play time of each day is restored, and the session goes on."""
    playtime_runner.start(HISTORY, CURRENT)
    freezer.move_to(datetime.fromtimestamp(STORED_AT + 60, UTC))
    summary = playtime_runner.tracker.summary(OWNER)
    assert [(day.total, day.estimated) for day in summary.days.values()] == [
        (1800 + 700 + 1470, 0),
        (2413 + 2500 + 1470, 960),
        (3891 + 1720 + 4265, 1800),
    ]
    assert (summary.session, summary.title_id) == (3680, HARBOR_KINGS)
    assert playtime_runner.tracker.summary(FRIEND).days[date(2031, 3, 3)] == DayPlaytime(
        titles={STARFALL_DRIFT: 1200, HARBOR_KINGS: 3959, MOSS_AND_MACHINE: 470},
        estimated=1100,
        unseen=500,
    )
    assert playtime_runner.tracker.title_name(STARFALL_DRIFT) == "Starfall Drift"
    assert playtime_runner.tracker.open_gaps == 2


def test_confirmed_part_is_kept() -> None:
    """What the record tells the times of is stored beside the days, which earlier versions read as before."""
    driver = LedgerDriver().play(GAME, 600).observe(GAME, 1000, since=0.0)
    for state in (driver.ledger.state, driver.ledger.changes_since(0)):
        content = json.loads(json.dumps(state_to_json(state)))
        assert content["confirmed"] == {"2026-11-24": 1000}
        [text] = content["days"].values()
        assert sorted(it.partition(":")[0] for it in text.split()) == [GAME, "estimated"]
        restored = state_from_json(content, partial=state.partial)
        assert not restored.odd
        assert [it.confirmed for it in restored.days.values()] == [1000]
    assert driver.restart(off=0).day().certain == 1600


def test_estimates_of_an_earlier_version() -> None:
    """Of estimates that an earlier version has stored it is unknown whether their times are: they use up no limit."""
    driver = LedgerDriver().play(GAME, 600).observe(GAME, 1000, since=0.0)
    content = state_to_json(driver.ledger.state)
    del content["confirmed"]
    [day] = state_from_json(json.loads(json.dumps(content))).days.values()
    assert (day.estimated, day.confirmed, day.summary().certain) == (1000, 0, 600)
