"""Texts of the network as states of entities."""

from typing import Final

from homeassistant.const import MAX_LENGTH_STATE_STATE, STATE_UNAVAILABLE, STATE_UNKNOWN

# What Home Assistant reads as "there is no state".
_NO_STATES: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})


def state_text(text: str | None) -> str | None:
    """Return a text, cut to the maximum length of a state, or None if it is blank.

    A text that would be read as no state is put in quotation marks.
    """
    if not text or text.isspace():
        return None
    if text.strip().casefold() in _NO_STATES:
        return f"\u201c{text.strip()}\u201d"
    return text[:MAX_LENGTH_STATE_STATE]
