"""Lends lights to automations: remembers what each was, tells it how to look, and gives it back.

What belongs to a light is kept for all of Home Assistant, not for an account or an automation, and is written before
the light is told anything: nothing of it is lost with a run, a restart or a failure of the power.
"""

import asyncio
import contextlib
import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.components.light import DOMAIN as LIGHT_DOMAIN
from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    Event,
    EventStateChangedData,
    HassJob,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later, async_track_state_change_event
from homeassistant.util import dt as dt_util
from pydantic import ValidationError

from ..const import DOMAIN
from ..storage.additions import Additions, additions_of
from ..storage.base import AccountFile, WhenNewer
from .lamp import Command, Lamp, Terms
from .look import KNOWN_STATES

_LOGGER = logging.getLogger(__name__)

# Seconds for which an action waits for the lights.
_ANSWER_SECONDS: Final = 30.0
# Seconds between two looks at what is borrowed.
_LOOK_SECONDS: Final = 60.0
# For so long an automation may be missing, as it is while it is saved, until what it has borrowed is given back.
_MISSING: Final = timedelta(minutes=5)

_LIGHTS: Final = "lights"


class LightLender:
    """The lights that are borrowed, by entity id."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Prepare; `load` reads what is borrowed."""
        self._hass = hass
        self._file = AccountFile(
            hass, f"{DOMAIN}.lights", valuable=True, when_newer=WhenNewer.KEPT_ASIDE
        )
        self._additions = Additions()
        self._lamps: dict[str, Lamp] = {}
        self._saved = self._content()
        self._saving = asyncio.Lock()
        self._contexts: dict[str, Context] = {}
        self._telling: set[str] = set()
        self._failing: set[str] = set()
        self._missing_since: dict[str, datetime] = {}
        self._tracked: set[str] = set()
        self._closed = False
        self._stop_tracking: CALLBACK_TYPE | None = None
        self._stop_timer: CALLBACK_TYPE | None = None
        self._stop_registry = hass.bus.async_listen(
            er.EVENT_ENTITY_REGISTRY_UPDATED, self._entity_updated
        )

    async def load(self) -> None:
        """Read what was borrowed before the start, and go on from there."""
        self._saved = await self._file.load() or self._saved
        self._additions = additions_of(self._saved, {_LIGHTS: None})
        lights = self._saved.get(_LIGHTS)
        now = dt_util.utcnow()
        for entity_id, lamp in lights.items() if isinstance(lights, dict) else ():
            try:
                self._lamps[entity_id] = Lamp.model_validate(lamp)
            except ValidationError:
                self._file.mark_damaged()
            else:
                self._lamps[entity_id].renew_patience(now)
        self._hass.async_create_task(self._look(now), f"{DOMAIN} lights")

    @callback
    def close(self) -> None:
        """Stop; what is borrowed stays in the file."""
        self._closed = True
        self._stop_registry()
        for stop in (self._stop_tracking, self._stop_timer):
            if stop:
                stop()

    def borrowed_by(self, borrower: str) -> set[str]:
        """Return the entity ids of the lights that somebody has borrowed."""
        return {key for key, lamp in self._lamps.items() if lamp.loan_of(borrower)}

    async def borrow(
        self, borrower: str, lights: Collection[str], terms: Terms, context: Context | None = None
    ) -> set[str]:
        """Lend these lights, and take back what else the borrower has. Return those that have failed."""
        now = dt_util.utcnow()
        changed = self._end([borrower], self.borrowed_by(borrower) - set(lights), terms.transition)
        for entity_id in lights:
            lamp = self._lamps.setdefault(entity_id, Lamp())
            if lamp.lend(borrower, terms, now):
                changed.add(entity_id)
        return await self._tell(changed, context)

    async def give_back(
        self,
        borrower: str,
        lights: Collection[str],
        *,
        after: float = 0,
        transition: float | None = None,
        context: Context | None = None,
    ) -> set[str]:
        """Take these lights back, in so many seconds. Return those that have failed."""
        if not after:
            return await self._tell(self._end([borrower], lights, transition), context)
        ends_at = dt_util.utcnow() + timedelta(seconds=after)
        for entity_id in self.borrowed_by(borrower) & set(lights):
            self._lamps[entity_id].end_later(borrower, ends_at, transition)
        return await self._tell((), context)

    async def forget(self) -> None:
        """Take back everything from everybody, stop, and delete the file."""
        await self._tell(self._end(self._borrowers(), self._lamps, None), None)
        self.close()
        with contextlib.suppress(OSError):
            await self._file.remove()

    def _borrowers(self) -> set[str]:
        return {loan.borrower for lamp in self._lamps.values() for loan in lamp.loans}

    def _end(
        self, borrowers: Collection[str], lights: Iterable[str], transition: float | None
    ) -> set[str]:
        now = dt_util.utcnow()
        known = [it for it in lights if it in self._lamps]
        return {it for it in known if self._lamps[it].end(borrowers, transition, now)}

    async def _tell(self, lights: Collection[str], context: Context | None) -> set[str]:
        """Tell lights what they are to be told. Return those that have failed.

        All of it goes on if the caller is cancelled, or if a light does not answer for long.
        """
        due = sorted(set(lights) - self._telling)  # the others are looked at again afterwards
        commands = {it: command for it in due if (command := self._next_command(it))}
        self._telling |= commands.keys()
        self._go_on()
        tasks = {
            it: self._hass.async_create_task(self._attend(it, command, context), f"{DOMAIN} light")
            for it, command in commands.items()
        }
        if tasks:
            await asyncio.wait(tasks.values(), timeout=_ANSWER_SECONDS)
            self._go_on()
        return {it for it, task in tasks.items() if task.done() and not task.result()}

    async def _attend(self, entity_id: str, command: Command, context: Context | None) -> bool:
        """Tell a light what it is to be told, until it is as wanted. Return whether nothing has failed."""
        following: Command | None = command
        try:
            while following:
                await self._save()
                if not await self._call(entity_id, following, context):
                    return False
                if lamp := self._lamps.get(entity_id):  # it may have another entity id by now
                    lamp.note_done(following)
                following = self._next_command(entity_id)
        finally:
            self._telling.discard(entity_id)
        return True

    def _next_command(self, entity_id: str) -> Command | None:
        lamp, own = self._lamps.get(entity_id), self._contexts.get(entity_id)
        state = self._hass.states.get(entity_id)
        return lamp.next_command(state, own, dt_util.utcnow()) if lamp else None

    async def _call(self, entity_id: str, command: Command, context: Context | None) -> bool:
        """Carry out a command, and return whether that has succeeded."""
        own = self._contexts[entity_id] = Context(parent_id=context.id if context else None)
        data = {ATTR_ENTITY_ID: entity_id, **command.data}
        try:
            await self._hass.services.async_call(
                LIGHT_DOMAIN, command.action, data, blocking=True, context=own
            )
        except Exception as err:  # noqa: BLE001  whatever an integration raises: the other lights go on
            if entity_id not in self._failing:
                _LOGGER.warning("%s does not do what it is told: %r", entity_id, err)
            self._failing.add(entity_id)
            return False
        self._failing.discard(entity_id)
        return True

    def _content(self) -> dict[str, Any]:
        lamps = {key: lamp.model_dump(mode="json") for key, lamp in self._lamps.items()}
        content: dict[str, Any] = self._additions.added_to({_LIGHTS: lamps})
        return content

    async def _save(self) -> None:
        async with self._saving:
            content = self._content()
            if content != self._saved:
                self._saved = content
                await self._file.save(content)

    @callback
    def _go_on(self) -> None:
        """Forget the lights that are over, save, and wait for what comes next."""
        if self._closed:
            return
        now = dt_util.utcnow()
        over = [it for it, lamp in self._lamps.items() if lamp.is_over(now)]
        for entity_id in set(over) - self._telling:
            del self._lamps[entity_id]
            self._contexts.pop(entity_id, None)
            self._failing.discard(entity_id)
        if self._content() != self._saved:
            self._hass.async_create_task(self._save(), f"{DOMAIN} lights save")
        self._track()
        self._schedule(now)

    def _track(self) -> None:
        if self._tracked == self._lamps.keys():
            return
        self._tracked = set(self._lamps)
        if self._stop_tracking:
            self._stop_tracking()
        self._stop_tracking = async_track_state_change_event(
            self._hass, self._tracked, self._state_changed
        )

    def _schedule(self, now: datetime) -> None:
        if self._stop_timer:
            self._stop_timer()
            self._stop_timer = None
        if self._lamps:
            moments = [it for lamp in self._lamps.values() if (it := lamp.due_at(now))]
            seconds = [(it - now).total_seconds() for it in moments]
            job = HassJob(self._look, f"{DOMAIN} lights", cancel_on_shutdown=True)
            delay = max(0.0, min([_LOOK_SECONDS, *seconds]))
            self._stop_timer = async_call_later(self._hass, delay, job)

    async def _look(self, _: datetime) -> None:
        """End what is overdue, and tell lights again that have not done what they were told."""
        now = dt_util.utcnow()
        for lamp in self._lamps.values():
            lamp.end_overdue(now)
        self._end(self._missing(now), self._lamps, None)
        await self._tell([it for it, lamp in self._lamps.items() if lamp.until], None)

    def _missing(self, now: datetime) -> set[str]:
        """Return the automations that have been missing for so long that they do not come back."""
        missing = {it for it in self._borrowers() if self._hass.is_running and self._is_missing(it)}
        self._missing_since = {it: self._missing_since.get(it, now) for it in missing}
        return {it for it, since in self._missing_since.items() if now - since >= _MISSING}

    def _is_missing(self, borrower: str) -> bool:
        state = self._hass.states.get(borrower)
        known = state is not None and state.state != STATE_UNAVAILABLE
        return borrower.startswith("automation.") and not known

    @callback
    def _state_changed(self, event: Event[EventStateChangedData]) -> None:
        """Note how a light answers; one that has come back is told what it has missed."""
        entity_id, state = event.data["entity_id"], event.data["new_state"]
        lamp, own = self._lamps.get(entity_id), self._contexts.get(entity_id)
        if lamp is None or state is None or not _is_known(state):
            return
        if lamp.told and own and state.context.id == own.id:
            lamp.told.note_answer(state)
        if lamp.until and not _is_known(event.data["old_state"]):
            self._hass.async_create_task(self._tell([entity_id], None), f"{DOMAIN} lights")

    @callback
    def _entity_updated(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Follow a light or an automation that gets another entity id."""
        entity_id, old_id = event.data["entity_id"], event.data.get("old_entity_id")
        if not isinstance(old_id, str):
            return
        if lamp := self._lamps.pop(old_id, None):
            self._lamps[entity_id] = lamp
        for loan in [it for lamp in self._lamps.values() if (it := lamp.loan_of(old_id))]:
            loan.borrower = entity_id
        self._go_on()


def _is_known(state: State | None) -> bool:
    return state is not None and state.state in KNOWN_STATES
