"""What somebody has unlocked in a title and what is left, as the answer of an action."""

from collections.abc import Iterable
from datetime import UTC, datetime
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any

from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN
from ..coordinator.people import PeopleCoordinator
from ..error_texts import caller_error, error_key, error_placeholders
from ..xbox.achievements.schedule import System, system_of
from ..xbox.errors import XboxError, XboxRateLimitError, XboxRequestError, XboxTemporaryError
from ..xbox.models.achievement import Achievement
from ..xbox.models.titles import Title
from .targets import who_is

# How far back to look for what was played last, and for a name.
_LATEST = 10
_MOST = 500
_NEAREST = 3
_CUTOFF = 0.4
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


async def report(
    people: PeopleCoordinator, xuid: str, wanted: str | None, *, secrets: bool
) -> dict[str, Any]:
    """Return the achievements of a person in a title, given by name or id.

    Without one it is the game being played, else the one that was played last. Secret ones stay so while
    they are locked, unless `secrets`. Raises `HomeAssistantError` in words.
    """
    who = who_is(people, xuid)
    try:
        title = await _title(people, xuid, wanted, str(who["name"]))
        found = await _achievements(people, xuid, title)
    except XboxError as err:
        raise _error(err, str(who["name"])) from err
    return {**who, "titles": [_report(title, found, secrets=secrets)]}


async def _title(people: PeopleCoordinator, xuid: str, wanted: str | None, name: str) -> Title:
    titles = people.client.titles
    if wanted is None:
        person = people.data.get(xuid)
        game = person.presence.active if person else None
        if game and game.is_game and (title := await titles.info(xuid, game.title_id)):
            return title
        played = await titles.history(xuid, _LATEST)
        if title := next((it for it in played if system_of(it) is not System.NONE), None):
            return title
        raise caller_error("achievements_nothing_played", person=name)
    if wanted.isdecimal() and (title := await titles.info(xuid, wanted)):
        return title
    played = await titles.history(xuid, _MOST)
    if not played:
        raise caller_error("achievements_nothing_played", person=name)
    fitting = _fitting(played, wanted)
    if len(fitting) == 1:
        return fitting[0]
    nearest = [str(it.name) for it in fitting] or _nearest(played, wanted)
    raise caller_error(
        "achievements_no_such_title",
        person=name,
        title=wanted,
        nearest=", ".join(nearest[:_NEAREST]),
    )


def _fitting(played: Iterable[Title], wanted: str) -> list[Title]:
    """Return the titles of that name, else those that have it in their name."""
    word = _plain(wanted)
    named = [(_plain(it.name or ""), it) for it in played if it.name]
    exact = [it for name, it in named if name == word]
    # one name may stand for several systems: the one that was played last is meant
    return exact[:1] or [it for name, it in named if word and word in name]


def _nearest(played: Iterable[Title], wanted: str) -> list[str]:
    """Return the names that look most alike, else what was played last."""
    names = {_plain(it.name): it.name for it in played if it.name}
    found = get_close_matches(_plain(wanted), names, n=_NEAREST, cutoff=_CUTOFF)
    return [names[it] for it in found] or list(names.values())


def _plain(name: str) -> str:
    return "".join(it for it in name.casefold() if it.isalnum())


async def _achievements(
    people: PeopleCoordinator, xuid: str, title: Title
) -> tuple[Achievement, ...]:
    service = people.client.achievements
    match system_of(title):
        case System.NONE:
            return ()
        case System.XBOX_360:
            return await service.of_old_title(xuid, title.title_id)
        case System.MODERN:
            return await service.of_title(xuid, title.title_id)


def _report(title: Title, found: tuple[Achievement, ...], *, secrets: bool) -> dict[str, Any]:
    unlocked = [it for it in found if it.unlocked]
    unlocked.sort(key=lambda it: it.unlocked_at or _LONG_AGO, reverse=True)
    locked = [it for it in found if not it.unlocked]
    return {
        "title": title.name,
        "title_id": title.title_id,
        "unlocked": len(unlocked),
        "total": len(found),
        "gamerscore": sum(it.gamerscore for it in unlocked),
        "total_gamerscore": sum(it.gamerscore for it in found),
        "achievements": [_facts(it, secrets=secrets) for it in (*unlocked, *locked)],
    }


def _facts(it: Achievement, *, secrets: bool) -> dict[str, Any]:
    shown = secrets or it.unlocked or not it.secret
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
    key, facts = error_key(err), error_placeholders(err)
    if isinstance(err, XboxRateLimitError):
        key, facts = "achievements_busy", {"seconds": f"{err.retry_after or 60:.0f}"}
    elif isinstance(err, XboxRequestError) and err.status != HTTPStatus.UNAUTHORIZED:
        key, facts = "achievements_hidden", {"person": name}
    elif isinstance(err, XboxTemporaryError):
        key, facts = "achievements_no_answer", {}
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=facts
    )
