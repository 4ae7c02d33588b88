"""Tests of blueprint weekly_report: the play time of people as text."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.blueprints.conftest import Automate, Clock, Live
from tests.helpers.blueprints.files import device_of
from tests.helpers.fake_devices import Telephone
from tests.helpers.friend_dialog import add_friends
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import BRASS_OTTER, HARBOR_KINGS, LUMEN_VIDEO, STARFALL_DRIFT

MINUTE = 60
NAME = "weekly_report"
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


async def test_report(
    hass: HomeAssistant,
    simulator: Simulator,
    clock: Clock,
    entry: ConfigEntry,
    owner: Person,
    automate: Automate,
    live: Live,
    telephone: Telephone,
) -> None:
    """The report has total, days and most played games, only on its day and at its time."""
    await add_friends(hass, entry, BRASS_OTTER)
    clock("17:00")
    await live(20)
    owner.play(STARFALL_DRIFT)
    await live(80 * MINUTE, step=60)
    owner.play(HARBOR_KINGS)
    await live(9 * MINUTE, step=60)
    owner.play(LUMEN_VIDEO)
    await live(30 * MINUTE, step=60)
    today = DAYS[dt_util.now().weekday()]
    chosen = {
        "people": [device_of(hass, entry, it) for it in (owner.xuid, BRASS_OTTER)],
        "notify": [telephone.entity_id],
    }
    sent = async_mock_service(hass, "test", "mail")
    mail = {"title": "{{ title }}", "text": "{{ message }}", "first": "{{ report.start }}"}
    await automate(
        weekly_report={
            **chosen,
            "weekdays": [today],
            "actions": [{"action": "test.mail", "data": mail}],
        }
    )
    await live(2 * MINUTE)
    clock("20:00")
    await live(20)
    day = dt_util.now().strftime("%a")
    message = (
        f"Nova Kestrel: 1 h 29 min\n- {day}: 1 h 29 min\n"
        "Most of all: Starfall Drift (1 h 20 min), Harbor Kings (9 min)\n\nBrass Otter: 0 min"
    )
    assert telephone.read() == [message]
    [call] = sent
    assert call.data["title"] == "Xbox: the last 7 days"
    assert call.data["text"] == message
    assert call.data["first"] == str((dt_util.now() - timedelta(days=6)).date())


def titles(calls: list[ServiceCall]) -> list[str]:
    """Return the titles of mails."""
    return [it.data["title"] for it in calls]


async def test_options(
    hass: HomeAssistant,
    clock: Clock,
    entry: ConfigEntry,
    owner: Person,
    automate: Automate,
    live: Live,
) -> None:
    """Options change the number of games, the days, the period and the time. Other weekdays have none."""
    clock("11:00")
    await live(20)
    for title_id, minutes in ((STARFALL_DRIFT, 3), (HARBOR_KINGS, 2)):
        owner.play(title_id)
        await live(minutes * MINUTE + 20)
    owner.stop()
    await live(10 * MINUTE, step=60)
    today = dt_util.now().weekday()
    sent = async_mock_service(hass, "test", "mail")
    rows: list[tuple[dict[str, object], list[str]]] = [
        ({"weekdays": [DAYS[(today + 1) % 7]]}, []),
        (
            {"top": 1, "each_day": False},
            ["Nova Kestrel: 5 min\nMost of all: Starfall Drift (3 min)"],
        ),
        ({"top": 0, "days": 1}, ["Nova Kestrel: 5 min"]),
        ({"top": 0, "days": 8}, [f"Nova Kestrel: 5 min\n- {dt_util.now():%a %-d %b}: 5 min"]),
    ]
    for number, (options, messages) in enumerate(rows):
        at = f"12:{number + 1}0:00"
        await automate(
            NAME,
            **{
                "people": [device_of(hass, entry, owner.xuid)],
                "weekdays": [DAYS[today]],
                "at": at,
                "title_text": "{{ days }} days",
                "actions": [
                    {
                        "action": "test.mail",
                        "data": {"title": "{{ title }}", "text": "{{ message }}"},
                    }
                ],
                **options,
            },
        )
        clock(f"12:{number}9")
        await live(70)
        assert [it.data["text"] for it in sent] == messages, options
        assert titles(sent) == [f"{options.get('days', 7)} days" for _ in messages]
        sent.clear()

    await automate(
        NAME,
        people=[device_of(hass, entry, owner.xuid)],
        actions=[{"action": "test.mail", "data": {"title": "{{ title }}"}}],
    )
    while dt_util.now().weekday() != DAYS.index("sun"):
        clock("19:59")
        await live(2 * MINUTE)
    assert titles(sent) == (["Xbox: the last 7 days"] if today != DAYS.index("sun") else [])
