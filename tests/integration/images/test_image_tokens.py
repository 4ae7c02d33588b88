"""Tokens in image addresses: a new one is a new state, so there are few."""

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


@pytest.fixture(name="anybody")
async def anybody_fixture(
    hass: HomeAssistant, entry: ConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> Browser:
    """Return somebody who is not signed in at Home Assistant."""
    anybody: Browser = await hass_client_no_auth()
    return anybody


def link(entities: Entities, name: str) -> str:
    """Return the address of a picture, as Home Assistant gives it to a browser."""
    address: str = entities[name].attributes["entity_picture"]
    assert address.endswith(f"?token={entities[name].attributes['access_token']}")
    return address


async def status(anybody: Browser, address: str) -> int:
    """Follow an address without being signed in."""
    return (await anybody.get(address)).status


async def test_offline_writes_nothing(hass: HomeAssistant, entry: ConfigEntry, poll: Poll) -> None:
    """Of somebody to whom nothing happens no state is written for hours."""
    await poll()  # all is known then
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await poll(4 * HOUR, step=5 * MINUTE)
    assert [event.data["entity_id"] for event in events] == []


async def test_playing_on_writes_nothing(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """Nor of the pictures of somebody who plays one title all the time: only the time counts."""
    owner.play(STARFALL_DRIFT)
    await poll()
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await poll(4 * HOUR, step=5 * MINUTE)
    changed = {event.data["entity_id"] for event in events}
    assert [entity_id for entity_id in changed if not counts_minutes(entity_id)] == []


async def test_new_once_a_day(
    entry: ConfigEntry, entities: Entities, poll: Poll, anybody: Browser
) -> None:
    """A link works for one day, and for one more in a browser that was left open."""
    first = entities["image.gamerpic"]
    links = [link(entities, "image.gamerpic")]
    await poll(23 * HOUR, step=HOUR)
    assert link(entities, "image.gamerpic") == links[0]
    for _ in range(2):
        await poll(25 * HOUR, step=HOUR)
        links.append(link(entities, "image.gamerpic"))
    assert len(set(links)) == 3
    assert [await status(anybody, it) for it in links] == [
        HTTPStatus.FORBIDDEN,
        HTTPStatus.OK,
        HTTPStatus.OK,
    ]
    assert entities("image.gamerpic") == first.state


async def test_new_with_the_picture(
    entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll, anybody: Browser
) -> None:
    """Another picture has another link; it and the one before work."""
    owner.play(STARFALL_DRIFT)
    await poll()
    old, other = link(entities, "image.now_playing"), link(entities, "image.gamerpic")
    owner.play(HARBOR_KINGS)
    await poll()
    new = link(entities, "image.now_playing")
    assert new != old
    assert [await status(anybody, it) for it in (old, new)] == [HTTPStatus.OK] * 2
    assert link(entities, "image.gamerpic") == other

    owner.stop()
    await poll()
    owner.play(HARBOR_KINGS)
    await poll()
    assert await status(anybody, old) == HTTPStatus.FORBIDDEN


async def test_day_begins_with_the_picture(
    entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A link that came with a picture lasts a day like any other."""
    await poll(20 * HOUR, step=HOUR)
    owner.change_gamerpic()
    await poll(10 * MINUTE)
    changed = link(entities, "image.gamerpic")
    await poll(20 * HOUR, step=HOUR)
    assert link(entities, "image.gamerpic") == changed
    await poll(5 * HOUR, step=HOUR)
    assert link(entities, "image.gamerpic") != changed
