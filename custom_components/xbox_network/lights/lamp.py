"""One borrowed light: what it was, who has it, and what it is to be told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.components.light import ATTR_TRANSITION
from homeassistant.const import SERVICE_TURN_OFF, SERVICE_TURN_ON
from homeassistant.core import Context, State

from .look import KNOWN_STATES, Look, Memory, Was
from .told import Told

# For so long a light that is unavailable or fails is tried again.
_PATIENCE: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms on which lights are borrowed.

    `only_lit`: those that are off are left alone; `seconds`: for how long, None for until they are given back.
    """

    look: Look
    only_lit: bool = False
    transition: float | None = None
    seconds: float | None = None


class Loan(Memory):
    """A light that somebody has borrowed. `alone`: it shows nothing of it. `transition`: when it is given back."""

    borrower: str
    look: Look
    only_lit: bool = False
    alone: bool = False
    ends_at: datetime | None = None
    transition: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """An action for a light, with its data. `look` is None for what the light was."""

    look: Look | None
    action: str
    data: dict[str, Any]


class Lamp(Memory):
    """The memory of one light.

    The last of the `loans` that is not left alone gives the look; without one, the light is what it `was`. A light
    that somebody changes meanwhile is `touched` until the last borrower has left it: it stays as that person wants.
    `until` is set while the light is to be told something, and says how long that is tried.
    """

    was: Was | None = None
    loans: list[Loan] = []
    told: Told | None = None
    touched: bool = False
    until: datetime | None = None
    transition: float | None = None

    @property
    def wanted(self) -> Look | None:
        """Return the look that the light is to have, None for what it was."""
        return next((it.look for it in reversed(self.loans) if not it.alone), None)

    def loan_of(self, borrower: str) -> Loan | None:
        """Return the loan of a borrower."""
        return next((it for it in self.loans if it.borrower == borrower), None)

    def is_over(self, now: datetime) -> bool:
        """Return whether nothing has to be remembered: nobody has the light, and it is what it was.

        That is remembered for some seconds more: until then it may report how it looked before.
        """
        return not (self.loans or self.until or self._settles_at(now))

    def due_at(self, now: datetime) -> datetime | None:
        """Return when a loan or the memory of the light ends, None if that depends on the light alone."""
        if not self.loans:
            return self._settles_at(now)
        return min((it.ends_at for it in self.loans if it.ends_at), default=None)

    def _settles_at(self, now: datetime) -> datetime | None:
        return self.told.settled_at if self.told and now < self.told.settled_at else None

    def lend(self, borrower: str, terms: Terms, now: datetime) -> bool:
        """Lend the light, or change the terms. Return whether the light is to be told something.

        What somebody has touched is left alone, but for those who want it for some seconds.
        """
        before = self.wanted
        ends_at = None if terms.seconds is None else now + timedelta(seconds=terms.seconds)
        loan = self.loan_of(borrower)
        if loan is None:
            loan = Loan(borrower=borrower, look=terms.look, only_lit=terms.only_lit)
            self.loans.append(loan)
            loan.alone = self.touched and ends_at is None
        elif (loan.look, loan.only_lit) != (terms.look, terms.only_lit):
            loan.look, loan.only_lit = terms.look, terms.only_lit
            loan.alone = self.touched and ends_at is None
        loan.ends_at, loan.transition = ends_at, terms.transition
        return self._revise(before, terms.transition, now)

    def end_later(self, borrower: str, ends_at: datetime, transition: float | None) -> None:
        """Have the loan of a borrower end at that time, if it does not end earlier."""
        loan = self.loan_of(borrower)
        if loan and (loan.ends_at is None or ends_at < loan.ends_at):
            loan.ends_at, loan.transition = ends_at, transition

    def end(self, borrowers: Collection[str], transition: float | None, now: datetime) -> bool:
        """End the loans of borrowers. Return whether the light is to be told something."""
        before = self.wanted
        self.loans = [it for it in self.loans if it.borrower not in borrowers]
        self.touched &= bool(self.loans)
        return self._revise(before, transition, now)

    def end_overdue(self, now: datetime) -> None:
        """End the loans whose time is over, and the patience with a light that does not answer."""
        for loan in [it for it in self.loans if it.ends_at and it.ends_at <= now]:
            self.end([loan.borrower], loan.transition, now)
        if self.until and self.until <= now:
            self.until = None

    def renew_patience(self, now: datetime) -> None:
        """Give the light all the time again: Home Assistant has just started."""
        if self.until:
            self.until = now + _PATIENCE

    def _revise(self, before: Look | None, transition: float | None, now: datetime) -> bool:
        if self.wanted == before:
            return False
        self.transition = transition
        self.until = None if self._is_as_wanted() else now + _PATIENCE
        return self.until is not None

    def _is_as_wanted(self) -> bool:
        if self.told is None:
            return self.wanted is None
        return self.told.certain and self.told.look == self.wanted

    def next_command(
        self, state: State | None, own: Context | None, now: datetime
    ) -> Command | None:
        """Return what the light is to be told now, None for nothing. From then on it may have been told.

        `own` is the context of the last command.
        """
        if self.until is None or state is None or state.state not in KNOWN_STATES:
            return None
        if self.told:
            self._look_after(self.told, state, own, now)
        if self.was is None:
            self._take(state)
        if self.was is None or self._is_as_wanted():
            self.until = None
            return None
        return self._command(self.was, state, now)

    def _look_after(self, told: Told, state: State, own: Context | None, now: datetime) -> None:
        """Forget what the light was if that is not true any more."""
        touched = told.is_touched(state, own, now)
        given_back = told.is_given_back()
        if touched or (given_back and now >= told.settled_at):
            self.was = self.told = None
        if touched and not given_back:
            self.touched = bool(self.loans)
            for loan in self.loans:
                loan.alone = True

    def _take(self, state: State) -> None:
        """Remember what the light is, if anybody wants it to look differently."""
        was = Was.of(state)
        if not was.appearance.lit:
            for loan in self.loans:
                loan.alone |= loan.only_lit
        if self.wanted:
            self.was = was

    def _command(self, was: Was, state: State, now: datetime) -> Command:
        look = self.wanted
        self.told = Told.next(look, was, self.told, state.attributes, now, self.transition)
        wanted = look.data if look else was.data
        data = dict(wanted or {})
        if self.transition is not None:
            data[ATTR_TRANSITION] = self.transition
        action = SERVICE_TURN_OFF if wanted is None else SERVICE_TURN_ON
        return Command(look=look, action=action, data=data)

    def note_done(self, command: Command) -> None:
        """Note that a command has reached the light."""
        if self.told:
            self.told.certain = True
        if self.wanted == command.look:
            self.until = None
