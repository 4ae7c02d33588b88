"""Triggers on the time that a person has left: the limit is near, the limit is reached."""

from abc import abstractmethod
from datetime import timedelta
from typing import Any, Final, override

import probatio
from homeassistant.const import (
    CONF_FOR,
    CONF_OPTIONS,
    EntityStateAttribute,
    Platform,
    UnitOfTime,
)
from homeassistant.core import State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    NotTriggeredReasonReporter,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import DurationConverter

from ..allowance import DAY_MINUTES
from .entity_trigger import OwnEntityTrigger
from .targets import TIME_LEFT

ATTR_MINUTES_LEFT: Final = "minutes_left"
ATTR_PERSON: Final = "person"
CONF_MINUTES: Final = "minutes"

_DEFAULT_MINUTES: Final = 15
# The time left of a new day is written when the day begins, or with the next refresh.
_NEW_DAY: Final = timedelta(minutes=2)
# Time left that counts down is written at least this often.
_STEADY: Final = timedelta(minutes=15)


class LimitTrigger(OwnEntityTrigger):
    """Fires when the time that somebody has left falls to where it was not before.

    A new day has its own time: what that changes is nothing that has been played away.
    """

    _domain_specs = {Platform.SENSOR: DomainSpec()}
    _own = TIME_LEFT
    _schema = ENTITY_STATE_TRIGGER_SCHEMA

    @abstractmethod
    def _reached(self, minutes: float) -> bool:
        """Tell whether so much time is so little that it fires."""

    def _above(self, minutes: float) -> bool:
        """Tell whether so much time is more than what it fires at."""
        return minutes > 0

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        minutes = _minutes(state)
        return minutes is not None and self._reached(minutes)

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        minutes = _minutes(from_state)
        return minutes is not None and self._above(minutes) and not _new_day(from_state, to_state)

    @override
    def _payload(self, payload: dict[str, Any]) -> tuple[dict[str, Any], str]:
        minutes = round(_minutes(payload["to_state"]) or 0)
        person = self._name(payload)
        del payload[CONF_FOR]
        return (
            payload | {ATTR_PERSON: person, ATTR_MINUTES_LEFT: minutes},
            f"{person} has {minutes} minutes left",
        )


class LimitReachedTrigger(LimitTrigger):
    """Fires when no time is left."""

    @override
    def _reached(self, minutes: float) -> bool:
        return minutes <= 0


class LimitApproachingTrigger(LimitTrigger):
    """Fires when so many minutes are left, or fewer, but not none."""

    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            probatio.Required(CONF_OPTIONS, default={}): {
                probatio.Required(CONF_MINUTES, default=_DEFAULT_MINUTES): probatio.All(
                    probatio.Coerce(float), probatio.Range(min=1, max=DAY_MINUTES)
                )
            }
        }
    )

    @override
    def _reached(self, minutes: float) -> bool:
        return bool(0 < minutes <= self._options[CONF_MINUTES])

    @override
    def _above(self, minutes: float) -> bool:
        return bool(minutes > self._options[CONF_MINUTES])


def _minutes(state: State) -> float | None:
    """Return how many minutes are left, in whatever unit somebody has them shown."""
    unit = state.attributes.get(EntityStateAttribute.UNIT_OF_MEASUREMENT, UnitOfTime.MINUTES)
    try:
        return DurationConverter.convert(float(state.state), unit, UnitOfTime.MINUTES)
    except ValueError, HomeAssistantError:
        return None


def _new_day(before: State, after: State) -> bool:
    """Tell whether it is a new day that has made another time of what was left just before.

    At midnight as at any other time, what falls no faster than the clock runs is nothing but time that passes.
    """
    moment = after.last_updated
    midnight = dt_util.start_of_local_day(dt_util.as_local(moment))
    if before.last_reported >= midnight or moment >= midnight + _NEW_DAY:
        return False
    elapsed = moment - before.last_updated
    fall = timedelta(minutes=(_minutes(before) or 0) - (_minutes(after) or 0))
    return elapsed > _STEADY or fall > elapsed + timedelta(minutes=1)
