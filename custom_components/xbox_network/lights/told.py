"""What a light was told last, and whether it still looks like that or somebody has touched it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Self

from homeassistant.core import Context, State

from .look import Appearance, Look, Memory, Was

# For so long after a transition a light may report how it looked in the middle of it.
_SETTLING: Final = timedelta(seconds=10)


class Told(Memory):
    """What a light was told last; `look` is None for what it was.

    `certain`: the command has reached it. `expected` is how it looks then, as it follows from the command and as the
    light has answered; `before` is how it may look as long as that is not certain.
    """

    look: Look | None
    certain: bool = False
    expected: Appearance
    answer: Appearance | None = None
    before: list[Appearance]
    at: datetime
    settled_at: datetime

    @classmethod
    def next(
        cls,
        look: Look | None,
        was: Was,
        last: Told | None,
        abilities: Mapping[str, Any],
        now: datetime,
        transition: float | None,
    ) -> Self:
        """Return what a light is told now, after what it was told last. `abilities` are its attributes."""
        shown = last.expected if last else was.appearance
        return cls(
            look=look,
            expected=shown.with_look(look, abilities) if look else was.appearance,
            before=last.possible() if last else [shown],
            at=now,
            settled_at=now + timedelta(seconds=transition or 0) + _SETTLING,
        )

    def possible(self) -> list[Appearance]:
        """Return how the light may look if nobody has touched it."""
        answers = [self.answer] if self.answer else []
        return [self.expected, *answers, *(() if self.certain else self.before)]

    def is_given_back(self) -> bool:
        """Return whether the light is what it was again."""
        return self.look is None and self.certain

    def note_answer(self, state: State) -> None:
        """Note how the light reports what it was told: what nobody knew, and what it shows only nearly."""
        self.answer = Appearance.of(state)
        self.expected = self.expected.completed(self.answer)

    def is_touched(self, state: State, own: Context | None, now: datetime) -> bool:
        """Return whether somebody has changed the light since. `own` is the context of the command.

        Before it has settled, only what a person or an automation has done counts: anything may be on its way.
        """
        if state.last_updated <= self.at or _is_any(Appearance.of(state), self.possible()):
            return False
        return now >= self.settled_at or _is_others(state.context, own)


def _is_any(appearance: Appearance, others: Iterable[Appearance]) -> bool:
    return any(appearance.resembles(it) for it in others)


def _is_others(context: Context, own: Context | None) -> bool:
    """Return whether an action of somebody else has led to a state, and no report of the light."""
    is_own = own is not None and context.id == own.id
    return not is_own and bool(context.user_id or context.parent_id)
