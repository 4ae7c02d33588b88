"""Characters that nobody sees: a pasted text brings them along, and a name may consist of nothing else."""

import re
from typing import Final
from unicodedata import category

# Zero width joiners: invisible, but they shape letters of some scripts.
JOINERS: Final = "\u200c\u200d"
# Controls, marks of direction, soft hyphens, zero width spaces; halves of a character.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs"})
# Letters and marks that show nothing: fillers, variation selectors, the empty pattern of braille.
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)

# Punctuation that tells names apart (`names.py`).
_SAID: Final = frozenset("!?#%*@")


def visible(text: str, *, keep: str = "") -> str:
    """Return a text without characters that nobody sees, and with one plain space between words.

    The characters in `keep` stay.
    """
    words = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or character in keep or not _is_invisible(character)
    )
    return " ".join(words.split())


def is_name(text: str) -> bool:
    """Tell whether a text can name something: it has a letter, a digit, a symbol, or a mark that is said."""
    return any(
        category(character)[0] in "LNS" or category(character) == "Co" or character in _SAID
        for character in visible(text)
    )


def _is_invisible(character: str) -> bool:
    return category(character) in _INVISIBLE or _BLANK.match(character) is not None


def without_invisible(text: str) -> str:
    """Return a text without characters that nobody sees at its ends and in it. Plain spaces in it can be seen."""
    return "".join(it for it in text if it == " " or visible(it)).strip()


def without_blanks(text: str) -> str:
    """Return the visible characters of a text, for what a person pastes and has no blanks."""
    return visible(text).replace(" ", "")
