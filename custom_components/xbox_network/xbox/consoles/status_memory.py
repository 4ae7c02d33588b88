"""What is known of the status of a console, and holds through an answer that says little (`docs/network.md` S7.3).

What cannot be true (no power, no word about a switch) says nothing for the grace time. What can be true (nothing
in front, nothing to play) is believed when two answers in a row say it.
"""

from typing import Final

from ..gaps import Gap, is_left_out
from ..http.backoff import GRACE_SECONDS
from ..models.consoles import ConsoleStatus, Playback, Power
from .focused_app import same_family

# Seconds until an answer that says little is asked for again.
LOOK_AGAIN_SECONDS: Final = 8.0

_SWITCHES: Final = ("is_tv_configured", "remote_management_enabled")


class StatusMemory:
    """The status of a console without the gaps of single answers; `status` is None before the first answer.

    `is_power_told` is whether the latest answer told the power, `held` are the names of the fields that are held in
    it, `has_new_gap` is whether there are any, and nothing was held in the one before. Moments are those at which
    answers were asked for.
    """

    def __init__(self) -> None:
        """Start with nothing known."""
        self.status: ConsoleStatus | None = None
        self.is_power_told = True
        self.held: frozenset[str] = frozenset()
        self.has_new_gap = False
        self._told_on: ConsoleStatus | None = None  # the latest answer of the console's being on
        self._gap = Gap()
        self._field_gaps = {name: Gap() for name in ("power_state", *_SWITCHES)}

    @property
    def is_power_held(self) -> bool:
        """Whether the power is held that the latest answer did not tell."""
        return (
            not self.is_power_told
            and self.status is not None
            and (self.status.power is not Power.UNKNOWN)
        )

    def update(self, told: ConsoleStatus, now: float) -> None:
        """Take over an answer."""
        known = self.status
        self.status = self._filled(told, known, now) if known else told
        self.is_power_told = told.power is not Power.UNKNOWN
        if told.power is Power.ON or self.status.power is not Power.ON:
            self._told_on = told if told.power is Power.ON else None
        before, after = dict(told), dict(self.status)
        self.held = frozenset(name for name in before if before[name] != after[name])
        self._gap.update(bool(self.held), now)
        self.has_new_gap = self._gap.begins_at(now)

    def _filled(self, told: ConsoleStatus, known: ConsoleStatus, now: float) -> ConsoleStatus:
        says_power = told.power is not Power.UNKNOWN
        knows_power = known.power is not Power.UNKNOWN
        if self._is_in_grace("power_state", now, is_told=says_power) and knows_power:
            status = told.model_copy(update=_state(known))
        else:
            status = self._with_known_parts(told, known)
        switches = {
            name: getattr(known, name)
            for name in _SWITCHES
            if self._is_in_grace(name, now, is_told=getattr(told, name) is not None)
        }
        return status.model_copy(update=switches)

    def _is_in_grace(self, name: str, now: float, *, is_told: bool) -> bool:
        """Tell whether an answer leaves out a field, and none has told it for less than the grace time."""
        gap = self._field_gaps[name]
        gap.update(not is_told, now)
        return gap.since is not None and now - gap.since < GRACE_SECONDS

    def _with_known_parts(self, told: ConsoleStatus, known: ConsoleStatus) -> ConsoleStatus:
        """Return an answer with the app and the playback that it leaves out, and the one before had."""
        last = self._told_on
        if told.power is not Power.ON or last is None:
            return told
        if is_left_out(told.focus_app_aumid) and not is_left_out(last.focus_app_aumid):
            told = told.model_copy(update={"focus_app_aumid": known.focus_app_aumid})
        same_app = same_family(told.focus_app_aumid, known.focus_app_aumid)
        if told.playback is Playback.UNKNOWN and last.playback is not Playback.UNKNOWN and same_app:
            told = told.model_copy(update={"playback_state": known.playback_state})
        return told


def _state(known: ConsoleStatus) -> dict[str, object]:
    """Return the power in a status, and what counts only together with it."""
    fields = ("power_state", "playback_state", "focus_app_aumid")
    return {name: getattr(known, name) for name in fields}
