"""Tokens in image addresses: each new one is a state write, so there are few."""

from http import HTTPStatus

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.conftest import Poll
from tests.helpers.entities import Entities, counts_minutes
from tests.helpers.pictures import Browser
from tests.simulator import Person

STARFALL_DRIFT = "1900000001"
HARBOR_KINGS = "1900000002"
MINUTE = 60.0
HOUR = 60 * MINUTE


@pytest.fixture(name="anonymous")
async def anonymous_fixture(
    hass: HomeAssistant, entry: ConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> Browser:
    """Return a browser that is not signed in at Home Assistant."""
    browser: Browser = await hass_client_no_auth()
    return browser


def link(entities: Entities, name: str) -> str:
    """Return the address of a picture as Home Assistant gives it to a browser."""
    address: str = entities[name].attributes["entity_picture"]
    assert address.endswith(f"?token={entities[name].attributes['access_token']}")
    return address


async def status(anonymous: Browser, address: str) -> int:
    """Return the status of an address without a sign-in."""
    return (await anonymous.get(address)).status


async def test_offline_writes_nothing(hass: HomeAssistant, entry: ConfigEntry, poll: Poll) -> None:
    """A person without changes writes no state for hours."""
    await poll()  # until all is known
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await poll(4 * HOUR, step=5 * MINUTE)
    assert [event.data["entity_id"] for event in events] == []


async def test_playing_on_writes_nothing(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A person who plays one title for hours writes only the play time."""
    owner.play(STARFALL_DRIFT)
    await poll()
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await poll(4 * HOUR, step=5 * MINUTE)
    changed = {event.data["entity_id"] for event in events}
    assert [entity_id for entity_id in changed if not counts_minutes(entity_id)] == []


async def test_new_once_a_day(
    entry: ConfigEntry, entities: Entities, poll: Poll, anonymous: Browser
) -> None:
    """A picture has a new link each day; the one before still works."""
    first = entities["image.gamerpic"]
    links = [link(entities, "image.gamerpic")]
    await poll(23 * HOUR, step=HOUR)
    assert link(entities, "image.gamerpic") == links[0]
    for _ in range(2):
        await poll(25 * HOUR, step=HOUR)
        links.append(link(entities, "image.gamerpic"))
    assert len(set(links)) == 3
    assert [await status(anonymous, it) for it in links] == [
        HTTPStatus.FORBIDDEN,
        HTTPStatus.OK,
        HTTPStatus.OK,
    ]
    assert entities("image.gamerpic") == first.state


async def test_new_with_the_picture(
    entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll, anonymous: Browser
) -> None:
    """A new picture has a new link; the one before still works."""
    owner.play(STARFALL_DRIFT)
    await poll()
    old, other = link(entities, "image.now_playing"), link(entities, "image.gamerpic")
    owner.play(HARBOR_KINGS)
    await poll()
    new = link(entities, "image.now_playing")
    assert new != old
    assert [await status(anonymous, it) for it in (old, new)] == [HTTPStatus.OK] * 2
    assert link(entities, "image.gamerpic") == other

    owner.stop()
    await poll()
    owner.play(HARBOR_KINGS)
    await poll()
    assert await status(anonymous, old) == HTTPStatus.FORBIDDEN


async def test_day_begins_with_the_picture(
    entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A link that came with a new picture lasts a day."""
    await poll(20 * HOUR, step=HOUR)
    owner.change_gamerpic()
    await poll(10 * MINUTE)
    changed = link(entities, "image.gamerpic")
    await poll(20 * HOUR, step=HOUR)
    assert link(entities, "image.gamerpic") == changed
    await poll(5 * HOUR, step=HOUR)
    assert link(entities, "image.gamerpic") != changed
