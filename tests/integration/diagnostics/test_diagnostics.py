"""Diagnostics: what a bug report shows, and nothing personal."""

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
from tests.helpers.privacy import found_in, personal, secrets
from tests.simulator import Console, Person, Simulator

STARFALL_DRIFT = "1900000001"


@pytest.fixture(name="download")
async def download_fixture(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Any:
    """Download the diagnostics of an entry, as the user interface does."""
    assert await async_setup_component(hass, "diagnostics", {})

    async def download(entry: ConfigEntry) -> tuple[str, dict[str, Any]]:
        browser = await hass_client()
        answer = await browser.get(f"/api/diagnostics/config_entry/{entry.entry_id}")
        assert answer.ok
        return await answer.text() + str(answer.headers), await answer.json()

    return download


def names(found: object) -> Iterator[str]:
    """Walk through JSON and yield the keys and texts in it."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield str(key)
            yield from names(value)
    elif isinstance(found, list):
        for item in found:
            yield from names(item)
    elif isinstance(found, str):
        yield found


async def test_says_how_things_are(
    entry: ConfigEntry, owner: Person, poll: Poll, download: Any
) -> None:
    """Tokens, services, updates and people: how they are."""
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


async def test_says_what_is_wrong(
    simulator: Simulator, entry: ConfigEntry, poll: Poll, download: Any
) -> None:
    """Trouble has its name there."""
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


async def test_says_how_play_time_goes(
    entry: ConfigEntry, owner: Person, poll: Poll, download: Any
) -> None:
    """How many people are counted and how much there is of it, not what they play."""
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


async def test_says_what_is_wrong_with_the_friends(
    simulator: Simulator, entry: ConfigEntry, poll: Poll, download: Any
) -> None:
    """What is not known of all friends, and why: trouble that nothing else needs to have."""
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


async def test_says_how_consoles_are(
    den: Console, bedroom: Console, entry: ConfigEntry, poll: Poll, download: Any
) -> None:
    """Which kinds of consoles there are, how they are, and what is wrong with them."""
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


async def test_says_that_consoles_are_refused(
    simulator: Simulator, stored: MockConfigEntry, hass: HomeAssistant, download: Any
) -> None:
    """That there are no consoles because they are not shown is something else than to have none."""
    simulator.world.xccs_errors.add("gateway", at="devices", times=None)
    await set_up(hass, stored)
    _, report = await download(stored)
    consoles = report["data"]["consoles"]
    assert (consoles["listed"], consoles["refused"], consoles["each"]) == (False, True, [])
    assert consoles["last_error"] == "XboxForbiddenError"


@pytest.mark.parametrize("trouble", [False, True], ids=["healthy", "in-trouble"])
async def test_says_nothing_about_anybody(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    poll: Poll,
    download: Any,
    trouble: bool,
) -> None:
    """No person, no title, no token, no identifier: neither as value nor as key."""
    owner.play(STARFALL_DRIFT, rich_presence="Hidden cave of Port Ember")
    owner.join_party(3)
    await poll()
    if trouble:
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
    if trouble:
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
    """Who needs diagnostics most gets some: why an entry does not start, and nobody's name."""
    simulator.xerr("adult", code)
    await set_up(hass, stored)
    text, report = await download(stored)
    assert report["data"] == {"entry": expected}
    assert found_in(text, personal(simulator) | {stored.title}) == set()


async def test_entry_that_needs_a_sign_in(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, download: Any
) -> None:
    """A sign-in that was withdrawn is told, too."""
    simulator.revoke_refresh("adult")
    simulator.expire_live()
    await set_up(hass, stored)
    _, report = await download(stored)
    assert report["data"] == {
        "entry": {"state": "setup_error", "reason": "sign_in_again", "issue": None}
    }
