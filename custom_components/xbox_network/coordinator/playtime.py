"""The coordinator of play time: minutes played and minutes left of each person, by xuid."""

import asyncio
import logging
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.json import json_bytes
from homeassistant.util import dt as dt_util

from ..allowance import Allowance, Rule
from ..const import DOMAIN
from ..error_texts import not_in_force
from ..options import apps_count
from ..storage.issues import FileIssues, Stored
from ..storage.playtime import PlaytimeFiles, allowances_of
from ..xbox.playtime.summary import PlaytimeSummary
from ..xbox.playtime.tracker import PlaytimeTracker
from .base import XboxCoordinator
from .bonus import with_bonus
from .first_weekday import week_start
from .people import PeopleCoordinator
from .whole_minutes import NO_PLAY, certain_minutes, day_minutes, title_minutes

_LOGGER = logging.getLogger(__name__)

# Minimum seconds between two updates while several people, or several devices, count.
_LEAST_TICK_SECONDS: Final = 15
# Seconds between two checks whether play that was not observed has to be requested. A check alone sends nothing.
_CHECK_SECONDS: Final = 300
# While no title is played, the time left is exact up to this many minutes before a bedtime; before that it is
# rounded down to steps.
_EXACT_MINUTES: Final = 60
_COARSE_MINUTES: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Playtime:
    """The play time of one person in minutes, and the allowance that holds for it.

    `current` is whether the person's presence is current.
    """

    current: bool
    today: int
    week: int
    session: int
    titles: Mapping[str, int]
    estimated: int
    unseen: int
    day_began: datetime
    week_began: datetime
    time_left: int | None
    allowance: Allowance

    @property
    def rule(self) -> Rule:
        """The rule that holds today."""
        return self.allowance.rule(self.day_began.date())


