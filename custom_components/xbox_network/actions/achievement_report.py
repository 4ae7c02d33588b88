"""The response of `get_achievements`: the unlocked and locked achievements of a person in a title."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN
from ..coordinator.people import PeopleCoordinator
from ..error_texts import caller_error, error_key, error_placeholders
from ..xbox.achievements.memory import possible_time
from ..xbox.achievements.schedule import System, system_of
from ..xbox.caches.title_names import TitleNames
from ..xbox.errors import XboxError, XboxRateLimitError, XboxRequestError, XboxTemporaryError
from ..xbox.models.achievement import Achievement
from ..xbox.models.titles import Title
from ..xbox.names import best_matches, nearest_names, plain_name, spelled_name
from .targets import who_is

# Latest titles to search: for the game that was played last, and for a name.
_RECENT_TITLES = 10
_MAX_TITLES = 500
_MAX_SUGGESTIONS = 3
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


async def report(
    people: PeopleCoordinator, xuid: str, query: str | None, *, include_secret: bool
) -> dict[str, Any]:
    """Return the achievements of a person in a title; `query` is the title's name or id.

    Without a query, it is the game being played, else the game that was played last. Locked secret
    achievements stay secret unless `include_secret`. Raises `HomeAssistantError` with a translated text.
    """
    identity = who_is(people.hass, people.config_entry, xuid)
    try:
        found = await _find_title(people, xuid, query, str(identity["name"]))
        title = _named(found, people.observer.titles.names)
        achievements = await _achievements(people, xuid, title)
    except XboxError as err:
        raise _error(err, str(identity["name"])) from err
    return {**identity, "titles": [_report(title, achievements, include_secret=include_secret)]}


async def _find_title(people: PeopleCoordinator, xuid: str, query: str | None, name: str) -> Title:
    titles = people.client.titles
    if query is None:
        person = people.data.get(xuid)
        game = person.presence.active if person else None
        if game and game.is_game and (title := await titles.info(xuid, game.title_id)):
            return title
        played = await titles.history(xuid, _RECENT_TITLES)
        if title := next((it for it in played if system_of(it) is not System.NONE), None):
            return title
        raise caller_error("achievements_nothing_played", person=name)
    if query.isdecimal() and (title := await titles.info(xuid, query)):
        return title
    played = await titles.history(xuid, _MAX_TITLES)
    if not played:
        raise caller_error("achievements_nothing_played", person=name)
    names = people.observer.titles.names
    for it in played:
        names.learn(it.title_id, it.name)
    played = tuple(_named(it, names) for it in played)
    matches = _matching_titles(played, query, names)
    if len(matches) == 1:
        return matches[0]
    nearest = [_distinct_name(it, matches) for it in matches] or _suggestions(played, query)
    raise caller_error(
        "achievements_no_such_title",
        person=name,
        title=query,
        nearest=", ".join(nearest[:_MAX_SUGGESTIONS]),
    )


def _named(title: Title, names: TitleNames) -> Title:
    """Return a title with a name that was told earlier, if it comes without any."""
    known = names.of(title.title_id)
    if plain_name(title.name) or not known:
        return title
    return title.model_copy(update={"name": known[-1]})


def _matching_titles(played: Iterable[Title], query: str, names: TitleNames) -> list[Title]:
    """Return the titles of that name (`xbox/names.py`), else the titles with names that contain the query."""
    own = [(it, (it.name,)) for it in played if it.name]
    others = [(it, names.of(it.title_id)) for it, _ in own]
    if exact := best_matches(query, own, others):
        # titles for several systems may share a name: take the one that was played last
        alike = {spelled_name(it.name) for it in exact}
        return exact[:1] if len(alike) == 1 else exact
    if not (needle := plain_name(query)):
        return []
    return [it for it, found in others if any(needle in plain_name(name) for name in found)]


def _distinct_name(title: Title, among: list[Title]) -> str:
    """Return the name of a title, with its id where another one is called the same."""
    alike = sum(spelled_name(it.name) == spelled_name(title.name) for it in among)
    return f"{title.name} ({title.title_id})" if alike > 1 else str(title.name)


def _suggestions(played: Iterable[Title], query: str) -> list[str]:
    """Return the most similar names, else the names of the titles that were played last."""
    names = list(dict.fromkeys(it.name for it in played if it.name))
    return nearest_names(query, names, _MAX_SUGGESTIONS) or names


async def _achievements(
    people: PeopleCoordinator, xuid: str, title: Title
) -> tuple[Achievement, ...]:
    """Return all achievements, without times that cannot be true."""
    if (system := system_of(title)) is System.NONE:
        return ()
    old = system is System.XBOX_360
    page = await people.client.achievements.whole(xuid, title.title_id, old=old)
    return tuple(replace(it, unlocked_at=possible_time(it, page.at)) for it in page.achievements)


def _report(
    title: Title, achievements: tuple[Achievement, ...], *, include_secret: bool
) -> dict[str, Any]:
    unlocked = [it for it in achievements if it.unlocked]
    unlocked.sort(key=lambda it: it.unlocked_at or _LONG_AGO, reverse=True)
    locked = [it for it in achievements if not it.unlocked]
    return {
        "title": title.name,
        "title_id": title.title_id,
        "unlocked": len(unlocked),
        "total": len(achievements),
        "gamerscore": sum(it.gamerscore for it in unlocked),
        "total_gamerscore": sum(it.gamerscore for it in achievements),
        "achievements": [
            _details(it, include_secret=include_secret) for it in (*unlocked, *locked)
        ],
    }


def _details(it: Achievement, *, include_secret: bool) -> dict[str, Any]:
    shown = include_secret or it.unlocked or not it.secret
    return {
        "name": it.name if shown else None,
        "description": it.description if shown else None,
        "gamerscore": it.gamerscore,
        "unlocked": it.unlocked,
        "unlocked_at": it.unlocked_at.isoformat() if it.unlocked_at else None,
        "progress": it.progress,
        "rarity": it.rarity,
        "rarity_category": it.rarity_category,
        "icon_url": it.icon if shown else None,
        "secret": it.secret,
    }


def _error(err: XboxError, name: str) -> HomeAssistantError:
    key, placeholders = error_key(err), error_placeholders(err)
    if isinstance(err, XboxRateLimitError):
        key, placeholders = "achievements_busy", {"seconds": f"{err.retry_after or 60:.0f}"}
    elif isinstance(err, XboxRequestError) and err.status != HTTPStatus.UNAUTHORIZED:
        key, placeholders = "achievements_hidden", {"person": name}
    elif isinstance(err, XboxTemporaryError):
        key, placeholders = "achievements_no_answer", {}
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
    )
