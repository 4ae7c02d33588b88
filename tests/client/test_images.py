"""Addresses of pictures: each row of `docs/network.md` S12, and odd addresses."""

import pytest

from custom_components.xbox_network.xbox.endpoints import has_pictures
from custom_components.xbox_network.xbox.images import Picture, avatar, picture

EDS = "images-eds-ssl.xboxlive.com"
STORE = "store-images.s-microsoft.com"
LONG = "wHwbXKif8cus8csoZ03RW.3apW_ESZjav65Yncai8aRmVbSlZ3zqRpg1sdxEje-JmFTQaIPE-"


@pytest.mark.parametrize(
    ("address", "repaired"),
    [
        (
            f"http://images-eds.xboxlive.com/image?url={LONG}&format=png",
            f"https://{EDS}/image?url={LONG}&format=png",
        ),
        (
            (
                f"http://images-eds.xboxlive.com/image?url={LONG}"
                "&background=0xababab&mode=Padding&format=png"
            ),
            f"https://{EDS}/image?url={LONG}&format=png",
        ),
        (f"https://{EDS}/image?url={LONG}&mode=Padding", f"https://{EDS}/image?url={LONG}"),
        (f"https://{EDS}/image?Mode=Padding&url={LONG}", f"https://{EDS}/image?url={LONG}"),
        (f"https://{EDS}/image?mode=Padding", f"https://{EDS}/image"),
        (
            f"https://{EDS}/image?url={LONG}&format=png&w=64&h=64",
            f"https://{EDS}/image?url={LONG}&format=png&w=64&h=64",
        ),
        (f"https://{EDS}/image?url=a%2Fb%2b%20c", f"https://{EDS}/image?url=a%2Fb%2b%20c"),
        (f"http://{STORE}/image/apps.1.2-3", f"https://{STORE}/image/apps.1.2-3"),
        (f"//{STORE}/image/apps.1.2-3", f"https://{STORE}/image/apps.1.2-3"),
        (
            "//store-images.microsoft.com/image/apps.1?w=100&h=100&q=90",
            "https://store-images.microsoft.com/image/apps.1?w=100&h=100&q=90",
        ),
        (f"https://{STORE}/image/a?mode=scale", f"https://{STORE}/image/a?mode=scale"),
        (
            "http://dlassets.xboxlive.com/public/content/ppl/colors/00000.json",
            "https://dlassets-ssl.xboxlive.com/public/content/ppl/colors/00000.json",
        ),
        (
            "https://avatar-ssl.xboxlive.com/avatar/Nova%20Kestrel/avatar-body.png",
            "https://avatar-ssl.xboxlive.com/avatar/Nova%20Kestrel/avatar-body.png",
        ),
        (f"HTTPS://{STORE.upper()}/A", f"https://{STORE}/A"),
        (f"https://{STORE}", f"https://{STORE}/"),
        (f"https://{STORE}/a#part", f"https://{STORE}/a"),
        ("https://gameart.xboxlive.com/a.png", "https://gameart.xboxlive.com/a.png"),
        ("//title-art-2.xboxlive.com/a?w=1", "https://title-art-2.xboxlive.com/a?w=1"),
        ("https://images.media.xboxlive.com/a", "https://images.media.xboxlive.com/a"),
    ],
)
def test_repairs(address: str, repaired: str) -> None:
    """Scheme, host and two query keys change; the rest stays byte for byte."""
    repaired_picture = picture(address)
    assert repaired_picture
    assert repaired_picture.address == repaired
    assert has_pictures(repaired_picture.host)


@pytest.mark.parametrize(
    "address",
    [
        *(None, "", " ", "picture.png", "/image?url=a", "data:image/png;base64,AAAA"),
        *("file:///etc/passwd", f"ftp://{STORE}/a", f"javascript://{STORE}/a", f"{STORE}/a"),
        *("https://", "https:///a", "https://[::1/a", "https://[zz]/a", f"///{STORE}/a"),
        *("https://example.com/a", "https://127.0.0.1/a", "http://localhost:8123/api"),
        *(f"https://{STORE}.example/a", f"https://not{STORE}/a", f"https://{STORE}./a"),
        *(f"https://{STORE}@example.com/a", f"https://example.com/{STORE}"),
        f"https://example.com\\@{STORE}/a",
        *("https://gameclipscontent-d1.xboxlive.com/a", "https://peoplehub.xboxlive.com/a"),
        *("https://screenshotscontent-t3.xboxlive.com/a", "http://gameart.xboxlive.com/a"),
        *("https://xboxlive.com/a", "https://gameart.xboxlive.com.example/a"),
        *("https://notxboxlive.com/a", "https://a..xboxlive.com/a", "https://-a.xboxlive.com/a"),
        *("https://rta.xboxlive.com/a", "https://a.b.c.d.xboxlive.com/a"),
        *(f"https://{STORE}:99999/a", f"https://{STORE}:port/a"),
        *(f"https://{STORE}/a b", f"https://{STORE}/a\x00b", f"https://{STORE}/é"),
        *(f"https://{STORE}/a\r\nX-Odd: 1", f"https://{STORE}/a\tb", f"https://{EDS}/?url=a b"),
    ],
    ids=ascii,
)
def test_refused_address(address: str | None) -> None:
    """A foreign host, an odd scheme or a broken address gives no picture."""
    assert picture(address) is None


def test_port_and_user_are_left_out() -> None:
    """Port and user of an address are dropped."""
    assert picture(f"https://somebody:word@{STORE}:8443/a") == Picture(STORE, "/a")


@pytest.mark.parametrize(
    ("gamertag", "path"),
    [
        ("Nova Kestrel", "Nova%20Kestrel"),
        ("QuietHarbor42", "QuietHarbor42"),
        ("ほし", "%E3%81%BB%E3%81%97"),
        ("a/b?c#d&e=f", "a%2Fb%3Fc%23d%26e%3Df"),
        ("100%20\r\n", "100%2520%0D%0A"),
        ("@example.com:1", "%40example.com%3A1"),
        ("\ud83d", "%3F"),
    ],
    ids=ascii,
)
def test_avatar(gamertag: str, path: str) -> None:
    """A gamertag is one part of the path, with any characters."""
    address = picture(avatar(gamertag))
    assert address == Picture("avatar-ssl.xboxlive.com", f"/avatar/{path}/avatar-body.png")


@pytest.mark.parametrize("gamertag", [None, ""])
def test_no_gamertag(gamertag: str | None) -> None:
    """Without a gamertag there is no avatar address."""
    assert avatar(gamertag) is None