class PlaytimeCoordinator(XboxCoordinator[Mapping[str, Playtime]]):
    """The play time of the people of one account, by xuid. It sends no request while no title is played."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, people: PeopleCoordinator) -> None:
        """Count for the people that `people` watches."""
        super().__init__(hass, entry, _LOGGER, name=f"{DOMAIN} play time")
        self.people = people
        self.tracker = PlaytimeTracker(
            people.client, people.observer, zone=dt_util.get_default_time_zone()
        )
        self.allowances = allowances_of(hass, people.owner)
        self._files = PlaytimeFiles(hass, people.owner, self.tracker)
        self._file_issues = FileIssues(hass, entry, self.allowances, self._files)
        self._cancel: CALLBACK_TYPE = lambda: None
        self._refreshing: asyncio.Task[None] | None = None
        self.data = {}

    async def load(self) -> None:
        """Read the stored files. To be called before the first refresh of the people."""
        await asyncio.gather(self.allowances.load(), self._files.load())
        self._file_issues.update()

    async def begin_anew(self, stored: Stored) -> None:
        """Write limits or play time in place of those of a newer version, which are kept aside."""
        await self._file_issues.begin_anew(stored)

    @callback
    def start(self) -> None:
        """Count until the entry is unloaded."""
        unload, listen = self.config_entry.async_on_unload, self.hass.bus.async_listen
        unload(self._cancel_timer)
        unload(self.people.async_add_listener(self.update))
        unload(self.allowances.async_add_listener(self.update))
        unload(listen(EVENT_CORE_CONFIG_UPDATE, self._locale_changed))
        unload(listen(EVENT_HOMEASSISTANT_STOP, self._stopping))
        self.sync_options()

    async def save(self) -> None:
        """Save everything now."""
        await self.allowances.save()
        await self._files.save()

    async def set_allowances(self, changed: dict[str, Allowance]) -> None:
        """Change the allowances of some people, by xuid. What has changed is shown at once, then saved.

        Raises `HomeAssistantError` while no limits are in force.
        """
        self._check_in_force(changed)
        await self.allowances.set(changed)

    def with_bonus(self, xuid: str) -> Allowance:
        """Return the allowance of a person with the bonus of the options, for now. Raises `HomeAssistantError`."""
        self._check_in_force((xuid,))
        entry, certain = self.config_entry, self.certain_today(xuid)
        return with_bonus(entry, self.allowances[xuid], None, certain=certain)

    def _check_in_force(self, xuids: Iterable[str]) -> None:
        if self.allowances.locked:
            raise not_in_force(map(self.people.entry_name_of, xuids))

    def certain_today(self, xuid: str) -> int:
        """Return the minutes of today that a person has certainly played."""
        now = dt_util.now()
        day = self.tracker.summary(xuid, week_start(self.hass, now.date())).days.get(now.date())
        return certain_minutes(day or NO_PLAY)

    @callback
    def sync_options(self) -> None:
        """Apply the options of the entry."""
        self.tracker.apps = apps_count(self.config_entry)
        self.update()

    @callback
    def _locale_changed(self, _: Event) -> None:
        self.tracker.zone = dt_util.get_default_time_zone()
        self.update()

    @callback
    def _stopping(self, _: Event) -> None:
        self._files.save_at_stop()

    @callback
    def update(self, _: datetime | None = None) -> None:
        """Take over the presence of the people, publish the play time and schedule the next update."""
        tracked = self.people.tracked()
        self.tracker.keep_only(tracked)
        self.allowances.keep_only(tracked)
        self.allowances.forget_past(dt_util.now().date())
        self.tracker.update()
        self._publish()
        self._files.save_current_soon()
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = self.config_entry.async_create_background_task(
                self.hass, self._refresh(), f"{self.name} refresh"
            )

    async def _refresh(self) -> None:
        """Request play that was not observed, and save the history if it is due. Both may take seconds."""
        before = self.tracker.current.version
        await self.tracker.refresh()
        if self.tracker.current.version != before:
            self._publish()
            self._files.save_current_soon()
        if self._files.history_due:
            await self._files.save_history()

    @override
    async def async_request_refresh(self, *subjects: Hashable) -> None:
        """Ask what the people play, and count up to now."""
        await self.people.async_request_refresh(*subjects)
        await super().async_request_refresh()

    @override
    async def _refresh_data(self) -> Mapping[str, Playtime]:
        self.tracker.update()
        now = dt_util.now()
        return self._all_playtimes(self._summaries(now), now)

    @callback
    def _cancel_timer(self) -> None:
        self._cancel()

    @callback
    def _publish(self) -> None:
        now = dt_util.now()
        summaries = self._summaries(now)
        data = self._all_playtimes(summaries, now)
        self._cancel()
        next_change = min(self._next_changes(summaries, data, now))
        self._cancel = async_track_point_in_utc_time(self.hass, self.update, next_change)
        if data != self.data:
            self.data = data
            self.async_update_listeners()

    def _summaries(self, now: datetime) -> dict[str, PlaytimeSummary]:
        first = week_start(self.hass, now.date())
        return {xuid: self.tracker.summary(xuid, first) for xuid in self.people.data}

    def _all_playtimes(
        self, summaries: Mapping[str, PlaytimeSummary], now: datetime
    ) -> dict[str, Playtime]:
        first = week_start(self.hass, now.date())
        return {xuid: self._playtime(xuid, it, first, now) for xuid, it in summaries.items()}

    def _playtime(
        self, xuid: str, summary: PlaytimeSummary, first: date, now: datetime
    ) -> Playtime:
        allowance, today = self.allowances[xuid], now.date()
        day = summary.days.get(today, NO_PLAY)
        week = [it for day_of, it in summary.days.items() if first <= day_of <= today]
        certain = certain_minutes(day)
        counting = summary.title_id is not None
        return Playtime(
            current=self.people.last_update_success and self.people.data[xuid].presence_current,
            today=day_minutes(day),
            week=sum(map(day_minutes, week)),
            session=summary.session // 60,
            titles=self._named(title_minutes(day)),
            estimated=day.estimated // 60,
            unseen=self._unseen(xuid, day.unseen // 60, today),
            day_began=dt_util.start_of_local_day(today),
            week_began=dt_util.start_of_local_day(first),
            time_left=_time_left(allowance, now, certain, counting=counting),
            allowance=allowance,
        )

    def _unseen(self, xuid: str, minutes: int, today: date) -> int:
        """Return the minutes without observation.

        Of a person with a hidden presence only full hours count: that may last weeks, and each change is a state.
        """
        if self.people.data[xuid].presence.online is not None:
            return minutes
        before = self.data.get(xuid)
        shown = before.unseen if before and before.day_began.date() == today else 0
        return max(minutes - minutes % 60, min(shown, minutes))

    def diagnostics(self) -> dict[str, Any]:
        """Return counts for diagnostics. Nothing personal."""
        summaries = [self.tracker.summary(xuid) for xuid in self.people.data]
        days = [day for times in summaries for day in times.days.values()]
        limited = [xuid for xuid in self.people.data if self.allowances[xuid] != Allowance()]
        return {
            "people": len(summaries),
            "counting": sum(times.title_id is not None for times in summaries),
            "with_limits": len(limited),
            "days": len(days),
            "estimated_minutes": sum(day.estimated for day in days) // 60,
            "unseen_minutes": sum(day.unseen for day in days) // 60,
            "open_gaps": self.tracker.open_gaps,
            "bytes_of_current": len(json_bytes(self.tracker.current.to_store())),
        }

    def title_name(self, title_id: str) -> str:
        """Return the name of a title, its id as long as the name is unknown."""
        return self.tracker.title_name(title_id) or title_id

    def _named(self, minutes: Mapping[str, int]) -> dict[str, int]:
        """Return the minutes by title name. Several title ids may have one name."""
        named: dict[str, int] = {}
        for title_id, count in minutes.items():
            name = self.title_name(title_id)
            named[name] = named.get(name, 0) + count
        return named

    def _next_changes(
        self, summaries: Mapping[str, PlaytimeSummary], data: Mapping[str, Playtime], now: datetime
    ) -> Iterator[datetime]:
        """Yield the moments at which the play time changes by itself."""
        yield dt_util.as_utc(dt_util.start_of_local_day(now.date() + timedelta(days=1)))
        yield dt_util.as_utc(now) + timedelta(seconds=_CHECK_SECONDS)
        for xuid, summary in summaries.items():
            if summary.session_began is not None:
                day = summary.days.get(now.date(), NO_PLAY)
                for seconds in {day.total, day.certain}:
                    wait = max(_LEAST_TICK_SECONDS, 60 - seconds % 60)
                    yield dt_util.as_utc(now) + timedelta(seconds=wait)
            if change := self.allowances[xuid].next_change(now):
                yield change
                if left := data[xuid].time_left:
                    # one second later less time is left until the bedtime
                    yield change - timedelta(minutes=left, seconds=-1)


def _time_left(allowance: Allowance, now: datetime, certain: int, *, counting: bool) -> int | None:
    """Return the minutes left after `certain` minutes of play, None without a limit.

    While no title is played the minutes are rounded down to steps, so that no state is written each minute.
    """
    left = allowance.time_left(now, certain)
    if counting or left is None or left <= _EXACT_MINUTES:
        return left
    if (change := allowance.next_change(now)) is None:
        return left
    by_bedtime = left == (change - now) // timedelta(minutes=1)
    return left - left % _COARSE_MINUTES if by_bedtime else left
