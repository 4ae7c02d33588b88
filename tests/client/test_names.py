"""The same name: which names mean the same, and which stay different."""

import random
import unicodedata

import pytest

from custom_components.xbox_network.xbox.names import (
    best_matches,
    nearest_names,
    plain_name,
    plain_words,
    same_name,
    spelled_name,
)
from tests.helpers.random_traces import random_traces

SPELLED_THE_SAME = [
    ("No Man’s Sky", "No Man's Sky"),
    ("No Manʼs Sky", "no mans sky"),
    ("No Man‛s Sky", "No Man´s Sky"),
    ("“Quoted” «Name»", 'quoted "name"'),
    ("Lantern – Remastered", "Lantern - Remastered"),
    ("Lantern—Remastered", "lantern remastered"),
    ("Lantern ‐‑‒−⁃ Remastered", "lantern_remastered"),
    ("Lantern ~Remastered~", "Lantern 〜Remastered〜"),
    ("STAR LAMPS Jedi: Survivor™", "star lamps jedi survivor"),
    ("Starfall Drift®", "starfalldrift"),
    ("Starfall Drift℠ Ⓡ 🅪", "Starfall (TM) Drift(R)"),
    ("The Lamp…", "the lamp"),
    ("Pokémon", "POKEMON"),
    ("Cafe\u0301", "Café"),
    ("a\u0327\u0301", "á\u0327"),
    ("Tom\u00a0Clancy\u202fQuiet", "tom clancy quiet"),
    ("Quiet\u200b Sie\u00adge\ufeff", "quiet siege"),
    ("Quiet\u034f S\u20ddie\ufe0fge", "quiet siege"),
    ("Quiet\tSiege\n", " quiet  siege "),
    ("Final Ⅷ", "final viii"),
    ("ＦＩＦＡ　２３", "Fifa 23"),
    ("FIFA ٢٣", "fifa 23"),
    ("ﬁre ﬂy", "FIRE FLY"),
    ("Straße", "STRASSE"),
    ("GROẞ", "groß"),
    ("DIRT", "dırt"),
    ("İstanbul", "istanbul"),
    ("Ægir Cœur", "aegir coeur"),
    ("Ørsted Łódź Đorđe", "orsted lodz dorde"),
    ("Rhythm & Blues", "rhythm and blues"),
    ("R＆B", "r&b"),
    ("Spy × Family", "spy x family"),
    ("Tag ①", "tag 1"),
    ("x²", "x2"),
    ("33⅓", "33 1/3"),
    ("Warhammer 40,000", "warhammer 40000"),
    ("Warhammer 40.000", "Warhammer 40’000"),
    ("1,234,567 Coins", "1234567 coins"),
    ("F1® 22", "F1 22"),
    ("Ёлка", "елка"),
    ("ΟΔΟΣ", "οδος"),
    ("ｶﾞﾝﾀﾞﾑ", "ガンダム"),
    ("ファイナル・ファンタジー", "ファイナルファンタジー"),
    ("مُحَمَّد", "محمد"),
    ("العـــاب", "العاب"),
    ("שָׁלוֹם", "שלום"),
    ("❤\ufe0f", "❤"),
    ("！！！", "!!!"),
    ("한글", "한글"),
]
PLAINLY_THE_SAME = [
    ("N+", "N++"),
    ("Wow!", "wow"),
    ("Lucky $hot", "Lucky hot"),
    ("Play 🔥", "play"),
    ("What?", "what"),
    ("#Archery", "archery"),
    ("Flag 🏴\U000e0067\U000e007f", "flag"),
    ("\ue000 Kings", "kings"),
]
DIFFERENT = [
    ("Harbor Kings", "Harbor King"),
    ("Part ½", "Part 12"),
    ("Part 1/2", "Part 12"),
    ("1+2", "12"),
    ("a\u0378", "a"),
    ("a\ud800", "a"),
    ("a\u0c55", "a"),
    ("1.5 + 2.5", "15 25"),
    ("12,34", "1234"),
    ("12,3456", "123456"),
    ("1,234", "1.234,5"),
    ("F1 22", "F122"),
    ("II", "III"),
    ("!!!", "???"),
    ("...", "---"),
    ("+", "-"),
    ("™", "®"),
    ("™", "TM"),
    ("&", "and"),
    ("🔥", "🔥🔥"),
    ("★", "☆"),
    ("1️⃣", "2️⃣"),
    ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0075\U000e0073\U000e007f"),
    ("🇩🇪", "🇩🇰"),
    ("原神", "原"),
    ("ガンダム", "カンダム"),
    ("कल", "काल"),
    ("क", "क्"),
    ("ก่า", "กา"),
    ("Мир", "Мор"),
    ("سلام", "سلم"),
    ("\u0301", "\u0300"),
    ("", ""),
    (" ", " "),
    ("\u200b", "\ufe0f"),
    ("\u3164", ""),
    ("\u2800 \u115f", "\u00ad"),
]
NO_NAMES = ["", None, "   ", "\u200b\ufeff", "\ufe0f", "\u3164", "\u2800", "\t\n", "\x00"]
POOL = (
    "aAbBzZıİIißẞéÉñøæ ŁđſﬁⅡⅫ①½⅓²0123456789٣５ 　\u00a0\u200b\u200d\ufe0f\u00ad\u0301\u0327\u3099"
    "'’ʼ´–-−&＆™®+!?.,:/~$🔥🏴\U000e0067🇩かがカガｶﾞ한글漢मक़िЙёمُ\u3164\ue000()tmr"
)


