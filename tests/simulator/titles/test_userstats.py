"""Tests of userstats (late minutes, privacy, refusals), and of the late reports of PCs."""

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.simulator.budgets import BUDGETS
from tests.simulator.world.demo_world import (
    EMBER_VALE,
    HARBOR_KINGS,
    LUMEN_VIDEO,
    MOSS_AND_MACHINE,
    STARFALL_DRIFT,
)

from ..conftest import FRIEND, OTHER_FRIEND, OWNER, Caller, ManualClock, Services

HOST = "userstats.xboxlive.com"
SCID = "00000000-0000-0000-0000-0000713fb301"


def body(*title_ids: str, xuids: tuple[str, ...] = (OWNER,), **changes: Any) -> dict[str, Any]:
    """Return the body of a correct request."""
    stats = [{"name": "MinutesPlayed", "titleId": title_id} for title_id in title_ids]
    content = {"arrangebyfield": "xuid", "xuids": list(xuids), "groups": [], "stats": stats}
    return {**content, **changes}


async def minutes(services: Services, *title_ids: str, xuid: str = OWNER) -> dict[str, str | None]:
    """Return the minutes of a person by title; None for a title without a value."""
    response = await services.post(f"{HOST}/batch", body(*title_ids, xuids=(xuid,)))
    assert response.status == 200
    (entry,) = (await response.json())["statlistscollection"]
    assert entry["arrangebyfieldid"] == xuid
    return {stat["titleid"]: stat.get("value") for stat in entry["stats"]}


async def test_answer(services: Services, simulator: Simulator) -> None:
    """The answer has the shape of `docs/network.md` S5.3."""
    simulator.world.person(OWNER).counter.before[STARFALL_DRIFT] = 77_059.0
    response = await services.post(f"{HOST}/batch", body(STARFALL_DRIFT))
    assert await response.json() == {
        "groups": [],
        "statlistscollection": [
            {
                "arrangebyfield": "xuid",
                "arrangebyfieldid": OWNER,
                "stats": [
                    {
                        "groupproperties": {},
                        "xuid": OWNER,
                        "scid": SCID,
                        "titleid": STARFALL_DRIFT,
                        "name": "MinutesPlayed",
                        "type": "Integer",
                        "properties": {},
                        "value": "1284",
                    }
                ],
            }
        ],
    }


async def test_counter_moves_late(
    services: Services, simulator: Simulator, clock: ManualClock
) -> None:
    """The minutes count after the session on all devices, or in steps during it."""
    world = simulator.world
    owner = world.person(OWNER)
    owner.play(STARFALL_DRIFT)
    clock.now += 600
    owner.play(STARFALL_DRIFT, "XboxOne")
    clock.now += 600
    owner.stop("Scarlett")
    clock.now += 600
    assert await minutes(services, STARFALL_DRIFT) == {STARFALL_DRIFT: "0"}
    assert owner.counter.seconds(STARFALL_DRIFT, clock.now) == 1800
    world.counter_step = 300.0
    assert await minutes(services, STARFALL_DRIFT) == {STARFALL_DRIFT: "25"}
    world.counter_step = None
    owner.go_offline()
    assert await minutes(services, STARFALL_DRIFT) == {STARFALL_DRIFT: "0"}
    clock.now += world.counter_lag
    assert await minutes(services, STARFALL_DRIFT) == {STARFALL_DRIFT: "30"}


async def test_titles_without_minutes(services: Services, simulator: Simulator) -> None:
    """Apps, Xbox 360 games and titles that were never played have no minutes."""
    simulator.world.titles[HARBOR_KINGS].minutes = False
    requested = (STARFALL_DRIFT, HARBOR_KINGS, MOSS_AND_MACHINE, EMBER_VALE, LUMEN_VIDEO, "42")
    assert await minutes(services, *requested) == {STARFALL_DRIFT: "0", MOSS_AND_MACHINE: None}


async def test_privacy(services: Services, simulator: Simulator) -> None:
    """A person with hidden titles has no minutes, or the service refuses the request."""
    world = simulator.world
    world.person(FRIEND).hides_titles = True
    assert await minutes(services, HARBOR_KINGS, xuid=FRIEND) == {}
    assert await minutes(services, HARBOR_KINGS, xuid=OTHER_FRIEND) == {HARBOR_KINGS: "0"}
    world.strict_stats = True
    both = body(HARBOR_KINGS, xuids=(FRIEND, OTHER_FRIEND))
    assert (await services.post(f"{HOST}/batch", both)).status == 403
    path = f"{HOST}/users/xuid({FRIEND})/scids/{SCID}/stats/MinutesPlayed"
    assert (await services.get(path)).status == 403


