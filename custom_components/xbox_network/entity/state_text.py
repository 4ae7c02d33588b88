"""Texts of the network as states of entities."""

from typing import Final

from homeassistant.const import MAX_LENGTH_STATE_STATE, STATE_UNAVAILABLE, STATE_UNKNOWN

from ..xbox.characters import visible

# What Home Assistant reads as "there is no state".
_NO_STATES: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})


def state_text(text: str | None) -> str | None:
    """Return a text, cut to the maximum length of a state, or None if nothing of it can be seen.

    A text that would be read as no state is put in quotation marks.
    """
    if not text or not (seen := visible(text)):
        return None
    if seen.casefold() in _NO_STATES:
        return f"\u201c{seen}\u201d"
    return text.strip()[:MAX_LENGTH_STATE_STATE]
