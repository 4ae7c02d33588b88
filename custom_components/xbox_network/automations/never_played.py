"""What a trace says if an automation names no title that the person has played so far: it is misspelled, or new."""

from collections.abc import Iterator
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.trigger import NotTriggeredInfo, TriggerNotTriggeredReporter

from ..const import DOMAIN
from ..coordinator.played_titles import PlayedTitles
from ..xbox.names import nearest_names
from .event_listener import PersonEvent
from .targets import xuid_of
from .title_filter import TitleFilter, known_names

NEVER_PLAYED: Final = "title_never_played"

_MAX_NEAREST: Final = 3


@callback
def never_played(
    hass: HomeAssistant, xuid: str, title_filter: TitleFilter
) -> dict[str, Any] | None:
    """Return what to say of a filter that no title of a person matches; None if there is nothing to say."""
    accounts = list(_accounts(hass, xuid))
    played = set[str]().union(*(it.of(xuid) for it in accounts))
    if not title_filter.titles or not accounts or any(map(title_filter.matches_id, played)):
        return None
    names = [name for title_id in sorted(played) for name in known_names(hass, title_id)]
    from_history = any(it.is_history_known(xuid) for it in accounts)
    return {
        "title": list(title_filter.titles),
        "nearest": _nearest(title_filter.titles, names),
        "known_from": "title history"
        if from_history
        else "what was seen since the person was added",
    }


async def read_histories(hass: HomeAssistant, xuid: str) -> None:
    """Read what a person has played before it was watched, unless that is known."""
    for account in _accounts(hass, xuid):
        await account.read_history(xuid)


async def report_never_played(
    hass: HomeAssistant,
    event: PersonEvent,
    title_filter: TitleFilter,
    did_not_trigger: TriggerNotTriggeredReporter,
) -> None:
    """Leave a trace of an event that did not fire a trigger because it names no title of the person."""
    xuid = xuid_of(hass, event.entity_id)
    if xuid is None or never_played(hass, xuid, title_filter) is None:
        return
    await read_histories(hass, xuid)
    if data := never_played(hass, xuid, title_filter):
        did_not_trigger(NotTriggeredInfo(NEVER_PLAYED, data), event.context)


def _accounts(hass: HomeAssistant, xuid: str) -> Iterator[PlayedTitles]:
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        if xuid in entry.runtime_data.people.tracked():
            yield entry.runtime_data.played_titles


def _nearest(titles: tuple[str, ...], names: list[str]) -> list[str]:
    found = (name for title in titles for name in nearest_names(title, names, _MAX_NEAREST))
    return list(dict.fromkeys(found))
