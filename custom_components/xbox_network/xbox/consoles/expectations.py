"""What commands of ours have led to, while the service may still tell the state before (`docs/network.md` S7.9).

For a while a reading equal to one before the command is old news. Any other reading is believed. What an answer
does not tell is no reading.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from ..models.consoles import ConsoleStatus, Playback, Power
from ..models.system_apps import HOME_FAMILY
from .focused_app import family_of

# Seconds after a successful command in which the state before it is old news. How late the service is, is unknown.
SETTLING_SECONDS: Final = 90.0
# Reads that are due within so many seconds are sent together.
TOGETHER_SECONDS: Final = 1.0

_OFF: Final = (Power.STANDBY, Power.OFF)


@dataclass(slots=True)
class _Expectation[T]:
    """What a command leads to in one respect; `shown` is that, or the one of several that was read.

    `outdated` is what was read or expected before. `is_sure` is whether that is something else, so that reading
    `wanted` proves that the service is up to date: then what is outdated is believed when it comes twice.
    """

    wanted: tuple[T, ...]
    outdated: frozenset[T]
    is_sure: bool
    until: float
    shown: T
    is_met: bool = False
    is_doubted: bool = False

    def goes_on(self, reading: T, at: float) -> bool:
        """Take note of a reading; return whether the expectation goes on, False if the reading is believed."""
        if at >= self.until - TOGETHER_SECONDS:
            return False
        if reading in self.wanted:
            self.shown, self.is_met, self.is_doubted = reading, True, False
            return True
        came_twice = self.is_doubted and self.is_met and self.is_sure
        self.is_doubted = True
        return reading in self.outdated and not came_twice

    @property
    def history(self) -> frozenset[T]:
        """What may still be read, should another command follow."""
        return frozenset() if self.is_met and self.is_sure else self.outdated | set(self.wanted)


def _expectation[T](
    wanted: tuple[T, ...], old: Iterable[T], before: _Expectation[T] | None, now: float
) -> _Expectation[T]:
    history = frozenset(old) | (before.history if before else frozenset())
    return _Expectation(
        wanted,
        outdated=history - set(wanted),
        is_sure=history.isdisjoint(wanted),
        until=now + SETTLING_SECONDS,
        shown=wanted[0],
    )


@dataclass(slots=True)
class Expectations:
    """What commands have led to in power, app and playback. A status is the latest reading."""

    _power: _Expectation[Power] | None = None
    _app: _Expectation[str] | None = None
    _playback: _Expectation[Playback] | None = None
    _aumid: str = ""
    _player: str = ""  # the app that the playback belongs to

    @property
    def is_pending(self) -> bool:
        """Whether something is shown that no reading has confirmed."""
        return any(not it.is_met for it in self._all)

    def is_over(self, now: float) -> bool:
        """Return whether any reading is believed again."""
        return all(it.until <= now for it in self._all)

    def expects_power(self, now: float) -> bool:
        """Return whether a command has led to the power so lately that a sign of another one may be old news."""
        return self._power is not None and now < self._power.until

    @property
    def is_doubted(self) -> bool:
        """Whether the latest reading was taken for old news after a confirmation, and is believed the next time."""
        return any(it.is_met and it.is_sure and it.is_doubted for it in self._all)

    @property
    def until(self) -> float | None:
        """The moment from which on any reading is believed, None if any is already."""
        return min((it.until for it in self._all if it.is_doubted or not it.is_met), default=None)

    @property
    def _all(self) -> list[_Expectation[Power] | _Expectation[str] | _Expectation[Playback]]:
        return [it for it in (self._power, self._app, self._playback) if it]

    def clear(self) -> None:
        """Take the next reading for a beginning."""
        self._power = self._app = self._playback = None

    def expect(
        self,
        now: float,
        power: Power,
        status: ConsoleStatus | None,
        *,
        powers: tuple[Power, ...] = (),
        playback: Playback | None = None,
        aumid: str | None = None,
    ) -> None:
        """Take note of a successful command; `power` and `status` are the latest readings."""
        if powers:
            old = _OFF if power in _OFF else (power,)
            # that nobody knows the power any more is no news, either
            self._power = _expectation(powers, (*old, Power.UNKNOWN), self._power, now)
            self._app = self._playback = None
        if aumid:
            # a console that we have woken shows its home screen first
            home = {_key(HOME_FAMILY)} if self._power and Power.ON in self._power.wanted else set()
            self._app = _expectation((_key(aumid),), {_family(status), *home}, self._app, now)
            self._aumid, self._playback = aumid, None
        if playback:
            before = status.playback if status else Playback.UNKNOWN
            self._playback = _expectation((playback,), (before,), self._playback, now)
            self._player = self._app.shown if self._app else _family(status)

    def update(self, status: ConsoleStatus, at: float, held: Collection[str] = ()) -> None:
        """Take note of a reading, asked for at a moment. What it contradicts is dropped.

        The fields in `held` are those that the answer did not tell.
        """
        if "power_state" in held:
            return
        if self._power and not self._power.goes_on(status.power, at):
            self._power = None
        if self.power(status.power) is not Power.ON:
            self._app = self._playback = None
        if status.power is not Power.ON:
            return
        family = _family(status)
        if "focus_app_aumid" in held:
            return
        if self._app and not self._app.goes_on(family, at):
            self._app = self._playback = None
        if "playback_state" in held:
            return
        if self._playback and (self._app is None or self._app.shown == family):
            same_player = family == self._player
            if not (same_player and self._playback.goes_on(status.playback, at)):
                self._playback = None

    def power(self, reading: Power) -> Power:
        """Return the power."""
        return self._power.shown if self._power else reading

    def aumid(self, status: ConsoleStatus | None) -> str | None:
        """Return the application id of the app in front of a console that is on."""
        is_read = status is not None and status.power is Power.ON
        if self._app and not (is_read and self._app.shown == _family(status)):
            return self._aumid
        return (status.focus_app_aumid or None) if status and is_read else None

    def playback(self, status: ConsoleStatus | None) -> Playback:
        """Return the playback of the app in front of a console that is on."""
        if status is None or status.power is not Power.ON:
            return Playback.UNKNOWN
        if self._playback:
            return self._playback.shown
        # the playback of the app from before says nothing about an app that was just started
        started = self._app and self._app.shown != _family(status)
        return Playback.UNKNOWN if started else status.playback


def _family(status: ConsoleStatus | None) -> str:
    """Return what is compared of the app in front; empty without one."""
    is_on = status is not None and status.power is Power.ON
    return _key(status.focus_app_aumid or "") if status and is_on else ""


def _key(aumid: str) -> str:
    return family_of(aumid).casefold()
