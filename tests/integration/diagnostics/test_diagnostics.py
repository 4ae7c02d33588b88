"""Diagnostics: the content of a report, and the personal data that is left out."""

from collections.abc import Iterator
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.xbox_network.xbox.endpoints import SIGNED_IN, Service
from tests.conftest import Poll, set_up
from tests.helpers.account import expire_everything
from tests.helpers.privacy import found_in, personal, secrets
from tests.simulator import Console, Person, Simulator

STARFALL_DRIFT = "1900000001"


@pytest.fixture(name="download")
async def download_fixture(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Any:
    """Return a function that downloads the diagnostics of an entry, as text and as JSON."""
    assert await async_setup_component(hass, "diagnostics", {})

    async def download(entry: ConfigEntry) -> tuple[str, dict[str, Any]]:
        browser = await hass_client()
        answer = await browser.get(f"/api/diagnostics/config_entry/{entry.entry_id}")
        assert answer.ok
        return await answer.text() + str(answer.headers), await answer.json()

    return download


def names(node: object) -> Iterator[str]:
    """Yield the keys and texts in a JSON value."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from names(value)
    elif isinstance(node, list):
        for item in node:
            yield from names(item)
    elif isinstance(node, str):
        yield node


async def test_report(entry: ConfigEntry, owner: Person, poll: Poll, download: Any) -> None:
    """The report has the state of the tokens, services, updates and people."""
    owner.play(STARFALL_DRIFT)
    owner.join_party(2)
    await poll()
    _, report = await download(entry)
    data = report["data"]
    assert data["entry"] == {"state": "loaded", "reason": None, "issue": None}
    assert data["tokens"]["xsts"]["valid"] is True
    assert data["tokens"]["user"]["valid"] is True
    assert 15 * 3600 < data["tokens"]["xsts"]["seconds_left"] <= 16 * 3600
    assert set(data["services"]) == {str(service) for service in SIGNED_IN}
    assert data["services"][Service.PRESENCE] == {
        "last_outcome": "200",
        "requests_left": 27,
        "seconds_until_allowed": 0,
    }
    assert data["updates"] == {
        "succeeding": True,
        "last_error": None,
        "seconds_until_next": 10,
    }
    assert data["friends"] == {
        "wanted": True,
        "online_known": True,
        "requests_known": True,
        "last_error": None,
        "seconds_until_next": 600,
    }
    [person] = data["people"]
    assert person["presence_known"] is True
    assert person["devices"] == 1
    assert person["titles"] == 1
    assert "gamertag" in person["profile_fields"]
    assert "multiplayer_summary" in person["profile_fields"]
    assert "achievement" in person["title_fields"]


async def test_failures(
    simulator: Simulator, entry: ConfigEntry, poll: Poll, download: Any
) -> None:
    """The report has the last failure of each service."""
    simulator.fail(Service.PRESENCE, status=429, headers={"Retry-After": "120"})
    simulator.fail(Service.PEOPLE, cut=True, times=None)
    await poll(310)
    simulator.fail(Service.PRESENCE, status=429, headers={"Retry-After": "120"})
    await poll()
    _, report = await download(entry)
    presence, people = (report["data"]["services"][it] for it in (Service.PRESENCE, Service.PEOPLE))
    assert presence["last_outcome"] == "429"
    assert presence["seconds_until_allowed"] == 120
    assert people["last_outcome"] not in (None, "200")
    assert report["data"]["updates"]["last_error"] == "XboxRateLimitError"


async def test_playtime(entry: ConfigEntry, owner: Person, poll: Poll, download: Any) -> None:
    """The report counts people and minutes of play time, without titles."""
    owner.play(STARFALL_DRIFT)
    await poll(120)
    _, report = await download(entry)
    playtime = report["data"]["playtime"]
    assert 0 < playtime.pop("bytes_of_current") < 2000
    assert playtime == {
        "people": 1,
        "counting": 1,
        "with_limits": 0,
        "days": 1,
        "estimated_minutes": 0,
        "unseen_minutes": 0,
        "open_gaps": 0,
    }


async def test_friends_failure(
    simulator: Simulator, entry: ConfigEntry, poll: Poll, download: Any
) -> None:
    """A failure about the friends as a whole is reported apart from the other updates."""
    simulator.fail(Service.PEOPLE, status=403, path="friendRequests", times=None)
    await poll()
    _, report = await download(entry)
    assert report["data"]["updates"]["last_error"] is None
    assert report["data"]["friends"] == {
        "wanted": True,
        "online_known": True,
        "requests_known": False,
        "last_error": "XboxForbiddenError",
        "seconds_until_next": 600,
    }


async def test_consoles(
    den: Console, bedroom: Console, entry: ConfigEntry, poll: Poll, download: Any
) -> None:
    """The report has the type, the state and the failure of each console."""
    den.run("Starfall Drift")
    bedroom.refuse("RemoteManagementDisabled", at="console", times=None)
    await poll(70)
    _, report = await download(entry)
    consoles = report["data"]["consoles"]
    first, second = consoles.pop("each")
    assert 0 <= consoles.pop("seconds_until_next") <= 10
    assert consoles == {
        "listed": True,
        "refused": False,
        "last_error": "XboxConsoleError",
        "problem": "remote_management_disabled",
        "read_by_other_accounts": 0,
    }
    assert first == {
        "type": "XboxSeriesX",
        "power": "on",
        "playback": "stopped",
        "in_front": "game",
        "in_front_known_to_store": True,
        "apps": len(den.apps),
        "disks": 2,
        "remote_management": True,
        "player": "nobody_in_title",
        "fresh": True,
        "current": True,
        "gone": False,
    }
    assert (second["type"], second["power"], second["fresh"]) == ("XboxOneS", "standby", False)
    assert second["player"] == "nothing_runs"


async def test_consoles_refused(
    simulator: Simulator, stored: MockConfigEntry, hass: HomeAssistant, download: Any
) -> None:
    """The report shows whether consoles are refused or the account has none."""
    simulator.world.xccs_errors.add("gateway", at="devices", times=None)
    await set_up(hass, stored)
    _, report = await download(stored)
    consoles = report["data"]["consoles"]
    assert (consoles["listed"], consoles["refused"], consoles["each"]) == (False, True, [])
    assert consoles["last_error"] == "XboxForbiddenError"


@pytest.mark.parametrize("fails", [False, True], ids=["healthy", "in-trouble"])
async def test_no_personal_data(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    poll: Poll,
    download: Any,
    fails: bool,
) -> None:
    """The report has no person, title, token or identifier, neither as value nor as key."""
    owner.play(STARFALL_DRIFT, rich_presence="Hidden cave of Port Ember")
    owner.join_party(3)
    await poll()
    if fails:
        simulator.xerr("adult", 2148916227)
        simulator.expire_xsts()
        await poll(700)
    den.name = "Quince Parlour"
    await poll(620)
    text, report = await download(entry)

    words = personal(simulator) | secrets(entry)
    words |= {title.name for title in simulator.world.titles.values() if not title.system}
    words |= {title.title_id for title in simulator.world.titles.values()}
    words |= {"Hidden cave", entry.title, "followed"}
    assert found_in(text, words) == set()
    assert not [name for name in names(report["data"]) if name.isdecimal() and len(name) > 4]
    if fails:
        assert report["data"]["updates"]["last_error"] == "XboxAccountError"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            2148916227,
            {"state": "setup_retry", "reason": "account_banned", "issue": "account_banned"},
            id="banned",
        ),
        pytest.param(
            2148916273,
            {"state": "setup_retry", "reason": "account_outage", "issue": None},
            id="outage",
        ),
    ],
)
async def test_entry_that_does_not_start(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    download: Any,
    code: int,
    expected: dict[str, Any],
) -> None:
    """The report of an entry that does not start has the reason and no name."""
    simulator.xerr("adult", code)
    await set_up(hass, stored)
    text, report = await download(stored)
    assert report["data"] == {"entry": expected}
    assert found_in(text, personal(simulator) | {stored.title}) == set()


async def test_entry_that_needs_a_sign_in(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, download: Any
) -> None:
    """The report of an entry that needs a sign-in says so."""
    simulator.revoke_refresh("adult")
    simulator.expire_live()
    await set_up(hass, stored)
    _, report = await download(stored)
    assert report["data"] == {
        "entry": {"state": "setup_retry", "reason": "sign_in_again", "issue": None}
    }


async def test_reason_of_the_player(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    poll: Poll,
    download: Any,
) -> None:
    """The reason says whether the player is found, and later that the presence is outdated."""

    async def reason() -> str:
        _, report = await download(entry)
        den_report, _ = report["data"]["consoles"]["each"]
        return str(den_report["player"])

    owner.play(STARFALL_DRIFT, "Scarlett")
    den.run("Starfall Drift")
    await poll(70)
    assert await reason() == "found"
    for service in (Service.PRESENCE, Service.PEOPLE):
        simulator.fail(service, status=503, times=None)
    await poll(900, step=30)
    assert await reason() == "presence_outdated"
    expire_everything(simulator)
    simulator.revoke_refresh()
    simulator.heal(Service.PRESENCE)
    await poll(120)
    assert await reason() == "people_unavailable"
