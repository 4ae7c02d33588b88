"""The filter by title, platform and console that triggers and conditions share, and its options."""

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
    """Return the titles without the empty lines of the form."""
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
    """Raise `probatio.Invalid` for a device that is not a console of this integration."""
    for device_id in options.get(CONF_CONSOLE, ()):
        if console_id_of(hass, device_id) is None:
            raise probatio.Invalid(
                f"the device {device_id} is not a console of {DOMAIN}", path=[CONF_CONSOLE]
            )


@dataclass(frozen=True, slots=True)
class TitleFilter:
    """The titles, platforms and consoles that match. An empty set matches all."""

    titles: frozenset[str] = frozenset()
    platforms: frozenset[str] = frozenset()
    consoles: frozenset[str] = frozenset()

    @classmethod
    def from_options(cls, hass: HomeAssistant, options: Mapping[str, Any]) -> Self:
        """Return the filter of validated options."""
        consoles = (console_id_of(hass, it) for it in options.get(CONF_CONSOLE, ()))
        return cls(
            frozenset(plain_name(title) for title in options.get(CONF_TITLE, ())),
            frozenset(options.get(CONF_PLATFORM, ())),
            # a console that was deleted since becomes an id that never matches
            frozenset(console_id or "" for console_id in consoles),
        )

    @property
    def matches_everything(self) -> bool:
        """Whether any title on any console matches."""
        return not (self.titles or self.platforms or self.consoles)

    def matches(self, title: str | None, title_id: str | None, platform: str | None) -> bool:
        """Return whether a title on a platform matches. The console is not checked."""
        title_matches = not self.titles or bool(self.titles & {plain_name(title), title_id or ""})
        return title_matches and (not self.platforms or platform in self.platforms)

    def matches_console(self, console_id: str | None) -> bool:
        """Return whether a console matches."""
        return not self.consoles or console_id in self.consoles

    def matches_span(self, span: PlaySpan) -> bool:
        """Return whether a play span matches, with its console."""
        title_matches = self.matches(span.title, span.title_id, span.platform)
        return title_matches and self.matches_console(span.console_id)


@callback
def console_of(hass: HomeAssistant, xuid: str, title_id: str | None) -> str | None:
    """Return the id of the console on which a person plays a title, or did until just now."""
    found = (it.console_of(xuid, title_id) for it in _all_accounts(hass)) if title_id else ()
    return next((console_id for console_id in found if console_id), None)


@callback
def playing_since(hass: HomeAssistant, xuid: str, title_filter: TitleFilter) -> datetime | None:
    """Return the time since when a person plays a matching title, None if that is not known now."""
    return min(
        (since for it in _all_accounts(hass) if (since := _since(it, xuid, title_filter))),
        default=None,
    )


def _since(now_playing: NowPlaying, xuid: str, title_filter: TitleFilter) -> datetime | None:
    if title_filter.consoles and not any(
        now_playing.is_playing_at(xuid, it) for it in title_filter.consoles
    ):
        return None
    since = None
    for span in now_playing.current_spans(xuid):
        if not title_filter.matches_span(span):
            break
        since = span.since
    return since


def _all_accounts(hass: HomeAssistant) -> Iterator[NowPlaying]:
    """Yield `NowPlaying` of each account: person and console may belong to different accounts."""
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        yield entry.runtime_data.now_playing
