"""The page about the sign-in: few steps, addresses that exist, pictures of our own, and words that are shown."""

import json
import re
from pathlib import Path

import pytest

from custom_components.xbox_network import documentation
from custom_components.xbox_network.error_texts import error_key
from custom_components.xbox_network.sign_in_way import SignInWay
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.errors import XboxCredentialsError

PAGE = Path("docs/sign-in.md").read_text()
TEXTS = json.loads(Path("custom_components/xbox_network/translations/en.json").read_text())
PICTURES = re.findall(r"!\[([^\]]+)\]\(\.\./(\.github/images/[a-z-]+\.svg)\)", PAGE)


def section(heading: str) -> str:
    """Return the text below a heading, up to the next heading."""
    found = re.search(rf"(?ms)^#+ {re.escape(heading)}\n(.*?)(?=^#)", PAGE)
    assert found, heading
    return found[1]


def steps(text: str) -> int:
    """Return the number of numbered steps."""
    return len(re.findall(r"(?m)^\d+\. ", text))


def test_at_most_six_steps_at_azure() -> None:
    """A public application takes at most six steps, and the table says how many each way takes."""
    public = steps(section("A public application"))
    assert public <= 6
    rows = re.findall(r"(?m)^\| \*\*With ([^*]+)\*\* \| (\d+) \|", section("Three ways to sign in"))
    assert [int(count) for _, count in rows] == [
        public - 1,  # no redirect address
        public,
        steps(section("An application with a secret")),
    ]


def test_form_has_the_steps_of_the_page() -> None:
    """The dialog's own description is as short as the page."""
    for step in ("application_for_code", "application_for_browser"):
        assert steps(TEXTS["config"]["step"][step]["description"]) <= 6


def test_each_way_is_on_the_page() -> None:
    """The ways are on the page in the order of the menu, and with its words."""
    options = TEXTS["config"]["step"]["user"]["menu_options"]
    assert set(options) == set(SignInWay)
    places = [
        section("Three ways to sign in").lower().index(f"**{words}**")
        for words in ("with a code", "with the browser", "with an application that has a secret")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(("words", "path"), PICTURES)
def test_pictures(words: str, path: str) -> None:
    """Each picture is drawn, has words for who does not see it, and loads nothing."""
    picture = Path(path).read_text()
    assert len(words) > 40
    assert picture.startswith("<svg")
    assert "prefers-color-scheme: dark" in picture
    assert not re.search(r"<image|href=|url\(|<script|@import", picture)


def test_there_are_pictures() -> None:
    """The three pictures are shown, each once."""
    assert len({path for _, path in PICTURES}) == len(PICTURES) == 3


def test_numbers_of_microsoft() -> None:
    """Each number that the code knows is in the table, with the cure that the dialog names."""
    table = section("What Microsoft answers")
    for number, key in (
        (700025, "secret_not_wanted"),
        (7000218, "application_not_public"),
        (70002, "application_not_public"),
        (700016, "public_application_refused"),
    ):
        err = XboxCredentialsError("", service=Service.ENTRA, status=400, aadsts=number)
        assert error_key(err) == key
        assert f"AADSTS{number}" in table
    assert "Allow public client flows" in TEXTS["config"]["error"]["application_not_public"]


def test_links_of_dialogs() -> None:
    """Each address that a dialog or a repair links to is a heading of its page."""
    texts = (*TEXTS["config"]["abort"], *TEXTS["issues"], *TEXTS["config"]["error"])
    for key in texts:
        for address in (documentation.page_url(key), documentation.repair_url(key)):
            path, _, anchor = address.partition("/blob/main/")[2].partition("#")
            headings = re.findall(r"(?m)^#+ (.+)$", Path(path).read_text())
            anchors = {re.sub(r"[^a-z0-9 -]", "", it.lower()).replace(" ", "-") for it in headings}
            assert anchor in anchors, key


def test_unproven_is_said() -> None:
    """What nobody has proven is on the page (`docs/network.md` A1.1)."""
    text = section("What nobody has proven yet")
    for words in ("mobile & desktop", "switch an application off", "partners"):
        assert words in text
