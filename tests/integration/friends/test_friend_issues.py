"""Repair issues of friends: raised when the account cannot see a friend any more."""

import json
from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

import custom_components.xbox_network
from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.markdown import named
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart
from tests.helpers.account import issues
from tests.helpers.entities import ON_PRESENCE, ON_PROFILE, Entities
from tests.helpers.friend_dialog import add_by_gamertag, subentry_of
from tests.helpers.markdown import as_shown
from tests.helpers.settling import settle
from tests.simulator import Person, Simulator

QUIET_HARBOR = "2535400000000011"
BRASS_OTTER = "2535400000000012"
JUNIPER_VALE = "2535400000000002"
HARBOR_KINGS = "1900000002"
MINUTE = 60
HOUR = 60 * MINUTE
# the time until it is known, then the hour that it has to last
LONG_ENOUGH = HOUR + 12 * MINUTE

PACKAGE = Path(custom_components.xbox_network.__file__).parent
TEXTS: dict[str, dict[str, str]] = json.loads((PACKAGE / "translations/en.json").read_text())[
    "issues"
]


def end_friendship(simulator: Simulator, owner: Person, friend: Person) -> None:
    """Let a friend who shows presence only to friends end the friendship."""
    simulator.world.unfriend(owner, friend)
    friend.hidden = True


def restore_friendship(simulator: Simulator, owner: Person, friend: Person) -> None:
    """Let them be friends again."""
    simulator.world.befriend(owner, friend)
    friend.hidden = False


def texts(issue_registry: ir.IssueRegistry) -> list[str]:
    """Return the titles and descriptions of the issues as they are shown, in English."""
    return [
        show(TEXTS[str(issue.translation_key)][part].format(**issue.translation_placeholders))
        for (domain, _), issue in issue_registry.issues.items()
        if domain == DOMAIN and issue.translation_placeholders
        for part, show in (("title", str), ("description", as_shown))
    ]