@pytest.mark.parametrize(("one", "other"), SPELLED_THE_SAME, ids=str)
def test_spelled_the_same(one: str, other: str) -> None:
    """Letter case, accents, spaces, trade marks, invisible characters and punctuation change no name."""
    assert same_name(one, other)
    assert same_name(other, one)
    assert spelled_name(one) == spelled_name(other)


@pytest.mark.parametrize(("one", "other"), PLAINLY_THE_SAME, ids=str)
def test_plainly_the_same(one: str, other: str) -> None:
    """A symbol tells two names apart only where nothing else does."""
    assert same_name(one, other)
    assert same_name(other, one)
    assert spelled_name(one) != spelled_name(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT, ids=ascii)
def test_different(one: str, other: str) -> None:
    """Other letters, digits, vowel signs, and names of symbols only are different; blank names equal nothing."""
    assert not same_name(one, other)
    assert not same_name(other, one)


@pytest.mark.parametrize("name", NO_NAMES, ids=ascii)
def test_no_name(name: str | None) -> None:
    """What nobody can see is no name."""
    assert (plain_name(name), spelled_name(name), plain_words(name)) == ("", "", ())
    assert not same_name(name, name)


def test_equality_classes() -> None:
    """No rule swallows too much: names of different groups have different keys."""
    groups: dict[str, set[str]] = {}
    for one, other in (*SPELLED_THE_SAME, *PLAINLY_THE_SAME):
        groups.setdefault(plain_name(one), set()).update((one, other))
    assert len(groups) == 47
    assert len(groups["nomanssky"]) == 6
    assert len(groups["lanternremastered"]) == 8
    assert "" not in groups


def test_characters() -> None:
    """Each character that can be seen is a name, which stays the same name."""
    for number in (*range(0x2600), *range(0x2600, 0x20000, 97)):
        char = chr(number)
        key = plain_name(char)
        assert plain_name(key) == key
        assert spelled_name(spelled_name(char)) == spelled_name(char)
        if unicodedata.category(char)[0] in "LNPS" and char not in "\u115f\u1160\u3164\u2800":
            assert key, ascii(char)


@pytest.mark.random_traces
def test_properties() -> None:
    """Keys are stable, the same for every form of a name, and empty for blank names only."""
    for rng in random_traces("names"):
        for _ in range(25):
            _check_properties("".join(rng.choices(POOL, k=rng.randint(1, 9))), rng)


def _check_properties(name: str, rng: random.Random) -> None:
    for key in (plain_name, spelled_name):
        assert key(key(name)) == key(name), ascii(name)
        for form in ("NFC", "NFD"):
            assert key(unicodedata.normalize(form, name)) == key(name), ascii(name)
        assert key(name.upper()) == key(name.lower()) == key(name), ascii(name)
        assert key(f" {name}\u200b ") == key(name), ascii(name)
    assert bool(plain_name(name)) == bool(spelled_name(name)) == bool(plain_words(name))
    other = "".join(rng.choices(POOL, k=rng.randint(1, 3)))
    assert (
        same_name(name, other)
        == same_name(other, name)
        == (bool(plain_name(name)) and plain_name(name) == plain_name(other))
    )
    if spelled_name(name) == spelled_name(other):
        assert plain_name(name) == plain_name(other)


