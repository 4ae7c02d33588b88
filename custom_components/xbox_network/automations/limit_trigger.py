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
from .targets import ATTR_PERSON, TIME_LEFT

ATTR_MINUTES_LEFT: Final = "minutes_left"
CONF_MINUTES: Final = "minutes"

_DEFAULT_MINUTES: Final = 15
# Maximum time from the begin of a day until its time left is written.
_NEW_DAY_DELAY: Final = timedelta(minutes=2)
# Maximum time between two writes of a time left that counts down.
_MAX_WRITE_INTERVAL: Final = timedelta(minutes=15)


class LimitTrigger(OwnEntityTrigger):
    """Fires when the time that a person has left falls to the threshold.

    A change because a new day begins does not fire: no time was played for it.
    """

    _domain_specs = {Platform.SENSOR: DomainSpec()}
    _entity_kind = TIME_LEFT
    _schema = ENTITY_STATE_TRIGGER_SCHEMA

    @abstractmethod
    def _reached(self, minutes: float) -> bool:
        """Return whether the trigger fires at this number of minutes left."""

    def _above(self, minutes: float) -> bool:
        """Return whether this number of minutes left is above the threshold."""
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
        return (
            minutes is not None and self._above(minutes) and not _is_new_day(from_state, to_state)
        )

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
    """Fires when the minutes left fall to the option `minutes` or below, but not to 0."""

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
    """Return the minutes left; None if they are not known.

    The attribute is exact: a user may choose unit and precision of the state. States of older versions, and those
    that a test writes, have nothing else.
    """
    if isinstance(exact := state.attributes.get(ATTR_MINUTES_LEFT), int):
        return exact
    unit = state.attributes.get(EntityStateAttribute.UNIT_OF_MEASUREMENT, UnitOfTime.MINUTES)
    try:
        return DurationConverter.convert(float(state.state), unit, UnitOfTime.MINUTES)
    except ValueError, HomeAssistantError:
        return None


def _is_new_day(before: State, after: State) -> bool:
    """Return whether the time left changed because a new day began.

    A fall no faster than the clock is time that passes, at midnight too.
    """
    moment = after.last_updated
    midnight = dt_util.start_of_local_day(dt_util.as_local(moment))
    if before.last_reported >= midnight or moment >= midnight + _NEW_DAY_DELAY:
        return False
    elapsed = moment - before.last_updated
    fall = timedelta(minutes=(_minutes(before) or 0) - (_minutes(after) or 0))
    return elapsed > _MAX_WRITE_INTERVAL or fall > elapsed + timedelta(minutes=1)
