"""The filter by title, platform and console that triggers and conditions share, and its options."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import probatio
from homeassistant.const import CONF_PLATFORM
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr

from ..const import DOMAIN
from ..coordinator.now_playing import NowPlaying, PlaySpan
from ..xbox.names import plain_name, spelled_name
from ..xbox.presence import DevicePlatform
from .targets import console_id_of

CONF_CONSOLE: Final = "console"
CONF_TITLE: Final = "title"


def _titles(values: list[Any]) -> list[str]:
    """Return the titles without the empty lines of the form."""
    return [title for value in values if plain_name(title := cv.string(value).strip())]


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
    """Raise `probatio.Invalid` for a device that is there and is no console of this integration.

    One that is gone is a console at which nobody plays: it must not take the automation with it.
    """
    devices = dr.async_get(hass)
    for device_id in options.get(CONF_CONSOLE, ()):
        if devices.async_get(device_id) and console_id_of(hass, device_id) is None:
            raise probatio.Invalid(
                f"the device {device_id} is not a console of {DOMAIN}", path=[CONF_CONSOLE]
            )


class TitleFilter:
    """The titles, platforms and consoles that match. Without any, all match."""

    def __init__(self, hass: HomeAssistant, options: Mapping[str, Any]) -> None:
        """Take validated options."""
        self._hass = hass
        self.titles: tuple[str, ...] = tuple(options.get(CONF_TITLE, ()))
        self._platforms = frozenset(options.get(CONF_PLATFORM, ()))
        self._console_devices = frozenset(options.get(CONF_CONSOLE, ()))

    @property
    def matches_everything(self) -> bool:
        """Whether any title on any console matches."""
        return not (self.titles or self._platforms or self.names_consoles)

    @property
    def names_consoles(self) -> bool:
        """Whether only some consoles match, be they there or not."""
        return bool(self._console_devices)

    @property
    def consoles(self) -> frozenset[str]:
        """The ids of the named consoles that are there now: they come and go while an automation runs."""
        found = (console_id_of(self._hass, it) for it in self._console_devices)
        return frozenset(it for it in found if it)

    def matches(self, title: str | None, title_id: str | None, platform: str | None) -> bool:
        """Return whether a title on a platform matches. The console is not checked."""
        platform_matches = not self._platforms or platform in self._platforms
        return platform_matches and self.matches_title(title, title_id)

    def matches_title(self, title: str | None, title_id: str | None) -> bool:
        """Return whether a title matches by its id, or by any name that the network has given it."""
        if not self.titles or title_id in self.titles:
            return True
        names = {name for name in (title, *known_names(self._hass, title_id)) if plain_name(name)}
        return any(self._is_name_of(it, title_id, names) for it in self.titles)

    def matches_id(self, title_id: str) -> bool:
        """Return whether a title of which only the id is at hand matches."""
        return self.matches_title(None, title_id)

    def _is_name_of(self, option: str, title_id: str | None, names: set[str | None]) -> bool:
        """Return whether an option is one of the names: "N++" is no other title that is spelled like that."""
        if plain_name(option) not in map(plain_name, names):
            return False
        spelled = spelled_name(option)
        return spelled in map(spelled_name, names) or not any(
            spelled in map(spelled_name, others)
            for it in _all_accounts(self._hass)
            for other_id, others in it.title_names.all().items()
            if other_id != title_id
        )

    def matches_console(self, console_id: str | None) -> bool:
        """Return whether a console matches."""
        return not self.names_consoles or console_id in self.consoles

    def matches_span(self, span: PlaySpan) -> bool:
        """Return whether a play span matches, with its console."""
        title_matches = self.matches(span.title, span.title_id, span.platform)
        return title_matches and self.matches_console(span.console_id)


@callback
def known_names(hass: HomeAssistant, title_id: str | None) -> Iterator[str]:
    """Yield the names that the network has given to a title, in any account."""
    if title_id:
        for account in _all_accounts(hass):
            yield from account.title_names.of(title_id)


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
    if title_filter.names_consoles and not any(
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
