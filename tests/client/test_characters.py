"""Characters that nobody sees: removed from pasted texts, and no names by themselves."""

import pytest

from custom_components.xbox_network.xbox.characters import (
    JOINERS,
    is_name,
    visible,
    without_blanks,
    without_invisible,
)

INVISIBLE = {
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "zero width non-joiner": "\u200c",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "right to left mark": "\u200f",
    "right to left override": "\u202e",
    "isolate": "\u2066",
    "null": "\0",
    "delete": "\x7f",
    "bell": "\a",
    "tag": "\U000e0041",
    "half of a character": "\ud83d",
    "combining grapheme joiner": "\u034f",
    "hangul filler": "\u115f\u1160\u3164\uffa0",
    "khmer vowel": "\u17b4\u17b5",
    "mongolian selectors": "\u180b\u180f",
    "variation selector": "\ufe00\ufe0f",
    "more variation selectors": "\U000e0100\U000e01ef",
    "empty braille": "\u2800",
}
BLANKS = {
    "blank": " ",
    "no-break space": "\u00a0",
    "narrow no-break space": "\u202f",
    "em space": "\u2003",
    "ideographic space": "\u3000",
    "tab": "\t",
    "line end": "\r\n",
    "next line": "\x85",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "file separator": "\x1c",
}
SEEN = (
    "Nova Kestrel",
    "Ночная Сова#1234",
    "ほし",
    "नमस्ते",
    "e\u0301",
    "🦊",
    "~8Q.x_-",
    "a\u17b6\u180a",
)


@pytest.mark.parametrize("invisible", INVISIBLE.values(), ids=INVISIBLE)
def test_invisible(invisible: str) -> None:
    """What nobody sees goes, wherever it is; alone it leaves nothing."""
    spoiled = f"{invisible}No{invisible}va {invisible} Kestrel{invisible}"
    assert visible(spoiled) == "Nova Kestrel"
    assert without_blanks(spoiled) == "NovaKestrel"
    assert without_invisible(spoiled) == "Nova  Kestrel"
    assert visible(invisible) == without_invisible(f" {invisible} ") == ""


@pytest.mark.parametrize("blank", BLANKS.values(), ids=BLANKS)
def test_blanks(blank: str) -> None:
    """Each kind of blank counts as one between words, and as none in a key."""
    spoiled = f"{blank}Nova{blank}{blank}Kestrel{blank}"
    assert visible(spoiled) == "Nova Kestrel"
    assert without_blanks(spoiled) == "NovaKestrel"
    assert without_invisible(spoiled) == ("Nova  Kestrel" if blank == " " else "NovaKestrel")


@pytest.mark.parametrize("text", SEEN)
def test_seen(text: str) -> None:
    """What can be seen stays as it is, in all scripts."""
    assert visible(text) == without_invisible(text) == text
    assert without_blanks(text) == text.replace(" ", "")


def test_kept() -> None:
    """Joiners stay where they shape letters; the rest goes."""
    assert visible("می\u200cروم\u200b \u200d", keep=JOINERS) == "می\u200cروم \u200d"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("   ", False),
        ("\u200b\u200d", False),
        ("\u3164\u2800\ufe0f", False),
        ("...", False),
        ("– -", False),
        ("«»", False),
        ("7", True),
        ("ß", True),
        ("★", True),
        ("🎮", True),
        ("+", True),
        ("¿?", True),
        ("!", True),
        ("\ue000", True),
        ("ゲーム", True),
        (" a ", True),
    ],
)
def test_name_of_a_thing(text: str, expected: bool) -> None:
    """A name has a letter, a digit, a symbol, or a mark that is said."""
    assert is_name(text) is expected
