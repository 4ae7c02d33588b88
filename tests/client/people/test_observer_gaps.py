"""The people observer: slow services, and answers with gaps."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.people import observer as module
from custom_components.xbox_network.xbox.people.changes import ChangeDetector
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from custom_components.xbox_network.xbox.people.person import PersonSnapshot
from tests.client.conftest import OWNER, PEOPLE, PRESENCE, TITLES
from tests.simulator import Person, Simulator

STARFALL_DRIFT = "1900000001"
HARBOR_KINGS = "1900000002"
HOME = "750323071"


@pytest.mark.parametrize("host", [PEOPLE, TITLES])
async def test_slow_service_does_not_delay_presence(
    observer: PeopleObserver,
    simulator: Simulator,
    owner: Person,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
) -> None:
    """A presence is shown although another service does not answer."""
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.01)
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    shown: asyncio.Future[dict[str, PersonSnapshot]] = asyncio.get_running_loop().create_future()
    simulator.fail(host, hang=True)
    owner.play(HARBOR_KINGS)
    refresh = asyncio.create_task(observer.refresh(shown.set_result))
    async with asyncio.timeout(5):
        people = await shown
    assert not refresh.done()
    active = people[OWNER].presence.active
    assert active
    assert active.name == "Harbor Kings"
    refresh.cancel()
    with pytest.raises(asyncio.CancelledError):
        await refresh


async def test_quick_refresh_is_shown_once(observer: PeopleObserver, owner: Person) -> None:
    """When all services answer quickly, an early result is shown only for a new title."""
    shown: list[dict[str, PersonSnapshot]] = []
    await observer.refresh(shown.append)
    owner.play(STARFALL_DRIFT)
    people = await observer.refresh(shown.append)
    assert people[OWNER].presence.in_game is True
    # the total of achievements can wait
    (early,) = shown
    assert early[OWNER].presence == people[OWNER].presence
    totals = [
        person.title and person.title.achievement and person.title.achievement.total_achievements
        for person in (early[OWNER], people[OWNER])
    ]
    assert totals == [None, 40]
    owner.stop()
    await observer.refresh(shown.append)
    owner.play(STARFALL_DRIFT)
    await observer.refresh(shown.append)
    assert len(shown) == 1


@pytest.mark.parametrize("devices", [None, {}, "x", [None], []], ids=str)
async def test_one_answer_without_devices(
    observer: PeopleObserver, simulator: Simulator, owner: Person, devices: object
) -> None:
    """One answer without devices is a gap, a second one counts."""
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    body = json.dumps([{"xuid": OWNER, "state": "Online", "devices": devices}]).encode()
    simulator.fail(PRESENCE, body=body, times=2)
    assert (await observer.refresh())[OWNER].presence.in_game is True
    assert (await observer.refresh())[OWNER].presence.in_game is False
    assert (await observer.refresh())[OWNER].presence.in_game is True


async def test_order_of_devices(
    observer: PeopleObserver, simulator: Simulator, owner: Person
) -> None:
    """The order of the devices in an answer does not change the active title."""
    owner.play(HARBOR_KINGS, "PC")
    owner.play(STARFALL_DRIFT)
    before = (await observer.refresh())[OWNER]
    detector = ChangeDetector(before)
    simulator.fail(PRESENCE, body=_playing(Scarlett=STARFALL_DRIFT, PC=HARBOR_KINGS))
    after = (await observer.refresh())[OWNER]
    assert after.presence.platform == before.presence.platform == "xbox_series"
    assert detector.update(after) == []
    # the title that peoplehub calls primary may end; that its device is missing has to be told twice
    simulator.fail(PRESENCE, body=_playing(PC=HARBOR_KINGS), times=2)
    assert detector.update((await observer.refresh())[OWNER]) == []
    ended = (await observer.refresh())[OWNER]
    assert [it.title_id for it in detector.update(ended)] == [STARFALL_DRIFT, HARBOR_KINGS]


async def test_order_of_devices_without_a_title(
    observer: PeopleObserver, simulator: Simulator, owner: Person
) -> None:
    """A person who is online on two devices does not move from one to the other."""
    owner.go_online("PC")
    owner.go_online()
    await observer.refresh()
    simulator.fail(PRESENCE, body=_playing(Scarlett=HOME, PC=HOME))
    assert (await observer.refresh())[OWNER].presence.platform == "windows"


async def test_two_games_in_the_other_service(
    observer: PeopleObserver, simulator: Simulator, owner: Person, freezer: FrozenDateTimeFactory
) -> None:
    """Peoplehub calls only one title of all devices primary, but the active game stays the same.

    That the primary one has ended is plain from an answer that calls another one primary.
    """
    owner.play(STARFALL_DRIFT)
    owner.play(HARBOR_KINGS, "PC")
    before = (await observer.refresh())[OWNER]
    detector = ChangeDetector(before)
    simulator.fail(PRESENCE, status=503, times=None)
    for _ in range(12):
        freezer.tick(observer.seconds_until_refresh)
        seen = (await observer.refresh())[OWNER]
        assert detector.update(seen) == []
    assert seen.presence.active == before.presence.active
    owner.go_offline("PC")
    freezer.tick(observer.seconds_until_refresh)
    ended = (await observer.refresh())[OWNER]
    assert [it.title_id for it in detector.update(ended)] == [HARBOR_KINGS, STARFALL_DRIFT]


def _playing(**titles: str) -> bytes:
    devices = [
        {"type": device, "titles": [{"id": title_id, "name": "", "state": "Active"}]}
        for device, title_id in titles.items()
    ]
    return json.dumps([{"xuid": OWNER, "state": "Online", "devices": devices}]).encode()


async def test_moment_in_the_future(observer: PeopleObserver, simulator: Simulator) -> None:
    """A last-seen time in the future is ignored."""
    before = (await observer.refresh())[OWNER].last_online
    seen = {"timestamp": (datetime.now(UTC) + timedelta(days=400)).isoformat()}
    body = json.dumps([{"xuid": OWNER, "state": "Offline", "lastSeen": seen}]).encode()
    simulator.fail(PRESENCE, body=body)
    assert (await observer.refresh())[OWNER].last_online == before


async def test_modern_name_is_missing(
    observer: PeopleObserver, simulator: Simulator, owner: Person, freezer: FrozenDateTimeFactory
) -> None:
    """A modern gamertag that one answer leaves out stays; when a second leaves it out, the classic one counts."""
    owner.rename("Ночная Сова", classic="DustyOtter8812")

    def forget(answer: Any) -> None:
        for it in answer["people"]:
            del it["uniqueModernGamertag"]

    async def names() -> str | None:
        freezer.tick(310)
        profile = (await observer.refresh())[OWNER].profile
        assert profile
        assert profile.gamertag == "DustyOtter8812"
        return profile.name

    assert await names() == "Ночная Сова"
    simulator.spoil(PEOPLE, forget, times=2)
    assert await names() == "Ночная Сова"
    assert await names() == "DustyOtter8812"
    assert await names() == "Ночная Сова"
