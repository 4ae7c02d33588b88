"""Which games somebody means, and where: the options that triggers and conditions share."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

import probatio
from homeassistant.const import CONF_PLATFORM
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv

from ..const import DOMAIN
from ..coordinator.now_playing import NowPlaying, PlaySpan
from ..xbox.consoles.player import plain_name
from ..xbox.presence import DevicePlatform
from .targets import console_id_of

CONF_CONSOLE: Final = "console"
CONF_TITLE: Final = "title"


def _titles(values: list[Any]) -> list[str]:
    """Return what is written; a line of the form that was left empty is none."""
    return [title for value in values if (title := cv.string(value).strip())]


TITLE_OPTION: Final = {probatio.Optional(CONF_TITLE): probatio.All(probatio.EnsureList(), _titles)}
PLATFORM_OPTION: Final = {
    probatio.Optional(CONF_PLATFORM): probatio.All(
        probatio.EnsureList(),
        [
            probatio.In(
                [it.value for it in DevicePlatform],
                msg=f"a platform is one of {', '.join(it.value for it in DevicePlatform)}",
            )
        ],
    )
}
CONSOLE_OPTION: Final = {
    probatio.Optional(CONF_CONSOLE): probatio.All(probatio.EnsureList(), [cv.string])
}


@callback
def check_consoles(hass: HomeAssistant, options: Mapping[str, Any]) -> None:
    """Raise `probatio.Invalid` for a device that is no console."""
    for device_id in options.get(CONF_CONSOLE, ()):
        if console_id_of(hass, device_id) is None:
            raise probatio.Invalid(
                f"the device {device_id} is not a console of {DOMAIN}", path=[CONF_CONSOLE]
            )


@dataclass(frozen=True, slots=True)
class TitleFilter:
    """What somebody means; what is empty is not asked for."""

    titles: frozenset[str] = frozenset()
    platforms: frozenset[str] = frozenset()
    consoles: frozenset[str] = frozenset()

    @classmethod
    def from_options(cls, hass: HomeAssistant, options: Mapping[str, Any]) -> Self:
        """Return what is meant by options that have been checked."""
        consoles = (console_id_of(hass, it) for it in options.get(CONF_CONSOLE, ()))
        return cls(
            frozenset(plain_name(title) for title in options.get(CONF_TITLE, ())),
            frozenset(options.get(CONF_PLATFORM, ())),
            # one that has been deleted since is a console at which nobody plays
            frozenset(console_id or "" for console_id in consoles),
        )

    @property
    def matches_everything(self) -> bool:
        """Tell whether any game anywhere will do."""
        return not (self.titles or self.platforms or self.consoles)

    def matches(self, title: str | None, title_id: str | None, platform: str | None) -> bool:
        """Tell whether a title on a platform is meant. At which console is another question."""
        named = not self.titles or bool(self.titles & {plain_name(title), title_id or ""})
        return named and (not self.platforms or platform in self.platforms)

    def matches_console(self, console_id: str | None) -> bool:
        """Tell whether a console is meant."""
        return not self.consoles or console_id in self.consoles

    def matches_span(self, stretch: PlaySpan) -> bool:
        """Tell whether it is what is meant, and where."""
        admitted = self.matches(stretch.title, stretch.title_id, stretch.platform)
        return admitted and self.matches_console(stretch.console_id)


@callback
def console_of(hass: HomeAssistant, xuid: str, title_id: str | None) -> str | None:
    """Return the console at which somebody plays a title, or has until just now."""
    found = (plays.console_of(xuid, title_id) for plays in _all_accounts(hass)) if title_id else ()
    return next((console_id for console_id in found if console_id), None)


@callback
def playing_since(hass: HomeAssistant, xuid: str, games: TitleFilter) -> datetime | None:
    """Return since when somebody plays what is meant, None if that is not known to be so now."""
    return min(
        (since for it in _all_accounts(hass) if (since := _since(it, xuid, games))), default=None
    )


def _since(plays: NowPlaying, xuid: str, games: TitleFilter) -> datetime | None:
    if games.consoles and not any(plays.is_playing_at(xuid, it) for it in games.consoles):
        return None
    since = None
    for stretch in plays.current_spans(xuid):
        if not games.matches_span(stretch):
            break
        since = stretch.since
    return since


def _all_accounts(hass: HomeAssistant) -> Iterator[NowPlaying]:
    """Yield what each account knows: a console may be another account's than the person."""
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        yield entry.runtime_data.now_playing
