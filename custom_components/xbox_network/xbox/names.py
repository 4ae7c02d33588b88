"""When two names mean the same. Every comparison of names in the product goes through this module.

Stores, services, telephones and voices write one name in many ways. Two names are *spelled* the same if they
differ only in letter case, accents, spaces, trade marks, invisible characters, forms of one character (full
width, ligatures, Roman numerals), and in punctuation that nobody says; `&` is "and". They are *plainly* the same
if symbols such as `+` and `!` are left out, too. A name of nothing but symbols keeps them.
"""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

_CACHED_NAMES: Final = 8192
_MIN_SIMILARITY: Final = 0.4

# Dropped before the decomposition, which would make letters of them.
_TRADE_MARKS: Final = str.maketrans(dict.fromkeys("™®©℠℗ⓇⓡⒸⓒ🅪🅫🅬"))
_WRITTEN_MARK: Final = re.compile(r"\((?:tm|r)\)")
# Letters that no decomposition makes equal to those that most keyboards have.
_LETTERS: Final = str.maketrans(
    {"ı": "i", "×": "x", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"}
)
# The half in "7½" is no second digit of the seven.
_FRACTION: Final = re.compile("[¼-¾⅐-⅞↉]")
_THOUSANDS: Final = re.compile(r"(?<=\d)[.,'’٬](?=\d{3}(?!\d))")
_NOT_BETWEEN_DIGITS: Final = re.compile(r"(?<![0-9]) | (?![0-9])")
_APOSTROPHES: Final = frozenset("'’‘‛`′")
# Letters by their category, apostrophes and strokes by their use.
_SILENT_LETTERS: Final = frozenset("ʹʺʻʼʽʾʿˀˁˆˇˈˉˊˋˌˍˎˏːˑˬˮـꞌ")
_SILENT_SYMBOLS: Final = frozenset("~|−⁄∕∼")
_TELLING: Final = frozenset("!?#%*@")
# Combining classes of accents and of vowel points that are mostly left out; all other marks are letters.
_OVERLAY: Final = 1
_VOWEL_POINTS: Final = range(10, 37)
_FIRST_ACCENT: Final = 202
# Variation selectors, and the fillers that people take for names without a letter.
_INVISIBLE: Final = frozenset(
    map(
        chr,
        (
            *(0x34F, 0x115F, 0x1160, 0x2800, 0x3164, *range(0x180B, 0x1810)),
            *(*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
        ),
    )
)
_SILENT: Final = _APOSTROPHES | _SILENT_LETTERS | _INVISIBLE
# Parts of the flags of countries that have no letters of their own.
_TAGS: Final = frozenset(map(chr, range(0xE0020, 0xE0080)))


class _Keys(NamedTuple):
    """What is compared of a name."""

    spelled: str
    plain: str
    words: tuple[str, ...]


def plain_name(name: str | None) -> str:
    """Return the key that all plainly same names have; empty for a name that is no name."""
    return _keys(name or "").plain


def spelled_name(name: str | None) -> str:
    """Return the key that all names of the same spelling have; empty for a name that is no name."""
    return _keys(name or "").spelled


def plain_words(name: str | None) -> tuple[str, ...]:
    """Return the words of a name, for searching and sorting."""
    return _keys(name or "").words


def same_name(one: str | None, other: str | None) -> bool:
    """Return whether two names mean the same. A name that is no name is the same as no other."""
    return bool(key := plain_name(one)) and key == plain_name(other)


def best_matches[T](query: str, *kinds: Iterable[tuple[T, Iterable[str]]]) -> list[T]:
    """Return what has the name: first by the exact name, then by its spelling, then by the plain name.

    Each kind has things with names of that kind; of equally close names those of the first kind go first.
    Several things are left only if nothing tells them apart.
    """
    named = [[(thing, tuple(names)) for thing, names in kind] for kind in kinds]
    for key in (_exact, spelled_name, plain_name):
        wanted = key(query)
        for kind in named if wanted else ():
            if matches := [thing for thing, names in kind if wanted in map(key, names)]:
                return matches
    return []


def nearest_names(query: str, names: Iterable[str], most: int) -> list[str]:
    """Return the names that are most like the query, none that is unlike it."""
    by_key = {key: name for name in names if (key := plain_name(name))}
    similar = get_close_matches(plain_name(query), by_key, n=most, cutoff=_MIN_SIMILARITY)
    return [by_key[key] for key in similar]


def _exact(name: str) -> str:
    return name if plain_name(name) else ""


@lru_cache(_CACHED_NAMES)
def _keys(name: str) -> _Keys:
    text = _folded(name)
    has_letters = any(map(_is_letter, text))
    pieces = [_piece(char, has_letters=has_letters) for char in text]
    spelled = _compact("".join(chain.from_iterable(pieces)))
    words = tuple("".join(said for said, _ in pieces).split())
    plain = _compact(" ".join(words)) or spelled or _remains(text) or _remains(name.casefold())
    return _Keys(spelled or plain, plain, words or ((plain,) if plain else ()))


def _folded(name: str) -> str:
    """Return a name with one form of each character, without trade marks and letter case."""
    text = _FRACTION.sub(r" \g<0>", name.translate(_TRADE_MARKS))
    text = unicodedata.normalize("NFKD", text).casefold()
    text = _WRITTEN_MARK.sub("", unicodedata.normalize("NFKD", text))
    return _THOUSANDS.sub("", text.translate(_LETTERS))


def _piece(char: str, *, has_letters: bool) -> tuple[str, str]:
    """Return what a character is in a plain name, and what is beside it in the spelling only."""
    if char == "&" and has_letters:
        return " and ", ""
    category = unicodedata.category(char)
    if _is_letter(char):
        return str(unicodedata.decimal(char)) if category == "Nd" else char, ""
    if char in _TAGS:
        return "", char
    if category in ("Mn", "Me", "Cf") or char in _SILENT:
        return "", ""
    is_symbol = category in ("Sm", "Sc", "So", "Co") or char in _TELLING
    return " ", f"{char} " if is_symbol and char not in _SILENT_SYMBOLS else ""


def _is_letter(char: str) -> bool:
    """Return whether a character tells names apart: a letter, a digit, a vowel sign, or one of a newer Unicode."""
    category = unicodedata.category(char)
    known = category[0] in "LN" or category in ("Mc", "Mn", "Cn", "Cs")
    return known and not (char in _SILENT or (category == "Mn" and _is_accent(char)))


def _is_accent(char: str) -> bool:
    kind = unicodedata.combining(char)
    return kind == _OVERLAY or kind in _VOWEL_POINTS or kind >= _FIRST_ACCENT


def _compact(text: str) -> str:
    """Return a text without spaces, except those that keep two numbers apart."""
    text = _NOT_BETWEEN_DIGITS.sub("", " ".join(text.split()))
    return unicodedata.normalize("NFKD", text)


def _remains(text: str) -> str:
    """Return the visible rest of a name without a letter, digit or telling symbol."""
    seen = "".join(char for char in text if not char.isspace() and char not in _INVISIBLE)
    return unicodedata.normalize(
        "NFD", "".join(char for char in seen if unicodedata.category(char) not in ("Cf", "Cc"))
    )