async def test_unfriended(
    hass: HomeAssistant,
    simulator: Simulator,
    owner: Person,
    tracked: ConfigEntry,
    friend: Person,
    friend_entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A person who ends the friendship and becomes hidden is unknown and has an issue after an hour."""
    end_friendship(simulator, owner, friend)
    await poll(HOUR, step=60)
    assert issues(issue_registry) == []
    await poll(LONG_ENOUGH - HOUR, step=60)
    assert issues(issue_registry) == ["friend_unseen"]
    [issue] = issue_registry.issues.values()
    assert issue.severity is ir.IssueSeverity.WARNING
    assert issue.config_entry_id == tracked.entry_id
    assert QUIET_HARBOR not in issue.issue_id
    assert all("Quiet Harbor#42" in text for text in texts(issue_registry))
    assert all("Nova Kestrel" in text for text in texts(issue_registry))
    assert friend_entities("binary_sensor.online") == STATE_UNKNOWN
    assert friend_entities.being(STATE_UNAVAILABLE) == set()

    await poll(HOUR, step=60)
    assert issues(issue_registry) == ["friend_unseen"]
    restore_friendship(simulator, owner, friend)
    await poll()
    assert issues(issue_registry) == []
    assert friend_entities("binary_sensor.online") == "off"


async def test_unfriended_but_visible(
    simulator: Simulator,
    owner: Person,
    tracked: ConfigEntry,
    friend: Person,
    friend_entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A person who ends the friendship but stays visible is tracked as before."""
    simulator.world.unfriend(owner, friend)
    await poll(LONG_ENOUGH, step=60)
    friend.go_online()
    await poll(30, step=30)
    assert friend_entities("binary_sensor.online") == "on"
    assert issues(issue_registry) == []


async def test_stranger_who_hides(
    hass: HomeAssistant,
    simulator: Simulator,
    owner: Person,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A hidden person who never was a friend has the same issue, and a friendship ends it."""
    person = simulator.world.person(JUNIPER_VALE)
    person.hidden = True
    await add_by_gamertag(hass, entry, "Juniper Vale")
    assert Entities(hass, JUNIPER_VALE)("binary_sensor.online") == STATE_UNKNOWN
    await poll(LONG_ENOUGH, step=60)
    assert issues(issue_registry) == ["friend_unseen"]
    # a friendship is enough, even if the presence stays hidden
    simulator.world.befriend(owner, person)
    await poll(310, step=30)
    assert issues(issue_registry) == []


async def test_deleted(
    simulator: Simulator,
    tracked: ConfigEntry,
    friend: Person,
    friend_entities: Entities,
    hass: HomeAssistant,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A person whose account is deleted is unavailable and has an issue after an hour; the subentry stays."""
    simulator.world.delete(friend)
    await poll(20 * MINUTE, step=60)
    assert friend_entities.being(STATE_UNAVAILABLE) >= ON_PRESENCE | ON_PROFILE
    assert issues(issue_registry) == []
    await poll(LONG_ENOUGH - 20 * MINUTE, step=60)
    assert issues(issue_registry) == ["friend_gone"]
    assert all("Quiet Harbor#42" in text for text in texts(issue_registry))
    assert Entities(hass, BRASS_OTTER).being(STATE_UNAVAILABLE) == set()
    assert subentry_of(tracked, QUIET_HARBOR).title == "Quiet Harbor#42"

    simulator.world.add(friend)
    await poll(310, step=30)
    assert issues(issue_registry) == []
    assert friend_entities.being(STATE_UNAVAILABLE) == set()


async def test_first_hidden_then_deleted(
    simulator: Simulator,
    owner: Person,
    tracked: ConfigEntry,
    friend: Person,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A person has one issue at a time: the present one."""
    end_friendship(simulator, owner, friend)
    await poll(LONG_ENOUGH, step=60)
    simulator.world.delete(friend)
    await poll(20 * MINUTE, step=60)
    assert issues(issue_registry) == []
    await poll(HOUR, step=60)
    assert issues(issue_registry) == ["friend_gone"]


@pytest.mark.parametrize("problem", ["unseen", "gone"])
@pytest.mark.parametrize("host", [Service.PRESENCE, Service.PEOPLE, "both"])
async def test_outage_does_not_count(
    simulator: Simulator,
    owner: Person,
    tracked: ConfigEntry,
    friend: Person,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    problem: str,
    host: str,
) -> None:
    """Time without answers neither raises nor ends an issue."""
    if problem == "gone":
        simulator.world.delete(friend)
    else:
        end_friendship(simulator, owner, friend)
    await poll(20 * MINUTE, step=60)
    for it in (Service.PRESENCE, Service.PEOPLE) if host == "both" else (host,):
        simulator.fail(it, status=503, times=None)
    await poll(2 * HOUR, step=60)
    if host != Service.PRESENCE:  # peoplehub answers in its place
        assert issues(issue_registry) == []
    simulator.heal()
    await poll(LONG_ENOUGH, step=60)
    assert issues(issue_registry) == [f"friend_{problem}"]
    for it in (Service.PRESENCE, Service.PEOPLE) if host == "both" else (host,):
        simulator.fail(it, status=503, times=None)
    await poll(2 * HOUR, step=60)
    assert issues(issue_registry) == [f"friend_{problem}"]


async def test_empty_answers(
    simulator: Simulator, tracked: ConfigEntry, poll: Poll, issue_registry: ir.IssueRegistry
) -> None:
    """Answers without any person raise no issue."""
    simulator.fail(Service.PRESENCE, body=b"[]", times=None)
    simulator.fail(Service.PEOPLE, body=b'{"people": []}', times=None)
    await poll(3 * HOUR, step=60)
    assert issues(issue_registry) == []


async def test_unknown_friendship(
    hass: HomeAssistant,
    simulator: Simulator,
    tracked: ConfigEntry,
    friend: Person,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A hidden person raises no issue while the friendship is unknown."""
    friend.hidden = True
    people = [
        {"xuid": xuid, "gamertag": name}
        for xuid, name in ((QUIET_HARBOR, "Quiet Harbor42"), (BRASS_OTTER, "Brass Otter"))
    ]
    simulator.fail(Service.PEOPLE, body=json.dumps({"people": people}).encode(), times=None)
    await restart(hass, tracked)
    await poll(2 * HOUR, step=60)
    assert issues(issue_registry) == []


async def test_removed(
    hass: HomeAssistant,
    simulator: Simulator,
    owner: Person,
    tracked: ConfigEntry,
    friend: Person,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """The issue of a removed friend is deleted at once."""
    end_friendship(simulator, owner, friend)
    await poll(LONG_ENOUGH, step=60)
    subentry = subentry_of(tracked, QUIET_HARBOR)
    hass.config_entries.async_remove_subentry(tracked, subentry.subentry_id)
    await settle(hass)
    assert issues(issue_registry) == []


async def test_account_removed(
    hass: HomeAssistant,
    simulator: Simulator,
    owner: Person,
    tracked: ConfigEntry,
    friend: Person,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """The issues of a removed account are deleted."""
    end_friendship(simulator, owner, friend)
    await poll(LONG_ENOUGH, step=60)
    assert issues(issue_registry) == ["friend_unseen"]
    await hass.config_entries.async_remove(tracked.entry_id)
    await settle(hass)
    assert issues(issue_registry) == []


async def test_removed_while_not_loaded(
    hass: HomeAssistant,
    simulator: Simulator,
    owner: Person,
    tracked: ConfigEntry,
    friend: Person,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """The issue of a friend who was removed while the account was not loaded is deleted at the next start."""
    end_friendship(simulator, owner, friend)
    await poll(LONG_ENOUGH, step=60)
    await hass.config_entries.async_unload(tracked.entry_id)
    subentry = subentry_of(tracked, QUIET_HARBOR)
    hass.config_entries.async_remove_subentry(tracked, subentry.subentry_id)
    await restart(hass, tracked)
    assert issues(issue_registry) == []


async def test_reload(
    hass: HomeAssistant,
    simulator: Simulator,
    owner: Person,
    tracked: ConfigEntry,
    friend: Person,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A reload keeps an issue, and that it is ignored."""
    end_friendship(simulator, owner, friend)
    await poll(LONG_ENOUGH, step=60)
    [(_, issue_id)] = issue_registry.issues
    issue_registry.async_ignore(DOMAIN, issue_id, True)
    await restart(hass, tracked)
    await poll(LONG_ENOUGH, step=60)
    [issue] = issue_registry.issues.values()
    assert issue.translation_key == "friend_unseen"
    assert issue.dismissed_version


async def test_renamed_meanwhile(
    simulator: Simulator,
    owner: Person,
    tracked: ConfigEntry,
    friend: Person,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """An issue has the present gamertag."""
    end_friendship(simulator, owner, friend)
    await poll(LONG_ENOUGH, step=60)
    friend.rename("Loud Harbor")
    await poll(330, step=30)
    assert all("Loud Harbor" in text for text in texts(issue_registry))
    assert len(issues(issue_registry)) == 1


def test_texts() -> None:
    """Each issue has texts that name the person and the remedy."""
    placeholders: dict[str, Any] = named(name="Quiet Harbor", account="Nova Kestrel")
    for key in ("friend_gone", "friend_unseen"):
        for text in TEXTS[key].values():
            assert "Quiet Harbor" in text.format(**placeholders)
        assert "Delete" in TEXTS[key]["description"]
