"""The options of an account. One that makes no sense, after an edit by hand, counts as its default."""

from typing import Any

from homeassistant.config_entries import ConfigEntry

from .allowance import DAY_MINUTES
from .const import (
    DEFAULT_BONUS_MINUTES,
    DEFAULT_STORAGE_SHARE,
    OPTION_ADMINISTRATORS_ONLY,
    OPTION_BONUS_MINUTES,
    OPTION_BONUS_MOVES_BEDTIME,
    OPTION_COUNT_APPS,
    OPTION_FAVORITE_APPS,
    OPTION_HIDDEN_APPS,
    OPTION_ONLY_FAVORITES,
    OPTION_STORAGE_SHARE,
)
from .media.launchables import Offer


def bonus_minutes(entry: ConfigEntry) -> int:
    """Return the minutes of a bonus without a given length."""
    return _whole_number(entry, OPTION_BONUS_MINUTES, DEFAULT_BONUS_MINUTES, most=DAY_MINUTES)


def bonus_moves_bedtime(entry: ConfigEntry) -> bool:
    """Return whether a bonus moves the bedtime of the evening, too."""
    return entry.options.get(OPTION_BONUS_MOVES_BEDTIME) is not False


def storage_share(entry: ConfigEntry) -> int:
    """Return the percentage of a disk that should stay free."""
    return _whole_number(entry, OPTION_STORAGE_SHARE, DEFAULT_STORAGE_SHARE, most=100)


def apps_count(entry: ConfigEntry) -> bool:
    """Return whether time in apps is play time, too."""
    return entry.options.get(OPTION_COUNT_APPS) is True


def administrators_only(entry: ConfigEntry) -> bool:
    """Return whether only administrators may change limits."""
    return entry.options.get(OPTION_ADMINISTRATORS_ONLY) is not False


def offer(entry: ConfigEntry) -> Offer:
    """Return which games and apps the lists offer, and in which order."""
    return Offer(
        favorites=favorite_apps(entry),
        only_favorites=entry.options.get(OPTION_ONLY_FAVORITES) is True,
        hidden=hidden_apps(entry),
    )


def favorite_apps(entry: ConfigEntry) -> tuple[str, ...]:
    """Return the media ids of the favourites, in their order."""
    return _texts(entry, OPTION_FAVORITE_APPS)


def hidden_apps(entry: ConfigEntry) -> tuple[str, ...]:
    """Return the media ids that no list of games and apps shows."""
    return _texts(entry, OPTION_HIDDEN_APPS)


def _texts(entry: ConfigEntry, option: str) -> tuple[str, ...]:
    chosen = entry.options.get(option)
    items = chosen if isinstance(chosen, list | tuple) else ()
    return tuple(it for it in items if isinstance(it, str))


def inherited_options(heir: ConfigEntry, former: ConfigEntry) -> dict[str, Any]:
    """Return the options of an account that takes a console over from another one.

    It hides from now on what that one has hidden, too: nothing that somebody has hidden may appear. If it has no
    favourites of its own, it offers those of the other one, in the same way.
    """
    options = dict(heir.options)
    if hidden := (*hidden_apps(heir), *hidden_apps(former)):
        options[OPTION_HIDDEN_APPS] = list(dict.fromkeys(hidden))
    if not favorite_apps(heir) and (favorites := favorite_apps(former)):
        options[OPTION_FAVORITE_APPS] = list(favorites)
        options[OPTION_ONLY_FAVORITES] = offer(former).only_favorites
    return options


def _whole_number(entry: ConfigEntry, option: str, default: int, *, most: int) -> int:
    value: Any = entry.options.get(option)
    try:
        number = 0 if value is True else int(value)
    except TypeError, ValueError, OverflowError:
        return default
    return number if 1 <= number <= most else default