JOINING = (
    *(
        "'",
        "’",
        "‘",
        "‛",
        "`",
        "′",
        "\u02b9",
        "\u02bc",
        "\u02d1",
        "\u02ec",
        "\u02ee",
        "\u0640",
        "\ua78c",
    ),
    *("™", "®", "©", "℠", "℗", "Ⓡ", "ⓡ", "Ⓒ", "ⓒ", "🅪", "🅫", "🅬", "(tm)", "(R)"),
    *("\u034f", "\u115f", "\u1160", "\u2800", "\u3164", "\uffa0", "\u180b", "\u180f"),
    *("\ufe00", "\ufe0f", "\U000e0100", "\U000e01ef", "\u200b", "\u00ad", "\u20dd"),
    *("\u0338", "\u0327", "\u0301", "\u05b0", "\u0711"),
)


def test_silent_characters() -> None:
    """Apostrophes, trade marks, accents and what nobody sees join what is beside them."""
    for char in JOINING:
        name = f"Quiet2{char}3Siege"
        assert plain_words(name) == ("quiet23siege",), ascii(char)
        assert spelled_name(name) == "quiet23siege", ascii(char)


def test_separators() -> None:
    """Punctuation and silent symbols part words and numbers; telling symbols do, and show in the spelling."""
    for char in (*'~|−⁄∕∼:;.,_-–—/\\()[]"', "\t", "\u2003"):
        name = f"Quiet 2{char}3 Siege"
        assert plain_words(name) == ("quiet", "2", "3", "siege"), ascii(char)
        assert spelled_name(name) == plain_name(name) == "quiet2 3siege", ascii(char)
    for char in "!?#%*@+=<>$€★🔥\ue000":
        name = f"Quiet2{char}3 Siege"
        assert plain_words(name) == ("quiet2", "3", "siege"), ascii(char)
        assert plain_name(name) == "quiet2 3siege"
        assert spelled_name(name) == f"quiet2{char}3siege"
    for tag in ("\U000e0020", "\U000e007f"):
        assert spelled_name(f"🏴{tag}") == f"🏴{tag}"


def test_words() -> None:
    """A name is searched and sorted by its words."""
    assert plain_words("Spider-Man: No Man’s Sky & Co™ 1/2") == (
        *("spider", "man", "no", "mans", "sky", "and", "co", "1", "2"),
    )
    assert plain_words("Tom&Jerry") == ("tom", "and", "jerry")
    assert plain_words("!!!") == ("!!!",)
    assert plain_words("N++") == ("n",)


THINGS = [
    ("plus", ("N+",)),
    ("plusplus", ("N++", "enn")),
    ("typographic", ("No Man’s Sky",)),
    ("typed", ("No Man's Sky",)),
    ("twin", ("Twin",)),
    ("other twin", ("Twin",)),
]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("N++", ["plusplus"]),
        ("n ++", ["plusplus"]),
        ("n", ["plus", "plusplus"]),
        ("ENN", ["plusplus"]),
        ("No Man's Sky", ["typed"]),
        ("No Man’s Sky", ["typographic"]),
        ("no mans sky", ["typographic", "typed"]),
        ("twin", ["twin", "other twin"]),
        ("nn", []),
        (" ", []),
        ("", []),
    ],
)
def test_best_matches(query: str, found: list[str]) -> None:
    """The exact name goes first, then its spelling, then the plain name."""
    assert best_matches(query, THINGS) == found


def test_kinds_of_names() -> None:
    """Of equally close names the first kind wins; a closer name of a later kind goes first."""
    own, given = [(1, ("Drift",)), (2, ("Kings",))], [(1, ("Kings",)), (2, ("drift", ""))]
    assert best_matches("Drift", own, given) == [1]
    assert best_matches("drift", own, given) == [2]
    assert best_matches("Kings", own, given) == [2]
    assert best_matches("kings", own, given) == [2]
    assert best_matches("", own, given) == []


def test_nearest() -> None:
    """The names most like a query are found whatever their spelling, the most similar first."""
    names = ["Harbor Kings", "STARFALL Drift™", "Ember Vale", "", "Starfall"]
    assert nearest_names("starfal drif", names, 2) == ["STARFALL Drift™", "Starfall"]
    assert nearest_names("starfal drif", names, 1) == ["STARFALL Drift™"]
    assert nearest_names("xyz", names, 3) == []