async def test_one_title(services: Services) -> None:
    """A service config id finds the minutes of one title."""
    path = f"{HOST}/users/xuid({OWNER})/scids/{SCID}/stats/"
    content = await (await services.get(f"{path}MinutesPlayed,Other")).json()
    (entry,) = content["statlistscollection"]
    (stat,) = entry["stats"]
    assert stat == {
        "xuid": OWNER,
        "scid": SCID,
        "name": "MinutesPlayed",
        "type": "Integer",
        "properties": {},
        "value": "0",
    }
    content = await (await services.get(f"{path}Other")).json()
    assert content["statlistscollection"][0]["stats"] == []
    assert (await services.get(path + ",".join(["x"] * 11))).status == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"arrangebyfield": "title"},
        {"xuids": []},
        {"xuids": [7]},
        {"stats": []},
        {"stats": "MinutesPlayed"},
        {"stats": [{"titleId": "1"}]},
        {"stats": [{"name": "MinutesPlayed"}]},
        {"stats": [{"name": "MinutesPlayed", "titleId": 1}]},
        {"groups": [{"name": "Villain", "titleId": "1"}]},
        {"groups": ["Hero"]},
        {"groups": [{"name": "Hero"}]},
    ],
    ids=str,
)
async def test_refused_bodies(services: Services, changes: dict[str, Any]) -> None:
    """An invalid body is refused with 400."""
    response = await services.post(f"{HOST}/batch", body(STARFALL_DRIFT, **changes))
    assert response.status == 400


async def test_other_names_have_no_value(services: Services) -> None:
    """Statistics other than the minutes have no value."""
    stats = [{"name": "Kills", "titleid": STARFALL_DRIFT}]
    response = await services.post(f"{HOST}/batch", body(stats=stats))
    assert (await response.json())["statlistscollection"][0]["stats"] == []


async def test_gate(caller: Caller, services: Services) -> None:
    """The service checks contract, path and method, and needs no language."""
    headers = services.headers(f"{HOST}/batch")
    content = body(STARFALL_DRIFT)
    wrong = {**headers, "x-xbl-contract-version": "1"}
    assert (await caller.post(f"{HOST}/batch", content, headers=wrong)).status == 406
    del headers["Accept-Language"]
    assert (await caller.post(f"{HOST}/batch", content, headers=headers)).status == 200
    assert (await services.post(f"{HOST}/stats", content)).status == 404
    assert (await services.get(f"{HOST}/batch")).status == 405


async def test_budget(services: Services) -> None:
    """The service allows 100 calls in 15 seconds."""
    assert BUDGETS["stats"] == (100, 300)
    for _ in range(100):
        assert (await services.post(f"{HOST}/batch", body("1"))).status == 200
    assert (await services.post(f"{HOST}/batch", body("1"))).status == 429


# The late reports of PCs.


async def state(services: Services) -> tuple[str, list[str]]:
    """Return the owner's presence state and title ids."""
    record = await (
        await services.get(f"userpresence.xboxlive.com/users/xuid({OWNER})?level=all")
    ).json()
    titles = [it["id"] for device in record.get("devices", []) for it in device["titles"]]
    return record["state"], titles


async def test_end_on_a_pc_shows_at_the_next_heartbeat(
    services: Services, simulator: Simulator, clock: ManualClock
) -> None:
    """The end of a game on a PC shows at the next heartbeat; the play time is exact."""
    owner = simulator.world.person(OWNER)
    simulator.world.heartbeat = 300.0
    owner.play(MOSS_AND_MACHINE, "WindowsOneCore")
    clock.now += 700
    left_at = clock.now
    owner.go_offline()
    clock.now += 199
    assert MOSS_AND_MACHINE in (await state(services))[1]
    assert owner.counter.seconds(MOSS_AND_MACHINE, clock.now) == 700
    clock.now += 1
    assert await state(services) == ("Offline", [])
    assert owner.last_seen
    assert owner.last_seen.at == left_at


async def test_quit_game_on_a_pc(
    services: Services, simulator: Simulator, clock: ManualClock
) -> None:
    """A PC reports a quit game late, and not at all if it starts again before. Consoles report at once."""
    owner = simulator.world.person(OWNER)
    simulator.world.heartbeat = 300.0
    owner.play(MOSS_AND_MACHINE, "PC")
    owner.play(STARFALL_DRIFT, "Scarlett")
    clock.now += 100
    owner.stop()
    assert MOSS_AND_MACHINE in (await state(services))[1]
    assert STARFALL_DRIFT not in (await state(services))[1]
    owner.play(MOSS_AND_MACHINE, "PC")
    clock.now += 300
    assert MOSS_AND_MACHINE in (await state(services))[1]
    owner.stop("PC")
    clock.now += 300
    assert (await state(services))[0] == "Online"
    assert MOSS_AND_MACHINE not in (await state(services))[1]


async def test_pc_reports_at_once_by_default(services: Services, simulator: Simulator) -> None:
    """Without a heartbeat a PC reports at once."""
    owner = simulator.world.person(OWNER)
    owner.play(MOSS_AND_MACHINE, "Win32")
    owner.go_offline("Win32")
    assert await state(services) == ("Offline", [])
